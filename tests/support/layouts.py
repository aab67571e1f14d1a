"""Tables with a known answer, laid out at random as offices lay out theirs.

A layout is a seed and a few ways: for each slot of `SLOTS` one option, the first of which is the plain one and is not
written down. Every slot has its own random stream, so that a way can be turned off and the rest stays: `shrink` does.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

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
