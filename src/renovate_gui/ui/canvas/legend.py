"""The legend card: what the colours on the map mean, with counts; folds away."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QToolButton, QVBoxLayout, QWidget

from renovate_gui.assets import tr
from renovate_gui.domain.scene import LegendEntry, Scene, SceneHeat, SceneLayer
from renovate_gui.domain.style import Symbol
from renovate_gui.ui.canvas.swatch import swatch
from renovate_gui.ui.theme import add_shadow, icon, tokens
from renovate_gui.ui.workspace import Workspace

_WIDTH, _MOST_WIDTH = 248, 400
_MOST_ACROSS = 0.48
"""How much of the map's width the card may take."""
_EDGES_PX, _BUTTONS_PX = 34, 68
"""What margins and scroll bar, and the two buttons of the head, take of the width."""
_MOST_LINES, _LINE_PX = 11, 24
_MOST_SHARE = 0.3
"""How much of the map's height the lines may take; the rest scrolls."""
TOPIC_PREFIX = "gap:"


class LegendCard(QFrame):
    """Follows the scene. With verdicts or a heat surface shown it explains these first; "all layers" unfolds the rest."""

    resized = Signal()

    def __init__(self, workspace: Workspace, parent: QWidget) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._scene: Scene | None = None
        self.is_open = True
        self._shows_all = False
        self._content_px = 0
        self._entries: list[_Line] = []
        self._held: tuple[LegendEntry, ...] = ()
        self.setProperty("look", "float")
        self._needed_px = _WIDTH
        self._title = QLabel()
        self._title.setProperty("look", "strong")
        self._title.setWordWrap(True)
        self._fold = QToolButton()
        self._fold.setProperty("look", "quiet")
        self._fold.clicked.connect(self.toggle)
        self._more = QToolButton()
        self._more.setProperty("look", "quiet")
        self._more.clicked.connect(self._toggle_all)
        self._body = QWidget()
        self._lines = QVBoxLayout(self._body)
        self._lines.setContentsMargins(0, 0, 4, 0)
        self._lines.setSpacing(6)
        self._area = QScrollArea()
        self._area.setWidget(self._body)
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        head = QHBoxLayout()
        head.setSpacing(4)
        head.addWidget(self._title, 1)
        head.addWidget(self._more)
        head.addWidget(self._fold)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 8, 8, 10)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self._area)
        add_shadow(self, workspace.is_dark)
        self.hide()

    def set_scene(self, scene: Scene | None) -> None:
        """Explain another scene."""
        self._scene = scene
        self.rebuild()

    def set_open(self, is_open: bool) -> None:
        """Fold or unfold."""
        if is_open != self.is_open:
            self.is_open = is_open
            self.rebuild()

    def toggle(self) -> None:
        """Fold or unfold."""
        self.set_open(not self.is_open)

    def _toggle_all(self) -> None:
        self._shows_all = not self._shows_all
        self.rebuild()

    def rebuild(self) -> None:
        """Build the lines again (scene, language or theme changed)."""
        self._entries = []
        while self._lines.count():
            item = self._lines.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        shown = self._shown()
        topic = bool(self._topics())
        self._title.setText(shown[0].title if shown and topic and not self._shows_all else tr("Legend"))
        self._more.setVisible(topic and self.is_open)
        self._more.setIcon(icon("mdi6.layers-outline", self._workspace.is_dark))
        self._more.setToolTip(tr("Only the topic") if self._shows_all else tr("All layers"))
        self._fold.setIcon(
            icon("mdi6.chevron-down" if self.is_open else "mdi6.chevron-up", self._workspace.is_dark)
        )
        self._fold.setToolTip(tr("Fold the legend") if self.is_open else tr("Unfold the legend"))
        self._area.setVisible(self.is_open)
        with_titles = not topic or self._shows_all
        self._title.ensurePolished()  # the bold letters of its look are wider than those it was born with
        self._needed_px = 2 + self._title.fontMetrics().horizontalAdvance(self._title.text()) + _BUTTONS_PX
        self._content_px = self._fill(shown, with_titles=with_titles) if self.is_open else 0
        self.setVisible(bool(shown))
        self.fit()
        self.resized.emit()

    def show_live(self, counts: Mapping[Symbol, int] | None) -> None:
        """Show other counts for the moment, by look; None: those of the scene."""
        for line in self._entries:
            line.show_count(None if counts is None else counts.get(line.symbol))

    def hold(self, entries: tuple[LegendEntry, ...]) -> None:
        """Explain these verdicts for the moment whether the map shows them or not; empty: what the map shows."""
        if entries != self._held:
            self._held = entries
            self.rebuild()

    def show_stale(self) -> None:
        """Let the counts look older than the map. Painting the card for every frame would cost more than the frame."""
        for line in self._entries:
            line.show_stale()

    def fit(self) -> None:
        """Take as much height as the lines need and the map can spare."""
        parent = self.parentWidget()
        room = parent.height() * _MOST_SHARE if parent is not None else _LINE_PX * _MOST_LINES
        most = max(4, min(_MOST_LINES, int(room / _LINE_PX))) * _LINE_PX
        across = parent.width() * _MOST_ACROSS if parent is not None else _WIDTH
        width = int(max(_WIDTH, min(self._needed_px + _EDGES_PX, _MOST_WIDTH, across)))
        self.setFixedWidth(width)
        # a title in two lines must not be cut by the first row
        self._title.ensurePolished()
        self._title.setFixedHeight(self._title.heightForWidth(width - _EDGES_PX - _BUTTONS_PX) + 2)
        for line in self._entries:
            line.fit(width - _EDGES_PX)
        self._area.setFixedHeight(min(self._content_px, most) + 2)
        layout = self.layout()
        if layout is not None:
            layout.activate()  # else a height of before is taken where the card is built anew while hidden
        self.adjustSize()

    def _topics(self) -> list[SceneLayer | SceneHeat]:
        items = self._scene.items if self._scene is not None else ()
        return [
            i for i in items if isinstance(i, SceneHeat) or i.key == "cells" or i.key.startswith(TOPIC_PREFIX)
        ]

    def _shown(self) -> list[SceneLayer | SceneHeat]:
        topics = self._topics()
        if topics and not self._shows_all:
            return topics[-1:]
        items = list(reversed(self._scene.items)) if self._scene is not None else []
        return [i for i in items if isinstance(i, SceneHeat) or i.legend]

    def _fill(self, shown: list[SceneLayer | SceneHeat], *, with_titles: bool) -> int:
        height = 0
        for item in shown:
            if isinstance(item, SceneHeat):
                height += self._add_ramp(item, with_title=with_titles)
                continue
            entries = [(e.label, e.symbol, e.shape, e.count) for e in self._entries_of(item)]
            is_plain = len(entries) == 1
            if with_titles and not is_plain:
                self._lines.addWidget(_title(item.title))
                height += _LINE_PX
            for words, symbol, shape, count in entries:
                text = item.title if is_plain and (with_titles or not words) else words
                line = _Line(text, symbol, shape, count, self.devicePixelRatioF())
                self._entries.append(line)
                self._lines.addWidget(line)
                self._needed_px = max(self._needed_px, line.needed_px)
                height += _LINE_PX
        self._lines.addStretch(1)
        return height

    def _entries_of(self, item: SceneLayer) -> tuple[LegendEntry, ...]:
        if not self._held or not item.key.startswith(TOPIC_PREFIX):
            return item.legend
        shown = {e.symbol: e for e in item.legend}
        held = tuple(shown.pop(e.symbol, e) for e in self._held)
        return held + tuple(shown.values())

    def _add_ramp(self, heat: SceneHeat, *, with_title: bool) -> int:
        """Add a density's colours as one strip; return its height."""
        from renovate_gui.ui.stages.heat_legend import RampStrip

        if with_title:
            self._lines.addWidget(_title(heat.title))
        unit = _title(heat.unit)
        unit.setToolTip(heat.unit)
        strip = RampStrip(tokens(self._workspace.is_dark).ink2)
        strip.levels, strip.colours = heat.levels, heat.colours
        for widget in (unit, strip):
            self._lines.addWidget(widget)
        return (3 if with_title else 2) * _LINE_PX + 14


