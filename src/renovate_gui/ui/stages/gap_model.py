"""What the window judges at the moment: one choice, one set of results, shared by Gaps, Proposals, Evaluate and chart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal

from renovate_gui.app.gap_inputs import counting_proposals, layer_signature
from renovate_gui.app.gaps import GapRequest, NetworkReport
from renovate_gui.app.measures import Effect, effect_of
from renovate_gui.app.parameters import GapParameters
from renovate_gui.app.session import Session
from renovate_gui.app.tasks import IsCancelled, Progress, Task
from renovate_gui.assets import current_language, tr
from renovate_gui.domain.errors import RenovateError
from renovate_gui.domain.facility import FacilityKind
from renovate_gui.domain.ids import Uuid
from renovate_gui.domain.layer import ChangeEvent
from renovate_gui.domain.roles import Role
from renovate_gui.domain.verdict import Explanation, GapResult, Measure, Verdict
from renovate_gui.ui.jobs import Jobs, sentence
from renovate_gui.ui.stages.gap_choice import FEATURED, GapChoice, at_limit
from renovate_gui.ui.workspace import Stage, Workspace

__all__ = ["FEATURED", "GapChoice", "GapModel", "GapPicture"]

_STAGES = {Stage.GAPS, Stage.PROPOSALS, Stage.EVALUATE}
_WHY_JOB = "gap-why"
_OBJECT_NAME = "gap_model"
_Kept = tuple[tuple[GapResult, ...], NetworkReport | None]


@dataclass(frozen=True, slots=True)
class GapPicture:
    """Finished results of one choice.

    Attributes
    ----------
    choice
        What was judged; by straight line while there is no network, whatever the person chose.
    main
        The chosen kind.
    other
        The same by the other measure.
    without
        The same without proposals, None when the choice leaves them out or there are none.
    featured
        The two featured kinds at their standard's distance, for the chart.
    network
        Health of the walking network, None without one.
    """

    choice: GapChoice
    main: GapResult
    other: GapResult | None
    without: GapResult | None
    featured: tuple[GapResult, ...]
    network: NetworkReport | None
    is_stand_in: bool = False
    """Straight lines stand in for a walking network that is not there."""
    looked_at: Uuid | None = None
    """The proposed link whose own share is told, see :attr:`without_it`."""
    without_it: GapResult | None = None
    """The same with all proposals but :attr:`looked_at`."""

    def gained(self) -> float | None:
        """Return how many people (or buildings, without headcounts) proposals bring within reach; None unknown."""
        if self.without is None:
            return None
        return served(self.main) - served(self.without)

    def added_by(self, link: Uuid) -> float | None:
        """Return how many more are within reach than with all other proposals alone; None while that is not known."""
        if self.without_it is None or self.looked_at != link:
            return None
        return served(self.main) - served(self.without_it)


def counts_people(result: GapResult) -> bool:
    """Return whether the result counts people, else buildings."""
    return result.people_total > 0


def served(result: GapResult) -> float:
    """Return the served people, or buildings when there are no headcounts."""
    if counts_people(result):
        return result.people_of(Verdict.SERVED)
    return float(result.buildings(Verdict.SERVED))


def total(result: GapResult) -> float:
    """Return all people, or buildings when there are no headcounts."""
    return result.people_total if counts_people(result) else float(len(result.ids))


def kind_title(kind: FacilityKind) -> str:
    """Return a facility kind's name in the reader's language."""
    return kind.zh if current_language() == "zh_CN" else kind.en


def title_of(session: Session, code: str) -> str:
    """Return the name of a kind's code; the code itself when the standard does not know it."""
    return next((kind_title(k) for k in session.gaps.kinds() if k.code == code), code)


