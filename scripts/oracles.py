"""Hold piikit against figures computed or printed by others, and list the largest differences.

``python scripts/oracles.py`` writes docs/oracles.md. The figures lie in tests/reference and
data/raw; tests assert the same comparisons.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import piikit as pk
from piikit.data.indicator_statistics import indicator_stats
from piikit.data.paths import raw
from piikit.diagnosis.unit.strengths import by_national_rank
from piikit.index.steps.normalisation import normalise

ROOT = Path(__file__).resolve().parents[1]
COINR = ROOT / "tests" / "reference" / "coinr"
TAI = ROOT / "tests" / "reference" / "tai"
HALF = 0.005

_PII, _COIN = pk.Method.pii(), pk.Method.coinr()
_FROM_1: dict[str, Any] = {"normalisation": {"low": 1}}
# COINr's file: the method that must give it, and the stage of the build.
COINR_CASES: dict[str, tuple[pk.Method, str]] = {
    "raw__normalised_minmax": (_PII, "normalised"),
    "raw__minmax__arithmetic": (_PII, "scores"),
    "raw__minmax__arithmetic__ranks": (_PII, "ranks"),
    "imputed_mean": (_PII.replace(imputation="mean"), "imputed"),
    "imputed_median": (_PII.replace(imputation="median"), "imputed"),
    "imputed_group_mean": (
        _PII.replace(imputation={"rule": "group_mean", "group": "Region_group"}),
        "imputed",
    ),
    "treated": (_COIN, "treated"),
    "treated_winmax1": (_COIN.replace(treatment={"max_points": 1}), "treated"),
    "treated_skew225": (_COIN.replace(treatment={"skewness": 2.25}), "treated"),
    "treated__normalised_minmax": (_COIN, "normalised"),
    "treated__normalised_minmax_1_100": (_COIN.replace(**_FROM_1), "normalised"),
    **{
        f"treated__normalised_{name}": (_COIN.replace(normalisation=name), "normalised")
        for name in ("zscore", "rank", "borda", "percentile_rank", "distance_to_max", "fraction_of_max")
    },
    **{
        f"treated__minmax_1_100__{rule}{tail}": (_COIN.replace(aggregation=rule, **_FROM_1), stage)
        for rule in ("arithmetic", "geometric", "harmonic")
        for tail, stage in (("", "scores"), ("__ranks", "ranks"))
    },
    "treated__minmax_1_100__geometric_across_pillars": (
        _COIN.replace(aggregation={"by_parent": {"level:4": "geometric"}}, **_FROM_1),
        "scores",
    ),
}


def coinr_reference() -> pk.Dataset:
    """COINr's input: 63 made-up units x 52 indicators with gaps."""
    tree = pk.Framework.from_csv(COINR / "framework.csv")
    frame = pd.read_csv(COINR / "units.csv").set_index("uCode")
    return pk.Dataset.from_frame(frame[list(tree.indicators)], framework=tree, groups=frame[["Region_group"]])


def expected(name: str) -> pd.DataFrame:
    """One of COINr's output files, by unit."""
    return pd.read_csv(COINR / "expected" / f"{name}.csv").set_index("uCode")


def coinr_columns(name: str, tree: pk.Framework) -> list[str]:
    """What is compared of a file: COINr's ``n_fracmax`` turns the order of bads round, ours does not."""
    goods = [c for c in tree.indicators if tree.table.at[c, "direction"] > 0]
    return goods if name.endswith("fraction_of_max") else list(expected(name).columns)


def largest_difference(made: pd.DataFrame, want: pd.DataFrame) -> float:
    """Largest difference relative to max(1, |expected|); gaps must stand in the same cells."""
    have, wanted = made.loc[want.index, want.columns].to_numpy(float), want.to_numpy(float)
    if not (np.isnan(have) == np.isnan(wanted)).all():
        return float("inf")
    return float(np.nanmax(np.abs(have - wanted) / np.maximum(1.0, np.abs(wanted))))


def rounding_interval(value: float, low: float, high: float) -> tuple[float, float]:
    """Least and most min-max score when each of three figures is only known to +-0.005."""
    ends = [
        float(normalise(np.array([value + a]), minimum=low + b, maximum=high + c)[0])
        for a, b, c in product((-HALF, HALF), repeat=3)
    ]
    return min(ends), max(ends)


Row = dict[str, Any]


def _row(oracle: str, compared: str, n: int, difference: float, allowed: float) -> Row:
    return {
        "oracle": oracle,
        "compared": compared,
        "values": n,
        "largest_difference": difference,
        "allowed": allowed,
        "met": bool(difference <= allowed),
    }


