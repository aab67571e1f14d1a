"""The blank form of a province's own page comes back as it was filled, in both languages."""

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

import piikit as pk
from piikit.base.errors import InputError
from piikit.cli import group

KNOWN = pk.read_page("khanh-hoa-2025").page


@pytest.fixture(params=["vi", "en"])
def form(request, tmp_path):
    path = tmp_path / "trang.xlsx"
    said = CliRunner().invoke(group, ["template", "--page", "khanh hoa", "--lang", request.param, str(path)])
    assert said.exit_code == 0, said.output
    return path


def filled(path, figures):
    book = load_workbook(path)
    sheet = book.worksheets[0]
    for row in range(5, sheet.max_row + 1):
        for column, value in zip("DEF", figures.get(str(sheet[f"A{row}"].value), ()), strict=False):
            sheet[f"{column}{row}"] = value
    book.save(path)
    return [str(sheet[f"A{row}"].value) for row in range(5, sheet.max_row + 1)]


def test_a_filled_form_is_the_page(form):
    table = KNOWN.figures.astype(object).where(KNOWN.figures.notna(), None)
    own = table["value"].where(table["value"].notna(), table["printed"])
    figures = {c: (own[c], table.at[c, "minimum"], table.at[c, "maximum"]) for c in table.index}
    assert filled(form, figures) == list(KNOWN.framework)
    read = pk.read_page(form).page
    assert (read.unit, read.year, read.problems) == ("Khánh Hòa", 2025, ())
    for column in ("value", "minimum", "maximum", "printed"):
        assert read.figures[column].dropna().to_dict() == KNOWN.figures[column].dropna().to_dict()
    assert set(read.figures.index) == set(KNOWN.framework)


def test_a_blank_form_says_so_in_one_sentence(form):
    with pytest.raises(InputError) as error:
        pk.read_page(form)
    (problem,) = error.value.problems
    assert (problem.key, problem.values["n"]) == ("problem.page.blank", len(KNOWN.framework))


def test_every_edition_has_a_form(tmp_path):
    for year in (2023, 2024):
        path = tmp_path / f"{year}.xlsx"
        said = CliRunner().invoke(group, ["template", "--page", "An Giang", "--year", str(year), str(path)])
        assert said.exit_code == 0, said.output
        codes = filled(path, {})
        filled(path, {c: (1.5, 1, 2) for c in codes})
        read = pk.read_page(path).page
        assert (read.year, list(read.figures.index), read.problems) == (year, codes, ())
