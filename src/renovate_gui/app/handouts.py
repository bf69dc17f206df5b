"""The printed handout: an overview, the needs, one sheet per analysed kind, one sheet per proposal."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from renovate_gui.app import plan_changes
from renovate_gui.app import plan_facts as plan
from renovate_gui.app import sheet_parts as further
from renovate_gui.app.charts import charts_of
from renovate_gui.app.gap_words import places_words
from renovate_gui.app.heat_run import outside_words
from renovate_gui.app.measures import Effect, effect_of
from renovate_gui.app.people_estimate import error_words
from renovate_gui.app.plan_content import ANSWERS, PlanContent
from renovate_gui.app.plan_scene import printed_scene
from renovate_gui.app.ports import Handout, Sheet, SheetText
from renovate_gui.app.reach_chart import reach_chart
from renovate_gui.app.report_out import indicator_page, statement_text
from renovate_gui.app.scenes import SceneRequest
from renovate_gui.app.terms import term
from renovate_gui.assets import current_language, tr
from renovate_gui.domain.heat import HeatGrid
from renovate_gui.domain.layer import ObjectArray
from renovate_gui.domain.layout import Layout
from renovate_gui.domain.proposal import Proposal
from renovate_gui.domain.report import Report
from renovate_gui.domain.roles import Role
from renovate_gui.domain.verdict import GapResult, Verdict
from renovate_gui.io.package.privacy import shown_total
from renovate_gui.io.package.texts import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from renovate_gui.app.scenes import Scenes
    from renovate_gui.app.you_said import YouSaid

Extent = tuple[float, float, float, float]

_AROUND_M = 260.0  # what a proposal's sheet shows around it: a five-minute walk
_LISTED = 20  # proposals on one overview sheet
_NOTE_M = 60.0  # a note this near belongs to a proposal's own sheet


def compose_sheets(content: PlanContent, scenes: Scenes, said: Sequence[YouSaid] = ()) -> tuple[Sheet, ...]:
    """Return all sheets in reading order, in the package's language; paper size and version come with the handout.

    ``said`` is what residents said to the package before and what was done, printed on each numbered sheet.
    """
    whole = whole_extent(content)
    sheets = _overviews(content, scenes, whole)
    scene, subtitle = sheets[0].scene, sheets[0].subtitle
    since = further.changed(content)
    if since is not None and further.is_long(since):
        sheets.append(further.changes_sheet(content, subtitle, scene, whole))
    if content.heat is not None:
        sheets.append(_needs(content, scenes, whole))
    near = counted_extent(content) or whole
    sheets += _distances(content, scenes, near)
    for i in range(len(content.gaps_planned)):
        gap = _gap(content, scenes, near, i)
        sheets += [gap, *_sharing(content, gap, i)]
    sheets += further.before_after(content, scenes, printed_request(content), subtitle, near)
    if content.report is not None:
        sheets.append(_indicators(content, content.report, scenes, near))
    index = further.index_map(content, scene, whole)
    for proposal in content.open_proposals:
        sheet = replace(_proposal(content, scenes, proposal), index=index)
        told = further.said_and_done(said, proposal.number)
        sheets.append(replace(sheet, paragraphs=(*told, *sheet.paragraphs)))
    sheets += further.costs_sheet(content, subtitle, scene, whole)
    sheets += further.answer_sheet(content, subtitle, scene, whole)
    return tuple(sheets)


def _indicators(content: PlanContent, report: Report, scenes: Scenes, extent: Extent) -> Sheet:
    request = replace(printed_request(content), show_proposals=False, show_notes=False)
    return indicator_page(
        report, subtitle=_subtitle(content), scene=printed_scene(content, scenes, request), extent=extent
    )


def compose_handout(
    content: PlanContent, sheets: tuple[Sheet, ...], *, paper: str, seal: str, layout: Layout | None = None
) -> Handout:
    """Return the document for one paper size."""
    who = content.identity
    return Handout(
        sheets=sheets,
        paper=paper,
        title=tr("Renovation plan for the residents' council"),
        community=who.community,
        version=who.version,
        date=who.date,
        reply_until=who.reply_until,
        contact=who.contact,
        attribution="; ".join(content.attribution),
        seal=seal,
        language=who.language,
        crs=who.crs,
        layout=layout,
    )


def whole_extent(content: PlanContent) -> Extent:
    """Return the extent of the plan: the counted buildings, else the proposals, with a little air.

    When only the community is counted, proposals beyond it belong to the picture too.
    """
    shapes = _proposal_shapes(content)
    counted = content.places.geometry
    if content.is_community_only and len(counted):
        counted = np.concatenate([counted, shapes])
    for geometry in (counted, shapes):
        found = _extent_of(geometry)
        if found is not None:
            return found
    for info in content.of_role(Role.STUDY_AREA):
        bounds = shapely.total_bounds(content.tables[info.id].geometry)
        if np.isfinite(bounds).all():
            return _padded(tuple(bounds), 0.03, 40.0)
    return (0.0, 0.0, 100.0, 100.0)


def counted_extent(content: PlanContent) -> Extent | None:
    """Return the extent of the counted buildings, None when none is counted."""
    return _extent_of(content.places.geometry)


def _extent_of(geometry: ObjectArray) -> Extent | None:
    bounds = shapely.total_bounds(geometry) if len(geometry) else np.full(4, np.nan)
    return _padded(tuple(bounds), 0.03, 40.0) if np.isfinite(bounds).all() else None


def _padded(bounds: tuple[float, ...], share: float, least_m: float) -> Extent:
    x_min, y_min, x_max, y_max = (float(b) for b in bounds)
    air = max((x_max - x_min) * share, (y_max - y_min) * share, least_m)
    return (x_min - air, y_min - air, x_max + air, y_max + air)


def _proposal_shapes(content: PlanContent) -> ObjectArray:
    shapes = [p.geometry for p in content.proposals if p.geometry is not None]
    out = np.empty(len(shapes), dtype=object)
    out[:] = shapes
    return out


def _subtitle(content: PlanContent, *parts: str) -> str:
    who = content.identity
    words = (who.community, tr("Council draft, version {n}", n=who.version), who.date, *parts)
    return " · ".join(w for w in words if w)


def printed_request(content: PlanContent) -> SceneRequest:
    """Return what every printed map begins with; scenes show notes as written, so masked ones stay off the map."""
    return SceneRequest(is_for_export=True, show_notes=content.privacy.texts_masked == 0)


def _overviews(content: PlanContent, scenes: Scenes, extent: Extent) -> list[Sheet]:
    """Return the overview; a long list of proposals goes on on further sheets, so that none is left out."""
    language = content.identity.language
    listed = [(p.number, say(plan.title_of(p), language)) for p in content.open_proposals]
    parts = [tuple(listed[i : i + _LISTED]) for i in range(0, len(listed), _LISTED)] or [()]
    first = _overview(content, scenes, extent, parts[0])
    return [first] + [
        replace(
            first,
            title=tr("The plan at a glance, part {n}", n=n),
            listed=part,
            headline=("", ""),
            facts=(),
            paragraphs=(),
        )
        for n, part in enumerate(parts[1:], start=2)
    ]


def _overview(
    content: PlanContent, scenes: Scenes, extent: Extent, listed: tuple[tuple[int, str], ...]
) -> Sheet:
    language = content.identity.language
    open_ones = content.open_proposals
    facts = [
        SheetText(tr("Scenario"), say(plan.scenario_line(content), language)),
        SheetText(tr("Proposals"), "" if listed else tr("none yet")),
        SheetText(tr("Cost in all"), say(plan.cost_in_all(open_ones), language)),
        SheetText(tr("Buildings counted"), _buildings_counted(content)),
    ]
    paragraphs = [SheetText(tr("What the data lacks"), r) for r in content.remarks]
    since = further.changed(content)
    if since is not None and not further.is_long(since):
        paragraphs.insert(0, since)
    return Sheet(
        title=tr("The plan at a glance"),
        subtitle=_subtitle(content),
        scene=printed_scene(content, scenes, printed_request(content)),
        extent=extent,
        headline=(str(len(open_ones)), tr("proposals for you to judge")),
        facts=tuple(f for f in facts if f.words),
        paragraphs=tuple(paragraphs),
        listed=listed,
    )


def _buildings_counted(content: PlanContent) -> str:
    where = say(plan.where_counted(content), content.identity.language)
    return tr("{n} ({where})", n=f"{len(content.places.ids):,}", where=where)


def _needs(content: PlanContent, scenes: Scenes, extent: Extent) -> Sheet:
    heat = content.heat
    assert heat is not None
    facts = [
        SheetText(tr("Shown"), content.heat_title),
        SheetText(tr("Unit"), heat.unit),
        SheetText(tr("Bandwidth"), f"{heat.bandwidth_m:g} m"),
        SheetText(tr("Hidden"), tr("cells with fewer than {k} respondents", k=content.privacy.k)),
    ]
    return Sheet(
        title=tr("Where the needs are"),
        subtitle=_subtitle(content),
        scene=printed_scene(
            content,
            scenes,
            replace(printed_request(content), heat=heat, show_proposals=False, show_notes=False),
        ),
        extent=extent,
        headline=_heat_headline(content, heat),
        facts=tuple(facts),
        paragraphs=_below(heat.notes),
    )


def _heat_headline(content: PlanContent, heat: HeatGrid) -> tuple[str, str]:
    """Return what is behind the surface; answers carry weights, so their sum is no number of answers."""
    beyond = outside_words(heat)
    if content.heat_request is None or content.heat_request.subject != ANSWERS:
        return f"{heat.total:,.0f}", tr("; ").join(w for w in (content.heat_title, beyond) if w)
    if round(heat.total) == heat.count:
        return f"{heat.count:,}", tr("; ").join(w for w in (tr("answers"), beyond) if w)
    words = tr("answers, together with weight {weight}", weight=f"{heat.total:,.0f}")
    return f"{heat.count:,}", tr("; ").join(w for w in (words, beyond) if w)


def _gap(content: PlanContent, scenes: Scenes, extent: Extent, index: int) -> Sheet:
    language = content.identity.language
    today, planned = content.gaps_today[index], content.gaps_planned[index]
    number, words = plan.served_share(today)
    figure = tr("None at all") if number == "—" else number
    facts = [SheetText(term(v), _count(today, v)) for v in Verdict if today.buildings(v)]
    with_plan, _ = plan.served_share(planned)
    if with_plan != number:
        facts.append(SheetText(tr("With the proposals"), with_plan))
    facts.append(SheetText(tr("On what ground"), say(plan.ground(today.row), language)))
    return Sheet(
        title=tr("Who has {kind}, who has not", kind=say(plan.in_sentence(today), language)),
        subtitle=_subtitle(
            content,
            tr("counted: {where}", where=say(plan.where_counted(content), language)),
            term(today.measure),
        ),
        scene=printed_scene(
            content,
            scenes,
            replace(printed_request(content), gap=today, show_proposals=False, show_notes=False),
        ),
        extent=extent,
        headline=(figure, say(words, language)),
        facts=tuple(f for f in facts if f.words),
        paragraphs=(*_statement(content, today), *_below(today.notes)),
        badge=further.badge(today.row),
    )


def _distances(content: PlanContent, scenes: Scenes, extent: Extent) -> tuple[Sheet, ...]:
    """Return the page of the distance curve, as the window draws it; none for the public, like the other charts."""
    if content.identity.distribution == "public":
        return ()
    language = content.identity.language
    names = [say(plan.result_name(r), language) for r in content.gaps_today]
    chart = reach_chart(content.gaps_today, names, least=content.privacy.k)
    if chart is None:
        return ()
    subtitle = _subtitle(content, tr("counted: {where}", where=say(plan.where_counted(content), language)))
    scene = printed_scene(content, scenes, printed_request(content))
    doubts = dict.fromkeys(_doubt(say(plan.doubt(r.row), language), r) for r in content.gaps_today)
    doubt = tr("; ").join(d for d in doubts if d)
    return (Sheet(tr("How far it is to a service"), subtitle, scene, extent, doubt=doubt, charts=(chart,)),)


def _sharing(content: PlanContent, gap: Sheet, index: int) -> tuple[Sheet, ...]:
    """Return a page of charts on the places people share; none for the public, where few people could be told apart."""
    today = content.gaps_today[index]
    if content.identity.distribution == "public":
        return ()
    charts = charts_of(
        today, say(plan.result_name(today), content.identity.language), least=content.privacy.k
    )
    name = say(plan.in_sentence(today), content.identity.language)
    title = tr("How many places of {kind} there are, and how evenly", kind=name)
    return (
        (
            Sheet(
                title,
                gap.subtitle,
                gap.scene,
                gap.extent,
                doubt=_doubt(say(plan.doubt(today.row), content.identity.language), today),
                charts=charts,
            ),
        )
        if charts
        else ()
    )


def _doubt(of_row: str, result: GapResult) -> str:
    parts = [of_row, error_words(result.people_error) if np.isfinite(result.people_error) else ""]
    return tr("; ").join(p for p in parts if p)


def _statement(content: PlanContent, today: GapResult) -> tuple[SheetText, ...]:
    """Return what the page says in one sentence, with bounds and error."""
    found = content.statement(today)
    return () if found is None else (statement_text(found),)


def _below(notes: tuple[str, ...]) -> tuple[SheetText, ...]:
    """Return notes as paragraphs below the map; what finds no room there goes on on a page of its own."""
    return tuple(SheetText("", note) for note in notes)


def _count(result: GapResult, verdict: Verdict) -> str:
    buildings = places_words(result, result.buildings(verdict))
    people = result.people_of(verdict)
    shown = shown_total(people)
    if people <= 0:
        return buildings
    who = say(plan.who(result), current_language())
    if shown is None:
        return tr("{buildings}, fewer than 5 people ({who})", buildings=buildings, who=who)
    return tr("{buildings}, {n} people ({who})", buildings=buildings, n=f"{shown:,.0f}", who=who)


def _proposal(content: PlanContent, scenes: Scenes, proposal: Proposal) -> Sheet:
    language = content.identity.language
    gap = gap_for(content, proposal)
    pictures = [p for p in content.photos if p.proposal == proposal.uuid]
    shape = proposal.geometry
    placed = shape is not None and not shape.is_empty
    facts = [
        SheetText(say(label, language), say(words, language))
        for label, words in plan.facts(content, proposal)
    ]
    mark = plan_changes.state_words(content.earlier, proposal, content.digest)
    if mark and content.earlier is not None:
        facts.append(SheetText(tr("Since version {n}", n=content.earlier.version), mark))
    missing = content.incomplete.get(proposal.uuid, ())
    still = tr("still open: {list}", list=tr(", ").join(missing)) if missing else ""
    request = replace(
        printed_request(content),
        gap=gap,
        only_proposal=proposal.uuid,
        show_notes=_has_note_near(content, proposal) and content.privacy.texts_masked == 0,
    )
    return Sheet(
        title=say(plan.title_of(proposal), language),
        subtitle=_subtitle(content, say(plan.category_line(proposal), language)),
        scene=printed_scene(content, scenes, request),
        extent=_padded(shape.bounds, 0.0, _AROUND_M)
        if placed and shape is not None
        else whole_extent(content),
        number=proposal.number,
        facts=tuple(facts),
        photos=tuple((p.caption or p.name, p.data) for p in pictures[:2]),
        doubt=still,
        badge=further.badge(plan.row_of(content, proposal)),
    )


def _has_note_near(content: PlanContent, proposal: Proposal) -> bool:
    shape = proposal.geometry
    notes = [n.geometry for n in content.notes if n.geometry is not None]
    return shape is not None and any(note.distance(shape) <= _NOTE_M for note in notes)


def gap_for(content: PlanContent, proposal: Proposal) -> GapResult | None:
    """Return the verdicts a proposal's map shows: its own kind, for a link the first kind it helps, else none."""
    effect = effect_of(proposal.kind)
    if effect is Effect.FACILITY:
        return next((r for r in content.gaps_planned if r.kind == proposal.kind), None)
    if effect is Effect.LINK:
        helped = plan.gains(content, proposal)
        return helped[0].result if helped else next(iter(content.gaps_planned), None)
    return None
