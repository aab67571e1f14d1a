"""What print determines: every printed figure met, intervals that are sound and tight, honest marks."""

from __future__ import annotations

from functools import cache
from itertools import combinations, pairwise, permutations

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog
from sizes import sized

import piikit as pk
from piikit.base.errors import MethodError, UnknownNameError
from piikit.diagnosis.print.check_printed import printed_over_draws
from piikit.diagnosis.print.known_totals import total_interval
from piikit.diagnosis.print.what_is_known import with_first_places
from piikit.index.index_result import IndexResult
from piikit.index.intervals import shares, tighten

FIGURES = {"pii-2023": 85, "pii-2024": 57, "pii-2025": 84}
DRAWS = sized(2, 20)


@cache
def built(edition: str, draw: int) -> IndexResult:
    return pk.build_index(pk.load_dataset(edition, draw=draw))


@pytest.mark.slow
@pytest.mark.parametrize("edition", FIGURES)
def test_every_printed_figure_is_met_in_every_draw(edition: str) -> None:
    for draw in range(DRAWS):
        table = pk.check_printed(built(edition, draw))
        assert len(table) == FIGURES[edition]
        assert table["met"].all(), table[~table["met"]].to_string()


def test_figures_over_draws_are_counted_and_ranged() -> None:
    table = printed_over_draws("pii-2024", 2)
    each = [pk.check_printed(built("pii-2024", draw)) for draw in range(2)]
    assert (table["draws"] == 2).all()
    assert (table["met"] == 2).all()
    assert table["built_min"].tolist() == np.minimum(each[0]["built"], each[1]["built"]).tolist()
    assert table["built_max"].tolist() == np.maximum(each[0]["built"], each[1]["built"]).tolist()


def test_the_check_can_fail() -> None:
    data = pk.load_dataset("pii-2025")
    worse = data.with_values({"Hà Nội": {"7.1.1": float(data.values["7.1.1"].min())}})
    table = pk.check_printed(pk.build_index(worse)).set_index(["unit", "code", "kind"])
    assert not table.at[("Hà Nội", "PII", "score"), "met"]
    assert table.at[("Khánh Hòa", "2.1.1", "value"), "met"]


def test_without_printed_figures_nothing_can_be_checked() -> None:
    with pytest.raises(MethodError, match="open-2022"):
        pk.check_printed(pk.build_index(pk.load_dataset("open-2022")))
    with pytest.raises(MethodError):
        pk.what_is_known("Cần Thơ", "open-2022")
    with pytest.raises(UnknownNameError):
        pk.what_is_known("Cần Thơ", "pii-2022")


@pytest.mark.slow
@pytest.mark.parametrize("open_data", [False, True])
@pytest.mark.parametrize(
    ("unit", "edition"),
    [
        ("Hà Nội", "pii-2023"),
        ("Quảng Trị", "pii-2023"),
        ("Cần Thơ", "pii-2024"),
        ("Khánh Hòa", "pii-2025"),
        ("Cà Mau", "pii-2025"),
        ("Cần Thơ", "pii-2023"),
        ("Hậu Giang", "pii-2023"),
        ("Đồng Tháp", "pii-2024"),
        ("Lai Châu", "pii-2024"),
        ("Hà Nội", "pii-2025"),
    ][: sized(5, 10)],
)
def test_every_draw_lies_inside_what_is_known(unit: str, edition: str, open_data: bool) -> None:
    known = pk.what_is_known(unit, edition, open_data=open_data)
    assert (known.table["low"] <= known.table["high"]).all()
    for k in range(min(DRAWS, 6)):
        result = built(edition, k)
        inside = known.contains(result)
        assert inside.all(), (
            k,
            [(c, result.scores.at[unit, c], known.interval(c)) for c in inside.index[~inside]],
        )
        ranks = result.ranks.loc[unit]
        there = ranks.notna()
        assert (ranks[there] >= known.table["rank_best"][there]).all()
        assert (ranks[there] <= known.table["rank_worst"][there]).all()


