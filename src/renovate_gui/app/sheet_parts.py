"""Further sheets of the handout: what changed, before and after, costs and funds, how to answer, the small map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
import shapely

from renovate_gui.app import plan_changes
from renovate_gui.app import plan_facts as plan
from renovate_gui.app.gap_notes import straight_note
from renovate_gui.app.gap_words import joined
from renovate_gui.app.plan_content import PlanContent
from renovate_gui.app.plan_scene import printed_scene
from renovate_gui.app.ports import IndexMap, PrintedTable, Sheet, SheetText
from renovate_gui.app.scenes import SceneRequest
from renovate_gui.assets import tr
from renovate_gui.domain.layer import ObjectArray
from renovate_gui.domain.proposal import Proposal
from renovate_gui.domain.roles import Role
from renovate_gui.domain.scene import Scene, SceneLayer
from renovate_gui.domain.standard import StandardRow
from renovate_gui.domain.style import Symbol
from renovate_gui.domain.verdict import GapResult
from renovate_gui.io.package.texts import say

if TYPE_CHECKING:
    from renovate_gui.app.scenes import Scenes
    from renovate_gui.app.you_said import YouSaid

Extent = tuple[float, float, float, float]

_SHORT_LINES, _SHORT_LETTERS = 5, 240  # what changed: up to here it stands on the overview
_CELLS = 90  # of the small map, along its longer side


# -- what changed ---------------------------------------------------------------------------------------------
def changed(content: PlanContent) -> SheetText | None:
    """Return what changed since the package before, None for the first one."""
    if content.earlier is None:
        return None
    since = tr("What changed since version {n}", n=content.earlier.version)
    return SheetText(since, plan_changes.summary(content.earlier, content.open_proposals, content.digest))


def is_long(text: SheetText) -> bool:
    """Return whether the words deserve a sheet of their own."""
    return text.words.count("\n") >= _SHORT_LINES or len(text.words) > _SHORT_LETTERS


def changes_sheet(content: PlanContent, subtitle: str, scene: Scene, extent: Extent) -> Sheet:
    """Return the sheet of what changed: added, changed and taken out, one line for each proposal."""
    earlier, now = content.earlier, content.open_proposals
    assert earlier is not None
    language = content.identity.language
    by_state: dict[str, list[tuple[int, str]]] = {}
    for p in now:
        found = plan_changes.state(earlier, p, content.digest)
        by_state.setdefault(found, []).append((p.number, say(plan.title_of(p), language)))
    stays = {str(p.uuid) for p in now}
    gone = [(int(v["number"]), str(v["title"])) for u, v in earlier.proposals.items() if u not in stays]
    kinds = (
        (tr("Added"), by_state.get("new", [])),
        (tr("Changed"), by_state.get("changed", [])),
        (tr("Taken out"), gone),
        (tr("Not changed"), by_state.get("same", [])),
    )
    entries = tuple(
        SheetText(label, "\n".join(f"{number}  {title}" for number, title in sorted(rows)))
        for label, rows in kinds
        if rows
    )
    title = tr("What changed since version {n}", n=earlier.version)
    return Sheet(title, subtitle, scene, extent, text=entries)


# -- before and after -----------------------------------------------------------------------------------------
def before_after(
    content: PlanContent, scenes: Scenes, base: SceneRequest, subtitle: str, extent: Extent
) -> tuple[Sheet, ...]:
    """Return one sheet for each kind of service that the plan brings to somebody: today and with the plan, side by side."""
    sheets = []
    language = content.identity.language
    for today, planned in zip(content.gaps_today, content.gaps_planned, strict=True):
        if not _differs(today, planned):
            continue
        first, then = (
            printed_scene(content, scenes, replace(base, gap=r, show_proposals=shows, show_notes=False))
            for r, shows in ((today, False), (planned, True))
        )
        name = say(plan.in_sentence(today), language)
        sheets.append(
            Sheet(
                title=tr("Before and after: {kind}", kind=name),
                subtitle=subtitle,
                scene=then,
                extent=extent,
                beside=first,
                captions=(
                    tr("Today: {share}", share=_share(today)),
                    tr("With the plan: {share}", share=_share(planned)),
                ),
                paragraphs=(SheetText("", joined([
                    tr("Full colour: within reach; hatched: out of reach. The share is that of whom the standard counts."),
                    straight_note(planned),
                ])),),
            )
        )  # fmt: skip
    return tuple(sheets)


def _differs(today: GapResult, planned: GapResult) -> bool:
    return len(today.verdict) == len(planned.verdict) and not np.array_equal(today.verdict, planned.verdict)


def _share(result: GapResult) -> str:
    number, _ = plan.served_share(result)
    return tr("nobody within reach") if number == "—" else tr("{n} within reach", n=number)


# -- costs and funds ------------------------------------------------------------------------------------------
def costs_sheet(content: PlanContent, subtitle: str, scene: Scene, extent: Extent) -> tuple[Sheet, ...]:
    """Return the sheet of what everything costs and who pays; none when no proposal says its cost."""
    language = content.identity.language
    known = [p for p in content.open_proposals if p.cost is not None or p.funds]
    if not known:
        return ()
    rows = [
        (
            str(p.number),
            say(plan.title_of(p), language),
            say(plan.cost_words(p), language) or tr("not said"),
            _payers(p, language),
            _missing(p, language),
        )
        for p in content.open_proposals
    ]
    rows.append(
        ("", tr("In all"), say(plan.cost_in_all(content.open_proposals), language), *_sums(known, language))
    )
    table = PrintedTable(
        (tr("No."), tr("Proposal"), tr("Cost"), tr("Who pays"), tr("Not yet found")),
        tuple(rows),
        (5, 30, 20, 32, 16),
        (1,),
    )
    note = SheetText("", tr("Sums are those of this draft; the competent authority sets the final ones."))
    return (
        Sheet(tr("What it costs and who pays"), subtitle, scene, extent, table=table, paragraphs=(note,)),
    )


def _payers(proposal: Proposal, language: str) -> str:
    parts = [
        f"{say(plan.word(f.source), language)} {say(plan.money(f.amount), language)}" for f in proposal.funds
    ]
    return tr("; ").join(parts) or tr("not said")


def _open_sum(proposal: Proposal) -> Decimal:
    return Decimal(0) if proposal.cost is None else max(proposal.cost - proposal.funded, Decimal(0))


def _missing(proposal: Proposal, language: str) -> str:
    left = _open_sum(proposal)
    return say(plan.money(left), language) if left else "–"


def _sums(known: Sequence[Proposal], language: str) -> tuple[str, str]:
    funded = sum((f.amount for p in known for f in p.funds), Decimal(0))
    left = sum((_open_sum(p) for p in known), Decimal(0))
    return (
        tr("{amount} promised", amount=say(plan.money(funded), language)),
        say(plan.money(left), language) if left else "–",
    )


# -- how to answer --------------------------------------------------------------------------------------------
def answer_sheet(content: PlanContent, subtitle: str, scene: Scene, extent: Extent) -> tuple[Sheet, ...]:
    """Return the sheet that says how, where and until when to answer; none when nothing is asked."""
    who = content.identity
    if not content.open_proposals or who.distribution == "public":
        return ()
    entries = [
        SheetText(tr("Until when"), tr("Please answer by {date}.", date=who.reply_until)),
        SheetText(
            tr("On paper"),
            tr(
                "Fill in the comment form: a tick for each numbered proposal, and a mark on the map if you like. Do not write your name."
            ),
        ),
        SheetText(
            tr("On a phone"),
            tr(
                "Open the file review.html; it needs no network and no account. At the end save your reply and send the small file, or show its code."
            ),
        ),
        SheetText(
            tr("In person"),
            tr(
                "Say it at the meeting or to the contact below: your answer is written down as you give it, without your name."
            ),
        ),
        SheetText(
            tr("What happens then"),
            tr(
                "Every answer counts once. The next handout says for each numbered proposal what you said and what was done."
            ),
        ),
    ]
    if who.contact:
        entries.append(SheetText(tr("Contact"), who.contact))
    return (Sheet(tr("How to answer, and until when"), subtitle, scene, extent, text=tuple(entries)),)


# -- beside a proposal ----------------------------------------------------------------------------------------
def badge(row: StandardRow | None) -> tuple[str, bool]:
    """Return what a sheet says of the standard's value: checked against the printed text, or not."""
    if row is None:
        return "", False
    if row.is_checked:
        return tr("Standard: checked against the printed text"), True
    return tr("Standard: reference value, not checked against the printed text"), False


