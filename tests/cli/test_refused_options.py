"""Options that no file or count can have are refused with a sentence, by the verb and by the library."""

import pytest
import shared
from click.testing import CliRunner

import piikit as pk
from piikit.base.errors import InputError, MethodError
from piikit.base.folding import visible
from piikit.cli import _run, group, main


def refused(*words):
    done = CliRunner().invoke(group, [*words, "--lang", "en"])
    assert done.exit_code != 0
    assert done.exception is None or isinstance(done.exception, SystemExit | MethodError), repr(
        done.exception
    )
    return f"{done.output}{done.exception}"


def test_no_runs_are_no_odds():
    assert "--runs" in refused("plan", "Cần Thơ", "--budget", "50", "--runs", "0")


@pytest.mark.parametrize("separator", ["abc", "", '"', "\n"])
def test_a_separator_is_one_character(separator, tmp_path):
    with pytest.raises(MethodError, match="CSV"):
        pk.export(pk.load_dataset("classroom"), tmp_path / "z.csv", separator=separator)
    assert "CSV" in refused("export", "classroom", str(tmp_path / "z.csv"), "--separator", separator)
    assert not list(tmp_path.iterdir())


def test_a_workbook_takes_no_separator(tmp_path):
    with pytest.raises(MethodError):
        pk.export(pk.load_dataset("classroom"), tmp_path / "k.xlsx", separator=";")


@pytest.mark.parametrize("name", ["t.docx", "t.csv", "t", "t.xls"])
def test_a_workbook_ends_as_one(name, tmp_path):
    for write in (
        lambda path: pk.write_template(path, framework="open-2022"),
        lambda path: shared.index().to_excel(path),
    ):
        with pytest.raises(MethodError, match="xlsx"):
            write(tmp_path / name)
    assert "xlsx" in refused("template", str(tmp_path / name), "--framework", "open-2022")
    assert not list(tmp_path.iterdir())


def test_other_peers_are_offered_where_there_are_no_regions():
    index = pk.build_index(pk.load_dataset("classroom"))
    unit = index.units[0]
    with pytest.raises(MethodError) as error:
        pk.diagnose(index, unit, peers="region")
    assert "region?" not in str(error.value)


@pytest.mark.parametrize("scale", ["percentile_rank", "borda", "distance_to_max", "none"])
def test_the_way_out_of_a_zero_is_one_that_works(scale):
    method = pk.Method.pii().replace(aggregation="geometric", normalisation={"method": scale})
    data = pk.load_dataset("classroom")
    with pytest.raises(MethodError) as error:
        pk.build_index(data, method)
    assert '"minmax", "low": 1' in str(error.value)
    pk.build_index(data, method.replace(normalisation={"method": "minmax", "low": 1}))


@pytest.mark.parametrize(
    "beside", [["Huế"], ["1.1=5"], ["--data", "open-2020"], ["Cần Thơ", "1.1=5"], ["--peers", "region"]]
)
def test_a_scenario_stands_alone(beside):
    assert "--scenario" in refused("what-if", *beside, "--scenario", "can-tho-2025")


def test_a_scenario_may_name_its_unit_again():
    done = CliRunner().invoke(group, ["what-if", "tp can tho", "--scenario", "can-tho-2025", "--lang", "en"])
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["plan", "Cần Thơ", "--budget", "50", "--edition", "1999"], "no PII edition of 1999"),
        (["plan", "Cần Thơ", "--target-rank", "99"], "no rank 99 among 63 units"),
        (["plan", "Cần Thơ", "--target-rank", "7", "--among", "central-cities"], "no rank 7 among 5 units"),
        (["plan", "Cần Thơ", "--budget", "50", "--seconds", "-1"], "--seconds"),
        (["plan", "Cần Thơ", "--budget", "50", "--runs", "1"], "--runs"),
        (["plan", "Cần Thơ", "--budget", "-5"], "from 0"),
        (["page", "khanh-hoa-2025", "--year", "1990"], "no PII edition of 1990"),
        (["page", "khanh-hoa-2025", "--year", "2024"], "of 2025, not of 2024"),
        (["explan", "Cần Thơ"], "explain"),
        (["wat-if", "Cần Thơ"], "what-if"),
        (["plan", "--budgt", "5"], "--budget"),
    ],
)
def test_what_cannot_be_is_said(words, said, capsys):
    assert _run([*words, "--lang", "en"]) == 2
    assert said in capsys.readouterr().err


def test_the_same_from_the_library():
    index = shared.index()
    for ask in (
        lambda: pk.optimise(index, "Cần Thơ", "open-2022", target_rank=64),
        lambda: pk.least_effort(index, "Cần Thơ", 64),
    ):
        with pytest.raises(MethodError, match="64"):
            ask()
    with pytest.raises(InputError, match="Ngân sách"):
        pk.optimise(index, "Cần Thơ", "open-2022", budget=-1.0)
    with pytest.raises(MethodError, match="budget phải là float"):
        pk.optimise(index, "Cần Thơ", "open-2022", budget="50 tỷ")


def test_what_a_person_reads_holds_no_controls_and_names_the_command(capsys, monkeypatch):
    monkeypatch.setenv("PIIKIT_STARTED", "python run.py")
    with pytest.raises(SystemExit):
        main(["explain", "x\x1b[31m\x07y", "--lang", "en"])
    said = capsys.readouterr().err
    assert visible(said) == said
    with pytest.raises(SystemExit):
        main(["plan", "--rivals", "x"])
    assert "Usage: python run.py plan" in capsys.readouterr().err
    main(["template", "--help"])
    assert "piikit" not in capsys.readouterr().out
