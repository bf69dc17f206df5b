"""What became of an object's place and shape, in words and metres; and how lengths and areas read."""

from __future__ import annotations

from collections import Counter

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from renovate_gui.app.measuring import area_m2, length_m
from renovate_gui.assets import tr

_SAME_M = 0.005
"""Half a centimetre: what differs by less is the same place."""

Words = tuple[str, str, str]


def length_words(metres: float) -> str:
    """Return a length as people write it: ``85 m``, ``1.24 km``."""
    if metres < 1:
        return f"{metres:.2f} m"
    if metres < 100:
        return f"{metres:.1f} m"
    return f"{metres:,.0f} m" if metres < 10_000 else f"{metres / 1000:,.2f} km"


def area_words(square_metres: float) -> str:
    """Return an area as people write it: ``120 m²``, ``3.42 ha``."""
    if square_metres < 10_000:
        return f"{square_metres:,.1f} m²" if square_metres < 100 else f"{square_metres:,.0f} m²"
    return f"{square_metres / 1e4:,.2f} ha" if square_metres < 1e7 else f"{square_metres / 1e6:,.2f} km²"


def shape_words(before: BaseGeometry | None, after: BaseGeometry | None, crs: str) -> tuple[Words, ...]:
    """Return ``(label, before, after)`` of what is different between two geometries; empty when nothing is.

    Parameters
    ----------
    before, after
        Geometries in the project's CRS (metres); None where there is none.
    crs
        The project's CRS: lengths and areas are measured on the ellipsoid. Empty: in the plane.
    """
    if before is None or after is None:
        return _one_sided(before, after, crs)
    if shapely.equals_identical(before, after):
        return ()
    moved = moved_by(before, after)
    if moved is not None:
        return ((tr("Place"), "", tr("moved by {length}", length=length_words(moved))),)
    lines: list[Words] = []
    was, is_now = _size(before, crs), _size(after, crs)
    if was != is_now:
        lines.append((was[0] if was[0] == is_now[0] else tr("Shape"), was[1], is_now[1]))
    lines.append(_vertices(before, after))
    return tuple(lines)


def _one_sided(before: BaseGeometry | None, after: BaseGeometry | None, crs: str) -> tuple[Words, ...]:
    geometry = after if after is not None else before
    if geometry is None or geometry.is_empty:
        return ()
    label, size = _size(geometry, crs)
    return ((label, size, ""),) if after is None else ((label, "", size),)


def _size(geometry: BaseGeometry, crs: str) -> tuple[str, str]:
    """Return what is measured of a geometry, and its measure."""
    if shapely.get_dimensions(geometry) >= 2:
        return tr("Area size"), area_words(area_m2(geometry, crs))
    if shapely.get_dimensions(geometry) == 1:
        return tr("Length"), length_words(length_m(geometry, crs))
    points = shapely.get_num_coordinates(geometry)
    return tr("Place"), tr("a point") if points == 1 else tr("{n} points", n=f"{points:,}")


def moved_by(before: BaseGeometry, after: BaseGeometry) -> float | None:
    """Return how far a geometry was moved in metres when its shape stayed as it was, else None."""
    one, two = shapely.get_coordinates(before), shapely.get_coordinates(after)
    if before.geom_type != after.geom_type or one.shape != two.shape or len(one) == 0:
        return None
    by = two - one
    if np.abs(by - by.mean(axis=0)).max() > _SAME_M:
        return None
    return float(np.hypot(*by.mean(axis=0)))


def _vertices(before: BaseGeometry, after: BaseGeometry) -> Words:
    one, two = _corners(before), _corners(after)
    n_before, n_after = one.total(), two.total()
    gone, new = (one - two).total(), (two - one).total()
    changed = min(gone, new)
    parts = [
        words
        for n, words in (
            (changed, tr("{n} moved", n=f"{changed:,}")),
            (new - changed, tr("{n} added", n=f"{new - changed:,}")),
            (gone - changed, tr("{n} taken out", n=f"{gone - changed:,}")),
        )
        if n
    ]
    said = tr(", ").join(parts)
    after_words = tr("{n}: {what}", n=f"{n_after:,}", what=said) if said else f"{n_after:,}"
    return tr("Vertices"), f"{n_before:,}", after_words


def _corners(geometry: BaseGeometry) -> Counter[tuple[float, float]]:
    """Return the vertices to the centimetre; a ring's last one, which repeats its first, does not count."""
    found: Counter[tuple[float, float]] = Counter()
    for part in shapely.get_parts(geometry):
        if part.geom_type == "Polygon":
            for ring in (part.exterior, *part.interiors):
                found.update(_rounded(shapely.get_coordinates(ring)[:-1]))
        else:
            found.update(_rounded(shapely.get_coordinates(part)))
    return found


def _rounded(xy: np.ndarray) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in np.round(xy, 2)]
