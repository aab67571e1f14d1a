"""What tables say: frameworks, figures near those that ship, and the ways people write names and numbers."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

import pandas as pd
from layouts import Layout

import piikit as pk
from piikit.base.folding import fold
from piikit.data.provinces import provinces, unit_names

MONEY = {"open": ("7.1",), "pii": ("2.1.3",), "own": ("1.2", "2.1")}
_OWN = (
    ("1.1", "Tỷ lệ lao động qua đào tạo", "Share of trained workers", "%", 15, 40),
    ("1.2", "Thu ngân sách trên địa bàn", "Budget revenue", "billion VND", 3_000, 60_000),
    ("1.3", "Số doanh nghiệp đang hoạt động", "Active enterprises", "enterprises", 800, 40_000),
    ("2.1", "Thu nhập bình quân đầu người", "Income per head", "million VND", 30, 90),
    ("2.2", "Chỉ số phát triển con người", "Human development index", "index 0-1", 0.6, 0.85),
    ("2.3", "Mức độ hài lòng của người dân", "Satisfaction of citizens", "points 0-10", 5, 8.5),
)
MONEY_WORDS = {1: "đồng", 1_000: "nghìn đồng", 10**6: "triệu đồng", 10**9: "tỷ đồng"}


@cache
def framework(name: str) -> pk.Framework:
    """A framework that ships, or a small own one."""
    if name != "own":
        return pk.load_framework({"open": "open-2022", "pii": "pii-2025"}[name])
    rows: list[dict[str, Any]] = [
        {"code": "X", "parent": "", "name_vi": "Chỉ số thử", "name_en": "Index tried"}
    ]
    rows += [{"code": c, "parent": "X", "name_vi": f"Nhóm {c}", "name_en": f"Group {c}"} for c in "12"]
    rows += [
        {"code": c, "parent": c[0], "name_vi": vi, "name_en": en, "unit": unit}
        for c, vi, en, unit, *_ in _OWN
    ]
    return pk.Framework.from_frame(pd.DataFrame(rows), name="own")


@cache
def shipped(name: str) -> pd.DataFrame:
    return pk.load_dataset({"open": "open-2022", "pii": "pii-2025"}[name]).values


@cache
def title_of(name: str, code: str, lang: str) -> str:
    return framework(name).title(code, lang)


@cache
def unit_of(name: str, code: str) -> str:
    return str(framework(name).table.at[code, "unit"])


@cache
def _base(name: str, unit: str, code: str) -> tuple[float, float, float]:
    """The figure that ships, or the median, and what is possible."""
    low, high = framework(name).limits.loc[code]
    known = float(shipped(name)[code].get(unit, float("nan")))
    return float(shipped(name)[code].median()) if known != known else known, float(low), float(high)


@cache
def regions(size: int) -> dict[str, tuple[str, str]]:
    """Region of every province, in both languages."""
    table = provinces(size)
    return dict(zip(table.index, zip(table["region"], table["region_en"], strict=True), strict=True))


@cache
def successor(unit: str) -> str:
    return str(provinces(63).at[unit, "successor"])


@dataclass(frozen=True)
class Answer:
    """What the table says: figures in the units of the framework, None where there is none."""

    framework: str
    year: int
    size: int
    units: tuple[str, ...]
    codes: tuple[str, ...]
    values: Mapping[tuple[str, str], Decimal | None]


def answer_of(layout: Layout) -> Answer:
    """Figures near the ones that ship, so that none of them is odd."""
    name, rng = layout.way("framework"), layout.rng("answer")
    tree, size = framework(name), 34 if name == "pii" else 63
    named = list(unit_names(size))
    units = named if rng.random() < 0.3 else rng.sample(named, rng.randrange(6, 20))
    if layout.way("lead") == "region column" or layout.way("bands") != "none":
        units = [u for u in named if u in units]
    codes = list(MONEY[name]) if layout.way("unit") in ("above", "corner") else list(tree.indicators)
    codes = rng.sample(codes, min(len(codes), rng.choice((1, 2, 3, 3, 4))))
    if layout.way("unit") in ("heading", "row") and not set(codes) & set(MONEY[name]):
        codes[0] = MONEY[name][0]
    values = {(u, c): _value(layout, rng, u, c) for u in units for c in codes}
    return Answer(name, 2025 if name == "pii" else 2022, size, tuple(units), tuple(codes), values)


def _value(layout: Layout, rng: random.Random, unit: str, code: str) -> Decimal | None:
    name = layout.way("framework")
    if rng.random() < 0.06:
        return None
    if name == "own":
        low, high = next(row[4:] for row in _OWN if row[0] == code)
        drawn = low * (high / low) ** rng.random()
    else:
        drawn, low, high = _base(name, unit, code)
        drawn *= rng.uniform(0.95, 1.05)
        drawn = min(max(drawn, low if low == low else drawn), high if high == high else drawn)
    places = int(layout.way("decimals")) if drawn > 1 or layout.way("decimals") == "3" else 4
    return round(Decimal(repr(drawn)), places)


DISTRICTS = (
    "Phù Yên",
    "Thạnh Hóa",
    "Huyện Châu Thành",
    "Quận 1",
    "Hậ Giang",
    "Thị xã Phú Thọ",
    "Hà Tiên",
    "Long Khánh",
)
FORMER = ("Hà Tây", "Hà Bắc", "Minh Hải", "Bình Trị Thiên", "Sông Bé")
_CITIES = ("Hà Nội", "Hải Phòng", "Đà Nẵng", "Cần Thơ", "Huế", "TP. Hồ Chí Minh")


def spelt(name: str, way: str, n: int, rng: random.Random) -> str:
    """A province's name as somebody writes it."""
    bare = name.removeprefix("TP. ")
    plain = unicodedata.normalize("NFD", bare.replace("đ", "d").replace("Đ", "D"))
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    city = name in _CITIES
    return {
        "official": name,
        "prefixed": (
            rng.choice(("TP. ", "Tp ", "Thành phố ", "TP ")) if city else rng.choice(("Tỉnh ", "tỉnh "))
        )
        + bare,
        "capitals": name.upper(),
        "unaccented": plain,
        "decomposed": unicodedata.normalize("NFD", name),
        "numbered": f"{n}{rng.choice(('. ', ') ', ' - ', '.'))}{name}",
        "bilingual": f"{name}{rng.choice((' / ', '/', ' - ', chr(10)))}{plain}",
        "english": f"{plain}{rng.choice((' city' if city else ' province', ' City' if city else ' Province'))}",
        "starred": name + rng.choice(("*", " (*)", " *", "(1)")),
        "spaced": f"  {name.replace(' ', chr(0xA0))} ",
    }[way]


def misspelt(name: str, rng: random.Random) -> str:
    """One edit away from a name, and no other name."""
    known = {fold(n).replace(" ", "") for size in (63, 34) for n in unit_names(size)}
    while True:
        at = rng.randrange(1, len(name))
        wrong = rng.choice(
            (
                name[:at] + name[at + 1 :],
                name[:at] + rng.choice("aeiouhgntc") + name[at:],
                name[:at] + name[at] + name[at:],
                name[: at - 1] + name[at] + name[at - 1] + name[at + 1 :],
            )
        )
        if fold(wrong).replace(" ", "") not in known:  # a space less is no other name
            return wrong


def figure_text(value: Decimal, way: str) -> str:
    """A number as text."""
    sign, digits = "-" if value < 0 else "", f"{abs(value):f}"
    whole, _, part = digits.partition(".")
    group, mark = {
        "stored": ("", "."), "en": (",", "."), "spaces": (" ", ","), "hard spaces": ("\u00a0", ","), "comma only": ("", ","),
    }.get(way, (".", ","))  # fmt: skip
    grouped = f"{int(whole):,}".replace(",", group)
    return sign + grouped + (mark + part if part else "")
