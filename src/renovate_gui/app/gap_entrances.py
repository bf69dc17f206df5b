"""Entrances of the counted buildings and of the facilities, frozen from the layers of entrances."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from renovate_gui.app.live_hints import bearing
from renovate_gui.assets import tr
from renovate_gui.domain.layer import ObjectArray
from renovate_gui.domain.roles import Role
from renovate_gui.geo.entrances import ENTRANCE_NEAR_M, doors_of_facilities, owners_of
from renovate_gui.geo.snapping import anchor_points

if TYPE_CHECKING:
    from renovate_gui.analysis.reach import Facility
    from renovate_gui.app.gap_inputs import AnyLayers, Places, Services

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
    points, leads_home, _ = _points(layers)
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


@dataclass(frozen=True, slots=True)
class FacilityDoors:
    """By which entrances facilities are reached.

    Attributes
    ----------
    of_service
        All entrances of each facility as one MultiPoint, None where none is known, shape ``(f,)``; None without any.
    at
        The same by where the facility stands (its counted point, and any point on an outline that stands for it).
    names
        What an entrance is called, by its coordinates; only those that have a name or a code.
    """

    of_service: ObjectArray | None = None
    at: Mapping[tuple[float, float], shapely.MultiPoint] = field(default_factory=dict)
    names: Mapping[tuple[float, float], str] = field(default_factory=dict)

    def spots(self, points: ObjectArray, rows: NDArray[np.int64]) -> ObjectArray:
        """Return by what the network leads to some facilities: their entrances where known, else their points.

        ``rows`` beyond the surveyed facilities are proposals, see :meth:`standing`. Where no entrance is known these are the
        points themselves.
        """
        if self.of_service is None:
            return points
        points = self.standing(points)
        known = np.full(len(rows), None, dtype=object)
        surveyed = rows < len(self.of_service)
        known[surveyed] = self.of_service[rows[surveyed]]
        is_known = ~shapely.is_missing(known)
        return np.where(is_known, known, points) if is_known.any() else points

    def standing(self, points: ObjectArray) -> ObjectArray:
        """Return by what the network leads to what is proposed at some points: they are reached where they are drawn.

        Only what stands exactly where a surveyed facility stands, such as its enlargement, is entered as that is.
        """
        if not self.at or not len(points):
            return points
        xy = shapely.get_coordinates(points).tolist() if not shapely.is_missing(points).any() else []
        found = [self.at.get((x, y)) for x, y in xy]
        if not any(own is not None for own in found):
            return points
        spots = points.copy()
        for i, own in enumerate(found):
            spots[i] = points[i] if own is None else own
        return spots

    def words(self, spot: Facility, middle: shapely.Point, way: NDArray[np.float64]) -> str:
        """Return by which entrance a way leads into a facility, empty where none is known or there is no way.

        Parameters
        ----------
        spot, middle
            Its entrances, or its point, and its point.
        way
            The polyline, shape ``(k, 2)``; one of its ends is the entrance.
        """
        if not isinstance(spot, shapely.MultiPoint) or len(way) == 0:
            return ""
        first, last = shapely.Point(way[0]), shapely.Point(way[-1])
        door = last if spot.distance(last) <= spot.distance(first) else first
        count = len(spot.geoms)
        if name := self.names.get((door.x, door.y)):
            return tr("In by the entrance “{name}”; entrances known: {n}.", name=name, n=count)
        if count == 1 or door.distance(middle) < ENTRANCE_NEAR_M:
            return tr("In by its entrance; entrances known: {n}.", n=count)
        side = bearing(door.x - middle.x, door.y - middle.y)
        return tr("In by its entrance in the {side}; entrances known: {n}.", side=side, n=count)


def freeze_facility_doors(layers: AnyLayers, services: Services) -> FacilityDoors:
    """Return the entrances of the surveyed facilities; an exit or a service door is none for visitors either."""
    from renovate_gui.app.gap_inputs import all_shapes

    points, is_open, words = _points(layers)
    points, words = points[is_open], [w for w, own in zip(words, is_open, strict=True) if own]
    if not len(points) or not len(services.geometry):
        return FacilityDoors()
    facility, door = doors_of_facilities(points, services.geometry, all_shapes(layers, Role.BUILDINGS))
    if not len(facility):
        return FacilityDoors()
    of_service = np.full(len(services.geometry), None, dtype=object)
    rows, index = np.unique(facility, return_inverse=True)
    of_service[rows] = shapely.multipoints(points[door], indices=index)
    names = {(p.x, p.y): w for p, w in zip(points, words, strict=True) if w}
    shapes = services.geometry[rows]
    at: dict[tuple[float, float], shapely.MultiPoint] = {}
    for stands in (anchor_points(shapes), shapely.point_on_surface(shapes)):
        for point, own in zip(stands, of_service[rows], strict=True):
            at.setdefault((point.x, point.y), own)
    return FacilityDoors(of_service, at, names)


def _points(layers: AnyLayers) -> tuple[ObjectArray, NDArray[np.bool_], list[str]]:
    """Return the points of all layers of entrances, by which of them people come home, and what they are called."""
    from renovate_gui.app.gap_inputs import texts

    parts: list[ObjectArray] = [np.zeros(0, dtype=object)]
    is_home: list[NDArray[np.bool_]] = [np.zeros(0, dtype=bool)]
    names: list[str] = []
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
        called = [texts(layers.field(info.id, f), len(shapes)) for f in ("name", "code")]
        names += [called[0][i] or called[1][i] for i in row[has_point].tolist()]
    return np.concatenate(parts), np.concatenate(is_home), names


def _leads_home(word: object) -> bool:
    if not isinstance(word, str):
        return True
    return word.strip().lower() not in _NO_WAY_HOME and not any(part in word for part in _NO_WAY_HOME_ZH)
