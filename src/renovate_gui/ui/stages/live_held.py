"""What a person can take in hand on the map, where it came from, and what becomes of it when it is let go."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from renovate_gui.app.live_way import way_title
from renovate_gui.app.measures import Effect, link_ways, measure_title, measure_type
from renovate_gui.app.session import Session
from renovate_gui.app.trials import FacilityTrial, keep_facility
from renovate_gui.assets import tr
from renovate_gui.domain.ids import LayerId, Uuid
from renovate_gui.domain.proposal import Proposal
from renovate_gui.domain.roles import Role
from renovate_gui.domain.verdict import GapResult, Measure
from renovate_gui.ui.stages.live_port import CapacityOf, Change, FacilityAs, LinkAs, PlaceAt, Without

_PROPOSAL, _LAYER, _NEW = "proposal:", "layer:", "new:"


@dataclass(frozen=True, slots=True)
class Held:
    """A thing in hand.

    Attributes
    ----------
    key
        ``proposal:<uuid>``, ``layer:<layer id>:<feature id>`` or ``new:<kind>``.
    kind
        The facility kind, or the measure of a link; empty for a surveyed way.
    start
        Where and what it was; None of a new thing.
    is_trial
        It is surveyed data, or is only being tried: nothing is stored without a question.
    places
        Places of a facility before anything was tried, NaN unknown.
    """

    key: str
    kind: str
    title: str
    geometry: BaseGeometry | None
    start: Change | None
    is_trial: bool
    places: float = float("nan")

    @property
    def way(self) -> str:
        """Return the class of the link, empty for a facility."""
        return link_ways().get(self.kind, "")

    @property
    def facility_kind(self) -> str:
        """Return the facility's kind, empty for a link."""
        return "" if self.way else self.kind

    @property
    def uuid(self) -> Uuid | None:
        """Return which proposal it is, None for anything else."""
        return Uuid(self.key.removeprefix(_PROPOSAL)) if self.key.startswith(_PROPOSAL) else None

    @property
    def feature(self) -> tuple[LayerId, int] | None:
        """Return which feature of which layer it is, None for anything else."""
        if not self.key.startswith(_LAYER):
            return None
        layer, _, feature = self.key.removeprefix(_LAYER).partition(":")
        return LayerId(int(layer)), int(feature)

    @property
    def is_surveyed_way(self) -> bool:
        """Return whether it is a surveyed way, which can only be left out."""
        return not self.kind

    @property
    def is_new(self) -> bool:
        """Return whether it is only being drawn."""
        return self.key.startswith(_NEW)

    def moved_by(self, dx: float, dy: float) -> Change:
        """Return the change that moves it from where it began by so many metres."""
        geometry = self.geometry
        assert geometry is not None
        if self.way:
            return LinkAs(_moved(geometry, dx, dy), self.way)
        point = shapely.point_on_surface(geometry)  # of a point the point itself
        return PlaceAt(point.x + dx, point.y + dy)

    @property
    def home(self) -> PlaceAt | None:
        """Return where a facility stood before anything was tried; None for a link and for a new thing."""
        if self.geometry is None or not self.facility_kind:
            return None
        point = shapely.point_on_surface(self.geometry)
        return PlaceAt(point.x, point.y)

    def joined(self, before: Change | None, change: Change) -> Change:
        """Return a further change of the same trial: what was moved keeps its places, what was enlarged its place."""
        home = self.home
        if home is None or before is None or not isinstance(change, PlaceAt | CapacityOf):
            return change
        place, capacity = parts_of(before)
        if isinstance(change, PlaceAt):
            is_alone = capacity is None and not isinstance(before, Without)
            return change if is_alone else FacilityAs(change, capacity or CapacityOf(self.places))
        is_alone = place is None and not isinstance(before, Without)
        return change if is_alone else FacilityAs(place or home, change)

    def plain(self, change: Change) -> Change:
        """Return a change without the part that is as it was before."""
        if not isinstance(change, FacilityAs):
            return change
        if change.place == self.home:
            return change.capacity
        return change.place if self._has(change.capacity) else change

    def _has(self, capacity: CapacityOf) -> bool:
        """Return whether it had these places before, not known included."""
        return bool(np.array_equal([capacity.value], [self.places], equal_nan=True))

    def is_as_before(self, change: Change | None) -> bool:
        """Return whether a change leaves everything as it was."""
        if change is None or change == self.start:
            return True
        plain = self.plain(change)
        return plain == self.home or (isinstance(plain, CapacityOf) and self._has(plain))

    def ghost(self, change: Change | None) -> BaseGeometry | None:
        """Return its shape on the map under a change."""
        if isinstance(change, LinkAs):
            return change.geometry
        if isinstance(change, FacilityAs):
            change = change.place
        if isinstance(change, PlaceAt):
            if self.geometry is None or self.geometry.geom_type == "Point":
                return shapely.Point(change.x, change.y)
            home = shapely.point_on_surface(self.geometry)
            return _moved(self.geometry, change.x - home.x, change.y - home.y)
        return None if isinstance(change, Without) else self.geometry

    def store(self, session: Session, change: Change) -> None:
        """Store a proposal as it was left: one step of the history."""
        if self.uuid is None:
            return
        proposal, change = session.proposals.get(self.uuid), self.plain(change)
        if isinstance(change, FacilityAs):
            title = tr("Move proposal {n} and change its places", n=proposal.number)
            shape, value = self.ghost(change), change.capacity.value
            session.proposals.update(replace(proposal, geometry=shape, capacity=value), title=title)
        elif isinstance(change, CapacityOf):
            title = tr("Proposal {n}: {what}", n=proposal.number, what=tr("Capacity (places)"))
            session.proposals.update(replace(proposal, capacity=change.value), title=title)
        elif isinstance(change, Without):
            session.proposals.delete(self.uuid)
        else:
            ghost = self.ghost(change)
            if ghost is not None:
                session.proposals.set_geometry(self.uuid, ghost)