def test_can_tho_2024_by_hand() -> None:
    """46.01 is the mean of input and output, so each is at most 92.03; nothing below is bounded."""
    known = pk.what_is_known("can tho", "pii-2024")
    assert known.interval("PII") == pytest.approx((46.005, 46.015))
    assert known.interval("IN") == pytest.approx((0, 92.03), abs=1e-5)
    assert known.interval("OUT") == pytest.approx((0, 92.03), abs=1e-5)
    assert known.table.loc["PII", ["rank_best", "rank_worst"]].tolist() == [7, 7]
    leaves = known.table[known.table["level"] == 1]
    assert (leaves["width"] == 100).all()


def test_ha_noi_2023_by_hand() -> None:
    """First on pillar 2, so not below Ninh Bình's printed 42.41; pillar 4 printed; 14 scores of 100."""
    known = pk.what_is_known("Hà Nội", "pii-2023")
    assert known.interval("2")[0] == pytest.approx(42.405)
    assert known.interval("4") == pytest.approx((77.805, 77.815))
    assert known.table.loc["2", ["rank_best", "rank_worst"]].tolist() == [1, 1]
    rival = pk.what_is_known("Cần Thơ", "pii-2023")
    assert rival.interval("4")[1] == pytest.approx(77.815)


def test_quang_tri_2023_by_hand() -> None:
    """Group 6.1 printed as 0.00 bounds its three indicators: none above 3 x 0.005."""
    known = pk.what_is_known("Quảng Trị", "pii-2023")
    for code in ("6.1.1", "6.1.2", "6.1.3"):
        assert known.interval(code) == pytest.approx((0, 0.015), abs=1e-5)
        assert known.table.at[code, "mark"] == "bounded"
    assert known.table.at["6", "mark"] == "printed"


TREES = [
    pk.Framework.from_frame(pd.DataFrame(rows, columns=["code", "parent", "weight"]))
    for rows in (
        [("T", "", 1), ("a", "T", 1), ("b", "T", 3), ("c", "T", 2)],
        [("T", "", 1), ("A", "T", 1), ("B", "T", 2), ("A.1", "A", 1), ("A.2", "A", 0.5), ("B.1", "B", 1), ("B.2", "B", 1)],
        [("T", "", 1), ("x", "T", 1), ("A", "T", 1), ("A.1", "A", 1), ("A.2", "A", 1), ("A.2.1", "A.2", 2), ("A.2.2", "A.2", 1)],
    )
]  # fmt: skip


def extremes(tree: pk.Framework, low: np.ndarray, high: np.ndarray) -> np.ndarray | None:
    """Least and greatest score of every code by plain linear programmes; None if nothing fits."""
    codes = list(tree.codes)
    equal = np.zeros((len(tree.aggregates), len(codes)))
    for row, (node, kids) in zip(equal, shares(tree).items(), strict=True):
        row[codes.index(node)] = -1.0
        for kid, share in kids.items():
            row[codes.index(kid)] = share
    found = [
        linprog(sign * np.eye(len(codes))[j], A_eq=equal, b_eq=np.zeros(len(equal)), bounds=list(zip(low, high, strict=True)))
        for sign in (1.0, -1.0)
        for j in range(len(codes))
    ]  # fmt: skip
    if any(f.status != 0 for f in found):
        return None
    return np.reshape([f.fun for f in found], (2, -1)) * [[1.0], [-1.0]]


@pytest.mark.parametrize("seed", range(sized(6, 90)))
def test_first_places_leave_just_what_trying_every_choice_leaves(seed: int) -> None:
    """Both ends of every interval against brute force: which indicators are first, one choice after the other."""
    random = np.random.default_rng(seed)
    tree = TREES[seed % len(TREES)]
    codes, leaves = list(tree.codes), list(tree.indicators)
    count = int(random.integers(1, len(leaves)))
    first = set(random.choice(leaves, count, replace=False))
    true = {leaf: 100.0 if leaf in first else random.uniform(0, 95) for leaf in leaves}
    for node, kids in shares(tree).items():
        true[node] = sum(share * true[kid] for kid, share in kids.items())
    known = np.array([true[c] for c in codes])
    widths = random.choice([0.5, 10, 40, 100], (2, len(codes)))
    low, high = np.maximum(known - widths[0], 0), np.minimum(known + widths[1], 100)
    tight = tighten(tree, low[None], high[None])
    found = []
    for chosen in combinations(leaves, count):
        places = [codes.index(c) for c in chosen]
        if (high[places] >= 100).all():
            least = low.copy()
            least[places] = 100.0
            found.append(extremes(tree, least, high))
    tried = [f for f in found if f is not None]
    expected = np.min([f[0] for f in tried], axis=0), np.max([f[1] for f in tried], axis=0)
    made = with_first_places(tree, tight.low[0], tight.high[0], tree.root, count)
    np.testing.assert_allclose(made, expected, atol=1e-5)


