"""What the gap analysis counts, frozen from the open project: places, people, facilities, network, area."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from renovate_gui.analysis.kinds import Classified, classify, facility_kinds, with_sizes
from renovate_gui.analysis.links import is_stairs
from renovate_gui.app.gap_heights import without_odd_heights
from renovate_gui.app.measures import link_ways
from renovate_gui.assets import tr
from renovate_gui.domain.errors import RequestError
from renovate_gui.domain.facility import AgeBasis
from renovate_gui.domain.ids import LayerId
from renovate_gui.domain.layer import LayerInfo, LayerTable, ObjectArray
from renovate_gui.domain.proposal import Proposal, ProposalStatus, places_from
from renovate_gui.domain.roles import Role
from renovate_gui.domain.shapes import together

if TYPE_CHECKING:
    from renovate_gui.app.layers import Layers
    from renovate_gui.app.people_estimate import Estimate

AnyLayers: TypeAlias = "Layers | FrozenLayers"
"""The project's layers, or what they were when a run was asked for."""

_CLOSED_WORDS = ("closed", "disused", "abandoned", "planned", "proposed", "construction")
_CLOSED_ZH = ("停用", "关闭", "停业", "撤销", "拆除", "规划", "拟建", "在建", "筹建")
_STEEPEST_WAY = 1.5  # steeper than any ladder street: a number in per cent without its sign, or an error
_COMMUNITY_WORDS = frozenset({"community", "社区", "社区范围"})


@dataclass(frozen=True, slots=True)
class Places:
    """The counted features: buildings, or parcels when there are no buildings."""

    layer: LayerInfo
    ids: NDArray[np.int64]
    geometry: ObjectArray
    names: NDArray[Any] | None
    codes: NDArray[Any] | None
    people: Mapping[AgeBasis, NDArray[np.float64]]
    other_layers: tuple[str, ...]  # further layers of the same role, which are not counted
    estimate: Estimate | None = None  # what of ``people`` is shared out from totals

    def title(self, row: int) -> str:
        """Return what a feature is called: its name, its code, or what it is and its number."""
        for column in (self.names, self.codes):
            words = texts(column[row : row + 1], 1)[0] if column is not None else ""
            if words:
                return self._numbered(words) if words.isdecimal() else words
        return self._numbered(str(self.ids[row]))

    def _numbered(self, number: str) -> str:
        """Return what a bare number is the number of."""
        if self.layer.role is Role.PARCELS:
            return tr("Parcel (no. {id})", id=number)
        return tr("Building (no. {id})", id=number)

    def only(self, keep: NDArray[np.bool_]) -> Places:
        """Return the marked features alone."""
        cut = replace(self, ids=self.ids[keep], geometry=self.geometry[keep])
        names = None if self.names is None else self.names[keep]
        codes = None if self.codes is None else self.codes[keep]
        people = {b: v[keep] for b, v in self.people.items()}
        estimate = None if self.estimate is None else self.estimate.only(keep)
        return replace(cut, names=names, codes=codes, people=people, estimate=estimate)

    def estimates(self, basis: AgeBasis) -> bool:
        """Return whether the people of an age group are estimated."""
        return self.estimate is not None and basis in self.estimate.people


@dataclass(frozen=True, slots=True)
class Services:
    """All facilities, existing and planned, as parallel tuples."""

    geometry: ObjectArray
    names: tuple[str, ...]
    keys: tuple[str, ...]
    classified: tuple[Classified, ...]
    classes: tuple[str, ...]  # value of the kind column, for notes
    is_closed: NDArray[np.bool_]
    capacity: NDArray[np.float64]  # places; NaN not stated
    has_layer: bool
    odd_capacity: frozenset[str] = frozenset()  # keys of those whose number of places is none, such as −5
    replaced: frozenset[str] = frozenset()  # keys of those that close with a proposal

    def of_kind(self, code: str) -> NDArray[np.int64]:
        """Return the rows of facilities of a kind that are in service and have a place."""
        is_kind = np.array([code in c.codes for c in self.classified], dtype=bool)
        has_place = ~(shapely.is_missing(self.geometry) | shapely.is_empty(self.geometry))
        return np.flatnonzero(is_kind & has_place & ~self.is_closed)


