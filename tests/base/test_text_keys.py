"""Every text that code can ask for exists in both languages, f-strings included; and none that nobody asks for."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from text_keys import Asked, Source

import piikit
from piikit.base.language import LANGUAGES, catalogue
from piikit.data.dataset import PROVENANCE
from piikit.data.peers import WAYS
from piikit.data.reading.table.collected import FATES
from piikit.data.reading.table.file_check import COLUMNS
from piikit.diagnosis.drivers.fit import MODELS
from piikit.diagnosis.drivers.specifications import SAMPLES, SCALES
from piikit.diagnosis.drivers.verdict import VERDICTS

PACKAGE = Path(piikit.__file__).parent
FILES = (
    ".csv",
    ".parquet",
    ".xlsx",
    ".xml",
    ".toml",
    ".html",
    ".json",
    ".dpi",
)  # constants that only look like keys
BAND = ("above", "within", "unclear", "below")
STATUS = ("exact", "printed", "implied", "bounded")


@cache
def source() -> Source:
    return Source(PACKAGE)


def given(name: str, where: str = "", at: int = 0) -> frozenset[str]:
    """Texts that stand at one place in the calls of `name`, in files whose path holds `where`."""
    found: frozenset[str] = frozenset()
    for file, call in source().calls.get(name, []):
        if where in str(file.relative_to(PACKAGE)) and len(call.args) > at:
            found |= source().values(file, call.args[at]) or frozenset()
    return found


def keys(prefix: str) -> frozenset[str]:
    """What the catalogue holds under a prefix: for families whose members come from data and are looked up if there."""
    return frozenset(k.removeprefix(f"{prefix}.") for k in catalogue() if k.startswith(f"{prefix}."))


@cache
def fills() -> dict[str, frozenset[str]]:
    """What may stand in the braces of a pattern that the source does not show by itself."""
    found = {
        "kind.{}": given("UnknownNameError"),
        "check.severity.{}": {"error", "warning"},
        "check.fate.{}": set(FATES),
        "check.column.{}": {*COLUMNS, "fate", "cells", "text"},
        "check.{}_sheet": {"account", "aside"},
        "problem.framework.{}": given("problem", "data/framework"),
        "problem.{}": given("problem", "data/reading")
        | given("problem", "data/units_table")
        | given("problem", "data/storage"),
        "problem.table.{}": given("_at_head", at=2) | {"two_columns", "conflict", "repeated", "unused"},
        "problem.table.{}_more": {"conflict", "repeated", "unused"},
        "problem.form.other_{}": {"framework", "denominators"},
        "problem.at.{}": {"file", "code"},
        "problem.value.{}": {
            "error",
            "date",
            "text",
            "beside",
            "span",
            "minus",
            "digit",
            "huge",
            "note",
            "brackets",
            "dash",
        },
        "problem.slip.{}": {"before", "apart", "column", "rows", "cells", "columns", "print"},
        "problem.ambiguous.{}": keys("problem.ambiguous"),
        "problem.file.{}": given("Refused")
        | given("_warning", "open/open_file")
        | {"macros", "links", "folder", "special", "loop", "name", "permission"},
        "problem.action.{}": given("Wrong", "policy/actions") | given("wrong", "policy/actions"),
        "template.sheet.{}": {
            "instructions",
            "values",
            "denominators",
            "sources",
            "framework",
            "groups",
            "printed",
        },
        "template.{}_title": {
            "values",
            "denominators",
            "sources",
            "framework",
            "groups",
            "printed",
            "page",
        },
        "error.plan.not_linear_{}": {"means", "columns", "ties"},
        "plan.at.{}": {"mean", "likely", "low", "high"},
        "plan.sheet.{}": {"actions", "effects", "links", "ranks", "scores"},
        "plan.column.{}": keys("plan.column"),
        "development.unit_{}": BAND,
        "development.legend_{}": BAND,
        "brief.development.{}": BAND,
        "development.column.{}": {
            "unit",
            "level",
            "score",
            "expected",
            "gap",
            "low",
            "high",
            "p_value",
            "verdict",
            "rank",
        },
        "brief.place.{}": {"inside", "lowest", "highest", "local"},
        "brief.next.{}": {"median", "best", "keep"},
        "brief.finding.{}": {"median", "best"},
        "brief.neighbours.{}": {"both", "ahead", "behind"},
        "brief.page.status.{}": STATUS,
        "page.status.{}": {*STATUS, "gap"},
        "page.column.{}": keys("page.column"),
        "brief.link.{}": {"named", "inferred"},
        "brief.peers.{}": {*WAYS, "group", "named"} - {"cities"},
        "brief.table.{}": given("table", "report/brief"),
        "brief.col.{}": keys("brief.col"),
        "provenance.{}": {*PROVENANCE, "imputed"} - {""},
        "mark.{}": {"printed", "bounded", "illustrative", "open", "real"},
        "plan.status.{}": {"proved", "not proved", "out of reach", "not confirmed", "none"},
        "plan.head.{}": keys("plan.head"),
        "diagnosis.sign.{}": keys("diagnosis.sign"),
        "plan.figure.{}": {"chosen", "nothing"},
        "plan.role.{}": {"core", "borderline", "exterior"},
        "plan.kind.{}": {"real", "reporting", "definition"},
        "plan.rivals.{}": {"frozen", "trend", "repeat", "drift", "given"},
        "plan.assumed.{}": {"copula", "widen", "rivals"},
        "plan.asked_{}": {"cost", "score", "rank", "passed"},
        "plan.{}": {*WAYS, "group", "named"} - {"cities"},
        "rivals.{}": {"frozen", "trend", "repeat", "equal_effort"},
        "effort.{}": {"year", "sd"},
        "perverse.{}": {"score", "rank"},
        "perverse.cause_{}": {"treatment", "maximum", "scale"},
        "pagewhatif.end_{}": {"maximum", "minimum"},
        "pagewhatif.what_{}": {"maximum", "minimum"},
        "drivers.check.{}": given("_check", "drivers_checks"),
        "drivers.why.{}": keys("drivers.why"),
        "drivers.model.{}": MODELS,
        "drivers.verdict.{}": VERDICTS,
        "drivers.table.{}": keys("drivers.table"),
        "drivers.sentence.{}": {"predicts", "does_not_predict", "cross", "within"}
        | {"placed", "placed_nowhere", "placed_region", "placed_spatial"},
        "drivers.sample.{}": SAMPLES,
        "drivers.scale.{}": SCALES,
        "drivers.figure.{}": {"spread", "interval"},
    }
    return {pattern: frozenset(values) for pattern, values in found.items()}


# asked for only if the catalogue holds them: the code looks first
OPTIONAL = {"template.column.{}", "template.{}_help", "drivers.title.{}"}


@cache
def asked() -> tuple[Asked, ...]:
    tops = {key.split(".")[0] for key in catalogue()}
    below = {key.split(".")[1] for key in catalogue() if key.startswith("problem.")} - tops
    inner = (
        replace(a, pattern=f"problem.{a.pattern}") for a in source().asked(below)
    )  # a cell's own problems
    named = (  # "page.gap" is a problem of a page where no text of that name stands
        replace(a, pattern=f"problem.{a.pattern}")
        if a.pattern not in catalogue() and f"problem.{a.pattern}" in catalogue()
        else a
        for a in source().asked(tops)
    )
    found = (*named, *inner)
    return tuple(a for a in found if a.pattern in catalogue() or not a.pattern.endswith(FILES))


def families() -> frozenset[str]:
    """Constants that name a table of the catalogue, whose members are looked up by column or kind."""
    of_tables = given("of", at=1)  # Table.of(caption, where its headings stand, rows)
    named = {a.pattern for a in asked() if a.pattern not in catalogue() and keys(a.pattern)}
    return frozenset(named | {word for word in of_tables if keys(word)} | {"template.step"})


def test_the_source_says_what_fills_every_key():
    unknown = [
        f"{a.pattern} {a.place}" for a in asked() if a.keys(fills()) is None and a.pattern not in OPTIONAL
    ]
    assert not unknown, "say in fills() what may stand there"


def test_every_text_that_code_can_ask_for_is_there():
    known = {*catalogue(), *families()}
    missing = sorted((k, a.place) for a in asked() for k in a.keys(fills()) or () if k not in known)
    assert not missing


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_text_is_empty(lang):
    assert not [k for k, entry in catalogue().items() if not entry[lang].strip() and k != "page.sheet.none"]


def test_no_text_that_nobody_asks_for():
    reached = {key for a in asked() for key in a.keys(fills()) or ()}
    optional = [re.compile(p.replace(".", r"\.").replace("{}", r"\w+")) for p in OPTIONAL]
    looked_up = tuple(f"{family}." for family in families())
    dead = [
        key
        for key in catalogue()
        if key not in reached
        and not key.startswith(looked_up)
        and not any(p.fullmatch(key) for p in optional)
    ]
    assert not dead


def test_a_missing_text_is_found(monkeypatch):
    """The tests above can fail: a key taken away is missed, one that nobody asks for is dead."""
    with_one_less = {k: v for k, v in catalogue().items() if k != "drivers.model.ols"}
    monkeypatch.setitem(
        globals(), "catalogue", lambda: with_one_less | {"agreement.unheard_of": {"vi": "a", "en": "a"}}
    )
    with pytest.raises(AssertionError, match=r"drivers\.model\.ols"):
        test_every_text_that_code_can_ask_for_is_there()
    with pytest.raises(AssertionError, match="unheard_of"):
        test_no_text_that_nobody_asks_for()


def test_the_reader_of_the_source_sees_what_it_should(tmp_path):
    package = tmp_path / "house"
    package.mkdir()
    (package / "__init__.py").write_text(
        "def say(kind, *, end='low'):\n    return f'top.{kind}_{end}'\n\n"
        "def both(wide):\n    say('a')\n    say('b' if wide else 'c', end='high')\n    return [f'top.{x}' for x in ('d', 'e')]\n",
        encoding="utf-8",
    )
    found = {a.pattern: a.keys({}) for a in Source(package).asked({"top"})}
    assert found["top.{}"] == {"top.d", "top.e"}
    assert found["top.{}_{}"] == {f"top.{k}_{e}" for k in "abc" for e in ("low", "high")}
    assert isinstance(Source(package).trees[package / "__init__.py"], ast.Module)
