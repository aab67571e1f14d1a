"""Files with flipped bytes, of every format: the same figures, a problem or a clear error, never a traceback.

Where the format has checksums (zip, Parquet's pages) figures are never other ones. Swollen files of the
formats that ``test_bounds.py`` does not swell stand here too.
"""

import json
import random
import subprocess
import tracemalloc

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from odd_cells import WAYS
from sizes import sized

import piikit as pk
from piikit.base.errors import PiikitError
from piikit.data.reading.open import biff
from piikit.data.reading.open.safety import Budget, Refused

TREE = pk.load_framework("open-2022")
ROWS = [["Tỉnh", "2.1", "2.2"], ["Cần Thơ", 6.4, 70.5], ["Hà Nội", 6.9, 49.1], ["An Giang", 5.1, 37.2]]
CHECKED = ("ods", "xlsx")


def flipped(data: bytes, rng: random.Random) -> bytes:
    out = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 5))):
        at = rng.randrange(len(out))
        out[at] ^= 1 << rng.randrange(8) if rng.random() < 0.7 else rng.randrange(1, 256)
    return bytes(out)


@pytest.mark.parametrize("kind", WAYS)
def test_flipped_bytes_of_tables(kind, tmp_path):
    file = tmp_path / f"x.{kind}"
    WAYS[kind]([ROWS], file, random.Random(0))
    whole = file.read_bytes()
    if kind == "xlsx":  # the way of the audit strews formulae over it
        from openpyxl import Workbook

        book = Workbook()
        for row in ROWS:
            book.active.append(row)
        book.save(file)
        whole = file.read_bytes()
    before = pk.read_workbook(file, framework=TREE, units=63).values
    for seed in range(sized(12, 1500)):
        file.write_bytes(flipped(whole, random.Random(f"{kind} {seed}")))
        report = pk.check_file(file, framework=TREE, units=63)
        told = [p.sentence(lang) for p in report.problems for lang in ("vi", "en")]
        assert all(told), seed
        if report.ok and kind in CHECKED:
            read = pk.read_workbook(file, framework=TREE, units=63).values
            assert read.equals(before), (seed, told)


def test_flipped_bytes_of_parquet(tmp_path):
    data, file = pk.load_dataset("classroom"), tmp_path / "x.parquet"
    data.save(file)
    whole = file.read_bytes()
    ended = {"read": 0, "refused": 0}
    for seed in range(sized(15, 3000)):
        file.write_bytes(flipped(whole, random.Random(seed)))
        try:
            read = pk.Dataset.load(file)
        except PiikitError as error:
            ended["refused"] += bool(str(error))
            continue
        assert read.values.equals(data.values), seed
        ended["read"] += 1
    assert ended["refused"] > ended["read"] / 30


@pytest.mark.office
def test_flipped_bytes_of_old_excel(tmp_path, soffice):
    """A process of its own reads it: a traceback there is a sentence here."""
    WAYS["csv"]([ROWS], tmp_path / "x.csv", random.Random(0))
    subprocess.run(
        [soffice, "--headless", f"-env:UserInstallation=file://{tmp_path}/lo", "--convert-to", "xls",
         "--infilter=CSV:59,34,76", "--outdir", str(tmp_path), str(tmp_path / "x.csv")],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    file = tmp_path / "x.xls"
    whole = file.read_bytes()
    assert pk.check_file(file, framework=TREE, units=63).values == 6
    for seed in range(sized(5, 200)):
        file.write_bytes(flipped(whole, random.Random(seed)))
        report = pk.check_file(file, framework=TREE, units=63)
        assert all(p.sentence("vi") for p in report.problems)


def arrow(table: pa.Table, compression: str | None = None) -> bytes:
    sink = pa.BufferOutputStream()
    how = pa.ipc.IpcWriteOptions(compression=compression)
    with pa.ipc.new_stream(sink, table.schema, options=how) as stream:
        stream.write_table(table)
    return sink.getvalue().to_pybytes()


def dictionary(n: int) -> pa.Table:
    of = pa.DictionaryArray.from_arrays(pa.array([0] * n, type=pa.int32()), pa.array([b"x"]))
    return pa.table({"values": of})


SWOLLEN = {
    "a thousand million rows without bytes": (lambda: arrow(pa.table({"2.1": pa.nulls(10**9)})), "cells"),
    "packed in the stream": (
        lambda: arrow(pa.table({"2.1": pa.array([b"\0" * 130_000_000], type=pa.large_binary())}), "zstd"), "bomb",
    ),
    "packed in the file": (lambda: b"\0" * 130_000_000, "bomb"),
    "lists": (lambda: arrow(pa.table({"2.1": pa.array([[None]], type=pa.list_(pa.null()))})), "broken"),
    "rows of one word": (lambda: dictionary(3_000_000), "broken"),
}  # fmt: skip


@pytest.mark.parametrize("name", SWOLLEN)
def test_swollen_parquet_is_refused_before_it_is_spread(name, tmp_path):
    make, why = SWOLLEN[name]
    held = make()
    one = pa.table({"values": pa.array([held], type=pa.large_binary())}) if isinstance(held, bytes) else held
    head = {"piikit": json.dumps({"format": "piikit-dataset-1"})}
    file = tmp_path / "x.parquet"
    pq.write_table(one.replace_schema_metadata(head), file, compression="zstd")
    assert file.stat().st_size < 1_000_000
    tracemalloc.start()
    with pytest.raises(PiikitError) as caught:
        pk.Dataset.load(file)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [p.key for p in caught.value.problems] == [f"problem.file.{why}"]
    assert most < 50_000_000


def test_records_and_chains_of_old_excel_are_counted():
    empty = b"\x03\x00\x00\x00" * 50_000
    with pytest.raises(Refused) as caught:
        list(biff._records(empty, Budget(nodes=10_000)))
    assert caught.value.key == "problem.file.nodes"
    with pytest.raises(ValueError, match="endless"):
        list(biff._chain(0, (1, 0), 2))
