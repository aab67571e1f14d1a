"""Text of before Unicode: recognised, turned and said; nothing else is touched."""

import unicodedata
from pathlib import Path

import pandas as pd
import pytest
from layout_files import Sheet, tcvn3, vni, write
from openpyxl import Workbook

import piikit as pk
from piikit.data.paths import data_root
from piikit.data.provinces import known_province, unit_names
from piikit.data.reading.open.delimited import decode
from piikit.data.reading.open.grid import from_rows
from piikit.data.reading.open.legacy_fonts import font_of, in_unicode, to_unicode

WRITERS = {"TCVN3 (ABC)": tcvn3, "VNI": vni}
NAMES = tuple(dict.fromkeys([*unit_names(63), *unit_names(34)]))
FRENCH = """Le marché du thé et du café a été créé à Genève; où est le bébé né près de la forêt? Là, déjà, près du château.
L'été, les élèves âgés mangent des crêpes, du pâté, des pêches et des œufs brouillés; ça coûte très cher, même à Noël.
île, hôtel, mûr, dû, sûr, çà et là, voilà, ô, naïf, maïs, Citroën, aiguë, où, né, hé, nué, lié, tué""".splitlines()
GERMAN = """Größe, Höhe und Länge der Straßen in Köln, München und Düsseldorf; für Mädchen und Jungen über fünf Jahre.
Öl, Übung, Äpfel, schön, früh, spät, müde, Tür, Gänse, Bö, Nähe, Mühe, Höfe, Lücke, Fuß, Maß, Süß, nötig""".splitlines()
SIGNS = [
    "PM2.5 (µg/m³)",
    "25 °C ± 1",
    "3 × 4 ÷ 2",
    "© 2024",
    "«x»",
    "m²",
    "Note¹",
    "¥ 100",
    "§ 5",
    "5 µm",
    "50 ¢",
]


@pytest.mark.parametrize("font", WRITERS)
def test_every_name_comes_back(font):
    written = [WRITERS[font](shape(n)) for n in NAMES for shape in (str, str.upper, str.lower)]
    assert font_of(written) == font
    wanted = [shape(n) for n in NAMES for shape in (str, str.upper, str.lower)]
    assert [to_unicode(w, font).casefold() for w in written] == [w.casefold() for w in wanted]


@pytest.mark.parametrize("font", WRITERS)
def test_few_words_are_enough_and_single_names_never_become_another(font):
    assert font_of([WRITERS[font](w) for w in ("Tỉnh", "Cần Thơ")]) == font
    for name in NAMES:
        alone = WRITERS[font](name)
        found = font_of([alone])
        read = known_province(alone if found is None else to_unicode(alone, found))
        assert read in (None, name), alone
    assert font_of(["b¾c c¹n"]) == "TCVN3 (ABC)"
    assert font_of(["CÇN TH¬"]) == "TCVN3 (ABC)"
    assert font_of(["Caàn Thô"]) == "VNI"
    assert to_unicode("§µ N½ng", "TCVN3 (ABC)") == "Đà Nẵng"
    assert to_unicode("Thöøa Thieân Hueá", "VNI") == "Thừa Thiên Huế"


@pytest.mark.parametrize("font", WRITERS)
def test_a_sheet_of_both_keeps_what_is_unicode(font):
    kept = ["Hà Nội", "Đà Nẵng", "(µg/m³)", "Cà Mau", "x", None, 3.5]
    old = [WRITERS[font](n) for n in ("Cần Thơ", "Bắc Kạn", "Thừa Thiên Huế", "Đắk Lắk")]
    sheets, said = in_unicode([from_rows("a", [kept[:5], old]), from_rows("b", [kept])])
    assert [p.key for p in said] == ["problem.file.font"]
    assert said[0].values["font"] == font
    assert said[0].values["n"] == 4
    assert sheets[0].rows[0][:4] == kept[:4]
    assert sheets[0].rows[1][:4] == ["Cần Thơ", "Bắc Kạn", "Thừa Thiên Huế", "Đắk Lắk"]


@pytest.mark.parametrize("texts", [FRENCH, GERMAN, SIGNS, list(NAMES), [n.upper() for n in NAMES]])
def test_other_text_is_not_touched(texts):
    assert font_of(texts) is None
    assert font_of([w for t in texts for w in t.split()]) is None
    for text in texts:
        assert font_of([text]) is None, text


def test_no_shipped_text_is_touched():
    root = data_root()
    files = [*root.rglob("*.csv"), *root.rglob("*.toml"), *root.rglob("*.txt"), *root.parent.glob("*.md")]
    files += [*(root.parent / "docs").glob("*.md"), *Path(pk.__file__).parent.rglob("*.toml")]
    assert len(files) > 40
    for file in (f for f in files if f.name != "legacy_fonts.csv"):
        lines = file.read_text(encoding="utf-8").splitlines()
        sheet = from_rows(
            None, [[cell for cell in line.split(",")] for line in lines if line.strip(", ")][:3000]
        )
        assert in_unicode([sheet])[1] == [], file.name


