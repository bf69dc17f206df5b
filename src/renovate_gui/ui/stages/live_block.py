"""“What changes”: the block above the inspector that follows a thing in hand, with the places of what is selected."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, QTimer
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from renovate_gui.app.live_joining import sentences
from renovate_gui.app.shares import percent
from renovate_gui.app.terms import term
from renovate_gui.assets import tr
from renovate_gui.domain.facility import AgeBasis
from renovate_gui.domain.live import LiveFrame
from renovate_gui.domain.verdict import Verdict
from renovate_gui.ui.jobs import Jobs
from renovate_gui.ui.stages.controls import CalmSlider, CalmSpin
from renovate_gui.ui.stages.gap_model import GapModel, counts_people
from renovate_gui.ui.stages.live_figures import Figures, GroupLine, LiveFigures, VerdictLine
from renovate_gui.ui.stages.live_held import Held, held_selected
from renovate_gui.ui.stages.live_hints import LiveHints
from renovate_gui.ui.stages.live_model import STAGES, LiveModel, Numbers, Phase, Tally, still, tally_of
from renovate_gui.ui.stages.live_port import CapacityOf, Without
from renovate_gui.ui.stages.look import MARGIN, look_of, stylesheet
from renovate_gui.ui.stages.numbers import signed, whole
from renovate_gui.ui.stages.widgets import Elided, appear, pill, repolish, row, say, text
from renovate_gui.ui.workspace import Tool, Workspace

_ALWAYS = (Verdict.SERVED, Verdict.OUT_OF_REACH)
_UNITS = {AgeBasis.HOUSEHOLDS, AgeBasis.DWELLINGS}
"""No people: they stand on no scale with groups of people."""
_LET_GO_MS = 700
"""Keys and the wheel have no release: a value that rests so long is meant."""
_MOST_PLACES = 100_000


class LiveBlock(QFrame):
    """Shown on Gaps and Proposals while something that can be taken in hand is selected, tried or dragged."""

    def __init__(self, workspace: Workspace, jobs: Jobs) -> None:
        super().__init__()
        self._workspace, self._jobs = workspace, jobs
        self._gaps = GapModel.of(workspace, jobs)
        self.model = LiveModel.of(workspace, jobs)
        self.look = look_of(is_dark=workspace.is_dark)
        self.setProperty("card", "row")
        self._seen: set[Verdict] = set()
        self._joined: tuple[LiveFrame | None, tuple[str, ...]] = (None, ())
        self._moved: set[AgeBasis] = set()
        """Groups of whom somebody gained or lost since the gesture began; a line that comes does not go again."""
        self._build()
        self._let_go = QTimer(self)
        self._let_go.setSingleShot(True)
        self._let_go.setInterval(_LET_GO_MS)
        self._let_go.timeout.connect(self.model.let_go)
        self.model.changed.connect(self._show_numbers)
        self.model.ended.connect(self.follow)
        for signal in (
            self._gaps.picture_changed,
            workspace.selection_changed,
            workspace.stage_changed,
            workspace.tool_changed,
            workspace.session_changed,
        ):
            signal.connect(self.follow)
        workspace.language_changed.connect(self._retranslate)
        workspace.theme_changed.connect(self._dress)
        self._dress()

    # -- building -------------------------------------------------------------------------------------------------
    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, 12, MARGIN, 10)
        column.setSpacing(6)
        self._title = text("", "section", wrap=False)
        self.state = pill("")
        calm = self.state.sizePolicy()
        calm.setRetainSizeWhenHidden(True)  # the head must not grow when it comes
        self.state.setSizePolicy(calm)
        appear(self.state, on=False)
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self.state)
        column.addLayout(head)
        self.name = Elided("", "quiet")
        column.addWidget(self.name)
        column.addWidget(self._places_row())  # above all that grows: it must not move under the pointer
        self.figures = LiveFigures(self.look)
        column.addWidget(self.figures)
        self.hints = LiveHints(self._workspace, self._jobs, self.model)
        column.addWidget(self.hints)
        self.without = QPushButton()
        self.without.setProperty("kind", "chip")
        self.without.setCheckable(True)
        self.without.clicked.connect(self._try_without)
        column.addWidget(row(self.without))
        self.hint = text("", "small")
        column.addWidget(self.hint)

    def _places_row(self) -> QWidget:
        self.slider = CalmSlider(Qt.Orientation.Horizontal)
        self.slider.setMinimumHeight(22)
        self.slider.valueChanged.connect(self._on_places)
        self.slider.sliderReleased.connect(self._on_released)
        self.places = CalmSpin()
        self.places.setRange(-1, _MOST_PLACES)
        self.places.setKeyboardTracking(False)
        self.places.valueChanged.connect(self._on_places)
        self._places_label = text("", "quiet", wrap=False)
        self._places = QWidget()
        column = QVBoxLayout(self._places)
        column.setContentsMargins(0, 2, 0, 0)
        column.setSpacing(2)
        line = QHBoxLayout()
        line.addWidget(self._places_label, 1)
        line.addWidget(self.places)
        column.addLayout(line)
        column.addWidget(self.slider)
        return self._places

    def _retranslate(self) -> None:
        self._title.setText(tr("What changes"))
        self._places_label.setText(tr("Places it has"))
        self.places.setSuffix(" " + tr("places"))
        self.places.setSpecialValueText(tr("not known"))
        self.places.setAccessibleName(tr("Places it has"))
        self.slider.setAccessibleName(tr("Places it has"))
        self.without.setText(tr("Try without it"))
        face = QFont(self.without.font())
        face.setBold(True)  # as it is when checked: the words must not be cut then
        self.without.setMinimumWidth(QFontMetrics(face).horizontalAdvance(self.without.text()) + 22)
        self._joined = (None, ())
        self.follow()

    def _dress(self) -> None:
        self.look = look_of(is_dark=self._workspace.is_dark)
        self.setStyleSheet(stylesheet(self.look))
        self.figures.set_look(self.look)
        self._retranslate()

    # -- following ------------------------------------------------------------------------------------------------
    def follow(self, *_ignored: object) -> None:
        """Show what is selected; nothing while nothing can be taken in hand."""
        held = self.model.held if self.model.is_busy else self._selected()
        is_here = self._workspace.stage in STAGES and self._gaps.picture is not None
        is_wanted = held is not None or self._workspace.tool is Tool.WHAT_IF
        appear(self, on=is_here and is_wanted)
        if not (is_here and is_wanted):
            return
        if not self.model.is_busy:
            self._seen, self._moved = set(), set()
            self._show_places()
        self._show_numbers()

    def _selected(self, *, of_capacity: bool = False) -> Held | None:
        picture = self._gaps.picture
        if picture is None or self._workspace.session is None:
            return None
        return held_selected(
            self._workspace.session, picture.main, self._workspace.selection, of_capacity=of_capacity
        )

    def _show_places(self) -> None:
        held = self._selected(of_capacity=True)
        has_places = held is not None and not held.way
        self._places.setVisible(has_places)
        if held is None or not isinstance(held.start, CapacityOf):
            return
        value = held.start.value
        known = -1 if math.isnan(value) else round(value)
        with QSignalBlocker(self.slider), QSignalBlocker(self.places):
            self.slider.setRange(0, max(40, 2 * known))
            self.slider.setValue(max(0, known))
            self.places.setValue(known)

    def _show_numbers(self) -> None:
        model, picture = self.model, self._gaps.picture
        if self.isHidden() and not model.is_busy:
            return
        if model.is_busy and self.isHidden():
            appear(self, on=self._workspace.stage in STAGES)
        held = model.held if model.is_busy else self._selected()
        self.name.setText(held.title if held is not None else tr("Drag a service on the map."))
        numbers = model.numbers()
        base = model.base if numbers is not None else picture.main if picture is not None else None
        if base is None:
            return
        if numbers is None:
            tally = tally_of(base)
            numbers = Numbers(tally, tally, still(base), False, np.nan, False)
        figures = self._figures(numbers, by_people=counts_people(base), by_parcels=base.counts_parcels)
        self.figures.show_figures(figures)
        self._show_state(numbers)

    def _figures(self, numbers: Numbers, *, by_people: bool, by_parcels: bool = False) -> Figures:
        before, now = numbers.before, numbers.now or numbers.before
        self._seen |= {v for v in Verdict if before.parts.get(v) or now.parts.get(v)} | set(_ALWAYS)
        lines = tuple(
            VerdictLine(term(v), v, before.parts.get(v, 0.0), now.parts.get(v, 0.0))
            for v in Verdict
            if v in self._seen
        )
        self._moved |= {g for g, s in numbers.shifts.items() if round(s.gain) or round(s.lose)}
        groups = tuple(
            GroupLine(term(g), s.gain, s.lose) for g, s in numbers.shifts.items() if g in self._moved - _UNITS
        )
        rest = ""
        if not math.isnan(numbers.access):
            rest = tr("{n} places for 100 people who need one", n=f"{numbers.access:.1f}")
        return Figures(
            self._head(before, now), self._sentence(before, now, by_people=by_people, by_parcels=by_parcels), lines, groups,
            (tr("Group"), tr("lose it"), tr("gain it")), numbers.is_stale, rest, numbers.access_is_stale,
        )  # fmt: skip

    def _head(self, before: Tally, now: Tally) -> str:
        old, new = _percent(before), _percent(now)
        return f"{old} → {new}" if self.model.is_busy else old

    def _sentence(self, before: Tally, now: Tally, *, by_people: bool, by_parcels: bool) -> str:
        if not self.model.is_busy:
            served, every = whole(now.served), whole(now.total)
            if by_people:
                return tr("{n} of {total} people served", n=served, total=every)
            if by_parcels:
                return tr("{n} of {total} parcels served", n=served, total=every)
            return tr("{n} of {total} buildings served", n=served, total=every)
        by = now.served - before.served
        return _change_words(by, by_people=by_people, by_parcels=by_parcels)

    def _show_state(self, numbers: Numbers) -> None:
        phase = self.model.phase
        if phase is Phase.PREPARING or numbers.is_stale:
            words, kind = tr("computing …"), "plain"
        elif phase is Phase.SETTLING:
            words, kind = tr("stored"), "good"
        elif phase is Phase.IDLE:
            words, kind = "", "plain"
        else:
            words, kind = tr("live"), "accent"
        if self.state.text() != words:
            self.state.setText(words)
            self.state.setProperty("pill", kind)
            repolish(self.state)
        appear(self.state, on=bool(words))
        held = self.model.held
        is_tried = isinstance(self.model.wanted, Without)
        if self.without.isChecked() != is_tried:
            self.without.setChecked(is_tried)
        thing = held if held is not None else self._selected()
        may_try = thing is not None and not thing.is_new
        if self.without.isHidden() == may_try:
            self.without.setVisible(may_try)
        say_if_new(self.hint, self._hint(held, phase))

    def _hint(self, held: Held | None, phase: Phase) -> str:
        if phase is Phase.IDLE:
            return ""
        if joining := self._joining():
            return joining
        if phase is Phase.ASKING:
            return tr("A trial: nothing is stored yet.")
        if phase is Phase.PREPARING:
            return tr("The figures are still those of before.")
        if held is not None and held.is_trial:
            return _trial_words(held)
        return tr("Esc puts it back.") if phase is Phase.LIVE else ""

    def _joining(self) -> str:
        """Return how the thing joins the network, whom that leaves unknown, and, at rest, how steep it is."""
        model = self.model
        frame = model.frame
        if frame is None or model.is_stale:
            return ""
        said: list[str] = []
        if model.gesture is not None and model.is_at_rest:
            if self._joined[0] is not frame:
                self._joined = (frame, sentences(model.gesture))
            said += self._joined[1]
        if frame.apart:
            base = model.base
            of_way = model.held is not None and model.held.is_surveyed_way
            by_parcels = base is not None and base.counts_parcels
            said.append((_closed_words if of_way else _apart_words)(frame.apart, by_parcels=by_parcels))
        return "\n".join(said)

    # -- what a person does ---------------------------------------------------------------------------------------
    def _on_places(self, value: int) -> None:
        """Follow the slider or the field; both show the same."""
        value = max(0, value)
        with QSignalBlocker(self.slider), QSignalBlocker(self.places):
            if value > self.slider.maximum():
                self.slider.setMaximum(2 * value)
            self.slider.setValue(value)
            self.places.setValue(value)
        self._let_go.stop()
        wanted = self._selected(of_capacity=True)
        if wanted is None or not (self._is_at_it(wanted) or self.model.hold(wanted)):
            return
        self.model.follow(CapacityOf(float(value)))
        if not self.slider.isSliderDown():
            self._let_go.start()

    def _is_at_it(self, wanted: Held) -> bool:
        """Return whether the slider has the thing in hand already."""
        held = self.model.held
        is_same = held is not None and held.key == wanted.key and isinstance(held.start, CapacityOf)
        return is_same and self.model.phase in {Phase.PREPARING, Phase.LIVE}

    def _on_released(self) -> None:
        self._let_go.stop()
        self.model.let_go()

    def _try_without(self, is_on: bool) -> None:
        if not is_on:
            self.model.cancel()
            return
        held = self._selected()
        if held is not None and self.model.hold(replace(held, is_trial=True)):
            self.model.follow(Without())
            self.without.setChecked(True)
        else:
            self.without.setChecked(False)


def _change_words(by: float, *, by_people: bool, by_parcels: bool) -> str:
    """Return how many more or fewer are served, in people, else in what is judged."""
    n = signed(by)
    if by_people:
        return tr("{n} people served", n=n) if round(by) else tr("nobody more, nobody less")
    if by_parcels:
        return tr("{n} parcels served", n=n) if round(by) else tr("no parcel more, none less")
    return tr("{n} buildings served", n=n) if round(by) else tr("no building more, none less")


def _apart_words(apart: int, *, by_parcels: bool) -> str:
    """Return whom a facility that joins no way leaves unknown."""
    n = f"{apart:,}"
    if by_parcels:
        return tr(
            "Not joined to the network here: {n} parcels cannot be judged. Move it nearer to a way.", n=n
        )
    return tr("Not joined to the network here: {n} buildings cannot be judged. Move it nearer to a way.", n=n)


def _closed_words(apart: int, *, by_parcels: bool) -> str:
    """Return for how many nobody can say how they are reached once the way in hand is closed."""
    n = f"{apart:,}"
    if by_parcels:
        return tr(
            "How these {n} parcels are then reached is not known: they, or the service near them, join no other way.",
            n=n,
        )
    return tr(
        "How these {n} buildings are then reached is not known: they, or the service near them, join no other way.",
        n=n,
    )


def _trial_words(held: Held) -> str:
    """Return what a trial of surveyed things means."""
    if held.is_surveyed_way:
        return tr(
            "As if it were closed; nobody who stands on it joins another way by that. Nothing is stored; Esc ends it."
        )
    return tr("A trial: the survey stays as it is. Esc ends it.")


def say_if_new(label: object, words: str) -> None:
    """Set words only when they are others: a label that is set is laid out anew."""
    from PySide6.QtWidgets import QLabel

    if isinstance(label, QLabel) and label.text() != words:
        say(label, words)


def _percent(tally: Tally) -> str:
    """Return the share that is served; a tenth of a percent is a house or two, and the hand looks for it."""
    return percent(tally.served / tally.total) if tally.total > 0 else "–"


class Veil(QWidget):
    """Greys figures that are of before a gesture, so that nobody takes them for those of now."""

    def __init__(self, over: QWidget, model: LiveModel, workspace: Workspace) -> None:
        super().__init__(over)
        self._over, self._workspace = over, workspace
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        over.installEventFilter(self)
        self._model = model
        model.changed.connect(self._follow)
        self.hide()

    def _follow(self) -> None:
        is_on = self._model.is_busy
        if is_on == self.isHidden():
            self.setGeometry(self._over.rect())
            self.setVisible(is_on)
            self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Cover what it covers whatever its size."""
        if event.type() is QEvent.Type.Resize and not self.isHidden():
            self.setGeometry(self._over.rect())
        return super().eventFilter(watched, event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint a thin layer of the panel's own colour."""
        colour = QColor(look_of(is_dark=self._workspace.is_dark).card)
        colour.setAlpha(165)
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), colour)