def _coinr() -> Iterator[Row]:
    data = coinr_reference()
    for name, (method, stage) in COINR_CASES.items():
        want = expected(name)[coinr_columns(name, data.framework)]
        made = getattr(pk.build_index(data, method), stage)
        yield _row("COINr 1.1.14", name, int(want.size), largest_difference(made, want), 1e-9)
    changes = pd.read_csv(COINR / "expected" / "whatif__changes.csv")
    new = dict(zip(changes["indicator"], changes["new_value"], strict=True))
    after = pk.build_index(data.with_values({"U05": new}), _COIN)
    for tail, table in (("", after.scores), ("__ranks", after.ranks)):
        name = f"whatif__treated__minmax__arithmetic{tail}"
        want = expected(name)
        yield _row("COINr 1.1.14", name, int(want.size), largest_difference(table, want), 1e-9)
    given = pd.read_csv(COINR / "expected" / "effective_weights.csv").set_index("iCode")["EffWeight"]
    ours = data.framework.effective_weights[given.index]
    yield _row("COINr 1.1.14", "effective_weights", len(given), float((ours - given).abs().max()), 1e-9)
    log = pd.read_csv(COINR / "expected" / "treated__log.csv").set_index("iCode")
    made = pk.build_index(data, _COIN).treatment_log
    gap = (made.loc[log.index, "skewness_before"] - log["check_SkewKurt0.Skew"]).abs().max()
    yield _row("COINr 1.1.14", "treated__log (skewness)", len(log), float(gap), 1e-9)
    stats = pd.read_csv(COINR / "expected" / "raw__stats.csv").set_index("iCode")
    ours_stats = indicator_stats(data.values, digits=3)
    stats.columns = [c.replace(".", "_").lower() for c in stats.columns]
    numeric = [c for c in stats.columns if pd.api.types.is_numeric_dtype(stats[c])]
    difference = largest_difference(ours_stats, stats[numeric])
    yield _row("COINr 1.1.14", "raw__stats (3 digits)", len(numeric) * len(stats), difference, 0.0)


def _strengths() -> Iterator[Row]:
    """COINr's ``get_str_weak``: codes and ranks must be the same, values agree to their 3 digits."""
    data = coinr_reference()
    scores = pk.build_index(data, _COIN.replace(**_FROM_1)).normalised
    for unit in ("U05", "U17", "U31"):
        want = pd.read_csv(COINR / "expected" / f"strengths_weaknesses_{unit}.csv")
        found = by_national_rank(scores, unit, data.framework.indicators, discard_last=True)
        same = list(found.index) == list(want["Code"]) and list(found["flag"]) == list(want["kind"])
        ranks = float(np.abs(found["rank"].to_numpy(float) - want["Rank"].to_numpy(float)).max())
        values = [float(f"{v:.3g}") for v in found["score"]]
        worst = max(ranks, float(np.abs(np.array(values) - want["Value"].to_numpy(float)).max()))
        yield _row(
            "COINr 1.1.14",
            f"strengths_weaknesses_{unit} (codes, ranks, values to 3 digits)",
            len(want),
            worst if same else float("inf"),
            0.0,
        )


def tai_dataset() -> pk.Dataset:
    """The Technology Achievement Index: 23 countries x 8 indicators."""
    frame = pd.read_csv(TAI / "tai23_raw.csv").set_index("country")
    rows = [{"code": "TAI", "parent": ""}, *({"code": c, "parent": "TAI"} for c in frame.columns)]
    return pk.Dataset.from_frame(frame, framework=pk.Framework.from_frame(pd.DataFrame(rows)))


def goalpost_method() -> pk.Method:
    """Goalposts of HDR 2001, by which the Handbook's equal-weight ranks were made."""
    posts = pd.read_csv(TAI / "goalposts_hdr2001.csv").set_index("indicator")
    by = {str(c): {"method": "goalposts", "lower": r["min"], "upper": r["max"]} for c, r in posts.iterrows()}
    return _PII.replace(normalisation={"by_indicator": by})


# Column of table 15, our method, its options, and the factor to the printed scale.
TABLE_15: tuple[tuple[str, str, dict[str, Any], float], ...] = (
    ("rank_high_is_top", "rank", {}, 1.0),
    ("zscore", "zscore", {}, 1.0),
    ("minmax", "minmax", {}, 0.01),
    ("ratio_to_mean", "ratio_to", {"to": "mean"}, 1.0),
    ("ratio_to_best", "ratio_to", {"to": "best"}, 1.0),
    ("ratio_to_worst", "ratio_to", {"to": "worst"}, 1.0),
    ("diff_to_mean", "difference_to", {"to": "mean"}, 1.0),
    ("diff_to_worst", "difference_to", {"to": "worst"}, 1.0),
    ("above_below_mean_p20", "above_below_mean", {"margin": 0.2}, 1.0),
    ("percentile", "rank", {}, 100 / 23),
    ("categorical", "categorical", {}, 1.0),
)


