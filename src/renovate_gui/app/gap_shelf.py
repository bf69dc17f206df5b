"""What gap analyses share from run to run: read tables, the noded network, who joins it where.

Each thing is kept by what it was made from, so that a proposal placed or moved re-nodes nothing, and an edited facility
leaves the network alone.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

import numpy as np
from shapely.geometry.base import BaseGeometry

from renovate_gui.app.gap_inputs import (
    FrozenLayers,
    Places,
    Services,
    Ways,
    community_area,
    freeze_places,
    freeze_services,
    freeze_ways,
    layer_signature,
    planned_links,
    touched_roles,
    with_links,
    with_planned,
    without_replaced,
)
from renovate_gui.app.people_estimate import Totals, with_estimate
from renovate_gui.app.reach_cache import ReachCache, usual_folder
from renovate_gui.assets import tr
from renovate_gui.domain.errors import RequestError
from renovate_gui.domain.layer import ChangeEvent
from renovate_gui.domain.proposal import Proposal
from renovate_gui.domain.roles import Role

if TYPE_CHECKING:
    from datetime import time

    from renovate_gui.analysis.reach import ReachEngine
    from renovate_gui.analysis.walkers import Walker
    from renovate_gui.analysis.ways import WayFacts
    from renovate_gui.app.gap_entrances import Entrances, FacilityDoors
    from renovate_gui.app.gap_heights import Ground
    from renovate_gui.app.layers import Layers
    from renovate_gui.geo.network import WalkNetwork

V = TypeVar("V")
Key = tuple[Hashable, ...]

_KEPT = 2  # two of each: with and without proposals, or two areas
_KEPT_WALKERS = 14  # every walker, with and without proposals

_WAYS = frozenset({Role.WALK_NETWORK})
_SERVICES = frozenset({Role.FACILITIES})
_HEIGHTS = frozenset({Role.HEIGHTS})
_ENTRANCES = frozenset({Role.ENTRANCES})
_PLACES = frozenset({Role.BUILDINGS, Role.PARCELS, Role.STUDY_AREA})


@dataclass(frozen=True, slots=True)
class Asked:
    """What a run was asked for, cheap to take on the calling thread: registry, proposals and edit counts of that moment."""

    layers: FrozenLayers
    planned: tuple[Proposal, ...]
    area: str
    edits: tuple[tuple[Role, int], ...]
    totals: Totals | None = None

    def key(self, roles: frozenset[Role]) -> Key:
        """Return a value that changes whenever an action touches layers of the roles."""
        own = [info for info in self.layers.all() if info.role in roles]
        return (
            tuple((role, n) for role, n in self.edits if role in roles),
            layer_signature(self.layers, roles),
            tuple(info.name for info in own),
        )

    @property
    def links(self) -> tuple[Proposal, ...]:
        """Return the proposals that are links."""
        return planned_links(self.planned)


class Shelf:
    """Keeps what runs share; all methods may be called from any thread."""

    def __init__(self, layers: Layers, cache: ReachCache | None = None) -> None:
        self._layers = layers
        self._cache = ReachCache(usual_folder()) if cache is None else cache
        self._edits: Counter[Role] = Counter()
        self._places: _Newest[Places] = _Newest()
        self._entrances: _Newest[Entrances] = _Newest()
        self._services: _Newest[Services] = _Newest()
        self._facility_doors: _Newest[FacilityDoors] = _Newest()
        self._ways: _Newest[Ways | None] = _Newest()
        self._networks: _Newest[WalkNetwork] = _Newest()
        self._existing: _Newest[ReachEngine] = _Newest()
        self._linked: _Newest[ReachEngine] = _Newest()
        self._grounds: _Newest[Ground] = _Newest()
        self._facts: _Newest[WayFacts] = _Newest()
        self._linked_facts: _Newest[WayFacts] = _Newest()
        self._seconds: _Newest[ReachEngine] = _Newest(kept=_KEPT_WALKERS)

    def count_edits(self, event: ChangeEvent) -> None:
        """Count edits of features that the analysis reads; registry and settings show in the keys by themselves."""
        roles = {info.id: info.role for info in self._layers.all()} if event.layers else {}
        for layer in event.layers:
            # a layer that is gone, or new, has no role to look up: count it as all of them
            role = roles.get(layer)
            self._edits.update(touched_roles() if role is None else touched_roles() & {role})

    def edits(self) -> tuple[tuple[Role, int], ...]:
        """Return how often layers of each role were edited."""
        return tuple((role, self._edits[role]) for role in sorted(touched_roles()))

    def ask(
        self,
        planned: tuple[Proposal, ...],
        area: str,
        totals: Totals | None = None,
    ) -> Asked:
        """Return what a run needs to know of this moment."""
        layers = FrozenLayers(self._layers.all(), self._layers.table)
        return Asked(layers, planned, area, self.edits(), totals)

    def places(self, asked: Asked) -> Places:
        """Return the counted features inside the wanted area."""
        roles = _PLACES if asked.totals is None else _PLACES | {Role.GRIDS}
        key = (*asked.key(roles), asked.area, asked.totals)
        return self._places.get(
            key, lambda: inside(with_estimate(freeze_places(asked.layers), asked.layers, asked.totals), asked)
        )

    def entrances(self, asked: Asked) -> Entrances:
        """Return the known entrances of the counted features."""
        from renovate_gui.app.gap_entrances import freeze_entrances

        key = (*asked.key(_PLACES | _ENTRANCES), asked.area)
        return self._entrances.get(key, lambda: freeze_entrances(asked.layers, self.places(asked)))

    def services(self, asked: Asked) -> Services:
        """Return the facilities, planned ones included."""
        own = without_replaced(self._surveyed(asked), asked.planned, asked.layers)
        return with_planned(own, asked.planned)

    def _surveyed(self, asked: Asked) -> Services:
        return self._services.get(asked.key(_SERVICES), lambda: freeze_services(asked.layers))

    def facility_doors(self, asked: Asked) -> FacilityDoors:
        """Return the known entrances of the surveyed facilities."""
        from renovate_gui.app.gap_entrances import freeze_facility_doors

        key = asked.key(_SERVICES | _PLACES | _ENTRANCES)
        return self._facility_doors.get(
            key, lambda: freeze_facility_doors(asked.layers, self._surveyed(asked))
        )

    def ways(self, asked: Asked) -> Ways | None:
        """Return the lines of the network, planned links included."""
        found = self._ways.get(asked.key(_WAYS), lambda: freeze_ways(asked.layers))
        return None if found is None else with_links(found, asked.links)

    def network(self, asked: Asked) -> WalkNetwork | None:
        """Return the noded network without planned links."""
        ways = self.ways(asked)
        if ways is None:
            return None
        return self._networks.get(asked.key(_WAYS), lambda: self._cache.network(ways.existing))

    def has_engine(self, asked: Asked) -> bool:
        """Return whether the engine without links is at hand, so that asking for it costs nothing."""
        return self._existing.has(_engine_key(asked))

    def has_network(self, asked: Asked) -> bool:
        """Return whether the noded network is at hand."""
        return self._networks.has(asked.key(_WAYS))

    def engine(self, asked: Asked) -> ReachEngine | None:
        """Return the reach engine, planned links included."""
        ways, network = self.ways(asked), self.network(asked)
        if ways is None or network is None:
            return None
        key = _engine_key(asked)
        existing = self._existing.get(
            key,
            lambda: self._cache.engine(network, self.places(asked).geometry, self.entrances(asked).of_place),
        )
        if not asked.links:
            return existing
        return self._linked.get(
            (*key, drawn(asked.links)),
            lambda: existing.with_links(ways.links, first_source=len(ways.existing)),
        )

    def ground(self, asked: Asked) -> Ground:
        """Return the heights of the layers of heights."""
        from renovate_gui.app.gap_heights import freeze_ground

        return self._grounds.get(asked.key(_HEIGHTS), lambda: freeze_ground(asked.layers))

    def facts(self, asked: Asked) -> WayFacts | None:
        """Return what is known of the ways, planned links included: stairs, lifts, slopes, opening hours."""
        from renovate_gui.analysis.ways import way_facts

        ways, engine, network = self.ways(asked), self.engine(asked), self.network(asked)
        if ways is None or engine is None or network is None:
            return None
        key = (*_engine_key(asked), *asked.key(_HEIGHTS))
        existing = self._facts.get(
            key,
            lambda: way_facts(
                network, ways.kind, grade=ways.grade, hours=ways.hours, heights=self.ground(asked).model
            ),
        )
        if not asked.links:
            return existing
        return self._linked_facts.get(
            (*key, drawn(asked.links)),
            lambda: way_facts(
                engine.network,
                ways.kind,
                grade=ways.grade,
                hours=ways.hours,
                heights=self.ground(asked).model,
                base=existing,
            ),
        )

    def has_seconds(self, asked: Asked, walker: Walker, at: time | None) -> bool:
        """Return whether :meth:`seconds` of a walker is at hand; False also while another thread makes some."""
        return self._seconds.has(_seconds_key(asked, walker, at))

    def seconds(self, asked: Asked, walker: Walker, at: time | None) -> ReachEngine | None:
        """Return the reach engine in seconds of a walker, planned links included."""
        from renovate_gui.analysis.costs import in_seconds

        engine, facts = self.engine(asked), self.facts(asked)
        if engine is None or facts is None:
            return None
        return self._seconds.get(
            _seconds_key(asked, walker, at),
            lambda: engine.under(in_seconds(engine.network, facts, walker, at=at)),
        )


def _seconds_key(asked: Asked, walker: Walker, at: time | None) -> Key:
    return (*_engine_key(asked), *asked.key(_HEIGHTS), drawn(asked.links), walker, at)


def _engine_key(asked: Asked) -> Key:
    return (*asked.key(_WAYS), *asked.key(_PLACES | _ENTRANCES), asked.area)


class _Newest(Generic[V]):
    """The newest few values by key; two threads that ask at once make the value once."""

    def __init__(self, *, kept: int = _KEPT) -> None:
        self._lock = threading.Lock()
        self._most = kept
        self._kept: list[tuple[Key, V]] = []

    def has(self, key: Key) -> bool:
        """Return whether the value is kept; False also while another thread makes one."""
        if not self._lock.acquire(blocking=False):
            return False
        try:
            return any(own == key for own, _ in self._kept)
        finally:
            self._lock.release()

    def get(self, key: Key, make: Callable[[], V]) -> V:
        """Return the kept value, else make it."""
        with self._lock:
            for at, (own, value) in enumerate(self._kept):
                if own == key:
                    self._kept.insert(0, self._kept.pop(at))
                    return value
            value = make()
            self._kept.insert(0, (key, value))
            del self._kept[self._most :]
            return value


def inside(places: Places, asked: Asked) -> Places:
    """Return the places inside the wanted area."""
    import shapely

    from renovate_gui.geo.snapping import anchor_points

    shape = wanted_area(asked)
    if shape is None:
        return places
    shapely.prepare(shape)
    return places.only(np.asarray(shapely.intersects(anchor_points(places.geometry), shape)))


def wanted_area(asked: Asked) -> BaseGeometry | None:
    """Return the shape that limits the count, None for all; raise RequestError when there is no such area."""
    if asked.area == "all":
        return None
    if asked.area != "community":
        raise RequestError(tr("“{area}” is no area; choose “all” or “community”.", area=asked.area))
    shape = community_area(asked.layers)
    if shape is None:
        raise RequestError(tr("No study-area feature has the role “community”; count all buildings instead."))
    return shape


def drawn(proposals: tuple[Proposal, ...]) -> Key:
    """Return what a run reads of proposals; their description, money and status beyond 'rejected' do not matter."""
    return tuple(
        (p.uuid, p.kind, p.number, p.title, p.geometry.wkb if p.geometry else b"", p.capacity, p.replaces)
        for p in proposals
    )
