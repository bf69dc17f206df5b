"""The small parts all stage panels are put together from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from renovate_gui.ui.stages.flow import FlowLayout
from renovate_gui.ui.stages.look import Look


def text(words: str, face: str = "", *, wrap: bool = True) -> QLabel:
    """Return a plain-text label in one of the faces of the style sheet."""
    label = QLabel(words)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(wrap)
    if face:
        label.setProperty("face", face)
    if wrap:
        label.setMinimumWidth(40)
    return label


def appear(widget: QWidget, *, on: bool) -> None:
    """Show or hide a part; one that has no place yet is not shown, or it would flash up as a window of its own."""
    if not on:
        widget.hide()
    elif widget.parentWidget() is not None:
        widget.show()


def say(label: QLabel, words: str, face: str | None = None) -> None:
    """Set words (and face) of a label; an empty one takes no room."""
    label.setText(words)
    appear(label, on=bool(words))
    if face is not None and label.property("face") != face:
        label.setProperty("face", face)
        repolish(label)


def repolish(widget: QWidget) -> None:
    """Let the style sheet see changed properties."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def headline(number: str = "", unit: str = "") -> QLabel:
    """Return the one huge figure of a stage."""
    label = QLabel()
    label.setProperty("face", "headline")
    label.setTextFormat(Qt.TextFormat.RichText)
    set_headline(label, number, unit)
    return label


def set_headline(label: QLabel, number: str, unit: str = "") -> None:
    """Set figure and unit of a headline."""
    small = f'<span style="font-size:20px">{escape(unit)}</span>' if unit else ""
    label.setText(f'<span style="font-size:38px">{escape(number)}</span>{small}')
    label.setAccessibleName(f"{number} {unit.strip()}".strip())


