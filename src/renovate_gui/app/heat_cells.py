"""Demand by hexagon or building, and demand against gap: the maps that are read cell by cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from renovate_gui.app.gap_inputs import counted_layer, freeze_services
from renovate_gui.app.gap_words import kind_title
from renovate_gui.app.heat_inputs import SUPPLY
from renovate_gui.app.heat_run import Points, outside_notes
from renovate_gui.app.terms import term
from renovate_gui.assets import current_language, tr
from renovate_gui.domain.errors import RequestError
from renovate_gui.domain.heat import CellClass, CellMap, HeatGrid
from renovate_gui.domain.layer import ObjectArray
from renovate_gui.domain.verdict import GapResult, Verdict

if TYPE_CHECKING:
    from renovate_gui.app.layers import Layers

WIDTH_RANGE_M = (20.0, 1000.0)
"""Widths of hexagons that make sense in a community."""

_SIDE = 3
# dark is much of both; safe for colour-blind eyes: one subject runs to blue, the other to orange
_TWO_WAYS = (
    "#EDEDED", "#F3C9A4", "#E8923C",
    "#A9C9DC", "#B5A596", "#A9673C",
    "#4A90BC", "#52708A", "#3B3A4A",
)  # fmt: skip
_RAMP = ("#FDF0D5", "#F9CF95", "#F2A65A", "#D96C3B", "#A63A2B")


def supplies(layers: Layers) -> tuple[tuple[str, str], ...]:
    """Return the kinds of facilities that the data has, as subjects."""
    from renovate_gui.analysis.kinds import facility_kinds

    services = freeze_services(layers)
    is_zh = current_language() == "zh_CN"
    return tuple(
        (SUPPLY + kind.code, tr("Places: {kind}", kind=kind.zh if is_zh else kind.en))
        for kind in facility_kinds()
        if len(services.of_kind(kind.code))
    )


def building_shapes(layers: Layers) -> ObjectArray:
    """Return the polygons that people are counted in."""
    info, _ = counted_layer(layers)
    return layers.table(info.id).geometry


def shapes_of(layers: Layers, gap: GapResult) -> ObjectArray:
    """Return the geometries of judged places, in the order of the result."""
    table = layers.table(gap.layer_id)
    order = np.argsort(table.ids, kind="stable")
    return np.asarray(table.geometry[order[np.searchsorted(table.ids[order], gap.ids)]], dtype=object)


def gathered(
    points: Points,
    width_m: float,
    buildings: ObjectArray | None,
    *,
    hide_below: int,
    doubt_below: int = 0,
    title: str = "",
) -> CellMap:
    """Return the sums by hexagon (per hectare) or by building (as they are), inside the study area as the surface is.

    Cells with fewer points than ``doubt_below`` are hatched in their colour.
    """
    from renovate_gui.analysis.gathering import gather, hexagons

    points = _inside(points)
    low, high = WIDTH_RANGE_M
    if buildings is None and not low <= width_m <= high:
        raise RequestError(
            tr("The width of hexagons must be between {low} and {high} m.", low=f"{low:g}", high=f"{high:g}")
        )
    if buildings is None:
        area = points.area or shapely.MultiPoint(points.xy).convex_hull.buffer(width_m)
        cells = hexagons(area, width_m)
    else:
        cells = buildings[~(shapely.is_missing(buildings) | shapely.is_empty(buildings))]
    found = gather(cells, points.xy, points.weight, hide_below=hide_below)
    unit, values = points.word, found.total
    if buildings is None:
        unit, values = points.unit, found.total / (shapely.area(cells) / 10_000.0)
    classes, class_of = _classes(values, found.count)
    classes, class_of = _doubted(
        classes, class_of, (found.count < doubt_below) & np.isfinite(values), doubt_below
    )
    hidden = int(found.is_hidden.sum())
    notes = list(points.notes)
    if hidden:
        notes.append(
            tr("Hidden because fewer than {k} stand behind them: {n} cells.", k=hide_below, n=hidden)
        )
    lost = float(points.weight.sum() - np.nansum(found.total)) if not hidden else 0.0
    if lost > 1e-6 * max(float(points.weight.sum()), 1.0):
        notes.append(tr("Outside every cell: {n} of {word}.", n=f"{lost:,.0f}", word=points.word))
    return CellMap(
        title or unit, unit, cells, values, found.count, class_of, classes, hidden=hidden, notes=tuple(notes),
        apart=len(points.xy) - int(found.count.sum()),
    )  # fmt: skip


def _inside(points: Points) -> Points:
    """Return the points inside the study area, and say how many are not; raise RequestError when all are outside."""
    if points.area is None:
        return points
    notes = outside_notes(points, points.area)
    if not notes:
        return points
    keep = shapely.contains_xy(points.area, points.xy[:, 0], points.xy[:, 1])
    return replace(points, xy=points.xy[keep], weight=points.weight[keep], notes=(*points.notes, *notes))


def _doubted(
    classes: tuple[CellClass, ...], class_of: NDArray[np.int16], thin: NDArray[np.bool_], least: int
) -> tuple[tuple[CellClass, ...], NDArray[np.int16]]:
    """Give cells that few stand behind a hatched class of the same colour."""
    found, own = list(classes), class_of.copy()
    for i in np.unique(class_of[thin & (class_of >= 0)]).tolist():
        own[thin & (class_of == i)] = len(found)
        words = tr("{class_words}, fewer than {k} answers", class_words=classes[i].words, k=least)
        found.append(replace(classes[i], words=words, is_hatched=True))
    return tuple(found), own


def _classes(
    values: NDArray[np.float64], count: NDArray[np.int64]
) -> tuple[tuple[CellClass, ...], NDArray[np.int16]]:
    """Return round classes from above 0 up; cells without anybody are not painted, hidden ones are grey hatch."""
    from renovate_gui.analysis.heat_pair import rounded_up

    shown = np.isfinite(values) & (count > 0)
    top = float(np.percentile(values[shown], 98)) if shown.any() else 1.0
    step = rounded_up(max(top, 1e-9) / len(_RAMP))
    limits = step * np.arange(1, len(_RAMP))
    words = [f"0 – {step:g}", *(f"{a:g} – {a + step:g}" for a in limits[:-1]), f"≥ {limits[-1]:g}"]
    classes = [CellClass(w, c) for w, c in zip(words, _RAMP, strict=True)]
    class_of = np.full(len(values), -1, dtype=np.int16)
    class_of[shown] = np.searchsorted(limits, values[shown], side="right")
    is_hidden = np.isnan(values) & (count > 0)
    if is_hidden.any():
        class_of[is_hidden] = len(classes)
        classes.append(CellClass(tr("too few to tell"), "#D9D9D9", is_hatched=True))
    return tuple(classes), class_of


def with_gap(heat: HeatGrid, gap: GapResult, shapes: ObjectArray, *, with_proposals: bool) -> CellMap:
    """Return every judged place by the third of its demand (rows) and by how far it is from being served (columns).

    Columns: served; reached but not by this person or full; out of reach. What cannot be judged is not painted.
    """
    from renovate_gui.analysis.gathering import thirds
    from renovate_gui.geo.snapping import anchor_points

    demand, thin = _at(heat, anchor_points(shapes))
    row, limits = thirds(demand)
    column = np.full(len(shapes), -1, dtype=np.int64)
    column[gap.verdict == Verdict.SERVED] = 0
    column[(gap.verdict == Verdict.FULL) | (gap.verdict == Verdict.NOT_FOR_THIS_PERSON)] = 1
    column[gap.verdict == Verdict.OUT_OF_REACH] = 2
    good = (row >= 0) & (column >= 0)
    class_of = np.where(good, row * _SIDE + column, -1).astype(np.int16)
    rows = (tr("little demand"), tr("some demand"), tr("much demand"))
    between = f"{term(Verdict.FULL)} / {term(Verdict.NOT_FOR_THIS_PERSON)}"
    columns = (term(Verdict.SERVED), between, term(Verdict.OUT_OF_REACH))
    classes = tuple(
        CellClass(tr("{demand}, {gap}", demand=a, gap=b), _TWO_WAYS[i * _SIDE + j])
        for i, a in enumerate(rows)
        for j, b in enumerate(columns)
    )
    service = kind_title(gap.kind)
    said = (
        tr("{service} · with proposals", service=service)
        if with_proposals
        else tr("{service} · as it stands, without proposals", service=service)
    )
    notes = [
        tr("The gap is of: {service}.", service=said),
        _thirds_words(limits, heat.unit, counts_parcels=gap.counts_parcels),
        *heat.notes,
    ]
    unknown = int((~good).sum())
    if unknown:
        notes.append(
            tr("Not painted, because demand or gap is unknown there: {n} parcels.", n=f"{unknown:,}")
            if gap.counts_parcels
            else tr("Not painted, because demand or gap is unknown there: {n} buildings.", n=f"{unknown:,}")
        )
    return CellMap(
        tr("Demand and gap: {service}", service=said),
        heat.unit,
        shapes,
        demand,
        thin,
        class_of,
        classes,
        side=_SIDE,
        axes=(tr("demand"), tr("gap: {service}", service=service)),
        notes=tuple(notes),
    )


def _thirds_words(limits: Sequence[float], unit: str, *, counts_parcels: bool) -> str:
    values = {"low": f"{limits[0]:.3g}", "high": f"{limits[1]:.3g}", "unit": unit}
    if counts_parcels:
        return tr("Demand in thirds of the parcels: limits {low} and {high} {unit}.", **values)
    return tr("Demand in thirds of the buildings: limits {low} and {high} {unit}.", **values)


def _at(heat: HeatGrid, points: ObjectArray) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the surface's value and respondents at points, NaN and 0 outside it."""
    values, near = np.full(len(points), np.nan), np.zeros(len(points), dtype=np.int64)
    rows, cols = heat.values.shape
    here = np.flatnonzero(~shapely.is_missing(points))
    x, y = shapely.get_x(points[here]), shapely.get_y(points[here])
    i = np.floor((x - heat.x_min) / heat.cell_m).astype(np.int64)
    j = np.floor((y - heat.y_min) / heat.cell_m).astype(np.int64)
    inside = (i >= 0) & (i < cols) & (j >= 0) & (j < rows)
    values[here[inside]] = heat.values[j[inside], i[inside]]
    near[here[inside]] = heat.respondents[j[inside], i[inside]]
    return values, near
