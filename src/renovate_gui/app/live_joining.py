"""Does the thing in hand join the network, and how steep is it? One sentence for each thing a person cannot see.

A facility far from every way, and a stair that ends a few metres short of the street, look right on the map and serve
nobody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from renovate_gui.analysis.links import is_lift
from renovate_gui.app.live import LiveGap
from renovate_gui.app.live_facility import FacilityGap
from renovate_gui.app.live_link import LinkGap
from renovate_gui.app.live_link_window import Steepness
from renovate_gui.app.measures import link_ways
from renovate_gui.assets import tr
from renovate_gui.domain.ids import Uuid
from renovate_gui.domain.roles import Role
from renovate_gui.domain.shapes import together
from renovate_gui.geo.linking import LOOSE_END_M

if TYPE_CHECKING:
    from renovate_gui.app.session import Session

_FLAT_M = 0.05
"""A rise that no survey tells from none."""


def sentences(gesture: LiveGap) -> tuple[str, ...]:
    """Return what a person must know of how the thing stands in the last frame; nothing where straight lines decide."""
    if isinstance(gesture, FacilityGap):
        said = of_facility(gesture)
        return (said,) if said else ()
    return of_link(gesture) if isinstance(gesture, LinkGap) else ()


def of_facility(gesture: FacilityGap) -> str:
    """Return that a facility joins nothing and how far the nearest way is, empty when it joins."""
    apart = gesture.apart_m()
    if np.isnan(apart):
        return ""
    if np.isinf(apart):
        return tr("There is no walking network here: it joins nothing.")
    return tr("{n} m from the nearest path: it joins nothing.", n=f"{apart:,.0f}")


def of_link(gesture: LinkGap) -> tuple[str, ...]:
    """Return which end of a link does not join, and how steep it is."""
    link = gesture.link
    if link is None or gesture.lines is None or shapely.is_empty(link.geometry):
        return ()
    said = open_end_words(gaps(link.geometry, gesture.lines))
    steep = gesture.steepness()
    return tuple(s for s in (said, "" if steep is None else steep_words(link.way, steep)) if s)


def loose_ends(session: Session, uuid: Uuid) -> str:
    """Return which ends of a proposed way join neither the walking network nor another proposed way; empty: both do."""
    links = [p for p in session.proposals.of() if p.kind in link_ways() and p.geometry is not None]
    own = next((p.geometry for p in links if p.uuid == uuid), None)
    if own is None or shapely.is_empty(own):
        return ""
    others = np.array([p.geometry for p in links if p.uuid != uuid], dtype=object)
    drawn = [session.layers.table(i.id).geometry for i in session.layers.of_role(Role.WALK_NETWORK)]
    return open_end_words(gaps(own, together([*drawn, others])))


def gaps(line: BaseGeometry, lines: NDArray[np.object_]) -> tuple[float, float]:
    """Return how far the first and the last point of a line are from the nearest of other lines, metres."""
    xy = shapely.get_coordinates(line)
    near = [shapely.distance(lines, shapely.Point(at)) for at in (xy[0], xy[-1])]
    first, last = (float(np.nanmin(m)) if len(m) else float("inf") for m in near)
    return first, last


def open_end_words(gaps_m: tuple[float, float]) -> str:
    """Return which ends are farther from every way than a loose end may be, empty when both join."""
    first, last = gaps_m
    is_open = (first > LOOSE_END_M, last > LOOSE_END_M)
    if not any(is_open):
        return ""
    if not np.isfinite(max(first, last)):
        return tr("There is no walking network here: it joins nothing.")
    if all(is_open):
        return tr(
            "Neither end joins a path: {a} m at its start, {b} m at its end.",
            a=f"{first:.1f}",
            b=f"{last:.1f}",
        )
    if is_open[0]:
        return tr("Its start does not join: {n} m from the nearest path.", n=f"{first:.1f}")
    return tr("Its end does not join: {n} m from the nearest path.", n=f"{last:.1f}")


def steep_words(way: str, steep: Steepness) -> str:
    """Return how steep a link is; a lift only rises."""
    rise, length = abs(steep.rise_m), steep.length_m
    if np.isnan(rise):
        return tr("How steep it is is not known: no heights here.")
    if is_lift([way])[0]:
        return tr("It rises {h} m.", h=f"{rise:.1f}")
    if rise < _FLAT_M or length <= 0:
        return tr("Level over {n} m.", n=f"{length:,.0f}")
    return tr(
        "Rises {h} m over {n} m: {percent} % (1 in {one}).",
        h=f"{rise:.1f}",
        n=f"{length:,.0f}",
        percent=f"{100 * rise / length:.1f}",
        one=f"{length / rise:.0f}" if length >= 10 * rise else f"{length / rise:.1f}",
    )
