"""The judged layer coloured by how many places there are for 100 people who need one."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from renovate_gui.app.gap_words import kind_title
from renovate_gui.app.night import dark_ground
from renovate_gui.app.scene_parts import Look, legend_of, plain, shape_of
from renovate_gui.assets import tr
from renovate_gui.domain.layer import LayerInfo, LayerTable
from renovate_gui.domain.scene import SceneLayer
from renovate_gui.domain.style import Symbol
from renovate_gui.domain.verdict import GapResult

BORDERS = (0.0, 25.0, 50.0, 100.0)
"""Classes of places per 100 begin here; 100 is one place for everybody who needs one."""

_COLOURS = ("#FFF3C4", "#A9DBA8", "#58B5C2", "#2E78B5", "#27418F")
_UNKNOWN = "#D9DDE3"
_STROKE = "#6A7480"


def access_part(
    gap: GapResult, info: LayerInfo, table: LayerTable, *, version: int, is_dark: bool
) -> SceneLayer:
    """Return the layer by classes of places per 100; what has nobody in need, or is unknown, is grey."""
    look: Look = dark_ground if is_dark else plain
    symbols = tuple(look(_symbol(c)) for c in (*_COLOURS, _UNKNOWN))
    order = np.argsort(gap.ids, kind="stable")
    classes = classes_of(gap.service.access)
    numbers = np.full(len(table), len(_COLOURS), dtype=np.int16)
    if len(gap.ids):
        place = np.searchsorted(gap.ids, table.ids, sorter=order)
        row = order[np.minimum(place, len(order) - 1)]
        known = gap.ids[row] == table.ids
        numbers[known] = classes[row[known]]
    return SceneLayer(
        key=f"gap:{gap.kind}",
        title=tr("{kind} · places per 100 in need", kind=kind_title(gap.kind)),
        version=version,
        ids=table.ids,
        geometry=table.geometry,
        class_of=numbers,
        symbols=symbols,
        legend=legend_of(class_words(), symbols, numbers, shape_of(info)),
    )


def classes_of(access: NDArray[np.float64]) -> NDArray[np.int16]:
    """Return the class of every place: 0 without any, then by the borders; the last for unknown."""
    places = 100.0 * np.nan_to_num(access)
    found = 1 + np.digitize(places, BORDERS[1:])
    found[places <= 0.0] = 0
    found[np.isnan(access)] = len(_COLOURS)
    return found.astype(np.int16)


def class_words() -> list[str]:
    """Return the words of the classes."""
    between = [tr("{low} to {high}", low=f"{a:g}", high=f"{b:g}") for a, b in pairwise(BORDERS[1:])]
    first = tr("fewer than {n}", n=f"{BORDERS[1]:g}")
    last = tr("{n} or more: one for everybody", n=f"{BORDERS[-1]:g}")
    return [tr("no place within reach"), first, *between, last, tr("unknown")]


def _symbol(colour: str) -> Symbol:
    return Symbol(fill=colour, stroke=_STROKE, stroke_px=0.5)
