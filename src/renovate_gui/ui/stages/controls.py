"""Controls of the inspector: a slider with its value, segments, a labelled choice."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPointF, QSignalBlocker, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QColor, QFontMetrics, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QSizePolicy,
    QSlider,
    QSpinBox,
    QStyle,
    QStyleOptionSlider,
    QVBoxLayout,
    QWidget,
)

from renovate_gui.ui.stages.widgets import text

_TICK_PX, _GAP_PX, _EVERY_M = 6, 6, 500
_REST_MS = 250
_SEGMENT_CHARS = 12
_SEGMENT_EDGES_PX = 10
_SLIDER = QStyle.ComplexControl.CC_Slider
Option = tuple[str, str]
"""Code and words of a choice."""


class CalmSlider(QSlider):
    """A slider that leaves the wheel to the panel unless it has the keyboard."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the panel: who scrolls past must not change what is judged."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class CalmSpin(QSpinBox):
    """A number that leaves the wheel to the panel unless it has the keyboard."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # the wheel alone must not take the keyboard either

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the panel."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class ValueSlider(QWidget):
    """A slider in metres with its title and value above and a linear scale below: its ends and one marked value.

    Signals
    -------
    moved
        Another value, at most every ``delay_ms``; dragging sends the newest value only. For showing, not for keeping.
    settled
        The value of a whole gesture: the handle was let go, or keys and wheel rest. Sent once a gesture, to be kept.
    """

    moved = Signal(int)
    settled = Signal(int)

    def __init__(
        self, title: str, low: int, high: int, step: int, *, delay_ms: int = 30, unit: str = "m"
    ) -> None:
        super().__init__()
        self._unit = unit
        self._step = step
        self._is_unsettled = False
        self._value_label = text("", "strong", wrap=False)
        self._slider = CalmSlider(Qt.Orientation.Horizontal)
        self._slider.setRange(low // step, high // step)
        self._slider.setPageStep(max(1, (high - low) // step // 10))
        self._slider.setAccessibleName(title)
        self._slider.setMinimumHeight(22)  # the handle is higher than the native one
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(delay_ms)
        self._timer.timeout.connect(lambda: self.moved.emit(self.value()))
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self._settle)
        self._slider.valueChanged.connect(self._on_changed)
        self._slider.sliderReleased.connect(self._on_released)
        self.scale = SliderScale(self._slider, step)
        self._lay_out(title)

    def _lay_out(self, title: str) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        head = QHBoxLayout()
        head.addWidget(text(title, "quiet"), 1)
        head.addWidget(self._value_label)
        column.addLayout(head)
        column.addWidget(self._slider)
        column.addWidget(self.scale)

    def set_mark(self, value: float | None, words: str = "") -> None:
        """Mark the value that a rule names with a tick and its words; None: there is none."""
        self.scale.set_mark(value, words)

    def value(self) -> int:
        """Return the value in metres."""
        return self._slider.value() * self._step

    def set_value(self, value: float) -> None:
        """Set the value without telling anybody."""
        if self._slider.isSliderDown() or self._rest.isActive():
            return  # the hand has it: what it shows meanwhile comes from here
        with QSignalBlocker(self._slider):
            self._slider.setValue(round(value / self._step))
        self._value_label.setText(f"{self.value():,} {self._unit}")

    def _on_changed(self) -> None:
        self._value_label.setText(f"{self.value():,} {self._unit}")
        if not self._timer.isActive():  # a steady pace while dragging, not only at rest
            self._timer.start()
        self._is_unsettled = True
        if not self._slider.isSliderDown():
            self._rest.start()

    def _on_released(self) -> None:
        if self._is_unsettled:
            self._settle()

    def _settle(self) -> None:
        if self._slider.isSliderDown():
            return
        self._rest.stop()
        if self._timer.isActive():  # the last value is shown before it is kept
            self._timer.stop()
            self.moved.emit(self.value())
        self._is_unsettled = False
        self.settled.emit(self.value())


class SliderScale(QWidget):
    """Numbers below a slider, each where the handle stands at that value; one of them marked."""

    def __init__(self, slider: QSlider, step: int) -> None:
        super().__init__()
        self._slider, self._step = slider, step
        self._mark: float | None = None
        self._words = ""
        face = self.font()
        face.setPixelSize(12)
        self.setFont(face)
        self.setFixedHeight(QFontMetrics(face).height() + _TICK_PX + 1)

    def set_mark(self, value: float | None, words: str) -> None:
        """Mark another value."""
        self._mark, self._words = value, words
        self.setToolTip(words)
        self.update()

    def x_of(self, value: float) -> float:
        """Return where the middle of the handle is at a value, pixels."""
        option = QStyleOptionSlider()
        self._slider.initStyleOption(option)
        style, control, handle = self._slider.style(), _SLIDER, QStyle.SubControl.SC_SliderHandle
        ends = []
        for end in (self._slider.minimum(), self._slider.maximum()):
            option.sliderPosition = end
            ends.append(style.subControlRect(control, option, handle, self._slider).center().x() + 0.5)
        low, high = self._slider.minimum() * self._step, self._slider.maximum() * self._step
        return float(ends[0] + (ends[1] - ends[0]) * (value - low) / (high - low))

    def labels(self) -> list[tuple[float, float, str]]:
        """Return left edge, middle and words of what is written: the mark first, then whatever leaves it room."""
        metrics = self.fontMetrics()
        low, high = self._slider.minimum() * self._step, self._slider.maximum() * self._step
        wanted: list[float] = [] if self._mark is None or not low <= self._mark <= high else [self._mark]
        wanted += [low, high, *range(_EVERY_M, high, _EVERY_M)]
        placed: list[tuple[float, float, str]] = []
        for value in wanted:
            words = f"{value:,.0f}"
            width, at = metrics.horizontalAdvance(words), self.x_of(value)
            left = min(max(0.0, at - width / 2), self.width() - width)
            if all(
                left + width + _GAP_PX < own or left > own + metrics.horizontalAdvance(said) + _GAP_PX
                for own, _, said in placed
            ):
                placed.append((left, at, words))
        return placed

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Write the numbers; the marked one stands out."""
        is_marked = self._mark is not None
        with QPainter(self) as painter:
            ink = self.palette().color(self.foregroundRole())
            faint = QColor(ink)
            faint.setAlphaF(0.62)
            for index, (left, at, words) in enumerate(self.labels()):
                is_mark = is_marked and words == f"{self._mark:,.0f}" and index == 0
                painter.setPen(QPen(ink if is_mark else faint, 2 if is_mark else 1))
                painter.drawLine(QPointF(at, 0), QPointF(at, _TICK_PX if is_mark else _TICK_PX - 3))
                face = self.font()
                face.setBold(is_mark)
                painter.setFont(face)
                painter.drawText(QPointF(left, self.height() - 3), words)


