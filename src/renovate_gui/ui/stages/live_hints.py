"""One or two better steps, worked out when the hand rests; a click takes the step."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QGraphicsOpacityEffect, QVBoxLayout, QWidget

from renovate_gui.app.live_facility import FacilityGap
from renovate_gui.app.live_hints import LiveHint, prepare
from renovate_gui.assets import tr
from renovate_gui.domain.errors import RenovateError
from renovate_gui.ui.jobs import Jobs
from renovate_gui.ui.stages.live_held import Held
from renovate_gui.ui.stages.live_model import LiveModel, Phase
from renovate_gui.ui.stages.live_port import Change, PlaceAt
from renovate_gui.ui.stages.widgets import appear, clear
from renovate_gui.ui.stages.widgets import hint as card
from renovate_gui.ui.workspace import Workspace

_JOB = "live-hints"
_MOST = 2


class LiveHints(QWidget):
    """Follows the live model: computes at rest and once stored, grey from the next movement on."""

    def __init__(self, workspace: Workspace, jobs: Jobs, model: LiveModel) -> None:
        super().__init__()
        self._workspace, self._jobs, self._model = workspace, jobs, model
        self.hints: tuple[LiveHint, ...] = ()
        self.is_stale = False
        self._held: Held | None = None
        self._about: tuple[Held | None, Change | None] = (None, None)
        """The thing and its state that the hints are about, or are being worked out for."""
        self._is_taking = False
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 2, 0, 2)
        self._column.setSpacing(6)
        appear(self, on=False)
        model.rested.connect(lambda _result: self._look())
        model.changed.connect(self._follow)
        model.ended.connect(self._on_ended)
        workspace.changed.connect(self._on_changed)
        workspace.selection_changed.connect(self._on_selection)
        for signal in (workspace.session_changed, workspace.stage_changed, workspace.language_changed):
            signal.connect(self.forget)

    def forget(self, *_ignored: object) -> None:
        """Show none."""
        self._jobs.cancel(_JOB)
        self.hints, self._held, self._about, self.is_stale = (), None, (None, None), False
        self._show()

    def take(self, hint: LiveHint) -> None:
        """Do what a hint says: a trial goes on there, a proposal is stored there in one step."""
        session, held, model = self._workspace.session, self._held, self._model
        if session is None or held is None or self.is_stale:
            return
        if held.is_trial:
            model.follow(hint.change)
            return
        self._is_taking = True
        try:
            if model.phase in {Phase.LIVE, Phase.PREPARING}:
                model.let_go()  # where the hand left it is a step of its own
            held.store(session, hint.change)
            self._workspace.message.emit(tr("Done as hinted. Ctrl+Z takes it back."), "good")
        except RenovateError as error:  # a locked scenario has it
            self._workspace.message.emit(str(error), "warning")
        finally:
            self._is_taking = False
            self.forget()

    # -- following ------------------------------------------------------------------------------------------------
    def _follow(self) -> None:
        model = self._model
        if model.phase is Phase.SETTLING:
            if model.held is not None and model.held.is_trial:
                self.forget()  # it is a proposal now
            elif self._about != (model.held, model.shown) or self.is_stale:
                self._look()
        elif model.is_busy and (model.is_stale or (model.held, model.shown) != self._about):
            self._grow_old()

    def _look(self) -> None:
        """Work the hints out for what is shown now; the latest wins."""
        model, gesture, held = self._model, self._model.gesture, self._model.held
        if held is None or held.is_new or model.is_stale or not isinstance(gesture, FacilityGap):
            self.forget()
            return
        self._held, self._about = held, (held, model.shown)
        about = self._about
        task = prepare(gesture)

        def show(found: tuple[LiveHint, ...]) -> None:
            if about == self._about:
                self.hints, self.is_stale = found[:_MOST], False
                self._show()

        self._jobs.start(task, show, lambda _error: self.forget(), key=_JOB)

    def _grow_old(self) -> None:
        if self._about == (None, None):
            return
        self._jobs.cancel(_JOB)
        self._about, self.is_stale = (None, None), True
        for own in self._buttons():
            _look_old(own)

    def _on_ended(self) -> None:
        if not self._model.was_stored:
            self.forget()

    def _on_changed(self, _event: object) -> None:
        if not (self._model.is_storing or self._is_taking):
            self.forget()

    def _on_selection(self, *_ignored: object) -> None:
        if not (self._model.is_busy or self._model.is_storing):
            self.forget()

    def _action(self, hint: LiveHint) -> str:
        return tr("Put it there") if isinstance(hint.change, PlaceAt) else tr("Give it these places")

    def _buttons(self) -> list[QWidget]:
        found = (self._column.itemAt(i) for i in range(self._column.count()))
        return [w for item in found if item is not None and (w := item.widget()) is not None]

    def _show(self) -> None:
        if not self.hints and not self._column.count():
            return
        clear(self._column)
        for hint in self.hints:
            own = card(hint.words, self._action(hint), partial(self.take, hint))
            self._column.addWidget(own)
        appear(self, on=bool(self.hints))


def _look_old(own: QWidget) -> None:
    """Grey a card that is about another place."""
    veil = QGraphicsOpacityEffect(own)
    veil.setOpacity(0.4)
    own.setGraphicsEffect(veil)
    own.setEnabled(False)
