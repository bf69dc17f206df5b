"""Plausible futures of a siting: other demand, other speed, a facility or a way closed; chosen anew in each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from renovate_gui.analysis.pairs import Pairs
from renovate_gui.analysis.siting import futures
from renovate_gui.analysis.siting.model import MedianProblem
from renovate_gui.analysis.siting.plans import NEAR
from renovate_gui.analysis.verdicts import SLACK, straight_pairs
from renovate_gui.app.siting_ground import Ground, Sphere, cover_problem, room_problem
from renovate_gui.app.siting_request import SitingModel
from renovate_gui.app.siting_search import CoverSearch, MedianSearch, RoomSearch, Search
from renovate_gui.domain.errors import Cancelled
from renovate_gui.domain.layer import ObjectArray
from renovate_gui.domain.verdict import Measure

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from renovate_gui.analysis.reach import ReachEngine
    from renovate_gui.app.tasks import IsCancelled

FloatArray = NDArray[np.float64]

WAYS = 6
"""So many single ways are closed in turn; a future draws one of them."""


@dataclass(frozen=True, slots=True)
class _Timed:
    """Pairs within the distance, and the seconds of the person where they decide."""

    pairs: Pairs
    seconds: FloatArray | None

    def at(self, limit_s: float) -> Pairs:
        """Return the pairs within the seconds."""
        if self.seconds is None:
            return self.pairs
        keep = self.seconds <= limit_s + SLACK
        return Pairs(self.pairs.place[keep], self.pairs.facility[keep], self.pairs.cost[keep])


_Net = tuple[tuple[_Timed, _Timed], ...]
"""For each kind the pairs with candidates and with existing facilities, on one state of the network."""


def robust_of(
    ground: Ground,
    search: Search,
    plans: Sequence[tuple[int, ...]],
    *,
    tell: Callable[[int], None],
    stop: IsCancelled,
    is_over: Callable[[], bool] | None = None,
) -> futures.Robust:
    """Choose anew in every future; only the present one's models are told apart, not the exact answers."""
    request = ground.request
    nets = []
    for way in (None, *_ways(ground)):
        if stop():
            raise Cancelled("")
        nets.append(_net(ground, way))
    owned = [(k, f) for k, s in enumerate(ground.spheres) for f in range(len(s.frozen.points))]
    drawn = futures.draw(
        request.futures,
        seed=request.seed,
        demand=len(ground.frozen.anchors),
        facilities=len(owned),
        ways=len(nets) - 1,
    )

    def choose(future: futures.Future) -> tuple[tuple[int, ...], float, Callable[[tuple[int, ...]], float]]:
        closed = owned[future.closed] if future.closed >= 0 else (-1, -1)
        own = _search_in(ground, search, future, nets[future.way + 1], closed)
        sign, nothing = -1.0 if own.less_is_better else 1.0, own.nothing()
        chosen = own.quick((), stop).chosen
        return chosen, sign * (own.worth(chosen) - nothing), lambda plan: sign * (own.worth(plan) - nothing)

    return futures.try_out(
        drawn,
        choose,
        plans,
        options=len(ground.options),
        near=NEAR,
        tell=tell,
        stop=stop,
        is_over=is_over,
    )


def _search_in(
    ground: Ground, search: Search, future: futures.Future, net: _Net, closed: tuple[int, int]
) -> Search:
    """Return the search as it would be in a future."""
    if isinstance(search, MedianSearch):
        problem = search.problem
        return MedianSearch(
            MedianProblem(problem.cost, problem.weight * future.demand, problem.existing, problem.count)
        )
    reach = [_passing(timed[0], sphere, future) for timed, sphere in zip(net, ground.spheres, strict=True)]
    own = [_passing(timed[1], sphere, future) for timed, sphere in zip(net, ground.spheres, strict=True)]
    if isinstance(search, RoomSearch):
        return RoomSearch(
            room_problem(ground, factor=future.demand, reach=reach[0], own=own[0], closed=closed[1]),
            effort=0.1,
        )
    open_ = [
        sphere.weight
        * future.demand
        * _unserved(pairs, closed[1] if closed[0] == k else -1, len(sphere.weight))
        for k, (sphere, pairs) in enumerate(zip(ground.spheres, own, strict=True))
    ]
    problem_ = cover_problem(ground, open_=open_, reach=reach)
    if ground.request.model is SitingModel.LSCP:
        # as many sites as the plan at hand has: is it still among the best with that number?
        count = max(1, round(search.worth(search.quick((), lambda: False).chosen)))
        problem_ = replace(problem_, choice=replace(problem_.choice, limit=float(count)))
    return CoverSearch(problem_)


def _passing(timed: _Timed, sphere: Sphere, future: futures.Future) -> Pairs:
    limit = sphere.person.limit_s if sphere.person is not None else np.inf
    return timed.at(limit * future.speed)


def _unserved(pairs: Pairs, closed: int, count: int) -> FloatArray:
    served = np.zeros(count, dtype=bool)
    served[pairs.place[pairs.facility != closed]] = True
    return (~served).astype(np.float64)


def _ways(ground: Ground) -> list[int]:
    """Return edges to close, drawn by length."""
    engine = ground.frozen.metres
    if engine is None or ground.frozen.request.measure is Measure.CIRCLE:
        return []
    length = engine.network.length_m
    if len(length) == 0 or not length.sum() > 0:
        return []
    rng = np.random.default_rng(ground.request.seed)
    count = min(WAYS, int(np.count_nonzero(length > 0)))
    return [int(e) for e in rng.choice(len(length), count, replace=False, p=length / length.sum())]


def _net(ground: Ground, way: int | None) -> _Net:
    """Return all pairs on the network, one way closed or none."""
    metres = _closed(ground.frozen.metres, way)
    found = []
    for sphere in ground.spheres:
        seconds = _closed(sphere.person.engine, way) if sphere.person is not None else None
        found.append(
            tuple(
                _timed(ground, sphere, points, metres, seconds)
                for points in (
                    ground.frozen.stands_at(ground.candidates.points),
                    ground.frozen.stands_of(sphere.frozen),
                )
            )
        )
    return tuple((reach, own) for reach, own in found)


def _closed(engine: ReachEngine | None, way: int | None) -> ReachEngine | None:
    """Return the engine with one edge closed in both directions."""
    if engine is None or way is None:
        return engine
    forward, backward = engine.cost.forward.copy(), engine.cost.backward.copy()
    forward[way] = backward[way] = np.inf
    return engine.under(replace(engine.cost, forward=forward, backward=backward))


def _timed(
    ground: Ground,
    sphere: Sphere,
    points: ObjectArray,
    metres: ReachEngine | None,
    seconds: ReachEngine | None,
) -> _Timed:
    limit_m = sphere.frozen.limit_m + SLACK
    is_circle = ground.frozen.request.measure is Measure.CIRCLE
    if metres is None or is_circle:
        return _Timed(straight_pairs(ground.frozen.anchors, points, limit_m), None)
    near = metres.within(points, limit_m)
    if seconds is None or sphere.person is None:
        return _Timed(near, None)
    most = sphere.person.limit_s * (1.0 + futures.SPEED_SPREAD) + SLACK
    quick = seconds.within(points, most, sphere.person.direction)
    width = max(len(points), 1)
    key, other = near.place * width + near.facility, quick.place * width + quick.facility
    order = np.argsort(other)
    at = np.minimum(np.searchsorted(other[order], key), max(len(other) - 1, 0))
    found = np.full(len(key), np.inf)
    if len(other):
        is_same = other[order][at] == key
        found[is_same] = quick.cost[order][at][is_same]
    return _Timed(near, found)
