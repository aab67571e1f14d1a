"""Exports: what users typed never becomes a formula or markup; tables have their columns."""

import csv
import subprocess
import zipfile

import pandas as pd
import pytest
from openpyxl import load_workbook

import piikit as pk
from piikit.base.errors import MethodError, UnknownNameError
from piikit.report.write.exports import GII_COLUMNS, gii_table
from piikit.report.write.html_page import page

NASTY = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1,1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    '=HYPERLINK("http://x.test","x")',
    "=cmd|' /C calc'!A0",
    "<script>document.title='owned'</script>",
    "<img src=x onerror=\"document.title='owned'\">",
    '"><b>x',
    "a\x01b\x0b",
    "__x0041_",
]


@pytest.fixture(scope="module")
def nasty():
    """A dataset every text of which is hostile."""
    rows = [{"code": "X", "parent": "", "name_vi": "=1+1", "name_en": "<b>X</b>"}]
    rows += [
        {"code": f"1.{k}", "parent": "X", "name_vi": text, "name_en": text} for k, text in enumerate(NASTY, 1)
    ]
    tree = pk.Framework.from_frame(pd.DataFrame(rows), name="=1+1")
    units = [*NASTY[:6], "Cần Thơ"]
    values = pd.DataFrame(2.0, index=[f"{u} {i}" for i, u in enumerate(units)], columns=list(tree.indicators))
    values.iloc[0] = -1.5
    texts = pd.DataFrame([NASTY] * len(values), index=values.index, columns=values.columns)
    groups = pd.DataFrame({"=region": NASTY[: len(values)]}, index=values.index)
    return pk.Dataset.from_frame(
        values,
        framework=tree,
        year=2024,
        sources=texts,
        notes=texts,
        groups=groups,
        name="=1+1",
        title_vi="=1+1",
    )


def formulas(path):
    """Formula elements in the sheets of a workbook."""
    with zipfile.ZipFile(path) as book:
        return [
            n
            for n in book.namelist()
            if "worksheets/sheet" in n and (b"<f>" in book.read(n) or b"<f " in book.read(n))
        ]


@pytest.mark.parametrize("of", ["dataset", "index", "gii"])
def test_no_formula_in_a_workbook(nasty, of, tmp_path):
    thing = pk.build_index(nasty) if of == "index" else nasty
    path = pk.export(thing, tmp_path / "x.xlsx", layout="gii" if of == "gii" else "tidy")
    assert formulas(path) == []
    for sheet in load_workbook(path).worksheets:
        for row in sheet.iter_rows():
            assert all(cell.data_type != "f" for cell in row)


def test_hostile_text_reads_back_as_it_was(nasty, tmp_path):
    read = pk.read_workbook(pk.export(nasty, tmp_path / "x.xlsx"))
    pd.testing.assert_frame_equal(read.sources, nasty.sources, check_names=False)
    pd.testing.assert_frame_equal(read.groups, nasty.groups)
    assert read.fingerprint == nasty.fingerprint


@pytest.mark.parametrize("layout", ["tidy", "gii"])
def test_no_formula_in_a_csv(nasty, layout, tmp_path):
    path = pk.export(nasty, tmp_path / "x.csv", layout=layout)
    raw = path.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.reader(file):
            for cell in row:
                is_number = cell.replace(".", "", 1).replace("-", "", 1).isdigit()
                assert is_number or not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n")), (
                    cell
                )


def convert(soffice, path, to, folder):
    subprocess.run(
        [soffice, "--headless", f"-env:UserInstallation=file://{folder}/lo", "--convert-to", to, "--outdir", str(folder), str(path)],
        check=True,
        capture_output=True,
        timeout=180,
    )  # fmt: skip


