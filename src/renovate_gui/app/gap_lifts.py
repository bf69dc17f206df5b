"""Lifts that the data has only as points: nobody rides them until somebody draws them as ways."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from renovate_gui.analysis.links import lone_lifts
from renovate_gui.app.gap_inputs import AnyLayers, texts
from renovate_gui.app.measures import link_ways
from renovate_gui.assets import tr
from renovate_gui.domain.proposal import Proposal
from renovate_gui.domain.roles import Role


def point_lifts(layers: AnyLayers, links: Sequence[Proposal]) -> int:
    """Return how many lifts among the facilities are on no way, drawn or proposed, that is a lift."""
    classes, shapes = _columns(layers, Role.FACILITIES, "kind")
    none = np.zeros(0, dtype=object)
    if lone_lifts(classes, shapes, (), none) == 0:  # a large network need not be looked at
        return 0
    kinds, lines = _columns(layers, Role.WALK_NETWORK, "way")
    way_of = link_ways()
    drawn = [p for p in links if p.kind in way_of and p.geometry is not None]
    kinds += [way_of[p.kind] for p in drawn]
    return lone_lifts(classes, shapes, kinds, np.concatenate([lines, _objects([p.geometry for p in drawn])]))


def lift_note(count: int) -> str:
    """Return that lifts mapped as points take nobody up."""
    return tr(
        "Lifts mapped as points: {n}. A point joins no ways, and where ways meet in it going up takes no time; draw each as a lift from the way below to the way above.",
        n=f"{count:,}",
    )


def _columns(layers: AnyLayers, role: Role, field: str) -> tuple[list[str], Any]:
    """Return a text field and the geometry of all layers of a role."""
    words: list[str] = []
    shapes = [np.zeros(0, dtype=object)]
    for info in layers.of_role(role):
        table = layers.table(info.id)
        words += texts(layers.field(info.id, field), len(table))
        shapes.append(table.geometry)
    return words, np.concatenate(shapes)


def _objects(items: list[Any]) -> Any:
    array = np.empty(len(items), dtype=object)
    array[:] = items
    return array
