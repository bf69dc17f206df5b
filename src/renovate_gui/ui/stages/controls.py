"""Controls of the inspector: a slider with its value, segments, a labelled choice."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSignalBlocker, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QFontMetrics, QWheelEvent
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
    QVBoxLayout,
    QWidget,
)

from renovate_gui.ui.stages.widgets import text

Option = tuple[str, str]
"""Code and words of a choice."""


class ValueSlider(QWidget):
    """A slider in metres with its title and value above and three marks below.

    Signals
    -------
    moved
        The value rests for ``delay_ms``; dragging sends the newest value only.
    """

    moved = Signal(int)

    def __init__(
        self, title: str, low: int, high: int, step: int, *, delay_ms: int = 30, unit: str = "m"
    ) -> None:
        super().__init__()
        self._unit = unit
        self._step = step
        self._value_label = text("", "strong", wrap=False)
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setRange(low // step, high // step)
        self._slider.setPageStep(max(1, (high - low) // step // 10))
        self._slider.setAccessibleName(title)
        self._slider.setMinimumHeight(22)  # the handle is higher than the native one
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(delay_ms)
        self._timer.timeout.connect(lambda: self.moved.emit(self.value()))
        self._slider.valueChanged.connect(self._on_changed)
        self._marks = [text("", "small", wrap=False) for _ in range(3)]
        self._lay_out(title)
        self.set_marks(low, (low + high) // 2, high)

    def _lay_out(self, title: str) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        head = QHBoxLayout()
        head.addWidget(text(title, "quiet"), 1)
        head.addWidget(self._value_label)
        column.addLayout(head)
        column.addWidget(self._slider)
        foot = QHBoxLayout()
        sides = (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignHCenter, Qt.AlignmentFlag.AlignRight)
        for label, side in zip(self._marks, sides, strict=True):
            label.setAlignment(side)
            foot.addWidget(label, 1)
        column.addLayout(foot)

    def set_marks(self, low: int, middle: int, high: int) -> None:
        """Write the numbers under the slider."""
        for label, value in zip(self._marks, (low, middle, high), strict=True):
            label.setText(f"{value:,}")

    def value(self) -> int:
        """Return the value in metres."""
        return self._slider.value() * self._step

    def set_value(self, value: float) -> None:
        """Set the value without telling anybody."""
        with QSignalBlocker(self._slider):
            self._slider.setValue(round(value / self._step))
        self._value_label.setText(f"{self.value():,} {self._unit}")

    def _on_changed(self) -> None:
        self._value_label.setText(f"{self.value():,} {self._unit}")
        if not self._timer.isActive():  # a steady pace while dragging, not only at rest
            self._timer.start()


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
            self.more_button.setText((words or self._more_words).replace("&", "&&") + " ▾")
            self.more_button.setToolTip(words or self._more_words)
            for action in self.more_button.menu().actions():
                action.setChecked(action.data() == code)
        target = self._buttons.get(code) or (self.more_button if code in self._more else None)
        if target is not None:
            target.setChecked(True)


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
