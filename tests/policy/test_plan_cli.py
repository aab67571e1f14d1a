"""``piikit plan`` in both languages: what it says, writes and refuses; marks on everything illustrative."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

import piikit as pk
from piikit.cli import group
from piikit.cli.amounts import BILLIONS


def run(*arguments):
    return CliRunner().invoke(group, ["plan", *arguments])


def test_says_answer_proof_odds_and_marks():
    done = run("Cần Thơ", "--target-rank", "3", "--among", "central-cities", "--runs", "200", "--lang", "vi")
    assert done.exit_code == 0, done.output
    for words in (
        "hạng trong nhóm 5 → 3",
        "Đã chứng minh",
        "Khả năng đạt hạng 3",
        "năm tiến bộ điển hình",
        "MINH HOẠ",
        "là thật",
        "tỷ đồng",
    ):
        assert words in done.output
    done = run("can tho", "--budget", "60", "--runs", "100", "--rivals", "repeat", "--lang", "en")
    for words in (
        "most points",
        "Proved",
        "Back-test 2022–2024",
        "ILLUSTRATIVE",
        "Indicator values are real",
        "billion VND",
    ):
        assert words in done.output


def test_writes_a_workbook_and_a_page(tmp_path):
    xlsx, html = tmp_path / "gói.xlsx", tmp_path / "gói.html"
    done = run(
        "--target-rank",
        "4",
        "--among",
        "central-cities",
        "--runs",
        "100",
        "--xlsx",
        str(xlsx),
        "--html",
        str(html),
    )
    assert done.exit_code == 0, done.output
    book = load_workbook(xlsx)
    assert book.sheetnames[0] == "MINH HOẠ"
    assert {"Gói chọn", "Ai làm gì", "Chỉ số", "Khả năng", "Chứng minh"} <= set(book.sheetnames)
    said = [row[0] for row in book["Khả năng, căn cứ"].iter_rows(min_row=2, values_only=True)]
    assert any("Kiểm chứng ngược" in s for s in said) or len(said) >= 3
    assert all(s in done.output for s in said)
    page = html.read_text(encoding="utf-8")
    assert page.count("<img") == 2
    assert 'class="stamp"' in page
    assert not re.search(r"(src|href)=\"http", page)


def test_sure_and_out_of_reach():
    done = run(
        "--target-rank",
        "4",
        "--among",
        "central-cities",
        "--sure",
        "0.7",
        "--runs",
        "200",
        "--seconds",
        "30",
        "--lang",
        "en",
    )
    assert done.exit_code == 0, done.output
    assert "70% sure" in done.output
    done = run("--target-rank", "1", "--among", "central-cities", "--runs", "50", "--lang", "en")
    assert "No package reaches it" in done.output
    assert "points short of" in done.output


def test_template_is_read_back_and_replaced_figures_lose_the_mark(tmp_path):
    path = tmp_path / "thay.xlsx"
    assert run("--template", str(path)).exit_code == 0
    book = load_workbook(path)
    for name, column in (("Hoạt động", "M"), ("Tác động", "N")):
        sheet = book[name]
        for row in range(3, sheet.max_row + 1):
            sheet[f"{column}{row}"] = None
    book.save(path)
    assert not pk.read_actions(path).illustrative
    done = run("--actions", str(path), "--budget", "60", "--runs", "50")
    assert done.exit_code == 0, done.output
    assert "MINH HOẠ" not in done.output


@pytest.mark.parametrize(
    "arguments",
    [
        ("--data", "classroom", "--budget", "5"),
        ("--sure", "0.8"),
        ("--objective", "cost"),
        ("--actions", "nothing.xlsx"),
    ],
)
def test_bad_questions_are_refused(arguments):
    done = run(*arguments)
    assert done.exit_code != 0
    assert done.exception is not None
    assert str(done.exception)


@pytest.fixture(scope="module")
def shown():
    result = pk.build_index(pk.load_dataset("open-2022"))
    asked = {"among": "central-cities"}
    p = pk.optimise(result, "Cần Thơ", "open-2022", target_rank=4, **asked)
    return [
        p,
        pk.optimise(result, "Cần Thơ", "open-2022", target_rank=1, **asked),
        pk.odds(p, runs=50),
        pk.frontier(result, "Cần Thơ", "open-2022", points=3, **asked),
        pk.core_index(result, "Cần Thơ", "open-2022", budget=60, futures=3),
    ]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_result_has_every_face(lang, shown, tmp_path):
    for k, one in enumerate(shown):
        assert one.summary(lang)
        assert "stamp" in one._repr_html_()
        ax = one.plot(lang=lang)
        assert [t for t in ax.texts if t.get_gid() == "piikit-illustrative"]
        assert one.to_excel(tmp_path / f"{k}.xlsx", lang=lang).exists()
    assert pk.load_actions("open-2022").summary(lang)
    assert pk.load_actions("plan-116")._repr_html_()


def test_a_budget_is_read_as_in_a_file(capsys):
    assert BILLIONS.convert("60", None, None) == 60
    assert BILLIONS.convert("500 triệu", None, None) == 0.5
    assert "0,5 (tỷ đồng)" in capsys.readouterr().err
    for asked in ("1.000", "60-", "5 USD", "60%"):
        done = run("--budget", asked)
        assert done.exit_code == 2
        assert asked in done.output
