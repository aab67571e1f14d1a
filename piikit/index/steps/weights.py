"""Weights of the children of one parent, from their normalised scores.

Each function takes units x children and returns weights that sum to one. Rows with a gap are
left out, as a principal component needs whole rows; NaN for every child says that what is left
cannot tell, and the index then weighs them alike and says so.
"""

from __future__ import annotations

import numpy as np

from ...base.arrays import Column, Matrix
from .registered import register


def _whole(x: Matrix) -> Matrix:
    return x[~np.isnan(x).any(axis=1)]


def _share(values: Column) -> Column:
    total = values.sum()
    return values / total if total > 0 else _untold(values.size)


def _untold(size: int) -> Column:
    """What stands for weights that the data cannot tell; a single child needs none."""
    return np.full(size, np.nan if size > 1 else 1.0)


@register("weights", "pca")
def pca(x: Matrix) -> Column:
    """Squared loadings of the first principal component of the correlation matrix.

    They sum to one and say which share of that component each child carries
    (OECD/JRC Handbook 2008, p. 89-90). COINr's ``get_PCA`` gives the loadings themselves.
    """
    rows = _whole(x)
    if x.shape[1] == 1 or len(rows) < 3 or np.any(rows.std(axis=0) == 0):
        return _untold(x.shape[1])
    _, vectors = np.linalg.eigh(np.corrcoef(rows, rowvar=False))
    return _share(vectors[:, -1] ** 2)


@register("weights", "entropy")
def entropy(x: Matrix) -> Column:
    """Shannon entropy weights: children that tell units apart more weigh more (Zeleny 1982)."""
    rows = _whole(x)
    if x.shape[1] == 1 or len(rows) < 2:
        return _untold(x.shape[1])
    shifted = rows - rows.min(axis=0)
    total = shifted.sum(axis=0)
    parts = np.divide(shifted, total, out=np.zeros_like(shifted), where=total > 0)
    logs = np.log(np.where(parts > 0, parts, 1.0))
    divergence = 1.0 + (parts * logs).sum(axis=0) / np.log(len(rows))
    return _share(np.where(total > 0, np.maximum(divergence, 0.0), 0.0))


@register("weights", "critic")
def critic(x: Matrix) -> Column:
    """CRITIC: standard deviation times disagreement with the others (Diakoulaki et al. 1995)."""
    rows = _whole(x)
    if x.shape[1] == 1 or len(rows) < 3:
        return _untold(x.shape[1])
    span = np.ptp(rows, axis=0)
    scaled = np.divide(rows - rows.min(axis=0), span, out=np.zeros_like(rows), where=span > 0)
    sd = scaled.std(axis=0, ddof=1)
    live = sd > 0
    conflict = np.zeros(x.shape[1])
    if live.sum() > 1:
        conflict[live] = (1.0 - np.corrcoef(scaled[:, live], rowvar=False)).sum(axis=0)
    return _share(sd * conflict)