def small(printed: list[tuple[object, ...]], units: str = "ABCDE") -> pk.Dataset:
    """Units with three equal indicators in the regions N and S, of which only `printed` is said."""
    tree = pk.Framework.from_frame(
        pd.DataFrame([("T", ""), ("x", "T"), ("y", "T"), ("z", "T")], columns=["code", "parent"])
    )
    values = pd.DataFrame(
        np.arange(3.0 * len(units)).reshape(-1, 3), index=list(units), columns=["x", "y", "z"]
    )
    groups = pd.DataFrame({"region": ["N", "N", *"S" * (len(units) - 2)]}, index=list(units))
    said = pd.DataFrame(printed, columns=["unit", "code", "kind", "low", "high"]).assign(
        value="", among="region"
    )
    return pk.Dataset.from_frame(values, framework=tree, groups=groups, provenance="illustrative").replace(
        printed=said
    )


def test_first_places_by_hand() -> None:
    """First on two of three equal indicators, so at least 200 / 3; on all three, so 100."""
    made = pk.what_is_known("A", small([("A", "T", "leads", 2, 2), ("B", "T", "leads", 3, 3)]))
    assert made.interval("T") == pytest.approx((200 / 3, 100), abs=1e-5)
    assert made.interval("x") == pytest.approx((0, 100), abs=1e-5)
    narrow = small([("A", "T", "leads", 2, 2), ("A", "x", "score", 40, 50), ("A", "T", "score", 0, 80.0)])
    made = pk.what_is_known("A", narrow)
    assert made.interval("T") == pytest.approx((240 / 3, 80), abs=1e-5)
    assert made.interval("y") == pytest.approx((100, 100), abs=1e-5)
    assert made.interval("x") == pytest.approx((40, 40), abs=1e-5)


