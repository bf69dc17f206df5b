"""What a gesture adds to the map: its picture between tiles and words, and the card that asks about a trial."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QWidget

from renovate_gui.app.terms import term
from renovate_gui.assets import tr
from renovate_gui.domain.scene import LegendEntry, Scene, SceneLayer
from renovate_gui.domain.style import Symbol
from renovate_gui.domain.verdict import GapResult, Measure, Verdict
from renovate_gui.ui.canvas.live_paint import LiveOverlay
from renovate_gui.ui.canvas.trial_card import TrialCard
from renovate_gui.ui.stages.gap_model import GapModel
from renovate_gui.ui.stages.live_held import keep, trial_of
from renovate_gui.ui.stages.live_model import LiveModel, Phase
from renovate_gui.ui.stages.live_port import CapacityOf, FacilityAs, PlaceAt
from renovate_gui.ui.theme import add_shadow
from renovate_gui.ui.workspace import Workspace

if TYPE_CHECKING:
    from renovate_gui.app.trials import FacilityTrial
    from renovate_gui.ui.canvas.legend import LegendCard
    from renovate_gui.ui.canvas.view import MapView
    from renovate_gui.ui.jobs import Jobs
    from renovate_gui.ui.stages.live_held import Held
    from renovate_gui.ui.stages.live_port import Change

_MARGIN, _BESIDE = 14, 26


class LiveArea(QObject):
    """Joins the live model to the map."""

    def __init__(
        self, workspace: Workspace, jobs: Jobs, view: MapView, legend: LegendCard, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._workspace, self._view, self._legend, self._area = workspace, view, legend, parent
        self.model = LiveModel.of(workspace, jobs)
        self.overlay = LiveOverlay(view, self.model)
        view.overlays.append(self.overlay)
        view.between = self.overlay.between
        self.card = TrialCard(is_dark=workspace.is_dark)
        self.card.setParent(parent)
        add_shadow(self.card, workspace.is_dark)
        self.card.kept.connect(self._keep)
        self.card.put_back.connect(self.model.cancel)
        self._was_asking = False
        self._asked: object = None
        self._explained: tuple[int, tuple[Symbol, ...]] = (0, ())
        self._entries: tuple[LegendEntry, ...] = ()
        self._escape = QShortcut(Qt.Key.Key_Escape, parent, self._put_back)
        self._escape.activatedAmbiguously.connect(self._put_back)
        self._escape.setEnabled(False)
        self.model.changed.connect(self._follow)
        view.view_changed.connect(self.place)
        workspace.theme_changed.connect(lambda: self.card.set_dark(is_dark=workspace.is_dark))
        workspace.language_changed.connect(self._ask_again)

    def set_scene(self, scene: Scene | None) -> None:
        """Paint over another scene."""
        self.overlay.set_scene(scene)
        if self.model.is_busy:
            self._show_counts()

    def _show_counts(self) -> None:
        """Let the legend count what the map shows when the hand rests; until then its counts look old."""
        judged, numbers = self.overlay.judged(), self.model.numbers()
        frame, base = self.model.frame, self.model.base
        if judged is None or numbers is None or base is None:
            self._legend.hold(())
            self._legend.show_live(None)
            return
        if self._explained != (id(base), judged.symbols):
            self._explained = (id(base), judged.symbols)
            room = GapModel.of(self._workspace).choice.counts_capacity
            self._entries = verdict_entries(base, judged, counts_capacity=room)
        self._legend.hold(self._entries)
        if frame is None or numbers.is_stale or not self.model.is_at_rest:
            self._legend.show_stale()
        else:
            self._legend.show_live({judged.symbols[v]: frame.buildings.get(v, 0) for v in Verdict})

    def _follow(self) -> None:
        self._show_counts()
        held = self.model.held
        self._escape.setEnabled(self.model.is_held and held is not None and not held.is_new)
        is_asking = self.model.phase is Phase.ASKING
        if is_asking and (not self._was_asking or self._asked != self.model.at):
            self._asked = self.model.at
            self._ask()
        elif not is_asking and self._was_asking:
            self.card.hide()
        self._was_asking = is_asking
        if is_asking:
            self.place()

    def _put_back(self) -> None:
        """End the trial, wherever in the window the keyboard is; the tool forgets what it has half done."""
        self._view.tool.key(int(Qt.Key.Key_Escape), with_ctrl=False)
        if self.model.is_held:
            self.model.cancel()

    def _ask_again(self) -> None:
        if self._was_asking:
            self._ask()
            self.place()

    def _trial(self) -> FacilityTrial | None:
        session, held, at = self._workspace.session, self.model.held, self.model.at
        if session is None or held is None or at is None:
            return None
        return trial_of(held, at)

    def _ask(self) -> None:
        session, held = self._workspace.session, self.model.held
        if session is None or held is None:
            return
        trial, reason = self._trial(), ""
        if session.project.is_read_only:
            trial = None
        if held.uuid is not None:
            may_keep = not session.project.is_read_only
            self.card.ask(
                held.title, self._words(None), may_keep=may_keep, why_not_close="", is_proposal=True
            )
            return
        at = self.model.at
        is_place = at is not None and not isinstance(held.plain(at), CapacityOf)
        if trial is not None and not is_place:
            reason = tr("It stays open and gets more places.")
        self.card.ask(held.title, self._words(trial), may_keep=trial is not None, why_not_close=reason)

    def _words(self, trial: FacilityTrial | None) -> str:
        held = self.model.held
        if held is None or self.model.at is None:
            return ""
        at = held.plain(self.model.at)
        return _proposal_words(held, at) if held.uuid is not None else _survey_words(held, at, trial)

    def _keep(self, closes_old: bool) -> None:
        session, trial, held, at = self._workspace.session, self._trial(), self.model.held, self.model.at
        if session is None:
            return
        if held is not None and held.uuid is not None and at is not None:
            self.model.stored(lambda: held.store(session, at))
            self._workspace.message.emit(tr("Kept as the proposal now is. Ctrl+Z takes it back."), "good")
            return
        if trial is None:
            return

        def store() -> None:
            proposal = keep(session, trial, closes_old=closes_old)
            self._workspace.select("proposals", (proposal.uuid,))
            words = tr("Kept as proposal {n}. Ctrl+Z takes it back.", n=proposal.number)
            self._workspace.message.emit(words, "good")

        self.model.stored(store)

    def place(self) -> None:
        """Put the card beside the thing in hand, inside the map."""
        held = self.model.held
        if held is None or self.card.isHidden():
            return
        ghost = held.ghost(self.model.at)
        if ghost is None:
            return
        px, py = self._view.port.to_px(ghost.centroid.x, ghost.centroid.y)
        width, height = self._area.width(), self._area.height()
        left = px + _BESIDE
        if left + self.card.width() > width - _MARGIN:
            left = px - self.card.width() - _BESIDE
        top = py - self.card.height() / 2
        self.card.move(
            round(min(max(left, _MARGIN), max(_MARGIN, width - self.card.width() - _MARGIN))),
            round(min(max(top, _MARGIN), max(_MARGIN, height - self.card.height() - _MARGIN))),
        )
        self.card.raise_()


def _far(held: Held, place: PlaceAt) -> float:
    home = held.home
    return 0.0 if home is None else math.hypot(place.x - home.x, place.y - home.y)


def _survey_words(held: Held, at: Change, trial: FacilityTrial | None) -> str:
    """Return what a trial of a surveyed service means."""
    if isinstance(at, CapacityOf):
        if trial is None or trial.capacity is None:
            return tr("Tried with {n} places. The survey stays as it is.", n=f"{at.value:g}")
        return tr(
            "Tried with {n} places. Kept, the proposal adds {more} at the same place.",
            n=f"{at.value:g}",
            more=f"{trial.capacity:g}",
        )
    if isinstance(at, FacilityAs):
        return tr(
            "Tried {metres} m from its place with {n} places, as if it had left that. The survey stays as it is.",
            metres=f"{_far(held, at.place):,.0f}",
            n=f"{at.capacity.value:g}",
        )
    if isinstance(at, PlaceAt) and held.home is not None:
        return tr(
            "Tried {metres} m from its place, as if it had left that. The survey stays as it is.",
            metres=f"{_far(held, at):,.0f}",
        )
    return tr("The survey stays as it is.")


def _proposal_words(held: Held, at: Change) -> str:
    """Return what a trial of a proposal means."""
    if isinstance(at, CapacityOf):
        return tr("The proposal, tried with {n} places. Nothing is stored yet.", n=f"{at.value:g}")
    if isinstance(at, FacilityAs):
        return tr(
            "The proposal, tried {metres} m from its place with {n} places. Nothing is stored yet.",
            metres=f"{_far(held, at.place):,.0f}",
            n=f"{at.capacity.value:g}",
        )
    if isinstance(at, PlaceAt):
        return tr(
            "The proposal, tried {metres} m from its place. Nothing is stored yet.",
            metres=f"{_far(held, at):,.0f}",
        )
    return tr("The proposal, tried elsewhere. Nothing is stored yet.")


def verdict_entries(base: GapResult, judged: SceneLayer, *, counts_capacity: bool) -> tuple[LegendEntry, ...]:
    """Return the legend of all verdicts that a gesture may bring, those that nothing has yet included."""
    may_be = {
        Verdict.FULL: counts_capacity and bool(np.isfinite(base.service.share)),
        Verdict.NOT_FOR_THIS_PERSON: bool(base.walker),
        Verdict.UNKNOWN: base.measure is Measure.NETWORK,
    }
    shape = judged.legend[0].shape if judged.legend else "polygon"
    return tuple(
        LegendEntry(term(v), judged.symbols[v], shape, base.buildings(v))
        for v in Verdict
        if may_be.get(v, True) or base.buildings(v)
    )
