"""How evenly a good is shared among people: Lorenz curve, Gini, Palma, Hoover.

All take a value per place (access, places per person) and the number of people there. Places without a known value, or
without known people, are left out; the caller says how many people that leaves out (:func:`counted`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Lorenz:
    """The Lorenz curve: worst served first, from (0, 0) to (1, 1).

    Attributes
    ----------
    people
        Cumulative share of people, rising, shape ``(k,)``.
    share
        Share of the whole that these people have, shape ``(k,)``. All NaN but the first where there is nothing to share.
    """

    people: FloatArray
    share: FloatArray

    def at(self, people: float) -> float:
        """Return what the worst served part of the people has together; straight between the points."""
        return float(np.interp(people, self.people, self.share))


def counted(values: FloatArray, weights: FloatArray) -> NDArray[np.bool_]:
    """Return which places count: those with a known value and people, shape ``(n,)``."""
    return np.isfinite(values) & np.isfinite(weights) & (weights > 0.0)


def lorenz(values: FloatArray, weights: FloatArray) -> Lorenz:
    """Return the Lorenz curve of values (0 or more) shared by people.

    Places with the same value are one point, so that the curve does not depend on their order.
    """
    keep = counted(values, weights)
    if np.any(values[keep] < 0.0):
        raise ValueError("a negative value cannot be shared out")
    level, group = np.unique(values[keep], return_inverse=True)
    people = np.bincount(group, weights=weights[keep], minlength=len(level)).astype(np.float64)
    share = people * level
    return Lorenz(_cumulative(people), _cumulative(share))


def gini(values: FloatArray, weights: FloatArray) -> float:
    """Return the Gini coefficient: twice the area between curve and diagonal.

    0 when all have the same, towards 1 when one has all; NaN without people or with nothing to share.
    """
    curve = lorenz(values, weights)
    width = np.diff(curve.people)
    return float(1.0 - np.sum(width * (curve.share[1:] + curve.share[:-1]))) if len(width) else float("nan")


def palma(values: FloatArray, weights: FloatArray) -> float:
    """Return what the best served tenth of the people has over what the worst served four tenths have.

    0.25 when all have the same; ``inf`` when the four tenths have nothing; NaN without people or with nothing to
    share. (Palma 2011 for incomes; here people are ranked by their access, not by their income.)
    """
    curve = lorenz(values, weights)
    if len(curve.people) < 2:
        return float("nan")
    top, bottom = 1.0 - curve.at(0.9), curve.at(0.4)
    if np.isnan(bottom):
        return float("nan")
    return float("inf") if bottom <= 0.0 else top / bottom


def hoover(values: FloatArray, weights: FloatArray) -> float:
    """Return the share of the whole that would have to change hands for all to have the same; NaN as for Gini."""
    keep = counted(values, weights)
    own, people = values[keep], weights[keep]
    whole = float(own @ people)
    if whole <= 0.0:
        return float("nan")
    mean = whole / float(people.sum())
    return float(np.abs(own - mean) @ people / (2.0 * whole))


def _cumulative(parts: FloatArray) -> FloatArray:
    """Return 0 and the running share of the whole; NaN behind the 0 where the whole is nothing."""
    whole = float(parts.sum())
    running = np.cumsum(parts) / whole if whole > 0.0 else np.full(len(parts), np.nan)
    if whole > 0.0:
        running[-1] = 1.0
    return np.concatenate([[0.0], running])
