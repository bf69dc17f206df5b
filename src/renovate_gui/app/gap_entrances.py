"""Entrances of the counted buildings, frozen from the layers of entrances."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from renovate_gui.assets import tr
from renovate_gui.domain.layer import ObjectArray
from renovate_gui.domain.roles import Role
from renovate_gui.geo.entrances import ENTRANCE_NEAR_M, owners_of
from renovate_gui.geo.snapping import anchor_points

if TYPE_CHECKING:
    from renovate_gui.app.gap_inputs import AnyLayers, Places

_NO_WAY_HOME = frozenset({"no", "exit", "emergency", "garage", "service"})  # values of OSM's entrance=*
_NO_WAY_HOME_ZH = ("安全出口", "紧急", "应急", "疏散", "消防", "车库", "车行", "后勤")


@dataclass(frozen=True, slots=True)
class Entrances:
    """Where people leave the counted places.

    Attributes
    ----------
    of_place
        All entrances of each place as one MultiPoint, None where none is known, shape ``(n,)``; None without any layer.
    stray
        Entrances that stand near no counted building.
    passed_over
        Emergency exits, garage and service doors.
    """

    of_place: ObjectArray | None
    stray: int = 0
    passed_over: int = 0

    @property
    def known(self) -> int:
        """Return how many places have a known entrance."""
        return 0 if self.of_place is None else int(np.count_nonzero(~shapely.is_missing(self.of_place)))

    def notes(self) -> list[str]:
        """Return how far entrances are known, nothing without a layer of them."""
        if self.of_place is None:
            return []
        notes = [
            tr(
                "Entrances known for {n} of {m} buildings; the others are joined to the network from their middle.",
                n=f"{self.known:,}",
                m=f"{len(self.of_place):,}",
            )
        ]
        if self.stray:
            notes.append(
                tr(
                    "Entrances more than {limit} m from every counted building, so not used: {n}.",
                    limit=f"{ENTRANCE_NEAR_M:g}",
                    n=f"{self.stray:,}",
                )
            )
        if self.passed_over:
            notes.append(
                tr(
                    "Emergency exits, garage and service doors, by which nobody is taken to leave: {n}.",
                    n=f"{self.passed_over:,}",
                )
            )
        return notes


def freeze_entrances(layers: AnyLayers, places: Places) -> Entrances:
    """Return the entrances of the places; every building of the counted layer, inside the area or not, keeps its own."""
    found = layers.of_role(Role.ENTRANCES)
    if not found:
        return Entrances(None)
    points, leads_home = _points(layers)
    counted = layers.table(places.layer.id)
    owner = owners_of(points[leads_home], counted.geometry)
    row_of = np.full(len(counted), -1, dtype=np.int64)
    row_of[np.isin(counted.ids, places.ids)] = np.arange(len(places.ids))
    row = np.where(owner >= 0, row_of[owner], -1)
    is_own = row >= 0
    of_place = np.full(len(places.ids), None, dtype=object)
    order = np.argsort(row[is_own], kind="stable")
    own, doors = row[is_own][order], points[leads_home][is_own][order]
    if len(own):
        rows, starts = np.unique(own, return_index=True)
        index = np.repeat(np.arange(len(rows)), np.diff(np.append(starts, len(own))))
        of_place[rows] = shapely.multipoints(doors, indices=index)
    return Entrances(of_place, int(np.count_nonzero(owner < 0)), int(np.count_nonzero(~leads_home)))


def _points(layers: AnyLayers) -> tuple[ObjectArray, NDArray[np.bool_]]:
    """Return the points of all layers of entrances, and by which of them people come home."""
    parts: list[ObjectArray] = [np.zeros(0, dtype=object)]
    is_home: list[NDArray[np.bool_]] = [np.zeros(0, dtype=bool)]
    for info in layers.of_role(Role.ENTRANCES):
        shapes = layers.table(info.id).geometry
        single, row = shapely.get_parts(shapes, return_index=True)
        words = layers.field(info.id, "entrance")
        own = np.ones(len(shapes), dtype=bool)
        if words is not None:
            own = np.array([_leads_home(w) for w in words.tolist()], dtype=bool)
        points = anchor_points(np.asarray(single, dtype=object))
        has_point = ~shapely.is_missing(points)
        parts.append(points[has_point])
        is_home.append(own[row][has_point])
    return np.concatenate(parts), np.concatenate(is_home)


def _leads_home(word: object) -> bool:
    if not isinstance(word, str):
        return True
    return word.strip().lower() not in _NO_WAY_HOME and not any(part in word for part in _NO_WAY_HOME_ZH)