def _tai() -> Iterator[Row]:
    name = "OECD/JRC Handbook, TAI"
    data = tai_dataset()
    table = pd.read_csv(TAI / "table15_schooling_normalisations.csv").set_index("country")
    x = data.values["schooling"].to_numpy()
    for column, method, options, scale in TABLE_15:
        gap = np.abs(normalise(x, method, **options) * scale - table[column].to_numpy(float)).max()
        half = 0.05 if column == "percentile" else HALF
        yield _row(name, f"table 15 {column}", len(x), float(gap), half + 1e-9)
    weighting = pd.read_csv(TAI / "table23_ranks_by_weighting.csv").set_index("country")["EW"]
    ranks = pk.build_index(data, goalpost_method()).ranks["TAI"]
    yield _row(name, "tables 22-23 equal weights (ranks)", 23, float((ranks - weighting).abs().max()), 0.0)
    geometric = pd.read_csv(TAI / "table38_ranks_by_aggregation.csv").set_index("country")["GME"]
    method = _PII.replace(normalisation="none", aggregation="geometric")
    ranks = pk.build_index(data, method).ranks["TAI"]
    yield _row(name, "table 38 geometric (ranks)", 23, float((ranks - geometric).abs().max()), 0.0)


def _pii() -> Iterator[Row]:
    """How far a printed figure lies outside the interval that its printed inputs allow; 0 is inside."""
    page = pd.read_csv(raw() / "published" / "indicator_values.csv", dtype=str, keep_default_na=False)
    page = page[page["province"] == "Khánh Hòa"]
    score = {str(r.code): float(str(r.score)) for r in page.itertuples() if r.kind == "score"}
    for group in ("1.1", "1.2", "2.1"):
        rows = page[page["code"].str.startswith(group + ".")][["value", "national_min", "national_max"]]
        ends = [rounding_interval(*row) for row in rows.astype(float).to_numpy()]
        low, high = (float(np.mean([e[k] for e in ends])) for k in (0, 1))
        yield _outside(f"Khánh Hòa 2025, {group}", score[group], low, high)
    for parent, nodes in {"1": ("1.1", "1.2"), "2": ("2.1", "2.2"), "PII": ("IN", "OUT")}.items():
        mean = float(np.mean([score[k] for k in nodes]))
        yield _outside(f"Khánh Hòa 2025, {parent}", score[parent], mean - HALF, mean + HALF)
    for year, unit, parent, kids in (
        (2025, "Huế", "pii", ["input", "output"]),
        (2023, "Quảng Trị", "input", ["p1", "p2", "p3", "p4", "p5"]),
        (2023, "Quảng Trị", "output", ["p6", "p7"]),
        (2023, "Quảng Trị", "pii", ["input", "output"]),
    ):
        row = pd.read_csv(raw() / "published" / f"scores_{year}.csv").set_index("province").loc[unit]
        mean = float(row[kids].astype(float).mean())
        yield _outside(f"{unit} {year}, {parent}", float(row[parent]), mean - HALF, mean + HALF)


def _outside(what: str, printed: float, low: float, high: float) -> Row:
    beyond = max(0.0, (low - HALF) - printed, printed - (high + HALF))
    return _row("printed PII", f"{what}: {printed:.2f} in {low:.3f}-{high:.3f}", 1, beyond, 1e-9)


def oracle_table() -> pd.DataFrame:
    """Every oracle, what was compared, how many values, the largest difference and what is allowed."""
    parts: tuple[Callable[[], Iterator[Row]], ...] = (_coinr, _strengths, _tai, _pii)
    return pd.DataFrame([row for part in parts for row in part()])


def markdown(table: pd.DataFrame) -> str:
    """The table as Markdown."""
    lines = [
        "# What the arithmetic was held against",
        "",
        "Made by `python scripts/oracles.py`; a test runs the same comparisons. Differences are relative to",
        "max(1, |expected|); for printed PII figures it is how far the figure lies outside the interval that",
        "rounding of its printed inputs allows.",
        "",
        "| oracle | compared | values | largest difference | allowed | met |",
        "|---|---|---:|---:|---:|---|",
    ]
    for row in table.itertuples():
        lines.append(
            f"| {row.oracle} | {row.compared} | {row.values} | {_power(row)} | {row.allowed:.1g} "
            f"| {'yes' if row.met else 'NO'} |"
        )
    return "\n".join(lines) + "\n\n" + _NOTES


def _power(row: Any) -> str:
    """Two digits, or that it is rounding error, whose last bits differ between machines."""
    value = row.largest_difference
    if row.allowed == 0:
        return f"{value:g}"
    return "< 1e-12" if value < 1e-12 else f"{value:.2g}"


_NOTES = """Left out on purpose:

- COINr's Cronbach and correlation files belong to an audit, which is not part of this version.
- COINr's `a_genmean` returns NA as soon as one child is missing and its Copeland scores depend on the order of the
  rows when values are missing. Both are written correctly here; `tests/index/test_coinr.py` shows the difference.
- COINr's `log_GII` returns its input unchanged. `log_gii` here is the GII's transform, with its direction kept where
  the largest value is below one.
- The Handbook's table 38 NCMC ranks cannot be reproduced by anybody: the printed order is not the optimum of its own
  criterion.
- A logarithm on the PII's prize-winners indicator is ruled out: it would give 39.42 for Khánh Hòa's group 2.1, which
  is printed as 31.36.
"""


if __name__ == "__main__":
    target = ROOT / "docs" / "oracles.md"
    target.parent.mkdir(exist_ok=True)
    target.write_text(markdown(oracle_table()), encoding="utf-8", newline="\n")