@dataclass(frozen=True, slots=True)
class Ways:
    """Lines of the walking network and proposed links, existing ones first in all that is parallel to them.

    Attributes
    ----------
    existing
        Lines as imported, with z where they have it.
    kind
        What each way is, in the words of the data.
    grade
        Its slope, rise over run from first to last vertex; NaN where not stated.
    hours
        When it is open ("06:00-22:00"), empty for always.
    """

    existing: ObjectArray
    links: ObjectArray
    kind: tuple[object, ...]
    grade: NDArray[np.float64]
    hours: tuple[str, ...]
    link_titles: tuple[tuple[int, str], ...] = ()  # number and title of each link's proposal
    left_out: tuple[tuple[str, int], ...] = ()  # layers with heights that are none on land, and how many

    def is_stairs(self, source: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return which rows mean stairs; legs between links and the network (negative) do not."""
        return is_stairs([self.kind[i] if i >= 0 else None for i in source])


@dataclass(frozen=True, slots=True)
class FrozenLayers:
    """The registry as it was when a run was asked for; tables are read when the run needs them, in its own thread."""

    infos: tuple[LayerInfo, ...]
    read: Callable[[LayerId], LayerTable]

    def all(self) -> tuple[LayerInfo, ...]:
        """Return the layers."""
        return self.infos

    def of_role(self, role: Role) -> tuple[LayerInfo, ...]:
        """Return the layers of a role."""
        return tuple(info for info in self.infos if info.role == role)

    def table(self, layer_id: LayerId) -> LayerTable:
        """Return a layer's features."""
        return self.read(layer_id)

    def field(self, layer_id: LayerId, name: str) -> Any:
        """Return the column mapped to a role field, or None."""
        info = next(info for info in self.infos if info.id == layer_id)
        column = info.field_map.get(name)
        return None if column is None else self.table(layer_id).columns.get(column)


def counted_layer(layers: AnyLayers) -> tuple[LayerInfo, tuple[str, ...]]:
    """Return the layer that is counted and the names of others of its role; raise RequestError when there is none."""
    for role in (Role.BUILDINGS, Role.PARCELS):
        found = [info for info in layers.of_role(role) if info.feature_count > 0]
        if found:
            largest = max(found, key=lambda info: info.feature_count)
            return largest, tuple(info.name for info in found if info is not largest)
    raise RequestError(
        tr("There are neither buildings nor parcels to count; import one of them and set its role.")
    )


def has_places(layers: AnyLayers) -> bool:
    """Return whether there is anything to count."""
    return any(i.feature_count > 0 for r in (Role.BUILDINGS, Role.PARCELS) for i in layers.of_role(r))


def freeze_places(layers: AnyLayers) -> Places:
    """Return what is counted; raise RequestError when there are neither buildings nor parcels."""
    info, others = counted_layer(layers)
    table = layers.table(info.id)
    names, codes = (layers.field(info.id, f) for f in ("name", "code"))
    people = {}
    for basis in AgeBasis:
        values = layers.field(info.id, basis.value)
        if values is not None:
            people[basis] = headcounts(values)
    return Places(info, table.ids, table.geometry, names, codes, people, others)


def headcounts(values: NDArray[Any]) -> NDArray[np.float64]:
    """Return counts as numbers; text that is no number, and negative numbers, are missing (NaN)."""
    if values.dtype.kind in "biuf":
        numbers = values.astype(np.float64)
    else:
        numbers = np.array([_number(v) for v in values], dtype=np.float64)
    return np.where(np.isfinite(numbers) & (numbers >= 0), numbers, np.nan)


def _number(value: object) -> float:
    try:
        return float(str(value).replace(",", "").replace("，", ""))  # thousands are often written 1,234
    except ValueError:
        return math.nan


def texts(values: NDArray[Any] | None, count: int) -> tuple[str, ...]:
    """Return a column as texts, empty where missing or absent; whole numbers without a decimal point."""
    if values is None:
        return ("",) * count
    return tuple(text_of(v) for v in values)


def text_of(value: object) -> str:
    """Return a value as text, empty where missing; a code that was read as a number has no decimal point."""
    if value is None:
        return ""
    if isinstance(value, float):
        if math.isnan(value):
            return ""
        return f"{value:.0f}" if value.is_integer() else str(float(value))
    return str(value).strip()


def freeze_services(layers: AnyLayers) -> Services:
    """Return the facilities of all facility layers."""
    geometry: list[Any] = []
    names: list[str] = []
    keys: list[str] = []
    classes: list[str] = []
    closed: list[bool] = []
    capacity: list[NDArray[np.float64]] = [np.zeros(0)]
    site_m2: list[NDArray[np.float64]] = [np.zeros(0)]
    odd: set[str] = set()
    found = layers.of_role(Role.FACILITIES)
    for info in found:
        table = layers.table(info.id)
        own = {f: texts(layers.field(info.id, f), len(table)) for f in ("name", "kind", "status")}
        geometry.extend(table.geometry)
        names.extend(own["name"])
        classes.extend(own["kind"])
        closed.extend(_is_closed(s) for s in own["status"])
        places = layers.field(info.id, "capacity")
        capacity.append(np.full(len(table), np.nan) if places is None else places_in(places))
        site_m2.append(site_areas(layers, info))
        own_keys = [f"layer:{info.id}:{i}" for i in table.ids]
        keys.extend(own_keys)
        if places is not None:
            is_odd = np.isnan(capacity[-1]) & np.array([text_of(v) != "" for v in places], dtype=bool)
            odd.update(own_keys[i] for i in np.flatnonzero(is_odd))
    return Services(
        _objects(geometry),
        tuple(names),
        tuple(keys),
        with_sizes(classify(classes, names), np.concatenate(site_m2)),
        tuple(classes),
        np.array(closed, dtype=bool),
        np.concatenate(capacity),
        has_layer=bool(found),
        odd_capacity=frozenset(odd),
    )


def places_in(values: NDArray[Any]) -> NDArray[np.float64]:
    """Return numbers of places; what is no number from 0 up is not known (NaN). Text "30" is 30."""
    if values.dtype.kind == "b":
        return np.full(len(values), np.nan)
    if values.dtype.kind in "iuf":
        return headcounts(values)
    found = [places_from(v) for v in values]
    return np.array([math.nan if v is None else v for v in found], dtype=np.float64)


def site_areas(layers: AnyLayers, info: LayerInfo) -> NDArray[np.float64]:
    """Return the site area of each facility, m²: its column, else its outline's (in the plane); NaN for points."""
    drawn = shapely.area(layers.table(info.id).geometry)
    outline = np.where(drawn > 0, drawn, np.nan)
    stated = layers.field(info.id, "site_area_m2")
    if stated is None:
        return outline
    own = headcounts(stated)
    return np.where(own > 0, own, outline)


def with_planned(services: Services, proposals: tuple[Proposal, ...]) -> Services:
    """Return the facilities with the proposals that are facilities."""
    codes = {k.code for k in facility_kinds()}
    planned = [p for p in proposals if p.kind in codes]
    titles = tuple(
        tr("Proposal {number}: {title}", number=p.number, title=p.title).rstrip(" :：") for p in planned
    )
    return Services(
        np.concatenate([services.geometry, _objects([p.geometry for p in planned])]),
        services.names + titles,
        services.keys + tuple(f"proposal:{p.uuid}" for p in planned),
        services.classified + tuple(Classified(frozenset({p.kind})) for p in planned),
        services.classes + ("",) * len(planned),
        np.concatenate([services.is_closed, np.zeros(len(planned), dtype=bool)]),
        np.concatenate([services.capacity, [np.nan if p.capacity is None else p.capacity for p in planned]]),
        has_layer=services.has_layer,
        odd_capacity=services.odd_capacity | {f"proposal:{p.uuid}" for p in planned if p.has_odd_capacity},
        replaced=services.replaced,
    )


def without_replaced(services: Services, proposals: tuple[Proposal, ...], layers: AnyLayers) -> Services:
    """Return the facilities with those closed that proposals replace; the survey itself stays as it is."""
    ids = {str(info.uuid): info.id for info in layers.all()}
    named = [p.replaces for p in proposals if p.replaces is not None]
    replaced = frozenset(f"layer:{ids[layer]}:{feature}" for layer, feature in named if layer in ids)
    if not replaced:
        return services
    is_replaced = np.array([key in replaced for key in services.keys], dtype=bool)
    return replace(services, is_closed=services.is_closed | is_replaced, replaced=replaced)


def _is_closed(status: str) -> bool:
    low = status.lower()
    return any(word in low for word in _CLOSED_WORDS) or any(word in status for word in _CLOSED_ZH)


def has_network(layers: AnyLayers) -> bool:
    """Return whether there is a walking network to measure on."""
    return any(info.feature_count > 0 for info in layers.of_role(Role.WALK_NETWORK))


def way_rows(layers: AnyLayers, keys: Collection[str]) -> NDArray[np.int64]:
    """Return the rows of :attr:`Ways.existing` that some ways are; raise RequestError when one is not there any more."""
    first, rows = 0, []
    for info in layers.of_role(Role.WALK_NETWORK):
        if info.feature_count > 0:
            ids = layers.table(info.id).ids
            rows += [first + i for i, own in enumerate(ids) if f"layer:{info.id}:{own}" in keys]
            first += len(ids)
    if len(rows) < len(keys):
        raise RequestError(tr("A way that is tried as closed is not in the walking network any more."))
    return np.array(rows, dtype=np.int64)


def freeze_ways(layers: AnyLayers) -> Ways | None:
    """Return the walking network's lines, or None when there is no network layer."""
    odd: list[tuple[str, int]] = []
    geometry: list[ObjectArray] = []
    kind: list[object] = []
    hours: list[str] = []
    grade: list[NDArray[np.float64]] = [np.zeros(0)]
    found = [info for info in layers.of_role(Role.WALK_NETWORK) if info.feature_count > 0]
    for info in found:
        table = layers.table(info.id)
        way, slope = (layers.field(info.id, f) for f in ("way", "grade"))
        lines, bad = without_odd_heights(table.geometry)
        geometry.append(lines)
        odd += [(info.name, bad)] if bad else []
        kind.extend([None] * len(table) if way is None else way)
        hours.extend(texts(layers.field(info.id, "hours"), len(table)))
        grade.append(np.full(len(table), np.nan) if slope is None else grades(slope))
    if not found:
        return None
    return Ways(
        together(geometry),
        _objects([]),
        tuple(kind),
        np.concatenate(grade),
        tuple(hours),
        left_out=tuple(odd),
    )


def grades(values: NDArray[Any]) -> NDArray[np.float64]:
    """Return slopes as rise over run; texts may say per cent (``8%``); beyond ±1.5 they are no slopes of a way (NaN)."""
    if values.dtype.kind in "biuf":
        numbers = values.astype(np.float64)
    else:
        numbers = np.array([_grade(v) for v in values], dtype=np.float64)
    with np.errstate(invalid="ignore"):
        return np.where(np.abs(numbers) <= _STEEPEST_WAY, numbers, np.nan)


def _grade(value: object) -> float:
    words = str(value).strip().replace("％", "%")
    if words.endswith("%"):
        return _number(words[:-1]) / 100.0
    return _number(words)


def with_links(ways: Ways, links: tuple[Proposal, ...]) -> Ways:
    """Return the network's lines with planned links."""
    way_of_kind = link_ways()
    return replace(
        ways,
        links=_objects([p.geometry for p in links]),
        kind=ways.kind + tuple(way_of_kind[p.kind] for p in links),
        grade=np.concatenate([ways.grade, np.full(len(links), np.nan)]),
        hours=ways.hours + ("",) * len(links),
        link_titles=tuple((p.number, p.title) for p in links),
    )


def planned_links(proposals: tuple[Proposal, ...]) -> tuple[Proposal, ...]:
    """Return the proposals that are links of the network."""
    kinds = link_ways()
    return tuple(p for p in proposals if p.kind in kinds)


def counting_proposals(proposals: tuple[Proposal, ...]) -> tuple[Proposal, ...]:
    """Return the proposals that can change reach: facilities and links that were not rejected."""
    codes = {k.code for k in facility_kinds()} | set(link_ways())
    return tuple(
        p
        for p in proposals
        if p.kind in codes and p.status is not ProposalStatus.REJECTED and p.geometry is not None
    )


def community_area(layers: AnyLayers) -> BaseGeometry | None:
    """Return the union of study-area features whose role is the community, or None."""
    shapes: list[Any] = []
    for info in layers.of_role(Role.STUDY_AREA):
        shapes.extend(layers.table(info.id).geometry[community_rows(layers, info)])
    return shapely.union_all(_objects(shapes)) if shapes else None


def community_rows(layers: AnyLayers, info: LayerInfo) -> NDArray[np.int64]:
    """Return the rows of a study-area layer that are communities and have a shape."""
    roles = layers.field(info.id, "role")
    if roles is None:
        return np.zeros(0, dtype=np.int64)
    shapes = layers.table(info.id).geometry
    is_one = [isinstance(r, str) and r.strip().lower() in _COMMUNITY_WORDS for r in roles]
    return np.flatnonzero(np.array(is_one, dtype=bool) & ~shapely.is_missing(shapes))


def touched_roles() -> frozenset[Role]:
    """Return the roles whose features the analysis reads."""
    return frozenset(
        {
            Role.BUILDINGS,
            Role.PARCELS,
            Role.ENTRANCES,
            Role.FACILITIES,
            Role.WALK_NETWORK,
            Role.STUDY_AREA,
            Role.HEIGHTS,
        }
    )


def layer_signature(
    layers: AnyLayers, roles: frozenset[Role] | None = None
) -> tuple[tuple[LayerId, str, tuple[tuple[str, str], ...]], ...]:
    """Return what the registry says about the layers that count, to see whether an action changed it.

    ``roles`` None: all roles that the analysis reads.
    """
    wanted = touched_roles() if roles is None else roles
    return tuple(
        (info.id, info.role.value, tuple(sorted(info.field_map.items())))
        for info in layers.all()
        if info.role in wanted
    )


def all_shapes(layers: AnyLayers, role: Role) -> ObjectArray:
    """Return the shapes of all layers of a role, one after the other."""
    return together([layers.table(info.id).geometry for info in layers.of_role(role)])


def _objects(items: list[Any]) -> ObjectArray:
    array = np.empty(len(items), dtype=object)
    array[:] = items
    return array