class Elided(QLabel):
    """One line that is cut with an ellipsis instead of widening its panel; the tooltip has all of it."""

    def __init__(self, words: str = "", face: str = "") -> None:
        super().__init__(words)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(24)
        self.setToolTip(words)
        if face:
            self.setProperty("face", face)

    def setText(self, words: str) -> None:
        """Set the words and their tooltip."""
        super().setText(words)
        self.setToolTip(words)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the words as far as there is room."""
        with QPainter(self) as painter:
            painter.setPen(self.palette().color(self.foregroundRole()))
            cut = QFontMetrics(self.font()).elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, cut)


def pill(words: str, kind: str = "plain", tip: str = "") -> QLabel:
    """Return a small rounded badge: plain, warn, bad, good or accent."""
    label = QLabel(words)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setProperty("pill", kind)
    label.setToolTip(tip)
    label.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
    return label


def button(words: str, on_click: Callable[[], object], kind: str = "", tip: str = "") -> QPushButton:
    """Return a push button: ordinary, primary, link, choice, chip, tool, flat or danger."""
    made = QPushButton(words)
    if kind:
        made.setProperty("look" if kind == "primary" else "kind", kind)
    made.setToolTip(tip)
    made.setAutoDefault(False)
    made.clicked.connect(lambda _checked=False: on_click())
    if kind == "link":
        made.setCursor(Qt.CursorShape.PointingHandCursor)
        made.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
    return made


def enable(control: QWidget, reason: str, tip: str = "") -> None:
    """Enable a control, or disable it with the reason as its tooltip."""
    control.setEnabled(not reason)
    control.setToolTip(reason or tip)


def rule() -> QFrame:
    """Return a hairline."""
    made = QFrame()
    made.setProperty("rule", "true")
    return made


def row(*widgets: QWidget, spacing: int = 8, stretch_last: bool = False) -> QWidget:
    """Return widgets side by side; a stretch ends the row unless the last widget takes the room."""
    holder = QWidget()
    layout = QHBoxLayout(holder)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(spacing)
    for widget in widgets:
        layout.addWidget(widget)
    if stretch_last and widgets:
        layout.setStretch(layout.count() - 1, 1)
    else:
        layout.addStretch(1)
    return holder


def pair(left: QWidget, right: QWidget) -> QWidget:
    """Return a row with one widget on the left and one at the right edge."""
    holder = QWidget()
    layout = QHBoxLayout(holder)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(8)
    layout.addWidget(left, 1)
    layout.addWidget(right, 0)
    return holder


def tight(*widgets: QWidget) -> QWidget:
    """Return widgets below each other without gaps: a figure and its words."""
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    for widget in widgets:
        column.addWidget(widget)
    return holder


def flowing(*widgets: QWidget) -> QWidget:
    """Return widgets in a line that breaks when it is full."""
    holder = QWidget()
    flow = FlowLayout(holder)
    for widget in widgets:
        flow.addWidget(widget)
    return holder


class Card(QFrame):
    """A rounded box with a vertical layout: hint, warn, bad, plain, drop, float or row."""

    def __init__(self, kind: str = "plain", *, margins: tuple[int, int, int, int] = (12, 10, 12, 10)) -> None:
        super().__init__()
        self.setProperty("card", kind)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(*margins)
        self.column.setSpacing(4)

    def add(self, *widgets: QWidget) -> Card:
        """Add widgets below each other."""
        for widget in widgets:
            self.column.addWidget(widget)
        return self


def hint(
    words: str, action: str = "", on_click: Callable[[], object] | None = None, kind: str = "hint"
) -> Card:
    """Return a card that says what to do next, with one link."""
    card = Card(kind).add(text(words))
    if action and on_click is not None:
        card.add(button(action + " →", on_click, "link"))
    return card


def clear(layout: QLayout) -> None:
    """Take everything out of a layout; widgets die when control returns to the event loop."""
    while layout.count():
        item = layout.takeAt(0)
        widget = item.widget() if item is not None else None
        if widget is not None:
            widget.hide()
            widget.deleteLater()


class Stack(QWidget):
    """A column whose content is replaced as a whole: lists that follow data."""

    def __init__(self, spacing: int = 6) -> None:
        super().__init__()
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(spacing)
        self.column.setSizeConstraint(QLayout.SizeConstraint.SetDefaultConstraint)

    def show_widgets(self, widgets: Sequence[QWidget]) -> None:
        """Replace the content."""
        clear(self.column)
        for widget in widgets:
            self.column.addWidget(widget)
        appear(self, on=bool(widgets))


class LegendRow(QWidget):
    """A colour, its words, and one or two figures at the right edge."""

    def __init__(self, colour: str, words: str, figures: Sequence[str], *, is_head: bool = False) -> None:
        super().__init__()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        if colour:
            square = QLabel()
            square.setFixedSize(14, 14)
            square.setStyleSheet(f"background: {colour}; border-radius: 3px;")
            layout.addWidget(square, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(text(words, "small" if is_head else ""), 1)
        for index, figure in enumerate(figures):
            face = "small" if is_head or (index and colour) else "strong"
            label = text(figure, face, wrap=False)
            label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
            label.setMinimumWidth(56)
            layout.addWidget(label)


class Readiness(QWidget):
    """What the data has and lacks, one honest line each."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(1)

    def show_lines(self, title: str, lines: Sequence[tuple[str, str]]) -> None:
        """Show ``(state, sentence)`` pairs, state one of good, warn, bad, info; the same sentence stands once."""
        clear(self._column)
        unique = list(dict.fromkeys(lines))
        if unique:
            self._column.addWidget(text(title, "section"))
        for state, sentence in unique:
            self._column.addWidget(self._line(state, sentence))
        appear(self, on=bool(unique))

    def _line(self, state: str, sentence: str) -> QWidget:
        holder = QWidget()
        layout = QHBoxLayout(holder)
        layout.setContentsMargins(0, 1, 0, 1)
        layout.setSpacing(8)
        colour = {"good": self._look.served, "warn": self._look.full, "bad": self._look.out}.get(
            state, self._look.unknown
        )
        dot = QLabel()
        dot.setFixedSize(9, 9)
        dot.setStyleSheet(f"background: {colour}; border-radius: 4px; margin-top: 0px;")
        cell = QVBoxLayout()
        cell.setContentsMargins(0, 4, 0, 0)
        cell.addWidget(dot)
        cell.addStretch(1)
        layout.addLayout(cell)
        layout.addWidget(text(sentence, "quiet"), 1)
        return holder


class TextArea(QPlainTextEdit):
    """A few lines of text that report the end of editing, as a line edit does."""

    editing_finished = Signal()

    def __init__(self, lines: int = 3) -> None:
        super().__init__()
        self.setTabChangesFocus(True)
        self._lines = lines
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Keep the height when the font changes."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self._fit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Report the end of editing."""
        super().focusOutEvent(event)
        self.editing_finished.emit()

    def _fit(self) -> None:
        self.setFixedHeight(QFontMetrics(self.font()).lineSpacing() * self._lines + 20)

    def sizeHint(self) -> QSize:
        """Ask for little width: the panel decides."""
        return QSize(120, self.height())
