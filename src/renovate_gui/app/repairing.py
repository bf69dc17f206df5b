"""Repairing invalid geometries: an action of its own, undoable, told feature by feature in the passport."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from renovate_gui.app.survey import RepairPreview
from renovate_gui.assets import tr
from renovate_gui.domain.passport import Repair
from renovate_gui.geo import crs as systems

if TYPE_CHECKING:
    from renovate_gui.app.layers import Layers
    from renovate_gui.domain.ids import LayerId
    from renovate_gui.domain.layer import LayerTable
    from renovate_gui.store.project import Project


@dataclass(frozen=True, slots=True)
class _Mend:
    """One geometry before and after."""

    feature_id: int
    problem: str
    change: str
    geometry: BaseGeometry


def problem_words(geometry: BaseGeometry) -> str:
    """Return what is wrong with a geometry, and where in the project's coordinates."""
    reason, _, place = shapely.is_valid_reason(geometry).partition("[")
    known = {
        "Self-intersection": tr("its outline crosses itself"),
        "Ring Self-intersection": tr("its outline touches itself"),
        "Hole lies outside shell": tr("a hole lies outside"),
        "Holes are nested": tr("holes lie in one another"),
        "Nested shells": tr("parts lie in one another"),
        "Duplicate Rings": tr("the same outline stands twice"),
        "Interior is disconnected": tr("its inside falls apart"),
        "Too few points in geometry component": tr("it has too few points"),
    }
    words = known.get(reason.strip(), reason.strip())
    return f"{words} ({place.rstrip(']')})" if place else words


def previews(table: LayerTable, crs: str) -> tuple[RepairPreview, ...]:
    """Return what a repair would change."""
    return tuple(RepairPreview(m.feature_id, m.problem, m.change) for m in _mends(table, crs))


def repair(project: Project, layers: Layers, layer_id: LayerId) -> int:
    """Repair all invalid geometries of a layer in one action; return how many changed."""
    info = layers.get(layer_id)
    mends = _mends(layers.table(layer_id), project.meta("crs"))
    if not mends:
        return 0
    with project.action(tr("Repair {n} geometries of “{name}”", n=len(mends), name=info.name)) as writer:
        for mend in mends:
            writer.set_geometry(layer_id, mend.feature_id, mend.geometry)
        if info.passport is not None:
            done = tuple(Repair(mend.feature_id, mend.problem, mend.change) for mend in mends)
            writer.put_layer(
                replace(info, passport=replace(info.passport, repairs=(*info.passport.repairs, *done)))
            )
    return len(mends)


def _mends(table: LayerTable, crs: str) -> list[_Mend]:
    present = ~shapely.is_missing(table.geometry)
    bad = np.flatnonzero(present & ~shapely.is_valid(table.geometry))
    if not len(bad):
        return []
    before = table.geometry[bad]
    after = np.empty(len(bad), dtype=object)
    after[:] = [_mended(geometry) for geometry in before]
    areas = zip(systems.geodesic_area_m2(before, crs), systems.geodesic_area_m2(after, crs), strict=True)
    return [
        _Mend(int(table.ids[row]), problem_words(old), _change(old, new, float(was), float(now)), new)
        for row, old, new, (was, now) in zip(bad, before, after, areas, strict=True)
        if new is not None
    ]


def _mended(geometry: BaseGeometry) -> BaseGeometry | None:
    """Make it valid and keep its dimension: a polygon stays a polygon, crumbs of lines and points fall away."""
    valid = shapely.make_valid(geometry)
    dimension = shapely.get_dimensions(geometry)
    if valid.geom_type == "GeometryCollection":
        parts = [part for part in shapely.get_parts(valid) if shapely.get_dimensions(part) == dimension]
        flat = [piece for part in parts for piece in shapely.get_parts(part)]
        if not flat:
            return None
        valid = flat[0] if len(flat) == 1 else shapely.union_all(flat)
    if shapely.get_dimensions(valid) != dimension or valid.is_empty:
        return None  # nothing of its kind is left: the feature is for a person to look at
    return valid


def _change(old: BaseGeometry, new: BaseGeometry, was: float, now: float) -> str:
    parts = tr(
        "{before} → {after} parts", before=len(shapely.get_parts(old)), after=len(shapely.get_parts(new))
    )
    if shapely.get_dimensions(old) < 2:
        return parts
    return tr("area {before} m² → {after} m², {parts}", before=f"{was:.1f}", after=f"{now:.1f}", parts=parts)
