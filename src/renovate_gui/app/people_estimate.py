"""Residents of buildings estimated from totals, for the layer that analyses count.

A column of the data always wins: a total is shared out only for an age group that the buildings have no column for. With
a column of residents, an age group is shared out in proportion to it, else by residential floor area.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from renovate_gui.analysis.people import (
    error_of,
    floor_areas,
    is_residential,
    share_out,
    spread_of_group,
    spread_of_residents,
    whole_numbers,
)
from renovate_gui.app.gap_inputs import community_area, counted_layer, headcounts, texts
from renovate_gui.app.terms import term
from renovate_gui.assets import tr
from renovate_gui.domain.facility import AgeBasis
from renovate_gui.domain.roles import Role
from renovate_gui.geo.snapping import anchor_points

if TYPE_CHECKING:
    from renovate_gui.app.gap_inputs import AnyLayers, Places
    from renovate_gui.domain.layer import LayerInfo

FloatArray = NDArray[np.float64]
IndexArray = NDArray[np.int64]

ALL, COMMUNITY = "all", "community"


@dataclass(frozen=True, slots=True)
class Totals:
    """How many people there are altogether, as a person said it; kept in the project.

    Attributes
    ----------
    people
        Typed totals by age group (:class:`AgeBasis` values); empty when a layer holds them.
    layer
        UUID of the layer whose areas hold totals in columns; empty for typed ones.
    area
        Whom typed totals count: ``all`` buildings, or those in the ``community`` of the study area.
    whole
        Whether every building gets a whole number of people.
    """

    people: Mapping[str, float] = field(default_factory=dict)
    layer: str = ""
    area: str = ALL
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Estimate:
    """Estimated people of the counted buildings.

    Attributes
    ----------
    people
        People by age group, shape ``(n,)`` each; NaN where no total covers a building.
    spread
        Their coefficients of variation, shape ``(n,)`` each.
    zone
        Area whose total a building shares, −1 none, shape ``(n,)``.
    totals, left
        Sum of the totals, and of those for whom there is no home, by age group.
    counts
        ``homes``, ``unsaid`` (use not stated), ``guessed`` (floors not stated), ``outside``.
    problem
        Why there is no estimate; empty when there is one.
    """

    people: Mapping[AgeBasis, FloatArray]
    spread: Mapping[AgeBasis, FloatArray]
    zone: IndexArray
    totals: Mapping[AgeBasis, float]
    left: Mapping[AgeBasis, float]
    counts: Mapping[str, int]
    by_residents: bool = False
    unused: tuple[AgeBasis, ...] = ()
    problem: str = ""

    def only(self, keep: NDArray[np.bool_]) -> Estimate:
        """Return the estimate of the marked buildings alone."""
        people = {b: v[keep] for b, v in self.people.items()}
        spread = {b: v[keep] for b, v in self.spread.items()}
        return replace(self, people=people, spread=spread, zone=self.zone[keep])

    def error(self, basis: AgeBasis, part: NDArray[np.bool_]) -> float:
        """Return the relative standard error of the people of part of the buildings; NaN where it has none."""
        if basis not in self.people:
            return float("nan")
        return error_of(self.people[basis], self.spread[basis], self.zone, part)

    def usual_error(self, basis: AgeBasis) -> float:
        """Return the median relative standard error of a single home; NaN without homes."""
        own = self.spread[basis][self.people[basis] > 0.0]
        return float(np.median(own)) if len(own) else float("nan")

    def notes(self) -> tuple[str, ...]:
        """Return what the estimate is and what it leaves open, in plain sentences."""
        if self.problem:
            return (self.problem,)
        found = [_method(self, basis) for basis in self.people]
        if not self.by_residents:
            found += _homes(self.counts)
        for basis, missing in self.left.items():
            if missing > 0.0:
                found.append(
                    tr(
                        "{n} people ({age}) belong to areas without any residential building and are left out.",
                        n=f"{missing:,.0f}",
                        age=term(basis),
                    )
                )
        if self.counts.get("outside"):
            found.append(
                tr(
                    "{n} buildings lie outside the areas that the totals count; nothing is known of them.",
                    n=f"{self.counts['outside']:,}",
                )
            )
        return tuple(found + [_unused(basis) for basis in self.unused])


def with_estimate(places: Places, layers: AnyLayers, totals: Totals | None) -> Places:
    """Return counted places with estimated people where their data has no column."""
    if totals is None:
        return places
    found = estimate(layers, totals)
    return replace(places, people={**found.people, **places.people}, estimate=found)


def error_words(error: float) -> str:
    """Return the mark that stands beside every estimated figure."""
    if not np.isfinite(error):
        return tr("estimated from totals")
    return tr("estimated, ± {percent} %", percent=f"{max(100.0 * error, 1.0):.0f}")


def _method(estimate: Estimate, basis: AgeBasis) -> str:
    usual = f"{100.0 * estimate.usual_error(basis):.0f}"
    total = f"{estimate.totals[basis]:,.0f}"
    if estimate.by_residents:
        return tr(
            "{age}: a total of {total} is shared out by residents per building; a single building errs by about ± {percent} % (a planning estimate).",
            age=term(basis),
            total=total,
            percent=usual,
        )
    return tr(
        "{age}: a total of {total} is shared out by floor area to {n} residential buildings; a single building errs by about ± {percent} % (a planning estimate).",
        age=term(basis),
        total=total,
        n=f"{estimate.counts['homes']:,}",
        percent=usual,
    )


def _homes(counts: Mapping[str, int]) -> list[str]:
    found = []
    if counts.get("unsaid"):
        found.append(
            tr(
                "{n} buildings do not say what they are used for; they count as residential.",
                n=f"{counts['unsaid']:,}",
            )
        )
    if counts.get("guessed"):
        found.append(
            tr(
                "{n} residential buildings state neither floors nor floor area; they were given the median floors of the others.",
                n=f"{counts['guessed']:,}",
            )
        )
    return found


def _unused(basis: AgeBasis) -> str:
    return tr("{age}: the buildings have a column of their own; the total was not used.", age=term(basis))


def estimate(layers: AnyLayers, totals: Totals) -> Estimate:
    """Return the people of the counted buildings estimated from totals; never raises for what the data lacks."""
    info, _ = counted_layer(layers)
    table = layers.table(info.id)
    if info.role is not Role.BUILDINGS:
        return _nothing(len(table), tr("Totals can only be shared out to buildings; there are none."))
    zones = _zones(layers, totals, anchor_points(table.geometry))
    if isinstance(zones, str):
        return _nothing(len(table), zones)
    zone, of_zone = zones
    own = {b for b in AgeBasis if layers.field(info.id, b.value) is not None}
    wanted = {b: v for b, v in of_zone.items() if b not in own}
    unused = tuple(b for b in of_zone if b in own)
    base = _Base.of(layers, info)
    found = Estimate(
        people={},
        spread={},
        zone=zone,
        totals={b: float(np.nansum(v)) for b, v in wanted.items()},
        left={},
        counts={**base.counts, "outside": int(np.count_nonzero(zone < 0))},
        by_residents=base.by_residents,
        unused=unused,
    )
    people: dict[AgeBasis, FloatArray] = {}
    left: dict[AgeBasis, float] = {}
    for basis, values in wanted.items():
        shared, missing = share_out(values, zone, base.size)
        people[basis] = whole_numbers(shared, zone) if totals.whole else shared
        left[basis] = float(np.nansum(missing))
    spread = {b: _spread(b, people[b], base, of_zone) for b in people}
    return replace(found, people=people, spread=spread, left=left)


@dataclass(frozen=True, slots=True)
class _Base:
    """What totals are shared out by: residents per building, else residential floor area."""

    size: FloatArray
    spread: FloatArray
    counts: Mapping[str, int]
    by_residents: bool

    @classmethod
    def of(cls, layers: AnyLayers, info: LayerInfo) -> _Base:
        residents = layers.field(info.id, AgeBasis.RESIDENTS.value)
        table = layers.table(info.id)
        if residents is not None:
            size = np.nan_to_num(headcounts(residents))
            return cls(
                size, np.zeros(len(size)), {"homes": int(np.count_nonzero(size > 0.0))}, by_residents=True
            )
        uses = list(texts(layers.field(info.id, "use"), len(table)))
        is_home, unsaid = is_residential(uses)
        floors = _numbers(layers, info, "floors", len(table))
        stated = _numbers(layers, info, "floor_area_m2", len(table))
        size, guessed = floor_areas(shapely.area(table.geometry), floors, stated, is_home)
        size = np.nan_to_num(size)
        counts = {
            "homes": int(np.count_nonzero(size > 0.0)),
            "unsaid": int(unsaid.sum()),
            "guessed": int(guessed.sum()),
        }
        return cls(size, spread_of_residents(size), counts, by_residents=False)


def _numbers(layers: AnyLayers, info: LayerInfo, name: str, count: int) -> FloatArray:
    values = layers.field(info.id, name)
    return np.full(count, np.nan) if values is None else headcounts(values)


def _spread(
    basis: AgeBasis, people: FloatArray, base: _Base, of_zone: Mapping[AgeBasis, FloatArray]
) -> FloatArray:
    """Return the coefficient of variation of an age group; the share among residents where that is known."""
    if basis in {AgeBasis.RESIDENTS, AgeBasis.HOUSEHOLDS, AgeBasis.DWELLINGS}:
        return base.spread
    whole = float(np.nansum(of_zone[AgeBasis.RESIDENTS])) if AgeBasis.RESIDENTS in of_zone else 0.0
    if base.by_residents:
        whole = float(base.size.sum())
    share = min(float(np.nansum(of_zone[basis])) / whole, 1.0) if whole > 0.0 else 0.0
    return spread_of_group(base.spread, people, share)


def _zones(
    layers: AnyLayers, totals: Totals, anchors: NDArray[np.object_]
) -> tuple[IndexArray, dict[AgeBasis, FloatArray]] | str:
    """Return the zone of each building and the totals of the zones, or why there are none."""
    if totals.layer:
        return _zones_of_layer(layers, totals.layer, anchors)
    typed = {AgeBasis(b): np.array([float(v)]) for b, v in totals.people.items()}
    zone = np.zeros(len(anchors), dtype=np.int64)
    if totals.area == COMMUNITY:
        shape = community_area(layers)
        if shape is None:
            return tr("The totals count the community, but no study-area feature has the role “community”.")
        shapely.prepare(shape)
        zone[~shapely.intersects(anchors, shape)] = -1
    return zone, typed


def _zones_of_layer(
    layers: AnyLayers, uuid: str, anchors: NDArray[np.object_]
) -> tuple[IndexArray, dict[AgeBasis, FloatArray]] | str:
    info = next((i for i in layers.all() if str(i.uuid) == uuid), None)
    if info is None:
        return tr("The layer whose totals were shared out is gone; no residents are estimated.")
    found = {b: headcounts(layers.field(info.id, b.value)) for b in AgeBasis if b.value in info.field_map}
    if not found:
        return tr("The layer “{layer}” has no column of residents to share out.", layer=info.name)
    tree = shapely.STRtree(layers.table(info.id).geometry)
    rows, areas = tree.query(anchors, predicate="intersects")
    zone = np.full(len(anchors), -1, dtype=np.int64)
    order = np.lexsort((areas, rows))[::-1]
    zone[rows[order]] = areas[order]  # the first of several areas, written last
    return zone, found


def _nothing(count: int, problem: str) -> Estimate:
    return Estimate({}, {}, np.full(count, -1, dtype=np.int64), {}, {}, {}, problem=problem)
