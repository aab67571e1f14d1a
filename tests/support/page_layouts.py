"""A province's own page with known figures, laid out at random: names, then value, minimum and maximum."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from answers import figure_text, framework, shipped
from layout_files import Sheet, write

_HEADS = {
    "value": ("Giá trị", "Giá trị của tỉnh", "Value"),
    "minimum": ("Nhỏ nhất", "Min", "Giá trị nhỏ nhất"),
    "maximum": ("Lớn nhất", "Max", "Giá trị lớn nhất"),
}
_FIELDS = ("value", "minimum", "maximum")


@dataclass(frozen=True)
class PageLayout:
    """A page in rows, how it is written, and what it says of every indicator."""

    seed: int
    ways: Mapping[str, str]
    sheet: Sheet
    figures: Mapping[str, tuple[Decimal | None, ...]]

    def __str__(self) -> str:
        return f"page of seed {self.seed}: " + ", ".join(f"{k} = {v!r}" for k, v in self.ways.items())

    def source(self, folder: Path) -> str | Path:
        """A file, or the text that somebody pastes."""
        if self.ways["kind"] != "pasted":
            return write([self.sheet], folder, self.ways["kind"])
        rows = ["\t".join("" if c is None else str(c) for c in row) for row in self.sheet.plain()]
        return "\n".join(rows) + "\n"


def draw_page(seed: int) -> PageLayout:
    """Some indicators of a province and their national bounds, in one of the forms that pages have."""
    rng, tree = random.Random(seed), framework("pii")
    kind = rng.choice(("csv", "xlsx", "ods", "html", "pasted"))
    ways = {
        "kind": kind,
        "numbers": rng.choice(("vi", "comma only", "en") + (("stored",) if kind in ("xlsx", "ods") else ())),
        "names": rng.choice(("vietnamese", "code first", "capitals", "english", "unit behind", "numbered")),
        "heading": rng.choice(("none", "above", "code beside", "rank beside")),
        "title": rng.choice(("none", "one")),
        "gaps": rng.choice(("…", "-", "n/a", "")),
    }
    codes = rng.sample(list(tree.indicators), rng.randrange(4, 25))
    order = list(_FIELDS) if ways["heading"] == "none" else rng.sample(_FIELDS, 3)
    rows: list[list[object]] = (
        [["Chỉ số đổi mới sáng tạo cấp tỉnh năm 2025"]] if ways["title"] == "one" else []
    )
    if ways["heading"] != "none":
        heads: list[object] = ["Mã"] if ways["heading"] == "code beside" else []
        heads += ["Chỉ số", *(rng.choice(_HEADS[f]) for f in order)]
        rows.append([*heads, "Hạng"] if ways["heading"] == "rank beside" else heads)
    figures: dict[str, tuple[Decimal | None, ...]] = {}
    for n, code in enumerate(codes, 1):
        column = shipped("pii")[code]
        low, high = (round(Decimal(repr(float(v))), 2) for v in (column.min(), column.max()))
        value = round(Decimal(repr(float(rng.choice(list(column.dropna()))))), 2)
        held = {
            "value": None if rng.random() < 0.05 and ways["gaps"] else value,
            "minimum": low,
            "maximum": high,
        }
        figures[code] = tuple(held[f] for f in _FIELDS)
        front = [code] if ways["heading"] == "code beside" else []
        row: list[object] = [*front, _name(code, ways["names"], n), *(_shown(held[f], ways) for f in order)]
        rows.append([*row, n] if ways["heading"] == "rank beside" else row)
    return PageLayout(seed, ways, Sheet("Trang", rows), figures)


def _name(code: str, way: str, n: int) -> str:
    tree = framework("pii")
    vi = tree.title(code, "vi")
    unit = str(tree.table.at[code, "unit_vi"])
    return {
        "vietnamese": vi,
        "code first": f"{code}. {vi}",
        "capitals": vi.upper(),
        "english": tree.title(code, "en"),
        "unit behind": f"{vi} ({unit})" if len(unit) < 12 else vi,
        "numbered": f"{n}. {vi}",
    }[way]


def _shown(value: Decimal | None, ways: Mapping[str, str]) -> object:
    if value is None:
        return ways["gaps"]
    return float(value) if ways["numbers"] == "stored" else figure_text(value, ways["numbers"])
