"""Provinces under every spelling; likeness never decides."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

import piikit as pk
from piikit.base.errors import UnknownNameError
from piikit.base.folding import fold
from piikit.base.language import in_language
from piikit.data.paths import raw, rows
from piikit.data.provinces import (
    AbolishedProvinceError,
    english_name,
    find_unit,
    listing,
    match_province,
    provinces,
    unit_names,
)

WRITTEN = {
    "TP. Hồ Chí Minh": [
        "TP.HCM",
        "TPHCM",
        "tp hcm",
        "Tp Hồ Chí Minh",
        "Thành phố Hồ Chí Minh",
        "Hồ Chí Minh",
        "Ho Chi Minh City",
        "HCMC",
        "Sài Gòn",
        "SAIGON",
        "TP HO CHI MINH",
        "Hồ Chí Minh (TP.)",
    ],
    "Hà Nội": [
        "Hanoi",
        "Ha Noi",
        "HÀ NỘI",
        "TP. Hà Nội",
        "Thủ đô Hà Nội",
        "ha noi city",
        "Tỉnh/Thành phố Hà Nội",
    ],
    "Thừa Thiên Huế": [
        "TT Huế",
        "Thừa Thiên - Huế",
        "Thừa Thiên – Huế",
        "Thua Thien-Hue",
        "TP Huế",
        "Huế",
        "TTH",
    ],
    "Bà Rịa - Vũng Tàu": [
        "BRVT",
        "BR-VT",
        "Bà Rịa – Vũng Tàu",
        "Bà Rịa-Vũng Tàu",
        "Ba Ria Vung Tau",
        "BÀ RỊA VŨNG TÀU",
    ],
    "Đắk Lắk": ["Đắc Lắc", "Đăk Lăk", "Dak Lak", "Daklak", "ĐẮK LẮK", "Đak Lak", "tỉnh Đắk Lắk"],
    "Đắk Nông": ["Đăk Nông", "Đắc Nông", "Dak Nong", "Tỉnh Đăk Nông"],
    "Hòa Bình": ["Hoà Bình", "HOÀ BÌNH", "Hoa Binh", "Tỉnh Hoà Bình"],
    "Khánh Hòa": ["Khánh Hoà", "Khanh Hoa Province"],
    "Thái Bình": ["T.Thái Bình", "T. Thái Bình", "Thai Binh province"],
    "Bắc Kạn": ["Bắc Cạn", "Backan", "Bac Kan"],
    "Kon Tum": ["Kontum", "Kông Tum", "KON TUM"],
    "Cần Thơ": ["TP.Cần Thơ", "TP Cần Thơ", "thành phố cần thơ", "CanTho", "Can Tho City", "  Cần   Thơ "],
    "Đà Nẵng": ["Danang", "Da Nang", "Đà Nẵng city"],
}
KNOWN = [(text, name) for name, texts in WRITTEN.items() for text in texts]


@pytest.mark.parametrize(("text", "name"), KNOWN)
def test_names_as_people_write_them(text: str, name: str) -> None:
    assert match_province(text, 63) == name
    assert match_province(unicodedata.normalize("NFD", text), 63) == name


def test_sets_are_whole() -> None:
    old, new = provinces(63), provinces(34)
    assert (len(old), len(new)) == (63, 34)
    assert old["central_city"].sum() == 5
    assert new["central_city"].sum() == 6
    assert old["id"].is_unique
    assert new["id"].is_unique
    assert all(i.isascii() and i == i.lower() and " " not in i for i in [*old["id"], *new["id"]])
    assert set(old["successor"]) == set(new.index)
    assert sorted(p for parts in new["parts"] for p in parts.split("; ")) == sorted(old.index)
    assert old.loc["Cần Thơ", ["id", "name_en", "valid_to"]].tolist() == ["can-tho", "Can Tho", "2025-06-30"]
    assert english_name("TP. Hồ Chí Minh") == "Ho Chi Minh City"
    assert english_name("Đắk Lắk") == "Dak Lak"


@pytest.mark.parametrize("units", [63, 34])
def test_no_two_names_fold_to_one_key(units: int) -> None:
    keys = [fold(n).replace(" ", "") for n in unit_names(units)]
    assert len(set(keys)) == units


def test_every_alias_leads_where_it_says() -> None:
    for r in rows(raw("provinces", "aliases.csv")):
        for units in (63, 34) if r["units"] == "any" else (int(r["units"]),):
            assert match_province(r["alias"], units) == r["name"], r


OFFICIAL = st.sampled_from([(p.name, p.central_city) for p in listing(63)])


@given(
    OFFICIAL,
    st.sampled_from(["NFC", "NFD", "NFKD"]),
    st.sampled_from([str.upper, str.lower, str.title, fold]),
)
def test_form_case_and_accents_do_not_matter(unit: tuple[str, bool], form: str, case: object) -> None:
    name, _ = unit
    assert match_province(case(unicodedata.normalize(form, name)), 63) == name  # type: ignore[operator]


@given(
    OFFICIAL, st.sampled_from(["tỉnh", "Tỉnh ", "T. ", "tinh"]), st.sampled_from(["TP.", "Thành phố ", "tp "])
)
def test_words_for_province_and_city_do_not_matter(unit: tuple[str, bool], word: str, city: str) -> None:
    name, central = unit
    assert match_province(f"{word} {name}", 63) == name
    if central:
        assert match_province(f"{city}{name}", 63) == name


@given(OFFICIAL)
def test_official_names_match_in_both_sets(unit: tuple[str, bool]) -> None:
    assert match_province(unit[0]) == unit[0]
    assert find_unit(unit[0], unit_names(63)) == unit[0]


@given(OFFICIAL, st.integers(0, 20), st.sampled_from("abcghiklmnoptuvxy"), st.booleans())
def test_a_misspelt_name_is_never_guessed(unit: tuple[str, bool], at: int, letter: str, insert: bool) -> None:
    text = fold(unit[0])
    text = text[:at] + letter + text[at + (not insert) :]
    try:
        name = match_province(text, 63)
    except UnknownNameError:
        return
    written = [
        name,
        english_name(name),
        *(r["alias"] for r in rows(raw("provinces", "aliases.csv")) if r["name"] == name),
    ]
    assert any(fold(w).replace(" ", "") in text.replace(" ", "") for w in written)


def test_the_city_of_a_province_is_not_the_province() -> None:
    with pytest.raises(UnknownNameError) as error:
        match_province("Thành phố Thái Nguyên", 63)
    assert error.value.suggestions == ["Thái Nguyên"]


@pytest.mark.parametrize("text", ["", "   ", "xyz", "Quảng", None, 7, float("nan")])
def test_unknown_names_are_refused(text: object) -> None:
    with pytest.raises(UnknownNameError):
        match_province(text, 63)


def test_likeness_only_suggests() -> None:
    with pytest.raises(UnknownNameError) as error:
        match_province("tp hcmm", 63)
    assert error.value.suggestions == ["TP. Hồ Chí Minh"]
    with in_language("en"):
        assert "Did you mean: TP. Hồ Chí Minh" in str(error.value)
    assert "Có phải ý bạn là: TP. Hồ Chí Minh" in str(error.value)
    with pytest.raises(UnknownNameError) as error:
        match_province("Quang Namm", 34)
    assert error.value.suggestions[0] == "Quảng Nam → Đà Nẵng"


@pytest.mark.parametrize(
    ("old", "new"), [("Hậu Giang", "Cần Thơ"), ("BRVT", "TP. Hồ Chí Minh"), ("tỉnh Bình Định", "Gia Lai")]
)
def test_abolished_provinces_say_where_they_went(old: str, new: str) -> None:
    with pytest.raises(AbolishedProvinceError) as error:
        match_province(old, 34)
    assert error.value.successor == new
    assert f"nay thuộc {new}" in str(error.value)
    with in_language("en"):
        assert f"now part of {new}" in str(error.value)


def test_hue_in_both_sets() -> None:
    assert (
        match_province("Thừa Thiên Huế", 34)
        == match_province("TT Huế", 34)
        == match_province("TP. Huế", 34)
        == "Huế"
    )
    assert find_unit("TP Huế", unit_names(63)) == "Thừa Thiên Huế"
    assert find_unit("TP Huế", unit_names(34)) == "Huế"


def test_other_sets_are_refused() -> None:
    with pytest.raises(UnknownNameError, match="64"):
        pk.provinces(64)


@pytest.mark.parametrize("name", ["Tây Nguyên", "tay nguyen", "Central Highlands"])
def test_a_region_is_no_misspelt_province(name):
    with pytest.raises(UnknownNameError) as error:
        find_unit(name, unit_names(63))
    assert "Thái Nguyên" not in str(error.value)
    assert "Kon Tum" in str(error.value)