@pytest.mark.office
@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
def test_libreoffice_sees_text(nasty, suffix, tmp_path, soffice):
    """Opened and saved by LibreOffice, no cell has a formula and the typed text still stands."""
    path = pk.export(nasty, tmp_path / f"export.{suffix}")
    convert(soffice, path, "fods", tmp_path)
    flat = (tmp_path / "export.fods").read_text(encoding="utf-8")
    assert "table:formula" not in flat
    assert "SUM(1,1)" in flat
    assert "cmd|" in flat


@pytest.mark.office
def test_libreoffice_opens_the_check_report(tmp_path, soffice):
    source = tmp_path / "in.csv"
    source.write_text("Tỉnh,2.1\n=1+1,5\n@x,=2+2\nCần Thơ,<b>6</b>\n", encoding="utf-8")
    path = pk.check_file(source, framework="open-2022").to_excel(tmp_path / "report.xlsx")
    assert formulas(path) == []
    convert(soffice, path, "fods", tmp_path)
    flat = (tmp_path / "report.fods").read_text(encoding="utf-8")
    assert "table:formula" not in flat
    assert "=1+1" in flat


@pytest.mark.browser
def test_browser_sees_no_markup(nasty, tmp_path, chromium):
    """The pages of an index, a check and an explanation are drawn; no script of the data runs."""
    source = tmp_path / "in.csv"
    lines = [
        "Tỉnh,2.1",
        *(
            f'"{t}",5'
            for t in ("<script>document.title='owned'</script>", "<img src=x onerror=document.title='owned'>")
        ),
    ]
    source.write_text("\n".join(lines), encoding="utf-8")
    report = pk.check_file(source, framework="open-2022")
    result = pk.build_index(nasty)
    bodies = [report._repr_html_(), result._repr_html_(), result.explain(result.units[-1]).to_html()]
    path = tmp_path / "trang.html"
    path.write_text(page("an toàn", "<hr>".join(bodies)), encoding="utf-8")
    done = subprocess.run(
        [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=2000", "--dump-dom", path.as_uri()],
        check=True,
        capture_output=True,
        timeout=60,
    )  # fmt: skip
    dom = done.stdout.decode("utf-8")
    assert "<title>an toàn</title>" in dom
    body = dom[dom.index("<body") :]
    assert "<script" not in body
    assert "<img" not in body
    assert "&lt;script&gt;" in body


def test_gii_columns():
    result = pk.build_index(pk.load_dataset("open-2022"))
    table = gii_table(result)
    assert tuple(table.columns[:11]) == GII_COLUMNS
    assert len(table) == 63 * 25
    row = table[(table["ISO3"] == "can-tho") & (table["NUM"] == "OPEN")].iloc[0]
    assert row["NAME"] == "Cần Thơ"
    assert row["DATAYR"] == 2022
    assert row["SCORE"] == result.scores.at["Cần Thơ", "OPEN"]
    assert row["RANK"] == result.ranks.at["Cần Thơ", "OPEN"]
    raw = table[(table["NAME"] == "Cần Thơ") & (table["NUM"] == "2.1")].iloc[0]
    assert raw["VALUE_SCREEN"] == result.dataset.values.at["Cần Thơ", "2.1"]
    assert raw["PROVENANCE"] == "open"


def test_vietnamese_csv(tmp_path):
    path = pk.export(pk.load_dataset("open-2022"), tmp_path / "x.csv", separator=";", decimal=",")
    back = pd.read_csv(path, sep=";", decimal=",", encoding="utf-8-sig")
    cells = pk.load_dataset("open-2022").cells()
    assert back["value"].tolist() == cells["value"].tolist()
    assert "," in path.read_text(encoding="utf-8-sig").splitlines()[1]


def test_wrong_requests(tmp_path):
    data = pk.load_dataset("classroom")
    with pytest.raises(MethodError):
        pk.export(data, tmp_path / "x.docx")
    with pytest.raises(UnknownNameError):
        pk.export(data, tmp_path / "x.csv", layout="wide")
    with pytest.raises(MethodError):
        pk.export(3, tmp_path / "x.csv")
    assert list(tmp_path.iterdir()) == []
