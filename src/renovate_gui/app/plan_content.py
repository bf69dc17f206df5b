"""One frozen view of the plan for everything that goes into a package: sheets, page, data and register agree by it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from renovate_gui.app import public_layers, standards
from renovate_gui.app.gap_inputs import community_area, texts
from renovate_gui.app.gaps import GapRequest
from renovate_gui.app.needs import K_RESPONDENTS, HeatRequest
from renovate_gui.app.plan_changes import Digest, Earlier, blacked_out, digest, latest
from renovate_gui.app.scenarios import seal_words
from renovate_gui.app.tasks import IsCancelled, Progress, Task
from renovate_gui.assets import tr
from renovate_gui.domain.errors import Cancelled, DataError, RequestError
from renovate_gui.domain.facility import AgeBasis
from renovate_gui.domain.heat import HeatGrid
from renovate_gui.domain.ids import LayerId, Uuid
from renovate_gui.domain.layer import LayerInfo, LayerTable, ObjectArray
from renovate_gui.domain.proposal import COST_ASSUMED, Note, Photo, Proposal, ProposalStatus
from renovate_gui.domain.report import Report, Statement
from renovate_gui.domain.roles import Role
from renovate_gui.domain.scenario import ACTIVE, Scenario, SealCheck
from renovate_gui.domain.verdict import GapResult, Measure
from renovate_gui.io.package.privacy import PrivacyReport, has_contact, screen

if TYPE_CHECKING:
    from renovate_gui.app.proposals import Proposals
    from renovate_gui.app.session import Session

ANSWERS = "answers"


@dataclass(frozen=True, slots=True)
class Identity:
    """What stands on every page: whose plan, which version, until when."""

    package: str
    key: str
    community: str
    version: int
    date: str
    created_at: str
    distribution: str
    reply_until: str
    contact: str
    language: str
    crs: str
    map_number: str = ""  # of an approved base map (审图号); a public notice without one is a schematic


@dataclass(frozen=True, slots=True)
class Places:
    """What is counted of buildings, else parcels; names are empty texts where the data has none."""

    ids: tuple[int, ...]
    geometry: ObjectArray
    names: tuple[str, ...]

    def only(self, kept: frozenset[int]) -> Places:
        """Return those with the given ids."""
        rows = [row for row, id_ in enumerate(self.ids) if id_ in kept]
        return Places(
            tuple(self.ids[r] for r in rows), self.geometry[rows], tuple(self.names[r] for r in rows)
        )


@dataclass(frozen=True, slots=True)
class PlanContent:
    """The plan as it goes out. ``gaps_today`` and ``gaps_planned`` are parallel: without and with the proposals."""

    identity: Identity
    layers: tuple[LayerInfo, ...]
    tables: dict[LayerId, LayerTable]
    places: Places
    proposals: tuple[Proposal, ...]
    open_proposals: tuple[Proposal, ...]  # those a resident is asked about
    photos: tuple[Photo, ...]
    notes: tuple[Note, ...]
    gaps_today: tuple[GapResult, ...]
    gaps_planned: tuple[GapResult, ...]
    heat: HeatGrid | None
    heat_title: str
    heat_request: HeatRequest | None
    privacy: PrivacyReport
    remarks: tuple[str, ...]
    earlier: Earlier | None = None  # the package given out before this one
    digest: Digest = field(default_factory=dict)  # of the open proposals as written, before blacking out
    asked: GapRequest | None = (
        None  # what is counted, where and how; its limit is that of the kinds chosen for it
    )
    incomplete: Mapping[Uuid, tuple[str, ...]] = field(default_factory=dict)  # what is still open, translated
    surroundings: ObjectArray = field(default_factory=lambda: np.empty(0, dtype=object))  # not counted
    scenario: Scenario | None = None  # whose proposals go out; None: all of a project without scenarios

    report: Report | None = None  # statements and indicators of today
    seal: SealCheck | None = (
        None  # whether a locked scenario still is what was locked; None: it is not locked
    )

    @property
    def is_community_only(self) -> bool:
        """Return whether only the community's own buildings are counted."""
        return self.asked is not None and self.asked.area == "community"

    @property
    def attribution(self) -> tuple[str, ...]:
        """Return the sources to be named."""
        number = self.identity.map_number.strip()
        approved = (tr("map number {number}", number=number),) if number else ()
        return (*dict.fromkeys(i.attribution for i in self.layers if i.attribution), *approved)

    def statement(self, result: GapResult) -> Statement | None:
        """Return the statement of a result, None where the report judges by another distance or measure."""
        if self.report is None:
            return None
        pairs = zip(self.report.statements, self.report.results, strict=True)
        asked = (result.kind, result.limit_m, result.measure)
        return next((s for s, r in pairs if (r.kind, r.limit_m, r.measure) == asked), None)

    def of_role(self, role: Role) -> tuple[LayerInfo, ...]:
        """Return the layers of a role."""
        return tuple(i for i in self.layers if i.role is role)


