"""A difference on the map: added, changed and removed objects above the picture, which is not painted again."""

from __future__ import annotations

import numpy as np
import shapely
from PySide6.QtCore import QEvent, QObject, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from renovate_gui.assets import tr
from renovate_gui.domain.difference import ChangeKind, Difference, ObjectKey
from renovate_gui.ui.canvas.change_look import draw_mark, kind_words, line_pen
from renovate_gui.ui.canvas.change_paint import ChangePainter, ChangeShapes
from renovate_gui.ui.canvas.view import MapView
from renovate_gui.ui.canvas.viewport import Extent
from renovate_gui.ui.message_strip import MessageStrip
from renovate_gui.ui.theme import add_shadow, icon

_CORNER_PX = 14
_GAP_PX = 8
_MOVED = {QEvent.Type.Show, QEvent.Type.Hide, QEvent.Type.Move, QEvent.Type.Resize}
_AROUND, _LEAST_AROUND_M = 0.25, 30.0


class ChangesOverlay(QObject):
    """Shows a difference on the map, with a chip that says what the colours mean.

    Each part of the window has its own; what one shows takes what another shows off the map. One that was called to
    the front only covers what the others show: they are seen again when it goes.

    Signals
    -------
    closed
        A person closed the chip, or another part shows a difference: whoever showed this one lets go of it.
    """

    closed = Signal()

    def __init__(self, view: MapView) -> None:
        super().__init__(view)
        self._view = view
        self._painter = ChangePainter(view)
        self.difference: Difference | None = None
        self._focus: ObjectKey | None = None
        self._shapes: ChangeShapes | None = None
        self.is_in_front = False
        view.overlays.append(self._painter)
        self.chip = ChangesChip(view)
        self.chip.close_asked.connect(self.close)
        for signal in (view.workspace.theme_changed, view.workspace.language_changed):
            signal.connect(self._retranslate)
        view.workspace.session_changed.connect(self._on_session)

    def show(
        self,
        difference: Difference | None,
        focus: ObjectKey | None = None,
        *,
        shapes: ChangeShapes | None = None,
    ) -> None:
        """Show a difference, one of its objects in front; None clears the map.

        Of a large difference ``shapes`` should have been made in another thread.
        """
        if difference is not None and not self.is_in_front and not self._is_covered:
            for other in self._others():
                if other.difference is not None:
                    other.close()
        self.difference, self._focus, self._shapes = difference, focus, shapes
        self.present()

    def set_in_front(self, *, is_in_front: bool) -> None:
        """Cover what the others show, or let it be seen again; also while this one shows nothing."""
        if is_in_front != self.is_in_front:
            self.is_in_front = is_in_front
            for other in self._others():
                other.present()

    def _others(self) -> list[ChangesOverlay]:
        return [o for o in self._view.findChildren(ChangesOverlay) if o is not self]

    @property
    def _is_covered(self) -> bool:
        return any(o.is_in_front for o in self._others())

    def present(self) -> None:
        """Bring onto the map what may be seen there now."""
        shown = None if self._is_covered else self.difference
        self._painter.set_difference(shown, self._focus, self._shapes if shown is not None else None)
        self._retranslate()

    def close(self) -> None:
        """Take the changes off the map and tell whoever showed them."""
        self.show(None)
        self.closed.emit()

    def extent(self, focus: ObjectKey | None = None) -> Extent | None:
        """Return what must be seen to see the changes, or one of them; None when nothing of it has a place."""
        if self.difference is None:
            return None
        return self._painter.extent() if focus is None else extent_of_changes(self.difference, focus)

    def zoom(self, focus: ObjectKey | None = None) -> None:
        """Let the map show the changes, or one of them."""
        extent = self.extent(focus)
        if extent is not None:
            self._view.zoom_to(_with_surroundings(extent))

    def _on_session(self) -> None:
        self.is_in_front = False
        self.show(None)

    def _retranslate(self) -> None:
        is_shown = self.difference is not None and not self._is_covered
        counts = self._painter.counts() if is_shown else {}
        self.chip.show_counts(counts)
        self._view.repaint_map()