class Choice(QWidget):
    """Words on the left, the present choice with a menu on the right.

    Signals
    -------
    chosen
        The code of the option a person took.
    """

    chosen = Signal(str)

    def __init__(self, title: str, options: Sequence[Option], current: str) -> None:
        super().__init__()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(text(title, "quiet"), 1)
        self.button = QPushButton()
        self.button.setProperty("kind", "choice")
        self.button.setAccessibleName(title)
        self.button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        layout.addWidget(self.button)
        self._options: tuple[Option, ...] = ()
        self.set_options(options, current)

    def set_options(self, options: Sequence[Option], current: str) -> None:
        """Offer other options."""
        self._options = tuple(options)
        old = self.button.menu()
        self.button.setMenu(menu_of(self, self._options, current, self._take))
        if old is not None:
            old.deleteLater()
        self.set_current(current)

    def set_current(self, code: str) -> None:
        """Show a choice without telling anybody."""
        words = dict(self._options).get(code, code or "–")
        self.button.setText(words + " ▾")
        for action in self.button.menu().actions():
            action.setChecked(action.data() == code)

    def _take(self, code: str) -> None:
        self.set_current(code)
        self.chosen.emit(code)


def menu_of(
    parent: QWidget, options: Sequence[Option], current: str, on_take: Callable[[str], object]
) -> QMenu:
    """Return a menu of options with the current one marked."""
    menu = QMenu(parent)
    menu.setStyleSheet(
        "QMenu { menu-scrollable: 1; }"
    )  # a long one scrolls, it never spreads over the window
    for code, words in options:
        action = QAction(words.replace("&", "&&"), menu)
        action.setCheckable(True)
        action.setChecked(code == current)
        action.setData(code)
        action.triggered.connect(lambda _=False, c=code: on_take(c))
        menu.addAction(action)
    return menu


