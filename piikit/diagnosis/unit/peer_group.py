"""With whom a unit of a dataset is compared: the answer to ``peers=``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ...base.errors import MethodError, UnknownNameError
from ...data.provincial_peers import neighbours

if TYPE_CHECKING:
    from ...data.dataset import Dataset

WAYS = ("central-cities", "cities", "region", "nearest", "all")


@dataclass(frozen=True)
class PeerGroup:
    """Units to compare with, the unit itself left out.

    Attributes
    ----------
    way : str
        ``central-cities``, ``region``, ``nearest``, ``all``, ``group`` (a grouping of the
        dataset) or ``named`` (a list that the user gave).
    detail_vi, detail_en : str
        What a reader needs beside the way, such as the region's name.
    units : tuple of str
    """

    way: str
    units: tuple[str, ...]
    detail_vi: str = ""
    detail_en: str = ""


def peer_group(dataset: Dataset, unit: str, peers: str | Sequence[str] | None = None) -> PeerGroup:
    """Resolve ``peers=`` for one unit of a dataset.

    Parameters
    ----------
    dataset : Dataset
    unit : str
        As people write it.
    peers : str or sequence of str, optional
        ``"central-cities"`` (or ``"cities"``), ``"region"``, ``"nearest"`` (the five nearest in
        population and GRDP per head), ``"all"``, a grouping of the dataset such as
        ``"region=Tây Nguyên"``, or a list of units. If not given: the cities run by the centre
        for one of them, the region for any other province, all units where there are neither.

    Raises
    ------
    UnknownNameError
        If the way, the grouping or a unit is not known.
    MethodError
        If nobody is left to compare with.
    """
    name = dataset.unit(unit)
    found = _resolve(dataset, name, peers)
    if not found.units:
        raise MethodError("error.no_peers", unit=name, peers=str(peers or found.way))
    return found


def _resolve(dataset: Dataset, name: str, peers: str | Sequence[str] | None) -> PeerGroup:
    def others(units: Sequence[str]) -> tuple[str, ...]:
        return tuple(u for u in units if u != name)

    groups = dataset.groups
    if peers is None:
        central = "central_city" in groups and name in dataset.members("central_city")
        peers = "central-cities" if central else "region" if "region" in groups else "all"
    if not isinstance(peers, str):
        return PeerGroup("named", others(tuple(dict.fromkeys(dataset.unit(u) for u in peers))))
    if peers == "all":
        return PeerGroup("all", others(dataset.units))
    if peers in ("cities", "central-cities"):
        return PeerGroup("central-cities", others(dataset.members("central_city")))
    if peers == "region" and "region" in groups:
        own = str(groups.at[name, "region"])
        english = str(groups.at[name, "region_en"]) if "region_en" in groups else own
        return PeerGroup("region", others(dataset.members(f"region={own}")), own, english)
    if peers == "nearest":
        return PeerGroup("nearest", _nearest(dataset, name))
    if "=" in peers:
        return PeerGroup("group", others(dataset.members(peers)), peers, peers)
    if peers in groups:
        value = str(groups.at[name, peers])
        return PeerGroup("group", others(dataset.members(f"{peers}={value}")), value, value)
    raise UnknownNameError("peers", peers, [*WAYS, *map(str, groups.columns)])


def _nearest(dataset: Dataset, name: str) -> tuple[str, ...]:
    """Five nearest by log population and log GRDP per head, as far as the dataset has them."""
    sizes = dataset.denominators
    context = pd.DataFrame(index=sizes.index)
    if "population" in sizes:
        context["population"] = np.log(sizes["population"].astype(float))
        if "grdp" in sizes:
            context["grdp_per_head"] = np.log(sizes["grdp"].astype(float)) - context["population"]
    if not len(context.columns):
        raise MethodError("error.no_peer_context")
    return tuple(str(u) for u in neighbours(name, context, k=5).table.index)
