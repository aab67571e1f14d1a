"""Tables of saved pages: spans, several tables, tables within tables, footnote marks, hidden rows."""

import random

import pytest
from sizes import sized

import piikit as pk
from piikit.data.reading.open.html_tables import html_grids
from piikit.data.reading.open.open_file import open_grids
from piikit.data.reading.open.safety import Budget


def grids(body):
    return html_grids(f"<html><head><title>x</title></head><body>{body}</body></html>", Budget())


def test_spans_stand_where_a_browser_shows_them():
    (grid,) = grids(
        "<table><thead><tr><th rowspan=2>Tỉnh<th colspan=2>Kinh tế<tr><th>2.1<th>2.2</thead>"
        "<tr><td>Cần Thơ<td>6,4<td>70,5<tr><td>Huế<td>7,5<td rowspan=0>52<tr><td>Hà Nội<td>6,9</table>"
    )
    assert grid.rows == [
        ["Tỉnh", "Kinh tế", "Kinh tế"],
        ["Tỉnh", "2.1", "2.2"],
        ["Cần Thơ", "6,4", "70,5"],
        ["Huế", "7,5", "52"],
        ["Hà Nội", "6,9", "52"],
    ]
    assert grid.merged == ((1, 1, 2, 1), (1, 2, 1, 3), (4, 3, 5, 3))


def test_spans_are_bounded_by_the_table_and_the_standard():
    (grid,) = grids("<table><tr><td colspan=1000000 rowspan=1000000>a<td>b<tr><td>c</table>")
    assert grid.merged == ((1, 1, 2, 1_000),)
    assert (grid.place(0, 1), grid.place(1, 1)) == ("ALM1", "ALM2")


def test_each_table_is_a_grid_of_its_own():
    found = grids(
        "<table><tr><td>Trang chủ | Liên hệ<tr><td><table><tr><td>Tỉnh<td>2.1<tr><td>Cần Thơ<td>6,4</table></table>"
        "<p>Đơn vị: triệu đồng</p><table><caption>Biểu 2</caption><tr><td>Tỉnh<td>2.2<tr><td>Huế<td>7,5</table>"
    )
    assert [(g.name, g.rows) for g in found] == [
        ("table 2", [["Tỉnh", "2.1"], ["Cần Thơ", "6,4"]]),
        ("table 3", [["Đơn vị: triệu đồng", None], ["Biểu 2", None], ["Tỉnh", "2.2"], ["Huế", "7,5"]]),
    ]


def test_two_tables_of_a_page_keep_their_figures(tmp_path):
    path = tmp_path / "trang.html"
    path.write_text(
        "<?xml version='1.0' encoding='UTF-8'?><!DOCTYPE html><html xmlns='http://www.w3.org/1999/xhtml'><body>"
        "<table><tr><th>Tỉnh</th><th>2.1</th></tr><tr><td>Cần<br/>Thơ</td><td>6,4</td></tr></table>"
        "<table><tr><th>Tỉnh</th><th>2.2</th></tr><tr><td>Huế</td><td>52,5</td></tr></table></body></html>",
        encoding="utf-8",
    )
    values = pk.read_workbook(path, framework="open-2022").values
    assert values[["2.1", "2.2"]].stack().dropna().to_dict() == {
        ("Cần Thơ", "2.1"): 6.4,
        ("Huế", "2.2"): 52.5,
    }


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("6,4<sup>1</sup>", "6,4(1)"),
        ("6,4<sup><a href='#n'>[2]</a></sup>", "6,4(2)"),
        ("người/km<sup>2</sup>", "người/km2"),
        ("10<sup>3</sup> đồng", "10^3 đồng"),
        ("Cần<br>Thơ", "Cần\nThơ"),
        ("6<br>400", "6 / 400"),
        ("<p>6,4</p><p>7,5</p>", "6,4 / 7,5"),
        ("<span style='display: none'>0064</span>6,4", "6,4"),
        ("6,4&nbsp;%&lt;", "6,4 %<"),
        ("<script>9</script>6<style>b{}</style>,4", "6,4"),
    ],
)
def test_what_a_cell_shows(cell, read):
    (grid,) = grids(f"<table><tr><td>{cell}<td>x</table>")
    assert grid.rows[0][0] == read


def test_hidden_rows_are_said(tmp_path):
    path = tmp_path / "trang.html"
    path.write_text(
        "<table><tr><td>Tỉnh<td>2.1<tr hidden><td>Cần Thơ<td>6,4<tr style='DISPLAY:none'><td>Huế<td>7</table>",
        encoding="utf-8",
    )
    said = [p for p in open_grids(path).warnings if p.key == "problem.file.hidden_rows"]
    assert [p.values["at"] for p in said] == ["2-3"]


def test_random_spans_read_as_laid_out():
    """Random tilings of a table into cells that span: every cell covers exactly the places it was given."""
    rng = random.Random(4)
    for _ in range(sized(60, 2_000)):
        high, wide = rng.randrange(1, 7), rng.randrange(2, 7)
        owner: dict[tuple[int, int], str] = {}
        body = ""
        for r in range(1, high + 1):
            body += "<tr>"
            for c in range(1, wide + 1):
                if (r, c) in owner:
                    continue
                free = next((k for k in range(c, wide + 1) if (r, k) in owner), wide + 1) - c
                across, down = rng.randrange(1, free + 1), rng.randrange(1, high - r + 2)
                name = f"r{r}c{c}"
                owner |= {(i, j): name for i in range(r, r + down) for j in range(c, c + across)}
                body += f"<td rowspan={down} colspan='{across}'>{name}</td>"
            body += "</tr>"
        found = grids(f"<table>{body}</table>")
        if len(set(owner.values())) < 2 or not found or len({c for _, c in owner}) < 2:
            continue
        for grid in found:
            for i, row in enumerate(grid.rows):
                for j, value in enumerate(row):
                    if len(grid.col_at) > 1:
                        assert value == owner[grid.row_at[i], grid.col_at[j]]
