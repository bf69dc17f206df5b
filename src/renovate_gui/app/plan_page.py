"""The review page's content from the plan: cards, maps, what to find one's way by."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
import shapely

from renovate_gui.app import plan_facts as plan
from renovate_gui.app.handouts import gap_for, whole_extent
from renovate_gui.app.plan_content import PlanContent
from renovate_gui.app.plan_data import heat_classes
from renovate_gui.assets import tr
from renovate_gui.domain.errors import DataError
from renovate_gui.domain.layer import LayerInfo, ObjectArray
from renovate_gui.domain.proposal import Photo, Proposal
from renovate_gui.domain.questions import Questions
from renovate_gui.domain.roles import Role
from renovate_gui.domain.scene import Scene, SceneHeat
from renovate_gui.domain.style import StyleKind
from renovate_gui.domain.verdict import GapResult, Measure
from renovate_gui.io.package.page import (
    PageContext,
    PageGap,
    PageHeat,
    PageNote,
    PagePhoto,
    PagePlan,
    PageProposal,
    PageSaid,
    assemble_page,
    page_payload,
)
from renovate_gui.io.package.texts import Phrase, Text

if TYPE_CHECKING:
    from renovate_gui.app.session import Session

MAX_BYTES = 10_000_000
_TOLERANCES_M = (0.0, 0.3, 1.0, 3.0)
_PHOTO_PX = 800
_FEW_PARCELS = 4_000


@dataclass(frozen=True, slots=True)
class Beside:
    """What the page says beside the plan.

    Attributes
    ----------
    questions
        What is asked beside the proposals.
    said
        Per number of a proposal what was said before and what was done; 0: about the plan as a whole.
    """

    questions: Questions = field(default_factory=Questions)
    said: Mapping[int, tuple[PageSaid, ...]] = field(default_factory=dict)


def beside(session: Session, content: PlanContent) -> Beside:
    """Return the questions of the project, and what was said to the package before with what was done about it.

    What was said of a proposal that no longer goes out stands with its number among what concerns the whole plan.
    """
    from renovate_gui.app.you_said import you_said

    numbers = {p.number for p in content.open_proposals}
    said: dict[int, tuple[PageSaid, ...]] = {}
    for row in you_said(session):
        is_there = row.number in numbers
        words = row.said if is_there else f"{row.number} · {row.said}"
        place = row.number if is_there else 0
        said[place] = (*said.get(place, ()), PageSaid(words, row.did, row.state))
    return Beside(session.asked.get(), said)


def write_review_page(
    content: PlanContent, scene: Scene, seal: str, more: Beside | None = None
) -> tuple[str, float]:
    """Return the page and the simplification it needed, in metres, to stay below 10 MB.

    Parameters
    ----------
    scene
        A scene with the heat on it, for the colours that screen and print use.
    more
        Questions and earlier answers; None: neither.
    """
    page = page_plan(content, scene, seal, more)
    for tolerance in _TOLERANCES_M:
        html = assemble_page(page_payload(page, tolerance_m=tolerance), title=page.community)
        if len(html.encode("utf-8")) <= MAX_BYTES:
            return html, tolerance
    raise DataError(
        tr("The review page would be larger than 10 MB; leave out photos or export a smaller area.")
    )


def page_plan(content: PlanContent, scene: Scene, seal: str, more: Beside | None = None) -> PagePlan:
    """Return everything on the page."""
    more = more or Beside()
    who = content.identity
    names = content.places.names
    is_public = who.distribution == "public"
    return PagePlan(
        package=who.package,
        version=who.version,
        key=who.key,
        community=who.community,
        until=who.reply_until,
        contact=who.contact,
        seal=seal,
        attribution="; ".join(content.attribution),
        language=who.language,
        crs=who.crs,
        bounds=whole_extent(content),
        buildings=content.places.geometry,
        building_names=None if is_public or not any(names) else names,
        proposals=tuple(_card(content, p, more.said.get(p.number, ())) for p in content.open_proposals),
        gaps=tuple(_gaps(content)),
        heat=_heat(content, scene),
        context=tuple(_context(content)),
        notes=tuple(PageNote(n.geometry, n.text) for n in content.notes if n.geometry is not None),
        remarks=tuple(
            t for t in (_scenario(content), plan.counted(content), *dict.fromkeys(content.remarks)) if t
        ),
        questions=more.questions,
        said=more.said.get(0, ()),
    )


def _scenario(content: PlanContent) -> Text:
    line = plan.scenario_line(content)
    return Phrase("Scenario: {line}.", {"line": line}) if line else ""


def _card(content: PlanContent, proposal: Proposal, said: tuple[PageSaid, ...]) -> PageProposal:
    behind = {"What", "Who gains"} | (set() if proposal.funds else {"How much, from whom"})
    facts = plan.facts(content, proposal)
    gap = gap_for(content, proposal)
    place = next((i for i, r in enumerate(content.gaps_planned) if r is gap), None)
    pictures = [p for p in content.photos if p.proposal == proposal.uuid][:2]
    gain = plan.gain_line(content, proposal)
    return PageProposal(
        id=str(proposal.uuid),
        number=proposal.number,
        geometry=proposal.geometry,
        title=plan.title_of(proposal),
        kind=plan.category_line(proposal),
        lead=plan.what(proposal),
        # the sum stands on the card, who pays which part behind the fold
        money=plan.cost_words(proposal) if proposal.cost is not None else plan.cost_and_funds(proposal),
        gain=Phrase("Who gains: {gain}", {"gain": gain}) if gain else "",
        facts=tuple(f for f in facts if not (isinstance(f[0], Phrase) and f[0].key in behind)),
        doubt=_doubt(content, proposal),
        photos=tuple(_photo(p) for p in pictures),
        # the maps with the proposals stand after all maps of today
        theme=-1 if place is None else len(content.gaps_today) + place,
        said=said,
    )


def _doubt(content: PlanContent, proposal: Proposal) -> Text:
    parts = [plan.doubt(plan.row_of(content, proposal))]
    if proposal.uuid in content.incomplete:
        parts.insert(0, Phrase("This proposal is not complete yet"))
    found = [p for p in parts if p]
    return plan.joined(found, "；", "; ") if len(found) > 1 else next(iter(found), "")


def _photo(photo: Photo) -> PagePhoto:
    """Return a picture small enough for a phone, pixels only."""
    from PIL import Image

    with Image.open(BytesIO(photo.data)) as opened:
        picture = opened.convert("RGB")
    picture.thumbnail((_PHOTO_PX, _PHOTO_PX))
    out = BytesIO()
    picture.save(out, "JPEG", quality=72, optimize=True)
    data = base64.b64encode(out.getvalue()).decode()
    return PagePhoto(f"data:image/jpeg;base64,{data}", photo.caption)


def _gaps(content: PlanContent) -> list[PageGap]:
    def named(title: Phrase) -> Text:
        if not content.is_community_only:
            return title
        return Phrase("{title} (the community only)", {"title": title})

    pages = [
        _gap(content, r, named(Phrase("{kind}, today", {"kind": plan.result_name(r)})))
        for r in content.gaps_today
    ]
    pages += [
        replace(
            _gap(content, r, named(Phrase("{kind}, with the proposals", {"kind": plan.result_name(r)}))),
            is_planned=True,
        )
        for r in content.gaps_planned
    ]
    return pages


def _gap(content: PlanContent, result: GapResult, title: Text) -> PageGap:
    rows = {int(i): n for n, i in enumerate(result.ids)}
    order = [rows.get(i, -1) for i in content.places.ids]
    is_network = result.measure is Measure.NETWORK
    measured = result.network_m if is_network else result.circle_m
    # a building that was not counted is unknown
    verdict = np.append(result.verdict, np.int8(4))[order]
    metres = np.append(measured, np.nan)[order]
    places, names = _facilities(content, result)
    return PageGap(
        result.kind,
        plan.result_name(result),
        title,
        result.limit_m,
        is_network,
        verdict,
        metres,
        places,
        names,
        served=Phrase("Within {limit}", {"limit": plan.limit_text(result)}),
    )


def _facilities(content: PlanContent, result: GapResult) -> tuple[ObjectArray, tuple[Text, ...]]:
    """Return the existing facilities of a result; planned ones are proposals and have their own marks."""
    shapes: list[object] = []
    names: list[Text] = []
    for name, key in zip(result.facility_names, result.facility_keys, strict=True):
        parts = key.split(":")
        if parts[0] != "layer" or len(parts) != 3:
            continue
        table = next((t for layer, t in content.tables.items() if str(layer) == parts[1]), None)
        if table is None:
            continue
        found = np.flatnonzero(table.ids == int(parts[2]))
        if len(found) and table.geometry[found[0]] is not None:
            shapes.append(shapely.point_on_surface(table.geometry[found[0]]))
            names.append(name or plan.result_name(result))
    out = np.empty(len(shapes), dtype=object)
    out[:] = shapes
    return out, tuple(names)


def _heat(content: PlanContent, scene: Scene) -> PageHeat | None:
    painted = next((i for i in scene.items if isinstance(i, SceneHeat)), None)
    if content.heat is None or painted is None:
        return None
    colours = dict(zip(painted.levels[:-1], painted.colours, strict=False))
    classes = tuple(
        (f"{lower:g}–{upper:g}", colours.get(lower, "#D55E00"), area)
        for lower, upper, area in heat_classes(content, content.heat)
    )
    title = Phrase("Needs: {what}", {"what": content.heat_title})
    return PageHeat(title, content.heat.unit, classes) if classes else None


def _context(content: PlanContent) -> list[PageContext]:
    layers = [
        PageContext("area", content.tables[info.id].geometry, fill="#EFEDE7")
        for info in content.of_role(Role.PARCELS)
        if info.feature_count <= _FEW_PARCELS and info.geometry_type == "Polygon"
    ]
    # water and green lie over the parcels: they are what one finds one's way by
    layers += [part for info in content.of_role(Role.BASEMAP) for part in _ground(content, info)]
    if len(content.surroundings):  # houses that are not counted are still what one finds one's way by
        layers.append(PageContext("area", content.surroundings, fill="#DDDAD2"))
    layers += [
        PageContext("line", content.tables[info.id].geometry, stroke="#FFFFFF", width=4.0)
        for info in content.of_role(Role.WALK_NETWORK)
    ]
    layers += [
        PageContext("area", content.tables[info.id].geometry, stroke="#5B6675", width=1.5, dash="6 5")
        for info in content.of_role(Role.STUDY_AREA)
    ]
    return layers


def _ground(content: PlanContent, info: LayerInfo) -> list[PageContext]:
    """Return the base map's areas (green, water …) in the colours the map gives them."""
    table = content.tables[info.id]
    if info.geometry_type != "Polygon" or len(table) > _FEW_PARCELS or not info.is_visible:
        return []
    style = info.style
    column = style.column or ""
    if style.kind is not StyleKind.CATEGORISED or column not in table.columns:
        fill = style.classes[0].symbol.fill if style.classes else None
        return [PageContext("area", table.geometry, fill=fill)] if fill else []
    values = np.empty(len(table), dtype=object)
    values[:] = [None if v is None else str(v) for v in table.columns[column]]
    return [
        PageContext("area", table.geometry[values == c.value], fill=c.symbol.fill)
        for c in style.classes
        if c.is_visible and c.value is not None and c.symbol.fill and (values == c.value).any()
    ]
