"""``piikit drivers`` from the command line."""

import pytest
from click.testing import CliRunner

from piikit.cli import group


def run(*arguments):
    return CliRunner().invoke(group, ["drivers", *arguments], catch_exceptions=False)


def test_names_are_listed():
    said = run("--lang", "en").output
    assert "exam" in said
    assert "2.1" in said
    assert "Urban share" in said


def test_fit_is_printed_and_written(awkward_folder):
    word, book, png = (awkward_folder / f"g.{e}" for e in ("docx", "xlsx", "png"))
    done = run(
        "`2.1` ~ urban_share", "--lang", "en", "--word", str(word), "--excel", str(book), "--figure", str(png)
    )
    assert done.exit_code == 0
    assert "Among 63 provinces" in done.output
    assert png.read_bytes().startswith(b"\x89PNG")
    assert word.stat().st_size > 10_000
    assert book.stat().st_size > 5_000


def test_several_years_and_latex():
    said = run(
        "dti_economy ~ exam",
        *(
            "--data",
            "open-2023",
            "--data",
            "open-2024",
            "--model",
            "first-differences",
            "--latex",
            "--lang",
            "en",
        ),
    )
    assert "\\toprule" in said.output


def test_errors_are_reports():
    from piikit.base.errors import MethodError

    with pytest.raises(MethodError):
        run("output ~ p1 + p2 + p3 + p4 + p5 + pci + exam", "--scores")
