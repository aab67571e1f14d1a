"""Vietnam's provinces: the 63 units to 2025-06-30, the 34 after, and names as people write them."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from ..base.errors import UnknownNameError, nearest
from ..base.folding import fold, nfc
from ..base.language import text
from .paths import raw, rows

if TYPE_CHECKING:
    import pandas as pd

Units = Literal[63, 34]
VALID: dict[int, tuple[str, str]] = {63: ("2008-08-01", "2025-06-30"), 34: ("2025-07-01", "")}

_PROVINCE_WORDS = ("tinh", "t")
_CITY_WORDS = ("thanh pho", "tp", "t p", "thu do")
_EITHER = ("tinh thanh pho", "tinh tp", "tinh thanh")
_AFTER = ("province", "city", "municipality", "tinh", "thanh pho", "tp")
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
    """A province of the 63 was asked for among the 34; says where its territory is now."""

    def __init__(self, name: str, successor: str) -> None:
        super().__init__("province", name, unit_names(34))
        self.successor = successor
        self.suggestions = [successor]

    def __str__(self) -> str:
        return text("error.abolished_province", name=self.name, successor=self.successor)


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
    table = pd.DataFrame(
        [
            {
                "unit": p.name,
                "id": p.id,
                "name_en": p.name_en,
                "region": p.region_vi,
                "region_en": p.region_en,
                "central_city": p.central_city,
                "valid_from": start,
                "valid_to": end,
                "parts": "; ".join(p.parts),
                "successor": p.successor,
            }
            for p in listing(units)
        ]
    )
    return table.set_index("unit")


def match_province(name: Any, units: Units | None = None) -> str:
    """Return the official name of a province written as people write it.

    The name is folded (accents, case, spaces and punctuation go), a leading or trailing word
    such as "tỉnh", "TP." or "Province" is dropped, and the rest must be equal to an official
    name or an entry of ``data/raw/provinces/aliases.csv``. Likeness decides nothing: it only
    suggests, in the error. "Thành phố" is read only before a city run by the centre, because
    the city of Thái Nguyên is not the province of that name.

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
        If the name is one of the 63 but not of the 34 asked for; tells the successor.
    UnknownNameError
        If the name is not known; suggests the nearest.

    Notes
    -----
    Official names: the resolutions named in :func:`provinces`; other spellings:
    ``data/raw/provinces/aliases.csv``.

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
    if units == 34:
        try:
            old = match_province(name, 63)
        except UnknownNameError:
            pass
        else:
            raise AbolishedProvinceError(old, next(p.successor for p in listing(63) if p.name == old))
    error = UnknownNameError("province", name, unit_names(units or 63))
    error.suggestions = _suggestions(name, units)
    raise error


def known_province(name: Any, units: Units | None = None) -> str | None:
    """As :func:`match_province`, but None and no suggestions if the name is not known: fast on many cells."""
    known, cities = _keys(units)
    for key, is_city in _readings(name):
        found = known.get(key)
        if found and (not is_city or found in cities):
            return found
    return None


def find_unit(name: Any, known: Sequence[str]) -> str:
    """Return which of `known` units is meant: as it stands, or read as a province of either set.

    "TP. Huế" finds Thừa Thiên Huế in a table of the 63 and Huế in one of the 34.

    Raises
    ------
    UnknownNameError
        With the nearest of `known`.
    """
    given = nfc(str(name))
    if given in known:
        return given
    for units in VALID:
        try:
            official = match_province(name, units)  # type: ignore[arg-type]
        except UnknownNameError:
            continue
        if official in known:
            return official
    raise UnknownNameError("unit", name, known)


def _suggestions(name: Any, units: int | None) -> list[str]:
    """Names most like what was written; one abolished is shown with its successor."""
    official = dict(_aliases(None)) | {n: n for s in VALID for n in unit_names(s)}
    now = {p.name: p.successor for p in listing(63)}
    found: list[str] = []
    for key in dict.fromkeys([fold(str(name)), *(k for k, _ in _readings(name))]):
        for alias in nearest(key, list(official), limit=6):
            given = official[alias]
            shown = (
                given if units is None or given in unit_names(units) else f"{given} → {now.get(given, '')}"
            )
            found.append(shown.removesuffix(" → "))
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


@cache
def _keys(units: int | None) -> tuple[dict[str, str], frozenset[str]]:
    known: dict[str, str] = {}
    cities: set[str] = set()
    for s in _sets(units):
        for p in listing(s):
            if known.setdefault(_key(p.name), p.name) != p.name:
                raise ValueError(f"{p.name} and {known[_key(p.name)]} have one key {_key(p.name)}")
            known.setdefault(_key(p.name_en), p.name)
            if p.central_city:
                cities.add(p.name)
    for alias, name in _aliases(units):
        known.setdefault(_key(alias), name)
    return known, frozenset(cities)


def _key(name: str) -> str:
    return fold(name).replace(" ", "")


def _readings(name: Any) -> list[tuple[str, bool]]:
    """Keys to try in order, each with whether a word for "city" was dropped to get it."""
    whole = fold(str(name)) if isinstance(name, str) else ""
    found = [(whole, False)] if whole else []
    for words, is_city in ((_EITHER, False), (_CITY_WORDS, True), (_PROVINCE_WORDS, False)):
        found += [(whole[len(w) + 1 :], is_city) for w in words if whole.startswith(w + " ")]
    for start, is_city in list(found):
        found += [
            (start[: -len(w) - 1], is_city or w in {"city", "thanh pho", "tp", "municipality"})
            for w in _AFTER
            if start.endswith(" " + w)
        ]
    return [(k.replace(" ", ""), c) for k, c in dict.fromkeys(found) if k]