class Gathering:
    """Takes everything a package needs from the session, on the calling thread, and finishes it in the task's."""

    def __init__(
        self,
        session: Session,
        identity: Identity,
        gaps: GapRequest | None = None,
        kinds_beside: tuple[str, ...] = (),
    ) -> None:
        self.identity = identity
        self._remarks: list[str] = []
        shown = tuple(i for i in session.layers.all() if i.role is not Role.DEMAND)
        self._withheld = (
            public_layers.withheld(
                shown, public_layers.flags(session.project), map_number=identity.map_number
            )
            if identity.distribution == "public"
            else ()
        )
        self._layers = tuple(i for i in shown if i not in self._withheld)
        self._tables = {i.id: session.layers.table(i.id) for i in self._layers if i.role in _READ_ROLES}
        self._places = _places(session, self._layers, self._tables)
        self._scenario = session.scenarios.active()
        self._seal = self._checked_seal(session)
        everything = session.proposals.of()
        self._proposals = tuple(p for p in everything if p.status is not ProposalStatus.REJECTED)
        self._rejected = len(everything) - len(self._proposals)
        self._incomplete = {p.uuid: words for p, words in incomplete(session.proposals)}
        self._earlier = latest(session.project.packages())
        self._photos = session.project.photos()
        self._notes = session.proposals.notes()
        self.state = session.project.state
        self.requests: dict[str, GapRequest] = {}  # by kind, as it was asked for in the end
        self._asked: GapRequest | None = None
        self._gap_tasks = self._prepare_gaps(session, _gap_requests(session, gaps, kinds_beside))
        self._report_task = self._prepare_report(session)
        self._heat_title, self._heat_request = _heat_request(session)
        self._heat_task = self._prepare_heat(session)

    def finish(self, progress: Progress, is_cancelled: IsCancelled) -> PlanContent:
        """Run the analyses and return the content."""
        today, planned = self._gaps(progress, is_cancelled)
        progress(0.25, tr("Needs"))
        heat = self._heat(is_cancelled)
        privacy = PrivacyReport(K_RESPONDENTS)
        privacy.layers_withheld += [i.name for i in self._withheld]
        is_public = self.identity.distribution == "public"
        places, around = self._counted(today)
        proposals = tuple(_screened(p, privacy, self.identity.distribution) for p in self._proposals)
        notes = tuple(_screened_note(n, privacy, self.identity.distribution) for n in self._notes)
        return PlanContent(
            self.identity,
            self._layers,
            self._tables,
            places,
            proposals,
            tuple(p for p in proposals if is_open(p)),
            self._photos,
            notes,
            today,
            planned,
            heat,
            self._heat_title,
            self._heat_request,
            privacy,
            tuple(self._remarks),
            blacked_out(self._earlier) if is_public else self._earlier,
            digest([p for p in self._proposals if is_open(p)]),
            self._asked,
            self._incomplete,
            around,
            self._scenario,
            self._report(is_cancelled),
            self._seal,
        )

    def _checked_seal(self, session: Session) -> SealCheck | None:
        """Check the seal of a locked scenario; where it does not hold, that is a remark."""
        found = self._scenario
        if found is None or not found.is_locked:
            return None
        check = session.scenarios.verify(found.uuid)
        if not (check.is_as_sealed and check.is_base_as_sealed):
            self._remarks.append(seal_words(check, found.name))
        return check

    @property
    def rejected(self) -> int:
        """Return how many proposals were rejected and stay out."""
        return self._rejected

    def _counted(self, results: tuple[GapResult, ...]) -> tuple[Places, ObjectArray]:
        """Return what is counted, and the shapes of what stands around it."""
        nothing = np.empty(0, dtype=object)
        if self._asked is None or self._asked.area == "all" or not results:
            return self._places, nothing
        kept = frozenset(int(i) for i in results[0].ids)
        around = [row for row, id_ in enumerate(self._places.ids) if id_ not in kept]
        return self._places.only(kept), self._places.geometry[around]

    def _prepare_gaps(self, session: Session, requests: tuple[GapRequest, ...]) -> tuple[_Pair, ...]:
        try:
            return self._prepared(session, requests)
        except RequestError as error:
            if requests[0].measure is Measure.CIRCLE:
                self._remarks.append(str(error))
                return ()
        try:
            pairs = self._prepared(session, tuple(replace(r, measure=Measure.CIRCLE) for r in requests))
        except RequestError as error:
            self._remarks.append(str(error))
            return ()
        self._remarks.append(tr("There is no walking network: gaps are measured in a straight line."))
        return pairs

    def _prepared(self, session: Session, requests: tuple[GapRequest, ...]) -> tuple[_Pair, ...]:
        pairs = tuple(
            (session.gaps.prepare(replace(r, with_proposals=False)), session.gaps.prepare(r))
            for r in requests
        )
        self.requests = {k: replace(r, kinds=(k,)) for r in requests for k in r.kinds}
        self._asked = replace(requests[-1], kinds=_in_order(k for r in requests for k in r.kinds))
        return pairs

    def _gaps(
        self, progress: Progress, is_cancelled: IsCancelled
    ) -> tuple[tuple[GapResult, ...], tuple[GapResult, ...]]:
        if not self._gap_tasks:
            return (), ()
        progress(0.05, tr("Gaps"))
        today: dict[str, GapResult] = {}
        planned: dict[str, GapResult] = {}
        # what was chosen runs last, with the proposals: it stays the newest result of the session
        for before, after in self._gap_tasks:
            today |= {r.kind: r for r in before.run(is_cancelled=is_cancelled)}
            planned |= {r.kind: r for r in after.run(is_cancelled=is_cancelled)}
        kinds = _in_order(today)
        return tuple(today[k] for k in kinds), tuple(planned[k] for k in kinds)

    def _prepare_report(self, session: Session) -> Task[Report] | None:
        if self._asked is None:
            return None
        shares = tuple(sorted(session.parameters.gaps().need_shares.items()))
        asked = replace(
            self._asked, with_proposals=False, limit_m=None, need_share=None, own_shares=shares, own_limits=()
        )
        try:
            return session.reporting.prepare(asked, k=K_RESPONDENTS)
        except RequestError as error:
            self._remarks.append(str(error))
            return None

    def _report(self, is_cancelled: IsCancelled) -> Report | None:
        return None if self._report_task is None else self._report_task.run(is_cancelled=is_cancelled)

    def _prepare_heat(self, session: Session) -> Task[HeatGrid] | None:
        if self._heat_request is None:
            return None
        try:
            return session.needs.prepare_heat(self._heat_request)
        except RequestError as error:
            self._remarks.append(str(error))
            return None

    def _heat(self, is_cancelled: IsCancelled) -> HeatGrid | None:
        if is_cancelled():
            raise Cancelled(tr("Cancelled."))
        if self._heat_task is None:
            return None
        try:
            return self._heat_task.run(is_cancelled=is_cancelled)
        except RequestError as error:
            self._remarks.append(str(error))
            return None


