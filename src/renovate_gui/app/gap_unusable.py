"""Values that are given but of no use: headcounts and numbers of places that are no numbers, or below zero."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from renovate_gui.app.gap_inputs import AnyLayers, texts
from renovate_gui.app.import_columns import quoted, source_of_twin
from renovate_gui.assets import tr
from renovate_gui.domain.facility import AgeBasis
from renovate_gui.domain.ids import LayerId
from renovate_gui.domain.verdict import PeopleSource

if TYPE_CHECKING:
    from renovate_gui.app.gap_frozen import Frozen, FrozenKind
    from renovate_gui.domain.layer import LayerInfo


def given(layers: AnyLayers, info: LayerInfo, field: str) -> tuple[str, ...]:
    """Return what the source says of a field, per feature; empty where it says nothing.

    A column with values that are no numbers has a clean twin since its import; the words stand in the original.
    """
    table = layers.table(info.id)
    column = info.field_map.get(field)
    if column is None or column not in table.columns:
        return ("",) * len(table)
    source: NDArray[Any] = table.columns[source_of_twin(column, table.columns)]
    return texts(source, len(table))


def unusable_capacity(frozen: Frozen, one: FrozenKind) -> tuple[str, ...]:
    """Return the words that stand for the places of a kind's facilities but tell no number of them."""
    found = []
    rows = np.flatnonzero(np.isnan(one.capacity))
    wanted = {one.keys[i] for i in rows if one.keys[i].startswith("layer:")}
    for layer_id in sorted({int(key.split(":")[1]) for key in wanted}):
        layers = frozen.asked.layers
        info = next(i for i in layers.all() if i.id == LayerId(layer_id))
        ids = layers.table(info.id).ids.tolist()
        words = given(layers, info, "capacity")
        found += [w for i, w in zip(ids, words, strict=True) if w and f"layer:{layer_id}:{i}" in wanted]
    return tuple(found)


def capacity_note(words: tuple[str, ...]) -> str:
    """Return the note on numbers of places that are none, empty when there are none."""
    if not words:
        return ""
    return tr(
        "A number of places is given but unusable for {n} facilities ({values}).",
        n=len(words),
        values=quoted(words),
    )


def headcount_note(frozen: Frozen, one: FrozenKind) -> str:
    """Return how many places have no usable headcount in the column that is counted, empty when all have one."""
    if one.people_source not in {PeopleSource.COLUMN, PeopleSource.RESIDENTS_ONLY}:
        return ""
    basis = one.basis if one.people_source is PeopleSource.COLUMN else AgeBasis.RESIDENTS
    missing = np.isnan(one.people)
    if not missing.any():
        return ""
    places = frozen.places
    words = dict(
        zip(
            frozen.asked.layers.table(places.layer.id).ids.tolist(),
            given(frozen.asked.layers, places.layer, basis.value),
            strict=True,
        )
    )
    bad = [w for i in places.ids[missing].tolist() if (w := words.get(i, ""))]
    n, total = f"{np.count_nonzero(missing):,}", f"{len(missing):,}"
    if not bad:
        return tr("{n} of {total} buildings have no headcount.", n=n, total=total)
    return tr(
        "{n} of {total} buildings have no usable headcount ({values}).", n=n, total=total, values=quoted(bad)
    )
