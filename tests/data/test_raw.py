"""Facts: readable by every program, with a source and a checksum, and free of machine traces."""

from __future__ import annotations

import csv
import hashlib
import re
import unicodedata
from pathlib import Path

import pytest

from piikit.data.editions.edition_table import edition_of, editions
from piikit.data.paths import data_root, raw, rows

ROOT = data_root()
TABLES = sorted(p.relative_to(ROOT).as_posix() for p in ROOT.rglob("*.csv"))
TEXTS = sorted(
    p.relative_to(ROOT).as_posix() for p in ROOT.rglob("*") if p.suffix in {".csv", ".txt", ".json"}
)


@pytest.mark.parametrize("name", TABLES)
def test_every_row_has_as_many_fields_as_the_header(name: str) -> None:
    with (ROOT / name).open(encoding="utf-8", newline="") as file:
        table = list(csv.reader(file, strict=True))
    assert len(table) > 1
    assert len(set(table[0])) == len(table[0])
    assert {len(r) for r in table} == {len(table[0])}
    assert all(c == c.strip() for r in table for c in r)


@pytest.mark.parametrize("name", TEXTS)
def test_text_is_utf8_composed_without_mark_and_with_plain_line_ends(name: str) -> None:
    content = (ROOT / name).read_bytes()
    text = content.decode("utf-8")
    assert not content.startswith(b"\xef\xbb\xbf")
    assert unicodedata.is_normalized("NFC", text)
    assert "\r" not in text
    assert text.endswith("\n")


@pytest.mark.parametrize("name", TEXTS)
def test_names_are_ascii_and_no_machine_or_registry_shows(name: str) -> None:
    assert name.isascii()
    text = (ROOT / name).read_text(encoding="utf-8")
    assert not re.search(r"(^|[\s\"',=(])/(work|tmp|home|root|usr)/", text, re.MULTILINE)
    assert not re.search(r"pypi|pythonhosted|conda-forge|npmjs|[A-Z]:\\", text)


def test_sources_cover_every_file_with_its_checksum() -> None:
    sources = {r["file"]: r for r in rows(raw("SOURCES.csv"))}
    there = {p.relative_to(raw()).as_posix(): p for p in raw().rglob("*") if p.is_file()}
    there.pop("SOURCES.csv")
    assert set(sources) == set(there)
    for name, path in there.items():
        assert hashlib.sha256(path.read_bytes()).hexdigest() == sources[name]["sha256"], name
        assert all(sources[name][c] for c in ("issuer", "source", "date", "terms", "checked")), name


@pytest.mark.parametrize("units", [63, 34])
def test_every_series_is_catalogued_and_no_cell_is_repeated(units: int) -> None:
    table = rows(raw("open", f"provinces{units}.csv"))
    assert {r["series"] for r in table} == {
        r["series"] for r in rows(raw("open", f"provinces{units}_series.csv"))
    }
    keys = [(r["province"], r["year"], r["series"]) for r in table]
    assert len(keys) == len(set(keys))
    assert all(float(r["value"]) == float(r["value"]) for r in table)


def test_every_edition_names_files_and_years_that_are_there() -> None:
    found = editions()
    assert [e.year for e in found] == sorted({e.year for e in found})
    changes = {r["edition"] for r in rows(raw("frameworks", "pii_editions.csv"))}
    for e in found:
        assert e.name == f"pii-{e.year}"
        assert e.units in (34, 63)
        assert raw(*e.scores.split("/")).is_file()
        assert e.framework_changes in changes
        assert "{draw}" in e.title_vi
        assert "{draw}" in e.title_en
        for file, year in ((e.exam_file, e.exam_year), (e.statistics_file, e.statistics_year)):
            assert str(year) in {r["year"] for r in rows(raw("open", f"{file}.csv"))}
    assert [e.total_shift is None for e in found] == [True] + [False] * (len(found) - 1)


def test_every_score_that_is_not_used_was_printed() -> None:
    for r in rows(raw("published", "not_used.csv")):
        scores = rows(raw(*edition_of(r["edition"]).scores.split("/")))
        assert [s[r["column"]] for s in scores if s["province"] == r["unit"]] not in ([], [""]), r
        assert r["why"]


def test_every_caution_has_a_note_in_both_languages() -> None:
    notes = {r["series"]: r for r in rows(raw("frameworks", "caution_notes.csv"))}
    assert all(r["note_vi"] and r["note_en"] for r in notes.values())
    doubtful = {r["series"] for r in rows(raw("open", "provinces63.csv")) if r["quality"] == "caution"}
    assert doubtful <= set(notes)


def test_raw_stands_in_the_checkout() -> None:
    assert raw("SOURCES.csv").is_file()
    assert (
        Path(raw("plans", "plan_116_can_tho_2024.txt")).read_text(encoding="utf-8").startswith("Kế hoạch 116")
    )
