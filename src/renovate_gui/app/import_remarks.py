"""What is said of a layer's geometry at its import: its types, what is invalid, where it lies, how it got there."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from renovate_gui.app.placing import Placement
from renovate_gui.app.repairing import problem_words
from renovate_gui.app.terms import term
from renovate_gui.assets import tr
from renovate_gui.domain.roles import Datum, Role
from renovate_gui.geo import crs as systems
from renovate_gui.geo import datum as datums

if TYPE_CHECKING:
    pass

EXPECTED_TYPES: dict[Role, str] = {
    Role.PARCELS: "Polygon",
    Role.BUILDINGS: "Polygon",
    Role.ENTRANCES: "Point",
    Role.WALK_NETWORK: "LineString",
    Role.GRIDS: "Polygon",
    Role.STUDY_AREA: "Polygon",
    Role.DEMAND: "Point",
}
_GENERAL = {
    0: "Point",
    1: "LineString",
    2: "LineString",
    3: "Polygon",
    4: "Point",
    5: "LineString",
    6: "Polygon",
}


def remarks(kept: NDArray[np.object_], role: Role) -> list[str]:
    """Return what to say of mixed, unexpected and invalid geometries."""
    notes = []
    kinds = _kinds(kept)
    if len(kinds) > 1:
        parts = tr(", ").join(_counted(count, kind) for kind, count in kinds.most_common())
        notes.append(tr("Geometry types are mixed: {parts}.", parts=parts))
    expected = EXPECTED_TYPES.get(role)
    strays = sum(count for kind, count in kinds.items() if kind != expected)
    if expected is not None and strays:
        notes.append(
            tr(
                "{count} of {total} features are not {type}, as {role} should be; they are kept as they are.",
                count=strays,
                total=len(kept),
                type=_type_word(expected),
                role=term(role),
            )
        )
    invalid = np.flatnonzero(~shapely.is_valid(kept))
    if len(invalid):
        notes.append(
            tr(
                "{count} geometries are invalid (the first: {reason}); they are kept as they are until they are repaired.",
                count=len(invalid),
                reason=problem_words(kept[invalid[0]]),
            )
        )
    return notes


def far_away(kept: NDArray[np.object_], target: str) -> list[str]:
    """Say so when the middle feature lies well outside the area that the project's system is made for."""
    area = systems.parse(target).area_of_use
    if area is None:
        return []
    boxes = shapely.bounds(kept)
    x, y = np.median((boxes[:, 0] + boxes[:, 2]) / 2.0), np.median((boxes[:, 1] + boxes[:, 3]) / 2.0)
    lon, lat = systems.transform_point(float(x), float(y), target, systems.WGS84)
    near = 3.0  # the next zone is common practice and still good to some centimetres
    if area.west - near <= lon <= area.east + near and area.south - near <= lat <= area.north + near:
        return []
    return [
        tr(
            "The layer lies near {lon}°, {lat}°, far outside the area that {crs} is made for: check its coordinate system.",
            lon=f"{lon:.2f}",
            lat=f"{lat:.2f}",
            crs=target,
        )
    ]


def conversion(place: Placement, target: str) -> str:
    """Return in words how the coordinates came into the project's system."""
    steps = []
    if place.swap_axes:
        steps.append(tr("x and y exchanged"))
    if place.datum in {Datum.GCJ02, Datum.BD09}:
        steps.append(
            tr(
                "{datum} → WGS84 by the public formula, {n} iterations",
                datum=place.datum.value,
                n=datums.ITERATIONS,
            )
        )
    short = place.crs if len(place.crs) < 20 else systems.title(place.crs)
    if place.crs == target:
        steps.append(tr("{crs} kept as it is", crs=short))
    else:
        words = systems.description(place.crs, target)
        steps.append(tr("{source} → {target} by PROJ ({words})", source=short, target=target, words=words))
    return "; ".join(steps)


def general_type(geometry: NDArray[np.object_]) -> str:
    """Return Point, LineString, Polygon or Mixed."""
    kinds = _kinds(geometry)
    return next(iter(kinds)) if len(kinds) == 1 else "Mixed"


def _kinds(geometry: NDArray[np.object_]) -> Counter[str]:
    codes, counts = np.unique(shapely.get_type_id(geometry), return_counts=True)
    found: Counter[str] = Counter()
    for code, count in zip(codes.tolist(), counts.tolist(), strict=True):
        found[_GENERAL.get(code, "Mixed")] += count
    return found


def _counted(count: int, kind: str) -> str:
    """Return a number of geometries of one type."""
    words = {
        "Point": lambda: tr("{n} points", n=count),
        "LineString": lambda: tr("{n} lines", n=count),
        "Polygon": lambda: tr("{n} polygons", n=count),
    }
    return words.get(kind, lambda: tr("{n} collections", n=count))()


def _type_word(kind: str) -> str:
    words = {"Point": tr("points"), "LineString": tr("lines"), "Polygon": tr("polygons")}
    return words.get(kind, tr("collections"))
