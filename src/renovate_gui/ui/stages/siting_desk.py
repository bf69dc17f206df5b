"""What the window looks for at the moment: one request, one result, one plan on the map; panel and map share it."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from renovate_gui.app.session import Session
from renovate_gui.app.siting import Hint, Plan, SitingRequest, SitingResult
from renovate_gui.assets import tr
from renovate_gui.domain.errors import RenovateError
from renovate_gui.domain.layer import ChangeEvent
from renovate_gui.ui.jobs import JobHandle, Jobs, sentence
from renovate_gui.ui.stages.gap_model import GapModel
from renovate_gui.ui.workspace import Stage, Workspace

_OBJECT_NAME = "siting_desk"
_KEY = "siting"
FUTURES = 100
"""Plausible futures that the second, exact search tries."""


class SitingDesk(QObject):
    """Finds places in the background: a first answer at once, the exact one after it; the latest wins.

    Signals
    -------
    changed
        Request, result, problem or staleness is new.
    shown_changed
        Another plan (or none) is shown on the map.
    started
        A :class:`JobHandle` began.
    """

    changed = Signal()
    shown_changed = Signal()
    started = Signal(object)

    def __init__(self, workspace: Workspace, jobs: Jobs | None) -> None:
        super().__init__(workspace)
        self.setObjectName(_OBJECT_NAME)
        self._workspace = workspace
        self.jobs = jobs
        self.request = SitingRequest()
        self.result: SitingResult | None = None
        self.problem = ""
        self.is_open = False
        self.is_stale = False
        self._chosen = 0
        self._hovered: int | None = None
        workspace.session_changed.connect(self._forget)
        workspace.changed.connect(self._on_changed)
        workspace.stage_changed.connect(self.shown_changed)

    @staticmethod
    def of(workspace: Workspace, jobs: Jobs | None = None) -> SitingDesk:
        """Return the workspace's desk."""
        found = workspace.findChild(QObject, _OBJECT_NAME)
        desk = found if isinstance(found, SitingDesk) else SitingDesk(workspace, jobs)
        if desk.jobs is None and jobs is not None:
            desk.jobs = jobs
        return desk

    @property
    def session(self) -> Session | None:
        """Return the open session."""
        return self._workspace.session

    def open(self, *, on: bool) -> None:
        """Open the panel, looking for the service that was judged last, or leave it."""
        if on and self.result is None:
            kind = GapModel.of(self._workspace).choice.kind
            self.request = replace(self.request, kinds=(kind,), together=False)
        self.is_open = on
        if not on and self.jobs is not None:
            self.jobs.cancel(_KEY)
        self.changed.emit()
        self.shown_changed.emit()

    def ask(self, **changes: object) -> None:
        """Change the request; nothing is searched before a person says so."""
        self.request = replace(self.request, **changes)  # type: ignore[arg-type]
        self._judge_the_same()
        self.changed.emit()

    def _judge_the_same(self) -> None:
        """Let the verdicts on the map be about the service that is looked for."""
        model, session = GapModel.of(self._workspace), self._workspace.session
        known = {k.code for k in session.gaps.kinds()} if session is not None else set()
        if self.request.kinds[0] in known and model.choice.kind not in self.request.kinds:
            model.choose(kind=self.request.kinds[0])

    @property
    def is_asked(self) -> bool:
        """Whether the result answers the present request."""
        asked = self.result.request if self.result is not None else None
        return asked is not None and _bare(asked) == _bare(self._with_gap(self.request))

    # -- searching ------------------------------------------------------------------------------------------------
    def find(self) -> None:
        """Search: a first answer, then the exact one."""
        self.problem, self._chosen, self._hovered = "", 0, None
        quick = replace(self._with_gap(self.request), exact=False, futures=0)
        self._start(quick, self._on_first)

    def _with_gap(self, request: SitingRequest) -> SitingRequest:
        """Return the request with service judged as on Gaps; another service has its own distance."""
        session = self._workspace.session
        if session is None:
            return request
        model = GapModel.of(self._workspace)
        gap = model.request(session)
        limit = gap.limit_m if request.kinds == (model.choice.kind,) else None
        return replace(request, gap=replace(gap, kinds=request.kinds, limit_m=limit))

    def _start(self, request: SitingRequest, on_done: object) -> None:
        session = self._workspace.session
        if session is None or self.jobs is None:
            return
        try:
            task = session.siting.prepare(request)
        except RenovateError as error:
            self._fail(error)
            return
        handle: JobHandle = self.jobs.start(task, on_done, self._fail, key=_KEY)  # type: ignore[arg-type]
        self.started.emit(handle)
        self.changed.emit()

    def _on_first(self, result: SitingResult) -> None:
        self._take(result)
        if result.plans:
            exact = replace(result.request, exact=True, futures=FUTURES)
            self._start(exact, self._take)

    def _take(self, result: SitingResult) -> None:
        session = self._workspace.session
        self.result, self.problem = result, ""
        self.is_stale = session is None or not session.siting.holds(result)
        self._chosen = min(self._chosen, max(0, len(result.plans) - 1))
        self.changed.emit()
        self.shown_changed.emit()

    def _fail(self, error: Exception) -> None:
        self.problem, self.result = sentence(error), None
        self.changed.emit()
        self.shown_changed.emit()

    # -- showing --------------------------------------------------------------------------------------------------
    @property
    def shown(self) -> Plan | None:
        """Return the plan on the map: the one under the pointer, else the chosen one."""
        if (
            not self.is_open
            or self.result is None
            or self.is_stale
            or self._workspace.stage != Stage.PROPOSALS
        ):
            return None
        number = self._chosen if self._hovered is None else self._hovered
        return self.result.plans[number] if number < len(self.result.plans) else None

    @property
    def chosen(self) -> int:
        """Return the chosen plan's index."""
        return self._chosen

    def hover(self, number: int | None) -> None:
        """Show another plan while the pointer rests on it."""
        self._hovered = number
        self.shown_changed.emit()

    def choose(self, number: int) -> None:
        """Show another plan from now on."""
        self._chosen = number
        self.changed.emit()
        self.shown_changed.emit()

    # -- acting ---------------------------------------------------------------------------------------------------
    def put(self, number: int) -> None:
        """Put a plan on the map as proposals, one step."""
        session, result = self._workspace.session, self.result
        if session is None or result is None:
            return
        try:
            done = session.siting.apply(result, number + 1)
        except RenovateError as error:
            self._workspace.message.emit(str(error), "error")
            return
        words = tr("{n} proposals are on the map; Ctrl+Z takes them back.", n=len(done))
        self._workspace.message.emit(words, "good")
        self.open(on=False)

    def follow(self, hint: Hint) -> None:
        """Do what a hint says: search again, or put its site on the map."""
        session = self._workspace.session
        if hint.request is not None:
            self.request = replace(hint.request, exact=False, futures=0)
            self._judge_the_same()
            self.find()
        elif session is not None and hint.sites:
            try:
                session.siting.draw(hint.sites)
            except RenovateError as error:
                self._workspace.message.emit(str(error), "error")

    # -- following ------------------------------------------------------------------------------------------------
    def _forget(self) -> None:
        self.request, self.result, self.problem = SitingRequest(), None, ""
        self.is_open = self.is_stale = False
        self.changed.emit()
        self.shown_changed.emit()

    def _on_changed(self, _event: ChangeEvent) -> None:
        session = self._workspace.session
        if session is None or self.result is None or self.is_stale:
            return
        if not session.siting.holds(self.result):
            self.is_stale = True
            if self.jobs is not None:
                self.jobs.cancel(_KEY)
            self.changed.emit()
            self.shown_changed.emit()


def _bare(request: SitingRequest) -> SitingRequest:
    """Return what a person asked, without how hard it was searched."""
    return replace(request, exact=False, futures=0)
