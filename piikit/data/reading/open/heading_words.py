"""Words that head the columns of a table, whatever its framework."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Words = Mapping[str, Sequence[str]]
TABLE_WORDS: Words = {
    "unit": (
        "tinh", "tinh thanh pho", "tinh thanh", "tinh tp", "thanh pho", "dia phuong", "ten dia phuong", "ten tinh",
        "province", "provinces", "unit", "units", "ucode", "locality", "don vi hanh chinh",
        "tinh thanh pho province", "don vi",
    ),
    "code": (
        "ma chi so", "code", "ma", "icode", "ma so", "chi so", "chi tieu", "ten chi so", "indicator", "ten chi tieu",
    ),
    "value": ("gia tri", "so lieu", "value", "ket qua", "obs value", "gia tri chi so", "value screen"),
    "year": ("nam", "year", "time", "ky", "nam so lieu", "time period", "datayr", "nam year"),
    "measure": ("don vi tinh", "dvt", "unit of measure", "measure", "don vi do", "don vi"),
}  # fmt: skip
ONE_PROVINCE_WORDS: Words = {
    "name": ("ten", "noi dung", "tieu chi", "name", "ten chi so chi tieu"),
    "value": (
        "gia tri cua tinh", "gia tri dia phuong", "gia tri cua dia phuong", "so lieu cua tinh",
        "so lieu cua dia phuong", "so lieu bao cao", "gia tri bao cao", "ket qua thuc hien", "ket qua dat duoc",
        "thuc hien", "gia tri dat duoc", "gia tri thuc hien", "so lieu thuc hien", "reported value", "figure",
    ),
}  # fmt: skip