def _title(words: str) -> QLabel:
    label = QLabel(words)
    label.setProperty("look", "slot")
    label.setFixedHeight(18)
    return label


class _Line(QWidget):
    """A sign, its words as far as there is room, and how many."""

    def __init__(self, words: str, symbol: Symbol, shape: str, count: int | None, ratio: float) -> None:
        super().__init__()
        self._words, self.symbol, self._count = words, symbol, count
        self._number: QLabel | None = None
        self.setFixedHeight(18)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        sign = QLabel()
        sign.setPixmap(swatch(symbol, shape, ratio))
        sign.setFixedSize(16, 16)
        row.addWidget(sign)
        self._text = QLabel(words)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setToolTip(words)
        row.addWidget(self._text, 1)
        metrics = self._text.fontMetrics()
        self._others_px = 24 + 4
        if count is not None:
            self._number = number = QLabel(f"{count:,}")
            number.setProperty("look", "muted")
            row.addWidget(number)
            self._others_px += metrics.horizontalAdvance(number.text()) + 8

    @property
    def needed_px(self) -> int:
        """Return the width of the whole line; asked once the line is in its card, for its look makes the letters wider."""
        self._text.ensurePolished()
        return 2 + self._text.fontMetrics().horizontalAdvance(self._words) + self._others_px

    def show_count(self, count: int | None) -> None:
        """Show another count for the moment, None: its own."""
        if self._number is not None and self._count is not None:
            words = f"{self._count if count is None else count:,}"
            if self._number.text() != words:
                self._number.setText(words)
            self._number.setEnabled(True)

    def show_stale(self) -> None:
        """Grey the count, with dots, once."""
        if self._number is not None and self._number.isEnabled():
            self._number.setText(self._number.text() + " …")
            self._number.setEnabled(False)

    def fit(self, width: int) -> None:
        """Cut the words to a line of so many pixels."""
        room = max(40, width - self._others_px)
        metrics = self._text.fontMetrics()
        self._text.setText(metrics.elidedText(self._words, Qt.TextElideMode.ElideRight, room))
