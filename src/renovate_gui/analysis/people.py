"""Residents of buildings estimated from totals: shared out by residential floor area, with an error that says its reasons.

A total of an area is shared out among its residential buildings in proportion to their floor area. The sum is kept. How
wrong a single building may be is a planning estimate of ours, not a measurement (see docs/methods.md, "People"):

* floor space per person differs from building to building, coefficient of variation 25 %;
* a building has few dwellings, one per 80 m² of floor, and households differ in size, coefficient of variation 50 %;
* the share of an age group differs from building to building, coefficient of variation 30 %, and of few people few are
  of an age (binomial).

Many buildings together err less, because their errors are independent, and all together do not err at all, because the
total is given.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IndexArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

SPACE_CV = 0.25
DWELLING_M2 = 80.0
HOUSEHOLD_CV = 0.5
AGE_CV = 0.3

_RESIDENTIAL = {
    *(
        "residential",
        "apartments",
        "apartment",
        "house",
        "detached",
        "semidetached_house",
        "terrace",
        "bungalow",
    ),
    *("dormitory", "mixed", "villa", "housing", "dwelling", "hut", "cabin", "farm", "static_caravan"),
}
_RESIDENTIAL_ZH = ("住", "宿舍", "公寓", "民居", "民房", "别墅", "自建房", "家属")
_ANYTHING = frozenset(
    {"", "yes", "building", "unknown", "other", "房屋", "一般房屋", "建筑", "建筑物", "未知"}
)


def is_residential(uses: list[str]) -> tuple[BoolArray, BoolArray]:
    """Return which uses mean that people live there, and which say nothing of it and count as if they did."""
    words = [use.strip().lower() for use in uses]
    says_nothing = np.array([w in _ANYTHING for w in words], dtype=bool)
    is_home = np.array([_is_home(w) for w in words], dtype=bool)
    return is_home | says_nothing, says_nothing


def _is_home(word: str) -> bool:
    parts = {p.strip() for p in word.replace("；", ";").replace("/", ";").replace(",", ";").split(";")}
    return bool(parts & _RESIDENTIAL) or any(w in word for w in _RESIDENTIAL_ZH)


def floor_areas(
    footprint_m2: FloatArray, floors: FloatArray, floor_area_m2: FloatArray, is_home: BoolArray
) -> tuple[FloatArray, BoolArray]:
    """Return residential floor area per building, m², and where its floors had to be guessed.

    The stated area, else floors times footprint, else the median floors of the other residential buildings (1 where no
    building has any) times footprint. Zero where nobody lives.
    """
    has_area = np.isfinite(floor_area_m2) & (floor_area_m2 > 0.0)
    has_floors = np.isfinite(floors) & (floors > 0.0)
    known = floors[has_floors & is_home]
    usual = float(np.median(known)) if len(known) else 1.0
    size = np.where(has_area, floor_area_m2, np.where(has_floors, floors, usual) * footprint_m2)
    return np.where(is_home, size, 0.0), is_home & ~has_area & ~has_floors


def share_out(totals: FloatArray, zone: IndexArray, size: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Share totals of zones out among places.

    Parameters
    ----------
    totals
        People of each zone, shape ``(z,)``; NaN unknown.
    zone
        Zone of each place, −1 none, shape ``(n,)``.
    size
        What the share is proportional to, shape ``(n,)``; 0 takes nobody.

    Returns
    -------
    people
        People per place, NaN where the place is in no zone or its total is unknown.
    left
        People of each zone for whom there is no place of any size, shape ``(z,)``.
    """
    inside = zone >= 0
    weight = np.where(inside & np.isfinite(size), size, 0.0)
    whole = np.bincount(zone[inside], weights=weight[inside], minlength=len(totals)).astype(np.float64)
    people = np.full(len(zone), np.nan)
    is_known = inside & np.isfinite(totals)[zone] if len(totals) else inside
    own = zone[is_known]
    share = np.divide(weight[is_known], whole[own], out=np.zeros(len(own)), where=whole[own] > 0.0)
    people[is_known] = share * totals[own]
    return people, np.where((whole > 0.0) | np.isnan(totals), 0.0, totals)


def whole_numbers(people: FloatArray, zone: IndexArray) -> FloatArray:
    """Round to whole people so that each zone's rounded sum stays (largest remainder; among equals the first rows)."""
    rounded = np.floor(people)
    for z in np.unique(zone[(zone >= 0) & np.isfinite(people)]):
        rows = np.flatnonzero((zone == z) & np.isfinite(people))
        rest = people[rows] - rounded[rows]
        more = round(float(people[rows].sum())) - int(rounded[rows].sum())
        rounded[rows[np.argsort(-rest, kind="stable")[:more]]] += 1.0
    return rounded


def spread_of_residents(size: FloatArray) -> FloatArray:
    """Return the coefficient of variation of a building's residents, shape ``(n,)``; NaN where nobody lives."""
    dwellings = np.maximum(size / DWELLING_M2, 1.0)
    return np.where(size > 0.0, np.sqrt(SPACE_CV**2 + HOUSEHOLD_CV**2 / dwellings), np.nan)


def spread_of_group(base: FloatArray, people: FloatArray, share: float) -> FloatArray:
    """Return the coefficient of variation of people of an age group who are a share of a building's residents.

    ``base`` is that of the residents, 0 where they are counted.
    """
    few = np.divide(1.0 - share, people, out=np.zeros(len(people)), where=people > 0.0)
    return np.sqrt(np.nan_to_num(base) ** 2 + AGE_CV**2 + np.maximum(few, 0.0))


def error_of(people: FloatArray, spread: FloatArray, zone: IndexArray, part: BoolArray) -> float:
    """Return the relative standard error of the people in part of the places; NaN where there are none.

    Within a zone whose total is given, with s the share of the part: variance = (1 − s)² · V(part) + s² · V(rest), V the
    sum of (people · spread)². Zones err independently.
    """
    rows = np.flatnonzero((zone >= 0) & (people > 0.0))
    here, own = part[rows], zone[rows]
    variance = (people[rows] * np.nan_to_num(spread[rows])) ** 2
    count = int(own.max(initial=-1)) + 1

    def sums(values: FloatArray) -> FloatArray:
        return np.bincount(own, weights=values, minlength=count).astype(np.float64)

    inside, whole = sums(people[rows] * here), sums(people[rows])
    if inside.sum() <= 0.0:
        return float("nan")
    share = np.divide(inside, whole, out=np.zeros(count), where=whole > 0.0)
    spread2 = (1.0 - share) ** 2 * sums(variance * here) + share**2 * sums(variance * ~here)
    return float(np.sqrt(spread2.sum()) / inside.sum())
