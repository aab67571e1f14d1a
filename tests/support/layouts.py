"""Tables with a known answer, laid out at random as offices lay out theirs.

A layout is a seed and a few ways: for each slot of `SLOTS` one option, the first of which is the plain one and is not
written down. Every slot has its own random stream, so that a way can be turned off and the rest stays: `shrink` does.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import pandas as pd
from layout_files import Figure, Percent, Sheet, tcvn3, vni

import piikit as pk
from piikit.base.folding import fold
from piikit.data.provinces import provinces, unit_names

SLOTS: Mapping[str, tuple[str, ...]] = {
    "framework": ("open", "pii", "own"),
    "kind": ("csv", "xlsx", "ods", "html", "xml"),
    "separator": (";", ",", "\t", "|"),
    "encoding": ("utf-8", "utf-8-sig", "utf-16", "cp1258", "tcvn3", "vni"),
    "shape": (
        "wide", "turned", "long", "stacked", "side", "side shuffled", "sheets", "years across", "years above",
        "years down", "years in blocks",
    ),
    "titles": ("none", "one", "many"),
    "unit": ("own", "heading", "row", "above", "corner"),
    "headings": ("code", "name", "code and name", "english", "bilingual", "two languages in two rows", "grouped"),
    "numbering row": ("no", "yes"),
    "lead": ("name", "stt", "region column"),
    "first heading": ("Tỉnh", "Địa phương", "Tỉnh, thành phố", "TỈNH/THÀNH PHỐ", "Province", "blank"),
    "blanks": ("none", "rows", "columns"),
    "bands": ("none", "regions", "regions in capitals", "regions in english", "regions numbered"),
    "totals": ("none", "first", "last", "statistics"),
    "notes": ("none", "source", "many"),
    "names": (
        "official", "prefixed", "capitals", "unaccented", "decomposed", "numbered", "bilingual", "english", "starred",
        "spaced",
    ),
    "numbers": ("stored", "vi", "en", "spaces", "hard spaces", "comma only", "signs", "words"),
    "decimals": ("2", "1", "0", "3"),
    "gaps": ("empty", "…", "...", "-", "–", "--", "\u2212", "n/a", "N/A", "không có", "chưa có số liệu", "x", "nil"),
    "marks": ("none", "*", " *", "(1)", "¹", " 1)", "(a)"),
    "trouble": (
        "none", "misspelt name", "merged figures", "row twice", "row twice, differs", "column twice",
        "column twice, differs", "spare column", "hidden row", "hidden column", "hidden sheet", "slip", "bare commas",
        "strange tail", "heading repeated", "rank columns", "date", "error", "boolean", "surplus cell", "open quote",
        "district row", "former province", "fractions", "percent cells", "old and new names",
    ),
    "door": ("workbook", "mapping"),
}  # fmt: skip
ALWAYS = ("framework", "kind", "shape")
# What a reader may ask about; everything else is plain enough to be read.
DOUBTFUL: Mapping[str, tuple[str, ...]] = {
    "decimals": ("0", "3"),
    "marks": (" 1)", "(a)"),
    "gaps": ("x", "nil"),
    "trouble": (
        "misspelt name", "merged figures", "row twice, differs", "column twice", "column twice, differs", "slip",
        "bare commas", "strange tail", "hidden row", "hidden column", "heading repeated", "date", "error", "boolean",
        "surplus cell", "open quote", "district row", "former province", "fractions", "old and new names",
    ),
    "unit": ("corner",),
    "numbers": ("words",),
}  # fmt: skip
SHEETS = ("xlsx", "ods", "xml", "html")
_MONEY = {"open": ("7.1",), "pii": ("2.1.3",), "own": ("1.2", "2.1")}
_OWN = (
    ("1.1", "Tỷ lệ lao động qua đào tạo", "Share of trained workers", "%", 15, 40),
    ("1.2", "Thu ngân sách trên địa bàn", "Budget revenue", "billion VND", 3_000, 60_000),
    ("1.3", "Số doanh nghiệp đang hoạt động", "Active enterprises", "enterprises", 800, 40_000),
    ("2.1", "Thu nhập bình quân đầu người", "Income per head", "million VND", 30, 90),
    ("2.2", "Chỉ số phát triển con người", "Human development index", "index 0-1", 0.6, 0.85),
    ("2.3", "Mức độ hài lòng của người dân", "Satisfaction of citizens", "points 0-10", 5, 8.5),
)
_MONEY_WORDS = {1: "đồng", 1_000: "nghìn đồng", 10**6: "triệu đồng", 10**9: "tỷ đồng"}


@dataclass(frozen=True)
class Layout:
    """A seed and the ways that are not plain."""

    seed: int
    ways: Mapping[str, str]

    def way(self, slot: str) -> str:
        """The option of a slot."""
        return self.ways.get(slot, SLOTS[slot][0])

    def rng(self, what: str) -> random.Random:
        """The random stream of a slot."""
        return random.Random(f"{self.seed}/{what}")

    def without(self, slot: str) -> Layout:
        """The same with one slot plain."""
        return fit(Layout(self.seed, {s: o for s, o in self.ways.items() if s != slot}))

    @property
    def clean(self) -> bool:
        """Whether a reader has nothing to ask."""
        thousands = self.way("unit") != "own" and self.way("numbers") not in ("stored", "comma only")
        several = self.way("shape").startswith(("stacked", "side", "years in blocks"))
        unnamed = several and self.way("first heading") == "blank"
        return (
            not thousands and not unnamed and not any(o in DOUBTFUL.get(s, ()) for s, o in self.ways.items())
        )

    def __str__(self) -> str:
        return f"seed {self.seed}: " + ", ".join(f"{slot} = {option!r}" for slot, option in self.ways.items())


def draw(seed: int) -> Layout:
    """A layout at random: mostly a few ways, sometimes many."""
    rng = random.Random(seed)
    few = rng.choice((0, 1, 2, 2, 3, 3, 4, 5, 7))
    chosen = {*ALWAYS, *rng.sample([s for s in SLOTS if s not in ALWAYS], few)}
    ways = {slot: rng.choice(SLOTS[slot]) for slot in SLOTS if slot in chosen}
    return fit(Layout(seed, ways))


def fit(layout: Layout) -> Layout:
    """Drop what cannot be: a separator outside CSV, an accent mark in letters that have none."""
    ways = {s: o for s, o in layout.ways.items() if o != SLOTS[s][0]}
    for rule in _FITTING:
        rule(ways)
    return Layout(layout.seed, ways)


def _of_files(ways: dict[str, str]) -> None:
    kind, trouble = ways.get("kind", "csv"), ways.get("trouble", "none")
    if kind != "csv":
        ways.pop("separator", None)
        if ways.get("encoding") not in ("tcvn3", "vni"):
            ways.pop("encoding", None)
    if trouble.startswith("hidden") and kind not in ("xlsx", "ods"):
        ways.pop("trouble")
    if trouble == "merged figures" and kind not in ("xlsx", "ods", "html"):
        ways.pop("trouble")
    if trouble in ("bare commas", "open quote") and kind != "csv":
        ways.pop("trouble")
    if trouble == "percent cells" and kind not in ("xlsx", "ods"):
        ways.pop("trouble")
    if trouble == "percent cells":
        ways.pop("numbers", None)
    if trouble == "bare commas" and kind == "csv":
        ways["separator"], ways["numbers"] = ",", "comma only"
    if kind == "csv" and ways.get("shape") == "sheets":
        ways.pop("shape")


def _of_letters(ways: dict[str, str]) -> None:
    if ways.get("encoding") in ("tcvn3", "vni", "cp1258"):
        for slot, options in (
            ("names", ("decomposed", "capitals", "unaccented", "english")),
            ("bands", ("regions in capitals", "regions in english")),
            ("numbers", ("hard spaces",)),
            ("gaps", ("…", "–", "\u2212")),
            ("marks", ("¹",)),
        ):
            if ways.get(slot) in options:
                ways.pop(slot)
    if ways.get("encoding") in ("tcvn3", "vni") and ways.get("headings") in ("english", "bilingual"):
        ways.pop("headings")


def _of_shapes(ways: dict[str, str]) -> None:
    shape = ways.get("shape", "wide")
    if shape == "long":
        for slot in ("numbering row", "blanks", "bands", "totals", "lead", "unit"):
            ways.pop(slot, None)
        if ways.get("headings") in ("grouped", "two languages in two rows"):
            ways.pop("headings")
        if ways.get("trouble") in ("column twice", "column twice, differs", "hidden column", "spare column"):
            ways.pop("trouble")
    if shape.startswith("years") and ways.get("headings") in ("grouped", "two languages in two rows"):
        ways.pop("headings")
    if shape.startswith("side") and ways.get("lead") == "region column":
        ways.pop("lead")
    if shape not in ("wide", "years across", "years above") or ways.get("first heading") == "blank":
        ways.pop("door", None)
    if shape != "wide" and ways.get("trouble") in (
        "hidden column", "merged figures", "surplus cell", "rank columns", "heading repeated", "old and new names",
    ):  # fmt: skip
        ways.pop("trouble")
    if ways.get("trouble") == "old and new names" and (
        ways.get("framework") == "pii" or ways.get("headings") == "grouped" or ways.get("door")
    ):
        ways.pop("trouble")
    if shape == "long" and ways.get("trouble") in ("district row", "former province"):
        ways.pop("trouble")
    if ways.get("unit") == "corner":
        ways.pop("first heading", None)


_FITTING: tuple[Callable[[dict[str, str]], None], ...] = (_of_files, _of_letters, _of_shapes)


@cache
def framework(name: str) -> pk.Framework:
    """A framework that ships, or a small own one."""
    if name != "own":
        return pk.load_framework({"open": "open-2022", "pii": "pii-2025"}[name])
    rows: list[dict[str, Any]] = [
        {"code": "X", "parent": "", "name_vi": "Chỉ số thử", "name_en": "Index tried"}
    ]
    rows += [{"code": c, "parent": "X", "name_vi": f"Nhóm {c}", "name_en": f"Group {c}"} for c in "12"]
    rows += [
        {"code": c, "parent": c[0], "name_vi": vi, "name_en": en, "unit": unit}
        for c, vi, en, unit, *_ in _OWN
    ]
    return pk.Framework.from_frame(pd.DataFrame(rows), name="own")


@cache
def _shipped(name: str) -> pd.DataFrame:
    return pk.load_dataset({"open": "open-2022", "pii": "pii-2025"}[name]).values


@cache
def _title_of(name: str, code: str, lang: str) -> str:
    return framework(name).title(code, lang)


@cache
def _unit_of(name: str, code: str) -> str:
    return str(framework(name).table.at[code, "unit"])


@cache
def _base(name: str, unit: str, code: str) -> tuple[float, float, float]:
    """The figure that ships, or the median, and what is possible."""
    low, high = framework(name).limits.loc[code]
    known = float(_shipped(name)[code].get(unit, float("nan")))
    return float(_shipped(name)[code].median()) if known != known else known, float(low), float(high)


@cache
def _regions(size: int) -> dict[str, tuple[str, str]]:
    """Region of every province, in both languages."""
    table = provinces(size)
    return dict(zip(table.index, zip(table["region"], table["region_en"], strict=True), strict=True))


@cache
def _successor(unit: str) -> str:
    return str(provinces(63).at[unit, "successor"])


@dataclass(frozen=True)
class Answer:
    """What the table says: figures in the units of the framework, None where there is none."""

    framework: str
    year: int
    size: int
    units: tuple[str, ...]
    codes: tuple[str, ...]
    values: Mapping[tuple[str, str], Decimal | None]


def answer_of(layout: Layout) -> Answer:
    """Figures near the ones that ship, so that none of them is odd."""
    name, rng = layout.way("framework"), layout.rng("answer")
    tree, size = framework(name), 34 if name == "pii" else 63
    named = list(unit_names(size))
    units = named if rng.random() < 0.3 else rng.sample(named, rng.randrange(6, 20))
    if layout.way("lead") == "region column" or layout.way("bands") != "none":
        units = [u for u in named if u in units]
    codes = list(_MONEY[name]) if layout.way("unit") in ("above", "corner") else list(tree.indicators)
    codes = rng.sample(codes, min(len(codes), rng.choice((1, 2, 3, 3, 4))))
    if layout.way("unit") in ("heading", "row") and not set(codes) & set(_MONEY[name]):
        codes[0] = _MONEY[name][0]
    values = {(u, c): _value(layout, rng, u, c) for u in units for c in codes}
    return Answer(name, 2025 if name == "pii" else 2022, size, tuple(units), tuple(codes), values)


def _value(layout: Layout, rng: random.Random, unit: str, code: str) -> Decimal | None:
    name = layout.way("framework")
    if rng.random() < 0.06:
        return None
    if name == "own":
        low, high = next(row[4:] for row in _OWN if row[0] == code)
        drawn = low * (high / low) ** rng.random()
    else:
        drawn, low, high = _base(name, unit, code)
        drawn *= rng.uniform(0.95, 1.05)
        drawn = min(max(drawn, low if low == low else drawn), high if high == high else drawn)
    places = int(layout.way("decimals")) if drawn > 1 or layout.way("decimals") == "3" else 4
    return round(Decimal(repr(drawn)), places)


@dataclass
class Made:
    """A laid out table, its answer, and what must not pass without a word."""

    layout: Layout
    answer: Answer
    sheets: list[Sheet]
    must_say: set[tuple[str, str]] = field(default_factory=set)
    loose: set[tuple[str, str]] = field(default_factory=set)
    headings: dict[str, str] = field(default_factory=dict)


def make(layout: Layout) -> Made:
    """Lay the answer out."""
    return _Maker(layout).made()


_DISTRICTS = (
    "Phù Yên",
    "Thạnh Hóa",
    "Huyện Châu Thành",
    "Quận 1",
    "Hậ Giang",
    "Thị xã Phú Thọ",
    "Hà Tiên",
    "Long Khánh",
)
_FORMER = ("Hà Tây", "Hà Bắc", "Minh Hải", "Bình Trị Thiên", "Sông Bé")
_CITIES = ("Hà Nội", "Hải Phòng", "Đà Nẵng", "Cần Thơ", "Huế", "TP. Hồ Chí Minh")


def spelt(name: str, way: str, n: int, rng: random.Random) -> str:
    """A province's name as somebody writes it."""
    bare = name.removeprefix("TP. ")
    plain = unicodedata.normalize("NFD", bare.replace("đ", "d").replace("Đ", "D"))
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    city = name in _CITIES
    return {
        "official": name,
        "prefixed": (
            rng.choice(("TP. ", "Tp ", "Thành phố ", "TP ")) if city else rng.choice(("Tỉnh ", "tỉnh "))
        )
        + bare,
        "capitals": name.upper(),
        "unaccented": plain,
        "decomposed": unicodedata.normalize("NFD", name),
        "numbered": f"{n}{rng.choice(('. ', ') ', ' - ', '.'))}{name}",
        "bilingual": f"{name}{rng.choice((' / ', '/', ' - ', chr(10)))}{plain}",
        "english": f"{plain}{rng.choice((' city' if city else ' province', ' City' if city else ' Province'))}",
        "starred": name + rng.choice(("*", " (*)", " *", "(1)")),
        "spaced": f"  {name.replace(' ', chr(0xA0))} ",
    }[way]


