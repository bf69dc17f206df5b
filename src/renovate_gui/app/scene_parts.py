"""The parts of a scene that come from data and analysis: layers, verdicts, heat, route; pure functions of values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from renovate_gui.app.classing import category_key, class_numbers
from renovate_gui.app.gap_words import verdict_words
from renovate_gui.app.night import dark_ground, dark_label, dark_symbol
from renovate_gui.app.styling import facility_word, label_words, suggest_style
from renovate_gui.app.terms import term
from renovate_gui.assets import tr
from renovate_gui.domain.heat import CellMap, HeatGrid, HeatMode
from renovate_gui.domain.layer import LayerInfo, LayerTable
from renovate_gui.domain.roles import Role
from renovate_gui.domain.scene import LegendEntry, SceneHeat, SceneLayer
from renovate_gui.domain.style import Hatch, Marker, Style, StyleKind, Symbol
from renovate_gui.domain.travel import Direction
from renovate_gui.domain.verdict import Explanation, GapResult, Verdict

ROUTE = "#1F3A5F"
STEEP = "#D55E00"
VERDICT_FILLS = {
    Verdict.SERVED: "#009E73",
    Verdict.FULL: "#E69F00",
    Verdict.OUT_OF_REACH: "#D55E00",
    Verdict.NOT_FOR_THIS_PERSON: "#9B5FB5",
    Verdict.UNKNOWN: "#B8BFC9",
}
# the copier sees grey only: served is plain, everything else carries its own lines
VERDICT_HATCHES = {
    Verdict.SERVED: Hatch.NONE,
    Verdict.FULL: Hatch.HORIZONTAL,
    Verdict.OUT_OF_REACH: Hatch.BACK_DIAGONAL,
    Verdict.NOT_FOR_THIS_PERSON: Hatch.CROSS,
    Verdict.UNKNOWN: Hatch.DOTS,
}
_NOT_COUNTED = Symbol(fill="#F1F0EC", stroke="#CFD3DA", stroke_px=0.7, opacity=0.8)
HEAT_RAMP = ("#FBE3E8", "#F7B8C9", "#EE83AE", "#D44A97", "#9F1F86", "#5E0F70")
"""Light to dark, one hue family that no verdict uses; lightness alone orders it, so grey copies stay readable."""

DIFFERENCE_RAMP = ("#1B6A8F", "#7FB3CC", "#F2F0EA", "#F2B36B", "#B35806")
"""Less to more around a pale middle, blue to orange: safe for colour-blind eyes."""

FEW_RESPONDENTS = 5
"""A surface with fewer respondents behind it is hatched on screen; what leaves the program hides it."""

Look = Callable[[Symbol], Symbol]


def heat_colours(count: int) -> tuple[str, ...]:
    """Return the colours of so many density classes, from light to dark; no two are alike."""
    return _along(HEAT_RAMP, count)


def colours_of(heat: HeatGrid) -> tuple[str, ...]:
    """Return one colour per class of a surface: a ramp, or two ramps that part in the middle for a difference."""
    count = max(len(heat.levels) - 1, 0)
    return _along(DIFFERENCE_RAMP if heat.mode is HeatMode.DIFFERENCE else HEAT_RAMP, count)


def _along(ramp: tuple[str, ...], count: int) -> tuple[str, ...]:
    stops = np.array([[int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in ramp], dtype=float)
    at = np.linspace(0, len(stops) - 1, count) if count > 1 else np.zeros(count)
    mixed = [np.interp(at, np.arange(len(stops)), stops[:, channel]) for channel in range(3)]
    return tuple(f"#{r:02X}{g:02X}{b:02X}" for r, g, b in np.rint(np.transpose(mixed)).astype(int))


def verdict_symbol(verdict: Verdict, *, hatched: bool) -> Symbol:
    """Return how a judged building looks; hatches are for print, on screen only the doubtful ones keep a quiet one."""
    symbol = Symbol(
        fill=VERDICT_FILLS[verdict], stroke="#FFFFFF", stroke_px=0.7, opacity=1.0 if hatched else 0.9
    )
    if hatched:
        return replace(symbol, hatch=VERDICT_HATCHES[verdict])
    if verdict is Verdict.UNKNOWN:
        return replace(symbol, hatch=Hatch.DIAGONAL, hatch_colour="#CBD1DA")
    return symbol


def shape_of(info: LayerInfo) -> str:
    """Return the legend shape of a layer."""
    return "point" if "Point" in info.geometry_type else "line" if "Line" in info.geometry_type else "polygon"


def legend_of(
    labels: Sequence[str], symbols: Sequence[Symbol], numbers: NDArray[np.int16], shape: str
) -> tuple[LegendEntry, ...]:
    """Return the legend of classes that occur; classes of equal words and look are one line."""
    counts = np.bincount(numbers[numbers >= 0], minlength=len(symbols))
    merged: dict[tuple[str, Symbol], int] = {}
    for i, (label, symbol) in enumerate(zip(labels, symbols, strict=True)):
        if counts[i]:
            merged[label, symbol] = merged.get((label, symbol), 0) + int(counts[i])
    return tuple(LegendEntry(label, symbol, shape, n) for (label, symbol), n in merged.items())


# -- layers -------------------------------------------------------------------------------------------------------
PRIVATE_ROLES = frozenset({Role.DEMAND, Role.OTHER, Role.HEIGHTS})
_PUBLIC_FIELDS = frozenset(
    {"name", "code", "use", "kind", "way", "floors", "year", "role", "grade", "status"}
)


def public_style(info: LayerInfo, table: LayerTable) -> Style:
    """Return the layer's look as far as it may leave the program: no class and no label from a column of people."""
    public = {column for name, column in info.field_map.items() if name in _PUBLIC_FIELDS}
    public -= {column for name, column in info.field_map.items() if name not in _PUBLIC_FIELDS}
    style = info.style
    if style.kind is not StyleKind.SINGLE and style.column not in public:
        style = replace(suggest_style(info, table), label=style.label)
    if style.label is not None and style.label.column not in public:
        style = replace(style, label=None)
    return style


