"""Whom one facility reaches, asked again at every frame while it moves; the work does not grow with the city.

:class:`Surroundings` holds what stays the same while a facility is under the hand: the network, who joins it where, what
its edges cost. Its answer equals what :class:`renovate_gui.analysis.reach.ReachEngine` finds on the whole network, bit
by bit. See docs/methods.md, "Live".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from renovate_gui.analysis.cells import Cells
from renovate_gui.analysis.reach import Facility, ReachEngine
from renovate_gui.analysis.search import Index
from renovate_gui.analysis.verdicts import SLACK
from renovate_gui.domain.layer import ObjectArray
from renovate_gui.domain.shapes import coordinates
from renovate_gui.domain.travel import Direction

FloatArray = NDArray[np.float64]
IndexArray = NDArray[np.int64]

_NO_ROWS = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Reached:
    """What one facility means for the places around it.

    Attributes
    ----------
    row, metres
        Places within the limit on paper, ascending, and how far; shape ``(k,)``.
    passes
        Which of them this walker reaches within the minutes.
    apart_row, apart_m
        Places within the limit in a straight line that no known way joins to the facility.
    is_main
        Whether the facility joins the main part of the network; True where straight lines decide.
    """

    row: IndexArray
    metres: FloatArray
    passes: NDArray[np.bool_]
    apart_row: IndexArray
    apart_m: FloatArray
    is_main: bool = True


class _Straight:
    """Straight lines from a point to the places near it."""

    def __init__(self, places: ObjectArray) -> None:
        self._rows = np.flatnonzero(~(shapely.is_missing(places) | shapely.is_empty(places)))
        self._xy = coordinates(places)  # what is missing or empty has none
        self._cells = Cells(self._xy)

    def near(self, x: float, y: float, limit: float) -> tuple[IndexArray, FloatArray]:
        """Return the places within a limit, ascending, and how far they are."""
        if len(self._rows) == 0:
            return _NO_ROWS, np.zeros(0)
        at = self._cells.runs(self._cells.box(x, y, limit)).of(self._cells.order)
        apart = self._xy[at] - (x, y)
        metres = np.sqrt(apart[:, 0] * apart[:, 0] + apart[:, 1] * apart[:, 1])
        inside = metres <= limit
        row, metres = self._rows[at[inside]], metres[inside]
        order = np.argsort(row)
        return row[order], metres[order]


class _Parts:
    """Which places no known way joins to a facility."""

    def __init__(self, engine: ReachEngine) -> None:
        self._engine = engine
        self._part_of_edge = engine.network.island_of_edge()
        self._part = self._part_of_edge[engine.joins.edge]
        self._by_row = Index.by(engine.joins.row, engine.joins.count)

    def of(self, spot: Facility) -> IndexArray:
        """Return the parts of the network that a facility joins; 0 is the main one."""
        return np.unique(self._part_of_edge[self._engine.join(_as_array(spot)).edge])

    def apart(self, own: IndexArray, rows: IndexArray) -> NDArray[np.bool_]:
        """Return which of the rows no known way joins to a point that joins these parts."""
        at, join = self._by_row.spread(rows)
        is_apart = np.ones(len(rows), dtype=bool)
        is_apart[at[np.isin(self._part[join], own)]] = False
        return is_apart


class Surroundings:
    """Everything around a facility under the hand.

    Parameters
    ----------
    places
        Counted points, None where missing, shape ``(n,)``.
    metres
        Reach over the network in metres; None: straight lines decide.
    seconds
        Reach of this walker in seconds; None: the distance alone decides.
    """

    def __init__(
        self,
        places: ObjectArray,
        metres: ReachEngine | None,
        seconds: ReachEngine | None,
        direction: Direction = Direction.THERE,
    ) -> None:
        self._straight = _Straight(places)
        self._paper = metres
        self._parts = None if metres is None else _Parts(metres)
        self._person, self._direction = seconds, direction

    def beside(self, point: shapely.Point, limit_m: float) -> IndexArray:
        """Return the places within a straight line of a point, ascending."""
        return self._straight.near(point.x, point.y, limit_m)[0]

    def reached(
        self,
        point: shapely.Point,
        limit_m: float,
        seconds_limit: float = np.nan,
        *,
        spot: Facility | None = None,
    ) -> Reached:
        """Return whom a facility at a point reaches.

        Parameters
        ----------
        spot
            By what the network leads to it: all its entrances; None: the point.
        limit_m
            Farthest distance that counts, metres, inclusive.
        seconds_limit
            Most seconds of the walker in the asked direction, inclusive; NaN: nobody asks.
        """
        spot = point if spot is None else spot
        straight_row, straight_m = self._straight.near(point.x, point.y, limit_m + SLACK)
        if self._paper is None or self._parts is None:
            nobody = np.zeros(0, dtype=np.int64)
            return Reached(straight_row, straight_m, np.ones(len(straight_row), bool), nobody, np.zeros(0))
        ball = self._paper.ball(spot, limit_m + SLACK)
        passes = np.ones(len(ball.place), dtype=bool)
        if self._person is not None and not np.isnan(seconds_limit):
            own = self._person.ball(spot, seconds_limit + SLACK, self._direction)
            passes = np.isin(ball.place, own.place, assume_unique=True)
        parts = self._parts.of(spot)
        is_apart = self._parts.apart(parts, straight_row)
        return Reached(
            ball.place,
            ball.cost,
            passes,
            straight_row[is_apart],
            straight_m[is_apart],
            bool((parts == 0).any()),
        )


def _as_array(spot: Facility) -> ObjectArray:
    array = np.empty(1, dtype=object)
    array[0] = spot
    return array
