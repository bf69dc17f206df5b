"""The atlas: one sheet for each building or stairwell, saying where it is, what is near, what is planned near it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from renovate_gui.app import plan_facts as plan
from renovate_gui.app import sheet_parts as parts
from renovate_gui.app.form_homes import homes_in_register
from renovate_gui.app.gap_words import minutes_words
from renovate_gui.app.handouts import compose_handout, printed_request, whole_extent
from renovate_gui.app.package_parts import PartContext, PartResult
from renovate_gui.app.plan_content import PlanContent
from renovate_gui.app.plan_scene import printed_scene
from renovate_gui.app.ports import Sheet, SheetText
from renovate_gui.assets import tr
from renovate_gui.domain.errors import RequestError
from renovate_gui.domain.proposal import Proposal
from renovate_gui.domain.scene import LegendEntry, Scene, SceneLayer
from renovate_gui.domain.style import Symbol
from renovate_gui.domain.verdict import GapResult, Measure
from renovate_gui.io.package.texts import say

if TYPE_CHECKING:
    from renovate_gui.app.scenes import Scenes
    from renovate_gui.app.session import Session

BUILDINGS, STAIRWELLS = "buildings", "stairwells"
ATLASES = ("", BUILDINGS, STAIRWELLS)
NEAR_M = 300.0
"""What is planned this near in a straight line is about five minutes' walk away (1 m/s); a planning default of ours."""
_AROUND_M = 260.0
_HERE = Symbol(fill=None, stroke="#111111", stroke_px=4.0)


@dataclass(frozen=True, slots=True)
class Door:
    """One sheet: a building by its row among the counted places, and a stairwell of it or an empty text."""

    row: int
    name: str
    stairwell: str = ""


def atlas(context: PartContext) -> PartResult:
    """Write ``atlas.pdf`` when it is asked for; no number of residents stands in it."""
    wanted = context.request.atlas
    if not wanted:
        return PartResult()
    if wanted not in ATLASES:
        raise RequestError(tr("“{word}” is no atlas; choose buildings or stairwells.", word=wanted))
    doors, notes = doors_of(context.content, context.session, wanted)
    if not doors:
        return PartResult(notes)
    context.check()
    sheets = tuple(compose_atlas(context.content, context.session.scenes, doors))
    paper = context.request.papers[0]
    handout = compose_handout(context.content, sheets, paper=paper, seal=context.seal)
    context.printer.print_handout(replace(handout, title=tr("Your building")), context.folder / "atlas.pdf")
    return PartResult(notes, manifest={"atlas": {"of": wanted, "sheets": len(sheets)}})


def doors_of(content: PlanContent, session: Session, wanted: str) -> tuple[tuple[Door, ...], tuple[str, ...]]:
    """Return what gets a sheet, by name, and sentences on what gets none."""
    places = content.places
    named = {name: row for row, name in enumerate(places.names) if name}
    if wanted == BUILDINGS:
        nameless = len(places.names) - sum(bool(n) for n in places.names)
        doors = tuple(Door(row, n) for row, n in enumerate(places.names) if n)
        missing = tr("{n} buildings without a name have no sheet in the atlas.", n=nameless)
        return tuple(sorted(doors, key=lambda d: (len(d.name), d.name))), ((missing,) if nameless else ())
    homes = homes_in_register(session.project)
    doors = tuple(Door(named[h.building], h.building, h.stairwell) for h in homes if h.building in named)
    lost = sorted({h.building for h in homes} - set(named))
    if not homes:
        return (), (tr("There is no atlas: the register of owners names no stairwell."),)
    notes = tr("Not on the map, so not in the atlas: {names}.", names=tr(", ").join(lost[:8]))
    return doors, ((notes,) if lost else ())


def compose_atlas(content: PlanContent, scenes: Scenes, doors: Sequence[Door]) -> Iterator[Sheet]:
    """Yield one sheet for each door, in order."""
    base = printed_scene(content, scenes, printed_request(content))
    index = parts.index_map(content, base, whole_extent(content))
    for number, door in enumerate(doors):
        shape = content.places.geometry[door.row]
        if shape is None or shape.is_empty:
            continue
        near = _near(content, shape)
        yield Sheet(
            title=_title(door),
            subtitle=" · ".join((content.identity.community, content.identity.date)),
            scene=_with_here(base, shape, number),
            extent=_around(shape),
            facts=(*_services(content, door.row), _planned(near)),
            listed=tuple((p.number, say(plan.title_of(p), content.identity.language)) for p, _ in near),
            index=index,
        )


def _title(door: Door) -> str:
    if door.stairwell:
        return tr("Your building: {name}, stairwell {stairwell}", name=door.name, stairwell=door.stairwell)
    return tr("Your building: {name}", name=door.name)


def _around(shape: shapely.Geometry) -> tuple[float, float, float, float]:
    x, y = shapely.centroid(shape).coords[0]
    return (x - _AROUND_M, y - _AROUND_M, x + _AROUND_M, y + _AROUND_M)


def _with_here(base: Scene, shape: shapely.Geometry, number: int) -> Scene:
    """Return the map with the building in a strong outline."""
    geometry = np.empty(1, dtype=object)
    geometry[0] = shapely.buffer(shape, 2.0)
    here = SceneLayer(
        "here", "", number + 1, np.zeros(1, np.int64), geometry, np.zeros(1, np.int16), (_HERE,),
        (LegendEntry(tr("Your building"), _HERE, "polygon"),),
    )  # fmt: skip
    return replace(base, items=(*base.items, here))


def _near(content: PlanContent, shape: shapely.Geometry) -> list[tuple[Proposal, float]]:
    found = [
        (p, float(p.geometry.distance(shape)))
        for p in content.open_proposals
        if p.geometry is not None and not p.geometry.is_empty
    ]
    return sorted(((p, d) for p, d in found if d <= NEAR_M), key=lambda pair: pair[0].number)


def _planned(near: list[tuple[Proposal, float]]) -> SheetText:
    label = tr("Planned near you")
    if not near:
        return SheetText(label, tr("Nothing within {m} m in a straight line.", m=f"{NEAR_M:g}"))
    words = tr("{n} proposals within {m} m in a straight line, about five minutes' walk: see the numbers on the map.", n=len(near), m=f"{NEAR_M:g}")  # fmt: skip
    return SheetText(label, words)


def _services(content: PlanContent, row: int) -> tuple[SheetText, ...]:
    """Return for each judged kind the nearest place with metres and minutes."""
    language = content.identity.language
    return tuple(
        SheetText(say(plan.result_name(r), language), _nearest(r, content.places.ids[row]))
        for r in content.gaps_today
    )


def _nearest(result: GapResult, place: int) -> str:
    rows = np.flatnonzero(result.ids == place)
    if len(rows) == 0:
        return tr("not known")
    row = int(rows[0])
    is_walked = result.measure is Measure.NETWORK
    metres = float((result.network_m if is_walked else result.circle_m)[row])
    name = int(result.nearest[row])
    if np.isnan(metres):
        return tr("not known")
    if name < 0 or not np.isfinite(metres):
        return tr("none that can be reached")
    values = {"name": result.facility_names[name], "m": f"{round(metres, -1):,.0f}"}
    if not is_walked:
        return tr("{name}: about {m} m in a straight line", **values)
    minutes = float(result.minutes[row]) if len(result.minutes) else np.nan
    if not np.isfinite(minutes):
        return tr("{name}: about {m} m on foot", **values)
    return tr("{name}: about {m} m on foot, {minutes} minutes", **values, minutes=minutes_words(minutes))
