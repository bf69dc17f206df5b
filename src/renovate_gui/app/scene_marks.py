"""What residents drew on forms and pages, on the office's own map: points, lines and areas in the colour of the pen."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from renovate_gui.app.night import dark_symbol
from renovate_gui.app.scene_parts import Look, plain
from renovate_gui.assets import tr
from renovate_gui.domain.reply import Mark
from renovate_gui.domain.scene import LegendEntry, SceneLayer
from renovate_gui.domain.style import Hatch, Symbol

_NO_COLOUR = "#5B6675"


def drawn_part(
    marks: Sequence[Mark],
    to_map: Callable[[float, float], tuple[float, float]],
    *,
    version: int,
    is_dark: bool,
) -> SceneLayer | None:
    """Return the layer of free marks; None when there are none. It never goes into a package."""
    rows: list[tuple[BaseGeometry, Symbol, str]] = []
    for mark in marks:
        if mark.geometry.is_empty:
            continue
        shape = shapely.transform(
            mark.geometry, lambda xy: np.array([to_map(float(x), float(y)) for x, y in xy]).reshape(-1, 2)
        )
        kind = shape.geom_type.removeprefix("Multi")
        rows.append((shape, _symbol(kind, mark.colour or _NO_COLOUR), kind))
    if not rows:
        return None
    look: Look = dark_symbol if is_dark else plain
    symbols = tuple(dict.fromkeys(look(symbol) for _, symbol, _ in rows))
    index = {symbol: i for i, symbol in enumerate(symbols)}
    geometry = np.empty(len(rows), dtype=object)
    geometry[:] = [shape for shape, _, _ in rows]
    counts = {kind: sum(k == kind for _, _, k in rows) for kind in ("Point", "LineString", "Polygon")}
    titles = {
        "Point": (tr("Point drawn by residents"), "point"),
        "LineString": (tr("Line drawn by residents"), "line"),
        "Polygon": (tr("Area drawn by residents"), "polygon"),
    }
    legend = tuple(
        LegendEntry(titles[kind][0], look(_symbol(kind, _NO_COLOUR)), titles[kind][1], n)
        for kind, n in counts.items()
        if n
    )
    return SceneLayer(
        key="replies:drawn",
        title=tr("Residents' marks"),
        version=version,
        ids=np.arange(1, len(rows) + 1, dtype=np.int64),
        geometry=geometry,
        class_of=np.array([index[look(symbol)] for _, symbol, _ in rows], dtype=np.int16),
        symbols=symbols,
        legend=legend,
    )


def _symbol(kind: str, colour: str) -> Symbol:
    if kind == "Point":
        return Symbol(fill=colour, stroke="#FFFFFF", stroke_px=1.4, size_px=11.0)
    if kind == "Polygon":
        return Symbol(
            fill=None,
            stroke=colour,
            stroke_px=2.0,
            hatch=Hatch.BACK_DIAGONAL,
            hatch_colour=colour,
            opacity=0.9,
        )
    return Symbol(fill=None, stroke=colour, stroke_px=3.0, casing="#FFFFFF", casing_px=1.0)
