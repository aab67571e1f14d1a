"""An answer laid out in sheets, in the ways of a layout."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from answers import (
    DISTRICTS,
    FORMER,
    MONEY,
    MONEY_WORDS,
    Answer,
    answer_of,
    figure_text,
    framework,
    misspelt,
    regions,
    spelt,
    successor,
    title_of,
    unit_of,
)  # fmt: skip
from layout_files import Figure, Percent, Sheet, tcvn3, vni
from layouts import Layout


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
            held = sorted({u for (u, _), v in self.answer.values.items() if v is not None})
            self.odd = wrong.choice(held or self.answer.units)  # without a figure it may stand among headings
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
            c: 10**9 if "billion" in unit_of(self.answer.framework, c) else 10**6
            for c in MONEY[self.answer.framework]
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
            if _apart(values, at):
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
                self.loose.add((unit, code))  # a share per mille may be converted, with a word
                self.must_say.add((unit, code))
            shown[unit, code] = cell
        return shown

    def _strange(self, unit: str, code: str, value: Decimal, cell: Any) -> Any:
        """A cell that Excel made something else of, or a share where a percentage is wanted."""
        percent = unit_of(self.answer.framework, code) == "%"
        if self.is_("trouble", "fractions") and percent:
            self.loose.add((unit, code))
            held = [v for (_, c), v in self.answer.values.items() if c == code and v is not None]
            if len(held) >= 5 and max(held) <= 100 and min(held) >= 0:  # else shares look like percentages
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
        return 10**9 if "billion" in unit_of(self.answer.framework, code) else 10**6

    def _cell(self, code: str, value: Decimal) -> Any:
        way, value = self.layout.way("numbers"), self._in_file(code, value)
        if way == "stored":
            in_text = self.is_("kind", "csv", "html")
            return figure_text(value, "stored") if in_text else float(value)
        text = figure_text(value, way)
        if way == "signs" and unit_of(self.answer.framework, code) == "%":
            return text + "%"
        if way == "words" and code in MONEY[self.answer.framework]:
            return f"{text} {MONEY_WORDS[self.factor.get(code, self._wanted(code))]}"
        return text

    # -- headings

    def _title(self, code: str) -> str:
        vi, en = title_of(self.answer.framework, code, "vi"), title_of(self.answer.framework, code, "en")
        two = self.layout.rng("bilingual").choice((" - ", " / ", "\n"))
        said = {
            "code": code,
            "code and name": f"{code} {vi}",
            "english": en,
            "bilingual": f"{vi}{two}{en}",
        }.get(self.layout.way("headings"), vi)
        if self.is_("unit", "heading") and code in self.factor:
            said += f" ({MONEY_WORDS[self.factor[code]]})"
        return said

    def _columns(self, codes: tuple[str, ...], year: int | None) -> list[_Column]:
        """Columns of the codes; `year` is another one than the answer's."""
        out = []
        for code in codes:
            name = self._title(code)
            heads: tuple[Any, ...] = (name,)
            if self.is_("headings", "two languages in two rows"):
                heads = (name, title_of(self.answer.framework, code, "en"))
            if self.is_("headings", "grouped"):
                heads = ("Các chỉ tiêu chủ yếu", name)
            if self.is_("unit", "row"):
                heads = (*heads, self._unit_words(code))
            self.headings[code] = str(name)
            out.append(_Column(heads, self._reader(code, year), code))
        return out

    def _unit_words(self, code: str) -> str:
        if code in self.factor:
            return MONEY_WORDS[self.factor[code]]
        return "%" if unit_of(self.answer.framework, code) == "%" else "điểm"

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
        rng, where = self.layout.rng("body"), regions(self.answer.size)
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
        now = [successor(unit)] if self.is_("trouble", "old and new names") else []
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
        names = {"district row": DISTRICTS, "former province": FORMER}.get(self.layout.way("trouble"))
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
        words = MONEY_WORDS[next(iter(self.factor.values()))]
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


def _apart(values: dict[tuple[str, str], Decimal | None], at: tuple[str, str]) -> bool:
    """Whether a figure stands farther from all others of its column, at least five, than these from each other."""
    others = [v for (u, c), v in values.items() if c == at[1] and u != at[0] and v is not None and v > 0]
    one = values[at]
    if one is None or one <= 0 or len(others) < 5:
        return False
    return one / max(others) > max(Decimal(10), max(others) / min(others))


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
