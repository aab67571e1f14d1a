"""A number written in the many ways of offices is read back equal, or asked about; it is never another number."""

from __future__ import annotations

import math
import random
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

import pytest
from sizes import sized

from piikit.data.reading.open.grid import Cell
from piikit.data.reading.table.indicator_values import Measure, read_amount, read_figures

MONEY = Measure("money", "triệu đồng", 1e6, low=0.0)
PERCENT = Measure("percent", "%", low=0.0, high=100.0)
FRACTION = Measure("fraction", "0-1", low=0.0, high=1.0)
OTHER = Measure("other", "điểm", words=frozenset({"diem"}))
SPACES = (" ", "\u00a0", "\u2009", "\u202f")
MINUSES = ("-", "−", "–", "\u2010", "－")
NOTES = ("*", "(1)", " (a)", "¹", "†", "[2]", "**")
WORDS = {
    1e3: ("nghìn", "ngàn", "thousand"), 1e6: ("triệu", "tr", "million"), 1e9: ("tỷ", "tỉ", "billion"),
    1e12: ("nghìn tỷ", "ngàn tỷ"),
}  # fmt: skip
STRANGE = (
    "{}-", "{}€", "${}", "{} USD", "≈{}", "<{}", ">{}", "{}±1", "{}-999", "{}/7", "{}x", "~{}", "{}½", "{})", "{}'", "{} ?",
    "{}+", "{}=", "{}#", "{} kg", "{}k", "{} (3,5%)", "{} {}", "{}/{}", "{}..", "{}°", "{}%%", "khoảng {}", "{} trở lên",
    "{}e290", "{}" + "9" * 400, "{}\n5,1", "{} triệu tỷ", "{} tỷ 5", "{}!",
)  # fmt: skip


@dataclass(frozen=True)
class Style:
    """How a person groups digits and marks decimals."""

    group: str
    mark: str

    @classmethod
    def any(cls, rng: random.Random) -> Style:
        mark = rng.choice(",.")
        return cls(rng.choice(["", "." if mark == "," else ",", rng.choice(SPACES), "'"]), mark)

    def write(self, value: Decimal) -> str:
        whole, _, part = str(abs(value)).partition(".")
        if self.group and len(whole) > 3:
            head = len(whole) % 3
            parts = [whole[:head]] * bool(head) + [whole[i : i + 3] for i in range(head, len(whole), 3)]
            whole = self.group.join(parts)
        return whole + (self.mark + part if part else "")


def number(rng: random.Random, low: float, high: float, decimals: int) -> Decimal:
    """A number spread evenly in size, of so many decimals."""
    size = math.exp(rng.uniform(math.log(low), math.log(high)))
    return Decimal(repr(size)).quantize(Decimal(1).scaleb(-decimals))


def spelt(rng: random.Random) -> tuple[str, Measure, float]:
    """A written figure, in which unit it is wanted, and its value there."""
    style, decimals = Style.any(rng), rng.choice([0, 0, 1, 2, 3, 4])
    measure = rng.choice([MONEY, PERCENT, FRACTION, OTHER])
    if measure is PERCENT:
        mine = number(rng, 0.1, 100, decimals)
        tail, times = rng.choice([("", 1), ("%", 1), (" %", 1), ("‰", 0.1), (" ‰", 0.1)])
    elif measure is FRACTION:
        mine = number(rng, 1, 100, decimals)
        tail, times = rng.choice([("%", 0.01), (" %", 0.01), ("‰", 0.001)])
    elif measure is MONEY:
        mine, scale = number(rng, 0.5, 90_000, decimals), rng.choice([*WORDS, 1e6, 1.0])
        words = rng.choice(WORDS[scale]) if scale > 1 else ""
        dong = rng.choice(["đồng", "VND", "đ", "VNĐ"] if scale == 1 else ["", " đồng", " VND", " VNĐ"])
        tail, times = f"{rng.choice(SPACES)}{words}{dong}", scale / 1e6
    else:
        mine = number(rng, 1e-3, 1e9, decimals)
        tail, times = rng.choice([("", 1), (" điểm", 1), (" triệu", 1e6), (" nghìn", 1e3)])
    text, value = style.write(mine), float(mine) * times
    if measure is OTHER and rng.random() < 0.3 and not tail:
        return f"{rng.choice(MINUSES)}{text}" if rng.random() < 0.7 else f"({text})", measure, -value
    return text + tail + (rng.choice(NOTES) if rng.random() < 0.15 else ""), measure, value


