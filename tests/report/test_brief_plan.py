"""Chapters on interventions: there when a package is given, every number traced, marked where illustrative."""

from __future__ import annotations

from dataclasses import replace

import pytest
import shared
from tracing import Tracer

import piikit as pk
from piikit.report.blocks.blocks import Sentence
from piikit.report.write.block_html import to_html


@pytest.fixture
def brief():
    return shared.brief("package")


def ours(brief):
    return tuple(c for c in brief.chapters if c.id.startswith("plan_"))


def test_four_chapters_and_no_number_without_a_way_back(brief):
    names = {c.id for c in ours(brief)}
    assert names == {"plan_package", "plan_what_if", "plan_odds", "plan_who"}
    trace = Tracer(brief.result)
    checked = [q for chapter, q in brief.quantities() if chapter in names and not q.bare]
    assert {q.kind for q in checked} >= {"score", "value", "change"}
    for quantity in checked:
        assert trace.find(quantity) == pytest.approx(quantity.value, abs=1e-9)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_written_in_both_languages_with_the_warning(brief, lang):
    html = to_html(replace(brief, chapters=ours(brief)), lang)
    assert html.count("<img") == 2
    assert ("MINH HOẠ" if lang == "vi" else "ILLUSTRATIVE") in html
    assert ("Ai làm gì" if lang == "vi" else "Who does what") in html


def test_no_such_chapters_without_a_package_or_with_another_unit_s():
    assert not ours(shared.brief())
    other = shared.diagnosis("open-2022", "Hà Giang")
    assert not ours(pk.make_brief(other, package=shared.package()))


def test_out_of_reach_is_said_with_what_is_missing():
    short = pk.optimise(shared.index(), "Cần Thơ", "open-2022", target_rank=1, among="central-cities")
    made = pk.make_brief(shared.diagnosis(), package=short)
    said = [b.text("en") for b in ours(made)[0].blocks if isinstance(b, Sentence)]
    assert any("short of" in line or "missing" in line for line in said), said


def test_the_verb_takes_a_package(tmp_path, capsys):
    from piikit.cli import main

    asked = [
        "brief",
        "Cần Thơ",
        "--actions",
        "open-2022",
        "--budget",
        "200",
        "--runs",
        "200",
        "--out",
        str(tmp_path),
    ]
    with shared.without_pixels():
        main(asked)
    page = next(tmp_path.glob("*.html")).read_text(encoding="utf-8")
    assert "MINH HOẠ" in page
    assert "200" in page
    with pytest.raises(SystemExit) as done:
        main(["brief", "Cần Thơ", "--budget", "200", "--out", str(tmp_path)])
    assert done.value.code == 2
    assert "--actions" in capsys.readouterr().err
