"""The public face: every name in one group, documented, and a renamed one still works with a warning."""

import api_page
import pytest

import piikit


def test_each_name_stands_in_one_group():
    names = [name for group in piikit.GROUPS.values() for name in group]
    assert sorted(names) == sorted(set(names)) == piikit.__all__
    assert set(api_page.TITLES) == set(piikit.GROUPS)
    assert 18 <= len(piikit.GROUPS["first"]) <= 25


def test_the_page_of_names_is_this_one(root):
    assert (root / "docs" / "api.md").read_text(encoding="utf-8") == api_page.page()


def test_a_name_that_goes_still_works_and_says_its_new_one(monkeypatch):
    monkeypatch.setitem(piikit._RENAMED, "make_index", "build_index")
    with pytest.warns(DeprecationWarning, match=r"piikit\.make_index is called piikit\.build_index"):
        assert piikit.make_index is piikit.build_index


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'buidl_index'"):
        piikit.buidl_index  # noqa: B018


def test_the_notebooks_teach_the_first_circle(root):
    text = "".join(f.read_text(encoding="utf-8") for f in (root / "notebooks").glob("*.ipynb"))
    untaught = [name for name in piikit.GROUPS["first"] if f"pk.{name}" not in text]
    assert not untaught
