"""Vietnam's provinces: the 63 units to 2025-06-30, the 34 after, and names as people write them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from ..base.errors import UnknownNameError, nearest
from ..base.folding import bare, fold, lacks_only, nfc, spell
from ..base.language import text
from .paths import raw, rows

if TYPE_CHECKING:
    import pandas as pd

Units = Literal[63, 34]
VALID: dict[int, tuple[str, str]] = {63: ("2008-08-01", "2025-06-30"), 34: ("2025-07-01", "")}

# words before and after a name, each with whether it means a city
_BEFORE = {
    "tỉnh": False, "t": False, "tỉnh thành phố": False, "tỉnh tp": False, "tỉnh thành": False, "province of": False,
    "thành phố": True, "tp": True, "t p": True, "thủ đô": True, "city of": True, "municipality of": True,
}  # fmt: skip
_AFTER = {
    "province": False, "prov": False, "tỉnh": False, "city": True, "municipality": True, "thành phố": True, "tp": True,
}  # fmt: skip
_COUNTRY = (" viet nam", " vietnam")
_INITIALS, _SHORT = 4, 3  # an abbreviation has no word for province after it
_ENGLISH = str.maketrans({"đ": "d", "Đ": "D"})


@dataclass(frozen=True)
class Province:
    """One province-level unit of one of the two sets.

    Attributes
    ----------
    name : str
        Official Vietnamese name, NFC.
    id : str
        Stable ASCII identifier, such as ``"can-tho"``; the same in both sets.
    units : {63, 34}
        The set it belongs to: the Cần Thơ of the 34 is larger than that of the 63.
    name_en, region_vi, region_en : str
    central_city : bool
        Whether it is run by the centre.
    parts : tuple of str
        Names of the old provinces that form it (of the 34), or its own name.
    successor : str
        Name among the 34 of the unit that holds its territory.
    """

    name: str
    id: str
    units: int
    name_en: str
    region_vi: str
    region_en: str
    central_city: bool
    parts: tuple[str, ...]
    successor: str


class AbolishedProvinceError(UnknownNameError):
    """A province was asked for that is no more; says where its territory is now.

    Attributes
    ----------
    successor : str
        The unit, or units with commas, that hold its territory.
    passed : str
        Date of the resolution that ended a province older than the 63, "" for one of them.
    """

    def __init__(self, name: str, successor: str, passed: str = "") -> None:
        super().__init__("province", name, unit_names(34))
        self.successor, self.passed = successor, passed
        self.suggestions = successor.split(", ")

    def __str__(self) -> str:
        key = "error.former_province" if self.passed else "error.abolished_province"
        return text(key, name=self.name, successor=self.successor, passed=self.passed)


@cache
def listing(units: int) -> tuple[Province, ...]:
    """Every unit of a set, in the order of its official listing.

    Raises
    ------
    UnknownNameError
        If `units` is neither 63 nor 34.
    """
    if units not in VALID:
        raise UnknownNameError("units", units, [str(k) for k in VALID])
    successor = {r["old"]: r["new"] for r in rows(raw("published", "merger_2025.csv"))}
    found = []
    for r in rows(raw("published", "regions.csv")):
        if int(r["units"]) != units:
            continue
        name = r["province"]
        parts = (name,) if units == 63 else tuple(o for o, n in successor.items() if n == name)
        english = _english(name)
        found.append(
            Province(
                name=name,
                id=english.removesuffix(" City").replace(" - ", "-").replace(" ", "-").lower(),
                units=units,
                name_en=english,
                region_vi=r["region_vi"],
                region_en=r["region_en"],
                central_city=r["centrally_run_city"] == "yes",
                parts=parts,
                successor=successor[name] if units == 63 else name,
            )
        )
    return tuple(found)


def units_in(year: int | None) -> Units:
    """The set in force at the end of `year`; the newest set if no year is given."""
    return 34 if year is None or f"{year}-12-31" >= VALID[34][0] else 63


@cache
def unit_names(units: int) -> tuple[str, ...]:
    """Official names of a set, in the order of its listing."""
    return tuple(p.name for p in listing(units))


@cache
def borders(units: int) -> frozenset[frozenset[str]]:
    """Pairs of units of a set that share a border on land."""
    found = rows(raw("provinces", "borders.csv"))
    return frozenset(frozenset((r["one"], r["other"])) for r in found if int(r["units"]) == units)


def provinces(units: Units = 63) -> pd.DataFrame:
    """Table of the province-level units of Vietnam.

    Parameters
    ----------
    units : {63, 34}
        The 63 units in force from 2008-08-01 to 2025-06-30, or the 34 since 2025-07-01.

    Returns
    -------
    DataFrame, 63 or 34 rows
        Index ``unit`` (official Vietnamese name); columns ``id`` (ASCII), ``name_en``,
        ``region`` and ``region_en``, ``central_city`` (bool), ``valid_from`` and ``valid_to``
        (ISO dates, "" if still in force), ``parts`` (old provinces, "; " between them) and
        ``successor`` (unit among the 34).

    Raises
    ------
    UnknownNameError
        For any other number of units.

    Notes
    -----
    Sources: ``data/raw/published/regions.csv`` (Resolutions 81/2023/QH15 and 306/NQ-CP of
    2025) and ``merger_2025.csv`` (Resolution 202/2025/QH15). PII 2025 may group the 34 units
    otherwise: it prints six units for the Mekong Delta.

    Examples
    --------
    >>> import piikit as pk
    >>> len(pk.provinces()), len(pk.provinces(34))
    (63, 34)
    >>> pk.provinces(34).loc["Cần Thơ", ["id", "parts"]].to_dict()
    {'id': 'can-tho', 'parts': 'Cần Thơ; Sóc Trăng; Hậu Giang'}
    """
    import pandas as pd

    start, end = VALID.get(units, ("", ""))
    table = pd.DataFrame([vars(p) for p in listing(units)]).drop(columns="units")
    table.insert(5, "valid_from", start)
    table.insert(6, "valid_to", end)
    table["parts"] = table["parts"].map("; ".join)
    return table.rename(columns={"name": "unit", "region_vi": "region"}).set_index("unit")


def match_province(name: Any, units: Units | None = None) -> str:
    """Return the official name of a province written as people write it.

    Case, spaces, hyphens, NFC or NFD and the place of the tone mark do not matter; accents may be
    missing but never differ ("Ha Giang" is Hà Giang, "Hậ Giang" nobody). A name that bears some
    of its accents must also be more than one slip away from every other province. A leading or
    trailing word such as "tỉnh", "TP.", "Province" or "Việt Nam" is dropped, and the rest must be
    an official name or an entry of ``data/raw/provinces/aliases.csv``. Likeness decides nothing:
    it only suggests, in the error. "Thành phố" is read only before a city run by the centre,
    because the city of Thái Nguyên is not the province of that name.

    Parameters
    ----------
    name : str
        NFC or NFD, with or without accents, any case.
    units : {63, 34}, optional
        The set to look in; without it both, the 63 first where an abbreviation differs.

    Returns
    -------
    str
        Official Vietnamese name, NFC, as in :func:`provinces`.

    Raises
    ------
    AbolishedProvinceError
        If the name is one of the 63 but not of the 34 asked for, or a province of before 2008 such
        as Hà Tây; tells the successor.
    UnknownNameError
        If the name is not known; suggests the nearest.

    Notes
    -----
    Official names: the resolutions named in :func:`provinces`; other spellings:
    ``data/raw/provinces/aliases.csv``; older provinces: ``former.csv`` beside it.

    Examples
    --------
    >>> import piikit as pk
    >>> pk.match_province("TP. HCM"), pk.match_province("tinh dak lak")
    ('TP. Hồ Chí Minh', 'Đắk Lắk')
    >>> try:
    ...     pk.match_province("Hậu Giang", 34)
    ... except pk.data.provinces.AbolishedProvinceError as error:
    ...     error.successor
    'Cần Thơ'
    """
    if (found := known_province(name, units)) is not None:
        return found
    if (gone := abolished(name, units)) is not None:
        raise gone
    error = UnknownNameError("province", name, unit_names(units or 63))
    error.suggestions = suggestions(name, units)
    raise error


def known_province(name: Any, units: Units | None = None) -> str | None:
    """As :func:`match_province`, but None and no suggestions if the name is not known: fast on many cells."""
    return _find(name, _index(units))


def abolished(name: Any, units: int | None = None) -> AbolishedProvinceError | None:
    """Where a province went that is no more, or is none of the 34 asked for."""
    now = {p.name: p.successor for p in listing(63)}
    if units == 34 and (old := known_province(name, 63)) is not None:
        return AbolishedProvinceError(old, now[old])
    if (former := _find(name, _former_index())) is None:
        return None
    row = next(r for r in rows(raw("provinces", "former.csv")) if r["name"] == former)
    parts = [now[p] if units == 34 else p for p in row["successors"].split("; ")]
    return AbolishedProvinceError(former, ", ".join(dict.fromkeys(parts)), row["passed"])


def by_initials(name: Any, units: int | None = None) -> list[str]:
    """Provinces whose first letters a short word may be: "ĐN" is Đà Nẵng, Đồng Nai or Đắk Nông."""
    letters = spell(str(name)).replace(" ", "")
    names = dict.fromkeys(n for s in _sets(units) for n in unit_names(s) if 2 <= len(letters) <= _INITIALS)
    return [n for n in names if lacks_only(letters, "".join(word[0] for word in spell(n).split()))]


def find_unit(name: Any, known: Sequence[str]) -> str:
    """Return which of `known` units is meant: as it stands, or read as a province of either set.

    "TP. Huế" finds Thừa Thiên Huế in a table of the 63 and Huế in one of the 34.

    Raises
    ------
    AbolishedProvinceError
        If it is a former province whose successor is known.
    UnknownNameError
        With the nearest of `known`.
    """
    given = nfc(str(name))
    if given in known:
        return given
    for units in VALID:
        if (official := _find(name, _index(units))) is not None and official in known:
            return official
    all_units = {p.name: p for units in VALID for p in listing(units)}.values()
    within = [p.name for p in all_units if fold(given) in (fold(p.region_vi), fold(p.region_en))]
    if within:
        raise UnknownNameError("unit_of_region", name, [u for u in known if u in within])
    found = (abolished(name, units) for units in VALID)
    raise next((g for g in found if g and g.suggestions[0] in known), None) or UnknownNameError(
        "unit", name, known
    )


def suggestions(name: Any, units: int | None) -> list[str]:
    """Names most like what was written; one abolished is shown with its successor."""
    official = {a: n for a, n in _aliases(None) if not bare(spell(a)).startswith(_PLAIN_BEFORE)}
    official |= {n: n for s in VALID for n in unit_names(s)}
    now = {p.name: p.successor for p in listing(63)}
    found = by_initials(name, units)
    for key in dict.fromkeys([fold(str(name)), *(r.key for r in _readings(name))]):
        for alias in nearest(key, list(official), limit=6):
            given = official[alias]
            found.append(
                given if units != 34 or now.get(given, given) == given else f"{given} → {now[given]}"
            )
    return list(dict.fromkeys(found))[:3]


def english_name(name: str) -> str:
    """English form of an official name: "Ho Chi Minh City", "Ba Ria - Vung Tau"."""
    return next((p.name_en for s in VALID for p in listing(s) if p.name == name), _english(name))


def _english(name: str) -> str:
    plain = unicodedata.normalize("NFD", name.translate(_ENGLISH))
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return plain.removeprefix("TP. ") + " City" if plain.startswith("TP. ") else plain


def _sets(units: int | None) -> tuple[int, ...]:
    return tuple(VALID) if units is None else (units,)


def _aliases(units: int | None) -> list[tuple[str, str]]:
    """Aliases that hold for a set, with the official name; those of the 63 come first."""
    allowed = [n for s in _sets(units) for n in unit_names(s)]
    table = rows(raw("provinces", "aliases.csv"))
    ranked = [r for s in ("any", "63", "34") for r in table if r["units"] == s]
    fitting = ["any", *(str(s) for s in _sets(units))]
    return [(r["alias"], r["name"]) for r in ranked if r["units"] in fitting and r["name"] in allowed]


class _Index(NamedTuple):
    """Names to look among: bare letters, then each spelling with its official name."""

    spellings: dict[str, list[tuple[str, str]]]
    cities: frozenset[str]


class _Reading(NamedTuple):
    """A way to read a cell: its letters, the same without accents, and whether it says "city"."""

    letters: str
    key: str
    is_city: bool


def _made(named: Iterable[tuple[str, str]], cities: Iterable[str] = ()) -> _Index:
    found: dict[str, list[tuple[str, str]]] = {}
    for spelling, name in named:
        letters = spell(spelling).replace(" ", "")
        found.setdefault(bare(letters), []).append((letters, name))
    return _Index(found, frozenset(cities))


@cache
def _index(units: int | None) -> _Index:
    of_sets = [p for s in _sets(units) for p in listing(s)]
    official = [(n, p.name) for p in of_sets for n in (p.name, p.name_en)]
    cities = {p.name for p in of_sets if p.central_city} | {
        "Thừa Thiên Huế"
    }  # as Huế a city since 2025-01-01
    return _made([*official, *_aliases(units)], cities)


@cache
def _former_index() -> _Index:
    return _made((r["name"], r["name"]) for r in rows(raw("provinces", "former.csv")))


def _find(name: Any, index: _Index) -> str | None:
    """The name that a cell means: its letters lack accents of one spelling at most, and fit no other name as well."""
    for reading in _readings(name):
        for spelling, found in index.spellings.get(reading.key, ()):
            if (
                (not reading.is_city or found in index.cities)
                and lacks_only(reading.letters, spelling)
                and (reading.letters in (spelling, reading.key) or {*one_slip(reading.letters)} <= {found})
            ):
                return found
    return None


@lru_cache(maxsize=4096)
def one_slip(letters: str, units: int | None = None) -> tuple[str, ...]:
    """Provinces with a spelling one slip away or none: "tiêngiang" may be Kiên Giang or Tiền Giang."""
    from rapidfuzz.distance import OSA

    spellings = (pair for pairs in _index(units).spellings.values() for pair in pairs)
    near = (
        name
        for given, name in spellings
        if len(given) > _SHORT and OSA.distance(letters, given, score_cutoff=1) < 2
    )
    return tuple(dict.fromkeys(near))


def _readings(name: Any) -> list[_Reading]:
    """Ways to read a cell, in order: whole, then without words for province or city before and after it."""
    whole = spell(name) if isinstance(name, str) else ""
    plain = bare(whole)
    end = next((len(plain) - len(c) for c in _COUNTRY if plain.endswith(c)), len(plain))
    ends = [(0, len(plain), False), (0, end, False)][end == len(plain) :]
    if plain.startswith(_PLAIN_BEFORE):
        ends += [
            (len(word) + 1, end, is_city)
            for word, is_city in _BEFORE.items()
            if plain.startswith(bare(word) + " ") and lacks_only(whole[: len(word) + 1], word + " ")
        ]
    if plain.endswith(_PLAIN_AFTER, 0, end):
        ends += [
            (at, end - len(word) - 1, said or is_city)
            for at, _, said in ends
            for word, is_city in _AFTER.items()
            if end - at > len(word) + _SHORT
            and plain.endswith(" " + bare(word), at, end)
            and lacks_only(whole[end - len(word) - 1 : end], " " + word)
        ]
    found = (
        _Reading(whole[at:to].replace(" ", ""), plain[at:to].replace(" ", ""), said) for at, to, said in ends
    )
    return [reading for reading in found if reading.key]


_PLAIN_BEFORE = tuple(bare(word) + " " for word in _BEFORE)
_PLAIN_AFTER = tuple(" " + bare(word) for word in _AFTER)
