"""A facility, a capacity or a link in hand: every movement of the pointer is judged anew, and nothing old looks new.

One gesture at a time. It is prepared beside the window when a thing is taken in hand; until then the picture shows
where the thing would be and the figures count as old. Then each movement makes one frame, of the newest place only.
What takes longer than a frame is asked for when the hand rests.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal

from renovate_gui.app.tasks import Task
from renovate_gui.domain.errors import RenovateError
from renovate_gui.domain.facility import AgeBasis
from renovate_gui.domain.live import GroupShift, LiveFrame
from renovate_gui.domain.verdict import GapResult, Verdict
from renovate_gui.ui.jobs import JobHandle, Jobs
from renovate_gui.ui.stages.gap_model import GapModel, counts_people, total
from renovate_gui.ui.stages.live_held import Held, parts_of
from renovate_gui.ui.stages.live_port import Change, LiveGap, Prepare, frame_task, prepare, rest_task
from renovate_gui.ui.workspace import Stage, Tool, Workspace

REST_MS = 150
"""A hand that does not move for so long rests."""
STAGES = frozenset({Stage.GAPS, Stage.PROPOSALS})
_OBJECT_NAME = "live_model"
_JOB, _FRAME_JOB, _REST_JOB = "live-prepare", "live-frame", "live-rest"
SLOW_S = 0.05
"""A frame that works longer is judged beside the window from then on: the pointer must not stick."""


class Phase(StrEnum):
    """Where a gesture stands."""

    IDLE = "idle"
    PREPARING = "preparing"  # in hand, nothing judged yet
    LIVE = "live"
    ASKING = "asking"  # a trial was let go: a person says what becomes of it
    SETTLING = "settling"  # stored; the whole analysis is on its way


@dataclass(frozen=True, slots=True)
class Tally:
    """People (or buildings, without headcounts) by verdict, and all of them."""

    parts: Mapping[Verdict, float]
    total: float

    @property
    def served(self) -> float:
        """Return those served."""
        return self.parts.get(Verdict.SERVED, 0.0)


def tally_of(result: GapResult) -> Tally:
    """Return the sums of a whole result."""
    by_people = counts_people(result)
    parts = {v: result.people_of(v) if by_people else float(result.buildings(v)) for v in Verdict}
    return Tally(parts, total(result))


@dataclass(frozen=True, slots=True)
class Numbers:
    """What a gesture changes; ``now`` is None before the first frame.

    Attributes
    ----------
    is_stale
        They are older than what the map shows in hand.
    access, access_is_stale
        Places per 100 people who need one, on average over them, NaN unknown: worked out at rest.
    """

    before: Tally
    now: Tally | None
    shifts: Mapping[AgeBasis, GroupShift]
    is_stale: bool
    access: float
    access_is_stale: bool


def still(result: GapResult) -> dict[AgeBasis, GroupShift]:
    """Return the groups of a result with nobody who gains or loses."""
    return dict.fromkeys(result.groups, GroupShift(0.0, 0.0))


def access_per_100(result: GapResult) -> float:
    """Return places per 100 people who need one, on average over them; NaN where the result does not say."""
    service = result.service
    if len(service.access) == 0 or len(service.need) != len(service.access):
        return float("nan")
    known = np.isfinite(service.access) & np.isfinite(service.need)
    people = float(service.need[known].sum())
    return (
        100.0 * float((service.access * service.need)[known].sum()) / people if people > 0 else float("nan")
    )


class LiveModel(QObject):
    """The one gesture of the window.

    Signals
    -------
    moved
        The thing in hand is elsewhere on the map: paint it again.
    changed
        Numbers or phase are new.
    rested
        The hand rests; carries the whole :class:`GapResult` of the place where it does.
    ended
        No gesture any more.
    """

    moved = Signal()
    changed = Signal()
    rested = Signal(object)
    ended = Signal()

    def __init__(self, workspace: Workspace, jobs: Jobs, prepare_gesture: Prepare = prepare) -> None:
        super().__init__(workspace)
        self.setObjectName(_OBJECT_NAME)
        self._workspace, self._jobs = workspace, jobs
        self._gaps = GapModel.of(workspace, jobs)
        self.prepare_gesture = prepare_gesture
        self.phase = Phase.IDLE
        self.held: Held | None = None
        self.base: GapResult | None = None
        """The result whose rows the frames change."""
        self.frame: LiveFrame | None = None
        self.shown: Change | None = None
        """What :attr:`frame` is about."""
        self._wanted: Change | None = None
        self._gesture: LiveGap | None = None
        self._generation = 0
        self._access, self._access_of = np.nan, -1
        self._is_storing = False
        self._is_slow = self._was_slow = self._is_judging = self._has_said_stale = False
        self.is_at_rest = False
        self.was_stored = False
        """Whether the last gesture was stored: its picture stays until the tiles show the same."""
        self._tally: tuple[GapResult, Tally] | None = None
        self._tick = QTimer(self)
        self._tick.setSingleShot(True)
        self._tick.timeout.connect(self.catch_up)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._ask_at_rest)
        self._resting: tuple[JobHandle, LiveFrame] | None = None
        """The work at rest that is under way, and the frame it is about."""
        self._jobs.ended.connect(self._on_job_ended)
        workspace.session_changed.connect(self.cancel)
        workspace.stage_changed.connect(self._on_stage)
        workspace.changed.connect(self._on_changed)
        self._gaps.picture_changed.connect(self._on_picture)

    @staticmethod
    def of(workspace: Workspace, jobs: Jobs | None = None) -> LiveModel:
        """Return the workspace's model; it is made when first asked for."""
        found = workspace.findChild(QObject, _OBJECT_NAME)
        if isinstance(found, LiveModel):
            return found
        return LiveModel(workspace, jobs or Jobs(workspace))

    # -- what it is -----------------------------------------------------------------------------------------------
    @property
    def is_busy(self) -> bool:
        """Return whether something is in hand or waits for an answer."""
        return self.phase is not Phase.IDLE

    @property
    def is_held(self) -> bool:
        """Return whether something is in hand, or was let go and waits for an answer; not while it is being stored."""
        return self.is_busy and self.phase is not Phase.SETTLING and not self._is_storing

    @property
    def wanted(self) -> Change | None:
        """Return what is asked for, judged or not yet."""
        return self._wanted

    @property
    def is_stale(self) -> bool:
        """Return whether the numbers are older than what the map shows in hand."""
        return self.phase is Phase.PREPARING or self.shown != self._wanted

    @property
    def is_storing(self) -> bool:
        """Return whether the gesture's outcome is being stored at this moment."""
        return self._is_storing

    @property
    def gesture(self) -> LiveGap | None:
        """Return the prepared gesture; its last frame is :attr:`frame`. None until it is ready."""
        return self._gesture

    @property
    def at(self) -> Change | None:
        """Return what the map shows in hand: what was judged last; what is wanted where judging takes its time."""
        return self.shown if self.frame is not None and not self._is_slow else self._wanted

    def numbers(self) -> Numbers | None:
        """Return what changes, None when nothing is in hand."""
        if self.base is None or self.phase is Phase.IDLE:
            return None
        frame, by_people = self.frame, counts_people(self.base)
        if self._tally is None or self._tally[0] is not self.base:
            self._tally = (self.base, tally_of(self.base))
        before, now = self._tally[1], None
        if frame is not None:
            parts = {
                v: float(frame.people.get(v, 0.0) if by_people else frame.buildings.get(v, 0))
                for v in Verdict
            }
            now = Tally(parts, before.total)
        number = frame.number if frame is not None else -1
        return Numbers(
            before, now, frame.shifts if frame is not None else still(self.base), self.is_stale,
            self._access, self._access_of != number,
        )  # fmt: skip

    def may_hold(self, kind: str) -> bool:
        """Return whether a facility of this kind, or (without a kind) a link, can be judged in hand now."""
        picture = self._gaps.picture
        is_here = self._workspace.session is not None and self._workspace.stage in STAGES
        return is_here and picture is not None and (not kind or picture.main.kind == kind)

    # -- a gesture ------------------------------------------------------------------------------------------------
    def hold(self, held: Held) -> bool:
        """Take a thing in hand; return False when nothing can be judged here."""
        session, picture = self._workspace.session, self._gaps.picture
        if session is None or picture is None or not self.may_hold(held.facility_kind):
            return False
        if self._takes_again(held):
            return True
        if self._workspace.tool is Tool.WHAT_IF:
            held = replace(held, is_trial=True)  # of all things alike: what becomes of it is asked
        self.cancel()
        self.held, self.base = held, picture.main
        self._generation += 1
        generation = self._generation
        try:
            task = self.prepare_gesture(session, self._gaps.request(session), held.key)
        except RenovateError as error:
            self._fail(error)
            return False
        self.phase, self.was_stored = Phase.PREPARING, False
        self._jobs.start(task, lambda made: self._on_ready(made, generation), self._fail, key=_JOB)
        self.changed.emit()
        return True

    def _takes_again(self, held: Held) -> bool:
        """Return whether it is the facility of the trial at hand, which then goes on: what was tried stays tried."""
        mine = self.held
        if mine is None or mine.key != held.key or not mine.is_trial or mine.home is None or mine.is_new:
            return False
        if self.phase not in {Phase.PREPARING, Phase.LIVE, Phase.ASKING}:
            return False
        self._asks_when_ready = False
        if self.phase is Phase.ASKING:
            self.phase = Phase.LIVE
            self.changed.emit()
        return True

    def shift(self, key: str) -> tuple[float, float]:
        """Return how far a thing was moved by the trial at hand, metres east and north; nothing of any other thing."""
        held = self.held
        place, _ = parts_of(self._wanted)
        if held is None or held.key != key or held.home is None or place is None:
            return 0.0, 0.0
        return place.x - held.home.x, place.y - held.home.y

    def follow(self, change: Change) -> None:
        """Judge the thing here; only the newest place counts, however fast they come."""
        if self.held is not None:
            change = self.held.joined(self._wanted, change)
        if self.phase not in {Phase.PREPARING, Phase.LIVE, Phase.ASKING} or change == self._wanted:
            return
        self._wanted = change
        self._rest.stop()
        if self._gesture is None or self._is_slow:
            self.moved.emit()
            self._say_stale()
        if self._gesture is not None and not self._tick.isActive():
            self._tick.start(0)

    def catch_up(self) -> None:
        """Judge the newest place now."""
        self._tick.stop()
        if self._gesture is None or self._wanted is None or not self.is_stale:
            return
        if self._is_slow:
            self._judge_beside(self._gesture, self._wanted)
            return
        begun = time.thread_time()  # its own work: another program's must not count
        try:
            frame = self._gesture.frame(self._wanted)
        except RenovateError as error:
            self._fail(error)
            return
        is_slow = time.thread_time() - begun > SLOW_S
        # once may be the collector of garbage; twice is the gesture
        self._is_slow, self._was_slow = is_slow and self._was_slow, is_slow
        self._show(frame, self._wanted)

    def _judge_beside(self, gesture: LiveGap, wanted: Change) -> None:
        """Judge in a thread of its own, one place at a time: the next one is the newest when this one is done."""
        if self._is_judging:
            return
        self._is_judging = True
        generation = self._generation

        def show(frame: LiveFrame) -> None:
            if generation == self._generation:
                self._is_judging = False
                self._show(frame, wanted)
                self.catch_up()

        self._jobs.start(frame_task(gesture, wanted), show, self._fail, key=_FRAME_JOB)

    def _show(self, frame: LiveFrame, change: Change) -> None:
        self.frame, self.shown = frame, change
        self._rest.start()
        self._has_said_stale, self.is_at_rest = self.is_stale, False
        self.moved.emit()
        self.changed.emit()

    def _say_stale(self) -> None:
        """Let the numbers look old; once is enough until they are new again."""
        if not self._has_said_stale:
            self._has_said_stale = True
            self.changed.emit()

    def let_go(self) -> None:
        """End the movement: a proposal is stored where it is, with anything else a person is asked."""
        held = self.held
        if held is None or self.phase not in {Phase.PREPARING, Phase.LIVE}:
            return
        if held.is_as_before(self._wanted):
            self.cancel()
            return
        self.catch_up()
        if held.is_trial:
            if self._gesture is not None:
                self.phase = Phase.ASKING
                self._ask_at_rest()
            else:
                self._asks_when_ready = True
            self.changed.emit()
        elif self._wanted is not None:
            self._store(held, self._wanted)

    _asks_when_ready = False

    def cancel(self) -> None:
        """Let everything return to where it was."""
        was_busy = self.is_busy
        if self.phase is not Phase.SETTLING:
            self.was_stored = False
        self._generation += 1
        self._tick.stop()
        self._rest.stop()
        self._jobs.cancel(_JOB)
        self._jobs.cancel(_REST_JOB)
        self._jobs.cancel(_FRAME_JOB)
        self._is_slow = self._was_slow = self._is_judging = self._has_said_stale = False
        self.phase, self.held, self.base, self.frame = Phase.IDLE, None, None, None
        self.shown = self._wanted = self._gesture = None
        self._access, self._access_of, self._asks_when_ready = np.nan, -1, False
        self.is_at_rest = False
        if was_busy:
            self.moved.emit()
            self.changed.emit()
            self.ended.emit()

    def stored(self, store: Callable[[], object]) -> None:
        """Run a call that stores the gesture's outcome; the picture stays until the whole analysis has it, too."""
        self._tick.stop()
        self._is_storing = True
        try:
            store()
        except RenovateError as error:
            self._fail(error)
            return
        finally:
            self._is_storing = False
        self._rest.stop()
        self.phase, self.was_stored = Phase.SETTLING, True
        self.changed.emit()
        if not self._gaps.is_running:
            self.cancel()

    def changed_rows(self) -> NDArray[np.int64]:
        """Return the ids of the places whose verdict the gesture changes, shape ``(k,)``."""
        if self.frame is None or self.base is None:
            return np.zeros(0, dtype=np.int64)
        return self.base.ids[self.frame.changed]

    # -- inside ---------------------------------------------------------------------------------------------------
    def _store(self, held: Held, change: Change) -> None:
        session = self._workspace.session
        if session is None:
            self.cancel()
            return
        self.stored(lambda: held.store(session, change))

    def _on_ready(self, gesture: LiveGap, generation: int) -> None:
        if generation != self._generation or self.phase is not Phase.PREPARING:
            return
        self._gesture, self.phase = gesture, Phase.LIVE
        self.catch_up()
        if self._asks_when_ready and self.phase is Phase.LIVE:
            self._asks_when_ready = False
            self.phase = Phase.ASKING
            self._ask_at_rest()
        self.changed.emit()

    def _ask_at_rest(self) -> None:
        gesture, frame, generation = self._gesture, self.frame, self._generation
        if gesture is None or frame is None or self.is_stale:
            return
        self.is_at_rest = True
        self.changed.emit()
        if self._resting is not None:
            return  # it cannot be stopped half way: the newest frame follows when it ends, those between never
        task: Task[GapResult] = rest_task(gesture)

        def show(result: GapResult) -> None:
            if generation == self._generation and self.frame is frame:
                self._access, self._access_of = access_per_100(result), frame.number
                self.changed.emit()
                self.rested.emit(result)

        self._resting = (self._jobs.start(task, show, self._fail, key=_REST_JOB), frame)

    def _on_job_ended(self, handle: JobHandle) -> None:
        if self._resting is None or self._resting[0] is not handle:
            return
        was_about, self._resting = self._resting[1], None
        if self.is_at_rest and self.frame is not was_about:
            self._ask_at_rest()

    def _fail(self, error: Exception) -> None:
        from renovate_gui.ui.jobs import sentence

        self.cancel()
        self._workspace.message.emit(sentence(error), "warning")

    def _on_stage(self) -> None:
        if self._workspace.stage not in STAGES:
            self.cancel()

    def _on_changed(self, _event: object) -> None:
        if self.is_busy and not self._is_storing and self.phase is not Phase.SETTLING:
            self.cancel()  # what the gesture was prepared on is no longer there

    def _on_picture(self) -> None:
        picture = self._gaps.picture
        if self.phase is Phase.SETTLING:
            if not self._gaps.is_running:
                self.cancel()
        elif self.is_busy and (picture is None or not _is_same(picture.main, self.base)):
            self.cancel()  # another question is asked


def _is_same(one: GapResult, other: GapResult | None) -> bool:
    """Return whether two results answer the same question over the same places."""
    if other is None or len(one.ids) != len(other.ids):
        return False
    asked = [(r.kind, r.limit_m, r.measure, r.layer_id, r.walker, r.direction) for r in (one, other)]
    return asked[0] == asked[1]
