"""Density surfaces from frozen points: bandwidth, ground, plan, notes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from renovate_gui.app.heat_inputs import Frozen
from renovate_gui.assets import tr
from renovate_gui.domain.errors import RequestError
from renovate_gui.domain.heat import HeatGrid, HeatMode

if TYPE_CHECKING:
    from renovate_gui.analysis.heat_grid import HeatPlan
    from renovate_gui.app.needs import HeatRequest

Step = Callable[[float], None]

_KEPT_PLANS = 3


@dataclass(frozen=True, slots=True)
class Points:
    """A subject's points, placed."""

    xy: NDArray[np.float64]
    weight: NDArray[np.float64]
    unit: str
    word: str
    area: BaseGeometry | None
    notes: tuple[str, ...]
    is_of_people: bool


class Plans:
    """The newest plans, so that other answers on the same ground cost one blur; may be called from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: list[tuple[tuple[bytes, float, bool], HeatPlan]] = []

    def plan(self, area: BaseGeometry, bandwidth_m: float, *, is_exact: bool) -> HeatPlan:
        """Return the plan of an area and a bandwidth."""
        from renovate_gui.analysis.heat_grid import heat_plan

        key = (area.wkb, bandwidth_m, is_exact)
        with self._lock:
            found = next((plan for own, plan in self._kept if own == key), None)
        if found is None:
            found = heat_plan(area, bandwidth_m, is_exact=is_exact)
            with self._lock:
                self._kept = [(key, found), *self._kept][:_KEPT_PLANS]
        return found


def placed(frozen: Frozen) -> Points:
    """Return the points of a subject; raise RequestError when none has a place."""
    from renovate_gui.geo.snapping import anchor_points

    points = anchor_points(frozen.geometry)
    has_place = ~shapely.is_missing(points)
    notes = list(frozen.notes)
    if not has_place.all():
        lost = f"{int((~has_place).sum()):,}"
        notes.append(tr("Left out for want of a geometry: {n} of the features.", n=lost))
    if not has_place.any():
        raise RequestError(tr("None of the features has a place on the map."))
    xy = shapely.get_coordinates(points[has_place])
    return Points(
        xy, frozen.weight[has_place], frozen.unit, frozen.word, frozen.area, tuple(notes), frozen.is_of_people
    )


@dataclass(frozen=True, slots=True)
class HeatRun:
    """One request at work."""

    request: HeatRequest
    plans: Plans
    step: Step
    limits_m: tuple[float, float]

    def surface(self, points: Points) -> HeatGrid:
        """Return the density of one subject."""
        bandwidth_m, notes = self._bandwidth(points)
        area, more = _ground(points, bandwidth_m)
        return self._density(points, area, bandwidth_m, (*notes, *more))

    def pair(self, one: Points, two: Points) -> HeatGrid:
        """Return the difference or ratio of two subjects on the same ground, hidden where either is hidden."""
        from renovate_gui.analysis.heat_pair import PER, compared

        bandwidth_m, notes = self._bandwidth(one)
        both = replace(
            one, xy=np.concatenate([one.xy, two.xy]), weight=np.concatenate([one.weight, two.weight])
        )
        area, more = _ground(both, bandwidth_m)
        first = self._density(one, area, bandwidth_m, (*notes, *more))
        second = self._density(two, area, bandwidth_m, ())
        if self.request.mode is HeatMode.DIFFERENCE:
            unit = tr("{one} more than {two}, per hectare", one=one.word, two=two.word)
        else:
            unit = tr("{one} for {n} {two}", one=one.word, two=two.word, n=f"{PER:.0f}")
        return compared(first, second, self.request.mode, unit=unit)

    def _bandwidth(self, points: Points) -> tuple[float, tuple[str, ...]]:
        """Return the bandwidth in metres and what to say of it."""
        from renovate_gui.analysis.bandwidth import neighbour_bandwidth

        k = self.request.neighbours
        if not k:
            return self.request.bandwidth_m, ()
        metres = neighbour_bandwidth(points.xy, k)
        if not np.isfinite(metres):
            raise RequestError(
                tr(
                    "There are only {n} points; choose fewer neighbours or a bandwidth in metres.",
                    n=f"{len(points.xy):,}",
                )
            )
        used = float(np.clip(round(metres), *self.limits_m))
        words = tr("Bandwidth {m} m: half of all points have {k} others within it.", m=f"{used:,.0f}", k=k)
        return used, (words,)

    def _density(
        self, points: Points, area: BaseGeometry, bandwidth_m: float, notes: tuple[str, ...]
    ) -> HeatGrid:
        from renovate_gui.analysis.heat import HeatInput, heat_surface
        from renovate_gui.analysis.heat_grid import CELLS_PER_BANDWIDTH

        plan = self.plans.plan(area, bandwidth_m, is_exact=self.request.is_exact)
        cell = plan.frame.cell_m
        said = [*points.notes, *notes, *outside_notes(points, area)]
        if cell > bandwidth_m / CELLS_PER_BANDWIDTH * 1.001:
            said.append(tr("The area is large for this bandwidth: cells are {m} m.", m=f"{cell:,.1f}"))
        found = heat_surface(
            HeatInput(points.xy, points.weight, area, bandwidth_m),
            unit=points.unit,
            is_exact=self.request.is_exact,
            suppress_below=self.request.suppress_below if points.is_of_people else 0,
            notes=tuple(said),
            step=self.step,
            plan=plan,
        )
        beyond = ~shapely.contains_xy(area, points.xy[:, 0], points.xy[:, 1]) & (points.weight > 0)
        found = replace(
            found, outside=float(points.weight[beyond].sum()), outside_count=int(np.count_nonzero(beyond))
        )
        if points.is_of_people:
            return found
        return replace(found, respondents=np.full_like(found.respondents, np.iinfo(np.int64).max))


def outside_notes(points: Points, area: BaseGeometry) -> list[str]:
    """Return what to say of points outside the area; raise RequestError when all are."""
    if area.contains(shapely.box(*points.xy.min(axis=0), *points.xy.max(axis=0))):
        return []
    outside = int(np.count_nonzero(~shapely.contains_xy(area, points.xy[:, 0], points.xy[:, 1])))
    if outside == len(points.xy):
        raise RequestError(
            tr("All features lie outside the study area; check the study area or the coordinates.")
        )
    words = tr("Left out because they lie outside the study area: {n} of the features.", n=f"{outside:,}")
    return [words] if outside else []


def outside_words(heat: HeatGrid) -> str:
    """Return whom the number beside a surface leaves out because they are outside the study area; else empty."""
    if not heat.outside_count:
        return ""
    if round(heat.outside) == heat.outside_count:
        return tr("{n} more lie outside the study area and are not counted here", n=f"{heat.outside:,.0f}")
    return tr(
        "{n} more (in {features} features) lie outside the study area and are not counted here",
        n=f"{heat.outside:,.0f}",
        features=f"{heat.outside_count:,}",
    )


def _ground(points: Points, bandwidth_m: float) -> tuple[BaseGeometry, tuple[str, ...]]:
    """Return the study area, else the surroundings of the data, and what to say of it."""
    if points.area is not None:
        return points.area, ()
    words = tr(
        "There is no study area: the surface covers the surroundings of the data ({m} m wide).",
        m=f"{bandwidth_m:,.0f}",
    )
    return shapely.MultiPoint(points.xy).convex_hull.buffer(bandwidth_m), (words,)