def misspelt(name: str, rng: random.Random) -> str:
    """One edit away from a name, and no other name."""
    known = {fold(n) for size in (63, 34) for n in unit_names(size)}
    while True:
        at = rng.randrange(1, len(name))
        wrong = rng.choice(
            (
                name[:at] + name[at + 1 :],
                name[:at] + rng.choice("aeiouhgntc") + name[at:],
                name[:at] + name[at] + name[at:],
                name[: at - 1] + name[at] + name[at - 1] + name[at + 1 :],
            )
        )
        if fold(wrong) not in known:
            return wrong


def figure_text(value: Decimal, way: str) -> str:
    """A number as text."""
    sign, digits = "-" if value < 0 else "", f"{abs(value):f}"
    whole, _, part = digits.partition(".")
    group, mark = {
        "stored": ("", "."), "en": (",", "."), "spaces": (" ", ","), "hard spaces": ("\u00a0", ","), "comma only": ("", ","),
    }.get(way, (".", ","))  # fmt: skip
    grouped = f"{int(whole):,}".replace(",", group)
    return sign + grouped + (mark + part if part else "")


@dataclass(frozen=True)
class _Column:
    """A column of figures: its headings from above, and the cell of each province."""

    heads: tuple[Any, ...]
    cell: Callable[[str], Any]
    code: str = ""


