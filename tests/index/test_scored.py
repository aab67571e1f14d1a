"""An index and a page offer the same things to whoever does not care which it is."""

import numpy as np
import pytest

import piikit as pk
from piikit.base.errors import MethodError, UnknownNameError
from piikit.data.reading.page.page_source import open_page
from piikit.index.page.page_result import as_scored


@pytest.fixture(scope="module", params=["index", "page"])
def scored(request):
    if request.param == "index":
        return pk.build_index(pk.load_dataset("open-2022"))
    return pk.read_page("khanh-hoa-2025")


def test_every_member_is_there(scored, request):
    assert scored.kind in request.node.callspec.id
    codes = list(scored.framework)
    for table in (scored.scores, scored.ranks, scored.marks):
        assert list(table.index) == list(scored.units)
        assert list(table.columns) == codes
        assert (table.index.name, table.columns.name) == ("unit", "code")
    assert scored.root == scored.framework.root
    assert isinstance(scored.year, int)
    assert scored.illustrative is False
    assert str(scored.year) in scored.name
    assert scored.record["fingerprint"] == scored.fingerprint
    assert {scored.title("vi"), scored.title("en")} == {scored.title_vi, scored.title_en}
    unit = scored.units[0]
    assert scored.check_unit(unit.upper()) == unit
    with pytest.raises((MethodError, UnknownNameError)):
        scored.check_unit("Bến Tre" if scored.kind == "page" else "Atlantis")
    assert as_scored(scored) is scored


def test_a_page_as_tables():
    page = as_scored(open_page("khanh-hoa-2025"))
    assert page.scores.at["Khánh Hòa", "PII"] == 46.54
    assert page.ranks.at["Khánh Hòa", "PII"] == page.rank().best == 9
    assert np.isnan(page.ranks.at["Khánh Hòa", "1"])  # 1 to 34
    marks = page.marks.loc["Khánh Hòa"]
    assert (marks["PII"], marks["1.1.1"], marks["2.2.1"]) == ("printed", "", "")
    assert page.explain("1").part.mark == marks["1"] == "printed"
    assert page.check_unit(None) == "Khánh Hòa"
    with pytest.raises(MethodError):
        as_scored("khanh-hoa-2025")
    with pytest.raises(MethodError):
        pk.build_index(pk.load_dataset("open-2022")).check_unit(None)
