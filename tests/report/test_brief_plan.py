"""Chapters on interventions: there when a package is given, every number traced, marked where illustrative."""

from __future__ import annotations

import pytest

import piikit as pk
from piikit.report.brief.brief_trace import Tracer
from piikit.report.brief.make_brief import make_brief
from piikit.report.write.block_html import to_html


@pytest.fixture(scope="module")
def brief():
    result = pk.build_index(pk.load_dataset("open-2022"))
    package = pk.optimise(result, "Cần Thơ", "open-2022", target_rank=3, among="central-cities")
    return make_brief(pk.diagnose(result, "Cần Thơ"), package=package, odds=pk.odds(package, runs=100))


def test_four_chapters_and_no_number_without_a_way_back(brief):
    ours = {c.id for c in brief.chapters if c.id.startswith("plan_")}
    assert ours == {"plan_package", "plan_what_if", "plan_odds", "plan_who"}
    trace = Tracer(brief.result)
    checked = [q for chapter, q in brief.quantities() if chapter in ours and not q.bare]
    assert {q.kind for q in checked} >= {"score", "value", "change"}
    for quantity in checked:
        assert trace.find(quantity) == pytest.approx(quantity.value, abs=1e-9)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_written_in_both_languages_with_the_warning(brief, lang):
    html = to_html(brief, lang)
    assert ("MINH HOẠ" if lang == "vi" else "ILLUSTRATIVE") in html
    assert ("Ai làm gì" if lang == "vi" else "Who does what") in html


def test_a_brief_without_a_package_has_no_such_chapters():
    result = pk.build_index(pk.load_dataset("open-2022"))
    assert not [c for c in make_brief(pk.diagnose(result, "Cần Thơ")).chapters if c.id.startswith("plan_")]


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
    main(asked)
    page = next(tmp_path.glob("*.html")).read_text(encoding="utf-8")
    assert "MINH HOẠ" in page
    assert "200" in page
    with pytest.raises(SystemExit) as done:
        main(["brief", "Cần Thơ", "--budget", "200", "--out", str(tmp_path)])
    assert done.value.code == 2
    assert "--actions" in capsys.readouterr().err