def said_and_done(said: Sequence[YouSaid], number: int) -> tuple[SheetText, ...]:
    """Return “you said → we did” for one numbered sheet; none where nobody said anything."""
    own = [s for s in said if s.number == number]
    if not own:
        return ()
    lines = [f"{s.said} → {s.did}" + (tr(" ({state})", state=s.state) if s.state else "") for s in own]
    return (SheetText(tr("You said → we did"), "\n".join(lines)),)


def index_map(content: PlanContent, scene: Scene, extent: Extent) -> IndexMap | None:
    """Return the small map of the whole: study area, green and water, and where houses stand as coarse cells."""
    quiet = {f"layer:{i.id}" for i in content.layers if i.role in {Role.STUDY_AREA, Role.BASEMAP}}
    items = [replace(i, labels=None) for i in scene.items if isinstance(i, SceneLayer) and i.key in quiet]
    town = _cells(content.places.geometry, extent)
    if town is not None:
        items.append(town)
    return IndexMap(replace(scene, items=tuple(items), attribution=()), extent) if items else None


def _cells(geometry: ObjectArray, extent: Extent) -> SceneLayer | None:
    """Return where houses stand, as one shape of square cells: painted in no time."""
    if len(geometry) == 0:
        return None
    size = max(extent[2] - extent[0], extent[3] - extent[1]) / _CELLS
    xy = shapely.get_coordinates(shapely.centroid(geometry))
    xy = xy[np.isfinite(xy).all(axis=1)]
    cells = np.unique(np.floor(xy / size), axis=0) * size
    boxes = shapely.box(cells[:, 0], cells[:, 1], cells[:, 0] + size, cells[:, 1] + size)
    shape = np.empty(1, dtype=object)
    shape[0] = shapely.unary_union(boxes)
    look = Symbol(fill="#AEB4BC", stroke=None)
    return SceneLayer("index", "", 1, np.zeros(1, np.int64), shape, np.zeros(1, np.int16), (look,), ())
