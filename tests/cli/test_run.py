"""The main job and the verbs around it, as a user calls them."""

import time

import pytest
from shared import without_pixels

from piikit.cli import main


def run(capsys, *arguments):
    with pytest.raises(SystemExit) if arguments[0] == "!" else _nothing():
        main(list(arguments[1:] if arguments[0] == "!" else arguments))
    return capsys.readouterr()


class _nothing:
    def __enter__(self):
        return self

    def __exit__(self, *_):
        return False


def test_the_main_job(capsys, awkward_folder):
    begun = time.monotonic()
    out = run(capsys, "run", "--out", str(awkward_folder / "reports"), "--lang", "vi").out
    assert time.monotonic() - begun < 120  # 30 s on two free cores; CI shares them
    names = {p.name for p in (awkward_folder / "reports").iterdir()}
    stem = "can-tho-open-2022"
    wanted = {f"{stem}-{lang}.{kind}" for lang in ("vi", "en") for kind in ("html", "xlsx")}
    assert names == wanted | {f"{stem}-explained-vi.html", f"{stem}-explained-en.html", "open-2022"}
    assert "[4/4]" in out
    assert "  1. Cần Thơ đạt 48,16 điểm, đứng thứ 9 trong 63 địa phương." in out
    assert "  3. " in out
    for lang, word in (("vi", "Chúng ta đang ở đâu"), ("en", "Where we stand")):
        assert word in (awkward_folder / "reports" / f"{stem}-{lang}.html").read_text(encoding="utf-8")


def test_brief_of_a_page(capsys, tmp_path):
    asked = ("brief", "Khánh Hòa", "--page", "khanh-hoa-2025", "--lang", "en", "--out", str(tmp_path))
    with without_pixels():
        out = run(capsys, *asked).out
    assert "46.54" in out
    assert {p.suffix for p in tmp_path.iterdir()} == {".html", ".xlsx"}


def test_diagnose_prints_and_writes(capsys, tmp_path):
    path = tmp_path / "d.xlsx"
    out = run(capsys, "diagnose", "ha giang", "--peers", "Cao Bằng, Lạng Sơn", "--excel", str(path)).out
    assert "Hà Giang đạt 21,02 điểm" in out
    assert "(dự kiến" in out
    assert path.is_file()


def test_bad_calls_end_with_a_sentence(capsys):
    error = run(capsys, "!", "diagnose", "Cần Thơ", "--data", "open-2022", "--page", "khanh-hoa-2025").err
    assert "--data" in error
    assert "Traceback" not in error
    assert "Cần Thơ" in run(capsys, "!", "diagnose", "Cần Thư").err