@pytest.mark.parametrize("font", WRITERS)
@pytest.mark.parametrize("kind", ["csv", "utf8", "xlsx"])
def test_files_are_read_and_say_so(font, kind, tmp_path):
    rows = [
        ["Tỉnh", "2.1"],
        ["Cần Thơ", "6,4"],
        ["Thừa Thiên Huế", "7,5"],
        ["Đà Nẵng", "8,5"],
        ["Hà Nội", "6,9"],
    ]
    rows = [[WRITERS[font](c) for c in r] for r in rows]
    path = tmp_path / ("x.xlsx" if kind == "xlsx" else "x.csv")
    if kind == "xlsx":
        book = Workbook()
        for row in rows:
            book.active.append(row)
        book.save(path)
    else:
        text = "\n".join(";".join(r) for r in rows)
        path.write_bytes(text.encode("utf-8" if kind == "utf8" else "cp1252"))
    report = pk.check_file(path, framework="open-2022", year=2022)
    assert [p.values["font"] for p in report.warnings if p.key == "problem.file.font"] == [font]
    assert report.ok, report.table.to_string()
    data = pk.read_workbook(path, framework="open-2022", year=2022)
    assert data.values["2.1"].to_dict() == {
        "Cần Thơ": 6.4,
        "Thừa Thiên Huế": 7.5,
        "Đà Nẵng": 8.5,
        "Hà Nội": 6.9,
    }


def test_code_page_1258_is_still_read_as_such():
    text = "Tỉnh;2.1\nCần Thơ;6\nThừa Thiên Huế;7\nĐà Nẵng;8\nHòa Bình;9"
    found = decode(b"".join(map(_as_1258, text)))
    assert (found.text, found.encoding) == (text, "cp1258")


def _as_1258(letter):
    try:
        return letter.encode("cp1258")
    except UnicodeEncodeError:
        base, *marks = unicodedata.normalize("NFD", letter)
        tone = next(m for m in marks if m in "\u0300\u0301\u0303\u0309\u0323")
        rest = unicodedata.normalize("NFC", base + "".join(m for m in marks if m != tone))
        return (rest + tone).encode("cp1258")


@pytest.mark.parametrize("font", WRITERS)
@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_names_of_sheets_and_ways_by_a_mapping(font, kind, tmp_path):
    """Cells and names of sheets are turned; a mapping may name the sheet as it looks or as it is; and it is said."""
    old = WRITERS[font]
    rows = [["Tỉnh", "Điểm thi"], ["Cần Thơ", 6.4], ["Sơn La", 5.5], ["Hà Nội", 6.9]]
    cells = [[old(c) if isinstance(c, str) else c for c in row] for row in rows]
    file = write([Sheet(old("Số liệu giáo dục"), cells), Sheet("x", [["y", 1.0]])], tmp_path, kind)
    mapping = tmp_path / "m.csv"
    for sheet in ("Số liệu giáo dục", old("Số liệu giáo dục")):
        mapping.write_text(f"mã;tệp;trang tính;cột\n2.1;{file.name};{sheet};Điểm thi\n", encoding="utf-8")
        data = pk.read_agency_files(mapping, framework="open-2022", year=2022)
        assert data.values["2.1"].to_dict() == {"Cần Thơ": 6.4, "Sơn La": 5.5, "Hà Nội": 6.9}
        assert [(w["key"], w["file"]) for w in data.meta["read"]["warnings"]] == [
            ("problem.file.font", file.name)
        ]
        assert data.sources["2.1"].iloc[0] == f"{file.name}!Số liệu giáo dục, B"


@pytest.mark.parametrize("font", WRITERS)
def test_pasted_pages_and_tables_are_turned(font):
    lines = ["Chỉ số đổi mới sáng tạo\tCần Thơ\tnăm 2025", "1. Thể chế\t60,1\t20,0\t80,5"]
    lines += ["1.1. Môi trường chính sách\t61,4\t21,0\t80,5"]
    text = WRITERS[font]("\n".join(lines))
    table = pd.DataFrame([line.split("\t") for line in text.splitlines()[1:]], columns=list("abcd"))
    for source in (text, table):
        page = pk.read_page(source, unit="Cần Thơ", year=2025).page
        assert page.figures.loc["1", ["printed", "minimum", "maximum"]].tolist() == [60.1, 20.0, 80.5]
        assert [p.values["font"] for p in page.problems if p.key == "problem.file.font"] == [font]
    assert pk.read_page(text).page.unit == "Cần Thơ"
