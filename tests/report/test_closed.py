"""Results are closed when they are returned: whatever writes them finds every figure made.

One of every result class is made on small data; then everything that computes is made to fail,
and everything it can show is written in both languages: no result has a method that can only fail.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache, partial
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import pytest
import shared
from shared import UNIT, index, page

import piikit as pk
from piikit.base.language import LANGUAGES, in_language
from piikit.base.results import Drawn, Result
from piikit.diagnosis.unit.brief_facts import brief_facts
from piikit.report import CONTENT
from piikit.report.blocks.content import content_of
from piikit.report.brief.make_brief import compose
from piikit.report.words.subject import Subject
from piikit.report.write.block_html import result_page, write_html
from piikit.report.write.index_files import write_index
from piikit.report.write.latex import result_latex
from piikit.report.write.text import whole
from piikit.report.write.word import result_word

# What may not run while a result is written.
COMPUTES = (
    "piikit.index.engine:compute",
    "piikit.index.engine:build_column",
    "piikit.index.build:build_index",
    "piikit.index.page.page_result:score_page",
    "piikit.policy.response.unit_response:Response.evaluate",
    "piikit.diagnosis.drivers.development:development",
    "piikit.data.library:load_dataset",
    "piikit.diagnosis.unit.duel:duel",
    "piikit.diagnosis.unit.findings:find",
    "piikit.diagnosis.unit.rebuilt:rebuild",
    "piikit.index.explanation:explain",
    "piikit.index.page.page_explanation:explain_page",
    "piikit.index.page.page_ranks:rank_interval",
    "piikit.policy.choose.solver:Solver.run",
    "piikit.policy.effort.year_effort:effort",
)


def fresh(case: str) -> Any:
    """A diagnosis that nobody has looked at yet."""
    if case == "page":
        return pk.diagnose(pk.read_page("khanh-hoa-2025"))
    return pk.diagnose(index("pii-2024" if case == "draws" else "open-2022"), UNIT, draws=2)


def chosen() -> Any:
    """A package that nobody has looked at yet."""
    return pk.optimise(index(), UNIT, "open-2022", budget=200)


def change() -> dict[str, str]:
    code = index().framework.indicators[0]
    return {code: "to best of region"}


def checked(folder: Path) -> Any:
    pk.write_template(folder / "empty.xlsx", framework="open-2022", units=63)
    return pk.check_file(folder / "empty.xlsx")


def outcomes() -> Any:
    response = pk.respond(index(), UNIT)
    now = index().dataset.values.loc[UNIT].to_numpy(float)
    return response.evaluate(np.array([now, now * 1.01]))


# How to make one of each; several where a class has more than one way to be written.
MADE: dict[str, Callable[[Path], list[Any]]] = {
    "ActionSet": lambda _: [pk.load_actions("open-2022")],
    "AgainstRivals": lambda _: [pk.against_rivals(index(), UNIT, change(), runs=20)],
    "Brief": lambda _: [
        pk.make_brief(fresh("index"), package=chosen(), odds=pk.odds(chosen(), runs=100)),
        pk.make_brief(fresh("draws")),
        pk.make_brief(fresh("page")),
    ],
    "CheckReport": lambda folder: [checked(folder)],
    "CoreIndex": lambda _: [pk.core_index(index(), UNIT, "open-2022", budget=200, futures=3)],
    "DevelopmentResult": lambda _: [pk.development(index(), independent=True)],
    "Diagnosis": lambda _: [fresh("index"), fresh("draws")],
    "DrawsResult": lambda _: [pk.over_draws(pk.statements_about(UNIT), "pii-2024", draws=2)],
    "DriversResult": lambda _: [
        pk.drivers(index(), formula="exam ~ log(grdp_per_head) + urban_share", bootstrap=20)
    ],
    "Duel": lambda _: [pk.duel(index(), UNIT, "Bình Dương")],
    "Effort": lambda _: [pk.effort(index().dataset, pk.what_if(index(), UNIT, change()))],
    "Explanation": lambda _: [index().explain(UNIT), index("open-2022", "gii").explain(UNIT)],
    "Frontier": lambda _: [pk.frontier(index(), UNIT, "open-2022", points=3, seconds=5)],
    "IndexResult": lambda _: [pk.build_index(pk.load_dataset("classroom"))],
    "Known": lambda _: [pk.what_is_known(UNIT, "pii-2024")],
    "LeastEffort": lambda _: [pk.least_effort(index(), UNIT, 8)],
    "Odds": lambda _: [pk.odds(chosen(), runs=100)],
    "Outcomes": lambda _: [outcomes()],
    "Package": lambda _: [chosen()],
    "PageExplanation": lambda _: [page().explain(), page().explain("1.1.2")],
    "PageDiagnosis": lambda _: [fresh("page")],
    "PageResult": lambda _: [pk.read_page("khanh-hoa-2025")],
    "PageWhatIf": lambda _: [pk.what_if(page(), {"1.1.2": 9.5})],
    "Perverse": lambda _: [pk.perverse(index("open-2022", "gii"), UNIT)],
    "RankAgreement": lambda _: [pk.rank_agreement(index().scores["OPEN"], index().scores["IN"])],
    "ReferenceClass": lambda _: [
        pk.reference_class(*(pk.load_dataset(n) for n in ("open-2022", "open-2023")))
    ],
    "SurePackage": lambda _: [
        pk.optimise_sure(index(), UNIT, "open-2022", target_rank=8, scenarios=4, fresh=50, seconds=5)
    ],
    "Tornado": lambda _: [pk.tornado(index(), UNIT)],
    "WhatIf": lambda _: [pk.what_if(index(), UNIT, change())],
    "WhatIfDraws": lambda _: [pk.what_if(index("pii-2024"), UNIT, {"6.1.1": "to best of region"}, draws=2)],
    "WhatIfs": lambda _: [
        pk.what_if(index(), UNIT, scenarios={"a": change(), "b": {index().framework.indicators[1]: "+5%"}})
    ],
}


@cache
def everything_is_imported() -> None:
    """Load every module: one that is first loaded while functions are patched would keep the patch."""
    for found in pkgutil.walk_packages(pk.__path__, "piikit."):
        if not found.name.endswith("__main__"):
            importlib.import_module(found.name)


def result_classes() -> set[str]:
    """Every class of piikit that is a result."""
    everything_is_imported()
    todo, classes = [Result], set()
    while todo:
        for kid in todo.pop().__subclasses__():
            todo.append(kid)
            if kid.__module__.startswith(
                ("piikit.data", "piikit.index", "piikit.diagnosis", "piikit.policy", "piikit.report")
            ) and (kid.__name__ in CONTENT or not kid.__subclasses__()):
                classes.add(kid.__name__)
    return classes


@contextmanager
def nothing_computes() -> Iterator[list[str]]:
    """Whatever computes fails, in the module that has it and in all that imported it by name."""
    everything_is_imported()
    called: list[str] = []

    def refusal(name: str) -> Callable[..., Any]:
        def refuse(*_: Any, **__: Any) -> Any:
            called.append(name)
            raise AssertionError(f"{name} runs while a result is written")

        return refuse

    with ExitStack() as stack:
        for target in COMPUTES:
            name = target.split(":")[1]
            for owner, key in places(target):
                stack.enter_context(mock.patch.object(owner, key, refusal(name)))
        yield called


def places(target: str) -> list[tuple[Any, str]]:
    """Where a function stands: in its own module and in every one that imported it by name."""
    module, name = target.split(":")
    owner, _, method = name.partition(".")
    there = importlib.import_module(module)
    if method:
        return [(getattr(there, owner), method)]
    original = getattr(there, owner)
    ours = [m for k, m in sys.modules.items() if k.partition(".")[0] == "piikit"]
    return [(m, key) for m in ours for key, v in vars(m).items() if v is original]


def write_all(thing: Result, folder: Path, languages: tuple[str, ...]) -> int:
    """Write everything a result can show, by its own methods and by every writer; returns how much that was.

    Words are tried in every language; figures, pages and files in the first.
    """
    pictures = content_of(thing).pictures
    assert isinstance(thing, Drawn) == bool(pictures), "only what has pictures can be drawn"
    named = ("summary", "_repr_html_", "to_latex", "to_text", "to_html", "sentence")
    words = [getattr(thing, name) for name in named if hasattr(thing, name)]
    words += [partial(writer, thing) for writer in (whole, result_latex)]
    shows = [
        *(partial(thing.plot, kind=kind) for kind in pictures),
        partial(result_page, thing),
        partial(thing.to_excel, folder / "x.xlsx"),
        partial(result_word, thing, folder / "x.docx"),
        *(partial(write, thing, folder) for write in FILES.get(type(thing).__name__, ())),
    ]
    for lang in languages:
        with in_language(lang):
            for call in words if lang != languages[0] else (*words, *shows):
                call()
    return len(words) + len(shows)


def _briefed(thing: Any, folder: Path) -> None:
    write_html(thing, folder / "brief.html")


def _exported(thing: Any, folder: Path) -> None:
    write_index(thing, folder)
    for layout in ("tidy", "gii"):
        pk.export(thing, folder / f"{layout}.csv", layout=layout)


# Files beyond that.
FILES: dict[str, tuple[Callable[[Any, Path], None], ...]] = {
    "Brief": (_briefed,),
    "IndexResult": (_exported,),
}


@pytest.fixture(autouse=True)
def _no_pixels():
    with shared.without_pixels():
        yield


def test_every_result_class_is_tried():
    assert result_classes() == set(MADE)


@pytest.mark.parametrize("cls", sorted(MADE))
def test_nothing_computes_while_a_result_is_written(cls, tmp_path):
    results = MADE[cls](tmp_path)
    assert {type(r).__name__ for r in results} == {cls}
    with nothing_computes() as called:
        for k, thing in enumerate(results):  # the first of a class in both languages, others in one
            assert write_all(thing, tmp_path, LANGUAGES[: 1 if k else 2]) >= 3
    assert not called


@pytest.mark.parametrize("case", ["index", "draws", "page"])
def test_a_brief_is_composed_of_what_was_gathered(case):
    found = fresh(case)
    facts = brief_facts(found) if case != "page" else None
    more = {"package": chosen(), "odds": pk.odds(chosen(), runs=100)} if case == "index" else {}
    with nothing_computes() as called:
        assert len(compose(Subject(found, facts, **more)).chapters) >= 6
    assert not called


def test_what_computes_is_really_made_to_fail():
    with nothing_computes() as called, pytest.raises(AssertionError, match="runs while a result is written"):
        pk.diagnose(index(), UNIT)
    assert called