def layer_part(
    info: LayerInfo, table: LayerTable, style: Style, *, version: int, is_dark: bool
) -> SceneLayer:
    """Return a project layer in its style."""
    is_ground = info.role in {Role.BASEMAP, Role.PARCELS, Role.OTHER, Role.BUILDINGS, Role.HEIGHTS}
    look: Look = plain if not is_dark else dark_ground if is_ground else dark_symbol
    symbols = tuple(look(c.symbol) for c in style.classes)
    numbers = class_numbers(style, table)
    words = [_class_words(label_words(c.label, c.value), info) for c in style.classes]
    label = style.label
    return SceneLayer(
        key=f"layer:{info.id}",
        title=info.name,
        version=version,
        ids=table.ids,
        geometry=table.geometry,
        class_of=numbers,
        symbols=symbols,
        legend=legend_of(words, symbols, numbers, shape_of(info)),
        labels=None if label is None else labels_of(table, label.column),
        label_style=None if label is None else dark_label(label) if is_dark else label,
        opacity=style.opacity,
    )


def quiet_dots(part: SceneLayer) -> SceneLayer:
    """Return a point layer as a reminder under another subject: small, faint, without a legend of its own."""
    symbols = tuple(replace(s, size_px=min(s.size_px, 4.5), stroke_px=0.5) for s in part.symbols)
    return replace(part, symbols=symbols, opacity=0.5 * part.opacity, legend=())


def plain(symbol: Symbol) -> Symbol:
    """Return the symbol as it is: the look of the light map."""
    return symbol


def _class_words(label: str, info: LayerInfo) -> str:
    if not label:
        return info.name
    return info.name if info.style.kind is StyleKind.SINGLE and label == term(info.role) else label


def labels_of(table: LayerTable, column: str) -> tuple[str | None, ...] | None:
    """Return the words of a column, one per feature."""
    values = table.columns.get(column)
    return None if values is None else tuple(category_key(v) for v in values.tolist())


