"""Plain tables whose rows do not fit their headings: asked about by line, never read another way without a word."""

import random

import pytest
from sizes import sized

import piikit as pk
from piikit.base.errors import InputError
from piikit.data.reading.open.open_file import open_grids

NAMES = ["Cần Thơ", "Hà Nội", "Huế", "An Giang", "Cà Mau"]


def opened(folder, text, encoding="utf-8"):
    path = folder / "bảng.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return open_grids(path)


def asked(folder, text):
    with pytest.raises(InputError) as caught:
        opened(folder, text)
    return [(p.key.removeprefix("problem."), p.values.get("line")) for p in caught.value.problems]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Tỉnh,2.1,2.2\nCần Thơ,6,4,70,5\n", [("rows.commas", 2)]),
        ("Bảng 1\n\nTỉnh,2.1\nCần Thơ,7\nHuế,6,4\n", [("rows.commas", 5)]),
        ("Name,2.1,2.2\nCần Thơ,6,4,70,5\nHuế,7,2,52,1\n", [("rows.commas", 2), ("rows.commas", 3)]),
        ("Tỉnh,2.1,2.2\nCần Thơ,6,4,\n", [("rows.commas", 2)]),
        ("Tỉnh,Năm,Mã,Giá trị\nCần Thơ,2021,2.1,6,4\n", [("rows.commas", 2)]),
        ("Tỉnh,2.1,2.2\nCần Thơ,Việt Nam,6.4,70.5\nHuế,7.5,52.1\n", [("rows.surplus", 2)]),
        ("Tỉnh;2.1;2.2\nCần Thơ;6,4;70,5\nHuế,6.4,70.5\nHà Nội|6|7\n", [("rows.separator", 3), ("rows.separator", 4)]),
        ("Tỉnh\t2.1\nCần Thơ\t6,4\nHuế;7,5\n", [("rows.separator", 3)]),
        ('Tỉnh,2.1,2.2\n"Cần Thơ,6.4,70.5\nHuế,6.5,70.5\nHà Nội,7,7\n', [("file.quote", 2)]),
        ('Tỉnh,2.1,2.2\n"Cần Thơ,6.4,70.5\nHuế,6.5,"70.5"\nHà Nội,7,7\n', [("file.quote", 2)]),
        ('Tỉnh;2.1\nHuế;"6,4\nHà Nội;7,5"\n', [("file.quote", 2)]),
        ("Tỉnh;2.1\nCần Thơ;6\0,4\n", [("file.nul", 2)]),
    ],
)  # fmt: skip
def test_rows_that_do_not_fit_are_asked_about_by_line(text, said, tmp_path):
    assert asked(tmp_path, text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Tỉnh,2.1,2.2\nCần Thơ,6.4,70.5\nHuế,7.5,52,kiểm tra\n", ["problem.rows.surplus_text"]),
        ("Tỉnh;2.1;2.2\nCần Thơ;6,4\nHuế;7,5;52\n", ["problem.rows.short"]),
        ("Tỉnh,2.1,2.2,,\nCần Thơ,6.4,70.5,,\nHuế,7,52,,\n", []),
        ("Tỉnh,2.1,2.2\nCần Thơ,6.4,70.5,\nHuế,7,52,\n", []),
        ('Tỉnh,2.1\nCần Thơ,"6,4"\nHuế,"7,5"\n', []),
        ("Biểu 1, năm 2022\nTỉnh,2.1,2.2\nCần Thơ,6.4,70.5\nNguồn: a, b, c, d và e\n", []),
        ('Tỉnh;2.1;Ghi chú\nCần Thơ;6,4;"một dòng\nhai dòng; ba"\n', []),
        (",Kinh tế,,Xã hội\nTỉnh,2.1,2.2,3.1\nCần Thơ,6.4,70.5,0.6\n", []),
        ("sep=;\rTỉnh;2.1\rCần Thơ;6,4\r", []),
        ("Tỉnh;2.1\n\nCần Thơ;6,4\n\nTỉnh;2.2;3.1\nHuế;7;8\n", []),
    ],
)
def test_what_is_only_said_and_what_is_no_matter(text, said, tmp_path):
    assert [p.key for p in opened(tmp_path, text).warnings] == said