_READ_ROLES = frozenset(
    {Role.BUILDINGS, Role.PARCELS, Role.WALK_NETWORK, Role.STUDY_AREA, Role.FACILITIES, Role.BASEMAP}
)


_Pair = tuple[Task[tuple[GapResult, ...]], Task[tuple[GapResult, ...]]]
"""Without and with the proposals."""


def _in_order(kinds: Iterable[str]) -> tuple[str, ...]:
    """Return kinds once each, those that come first in the work before the others."""
    given = tuple(dict.fromkeys(kinds))
    first = tuple(k for k in GapRequest().kinds if k in given)
    return first + tuple(k for k in given if k not in first)


def _gap_requests(
    session: Session, asked: GapRequest | None, kinds_beside: tuple[str, ...]
) -> tuple[GapRequest, ...]:
    """Return what to count, the chosen last; raise RequestError when what was asked for cannot be counted at all."""
    judged = {k.code for k in session.gaps.kinds()}
    active = session.scenarios.active()
    # by name: the figures kept with the package are computed again whatever is chosen then
    scenario = ACTIVE if active is None else active.uuid
    if asked is None:
        return tuple(replace(r, with_proposals=True, scenario=scenario) for r in _as_judged(session, judged))
    standards.limits(session.gaps.profile(), asked.kinds, asked.limit_m, own=dict(asked.own_limits))
    if asked.area == "community" and community_area(session.layers) is None:
        raise RequestError(tr("No study-area feature has the role “community”; count all buildings instead."))
    chosen = replace(asked, with_proposals=True, scenario=scenario)
    beside = tuple(k for k in _in_order(kinds_beside) if k not in chosen.kinds and k in judged)
    if not beside:
        return (chosen,)
    if chosen.limit_m is None:
        return (replace(chosen, kinds=(*chosen.kinds, *beside)),)
    return (replace(chosen, kinds=beside, limit_m=None), chosen)


