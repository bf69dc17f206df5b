"""Who gains and who loses between two scenarios, as a part of the map."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from renovate_gui.app.night import dark_ground, dark_symbol
from renovate_gui.app.scene_parts import Look, legend_of, plain, shape_of
from renovate_gui.app.styling import facility_word
from renovate_gui.assets import tr
from renovate_gui.domain.layer import LayerInfo, LayerTable
from renovate_gui.domain.scene import SceneLayer
from renovate_gui.domain.style import Hatch, Symbol

if TYPE_CHECKING:
    from renovate_gui.app.scenario_compare import Shift

# blue-green and orange stay apart for every kind of colour vision; the copier sees the hatches
_GAINS = Symbol(fill="#00838A", stroke="#FFFFFF", stroke_px=0.7)
_LOSES = Symbol(fill="#E07B00", stroke="#FFFFFF", stroke_px=0.7)
_SAME = Symbol(fill="#E4E2DC", stroke="#C9CCD2", stroke_px=0.7)
_NOT_COUNTED = Symbol(fill="#F1F0EC", stroke="#CFD3DA", stroke_px=0.7, opacity=0.8)


def shift_part(
    shift: Shift, info: LayerInfo, table: LayerTable, *, version: int, is_dark: bool, hatched: bool
) -> SceneLayer:
    """Return the counted layer by who gains and who loses; on screen losses are hatched too, quietly."""
    look: Look = dark_symbol if is_dark else plain
    quiet: Look = dark_ground if is_dark else plain
    gains = replace(_GAINS, hatch=Hatch.DIAGONAL, hatch_colour="#FFFFFF") if hatched else _GAINS
    loses = replace(_LOSES, hatch=Hatch.CROSS if hatched else Hatch.BACK_DIAGONAL, hatch_colour="#FFFFFF")
    symbols = (look(gains), look(loses), quiet(_SAME), quiet(_NOT_COUNTED))
    numbers = np.full(len(table), 3, dtype=np.int16)
    if len(shift.ids):
        order = np.argsort(shift.ids, kind="stable")
        row = order[np.minimum(np.searchsorted(shift.ids, table.ids, sorter=order), len(order) - 1)]
        known = shift.ids[row] == table.ids
        numbers[known] = shift.classes[row[known]]
    words = [tr("Gains it"), tr("Loses it"), tr("Unchanged"), tr("Not counted")]
    return SceneLayer(
        key=f"gap:shift:{shift.kind}",
        title=tr("Who gains, who loses: {kind}", kind=facility_word(shift.kind)),
        version=version,
        ids=table.ids,
        geometry=table.geometry,
        class_of=numbers,
        symbols=symbols,
        legend=legend_of(words, symbols, numbers, shape_of(info)),
    )
