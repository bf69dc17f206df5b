"""Where something could stand: vacant rooms, public land, any layer, a grid; less what is ruled out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from renovate_gui.analysis.kinds import facility_kinds
from renovate_gui.app.gap_inputs import community_area, headcounts, texts
from renovate_gui.assets import tr
from renovate_gui.domain.errors import RequestError
from renovate_gui.domain.layer import LayerInfo, LayerTable, ObjectArray
from renovate_gui.domain.roles import Role
from renovate_gui.geo.snapping import anchor_points

if TYPE_CHECKING:
    from renovate_gui.app.gap_inputs import AnyLayers
    from renovate_gui.app.siting_request import SitingRequest
    from renovate_gui.domain.proposal import Proposal

VACANT = ("vacant", "idle", "unused", "empty", "闲置", "空置", "空闲")
"""Words of a facility's status (or kind) that say a room stands empty."""

LAND = (
    "vacant", "brownfield", "greenfield", "public", "civic", "government", "reserve",
    "闲置", "空地", "公共", "公服", "储备", "机关团体",
)  # fmt: skip
"""Words of a polygon's use that say land may be had for a public service."""

_USE_COLUMNS = ("use", "landuse", "用地", "用途", "用地性质")
MOST = 5000
SAME_PLACE_M = 5.0
"""So near to a proposed facility a candidate is the same place (a planning default of ours)."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """Places where something could stand, parallel.

    Attributes
    ----------
    area_m2
        Floor or ground, NaN unknown.
    weight
        How suitable, 0 to 1.
    excluded
        How many more there were that exclusions ruled out.
    """

    keys: tuple[str, ...]
    titles: tuple[str, ...]
    points: ObjectArray
    area_m2: NDArray[np.float64]
    weight: NDArray[np.float64]
    excluded: int = 0

    def __len__(self) -> int:
        return len(self.keys)

    def only(self, keep: NDArray[np.bool_]) -> Candidates:
        """Return the marked ones; the others count as ruled out."""
        rows = np.flatnonzero(keep).tolist()
        return Candidates(
            tuple(self.keys[i] for i in rows),
            tuple(self.titles[i] for i in rows),
            self.points[keep],
            self.area_m2[keep],
            self.weight[keep],
            self.excluded + len(self) - len(rows),
        )


def candidates_of(layers: AnyLayers, request: SitingRequest) -> Candidates:
    """Return where the request looks; raise RequestError when there is nothing, or nothing is left."""
    found = _found(layers, request)
    if len(found) == 0:
        raise RequestError(_nothing(request.candidates))
    left = _without_excluded(layers, _told_apart(found), request.exclude)
    if len(left) == 0:
        raise RequestError(
            tr(
                "All {n} candidate places are ruled out by {layers}; take an exclusion away or choose other candidates.",
                n=f"{len(found):,}",
                layers=", ".join(request.exclude),
            )
        )
    return left


def taken_by(found: Candidates, planned: Sequence[Proposal]) -> NDArray[np.bool_]:
    """Return which candidates a proposed facility stands on: within 5 m, as drawings of one room may differ so much."""
    codes = {kind.code for kind in facility_kinds()}
    shapes = [p.geometry for p in planned if p.kind in codes and p.geometry and not p.geometry.is_empty]
    taken = np.zeros(len(found), dtype=bool)
    if shapes:
        tree = shapely.STRtree(shapes)
        taken[tree.query(found.points, predicate="dwithin", distance=SAME_PLACE_M)[0]] = True
    return taken


def _told_apart(found: Candidates) -> Candidates:
    """Return the candidates with a number behind a name that several of them have."""
    often, seen, titles = Counter(found.titles), Counter[str](), []
    for title in found.titles:
        seen[title] += 1
        titles.append(f"{title} ({seen[title]})" if often[title] > 1 else title)
    return replace(found, titles=tuple(titles))


def _nothing(source: str) -> str:
    if source == "vacant":
        return tr(
            "No facility layer has a vacant room (status “vacant” or 闲置); mark some, or choose land, a grid or a layer."
        )
    if source == "land":
        return tr("No polygon layer has vacant or public land by its use; choose a grid, rooms or a layer.")
    if source == "grid":
        return tr("There is no area to lay a grid over; import a study area or buildings.")
    return tr("The layer “{layer}” has nothing with a place on the map.", layer=source.partition(":")[2])


def _found(layers: AnyLayers, request: SitingRequest) -> Candidates:
    source = request.candidates
    if source == "vacant":
        return _vacant(layers, request)
    if source == "land":
        return _land(layers, request)
    if source == "grid":
        return _grid(layers, request.cell_m)
    kind, _, name = source.partition(":")
    if kind != "layer" or not name:
        words = tr(
            "“{source}” is no source of candidates; choose vacant, land, grid or layer:NAME.", source=source
        )
        raise RequestError(words)
    info = _layer(layers, name)
    table = layers.table(info.id)
    return _of_layer(layers, info, table, np.ones(len(table), dtype=bool), request)


def _layer(layers: AnyLayers, name: str) -> LayerInfo:
    found = next((i for i in layers.all() if name in {i.name, str(i.uuid)}), None)
    if found is None:
        names = ", ".join(i.name for i in layers.all())
        raise RequestError(tr("There is no layer “{layer}”; choose one of {names}.", layer=name, names=names))
    return found


def _vacant(layers: AnyLayers, request: SitingRequest) -> Candidates:
    parts = []
    for info in layers.of_role(Role.FACILITIES):
        table = layers.table(info.id)
        status = texts(layers.field(info.id, "status"), len(table))
        kind = texts(layers.field(info.id, "kind"), len(table))
        is_vacant = np.array([_has(s, VACANT) or _has(k, VACANT) for s, k in zip(status, kind, strict=True)])
        parts.append(_of_layer(layers, info, table, is_vacant.astype(bool), request))
    return _joined(parts)


def _land(layers: AnyLayers, request: SitingRequest) -> Candidates:
    parts = []
    for info in layers.all():
        if "Polygon" not in info.geometry_type or info.role is Role.BUILDINGS:
            continue
        table = layers.table(info.id)
        column = info.field_map.get("use") or next((c for c in _USE_COLUMNS if c in table.columns), None)
        if column is None or column not in table.columns:
            continue
        use = texts(table.columns[column], len(table))
        parts.append(
            _of_layer(layers, info, table, np.array([_has(u, LAND) for u in use], dtype=bool), request)
        )
    return _joined(parts)


def _has(value: str, words: tuple[str, ...]) -> bool:
    low = value.lower()
    return any(word in low for word in words)


def _of_layer(
    layers: AnyLayers, info: LayerInfo, table: LayerTable, keep: NDArray[np.bool_], request: SitingRequest
) -> Candidates:
    has_place = ~(shapely.is_missing(table.geometry) | shapely.is_empty(table.geometry))
    rows = np.flatnonzero(keep & has_place)
    shapes = table.geometry[rows]
    names = texts(layers.field(info.id, "name") if "name" in info.field_map else None, len(table))
    codes = texts(layers.field(info.id, "code") if "code" in info.field_map else None, len(table))
    titles = tuple(names[i] or codes[i] or f"{info.name} {i + 1}" for i in rows)
    return Candidates(
        tuple(f"layer:{info.id}:{table.ids[i]}" for i in rows),
        titles,
        _inside(shapes),
        _areas(table, rows, shapes),
        _weights(info, table, rows, request.weight_column),
    )


def _inside(shapes: ObjectArray) -> ObjectArray:
    """Return a point for each shape: itself, else one inside."""
    is_polygon = shapely.get_dimensions(shapes) == 2
    return np.where(is_polygon, shapely.point_on_surface(shapes), anchor_points(shapes))


def _areas(table: LayerTable, rows: NDArray[np.int64], shapes: ObjectArray) -> NDArray[np.float64]:
    """Return square metres: of a column that says so, else of the polygon, else unknown."""
    column = next((c for c in ("area_m2", "floor_area_m2", "面积", "建筑面积") if c in table.columns), None)
    drawn = np.where(shapely.get_dimensions(shapes) == 2, shapely.area(shapes), np.nan)
    if column is None:
        return drawn
    stated = headcounts(table.columns[column][rows])
    return np.where(np.isfinite(stated), stated, drawn)


def _weights(info: LayerInfo, table: LayerTable, rows: NDArray[np.int64], column: str) -> NDArray[np.float64]:
    if not column:
        return np.ones(len(rows))
    if column not in table.columns:
        raise RequestError(
            tr("“{layer}” has no column “{column}” for suitability.", layer=info.name, column=column)
        )
    values = headcounts(table.columns[column][rows])
    if np.any(values[np.isfinite(values)] > 1.0):
        raise RequestError(
            tr("The suitability column “{column}” must hold numbers from 0 to 1.", column=column)
        )
    return np.where(np.isfinite(values), values, 0.0)


def _joined(parts: list[Candidates]) -> Candidates:
    points = np.empty(sum(len(p) for p in parts), dtype=object)
    points[:] = [g for p in parts for g in p.points]
    return Candidates(
        tuple(k for p in parts for k in p.keys),
        tuple(t for p in parts for t in p.titles),
        points,
        np.concatenate([p.area_m2 for p in parts]) if parts else np.zeros(0),
        np.concatenate([p.weight for p in parts]) if parts else np.zeros(0),
    )


def _grid(layers: AnyLayers, cell_m: float) -> Candidates:
    if not 5 <= cell_m <= 5000:
        raise RequestError(tr("The grid's spacing must be 5 to 5,000 m."))
    area = study_area(layers)
    if area is None:
        return _joined([])
    x0, y0, x1, y1 = area.bounds
    count = (int((x1 - x0) / cell_m) + 1) * (int((y1 - y0) / cell_m) + 1)
    if count > 40 * MOST:
        raise RequestError(_too_many(count))
    xs, ys = np.meshgrid(_steps(x0, x1, cell_m), _steps(y0, y1, cell_m))
    points: ObjectArray = np.asarray(shapely.points(xs.ravel(), ys.ravel()), dtype=object)
    shapely.prepare(area)
    points = points[shapely.intersects(area, points)]
    if len(points) > MOST:
        raise RequestError(_too_many(len(points)))
    titles = tuple(tr("Grid point {n}", n=i) for i in range(1, len(points) + 1))
    keys = tuple(f"grid:{i}" for i in range(1, len(points) + 1))
    return Candidates(keys, titles, points, np.full(len(points), np.nan), np.ones(len(points)))


def _steps(low: float, high: float, step: float) -> NDArray[np.float64]:
    """Return values a step apart in the middle of a span, at least one."""
    count = int((high - low) / step) + 1
    first = low + (high - low - (count - 1) * step) / 2
    return np.asarray(first + step * np.arange(count), dtype=np.float64)


def _too_many(count: int) -> str:
    return tr(
        "The grid would have {n} points, more than {most}; widen its spacing.",
        n=f"{count:,}",
        most=f"{MOST:,}",
    )


def study_area(layers: AnyLayers) -> BaseGeometry | None:
    """Return the community, else the study area, else the hull of what is counted; None without any."""
    found = community_area(layers)
    if found is not None:
        return found
    for role in (Role.STUDY_AREA, Role.BUILDINGS, Role.PARCELS):
        shapes: list[Any] = [
            g for i in layers.of_role(role) for g in layers.table(i.id).geometry if g is not None
        ]
        if shapes:
            whole = (
                shapely.union_all(shapes) if role is Role.STUDY_AREA else shapely.GeometryCollection(shapes)
            )
            return whole if role is Role.STUDY_AREA and whole.area > 0 else whole.convex_hull
    return None


def _without_excluded(layers: AnyLayers, found: Candidates, exclude: tuple[str, ...]) -> Candidates:
    for entry in exclude:
        name, away_m = _entry(layers, entry)
        info = _layer(layers, name)
        shapes = layers.table(info.id).geometry
        shapes = shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]
        tree = shapely.STRtree(shapes)
        near = tree.query(found.points, predicate="dwithin", distance=max(away_m, 1e-9))
        keep = np.ones(len(found), dtype=bool)
        keep[near[0]] = False
        found = found.only(keep)
    return found


def _entry(layers: AnyLayers, entry: str) -> tuple[str, float]:
    """Return layer and distance of ``NAME`` or ``NAME:50``; a layer may have a colon in its own name."""
    if any(entry in {i.name, str(i.uuid)} for i in layers.all()):
        return entry, 0.0
    name, _, metres = entry.rpartition(":")
    try:
        return (name, float(metres)) if name else (entry, 0.0)
    except ValueError:
        return entry, 0.0
