"""The verbs template, check, export and page, from end to end."""

import pytest
from openpyxl import load_workbook

from piikit.cli import main


def run(*arguments):
    with pytest.raises(SystemExit) as done:
        main(list(arguments))
    return done.value.code


def finished(*arguments):
    """Run a verb that ends well."""
    main(list(arguments))


def test_template_then_check(awkward_folder, capsys):
    path = awkward_folder / "biểu nhập.xlsx"
    finished("template", str(path), "--lang", "en", "--framework", "open-2022")
    assert load_workbook(path).sheetnames[0] == "Instructions"
    assert run("check", str(path), "--lang", "en") == 1
    assert "there is no value" in capsys.readouterr().out


def test_check_prints_every_problem_and_writes_the_copy(awkward_folder, capsys):
    path, out = awkward_folder / "số liệu.csv", awkward_folder / "báo cáo.xlsx"
    path.write_text("Tỉnh;2.1;2.2\nCần Thư;6,4;70\nHà Nội;#REF!;49\n", encoding="utf-8")
    assert run("check", str(path), "--framework", "open-2022", "--excel", str(out)) == 1
    said = capsys.readouterr().out
    assert "ô A2" in said
    assert "Cần Thơ" in said
    assert "ô B3" in said
    assert "Traceback" not in said
    assert load_workbook(out).sheetnames == ["Báo cáo kiểm tra", "số liệu", "Sổ các ô", "Để riêng"]


def test_check_of_a_sound_file_ends_with_zero(tmp_path, capsys):
    path = tmp_path / "x.csv"
    path.write_text("Tỉnh,2.1\nCần Thơ,6.4\n", encoding="utf-8")
    finished("check", str(path), "--framework", "open-2022", "--lang", "en")
    assert "no errors" in capsys.readouterr().out


def test_export_and_page(tmp_path, capsys):
    finished("export", "open-2022", str(tmp_path / "x.xlsx"), "--method", "pii")
    finished(
        "export", str(tmp_path / "x.xlsx"), str(tmp_path / "x.csv"), "--layout", "gii", "--separator", ";"
    )
    assert (tmp_path / "x.csv").read_text(encoding="utf-8-sig").startswith("ISO3;NUM;NAME;")
    capsys.readouterr()
    finished("page", "khanh-hoa-2025", "--excel", str(tmp_path / "p.xlsx"))
    assert "46,54" in capsys.readouterr().out
    finished("page", "khanh-hoa-2025", "--explain", "2.1", "--lang", "en")
    assert "31.41" in capsys.readouterr().out
    assert load_workbook(tmp_path / "p.xlsx").sheetnames == ["Điểm", "Đối chiếu", "Cảnh báo"]
    assert run("page", "khanh-hoa-2035") == 2