def dressed(rng: random.Random, text: str) -> str:
    """The same with what copying leaves around it."""
    ways = (
        lambda t: t, lambda t: t, lambda t: f" {t} ", lambda t: f"'{t}", lambda t: f'"{t}"', lambda t: "\ufeff" + t,
        lambda t: t.translate({ord(str(d)): chr(0xFF10 + d) for d in range(10)}), lambda t: t.replace("%", "％"),
    )  # fmt: skip
    return rng.choice(ways)(text)


def outcome(value: float, problems: list, meant: float) -> str:
    if math.isnan(value):
        assert any(p.severity == "error" for p in problems)
        return "asked"
    return "read" if math.isclose(value, meant, rel_tol=1e-9, abs_tol=1e-12) else "other"


@pytest.mark.parametrize("seed", range(sized(2, 100)))
def test_a_written_number_is_read_back_or_asked(seed):
    rng, seen = random.Random(seed), Counter()
    for _ in range(1_000):
        text, measure, meant = spelt(rng)
        text = dressed(rng, text)
        for single in (False, True):
            value, problems = (
                read_amount(text, measure)
                if single
                else _only(read_figures([Cell(text)], measure, typed=False))
            )
            kind = outcome(value, problems, meant)
            assert kind != "other", (text, measure.kind, value, meant)
            seen[single, kind] += 1
    assert seen[False, "read"] >= 860
    assert seen[True, "read"] >= 700  # marks of notes are refused there


def _only(figures):
    return figures.values[0], figures.problems


@pytest.mark.parametrize("seed", range(sized(2, 100)))
def test_whatever_else_stands_there_is_refused(seed):
    rng = random.Random(seed)
    for _ in range(300):
        plain = Style.any(rng).write(number(rng, 1, 90, rng.choice([0, 1, 2])))
        text = rng.choice(STRANGE).replace("{}", plain)
        for measure in (MONEY, PERCENT, OTHER):
            value, problems = _only(read_figures([Cell(text)], measure, typed=False))
            assert math.isnan(value), (text, value)
            assert [p.severity for p in problems] == ["error"], text


@pytest.mark.parametrize("seed", range(sized(2, 100)))
def test_a_column_is_read_back_or_asked(seed):
    """One style a column, decimals as they come; sizes within some thirty times, as columns are."""
    rng, seen = random.Random(seed), Counter()
    for _ in range(sized(100, 1_000)):
        style, low = Style.any(rng), 10 ** rng.uniform(-1, 7)
        decimals = rng.choice([[0], [0, 1], [1], [2], [3], [0, 1, 2, 3]])
        meant = [number(rng, low, 30 * low, rng.choice(decimals)) for _ in range(rng.randint(1, 12))]
        written = [style.write(v) for v in meant]
        mark = style.mark if rng.random() < 0.2 else ""
        values, problems = read_figures([Cell(t) for t in written], OTHER, mark=mark, typed=False)
        refused = sum(p.severity == "error" for p in problems)
        for value, number_meant in zip(values, meant, strict=True):
            kind = "asked" if math.isnan(value) else outcome(value, [], float(number_meant))
            assert kind != "other", (written, value, number_meant)
            seen[kind] += 1
        assert sum(map(math.isnan, values)) == refused, written
        assert len({p.key for p in problems if p.severity == "warning"}) <= 1, written
        # a column that proves its mark is never asked about
        both = any({".", ","} <= set(t) for t in written)
        assert not (both and refused), written
    assert seen["read"] >= 0.75 * seen.total()
