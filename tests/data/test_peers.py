"""Peer groups and nearest neighbours."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import piikit as pk
from piikit.base.errors import InputError, MethodError, UnknownNameError
from piikit.data.peers import group_of, neighbours, peer_group, peers


def test_regions_and_cities() -> None:
    assert len(peers("Cần Thơ", "region")) == 12
    assert set(peers("Cần Thơ", "region", units=34)) == {"Vĩnh Long", "Đồng Tháp", "An Giang", "Cà Mau"}
    cities = {"Hà Nội", "Hải Phòng", "Đà Nẵng", "TP. Hồ Chí Minh"}
    assert set(peers("can tho", "cities")) == set(peers("Cần Thơ", "central-cities")) == cities
    assert set(peers("Cần Thơ", "cities", units=34)) == cities | {"Huế"}
    assert "Cần Thơ" in peers("Hậu Giang", "cities")


def test_nearest_against_plain_arithmetic() -> None:
    data = pk.load_dataset("open-2022")
    context = np.log(data.denominators.assign(head=data.values["7.1"])[["population", "head"]])
    found = neighbours("can tho", context, k=4)
    z = (context - context.mean()) / context.std(ddof=0)
    distance = np.sqrt(((z - z.loc["Cần Thơ"]) ** 2).sum(axis=1)).drop("Cần Thơ").sort_values()
    assert list(found.table.index) == list(distance.index[:4])
    np.testing.assert_allclose(found.table["distance"], distance.iloc[:4], rtol=1e-9)
    assert peers("Cần Thơ", "nearest", context=context, k=4) == tuple(found.table.index)


def test_missing_context_is_named_not_filled() -> None:
    context = pd.DataFrame({"a": [1.0, 2, 3, np.nan], "b": [1.0, 5, 2, 2]}, index=list("wxyz"))
    found = neighbours("w", context, k=9)
    assert list(found.table.index) == ["y", "x"]
    assert found.left_out == {"z": ("a",)}
    with pytest.raises(InputError, match="bổ sung số liệu"):
        neighbours("z", context)


def test_bad_context_is_reported_whole() -> None:
    context = pd.DataFrame({"a": ["1", "2"], "b": [3.0, 3.0]}, index=["x", "y"])
    with pytest.raises(InputError) as error:
        neighbours("x", context, k=0)
    assert {p.key for p in error.value.problems} == {
        "problem.context.k",
        "problem.context.text",
        "problem.context.constant",
    }
    with pytest.raises(UnknownNameError):
        peers("Cần Thơ", "friends")  # type: ignore[arg-type]
    with pytest.raises(InputError):
        peers("Cần Thơ", "nearest")
    with pytest.raises(UnknownNameError):
        neighbours("nowhere", context)


def test_one_list_of_words_for_every_question() -> None:
    """A way, a grouping, a value of it, a bare name of a group or a list, in either language."""
    data = pk.load_dataset("open-2022")
    highlands = data.members("region=Tây Nguyên")
    same = ["region", "vùng", "region=Tây Nguyên", "Tây Nguyên", "tay nguyen", list(highlands)]
    for words in same:
        found = peer_group(data, "Đắk Lắk", words)
        assert found.members == highlands
        assert set(found.units) == set(highlands) - {"Đắk Lắk"}
    assert peers("Đắk Lắk", "Tây Nguyên") == peers("Đắk Lắk") == found.units
    assert peer_group(data, "Cần Thơ", "Tây Nguyên").units == highlands
    cities = [group_of(data, "Kon Tum", w) for w in ("central-cities", "cities", "central_city")]
    assert {c.members for c in cities} == {data.members("central_city")}
    assert {c.way for c in cities} == {"central-cities"}
    marked = data.replace(groups=data.groups.assign(coast=data.groups["central_city"], kind="x"))
    assert peer_group(marked, "Kon Tum", "coast").members == data.members("central_city")
    assert peer_group(marked, "Kon Tum", "kind").members == data.units


def test_who_stands_alone_has_no_peers() -> None:
    data = pk.load_dataset("open-2022")
    alone = data.replace(groups=data.groups.assign(kind=["alone", *["many"] * 62]))
    assert group_of(alone, data.units[0], "kind").members == data.units[:1]
    with pytest.raises(MethodError):
        peer_group(alone, data.units[0], "kind")