class GapModel(QObject):
    """Recomputes in the background after a choice or a change; the latest wins.

    Signals
    -------
    picture_changed
        :attr:`picture` or :attr:`problem` is new.
    explained
        A building was explained (:class:`Explanation`), or none is (None).
    """

    picture_changed = Signal()
    explained = Signal(object)

    def __init__(self, workspace: Workspace, jobs: Jobs | None) -> None:
        super().__init__(workspace)
        self.setObjectName(_OBJECT_NAME)
        self._workspace = workspace
        self.jobs = jobs
        self.choice = GapChoice().taking(self._kept())  # a session may be open already
        self.picture: GapPicture | None = None
        self.problem = ""
        self.is_running = False
        self._is_stale = True
        self._featured_key: tuple[object, ...] = ()
        self._seen_inputs: tuple[object, ...] = ()
        self._generation = 0
        self._looked_at: Uuid | None = None
        workspace.session_changed.connect(self._on_session_changed)
        workspace.changed.connect(self._on_changed)
        workspace.stage_changed.connect(self.update_if_stale)
        workspace.language_changed.connect(self._mark_stale)
        workspace.selection_changed.connect(self._on_selection)

    @staticmethod
    def of(workspace: Workspace, jobs: Jobs | None = None) -> GapModel:
        """Return the workspace's model; the first one with ``jobs`` brings it to life."""
        found = workspace.findChild(QObject, _OBJECT_NAME)
        model = found if isinstance(found, GapModel) else GapModel(workspace, jobs)
        if model.jobs is None and jobs is not None:
            model.jobs = jobs
        return model

    @property
    def session(self) -> Session | None:
        """Return the open session."""
        return self._workspace.session

    def choose(self, **changes: object) -> None:
        """Change the choice, keep it in the project, and compute; another kind has its own distance."""
        if "kind" in changes:
            self.choice = self.choice.of_kind(str(changes.pop("kind")), self._kept())
        self.choice = replace(self.choice, **changes)  # type: ignore[arg-type]
        self._keep()
        self.update_now()

    def _kept(self) -> GapParameters:
        session = self._workspace.session
        return session.parameters.gaps() if session is not None else GapParameters()

    def _keep(self) -> None:
        """Keep the choice in the project; where that may only be read it is this window's alone."""
        session = self._workspace.session
        if session is None:
            return
        after = self.choice.kept(session.parameters.gaps())
        try:
            session.parameters.set_gaps(after)
        except RenovateError as error:
            self._workspace.message.emit(str(error), "error")

    def _take_kept(self) -> bool:
        """Choose what the project keeps; return whether that differs from what was chosen."""
        choice = self.choice.taking(self._kept())
        is_new, self.choice = choice != self.choice, choice
        return is_new

    def preview_limit(self, limit_m: float) -> None:
        """Show at once what another distance would mean, from the distances at hand; nothing is kept or computed."""
        picture = self.picture
        if picture is not None:
            self.picture = replace(
                picture,
                main=at_limit(picture.main, limit_m),
                other=at_limit(picture.other, limit_m) if picture.other is not None else None,
                without=at_limit(picture.without, limit_m) if picture.without is not None else None,
                without_it=at_limit(picture.without_it, limit_m) if picture.without_it is not None else None,
            )
            self._workspace.show_gap(self.picture.main)
            self.picture_changed.emit()

    def preview_share(self, share: float | None) -> None:
        """Judge by another share in need while the hand moves; kept with :meth:`choose` when it lets go."""
        self.choice = replace(self.choice, need_share=share)
        self.update_now()

    def look_at(self, uuid: Uuid | None) -> None:
        """Tell the own share of a proposed link from now on, None: of none; facilities carry theirs in the result."""
        self._looked_at = uuid
        picture = self.picture
        if uuid is not None and picture is not None and picture.looked_at != uuid and self._is_link(uuid):
            self.update_now()

    def _is_link(self, uuid: Uuid | None) -> bool:
        session = self._workspace.session
        drawn = counting_proposals(session.proposals.of()) if session is not None else ()
        return any(p.uuid == uuid and effect_of(p.kind) == Effect.LINK for p in drawn)

    def request(self, session: Session) -> GapRequest:
        """Return what is chosen now, as far as it can be judged."""
        return self._possible(session).request()

    def update_if_stale(self) -> None:
        """Compute when something changed and a stage that shows verdicts is in front."""
        if self._is_stale and self._workspace.stage in _STAGES:
            self.update_now()

    def update_now(self) -> None:
        """Compute from the present data."""
        session = self._workspace.session
        if session is None or self.jobs is None:
            return
        self._is_stale = False
        self._seen_inputs = self._inputs()
        self.problem = ""
        try:
            task = self._task(session)
        except RenovateError as error:
            self.jobs.cancel("gap-model")  # what it judges is no longer there
            self._fail(error)
            return
        self._drop_if_gone(session)
        self.is_running = True
        self.jobs.start(task, self._on_done, self._fail, key="gap-model")

    def explain(self, feature_id: int) -> Explanation | None:
        """Show why a building has its verdict."""
        session, picture = self._workspace.session, self.picture
        if session is None or picture is None or feature_id not in set(picture.main.ids.tolist()):
            return None
        try:
            explanation = session.gaps.explain(picture.main, feature_id, is_soon=self.jobs is not None)
        except RenovateError as error:
            self._workspace.message.emit(str(error), "warning")
            return None
        self._workspace.show_gap(picture.main, explanation)
        self.explained.emit(explanation)
        if explanation.walkers_follow:
            self._follow(session, picture, explanation)
        return explanation

    def _follow(self, session: Session, picture: GapPicture, explanation: Explanation) -> None:
        """Work out beside the window what the explanation still lacks; it is shown if that is still looked at."""
        if self.jobs is None:
            return

        def show(whole: Explanation) -> None:
            if self.picture is picture and self._workspace.explanation is explanation:
                self._workspace.show_gap(picture.main, whole)
                self.explained.emit(whole)

        def fail(error: Exception) -> None:
            self._workspace.message.emit(sentence(error), "warning")
            show(replace(explanation, walkers_follow=False))

        task = session.gaps.prepare_explanation(picture.main, explanation.feature_id)
        self.jobs.start(task, show, fail, key=_WHY_JOB)

    def forget_explanation(self) -> None:
        """Show no building's route."""
        if self.picture is not None:
            self._workspace.show_gap(self.picture.main)
        self.explained.emit(None)

    # -- inside -------------------------------------------------------------------------------------------------
    def _task(self, session: Session) -> Task[GapPicture]:
        codes = [k.code for k in session.gaps.kinds()]
        if codes and self.choice.kind not in codes:
            self.choice = self.choice.of_kind(codes[0], self._kept())
        choice = self._possible(session)
        stands_in = choice.measure != self.choice.measure
        request = choice.request()
        main = session.gaps.prepare(request)
        other = None
        if choice.measure == Measure.NETWORK or session.layers.of_role(Role.WALK_NETWORK):
            other = session.gaps.prepare(replace(request, measure=_other(choice.measure)))
        without = None
        if choice.with_proposals and session.proposals.of():
            without = session.gaps.prepare(replace(request, with_proposals=False))
        link = self._looked_at if without is not None and self._is_link(self._looked_at) else None
        without_it = session.gaps.prepare(replace(request, without=(link,))) if link is not None else None
        kept, key = self._kept_featured(choice)
        featured = None
        if kept is None:
            featured = session.gaps.prepare(choice.request(*[k for k in FEATURED if k in codes]))

        def work(progress: Progress, is_cancelled: IsCancelled) -> GapPicture:
            before = _results(without, progress, is_cancelled)
            others = _results(without_it, progress, is_cancelled)
            network = kept[1] if kept is not None else session.gaps.network_report()
            beside = _results(other, progress, is_cancelled)
            curves = kept[0] if kept is not None else _results(featured, progress, is_cancelled)
            # last, so that it is also what the session calls the latest
            chosen = main.run(progress, is_cancelled)[0]
            self._featured_key = key
            return GapPicture(
                choice, chosen, next(iter(beside), None), next(iter(before), None), curves, network,
                is_stand_in=stands_in, looked_at=link, without_it=next(iter(others), None),
            )  # fmt: skip

        return Task(tr("Judging {kind}", kind=title_of(session, choice.kind)), work)

    def _possible(self, session: Session) -> GapChoice:
        """Return what can be judged now: without a network straight lines stand in, the person's choice stays."""
        if self.choice.measure == Measure.NETWORK and not session.layers.of_role(Role.WALK_NETWORK):
            return replace(self.choice, measure=Measure.CIRCLE)
        return self.choice

    def _kept_featured(self, choice: GapChoice) -> tuple[_Kept | None, tuple[object, ...]]:
        """Return chart and network report when nothing they depend on changed, and the key of what they depend on."""
        key = (self._generation, *choice.beside())
        if self.picture is not None and key == self._featured_key:
            return (self.picture.featured, self.picture.network), key
        return None, key

    def _on_done(self, picture: GapPicture) -> None:
        self.is_running = False
        self.picture = picture
        self.problem = ""
        key, ids = self._workspace.selection
        was_explained = self._workspace.explanation is not None
        self._workspace.show_gap(picture.main)
        self.picture_changed.emit()
        self._on_selection(key, ids)
        if was_explained and self._workspace.explanation is None:
            self.explained.emit(
                None
            )  # its building is no longer among the judged ones: no card without its route

    def _fail(self, error: Exception) -> None:
        self.is_running = False
        self.picture = None
        self.problem = sentence(error)
        self._workspace.show_gap(None)
        self.picture_changed.emit()
        self.explained.emit(None)

    def _on_session_changed(self) -> None:
        if self.jobs is not None:
            self.jobs.cancel("gap-model")
            self.jobs.cancel(_WHY_JOB)
        self.choice, self._looked_at = GapChoice(), None
        self._take_kept()
        self.picture, self.problem = None, ""
        self._mark_stale()
        self.picture_changed.emit()

    def _on_changed(self, event: ChangeEvent) -> None:
        is_other = event.settings and self._take_kept()
        if is_other or event.layers or (self._inputs() != self._seen_inputs):
            self._mark_stale()

    def _inputs(self) -> tuple[object, ...]:
        """Return what verdicts depend on besides features: a new price or a hidden layer changes nothing."""
        session = self._workspace.session
        if session is None:
            return ()
        drawn = counting_proposals(session.proposals.of())
        places = tuple(
            (p.uuid, p.kind, p.title, p.geometry.wkb if p.geometry else b"", p.capacity) for p in drawn
        )
        totals = session.people.totals()
        # not only which standard: the project edits, signs and imports rows of it
        return (session.standards.state(), layer_signature(session.layers), places, totals)

    def _mark_stale(self) -> None:
        self._is_stale = True
        self._generation += 1
        if self._workspace.session is not None:
            self._drop_if_gone(self._workspace.session)
        self.update_if_stale()

    def _drop_if_gone(self, session: Session) -> None:
        """Forget results of a layer that is no longer in the project, at once and not when others are ready."""
        picture = self.picture
        if picture is None or any(i.id == picture.main.layer_id for i in session.layers.all()):
            return
        self.picture = None
        if self.jobs is not None:
            self.jobs.cancel("gap-model")
        self._workspace.show_gap(None)
        self.picture_changed.emit()
        self.explained.emit(None)

    def _on_selection(self, key: str, ids: tuple[object, ...]) -> None:
        if self._workspace.stage not in _STAGES or self.picture is None:
            return
        judged = {f"layer:{self.picture.main.layer_id}", f"gap:{self.picture.main.kind}"}
        if key in judged and len(ids) == 1 and isinstance(ids[0], (int, float)):
            self.explain(int(ids[0]))
        elif self._workspace.explanation is not None:
            self.forget_explanation()


def _other(measure: Measure) -> Measure:
    return Measure.CIRCLE if measure == Measure.NETWORK else Measure.NETWORK


def _results(
    task: Task[tuple[GapResult, ...]] | None, progress: Progress, is_cancelled: IsCancelled
) -> tuple[GapResult, ...]:
    return () if task is None else task.run(progress, is_cancelled)


def verdict_shares(result: GapResult) -> Sequence[tuple[Verdict, float, int]]:
    """Return verdict, people and buildings, in the order of the legend; empty later verdicts are left out."""
    always = {Verdict.SERVED, Verdict.OUT_OF_REACH}
    rows = [(v, result.people_of(v), result.buildings(v)) for v in Verdict]
    return [r for r in rows if r[2] or r[0] in always]
