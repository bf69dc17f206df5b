"""The leak report: what a package would tell that it must not, found before anything is written.

A finding that blocks stops the export until a person blacks the text out, mends the data, or accepts that finding by its
key; what was accepted stands in the manifest. Working packages stay in the office: there nothing blocks.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from renovate_gui.app.secrecy import LIMIT_KM2, continuous_km2
from renovate_gui.assets import tr
from renovate_gui.domain.errors import RequestError
from renovate_gui.domain.proposal import ActionCategory, Proposal
from renovate_gui.domain.roles import Role
from renovate_gui.domain.verdict import GapResult, Verdict
from renovate_gui.io.package.privacy import K_PEOPLE
from renovate_gui.io.package.screening import Trace, blacked, points_to_somebody, traces_in

if TYPE_CHECKING:
    from renovate_gui.app.plan_content import PlanContent

_SURVEYED = frozenset({Role.BUILDINGS, Role.PARCELS, Role.WALK_NETWORK, Role.BASEMAP, Role.HEIGHTS})
_HOME_M = 5.0


class LeakKind(StrEnum):
    """What sort of leak it is."""

    TEXT = "text"
    CONVICTION = "conviction"
    DIFFERENCE = "difference"
    GROUND = "ground"


@dataclass(frozen=True, slots=True)
class Leak:
    """One finding.

    Attributes
    ----------
    key
        Short stable name, by which a person accepts it: it changes when the text does.
    where, words
        Translated: the place in the plan, and what is wrong there.
    can_black_out
        Whether blacking out cures it.
    """

    key: str
    kind: LeakKind
    where: str
    words: str
    can_black_out: bool = False


@dataclass(frozen=True, slots=True)
class LeakReport:
    """What was found, and what of it a person accepted."""

    distribution: str
    found: tuple[Leak, ...]
    accepted: tuple[str, ...] = ()

    @property
    def blocking(self) -> tuple[Leak, ...]:
        """Return the findings that stop the export."""
        if self.distribution == "working":
            return ()
        return tuple(f for f in self.found if f.key not in self.accepted)

    def as_json(self) -> dict[str, Any]:
        """Return what the manifest says: sorts and keys, never the text itself."""
        return {
            "found": [{"key": f.key, "kind": f.kind.value} for f in self.found],
            "accepted": [k for k in self.accepted if any(f.key == k for f in self.found)],
        }


class LeakError(RequestError):
    """The export would tell what it must not."""

    def __init__(self, report: LeakReport) -> None:
        first, more = report.blocking[0], len(report.blocking) - 1
        super().__init__(
            tr(
                "Nothing was exported: {where}: {words} ({n} more findings in the leak report.) "
                "Black the texts out, change them, or accept each finding by name.",
                where=first.where,
                words=first.words,
                n=more,
            )
            if more
            else tr(
                "Nothing was exported: {where}: {words} Black the text out, change it, or accept the finding “{key}”.",
                where=first.where,
                words=first.words,
                key=first.key,
            )
        )
        self.report = report


def check(
    content: PlanContent, *, contact: str, released: Mapping[str, Any] | None, accepted: Iterable[str]
) -> LeakReport:
    """Return what a package would tell that it must not.

    Parameters
    ----------
    contact
        The professionals' own contact, which is meant to be read.
    released
        Totals of the last package of the same class (:func:`released_totals`), None when there is none.
    """
    found = [
        *_texts(content, contact),
        *_convictions(content),
        *_differences(content, released or {}),
        *_ground(content),
    ]
    return LeakReport(content.identity.distribution, tuple(found), tuple(accepted))


def require_none(report: LeakReport) -> None:
    """Raise :class:`LeakError` when something blocks."""
    if report.blocking:
        raise LeakError(report)


# -- free texts ------------------------------------------------------------------------------------------------
def texts_of(content: PlanContent) -> Iterator[tuple[str, str]]:
    """Yield every free text that goes out, with its place in words."""
    for p in content.proposals:
        g = p.governance
        where = tr("Proposal {n}", n=p.number)
        fields = (
            p.title,
            p.description,
            g.operator,
            g.rule,
            g.fee,
            g.upkeep,
            str(p.extra.get("affected") or ""),
        )
        yield from ((where, t) for t in (*fields, p.responsible) if t)
    for n in content.notes:
        if n.text:
            yield tr("Callout “{text}”", text=n.text[:12]), n.text
    for photo in content.photos:
        if photo.caption:
            yield tr("Caption of photo “{name}”", name=photo.name), photo.caption


def _texts(content: PlanContent, contact: str) -> Iterator[Leak]:
    for where, text in texts_of(content):
        if contact and text.strip() == contact.strip():
            continue
        traces = traces_in(text)
        if points_to_somebody(traces):
            words = tr(
                "the text seems to hold {things}.", things=tr(", ").join(_things(t.trace for t in traces))
            )
            yield Leak(_key(LeakKind.TEXT, text), LeakKind.TEXT, where, words, can_black_out=True)


def _things(traces: Iterable[Trace]) -> list[str]:
    words = {
        Trace.PHONE: tr("a telephone number"),
        Trace.IDENTITY: tr("an identity number"),
        Trace.EMAIL: tr("an e-mail address"),
        Trace.ROOM: tr("the number of a flat"),
        Trace.NAME: tr("a person's name"),
        Trace.HEALTH: tr("somebody's health"),
        Trace.CONVICTION: tr("a conviction"),
    }
    return [words[t] for t in dict.fromkeys(traces)]


# -- community correction ----------------------------------------------------------------------------------------
def _convictions(content: PlanContent) -> Iterator[Leak]:
    """Yield works for community correction that stand on a home: that would mark who lives there."""
    homes = content.places.geometry
    for p in content.proposals:
        if p.category is not ActionCategory.CORRECTIONS or p.geometry is None or not len(homes):
            continue
        if bool(shapely.dwithin(np.asarray(homes), p.geometry, _HOME_M).any()):
            words = tr(
                "a work for community correction stands on a home; it may have a capacity, but no address."
            )
            yield Leak(
                _key(LeakKind.CONVICTION, str(p.uuid)),
                LeakKind.CONVICTION,
                tr("Proposal {n}", n=p.number),
                words,
            )


# -- what two packages tell together -------------------------------------------------------------------------------
def released_totals(content: PlanContent) -> dict[str, dict[str, int]]:
    """Return the totals a package tells, per kind and verdict, whole people; the next package is compared with them."""
    return {r.kind: _totals(r) for r in content.gaps_today if not np.isnan(r.people).all()}


def _totals(result: GapResult) -> dict[str, int]:
    return {v.name.lower(): round(result.people_of(v)) for v in Verdict if np.isfinite(result.people_of(v))}


def _differences(content: PlanContent, released: Mapping[str, Any]) -> Iterator[Leak]:
    """Yield totals that moved by fewer than k people: whoever has both packages knows about those few."""
    for kind, totals in released_totals(content).items():
        earlier = released.get(kind)
        if not isinstance(earlier, Mapping):
            continue
        moved = [v for v, n in totals.items() if 0 < abs(n - int(earlier.get(v, n))) < K_PEOPLE]
        if moved:
            words = tr(
                "a total of people moved by fewer than {k} since the last package, so the two together tell about them.",
                k=K_PEOPLE,
            )
            text = f"{kind} {sorted(moved)} {[totals[v] for v in sorted(moved)]}"
            yield Leak(_key(LeakKind.DIFFERENCE, text), LeakKind.DIFFERENCE, tr("Gaps"), words)


# -- ground --------------------------------------------------------------------------------------------------------
def _ground(content: PlanContent) -> Iterator[Leak]:
    shapes = [
        content.tables[i.id].geometry
        for i in content.layers
        if i.role in _SURVEYED and i.id in content.tables
    ]
    area = continuous_km2(shapes)
    if area > LIMIT_KM2:
        words = tr(
            "the map covers {area} km² in one piece; above {limit} km² it may be secret (自然资发〔2020〕95号). Export a smaller area.",
            area=f"{area:,.1f}",
            limit=f"{LIMIT_KM2:g}",
        )
        yield Leak(_key(LeakKind.GROUND, f"{area:.0f}"), LeakKind.GROUND, tr("Map"), words)


def _key(kind: LeakKind, text: str) -> str:
    return f"{kind.value}-{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:6]}"


def blacked_out(content: PlanContent) -> PlanContent:
    """Return the content with all free texts blacked out; what stands on the maps is blacked out where they are made."""
    found = sum(bool(traces_in(t)) for _, t in texts_of(content))
    content.privacy.texts_masked += found
    return replace(
        content,
        proposals=tuple(_black_proposal(p) for p in content.proposals),
        open_proposals=tuple(_black_proposal(p) for p in content.open_proposals),
        notes=tuple(replace(n, text=blacked(n.text)) for n in content.notes),
        photos=tuple(replace(p, caption=blacked(p.caption)) for p in content.photos),
    )


def _black_proposal(p: Proposal) -> Proposal:
    g = p.governance
    return replace(
        p,
        title=blacked(p.title),
        description=blacked(p.description),
        responsible=blacked(p.responsible),
        governance=replace(
            g,
            operator=blacked(g.operator),
            rule=blacked(g.rule),
            fee=blacked(g.fee),
            upkeep=blacked(g.upkeep),
        ),
        extra={k: blacked(v) if isinstance(v, str) else v for k, v in p.extra.items()},
    )