# -- verdicts, heat, route ----------------------------------------------------------------------------------------
def gap_part(
    gap: GapResult, info: LayerInfo, table: LayerTable, *, version: int, is_dark: bool, hatched: bool
) -> SceneLayer:
    """Return the judged layer coloured by verdict; what was not counted is a quiet outline with no verdict."""
    look: Look = dark_symbol if is_dark else plain
    quiet: Look = dark_ground if is_dark else plain
    symbols = (*(look(verdict_symbol(v, hatched=hatched)) for v in Verdict), quiet(_NOT_COUNTED))
    order = np.argsort(gap.ids, kind="stable")
    place = (
        np.searchsorted(gap.ids, table.ids, sorter=order) if len(gap.ids) else np.zeros(len(table), np.int64)
    )
    numbers = np.full(len(table), len(Verdict), dtype=np.int16)
    if len(gap.ids):
        row = order[np.minimum(place, len(order) - 1)]
        known = gap.ids[row] == table.ids
        numbers[known] = gap.verdict[row[known]]
    words = [*(verdict_words(v, gap) for v in Verdict), tr("Not counted")]
    return SceneLayer(
        key=f"gap:{gap.kind}",
        title=f"{facility_word(gap.kind)} · {term(gap.measure)}",
        version=version,
        ids=table.ids,
        geometry=table.geometry,
        class_of=numbers,
        symbols=symbols,
        legend=legend_of(words, symbols, numbers, shape_of(info)),
    )


_FEW_OTHERS = 150


def with_used_facilities(
    part: SceneLayer, gap: GapResult, info: LayerInfo, *, is_dark: bool, only_used: bool
) -> SceneLayer:
    """Return a facility layer whose facilities of the judged kind stand out; others become quiet dots, or go."""
    prefix = f"layer:{info.id}:"
    wanted = {int(k.removeprefix(prefix)) for k in gap.facility_keys if k.startswith(prefix)}
    used = np.isin(part.ids, list(wanted))
    look: Look = dark_symbol if is_dark else plain
    disc = look(Symbol(fill="#FFFFFF", stroke=ROUTE, stroke_px=2.2, marker=Marker.PLUS, size_px=21.0))
    # beside a handful of others their places are a help; a thousand parks and trees would be dust over the verdicts
    size, opacity = (5.0, 0.45) if np.count_nonzero(~used) <= _FEW_OTHERS else (3.0, 0.3)
    quiet = tuple(
        replace(
            s, marker=Marker.CIRCLE, glyph="", size_px=min(s.size_px, size), stroke_px=0.4, opacity=opacity
        )
        for s in part.symbols
    )
    others = np.int16(-1) if only_used else part.class_of
    numbers = np.where(used, np.int16(len(quiet)), others).astype(np.int16)
    words = facility_word(gap.kind)
    entry = LegendEntry(words, disc, shape_of(info), int(used.sum()))
    return replace(
        part, class_of=numbers, symbols=(*quiet, disc), legend=(entry,) if used.any() else (), labels=None
    )


def heat_part(heat: HeatGrid, *, title: str, version: int, is_dark: bool) -> SceneHeat:
    """Return the density surface with the ramp that legends everywhere share.

    A difference runs past both ends of its classes: what is beyond is painted as the last class.
    """
    values = heat.values
    if heat.mode is not HeatMode.DENSITY and len(heat.levels) > 1:
        values = np.clip(values, heat.levels[0], np.nextafter(heat.levels[-1], -np.inf))
    thin = heat.is_thin(FEW_RESPONDENTS) & (values >= heat.levels[0]) if heat.levels else None
    return SceneHeat(
        key="heat",
        title=title,
        version=version,
        values=values,
        x_min=heat.x_min,
        y_min=heat.y_min,
        cell_m=heat.cell_m,
        levels=heat.levels,
        colours=colours_of(heat),
        unit=heat.unit,
        opacity=0.8 if is_dark else 0.72,
        is_thin=thin if thin is not None and not heat.suppressed_below and thin.any() else None,
    )