def _as_judged(session: Session, judged: set[str]) -> tuple[GapRequest, ...]:
    """Ask as the Gaps stage does, of the featured kinds and of what the planner looked at last."""
    looked_at = tuple(r.kind for r in session.gaps.latest())
    kinds = tuple(k for k in _in_order((*GapRequest().kinds, *looked_at)) if k in judged)
    return session.parameters.gaps().requests(kinds or tuple(judged)[:1])


def _heat_request(session: Session) -> tuple[str, HeatRequest | None]:
    subjects = session.needs.subjects()
    if not subjects:
        return "", None
    code, title = next((s for s in subjects if s[0] == ANSWERS), subjects[0])
    return title, HeatRequest(subject=code, is_exact=False, suppress_below=K_RESPONDENTS)


def _places(session: Session, layers: tuple[LayerInfo, ...], tables: dict[LayerId, LayerTable]) -> Places:
    for role in (Role.BUILDINGS, Role.PARCELS):
        found = [i for i in layers if i.role is role and i.feature_count > 0]
        if found:
            info = max(found, key=lambda i: i.feature_count)
            table = tables[info.id]
            names = texts(session.layers.field(info.id, "name"), len(table))
            codes = texts(session.layers.field(info.id, "code"), len(table))
            best = tuple(name or code for name, code in zip(names, codes, strict=True))
            return Places(tuple(int(i) for i in table.ids), table.geometry, best)
    return Places((), np.empty(0, dtype=object), ())


def is_open(proposal: Proposal) -> bool:
    """Return whether residents are asked about the proposal."""
    return proposal.status not in (ProposalStatus.REJECTED, ProposalStatus.BUILT)


def incomplete(proposals: Proposals) -> tuple[tuple[Proposal, tuple[str, ...]], ...]:
    """Return the open proposals in which something is missing, with its translated names."""
    found = ((p, proposals.missing(p)) for p in proposals.of() if is_open(p))
    return tuple((p, words) for p, words in found if words)


def incomplete_sentence(proposal: Proposal, words: tuple[str, ...]) -> str:
    """Return what a person is told before votes are asked on something unfinished."""
    name = tr("Proposal {n}", n=proposal.number)
    if proposal.title:
        name = tr("Proposal {n} “{title}”", n=proposal.number, title=proposal.title)
    return tr("{name} is not complete: {list}.", name=name, list=tr(", ").join(words))


def _screened(proposal: Proposal, privacy: PrivacyReport, distribution: str) -> Proposal:
    g = proposal.governance
    if distribution == "public" and has_contact(proposal.title):  # the title also stands on the maps
        raise DataError(
            tr(
                "The title of proposal {n} seems to contain a phone number or an address; "
                "take it out before a public notice.",
                n=proposal.number,
            )
        )
    affected = str(proposal.extra.get("affected") or "")
    fields = (proposal.title, proposal.description, g.operator, g.rule, g.fee, g.upkeep, affected)
    where = tr("Proposal {n}", n=proposal.number)
    title, description, operator, rule, fee, upkeep, affected = screen(
        privacy, where, fields, mask=distribution == "public"
    )
    governance = replace(g, operator=operator, rule=rule, fee=fee, upkeep=upkeep)
    responsible = "" if distribution == "public" else proposal.responsible
    return replace(
        proposal,
        title=title,
        description=description,
        governance=governance,
        responsible=responsible,
        extra=_told(proposal, affected),
    )


def _told(proposal: Proposal, affected: str) -> dict[str, str]:
    """Return the only properties beside our own that are ever said."""
    said = {"affected": affected} if affected else {}
    return {**said, COST_ASSUMED: str(proposal.cost)} if proposal.is_cost_assumed else said


def _screened_note(note: Note, privacy: PrivacyReport, distribution: str) -> Note:
    (text,) = screen(privacy, tr("Note"), (note.text,), mask=distribution == "public")
    return replace(note, text=text)


def basis_of(result: GapResult) -> AgeBasis:
    """Return whom the headcounts of a result really count."""
    return result.counted_basis
