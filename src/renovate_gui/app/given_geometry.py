"""GeoJSON geometries as they are given: read strictly, kept so that the same text comes back."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import shapely
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

from renovate_gui.assets import tr
from renovate_gui.domain.errors import RequestError
from renovate_gui.geo.crs import parse, transform

_DEPTH = {
    "Point": 0,
    "MultiPoint": 1,
    "LineString": 1,
    "MultiLineString": 2,
    "Polygon": 2,
    "MultiPolygon": 3,
}
_DEEPEST = 50  # collections nested beyond this are a trap, not data


def read_geojson(value: object, own_crs: str, crs: str | None) -> tuple[BaseGeometry | None, str | None]:
    """Return a given geometry, and its text where the geometry alone could not give it back word for word.

    Parameters
    ----------
    value
        A GeoJSON geometry object, or None.
    own_crs, crs
        The project's coordinate system (may be empty) and the one the numbers are in; None: the project's own.
    """
    if value is None:
        return None, None
    geometry = _shape(value)
    if crs is not None:
        moved = _into_project(geometry, own_crs, crs)
        if moved is not None:
            return moved, None
    return geometry, _kept_text(geometry, value)


def write_geojson(geometry: BaseGeometry | None, given: str | None) -> Any:
    """Return the GeoJSON geometry object: the given text if it was kept, else made of the geometry."""
    if given is not None:
        return json.loads(given)
    return None if geometry is None else json.loads(json.dumps(mapping(geometry)))  # tuples become lists


def _into_project(geometry: BaseGeometry, own: str, crs: str) -> BaseGeometry | None:
    """Return the geometry in the project's system, or None when it is given in that system already."""
    if not own:
        raise RequestError(
            tr("The project has no coordinate system yet, so “{crs}” cannot be converted.", crs=crs[:80])
        )
    if parse(crs) == parse(own):
        return None
    array = np.empty(1, dtype=object)
    array[0] = geometry
    moved: BaseGeometry = transform(array, crs, own)[0]
    if not shapely.is_empty(moved) and not all(map(math.isfinite, moved.bounds)):
        raise RequestError(tr("The geometry lies outside what the project's coordinate system can show."))
    return moved


def _shape(value: object) -> BaseGeometry:
    try:
        return shape(_checked(value, 0))
    except (shapely.errors.ShapelyError, ValueError, TypeError, IndexError, OverflowError) as error:
        raise RequestError(
            tr("The geometry is not valid GeoJSON: {reason}.", reason=_reason(error))
        ) from error


def _reason(error: Exception) -> str:
    return " ".join(str(error).split()).rstrip(".")[:120]


def _checked(value: object, level: int) -> dict[str, Any]:
    """Return a geometry object with positions of two or three finite numbers; raise ValueError when it is none."""
    if not isinstance(value, Mapping) or level > _DEEPEST:
        raise ValueError(tr("not a geometry object"))
    kind = value.get("type")
    if kind == "GeometryCollection":
        parts = value.get("geometries")
        if not isinstance(parts, list):
            raise ValueError(tr("a collection needs a list of geometries"))
        return {"type": kind, "geometries": [_checked(part, level + 1) for part in parts]}
    if not isinstance(kind, str) or kind not in _DEPTH:
        raise ValueError(tr("unknown geometry type"))
    coordinates = value.get("coordinates")
    if not isinstance(coordinates, list):
        raise TypeError(tr("“coordinates” must be a list"))
    positions = _positions(coordinates, _DEPTH[kind])
    if kind.startswith("Multi"):  # an empty part says nothing, and the geometry library refuses it
        positions = [part for part in positions if _has_numbers(part)]
    is_flat = _least_size(positions) < 3  # positions of mixed length are kept flat, and word for word beside
    return {"type": kind, "coordinates": _cut(positions, 2 if is_flat else 3)}


def _has_numbers(value: object) -> bool:
    return any(map(_has_numbers, value)) if isinstance(value, list) else True


def _least_size(value: list[Any]) -> int:
    """Return the length of the shortest position; 3 when there is none."""
    if value and not isinstance(value[0], list):
        return len(value)
    return min((_least_size(part) for part in value if part), default=3)


def _cut(value: list[Any], size: int) -> list[Any]:
    """Return the positions with at most ``size`` numbers each."""
    if value and isinstance(value[0], list):
        return [_cut(part, size) for part in value]
    return value[:size]


def _positions(value: object, depth: int) -> list[Any]:
    """Return the numbers as floats; raise when they are not nested ``depth`` lists deep."""
    if not isinstance(value, list):
        raise TypeError(tr("“coordinates” are nested wrongly"))
    if depth:
        return [_positions(part, depth - 1) for part in value]
    if value and len(value) < 2:
        raise ValueError(tr("a position needs two numbers"))
    for number in value:
        if isinstance(number, bool) or not isinstance(number, int | float) or not math.isfinite(number):
            raise ValueError(tr("a position needs finite numbers"))
    return [float(number) for number in value]


def _kept_text(geometry: BaseGeometry, value: object) -> str | None:
    """Return the given text, or None when the geometry gives back the same."""
    try:
        given = json.dumps(value, sort_keys=True, allow_nan=False)
        own = json.dumps(mapping(geometry), sort_keys=True)  # 1 and 1.0 differ
        return None if own == given else json.dumps(value)
    except (TypeError, ValueError, RecursionError) as error:
        raise RequestError(
            tr("The geometry is not valid GeoJSON: {reason}.", reason=_reason(error))
        ) from error
