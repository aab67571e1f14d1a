"""No function of the library shows an illustrative value of a real province without its mark.

Every public name stands in one of two tables: how to call it on an edition of PII (then all that
what it returns can show is searched for the mark), or why it shows no such value.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pandas as pd
import pytest
import shared

import piikit as pk
from piikit.base.errors import MethodError
from piikit.base.language import in_language

UNIT, EDITION = shared.UNIT, "pii-2024"
WORD = {"vi": re.compile("minh ho[ạa]|minh họa", re.I), "en": re.compile("illustrative", re.I)}
EITHER = re.compile("minh hoạ|minh họa|illustrative", re.I)


def result() -> Any:
    return shared.index(EDITION)


@cache
def package() -> Any:
    return pk.optimise(result(), UNIT, pk.load_actions("plan-116"), budget=300)


def best(code: str) -> float:
    return float(result().dataset.values[code].quantile(0.8))


def change() -> dict[str, Any]:
    return {"7.1.2": best("7.1.2"), "6.1.1": best("6.1.1")}


CALLS: dict[str, Callable[[], Any]] = {
    "build_index": lambda: [result(), result().explain(UNIT), result().explain(UNIT, "6.1")],
    "diagnose": lambda: shared.diagnosis(EDITION),
    "duel": lambda: pk.duel(result(), UNIT, "Bình Dương"),
    "make_brief": lambda: shared.brief(EDITION),
    "over_draws": lambda: pk.over_draws(pk.statements_about(UNIT), EDITION, draws=2),
    "development": lambda: pk.development(result()),
    "what_if": lambda: [
        pk.what_if(result(), UNIT, change()),
        pk.what_if(result(), UNIT, change(), draws=2),
        pk.what_if(result(), UNIT, scenarios={"a": change(), "b": {"7.1.2": best("7.1.2")}}),
    ],
    "against_rivals": lambda: pk.against_rivals(result(), UNIT, change()),
    "tornado": lambda: pk.tornado(result(), UNIT),
    "perverse": lambda: pk.perverse(shared.index(EDITION, "gii"), UNIT),
    "least_effort": lambda: pk.least_effort(result(), UNIT, 6, codes=["7.1.2", "6.1.1", "1.1.1"]),
    "effort": lambda: pk.effort(result().dataset, {"7.1.2": best("7.1.2")}, unit=UNIT),
    "run_scenario": lambda: pk.run_scenario(pk.load_scenario("can-tho-2025"), draws=2),
    "optimise": package,
    "optimise_sure": lambda: pk.optimise_sure(
        result(),
        UNIT,
        pk.load_actions("plan-116"),
        budget=300,
        target_rank=7,
        scenarios=4,
        fresh=50,
        seconds=5,
    ),
    "frontier": lambda: pk.frontier(result(), UNIT, pk.load_actions("plan-116"), points=3, seconds=3),
    "odds": lambda: pk.odds(package(), runs=200),
}
# Tables that hold illustrative values carry provenance, a mark, or a count over draws.
TABLES: dict[str, Callable[[], Any]] = {
    "load_dataset": lambda: result().dataset.cells(),
    "printed_over_draws": lambda: pk.printed_over_draws(EDITION, 2),
}
EXEMPT: dict[str, str] = {
    "Dataset": "a class; every cell of it has a provenance",
    "Framework": "no values",
    "Method": "no values",
    "MISSING": "a constant",
    "Page": "printed figures only",
    "register_function": "no values",
    "set_language": "no values",
    "load_framework": "no values",
    "load_plan": "no values",
    "load_scenario": "what is asked, not what comes of it",
    "provinces": "names",
    "match_province": "names",
    "peers": "names",
    "provincial_statistics": "official statistics",
    "published_scores": "printed figures",
    "printed_figures": "printed figures",
    "what_is_known": "intervals that follow from print; no draw's value is shown",
    "check_printed": "set against the printed interval of every row",
    "rank_agreement": "compares two columns that the caller brings; shows no province's value",
    "indicator_stats": "statistics of a table that the caller brings, not of a province",
    "statements_about": "returns a function for over_draws, which marks",
    "statements_of_change": "returns a function for over_draws, which marks",
    "respond": "bare arrays for further computing",
    "reference_class": "made of open or user columns only, by its own rule",
    "years_needed": "takes open or user columns only for its pace",
    "change_denominators": "returns a Dataset with provenance",
    "denominator_share": "compares two datasets cell by cell for computing",
    "merge_provinces": "returns values with the log of their provenance",
    "read_agency_files": "user data",
    "read_page": "printed figures",
    "read_workbook": "user data",
    "check_file": "user data",
    "write_template": "an empty form",
    "drivers": "refuses illustrative data; tested below",
    "Action": "what is asked",
    "ActionSet": "what is asked; costs and effects carry their own mark",
    "Calendar": "dates",
    "Effect": "what is asked",
    "Estimate": "what is asked",
    "Link": "what is asked",
    "load_actions": "what is asked",
    "read_actions": "what is asked",
    "write_actions": "an input sheet; costs and effects carry their own mark",
    "planner": "returns a function for over_draws, which marks",
    "core_index": "shares of actions over packages, marked like the package it comes from",
    "export": "tested below in every layout",
}


def later(names: set[str]) -> set[str]:
    """Names of rooms that came after this test: add them to a table above as they settle."""
    return {n for n in names if n not in {*CALLS, *TABLES, *EXEMPT}}


METHODS = ("summary", "_repr_html_", "to_excel", "plot", "to_text", "to_html", "to_latex", "to_word")


def shown(thing: Any, method: str, lang: str, folder: Path) -> str:
    """What a reader sees of one method, as text; a figure gives its stamp."""
    show = getattr(thing, method)
    if method == "plot":
        figure = show(lang=lang).figure
        texts = [t for a in figure.axes for t in a.texts] + list(figure.texts)
        return " ".join(t.get_text() for t in texts if t.get_gid() == "piikit-illustrative")
    if method == "to_word":
        return "\n".join(p.text for p in docx.Document(str(show(folder / "x.docx", lang=lang))).paragraphs)
    if method == "to_excel":
        book = openpyxl.load_workbook(show(folder / "x.xlsx", lang=lang), read_only=True)
        said = [*book.sheetnames]
        for sheet in book.worksheets:
            said += [str(c) for row in sheet.iter_rows(values_only=True) for c in row if c is not None]
        book.close()
        return "\n".join(said)
    with in_language(lang):
        return str(show())


def things(made: Any) -> list[Any]:
    return made if isinstance(made, list) else [made]


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(set(CALLS) & set(pk.__all__)))
def test_everything_that_a_public_function_returns_shows_the_mark(name: str, tmp_path: Path) -> None:
    bare = []
    for thing in things(CALLS[name]()):
        for method in (m for m in METHODS if hasattr(thing, m)):
            for lang in ("vi",) if method in {"plot", "to_excel"} else ("vi", "en"):
                wanted = EITHER if method == "to_excel" else WORD[lang]
                if not wanted.search(shown(thing, method, lang, tmp_path)):
                    bare.append(f"{type(thing).__name__}.{method} [{lang}]")
    assert not bare, f"shown without a mark: {bare}"


@pytest.mark.parametrize("name", sorted(TABLES))
def test_tables_carry_provenance_or_a_count_over_draws(name: str) -> None:
    table = TABLES[name]()
    assert isinstance(table, pd.DataFrame)
    assert {"provenance", "mark", "draws"} & set(table.columns)


@pytest.mark.slow
@pytest.mark.parametrize("layout", ["tidy", "gii"])
def test_exports_carry_provenance(layout: str, tmp_path: Path) -> None:
    path = pk.export(result(), tmp_path / "x.csv", layout=layout)  # type: ignore[arg-type]
    said = path.read_text(encoding="utf-8-sig")
    assert EITHER.search(said)


def test_explanations_in_latex_and_text_and_tidy_tables_are_marked() -> None:
    explained = result().explain(UNIT)
    assert "illustrative" in set(explained.table["mark"])
    assert {"illustrative", "bounded", "printed", "open"} <= set(result().table["mark"])
    assert WORD["vi"].search(explained.to_text("vi"))


def test_drivers_refuse_illustrative_data() -> None:
    with pytest.raises(MethodError, match="MINH HOẠ"):
        pk.drivers(result(), "7", ["1", "2", "3"])


def test_every_public_name_is_accounted_for() -> None:
    assert not later(set(pk.__all__)), "add to CALLS, TABLES or EXEMPT of this test"
