"""Needs: answers of residents and population, as surfaces and by cell."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from renovate_gui.app import heat_cells
from renovate_gui.app.gap_inputs import has_places
from renovate_gui.app.heat_inputs import (
    ANSWERS,
    SUPPLY,
    Chosen,
    Frozen,
    answers_of,
    counted_by,
    demand_layers,
    freeze_answers,
    freeze_people,
    freeze_supply,
    is_estimated,
)
from renovate_gui.app.heat_run import HeatRun, Plans, placed
from renovate_gui.app.people import SETTING as PEOPLE
from renovate_gui.app.people import read_totals
from renovate_gui.app.people_estimate import Estimate, estimate
from renovate_gui.app.tasks import IsCancelled, Progress, Task
from renovate_gui.app.terms import term
from renovate_gui.assets import tr
from renovate_gui.domain.errors import Cancelled, RequestError
from renovate_gui.domain.facility import AgeBasis
from renovate_gui.domain.heat import CellMap, HeatGrid, HeatMode
from renovate_gui.domain.verdict import GapResult

if TYPE_CHECKING:
    from renovate_gui.app.layers import Layers
    from renovate_gui.store.project import Project

K_RESPONDENTS = 5
"""Cells with fewer respondents are hidden in anything that leaves the program."""

BANDWIDTH_RANGE_M = (10.0, 5000.0)
"""Bandwidths that make sense for a community."""

NEIGHBOURS_RANGE = (2, 200)
"""Neighbours that a bandwidth may be taken from."""


@dataclass(frozen=True, slots=True)
class HeatRequest:
    """What to map.

    Attributes
    ----------
    subject
        ``answers`` (demand layers), an age basis (``residents``, ``age60`` …) or ``supply:<facility kind>``.
    categories, segments
        Answers of these categories and groups only; empty: all.
    hours
        Answers of this time of day only, ``(from, to)`` in hours; from 22 to 6 runs over midnight.
    neighbours
        Take the bandwidth from the k-th nearest neighbour; 0: ``bandwidth_m``.
    mode, versus
        ``DIFFERENCE`` or ``RATIO`` compare the subject with a second one.
    is_exact
        Exact direct sum, for print.
    suppress_below
        :data:`K_RESPONDENTS` for anything exported.
    """

    subject: str = ANSWERS
    categories: tuple[str, ...] = ()
    bandwidth_m: float = 120.0
    is_exact: bool = False
    suppress_below: int = 0
    segments: tuple[str, ...] = ()
    hours: tuple[float, float] | None = None
    neighbours: int = 0
    mode: HeatMode = HeatMode.DENSITY
    versus: str = ""


@dataclass(frozen=True, slots=True)
class CategoryCount:
    """Answers per category or group, with their weight."""

    category: str
    answers: int
    weight: float


class Needs:
    """Demand of the open project."""

    def __init__(self, project: Project, layers: Layers) -> None:
        self._project = project
        self._layers = layers
        self._plans = Plans()
        self._estimate: tuple[str, Estimate] | None = None

    # -- what there is ----------------------------------------------------------------------------------------
    def subjects(self) -> tuple[tuple[str, str], ...]:
        """Return what can be mapped: ``(code, translated title)``; empty when there is neither demand nor population."""
        answers = ((ANSWERS, tr("Residents' answers")),) if demand_layers(self._layers) else ()
        estimated = self._estimated()
        bases = []
        for basis in AgeBasis:
            if counted_by(self._layers, basis) is not None:
                bases.append((basis.value, term(basis)))
            elif estimated is not None and is_estimated(estimated, basis):
                # the error of single buildings must not stand beside the sum, which was typed
                mark = tr("estimated from totals")
                bases.append((basis.value, tr("{group} ({mark})", group=term(basis), mark=mark)))
        return answers + tuple(bases)

    def _estimated(self) -> Estimate | None:
        """Return the project's estimate of residents, as Gaps has it."""
        totals = read_totals(self._project.meta(PEOPLE))
        if totals is None or not has_places(self._layers):
            return None
        state = self._project.state
        if self._estimate is None or self._estimate[0] != state:
            self._estimate = (state, estimate(self._layers, totals))
        return self._estimate[1]

    def supplies(self) -> tuple[tuple[str, str], ...]:
        """Return the kinds whose places can be mapped: ``(supply:<kind>, translated title)``."""
        return heat_cells.supplies(self._layers)

    def categories(self) -> tuple[CategoryCount, ...]:
        """Return the demand categories, most answers first."""
        return self._counted("category")

    def segments(self) -> tuple[CategoryCount, ...]:
        """Return the groups that answers come from, most answers first; none when no column says so."""
        found = self._counted("segment")
        return found if any(c.category for c in found) else ()

    def has_hours(self) -> bool:
        """Return whether answers say at what time of day something is needed."""
        return any(np.isfinite(answers_of(self._layers, i).hour).any() for i in demand_layers(self._layers))

    def _counted(self, by: str) -> tuple[CategoryCount, ...]:
        answers: Counter[str] = Counter()
        weights: Counter[str] = Counter()
        for info in demand_layers(self._layers):
            own = answers_of(self._layers, info)
            for name, value in zip(getattr(own, by), own.weight.tolist(), strict=True):
                answers[name] += 1
                weights[name] += value
        order = sorted(answers, key=lambda name: (-answers[name], name))
        return tuple(CategoryCount(name, answers[name], float(weights[name])) for name in order)

    # -- surfaces ---------------------------------------------------------------------------------------------
    def prepare_heat(self, request: HeatRequest) -> Task[HeatGrid]:
        """Prepare the surface from a frozen copy of the inputs; safe to run in any thread."""
        _check(request)
        one = self._freeze(request.subject, request)
        two = None
        if request.mode is not HeatMode.DENSITY:
            two = self._freeze(request.versus, request)

        def work(progress: Progress, is_cancelled: IsCancelled) -> HeatGrid:
            def step(fraction: float) -> None:
                if is_cancelled():
                    raise Cancelled(tr("The heatmap was cancelled."))
                progress(fraction, tr("Density surface"))

            step(0.0)
            run = HeatRun(request, self._plans, step, BANDWIDTH_RANGE_M)
            return run.surface(placed(one)) if two is None else run.pair(placed(one), placed(two))

        return Task(tr("Density surface"), work)

    # -- cells ------------------------------------------------------------------------------------------------
    def prepare_cells(
        self, request: HeatRequest, *, width_m: float, by_building: bool = False
    ) -> Task[CellMap]:
        """Prepare the subject gathered by hexagons of a width, or by building; raise RequestError when there is nothing."""
        frozen = self._freeze(request.subject, request)
        buildings = heat_cells.building_shapes(self._layers) if by_building else None
        doubt_below = K_RESPONDENTS if request.subject == ANSWERS and not request.suppress_below else 0
        return Task(
            tr("Gathering by cell"),
            lambda _progress, _is_cancelled: heat_cells.gathered(
                placed(frozen), width_m, buildings, hide_below=request.suppress_below, doubt_below=doubt_below
            ),
        )

    def prepare_with_gap(
        self, request: HeatRequest, gap: GapResult, *, with_proposals: bool = False
    ) -> Task[CellMap]:
        """Prepare the map of demand against gap: every judged building by the thirds of both (bivariate).

        ``with_proposals`` says whether the gap was judged with the proposals as built; title and notes tell it.
        """
        heat = self.prepare_heat(request)
        shapes = heat_cells.shapes_of(self._layers, gap)
        return Task(
            tr("Demand and gap together"),
            lambda progress, is_cancelled: heat_cells.with_gap(
                heat.run(progress, is_cancelled), gap, shapes, with_proposals=with_proposals
            ),
        )

    # -- inputs -----------------------------------------------------------------------------------------------
    def _freeze(self, subject: str, request: HeatRequest) -> Frozen:
        if subject == ANSWERS:
            return freeze_answers(self._layers, Chosen(request.categories, request.segments, request.hours))
        if subject.startswith(SUPPLY):
            return freeze_supply(self._layers, subject.removeprefix(SUPPLY))
        try:
            basis = AgeBasis(subject)
        except ValueError:
            codes = ", ".join(code for code, _ in (*self.subjects(), *self.supplies()))
            raise RequestError(
                tr("“{subject}” cannot be mapped; choose one of: {codes}.", subject=subject, codes=codes)
            ) from None
        return freeze_people(self._layers, basis, self._estimated())


def _check(request: HeatRequest) -> None:
    """Raise RequestError when numbers make no sense."""
    low, high = BANDWIDTH_RANGE_M
    if not low <= request.bandwidth_m <= high:
        raise RequestError(
            tr("The bandwidth must be between {low} and {high} m.", low=f"{low:,.0f}", high=f"{high:,.0f}")
        )
    fewest, most = NEIGHBOURS_RANGE
    if request.neighbours and not fewest <= request.neighbours <= most:
        raise RequestError(
            tr("The number of neighbours must be between {low} and {high}.", low=fewest, high=most)
        )
    if request.mode is not HeatMode.DENSITY and not request.versus:
        raise RequestError(tr("Choose what to compare the map with."))
    if request.hours is not None and not all(0 <= h <= 24 for h in request.hours):
        raise RequestError(tr("Hours of the day lie between 0 and 24."))