def held_proposal(proposal: Proposal, *, of_capacity: bool = False) -> Held | None:
    """Return a proposal taken in hand; None when it changes no distance."""
    kind, geometry = measure_type(proposal.kind), proposal.geometry
    if kind is None or kind.effect is Effect.NONE or geometry is None or geometry.is_empty:
        return None
    title = proposal.title or measure_title(proposal.kind)
    places = np.nan if proposal.capacity is None else float(proposal.capacity)
    held = Held(f"{_PROPOSAL}{proposal.uuid}", proposal.kind, title, geometry, None, False, places)
    start: Change = CapacityOf(places)
    return replace(held, start=start if of_capacity else held.moved_by(0.0, 0.0))


def held_facility(
    session: Session, result: GapResult, feature: tuple[LayerId, int], *, of_capacity: bool = False
) -> Held | None:
    """Return a surveyed facility taken in hand for a trial; None when the result does not count it."""
    layer_id, feature_id = feature
    key = f"{_LAYER}{layer_id}:{feature_id}"
    if key not in result.facility_keys:
        return None
    table = session.layers.table(layer_id)
    geometry = table.geometry[np.flatnonzero(table.ids == feature_id)[0]]
    name = result.facility_names[result.facility_keys.index(key)]
    places = capacity_of(session, feature)
    held = Held(key, result.kind, name, geometry, None, True, places)
    start: Change = CapacityOf(places) if of_capacity else held.moved_by(0.0, 0.0)
    return replace(held, start=start)


def held_way(session: Session, result: GapResult, feature: tuple[LayerId, int]) -> Held | None:
    """Return a surveyed way to be tried without; None for anything else, and where straight lines decide."""
    layer_id, feature_id = feature
    info = next((i for i in session.layers.of_role(Role.WALK_NETWORK) if i.id == layer_id), None)
    if info is None or result.measure is not Measure.NETWORK:
        return None
    table = session.layers.table(layer_id)
    row = np.flatnonzero(table.ids == feature_id)
    if len(row) == 0 or table.geometry[row[0]] is None:
        return None
    key = f"{_LAYER}{layer_id}:{feature_id}"
    return Held(
        key, "", way_title(session, layer_id, feature_id), table.geometry[row[0]], None, is_trial=True
    )


def held_new(kind: str) -> Held:
    """Return a thing that is only being drawn."""
    return Held(f"{_NEW}{kind}", kind, measure_title(kind), None, None, is_trial=True)


def capacity_of(session: Session, feature: tuple[LayerId, int]) -> float:
    """Return the places of a surveyed facility, NaN when its layer does not say."""
    layer_id, feature_id = feature
    places, ids = session.layers.field(layer_id, "capacity"), session.layers.table(layer_id).ids
    row = np.flatnonzero(ids == feature_id)
    if places is None or len(row) == 0:
        return float("nan")
    try:
        return float(places[row[0]])
    except (TypeError, ValueError):
        return float("nan")


def trial_of(held: Held, change: Change) -> FacilityTrial | None:
    """Return the trial in the words of the project, None when a proposal cannot say it."""
    feature, ghost = held.feature, held.ghost(change)
    if feature is None or held.way or held.geometry is None:
        return None
    places, change = held.places, held.plain(change)
    known = places if np.isfinite(places) else None
    if isinstance(change, FacilityAs):
        at = shapely.Point(change.place.x, change.place.y)
        return FacilityTrial(feature, held.kind, held.title, at, change.capacity.value)
    if isinstance(change, CapacityOf):
        more = change.value - places if known is not None else change.value
        at = shapely.point_on_surface(held.geometry)
        return FacilityTrial(feature, held.kind, held.title, at, more) if more > 0 else None
    if isinstance(change, PlaceAt) and ghost is not None:
        at = shapely.Point(change.x, change.y)
        return FacilityTrial(feature, held.kind, held.title, at, known)
    return None


def keep(session: Session, trial: FacilityTrial, *, closes_old: bool) -> Proposal:
    """Make the trial a proposal."""
    return keep_facility(session, trial, closes_old=closes_old)


def _moved(geometry: BaseGeometry, dx: float, dy: float) -> BaseGeometry:
    moved: BaseGeometry = shapely.transform(geometry, lambda xy: xy + np.array((dx, dy)))
    return moved


def parts_of(change: Change | None) -> tuple[PlaceAt | None, CapacityOf | None]:
    """Return the place and the places that a change says, None what it does not say."""
    if isinstance(change, FacilityAs):
        return change.place, change.capacity
    return (
        change if isinstance(change, PlaceAt) else None,
        change if isinstance(change, CapacityOf) else None,
    )


def held_selected(
    session: Session,
    result: GapResult,
    selection: tuple[str, tuple[object, ...]],
    *,
    of_capacity: bool = False,
) -> Held | None:
    """Return the one selected thing if the judged service depends on it: a facility of the kind, or a link."""
    key, ids = selection
    if len(ids) != 1:
        return None
    if key == "proposals":
        proposal = next((p for p in session.proposals.all() if p.uuid == ids[0]), None)
        held = held_proposal(proposal, of_capacity=of_capacity) if proposal is not None else None
        return held if held is not None and held.facility_kind in {"", result.kind} else None
    number = key.removeprefix(_LAYER)
    if key.startswith(_LAYER) and number.isdigit() and isinstance(ids[0], (int, np.integer)):
        feature = (LayerId(int(number)), int(ids[0]))
        held = held_facility(session, result, feature, of_capacity=of_capacity)
        return held if held is not None or of_capacity else held_way(session, result, feature)
    return None