def test_both_readings_are_named(tmp_path):
    with pytest.raises(InputError) as caught:
        opened(tmp_path, "Tỉnh,2.1,2.2\nCần Thơ,6,4,70,5\n")
    problem = caught.value.problems[0]
    assert problem.cell == "B2"
    for lang in ("vi", "en"):
        assert "Cần Thơ | 6,4 | 70,5" in problem.message(lang)
        assert "Cần Thơ | 6 | 4 | 70 | 5" in problem.message(lang)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1258"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends(encoding, end, tmp_path):
    text = end.join(["ten;2.1;2.2", "Ha Noi;6,9;49,1", "Tây Ninh;6,4;70,5", ""])
    grid = opened(tmp_path, text, encoding).sheets[0]
    assert grid.rows == [["ten", "2.1", "2.2"], ["Ha Noi", "6,9", "49,1"], ["Tây Ninh", "6,4", "70,5"]]


def test_a_comma_table_is_never_read_another_way(tmp_path):
    """Random tables written with decimal commas or points, quoted or not: right, or asked about."""
    rng, tree, read, refused = random.Random(5), pk.load_framework("open-2022"), 0, 0
    for _ in range(sized(15, 1_500)):
        codes = rng.sample(["2.1", "2.2", "3.1"], rng.randrange(1, 4))
        truth = {u: {c: round(rng.uniform(0.1, 0.9), rng.randrange(1, 3)) for c in codes} for u in NAMES}
        mark, quoted, sign = rng.choice(".,"), rng.random() < 0.3, rng.choice(",;\t")
        rows = [["Tỉnh", *codes]]
        for unit, figures in truth.items():
            cells = [str(v).replace(".", mark) for v in figures.values()]
            rows.append([unit, *(f'"{c}"' if quoted else c for c in cells)])
        path = tmp_path / "b.csv"
        path.write_text("\n".join(sign.join(row) for row in rows), encoding="utf-8")
        report = pk.check_file(path, framework=tree)
        if not report.ok:
            refused += 1
            assert sign == "," == mark
            assert not quoted
            continue
        read += 1
        values = pk.read_workbook(path, framework=tree).values
        assert {u: values.loc[u, codes].to_dict() for u in NAMES} == truth
    assert read > refused > 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Tỉnh,2.1,Ghi chú\nCần Thơ,6,4\nHà Nội,6,9\n", [("rows.halved", 2)]),
        ("Tỉnh,2.1,Ghi chú,2.2\nCần Thơ,6,4,70\nHà Nội,6,,71\n", [("rows.halved", 2)]),
        ("Tỉnh,2.1,2.2,3.1\nCần Thơ,6,4\nHà Nội,6,9\n", [("rows.halved", 2)]),
        ("Tỉnh,2.1,2.2\nCần Thơ,6,4,,\nHà Nội,6,9,,\n", [("rows.commas", 2), ("rows.commas", 3)]),
        ("Tỉnh,2.1,2.2\nCần Thơ,6,4\nHà Nội,7\nHuế,7,1\n", [("rows.halved", 2)]),
    ],
)
def test_whole_numbers_that_may_be_halves_are_asked_about(text, said, tmp_path):
    assert asked(tmp_path, text) == said


@pytest.mark.parametrize(
    "text",
    [
        "Tỉnh,2.1,2.2\nCần Thơ,6,40\nHà Nội,6,9\n",
        "Tỉnh,2.1,2.2\nCần Thơ,6.4,4\nHà Nội,6,9\n",
        "Tỉnh;2.1;2.2\nCần Thơ;6;4\nHà Nội;6;9\n",
        "Tỉnh,2.1,Ghi chú\nCần Thơ,6.4,1\nHà Nội,6.9,\n",
        "Tỉnh,2.1,Ghi chú\nCần Thơ,6,\nHà Nội,7,sơ bộ\n",
        "Tỉnh,2.2,Ghi chú\nCần Thơ,70,1\nHà Nội,49,\nHuế,50,\n",
    ],
)
def test_honest_whole_numbers_are_no_matter(text, tmp_path):
    assert not opened(tmp_path, text).warnings


@pytest.mark.parametrize("end", ["", ","])
@pytest.mark.parametrize("part", ["4", "45"])
def test_as_many_digits_beside_whole_numbers_are_read_with_a_word(part, end, tmp_path):
    """Nothing in the file tells 6 and 4 from 6,4, or 6 and 45 from 6,45: both readings are told, no figure is refused."""
    heads = "Tỉnh,2.1,2.2" + (",3.2" if end else "")
    grids = opened(tmp_path, f"{heads}\nCần Thơ,6,{part}{end}\nHà Nội,6,{part[::-1]}{end}\n")
    assert [(p.key, p.severity, p.cell) for p in grids.warnings] == [("problem.rows.whole", "warning", "B2")]
    assert f"6,{part}" in grids.warnings[0].message("vi")