class _Maker:
    def __init__(self, layout: Layout) -> None:
        self.layout, self.answer = layout, answer_of(layout)
        self.tree = framework(self.answer.framework)
        self.rng = layout.rng("maker")
        self.factor = self._factor()
        self.must_say: set[tuple[str, str]] = set()
        self.loose: set[tuple[str, str]] = set()
        self.headings: dict[str, str] = {}
        self.shown = self._figures()
        names, wrong = layout.rng("names"), layout.rng("trouble")
        self.names = {u: spelt(u, layout.way("names"), n, names) for n, u in enumerate(self.answer.units, 1)}
        if self.is_("trouble", "misspelt name"):
            self.odd = wrong.choice(self.answer.units)
            self.names[self.odd] = spelt(misspelt(self.odd, wrong), layout.way("names"), 7, names)
            self.must_say.add((self.odd, ""))

    def is_(self, slot: str, *options: str) -> bool:
        return self.layout.way(slot) in options

    # -- figures

    def _factor(self) -> dict[str, int]:
        """Đồng in the unit of the file, for money in another unit than the framework's."""
        if self.is_("unit", "own"):
            return {}
        wanted = {
            c: 10**9 if "billion" in _unit_of(self.answer.framework, c) else 10**6
            for c in _MONEY[self.answer.framework]
        }
        one = self.layout.rng("unit").choice((1_000, 10**6, 10**9))
        if self.is_("unit", "heading", "row"):
            return {c: self.layout.rng(f"unit {c}").choice((1_000, 10**6, 10**9)) for c in wanted}
        return dict.fromkeys(wanted, one)

    def _figures(self) -> dict[tuple[str, str], Any]:
        shown: dict[tuple[str, str], Any] = {}
        values = dict(self.answer.values)
        if self.is_("trouble", "slip"):
            at = self._some_figure()
            values[at] = values[at] * 1000 if values[at] is not None else None
            self.must_say.add(at)
        self.answer = Answer(**{**vars(self.answer), "values": values})
        rng = self.layout.rng("figures")
        tailed = self._some_figure() if self.is_("trouble", "strange tail") else None
        for (unit, code), value in values.items():
            if value is None:
                shown[unit, code] = None if self.is_("gaps", "empty") else self.layout.way("gaps")
                continue
            cell = self._cell(code, value)
            text = cell if isinstance(cell, str) else figure_text(self._in_file(code, value), "stored")
            if not self.is_("marks", "none") and rng.random() < 0.08:
                cell = text + self.layout.way("marks")
            cell = self._strange(unit, code, value, cell)
            if (unit, code) == tailed:
                cell = text + rng.choice(("-", "‰", "€", "$", " USD", "+", "?", "/"))
                self.must_say.add((unit, code))
            shown[unit, code] = cell
        return shown

    def _strange(self, unit: str, code: str, value: Decimal, cell: Any) -> Any:
        """A cell that Excel made something else of, or a share where a percentage is wanted."""
        percent = _unit_of(self.answer.framework, code) == "%"
        if self.is_("trouble", "fractions") and percent:
            self.loose.add((unit, code))
            self.must_say.add(("", code))
            share = float(value / 100)
            return share if isinstance(cell, float) else figure_text(value / 100, "stored")
        if self.is_("trouble", "percent cells") and percent and isinstance(cell, float):
            return Percent(value / 100)
        odd: dict[str, tuple[Any, ...]] = {
            "date": (date(2022, 6, 5), "05/06/2022", "2022-05-06"),
            "error": ("#REF!", "#DIV/0!", "#N/A"),
            "boolean": (True, False),
        }
        if self.layout.way("trouble") in odd and (unit, code) == self._some_figure():
            self.must_say.add((unit, code))
            self.loose.add((unit, code))
            made = self.layout.rng("odd").choice(odd[self.layout.way("trouble")])
            return made if self.is_("kind", "xlsx") else str(made).upper()
        return cell

    def _some_figure(self) -> tuple[str, str]:
        held = [at for at, v in self.answer.values.items() if v is not None] or list(self.answer.values)
        return self.layout.rng("some figure").choice(held)

    def _in_file(self, code: str, value: Decimal) -> Decimal:
        """A value in the unit of the file."""
        if code not in self.factor:
            return value
        value = (value * self._wanted(code) / self.factor[code]).normalize()
        return value.quantize(Decimal(1)) if value == value.to_integral_value() else value

    def _wanted(self, code: str) -> int:
        return 10**9 if "billion" in _unit_of(self.answer.framework, code) else 10**6

    def _cell(self, code: str, value: Decimal) -> Any:
        way, value = self.layout.way("numbers"), self._in_file(code, value)
        if way == "stored":
            in_text = self.is_("kind", "csv", "html")
            return figure_text(value, "stored") if in_text else float(value)
        text = figure_text(value, way)
        if way == "signs" and _unit_of(self.answer.framework, code) == "%":
            return text + "%"
        if way == "words" and code in _MONEY[self.answer.framework]:
            return f"{text} {_MONEY_WORDS[self.factor.get(code, self._wanted(code))]}"
        return text

    # -- headings

    def _title(self, code: str) -> str:
        vi, en = _title_of(self.answer.framework, code, "vi"), _title_of(self.answer.framework, code, "en")
        two = self.layout.rng("bilingual").choice((" - ", " / ", "\n"))
        said = {
            "code": code,
            "code and name": f"{code} {vi}",
            "english": en,
            "bilingual": f"{vi}{two}{en}",
        }.get(self.layout.way("headings"), vi)
        if self.is_("unit", "heading") and code in self.factor:
            said += f" ({_MONEY_WORDS[self.factor[code]]})"
        return said

    def _columns(self, codes: tuple[str, ...], year: int | None) -> list[_Column]:
        """Columns of the codes; `year` is another one than the answer's."""
        out = []
        for code in codes:
            name = self._title(code)
            heads: tuple[Any, ...] = (name,)
            if self.is_("headings", "two languages in two rows"):
                heads = (name, _title_of(self.answer.framework, code, "en"))
            if self.is_("headings", "grouped"):
                heads = ("Các chỉ tiêu chủ yếu", name)
            if self.is_("unit", "row"):
                heads = (*heads, self._unit_words(code))
            self.headings[code] = str(name)
            out.append(_Column(heads, self._reader(code, year), code))
        return out

    def _unit_words(self, code: str) -> str:
        if code in self.factor:
            return _MONEY_WORDS[self.factor[code]]
        return "%" if _unit_of(self.answer.framework, code) == "%" else "điểm"

    def _reader(self, code: str, year: int | None) -> Callable[[str], Any]:
        if year is None or year == self.answer.year:
            return lambda unit: Figure(unit, code, self.shown[unit, code])
        rng, values = self.layout.rng(f"year {year} {code}"), self.answer.values

        def other(unit: str) -> Any:
            value = values[unit, code]
            return (
                None
                if value is None
                else self._cell(code, round(value * Decimal(repr(rng.uniform(0.93, 0.97))), 2))
            )

        return other

    def _with_years(self, codes: tuple[str, ...]) -> list[_Column]:
        years, out = (self.answer.year - 1, self.answer.year), []
        for code in codes:
            for year in years:
                name = self._title(code)
                above = self.is_("shape", "years above")
                heads = (
                    (name, str(year))
                    if above
                    else (f"{name} ({year})" if not self.is_("headings", "code") else f"{name} năm {year}",)
                )
                if self.is_("unit", "row"):
                    heads = (*heads, self._unit_words(code))
                self.headings[code] = name if above else heads[0]
                out.append(_Column(heads, self._reader(code, year), code))
        return out

    def _troubled(self, columns: list[_Column]) -> list[_Column]:
        """Columns twice, and one that is no indicator."""
        if self.is_("trouble", "spare column"):
            rng = self.layout.rng("spare")
            spare = _Column(
                (*[None] * (len(columns[0].heads) - 1), "Diện tích (km2)"), lambda _: rng.randrange(900, 9000)
            )
            return [*columns, spare]
        if self.is_("trouble", "rank columns"):
            blank = [None] * (len(columns[0].heads) - 1)
            order = {u: n for n, u in enumerate(self.answer.units, 1)}
            return [
                c for column in columns for c in (column, _Column((*blank, "Xếp hạng"), order.__getitem__))
            ]
        if self.is_("trouble", "column twice", "column twice, differs"):
            first = columns[0]
            differs = self.is_("trouble", "column twice, differs")
            if differs:
                self.must_say.add(("", first.code))
            read = self._reader(first.code, 1990 if differs else None)

            def again(unit: str) -> Any:
                cell = read(unit)
                return cell.shown if isinstance(cell, Figure) else cell

            return [*columns, _Column(first.heads, again, "")]
        return columns

    # -- blocks

    def _block(
        self, columns: list[_Column], *, units: tuple[str, ...] | None = None, years: bool = False
    ) -> Sheet:
        """A table: rows of headings, then rows of provinces and what stands between them."""
        high = len(columns[0].heads)
        lead = {"name": [], "stt": ["STT"], "region column": ["Vùng"]}[self.layout.way("lead")]
        first: Any = {"blank": None}.get(self.layout.way("first heading"), self.layout.way("first heading"))
        first = self._unit_line() if self.is_("unit", "corner") else first
        both = self.is_("trouble", "old and new names")
        lead = [*lead, first, *(["Tỉnh mới"] if both else []), *(["Năm"] if years else [])]
        spaced = self.is_("blanks", "columns")
        block = Sheet("", [])
        for i in range(high):
            cells: list[Any] = []
            for column in columns:
                cells += [None, column.heads[i]] if spaced else [column.heads[i]]
            block.rows.append([*(lead if i == 0 else [None] * len(lead)), *cells])
        self._merge_headings(block, high, len(lead))
        if self.is_("numbering row", "yes"):
            wide = len(block.rows[0])
            block.rows.append([*"ABCD"[: len(lead)], *(str(n) for n in range(1, wide - len(lead) + 1))])
        self._body(block, columns, units or self.answer.units, len(lead), years=years)
        return block

    def _merge_headings(self, block: Sheet, high: int, lead: int) -> None:
        """Merge headings that stand side by side or over nothing, in files that can."""
        if high == 1 or self.is_("kind", "csv"):
            return
        block.merged += [(0, j, high - 1, j) for j in range(lead) if block.rows[0][j] is not None]
        if self.is_("blanks", "columns"):
            return
        wide, j = len(block.rows[0]), lead
        while j < wide:
            last = j
            while last + 1 < wide and block.rows[0][last + 1] == block.rows[0][j]:
                last += 1
            if last > j:
                block.merged.append((0, j, 0, last))
                block.rows[0][j + 1 : last + 1] = [None] * (last - j)
            j = last + 1

    def _body(
        self, block: Sheet, columns: list[_Column], units: tuple[str, ...], lead: int, *, years: bool
    ) -> None:
        rng, where = self.layout.rng("body"), _regions(self.answer.size)
        years_of = (self.answer.year - 1, self.answer.year) if years else (None,)
        before, n, started = "", 0, len(block.rows)
        for unit in units:
            region = where[unit][0]
            if region != before and not self.is_("bands", "none"):
                self._band(block, columns, where[unit], lead, n)
            n += region != before
            before = region
            for year in years_of:
                reads = columns if year is None else self._columns(tuple(c.code for c in columns), year)
                block.rows.append(self._row(unit, reads, region, year, len(block.rows) - started + 1))
            if self.is_("blanks", "rows") and rng.random() < 0.2:
                block.rows.append([])
        self._region_column(block, started)
        self._rows_twice(block, columns, lead, started, years=years)
        self._odd_rows(block, columns, lead, started)
        self._totals(block, columns, lead, started)

    def _row(self, unit: str, columns: list[_Column], region: str, year: int | None, n: int) -> list[Any]:
        front = {"name": [], "stt": [n], "region column": [region]}[self.layout.way("lead")]
        cells: list[Any] = []
        for column in columns:
            cells += [None, column.cell(unit)] if self.is_("blanks", "columns") else [column.cell(unit)]
        now = [_successor(unit)] if self.is_("trouble", "old and new names") else []
        return [*front, Figure(unit, "", self.names[unit]), *now, *([] if year is None else [year]), *cells]

    def _band(self, block: Sheet, columns: list[_Column], place: tuple[str, str], lead: int, n: int) -> None:
        region = place[self.is_("bands", "regions in english")]
        said = {
            "regions in capitals": region.upper(),
            "regions numbered": f"{('I', 'II', 'III', 'IV', 'V', 'VI', 'VII')[n % 7]}. {region}",
        }.get(self.layout.way("bands"), region)
        block.rows.append(self._aside(said, columns, lead, figures=self.layout.rng("bands").random() < 0.5))

    def _aside(self, said: str, columns: list[_Column], lead: int, *, figures: bool) -> list[Any]:
        """A row that is no province: means of the columns, or nothing."""
        at = {"stt": 1, "region column": 1}.get(self.layout.way("lead"), 0)
        row: list[Any] = [None] * lead
        row[at] = said
        for column in columns if figures else ():
            held = [v for (u, c), v in self.answer.values.items() if c == column.code and v is not None]
            mean = self._cell(column.code, round(sum(held) / len(held), 2)) if held and column.code else None
            row += [None, mean] if self.is_("blanks", "columns") else [mean]
        return row

    def _region_column(self, block: Sheet, started: int) -> None:
        """Regions stand once, over the rows of their provinces."""
        if (
            not self.is_("lead", "region column")
            or self.is_("kind", "csv")
            or not self.is_("blanks", "none", "columns")
        ):
            return
        i, rows = started, block.rows
        while i < len(rows):
            last = i
            while last + 1 < len(rows) and rows[last + 1][0] == rows[i][0] is not None:
                last += 1
            if last > i:
                block.merged.append((i, 0, last, 0))
                for k in range(i + 1, last + 1):
                    rows[k][0] = None
            i = last + 1

    def _rows_twice(
        self, block: Sheet, columns: list[_Column], lead: int, started: int, *, years: bool
    ) -> None:
        if not self.is_("trouble", "row twice", "row twice, differs") or years:
            return
        unit, code = self._some_figure()
        row = next((r for r in block.rows[started:] if Figure(unit, "", self.names[unit]) in r), None)
        if row is None or not any(isinstance(c, Figure) and c.code == code for c in row):
            return
        again = [c.shown if isinstance(c, Figure) else c for c in row]
        if self.is_("trouble", "row twice, differs"):
            at = next(j for j, c in enumerate(row) if isinstance(c, Figure) and c.code == code)
            value = self.answer.values[unit, code]
            again[at] = self._cell(code, (value or Decimal("5.1")) * Decimal("0.9"))
            self.must_say.add((unit, code))
        block.rows.append(again)

    def _odd_rows(self, block: Sheet, columns: list[_Column], lead: int, started: int) -> None:
        """A row of a district or of a province that is no more, headings again, a cell too many."""
        rng = self.layout.rng("odd rows")
        row = rng.randrange(started + 1, len(block.rows)) if len(block.rows) > started + 1 else started
        names = {"district row": _DISTRICTS, "former province": _FORMER}.get(self.layout.way("trouble"))
        if names and not block.merged:
            name = rng.choice(names)
            aside = self._aside("", columns, lead, figures=True)
            aside[self.layout.way("lead") != "name"] = Figure(name, "", name)
            self.must_say.add((name, ""))
            block.rows.insert(row, aside)
        if self.is_("trouble", "heading repeated") and not block.merged:
            block.rows[row:row] = [list(r) for r in block.rows[:started]]
        if self.is_("trouble", "surplus cell"):
            wide = max(map(len, block.rows))
            at = next(r for r in block.rows[started:] if any(isinstance(c, Figure) for c in r))
            unit = next(c.unit for c in at if isinstance(c, Figure))
            at += [None] * (wide - len(at)) + [
                Figure(unit, "surplus", "7.5" if self.is_("kind", "csv", "html") else 7.5)
            ]
            self.must_say.add((unit, "surplus"))

    def _totals(self, block: Sheet, columns: list[_Column], lead: int, started: int) -> None:
        first, last, some = ("CẢ NƯỚC", "Cả nước", "TỔNG SỐ"), ("Tổng cộng", "Trung bình", "Cả nước"), (
            "Trung bình", "Trung vị", "Cao nhất", "Thấp nhất",
        )  # fmt: skip
        rng = self.layout.rng("totals")
        if self.is_("totals", "first"):
            block.rows.insert(started, self._aside(rng.choice(first), columns, lead, figures=True))
            block.merged = [
                (t + 1, m, b + 1, r) if t >= started else (t, m, b, r) for t, m, b, r in block.merged
            ]
        said = {"last": (rng.choice(last),), "statistics": some}.get(self.layout.way("totals"), ())
        block.rows += [self._aside(s, columns, lead, figures=True) for s in said]

    # -- sheets

    def _unit_line(self) -> str:
        words = _MONEY_WORDS[next(iter(self.factor.values()))]
        return self.layout.rng("unit line").choice(("Đơn vị tính: ", "Đơn vị: ", "ĐVT: ")) + words

    def _whole(self, name: str, block: Sheet) -> Sheet:
        """A block with titles above and notes below."""
        above: list[list[Any]] = {
            "none": [],
            "one": [[f"Biểu 12. Một số chỉ tiêu chủ yếu năm {self.answer.year}"]],
            "many": [
                ["SỞ KHOA HỌC VÀ CÔNG NGHỆ"],
                ["BÁO CÁO SỐ LIỆU"],
                [f"(Kèm theo Công văn số 15 năm {self.answer.year})"],
                [],
            ],
        }[self.layout.way("titles")]
        if self.is_("unit", "above"):
            above = [*above, [None, self._unit_line()] if self.rng.random() < 0.5 else [self._unit_line()]]
        below: list[list[Any]] = {
            "none": [],
            "source": [["Nguồn: Cục Thống kê"]],
            "many": [
                [],
                ["Ghi chú: Số liệu sơ bộ"],
                ["(*) Chưa tính lao động tự do"],
                [None, "Người lập biểu"],
                ["Nguồn: Niên giám thống kê"],
            ],
        }[self.layout.way("notes")]
        down = len(above)
        merged = [(t + down, m, b + down, r) for t, m, b, r in block.merged]
        return Sheet(name, [*above, *block.rows, *below], merged)

    def _parts(self) -> list[tuple[str, ...]]:
        """The codes in two parts, for tables that come in several."""
        codes = self.answer.codes
        half = max(1, len(codes) // 2)
        return [p for p in (codes[:half], codes[half:]) if p]

    def _shuffled(self, salt: str) -> tuple[str, ...]:
        units = list(self.answer.units)
        self.layout.rng(f"shuffle {salt}").shuffle(units)
        return tuple(units)

    def _sheets(self) -> list[Sheet]:
        shape, codes = self.layout.way("shape"), self.answer.codes
        if shape == "long":
            return [self._whole("Số liệu", self._long())]
        if shape == "turned":
            return [self._whole("Số liệu", _turned(self._block(self._troubled(self._columns(codes, None)))))]
        if shape == "sheets":
            blocks = [self._block(self._columns(p, None), units=self._units(str(p))) for p in self._parts()]
            return [self._whole(f"Biểu {n}", b) for n, b in enumerate(blocks, 1)]
        if shape == "stacked":
            blocks = [self._block(self._columns(p, None), units=self._units(str(p))) for p in self._parts()]
            return [self._whole("Số liệu", _stacked(blocks, self.layout.rng("between")))]
        if shape.startswith("side"):
            shuffled = shape == "side shuffled"
            units = [self._shuffled(str(p)) if shuffled else self.answer.units for p in self._parts()]
            blocks = [
                self._block(self._columns(p, None), units=u)
                for p, u in zip(self._parts(), units, strict=True)
            ]
            return [self._whole("Số liệu", _beside(blocks))]
        if shape in ("years across", "years above"):
            return [self._whole("Số liệu", self._block(self._with_years(codes)))]
        if shape == "years down":
            return [self._whole("Số liệu", self._block(self._columns(codes, None), years=True))]
        if shape == "years in blocks":
            years = (self.answer.year - 1, self.answer.year)
            blocks = [self._block(self._columns(codes, y)) for y in years]
            for block, year in zip(blocks, years, strict=True):
                _put_above(block, [f"Năm {year}"])
            return [self._whole("Số liệu", _stacked(blocks, self.layout.rng("between")))]
        return [self._whole("Số liệu", self._block(self._troubled(self._columns(codes, None))))]

    def _units(self, salt: str) -> tuple[str, ...]:
        ordered = self.is_("lead", "region column") or not self.is_("bands", "none")
        return self.answer.units if ordered else self._shuffled(salt)

    def _long(self) -> Sheet:
        rng = self.layout.rng("long")
        first = self.layout.way("first heading")
        block = Sheet(
            "",
            [
                [
                    "Tỉnh" if first == "blank" else first,
                    rng.choice(("Mã chỉ số", "Chỉ số", "Chỉ tiêu")),
                    "Giá trị",
                ]
            ],
        )
        order = list(self.answer.values)
        if rng.random() < 0.5:
            rng.shuffle(order)
        for unit, code in order:
            name = Figure(unit, "", self.names[unit])
            block.rows.append([name, self._title(code), Figure(unit, code, self.shown[unit, code])])
        return block

    def made(self) -> Made:
        sheets = self._sheets()
        self._hide(sheets)
        self._merge_figures(sheets[0])
        if self.is_("encoding", "tcvn3", "vni"):
            turn = tcvn3 if self.is_("encoding", "tcvn3") else vni
            for sheet in sheets:
                sheet.rows = [[_retold(c, turn) for c in row] for row in sheet.rows]
        return Made(self.layout, self.answer, sheets, self.must_say, self.loose, self.headings)

    def _hide(self, sheets: list[Sheet]) -> None:
        first = sheets[0]
        if self.is_("trouble", "hidden row"):
            at = [i for i, r in enumerate(first.rows) if any(isinstance(c, Figure) and not c.code for c in r)]
            first.hidden_rows = sorted(self.layout.rng("hide").sample(at, min(2, len(at))))
        if self.is_("trouble", "hidden column"):
            wide = max(map(len, first.rows))
            first.hidden_columns = [wide - 1]
        if self.is_("trouble", "hidden sheet"):
            rows = [[_retold(c, lambda t: t) for c in row] for row in first.rows]
            rows = [[c.shown if isinstance(c, Figure) else c for c in row] for row in rows]
            other = [[c * 2 if isinstance(c, float) else c for c in row] for row in rows]
            sheets.append(Sheet("Bản cũ", other, list(first.merged), hidden=True))

    def _merge_figures(self, sheet: Sheet) -> None:
        """One figure merged over three provinces: whose is it?"""
        if not self.is_("trouble", "merged figures"):
            return
        found = _three_below(sheet)
        if found is None:
            return
        i, j = found
        for k in range(i, i + 3):
            self.must_say.add((sheet.rows[k][j].unit, sheet.rows[k][j].code))
            self.loose.add((sheet.rows[k][j].unit, sheet.rows[k][j].code))
        sheet.rows[i + 1][j] = sheet.rows[i + 2][j] = None
        sheet.merged.append((i, j, i + 2, j))


def _three_below(sheet: Sheet) -> tuple[int, int] | None:
    """Three figures in one column, the first not a gap."""
    for i in range(len(sheet.rows) - 2):
        for j, cell in enumerate(sheet.rows[i]):
            below = [sheet.rows[k][j] if j < len(sheet.rows[k]) else None for k in (i, i + 1, i + 2)]
            if all(isinstance(c, Figure) and c.code for c in below) and cell.shown not in (None, ""):
                return i, j
    return None


def _retold(cell: Any, turn: Callable[[str], str]) -> Any:
    if isinstance(cell, Figure):
        return Figure(cell.unit, cell.code, _retold(cell.shown, turn))
    return turn(cell) if isinstance(cell, str) else cell


def _turned(block: Sheet) -> Sheet:
    wide = max(map(len, block.rows))
    rows = [row + [None] * (wide - len(row)) for row in block.rows]
    return Sheet(
        "", [list(r) for r in zip(*rows, strict=True)], [(m, t, r, b) for t, m, b, r in block.merged]
    )


def _put_above(block: Sheet, row: list[Any]) -> None:
    block.rows.insert(0, row)
    block.merged = [(t + 1, m, b + 1, r) for t, m, b, r in block.merged]


def _stacked(blocks: list[Sheet], rng: random.Random) -> Sheet:
    """One table under another, with or without a blank row between."""
    out, blank = Sheet("", []), rng.random() < 0.7
    for block in blocks:
        if out.rows and blank:
            out.rows.append([])
        down = len(out.rows)
        out.merged += [(t + down, m, b + down, r) for t, m, b, r in block.merged]
        out.rows += block.rows
    return out


def _beside(blocks: list[Sheet]) -> Sheet:
    """One table at the right of another."""
    out = Sheet("", [])
    for block in blocks:
        right = max(map(len, out.rows), default=0)
        high = max(len(out.rows), len(block.rows))
        out.rows += [[] for _ in range(high - len(out.rows))]
        for i, row in enumerate(block.rows):
            out.rows[i] = out.rows[i] + [None] * (right - len(out.rows[i])) + row
        out.merged += [(t, m + right, b, r + right) for t, m, b, r in block.merged]
    return out


def smaller(layout: Layout) -> Iterator[Layout]:
    """The layout with one way less, each in turn."""
    seen = {str(layout)}
    for slot in layout.ways:
        less = layout.without(slot)
        if str(less) not in seen:
            seen.add(str(less))
            yield less


def shrink(layout: Layout, fails: Callable[[Layout], bool]) -> Layout:
    """Turn ways off, one after the other, as long as it still fails."""
    while (less := next((found for found in smaller(layout) if fails(found)), None)) is not None:
        layout = less
    return layout
