"""Texts exist in both languages with the same placeholders; numbers follow the language."""

import re
import string
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

import piikit as pk
from piikit.base.errors import InputError, Problem, UnknownNameError, nearest
from piikit.base.folding import fold
from piikit.base.formats import number, ordinal, percent, significant
from piikit.base.language import catalogue, in_language, language, text


def placeholders(template):
    return sorted({name for _, name, _, _ in string.Formatter().parse(template) if name is not None})


@pytest.mark.parametrize("key", sorted(catalogue()))
def test_both_languages_say_the_same(key):
    entry = catalogue()[key]
    assert placeholders(entry["vi"]) == placeholders(entry["en"])
    assert entry["vi"].strip() or not entry["en"].strip()
    assert unicodedata.is_normalized("NFC", entry["vi"])


def test_language_is_chosen_and_checked(monkeypatch):
    assert language() == "vi"
    with in_language("en"):
        assert language() == "en"
        assert text("mark.stamp") == "ILLUSTRATIVE"
    monkeypatch.setenv("PIIKIT_LANG", "en")
    assert language() == "en"
    with pytest.raises(ValueError, match="fr"):
        pk.set_language("fr")


@pytest.mark.parametrize(
    ("value", "vi", "en"),
    [
        (1234.5, "1.234,50", "1,234.50"),
        (-0.001, "0,00", "0.00"),
        (-2.345, "−2,35", "−2.35"),
        (float("nan"), "–", "–"),
    ],
)
def test_numbers(value, vi, en):
    assert number(value, lang="vi") == vi
    assert number(value, lang="en") == en


def test_other_forms():
    assert number(0.5, 1, sign=True) == "+0,5"
    assert percent(0.1234) == "12,3%"
    assert significant(0.00123456) == "0,001235"
    assert significant(1234567.0, 4) == "1.234.567"
    assert ordinal(7) == "thứ 7"
    assert [ordinal(n, lang="en") for n in (1, 2, 3, 4, 11, 12, 21, 101)] == [
        "1st", "2nd", "3rd", "4th", "11th", "12th", "21st", "101st",
    ]  # fmt: skip


@given(st.text(alphabet="ăâđêôơưáàảãạẮẰĐÊắ abcXYZ -", min_size=1, max_size=20))
def test_folding_ignores_composition_and_case(name):
    forms = {fold(unicodedata.normalize(f, v)) for f in ("NFC", "NFD") for v in (name, name.upper())}
    assert len(forms) == 1
    assert re.fullmatch(r"[0-9a-z ]*", forms.pop())


def test_unknown_names_suggest_and_never_decide():
    error = UnknownNameError("province", "Can Th", ["Cần Thơ", "Hà Nội"])
    assert "Cần Thơ" in str(error)
    assert nearest("zzz", ["Cần Thơ"]) == []


def test_all_problems_in_one_error_with_their_places():
    problems = [
        Problem(
            "problem.dataset.number",
            file="a.xlsx",
            sheet="GT",
            cell="C5",
            unit="Cần Thơ",
            code="2.1",
            value="x",
        ),
        Problem("problem.dataset.repeated", unit="Huế"),
    ]
    error = InputError(problems)
    for lang, words in (
        ("vi", ("tệp a.xlsx", "ô C5", "“x”", "Huế")),
        ("en", ("file a.xlsx", "cell C5", "“x”")),
    ):
        report = error.report(lang)
        assert all(w in report for w in words)
