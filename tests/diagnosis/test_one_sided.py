"""Where one side of a comparison has a gap, nothing is called ahead or behind that is not, and it is said."""

import pytest
import shared

import piikit as pk

PAIRS = [("An Giang", "Lai Châu"), ("An Giang", "Hà Nội"), ("Cần Thơ", "Bắc Ninh"), ("Lai Châu", "Sơn La")]


@pytest.mark.parametrize(("unit", "rival"), PAIRS)
def test_ahead_and_behind_are_by_the_scores_of_both(unit, rival):
    result = shared.index()
    duel = pk.duel(result, unit, rival)
    ahead, _, rest = duel.summary("en").partition("Most behind on:")
    behind = rest.partition("Only one side")[0]
    own, theirs = duel.indicators["own_score"], duel.indicators["their_score"]
    for code in duel.indicators.index:
        name = f"{result.framework.title(code, 'en')} ("
        assert (": " + name in ahead or "; " + name in ahead) <= bool(own[code] > theirs[code])
        assert (behind.startswith(" " + name) or "; " + name in behind) <= bool(own[code] < theirs[code])
    gaps = {c for c in duel.indicators.index if own.isna()[c] != theirs.isna()[c]}
    assert set(duel.one_sided) == gaps
    assert ("Only one side has a figure" in duel.summary("en")) == bool(gaps)
    label = duel.plot(lang="en").get_xlabel()
    assert ("one side" in " ".join(label.split())) == bool(gaps)


def test_some_pair_has_a_gap_on_one_side_and_some_has_none():
    found = [bool(pk.duel(shared.index(), *pair).one_sided) for pair in PAIRS]
    assert True in found
    assert False in found
