"""Needs: answers of residents and population, as a density surface."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from renovate_gui.app.gap_inputs import headcounts, texts
from renovate_gui.app.tasks import IsCancelled, Progress, Task
from renovate_gui.app.terms import term
from renovate_gui.assets import tr
from renovate_gui.domain.errors import Cancelled, RequestError
from renovate_gui.domain.facility import AgeBasis
from renovate_gui.domain.heat import HeatGrid
from renovate_gui.domain.layer import LayerInfo, ObjectArray
from renovate_gui.domain.roles import Role

if TYPE_CHECKING:
    from renovate_gui.app.layers import Layers
    from renovate_gui.store.project import Project

K_RESPONDENTS = 5
"""Cells with fewer respondents are hidden in anything that leaves the program."""

BANDWIDTH_RANGE_M = (10.0, 5000.0)
"""Bandwidths that make sense for a community."""

ANSWERS = "answers"
"""The subject that maps the demand layers; all other subjects are age bases."""


@dataclass(frozen=True, slots=True)
class HeatRequest:
    """What to map. ``subject`` is ``answers`` (demand layers) or an age basis (``residents``, ``age60`` …)."""

    subject: str = ANSWERS
    categories: tuple[str, ...] = ()  # empty: all
    bandwidth_m: float = 120.0
    is_exact: bool = False  # exact direct sum, for print
    suppress_below: int = 0  # K_RESPONDENTS for anything exported


@dataclass(frozen=True, slots=True)
class CategoryCount:
    """Answers per category, with their weight."""

    category: str
    answers: int
    weight: float


@dataclass(frozen=True, slots=True)
class _Frozen:
    """Points to map, taken on the calling thread."""

    geometry: ObjectArray
    weight: NDArray[np.float64]
    unit: str
    area: BaseGeometry | None
    notes: tuple[str, ...]


class Needs:
    """Demand of the open project."""

    def __init__(self, project: Project, layers: Layers) -> None:
        self._project = project
        self._layers = layers

    def subjects(self) -> tuple[tuple[str, str], ...]:
        """Return what can be mapped: ``(code, translated title)``; empty when there is neither demand nor population."""
        answers = ((ANSWERS, tr("Residents' answers")),) if self._demand_layers() else ()
        bases = tuple((basis.value, term(basis)) for basis in AgeBasis if self._counted(basis) is not None)
        return answers + bases

    def categories(self) -> tuple[CategoryCount, ...]:
        """Return the demand categories, most answers first."""
        answers: dict[str, int] = {}
        weights: dict[str, float] = {}
        for info in self._demand_layers():
            names, weight, _ = self._answers(info)
            for name, value in zip(names, weight, strict=True):
                answers[name] = answers.get(name, 0) + 1
                weights[name] = weights.get(name, 0.0) + float(value)
        order = sorted(answers, key=lambda name: (-answers[name], name))
        return tuple(CategoryCount(name, answers[name], weights[name]) for name in order)

    def prepare_heat(self, request: HeatRequest) -> Task[HeatGrid]:
        """Prepare the surface from a frozen copy of the inputs; safe to run in any thread."""
        low, high = BANDWIDTH_RANGE_M
        if not low <= request.bandwidth_m <= high:
            raise RequestError(
                tr(
                    "The bandwidth must be between {low} and {high} m.",
                    low=f"{low:,.0f}",
                    high=f"{high:,.0f}",
                )
            )
        frozen = self._freeze(request)

        def work(progress: Progress, is_cancelled: IsCancelled) -> HeatGrid:
            def step(fraction: float) -> None:
                if is_cancelled():
                    raise Cancelled(tr("The heatmap was cancelled."))
                progress(fraction, tr("Density surface"))

            step(0.0)
            return _surface(frozen, request, step)

        return Task(tr("Density surface"), work)

    # -- inputs -----------------------------------------------------------------------------------------------
    def _demand_layers(self) -> tuple[LayerInfo, ...]:
        return tuple(info for info in self._layers.of_role(Role.DEMAND) if info.feature_count > 0)

    def _counted(self, basis: AgeBasis) -> LayerInfo | None:
        """Return the largest layer of buildings, else parcels, that has people of the basis."""
        for role in (Role.BUILDINGS, Role.PARCELS):
            found = [
                i for i in self._layers.of_role(role) if self._layers.field(i.id, basis.value) is not None
            ]
            for info in sorted(found, key=lambda i: -i.feature_count):
                if np.nansum(headcounts(self._layers.field(info.id, basis.value))) > 0:
                    return info
        return None

    def _answers(self, info: LayerInfo) -> tuple[tuple[str, ...], NDArray[np.float64], int]:
        """Return category and weight per answer, and how many weights were unusable (they count as 1)."""
        count = len(self._layers.table(info.id))
        names = texts(self._layers.field(info.id, "category"), count)
        column = self._layers.field(info.id, "weight")
        if column is None:
            return names, np.ones(count), 0
        weight = headcounts(column)
        bad = np.isnan(weight)
        return names, np.where(bad, 1.0, weight), int(bad.sum())

    def _freeze(self, request: HeatRequest) -> _Frozen:
        area = self._study_area()
        if request.subject == ANSWERS:
            return self._freeze_answers(request, area)
        try:
            basis = AgeBasis(request.subject)
        except ValueError:
            codes = ", ".join(code for code, _ in self.subjects())
            raise RequestError(
                tr(
                    "“{subject}” cannot be mapped; choose one of: {codes}.",
                    subject=request.subject,
                    codes=codes,
                )
            ) from None
        info = self._counted(basis)
        if info is None:
            raise RequestError(
                tr("No layer has a headcount for “{basis}”; map its column first.", basis=term(basis))
            )
        weight = headcounts(self._layers.field(info.id, basis.value))
        notes = [tr("People of layer “{layer}”, placed at the middle of each feature.", layer=info.name)]
        missing = int(np.isnan(weight).sum())
        if missing:
            notes.append(tr("Left out for want of a headcount: {n} of the features.", n=f"{missing:,}"))
        return _Frozen(
            self._layers.table(info.id).geometry,
            np.nan_to_num(weight),
            _people_unit(basis),
            area,
            tuple(notes),
        )

    def _freeze_answers(self, request: HeatRequest, area: BaseGeometry | None) -> _Frozen:
        geometry: list[Any] = []
        weights: list[NDArray[np.float64]] = []
        bad = 0
        for info in self._demand_layers():
            names, weight, unusable = self._answers(info)
            wanted = np.array([not request.categories or n in request.categories for n in names], dtype=bool)
            geometry.extend(self._layers.table(info.id).geometry[wanted])
            weights.append(weight[wanted])
            bad += unusable
        if not geometry:
            raise RequestError(
                tr("There are no answers in these categories.")
                if self._demand_layers()
                else tr("There is no demand layer; import residents' answers and set its role.")
            )
        weight = np.concatenate(weights)
        is_weighted = bool((weight != 1.0).any())
        notes = [tr("Answers without a usable weight, which count as 1: {n}.", n=f"{bad:,}")] if bad else []
        points = np.empty(len(geometry), dtype=object)
        points[:] = geometry
        unit = tr("weighted answers per hectare") if is_weighted else tr("answers per hectare")
        return _Frozen(points, weight, unit, area, tuple(notes))

    def _study_area(self) -> BaseGeometry | None:
        """Return the union of all study-area polygons, or None."""
        shapes = [
            g
            for info in self._layers.of_role(Role.STUDY_AREA)
            for g in self._layers.table(info.id).geometry
            if g is not None and g.area > 0
        ]
        return shapely.make_valid(shapely.union_all(shapes)) if shapes else None


def _people_unit(basis: AgeBasis) -> str:
    if basis is AgeBasis.HOUSEHOLDS:
        return tr("households per hectare")
    if basis is AgeBasis.DWELLINGS:
        return tr("dwellings per hectare")
    return tr("people per hectare")


def _surface(frozen: _Frozen, request: HeatRequest, step: Callable[[float], None]) -> HeatGrid:
    """Place the points, choose the area, and compute."""
    from renovate_gui.analysis.heat import CELLS_PER_BANDWIDTH, HeatInput, cell_size_m, heat_surface
    from renovate_gui.geo.snapping import anchor_points

    points = anchor_points(frozen.geometry)
    placed = ~shapely.is_missing(points)
    xy = shapely.get_coordinates(points[placed])
    weight = frozen.weight[placed]
    notes = list(frozen.notes)
    if not placed.all():
        notes.append(
            tr("Left out for want of a geometry: {n} of the features.", n=f"{int((~placed).sum()):,}")
        )
    if len(xy) == 0:
        raise RequestError(tr("None of the features has a place on the map."))
    area = frozen.area
    if area is None:
        area = shapely.MultiPoint(xy).convex_hull.buffer(request.bandwidth_m)
        notes.append(
            tr(
                "There is no study area: the surface covers the surroundings of the data ({m} m wide).",
                m=f"{request.bandwidth_m:,.0f}",
            )
        )
    outside = int(np.count_nonzero(~shapely.contains_xy(area, xy[:, 0], xy[:, 1])))
    if outside == len(xy):
        raise RequestError(
            tr("All features lie outside the study area; check the study area or the coordinates.")
        )
    if outside:
        notes.append(
            tr("Left out because they lie outside the study area: {n} of the features.", n=f"{outside:,}")
        )
    cell = cell_size_m(area, request.bandwidth_m)
    if cell > request.bandwidth_m / CELLS_PER_BANDWIDTH * 1.001:
        notes.append(tr("The area is large for this bandwidth: cells are {m} m.", m=f"{cell:,.1f}"))
    return heat_surface(
        HeatInput(xy, weight, area, request.bandwidth_m),
        unit=frozen.unit,
        is_exact=request.is_exact,
        suppress_below=request.suppress_below,
        notes=tuple(notes),
        step=step,
    )
