"""Swipe: a handle on the map; left of it one scenario, right of it the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from renovate_gui.app.tasks import IsCancelled, Progress, Task
from renovate_gui.assets import tr
from renovate_gui.domain.errors import RenovateError
from renovate_gui.domain.scene import Scene
from renovate_gui.ui.canvas.tile_layer import TileLayer
from renovate_gui.ui.canvas.view import MapView
from renovate_gui.ui.canvas.viewport import Viewport
from renovate_gui.ui.jobs import Jobs, sentence
from renovate_gui.ui.scenarios.compared import Compared
from renovate_gui.ui.tools.base import MapTool

if TYPE_CHECKING:
    from renovate_gui.ui.workspace import Workspace

_WIDTH_PX, _KNOB_PX = 36, 15.0
_STEP, _BIG_STEP, _EDGE = 0.02, 0.10, 0.02
_NAME_TOP_PX = 14
_JOB = "swipe"


class SwipeHandle(QWidget):
    """The line between the sides: drag it, or move it with the arrow keys.

    Signals
    -------
    moved
        Another place, as a part of the map's width.
    left
        Escape was pressed.
    """

    moved = Signal(float)
    left = Signal()

    def __init__(self, view: MapView) -> None:
        super().__init__(view)
        self._view = view
        self.at = 0.5
        self._grip = 0.0
        self.setCursor(Qt.CursorShape.SplitHCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.hide()

    def retranslate(self) -> None:
        """Set words again."""
        words = tr("Drag the handle, or move it with the arrow keys; Escape leaves.")
        self.setToolTip(words)
        self.setAccessibleName(tr("Swipe between two scenarios"))
        self.setAccessibleDescription(words)

    def place(self) -> None:
        """Follow the map's size."""
        middle = round(self.at * self._view.width())
        self.setGeometry(middle - _WIDTH_PX // 2, 0, _WIDTH_PX, self._view.height())

    def move_to(self, at: float) -> None:
        """Go to a part of the map's width; both sides keep a little."""
        self.at = min(1.0 - _EDGE, max(_EDGE, at))
        self.place()
        self.moved.emit(self.at)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the line and the knob."""
        middle, centre = self.width() / 2, QPointF(self.width() / 2, self.height() / 2)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for colour, width in (("ink2", 5.0), ("card", 3.0)):
                painter.setPen(QPen(QColor(self._view.colour(colour)), width))
                painter.drawLine(QPointF(middle, 0), QPointF(middle, self.height()))
            edge = "accent" if self.hasFocus() else "ink2"
            painter.setPen(QPen(QColor(self._view.colour(edge)), 2.0))
            painter.setBrush(QColor(self._view.colour("card")))
            painter.drawEllipse(centre, _KNOB_PX, _KNOB_PX)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self._view.colour("accent")))
            for side in (-1, 1):
                tip, base = centre + QPointF(side * 10, 0), side * 4
                painter.drawPolygon(QPolygonF([tip, centre + QPointF(base, -5), centre + QPointF(base, 5)]))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of it."""
        self._grip = event.position().x() - self.width() / 2
        self.setFocus()
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the pointer."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            x = self.mapTo(self._view, event.position().toPoint()).x() - self._grip
            self.move_to(x / max(1, self._view.width()))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move with the arrow keys, in larger steps with Shift; leave with Escape."""
        step = _BIG_STEP if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else _STEP
        to = {
            Qt.Key.Key_Left: self.at - step,
            Qt.Key.Key_Right: self.at + step,
            Qt.Key.Key_Home: 0.0,
            Qt.Key.Key_End: 1.0,
        }.get(Qt.Key(event.key()))
        if to is not None:
            self.move_to(to)
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: object) -> None:
        """Show that the keys move it."""
        super().focusInEvent(event)  # type: ignore[arg-type]
        self.update()

    def focusOutEvent(self, event: object) -> None:
        """Show that the keys are elsewhere."""
        super().focusOutEvent(event)  # type: ignore[arg-type]
        self.update()


class _RightSide(MapTool):
    """Paints the right side over the left one, and both names."""

    def __init__(self, view: MapView, tiles: TileLayer, handle: SwipeHandle) -> None:
        super().__init__(view)
        self._view, self._tiles, self._handle = view, tiles, handle
        self.shown: Compared | None = None

    def paint(self, painter: QPainter, port: Viewport) -> None:
        """Paint what is right of the handle."""
        if self.shown is None:
            return
        at = round(self._handle.at * self._view.width())
        painter.save()
        painter.setClipRect(QRectF(at, 0, self._view.width() - at, self._view.height()))
        painter.fillRect(
            0, 0, self._view.width(), self._view.height(), QColor(self.context.colour("map_ground"))
        )
        self._tiles.draw(painter, port, self._view.devicePixelRatioF())
        painter.restore()
        self._name(painter, self.shown.name(is_right=False), at, is_right=False)
        self._name(painter, self.shown.name(is_right=True), at, is_right=True)

    def _name(self, painter: QPainter, words: str, at: int, *, is_right: bool) -> None:
        font = painter.font()
        font.setPixelSize(13)
        font.setBold(True)
        painter.setFont(font)
        metrics = painter.fontMetrics()
        words = metrics.elidedText(words, Qt.TextElideMode.ElideRight, 220)
        width = metrics.horizontalAdvance(words) + 20
        gap = _WIDTH_PX / 2
        left = at + gap if is_right else at - gap - width
        box = QRectF(left, _NAME_TOP_PX, width, 26)
        painter.setPen(QColor(self.context.colour("line")))
        painter.setBrush(QColor(self.context.colour("card")))
        painter.drawRoundedRect(box, 8, 8)
        painter.setPen(QColor(self.context.colour("ink")))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)


class Swipe(QObject):
    """Keeps the right side in step with the workspace; there is one for each map."""

    def __init__(self, view: MapView, jobs: Jobs) -> None:
        super().__init__(view)
        from renovate_gui.render.tiles import TileCache

        self._view, self._jobs = view, jobs
        self._workspace: Workspace = view.workspace
        self.tiles = TileLayer(TileCache(), self)
        self.tiles.updated.connect(view.repaint_map)
        self.handle = SwipeHandle(view)
        self._side = _RightSide(view, self.tiles, self.handle)
        view.overlays.insert(0, self._side)  # selections and what tools draw lie above both sides
        self.handle.moved.connect(lambda _at: view.repaint_map())
        self.handle.left.connect(self.leave)
        view.resized.connect(self.handle.place)
        for signal in (
            self._workspace.overlay_changed,
            self._workspace.changed,
            self._workspace.theme_changed,
            self._workspace.language_changed,
            self._workspace.session_changed,
        ):
            signal.connect(self.follow)

    def follow(self, *_ignored: object) -> None:
        """Show or hide the right side as the workspace says."""
        compared, session = self._workspace.compared, self._workspace.session
        is_on = compared is not None and compared.is_swipe and session is not None
        was_on = self._side.shown is not None
        self._side.shown = compared if is_on else None
        self.handle.setVisible(is_on)
        if not is_on or compared is None or session is None:
            if was_on:
                self.tiles.set_scene(None)
            return
        self.handle.retranslate()
        self.handle.place()
        self.handle.raise_()
        if not was_on:
            self.handle.setFocus()
        request = compared.beside(self._workspace.plain_request())

        def work(_progress: Progress, _is_cancelled: IsCancelled) -> Scene:
            return session.scenes.build(request)

        try:
            if session.scenes.is_quick(request):
                self.tiles.set_scene(session.scenes.build(request))
                return
        except RenovateError as error:
            self._fail(error)
            return
        self._jobs.start(Task(tr("Preparing the map"), work), self.tiles.set_scene, self._fail, key=_JOB)

    def _fail(self, error: Exception) -> None:
        self._workspace.message.emit(sentence(error), "error")

    def leave(self) -> None:
        """Take the comparison off the map."""
        self._workspace.show_compared(None)
        self._view.setFocus()

    def close(self) -> None:
        """Stop painting for good."""
        self.tiles.close()