class Segments(QFrame):
    """A few choices side by side; the rest behind “More”.

    Signals
    -------
    chosen
        The code of the option a person took.
    """

    chosen = Signal(str)

    def __init__(
        self, options: Sequence[Option], current: str, *, more: Sequence[Option] = (), more_words: str = ""
    ) -> None:
        super().__init__()
        self.setProperty("segments", "true")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(3, 3, 3, 3)
        layout.setSpacing(2)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._buttons: dict[str, QPushButton] = {}
        for code, words in options:
            made = self._segment(words)
            made.clicked.connect(lambda _=False, c=code: self.chosen.emit(c))
            self._buttons[code] = made
            layout.addWidget(made, max(4, len(words)))
        self._more = dict(more)
        self._more_words = more_words
        self.more_button: QPushButton | None = None
        if more:
            self.more_button = self._segment(more_words)
            self.more_button.setMenu(menu_of(self, more, current, self._take_more))
            layout.addWidget(self.more_button, max(4, len(more_words)))
        self.set_current(current)

    def _segment(self, words: str) -> QPushButton:
        made = QPushButton(words.replace("&", "&&"))
        made.setProperty("kind", "segment")
        made.setCheckable(True)
        made.setMinimumWidth(30)
        made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        made.setToolTip(words)
        self._group.addButton(made)
        return made

    def _take_more(self, code: str) -> None:
        self.set_current(code)
        self.chosen.emit(code)

    def set_current(self, code: str) -> None:
        """Show a choice without telling anybody."""
        if self.more_button is not None:
            words = self._more.get(code)
            shown = _short(words or self._more_words)
            self.more_button.setText(shown.replace("&", "&&") + " ▾")
            self._keep_readable(self.more_button)
            layout = self.layout()
            if isinstance(layout, QHBoxLayout):  # a long name gets room from the others
                layout.setStretchFactor(self.more_button, max(4, len(shown)))
            self.more_button.setToolTip(words or self._more_words)
            for action in self.more_button.menu().actions():
                action.setChecked(action.data() == code)
        target = self._buttons.get(code) or (self.more_button if code in self._more else None)
        if target is not None:
            target.setChecked(True)

    @staticmethod
    def _keep_readable(button: QPushButton) -> None:
        """Let a button have the width of its words as they are when it is chosen: in bold letters."""
        button.ensurePolished()
        font = button.font()
        font.setBold(True)
        wide = QFontMetrics(font).horizontalAdvance(button.text().replace("&&", "&"))
        button.setMinimumWidth(max(30, wide + _SEGMENT_EDGES_PX))


def _short(words: str) -> str:
    """Return words that fit a segment; its tooltip has all of them."""
    return words if len(words) <= _SEGMENT_CHARS else words[: _SEGMENT_CHARS - 1].rstrip() + "…"


class Dropdown(QComboBox):
    """A combo box that never asks for the width of its longest entry; the wheel scrolls the panel unless it is in use."""

    def __init__(self, words: str = "", *, at_least: int = 6) -> None:
        super().__init__()
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(at_least)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(words)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the panel."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class Chip(QPushButton):
    """A filter that is on or off."""

    def __init__(self, words: str, *, is_on: bool) -> None:
        super().__init__(words.replace("&", "&&"))
        self.setProperty("kind", "chip")
        self.setCheckable(True)
        self.setChecked(is_on)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return room for the words in bold, on or off: the style sheet's own hint knows the thin face only."""
        self.ensurePolished()
        face = self.font()
        face.setPixelSize(12)
        face.setWeight(face.Weight.DemiBold)
        metrics = QFontMetrics(face)
        return QSize(metrics.horizontalAdvance(self.text().replace("&&", "&")) + 20, metrics.height() + 7)


def disc(number: int | str) -> QLabel:
    """Return a number in a filled disc, as proposals wear it on the map."""
    label = QLabel(str(number))
    label.setProperty("disc", "true")
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.setFixedSize(22, 22)
    return label