def extent_of_changes(difference: Difference, focus: ObjectKey | None = None) -> Extent | None:
    """Return the bounds of all geometries of a difference, or of one of its objects, in metres."""
    shapes = [
        g
        for c in difference.changes
        if focus is None or c.key == focus
        for g in (c.before, c.after)
        if g is not None and not g.is_empty
    ]
    if not shapes:
        return None
    made = np.empty(len(shapes), dtype=object)
    made[:] = shapes
    x_min, y_min, x_max, y_max = shapely.total_bounds(made)
    return (float(x_min), float(y_min), float(x_max), float(y_max))


def _with_surroundings(extent: Extent) -> Extent:
    """Return an extent with enough around it to see where it is."""
    x_min, y_min, x_max, y_max = extent
    pad = max(_LEAST_AROUND_M, _AROUND * max(x_max - x_min, y_max - y_min))
    return (x_min - pad, y_min - pad, x_max + pad, y_max + pad)


class _Sample(QWidget):
    """A mark on a short piece of its line."""

    def __init__(self, kind: ChangeKind, *, is_dark: bool) -> None:
        super().__init__()
        self._kind, self._is_dark = kind, is_dark
        self.setFixedSize(self.sizeHint())

    def sizeHint(self) -> QSize:
        """Return the fixed size."""
        return QSize(34, 18)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint line and mark."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(line_pen(self._kind, 2.4, is_dark=self._is_dark))
            painter.drawLine(QPointF(1, 9), QPointF(33, 9))
            draw_mark(painter, QPointF(17, 9), self._kind, is_dark=self._is_dark, size=14)


class ChangesChip(QFrame):
    """The legend of the overlay, at the map's upper left; it makes way for a message."""

    close_asked = Signal()

    def __init__(self, view: MapView) -> None:
        place = view.parentWidget() or view
        super().__init__(place)
        self._view = view
        self.setProperty("look", "float")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(12, 5, 6, 5)
        self._row.setSpacing(6)
        add_shadow(self, view.workspace.is_dark)
        self._strip = place.findChild(MessageStrip)
        if self._strip is not None:
            self._strip.installEventFilter(self)
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the message strip."""
        if watched is self._strip and event.type() in _MOVED and not self.isHidden():
            self._place()
        return super().eventFilter(watched, event)

    def event(self, event: QEvent) -> bool:
        """Follow words that become wider: the theme's font may reach them after the chip was filled."""
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest and not self.isHidden():
            self._place()
        return done

    def _place(self) -> None:
        """Sit in the corner, or below a message that would lie on it."""
        size = self._row.totalSizeHint()  # with the border, which the row's own hint leaves out
        self.setGeometry(_CORNER_PX, _CORNER_PX, size.width(), size.height())
        strip = self._strip
        if strip is not None and not strip.isHidden() and strip.parentWidget() is self.parentWidget():
            box = strip.geometry()
            if box.adjusted(-_GAP_PX, -_GAP_PX, _GAP_PX, _GAP_PX).intersects(self.geometry()):
                self.move(_CORNER_PX, box.bottom() + 1 + _GAP_PX)

    def show_counts(self, counts: dict[ChangeKind, int]) -> None:
        """Say what is shown; nothing hides the chip."""
        self.hide()  # what is put into a card in sight is shown later, and would not count in its size now
        while self._row.count():
            item = self._row.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.setParent(None)
                widget.deleteLater()
        shown = {kind: n for kind, n in counts.items() if n}
        if not shown:
            self.hide()
            return
        is_dark = self._view.workspace.is_dark
        for kind, n in shown.items():
            self._row.addWidget(_Sample(kind, is_dark=is_dark))
            label = QLabel(f"{kind_words(kind)} {n:,}")
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Preferred)
            self._row.addWidget(label)
            self._row.addSpacing(4)
        close = QToolButton()
        close.setProperty("look", "quiet")
        close.setIcon(icon("mdi6.close", is_dark))
        close.setToolTip(tr("Take the changes off the map"))
        close.setAccessibleName(tr("Take the changes off the map"))
        close.clicked.connect(self.close_asked)
        self._row.addWidget(close)
        self.setAccessibleName(", ".join(f"{kind_words(k)} {n:,}" for k, n in shown.items()))
        self.show()
        for part in self.findChildren(QWidget):
            part.ensurePolished()  # the theme's font, before anybody asks how wide the words are
            part.updateGeometry()
            part.show()
        self._row.invalidate()
        self._place()
        self._row.activate()
        self.raise_()