def cells_part(cells: CellMap, *, version: int, is_dark: bool) -> SceneLayer:
    """Return a map of hexagons or buildings in the classes of its legend."""
    look: Look = dark_symbol if is_dark else plain
    symbols = tuple(
        look(
            Symbol(
                fill=c.colour,
                stroke="#FFFFFF",
                stroke_px=0.6,
                hatch=Hatch.DIAGONAL if c.is_hatched else Hatch.NONE,
                hatch_colour="#8C8C8C",
            )
        )
        for c in cells.classes
    )
    return SceneLayer(
        key="cells",
        title=cells.title,
        version=version,
        ids=np.arange(len(cells.geometry), dtype=np.int64),
        geometry=cells.geometry,
        class_of=cells.class_of,
        symbols=symbols,
        legend=legend_of([c.words for c in cells.classes], symbols, cells.class_of, "polygon"),
        opacity=0.85,
    )


def route_part(explanation: Explanation, *, version: int, is_dark: bool) -> SceneLayer | None:
    """Return the route of an explanation with its two ends, or None when there is none."""
    xy = explanation.route_xy
    if len(xy) < 2:
        return None
    look: Look = dark_symbol if is_dark else plain
    symbols = (
        look(Symbol(fill=None, stroke=ROUTE, stroke_px=3.6, casing="#FFFFFF", casing_px=1.3)),
        look(Symbol(fill="#D55E00", stroke="#FFFFFF", stroke_px=2.2, size_px=15.0)),
        look(Symbol(fill=ROUTE, stroke="#FFFFFF", stroke_px=2.2, size_px=15.0)),
    )
    marked: list[tuple[str, Symbol, BaseGeometry]] = []
    route = tr("Walking route")
    if len(explanation.paper_xy) > 1:  # below: where both run together the walked way is seen
        thin = look(Symbol(fill=None, stroke=ROUTE, stroke_px=1.8, dash=(4.0, 3.0)))
        marked.append((tr("Shortest way, on paper"), thin, shapely.LineString(explanation.paper_xy)))
        route = tr("Way walked")
    marked.append((route, symbols[0], shapely.LineString(xy)))
    marked += [(words, look(symbol), shape) for words, symbol, shape in _hard_stretches(explanation)]
    ends = [shapely.Point(xy[0]), shapely.Point(xy[-1])]
    if explanation.direction is Direction.BACK and len(xy) > 2:  # the way home begins at the facility
        ends.reverse()
    geometry = np.array([*(shape for _, _, shape in marked), *ends], dtype=object)
    return SceneLayer(
        key="route",
        title=tr("Walking route"),
        version=version,
        ids=np.arange(len(geometry), dtype=np.int64),
        geometry=geometry,
        class_of=np.arange(len(geometry), dtype=np.int16),
        symbols=(*(symbol for _, symbol, _ in marked), *symbols[1:]),
        legend=tuple(LegendEntry(words, symbol, "line") for words, symbol, _ in marked),
    )


def _hard_stretches(explanation: Explanation) -> list[tuple[str, Symbol, BaseGeometry]]:
    """Return stairs and the steepest stretch of a route, with their words and looks."""
    profile = explanation.profile
    if profile is None or explanation.route_xy is not profile.xy:
        return []
    found: list[tuple[str, Symbol, BaseGeometry]] = []
    steps = np.flatnonzero(profile.is_stairs)
    if len(steps):
        flights = shapely.MultiLineString([profile.xy[i : i + 2] for i in steps])
        rungs = Symbol(fill=None, stroke="#FFFFFF", stroke_px=2.6, dash=(1.2, 1.6))
        found.append((tr("Stairs on the way"), rungs, flights))
    if profile.steepest is not None:
        first, last = profile.steepest
        steep = Symbol(fill=None, stroke=STEEP, stroke_px=4.4, casing="#FFFFFF", casing_px=1.0)
        found.append((tr("Steepest stretch"), steep, shapely.LineString(profile.xy[first : last + 1])))
    return found