@pytest.mark.parametrize("seed", range(sized(4, 60)))
def test_totals_are_just_what_trying_every_order_leaves(seed: int) -> None:
    """Best and worst rank and both ends of the total against all orders of five units, each a linear programme."""
    random = np.random.default_rng(seed)
    units = list("ABCDE")
    true = dict(zip(units, random.permutation(random.uniform(0, 100, 5)), strict=True))
    order = sorted(units, key=lambda u: -true[u])
    half = random.choice([0.5, 8.0])
    printed: list[tuple[object, ...]] = [
        (u, "T", "rank", order.index(u) + 1, order.index(u) + 1)
        for u in random.choice(units, 2, replace=False)
    ]
    printed += [
        (u, "T", "score", max(0, true[u] - half), min(100, true[u] + half))
        for u in random.choice(units, 2, replace=False)
    ]
    south = np.mean([true[u] for u in "CDE"])
    printed.append(("S", "T", "region_mean", south - 0.5, south + 0.5))
    fixed = [p[3] for p in printed if p[2] == "rank"]
    if seed % 2:
        lowest = [u for u in order[3:] if u not in [p[0] for p in printed if p[2] == "rank"]]
        printed += [(u, "T", "rank_band", 4, 5) for u in lowest]
    if seed % 3 and printed[0][0] in "CDE":
        place = 1 + sum(true[u] > true[str(printed[0][0])] for u in "CDE")
        printed.append((printed[0][0], "T", "region_rank", place, place))
    data = small(printed)
    said = data.printed
    assert said is not None
    bounds = {u: [0.0, 100.0] for u in units}
    for _, f in said[said["kind"] == "score"].iterrows():
        bounds[f["unit"]] = [f["low"], f["high"]]
    bands: dict[int, list[int]] = {}
    for rank in range(1, 6):
        edge = rank in fixed or rank - 1 in fixed or (rank == 4 and seed % 2)
        bands[rank] = [rank] if edge or rank == 1 else bands[rank - 1]
        bands[rank] += [rank] if bands[rank][-1] < rank else []
    found: dict[str, list[tuple[int, float, float]]] = {u: [] for u in units}
    for tried in permutations(units):
        ranks = said[said["kind"].isin(["rank", "rank_band"])]
        if any(not r.low <= tried.index(r.unit) + 1 <= r.high for r in ranks.itertuples()):
            continue
        inside = [u for u in tried if u in "CDE"]
        local = said[said["kind"] == "region_rank"]
        if any(inside.index(r.unit) + 1 != r.low for r in local.itertuples()):
            continue
        falls = np.array([np.eye(5)[units.index(b)] - np.eye(5)[units.index(a)] for a, b in pairwise(tried)])
        mean = np.array([0, 0, 1, 1, 1]) / 3
        less, limit = np.vstack([falls, mean, -mean]), [*np.zeros(4), south + 0.5, 0.5 - south]
        for unit in units:
            ends = [
                linprog(
                    sign * np.eye(5)[units.index(unit)],
                    A_ub=less,
                    b_ub=limit,
                    bounds=[bounds[u] for u in units],
                )
                for sign in (1, -1)
            ]
            if all(e.status == 0 for e in ends):
                found[unit].append((tried.index(unit) + 1, ends[0].fun, -ends[1].fun))
    for unit in units:
        best, worst, low, high = zip(*((r, r, a, b) for r, a, b in found[unit]), strict=True)
        made = total_interval(data, unit)
        # inside a band of ranks that print leaves open the order of units is not looked at
        assert (made.best, made.worst) == (bands[min(best)][0], bands[max(worst)][-1]), unit
        assert (made.low, made.high) == pytest.approx((min(low), max(high)), abs=1e-5), unit


def test_khanh_hoa_2025_cells_are_bounded_by_their_printed_values() -> None:
    known = pk.what_is_known("Khánh Hòa", "pii-2025")
    middle = 100 * (7.45 - 6.35) / (8.44 - 6.35)
    low, high = known.interval("1.1.2")
    assert low < middle < high
    assert high - low < 1


def test_marks_say_what_is_printed_bounded_and_invented() -> None:
    result = pk.build_index(pk.load_dataset("pii-2025"))
    own = result.marks.loc["Khánh Hòa"]
    assert (own[["PII", "IN", "OUT", "1", "1.1", "1.2", "2", "2.1", "2.2", "1.1.1"]] == "printed").all()
    assert (own[["3", "7", "7.1.1"]] == "illustrative").all()
    assert (result.marks["3.1.1"] == "open").all()
    assert set(result.table["mark"]) <= {"printed", "bounded", "illustrative", "open", "real", ""}
    older = pk.build_index(pk.load_dataset("pii-2023"))
    assert older.marks.at["Thừa Thiên Huế", "PII"] == "bounded"  # rank 14, between 43.39 and 46.51
    assert older.marks.at["Quảng Trị", "6.1.1"] == "bounded"


def test_marks_do_not_outlive_the_figures_they_speak_of() -> None:
    data = pk.load_dataset("pii-2024")
    other = pk.build_index(data, pk.Method.gii()).marks
    assert (other["PII"] == "illustrative").all()
    changed = data.with_values({"Cần Thơ": {"7.1.1": float(data.values["7.1.1"].max())}})
    marks = pk.build_index(changed).marks
    assert marks.at["Cần Thơ", "PII"] == "illustrative"
    assert marks.at["Hà Nội", "PII"] == "printed"
    assert (pk.build_index(pk.load_dataset("open-2022")).marks == "").all(axis=None)


def test_a_figure_and_a_summary_show_intervals_in_both_languages() -> None:
    known = pk.what_is_known("Cần Thơ", "pii-2024")
    assert "46,01" in known.summary("vi")
    assert "46.01" in known.summary("en")
    ax = known.plot(lang="en")
    assert len(ax.patches) >= (known.table["level"] >= 2).sum()
    assert np.isfinite([p.get_width() for p in ax.patches]).all()
