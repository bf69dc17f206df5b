"""The map canvas: a bare pyqtgraph view with one item, the pointer's tools, and cards that float above."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from renovate_gui.ui.canvas.hits import SceneIndex
from renovate_gui.ui.canvas.snapping import Snap, snap
from renovate_gui.ui.canvas.tile_layer import TileLayer
from renovate_gui.ui.canvas.viewport import Extent, Viewport
from renovate_gui.ui.theme import tokens
from renovate_gui.ui.tools.base import SNAP_PX, MapTool, Pointer
from renovate_gui.ui.workspace import Workspace

if TYPE_CHECKING:
    from renovate_gui.render.tiles import Between, TileSource
    from renovate_gui.ui.jobs import Jobs

_WHEEL_STEP = 1.25  # per notch of 120 eighths of a degree
_ARROW_PX = 80
_ZOOM_KEYS = {Qt.Key.Key_Plus: 1.5, Qt.Key.Key_Equal: 1.5, Qt.Key.Key_Minus: 1 / 1.5}
_ARROWS = {
    Qt.Key.Key_Left: (_ARROW_PX, 0),
    Qt.Key.Key_Right: (-_ARROW_PX, 0),
    Qt.Key.Key_Up: (0, _ARROW_PX),
    Qt.Key.Key_Down: (0, -_ARROW_PX),
}


class _MapItem(pg.GraphicsObject):  # type: ignore[misc]  # pyqtgraph has no types
    """Paints the whole canvas in pixels; the view box only carries its coordinates."""

    def __init__(self, view: MapView) -> None:
        super().__init__()
        self._view = view
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption, False)

    def boundingRect(self) -> QRectF:
        x_min, y_min, x_max, y_max = self._view.port.extent
        return QRectF(x_min, y_min, x_max - x_min, y_max - y_min)

    def paint(
        self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None
    ) -> None:
        painter.save()
        try:  # an exception here would leave the painter active and break every later paint
            painter.resetTransform()
            self._view.paint_map(painter)
        finally:
            painter.restore()


class MapView(pg.GraphicsView):  # type: ignore[misc]
    """Shows a scene.

    Signals
    -------
    view_changed
        Another place or scale is shown.
    pointer_moved
        Map coordinates under the pointer, metres; NaN when it left.
    resized
        The canvas has another size: floating cards move.
    menu_asked
        A context menu is wanted at ``(pointer, global position)``.
    """

    view_changed = Signal()
    pointer_moved = Signal(float, float)
    resized = Signal()
    menu_asked = Signal(object, object)

    def __init__(self, workspace: Workspace, jobs: Jobs, source: TileSource) -> None:
        super().__init__(background=None)
        self.workspace = workspace
        self.jobs = jobs
        self.index = SceneIndex()
        self.port = Viewport()
        self.is_locked = False
        self.overlays: list[MapTool] = []
        self.between: Between | None = None
        """Paints what changes from frame to frame: above the layers, below proposals and words."""
        self.card: Extent | None = None
        """The legend's left, top, right and bottom in pixels: what is zoomed to should not lie under it."""
        self._tool: MapTool = MapTool(self)
        self._reading = ""
        self._pan_from: QPointF | None = None
        self._has_space = False
        self._last = QPointF(-1, -1)
        self.tiles = TileLayer(source, self)
        self.tiles.updated.connect(self.repaint_map)
        self._box = pg.ViewBox(enableMenu=False, enableMouse=False, defaultPadding=0.0)
        self._box.setAspectLocked(True)
        self.setCentralItem(self._box)
        self._item = _MapItem(self)
        self._box.addItem(self._item, ignoreBounds=True)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFrameShape(self.Shape.NoFrame)
        self.setAcceptDrops(False)
        self._announce = QTimer(self)
        self._announce.setSingleShot(True)
        self._announce.timeout.connect(self.view_changed)

    # -- what is shown ------------------------------------------------------------------------------------------
    def look_at(self, port: Viewport) -> None:
        """Show another part of the plane."""
        self.port = port.resized(self.width(), self.height())
        x_min, y_min, x_max, y_max = self.port.extent
        self._box.setRange(xRange=(x_min, x_max), yRange=(y_min, y_max), padding=0)
        self._item.prepareGeometryChange()
        self.repaint_map()
        self._announce.start(0)

    def zoom_to(self, extent: Extent) -> None:
        """Show an extent; with a locked scale only its centre."""
        if self.is_locked:
            self.look_at(self.port.centred((extent[0] + extent[2]) / 2, (extent[1] + extent[3]) / 2))
        else:
            self.look_at(self.port.fitted_beside(extent, self.card))

    def zoom_by(self, factor: float, px: float | None = None, py: float | None = None) -> None:
        """Magnify about a pixel, by default the canvas centre; a locked scale stays."""
        if not self.is_locked:
            at_x = self.width() / 2 if px is None else px
            at_y = self.height() / 2 if py is None else py
            self.look_at(self.port.zoomed(factor, at_x, at_y))

    def set_scale(self, denominator: float) -> None:
        """Show 1:``denominator`` at the screen's logical resolution, lock or not."""
        self.look_at(self.port.at_scale(denominator, self.logicalDpiX()))

    @property
    def scale_denominator(self) -> float:
        """Return the scale's denominator at the screen's logical resolution."""
        return self.port.scale(self.logicalDpiX())

    def repaint_map(self) -> None:
        """Paint the canvas at the next opportunity."""
        self.viewport().update()

    def paint_map(self, painter: QPainter) -> None:
        """Paint ground, tiles and what the tools and overlays add, in pixels."""
        painter.fillRect(0, 0, self.width(), self.height(), QColor(self.colour("map_ground")))
        self.tiles.draw(painter, self.port, self.devicePixelRatioF(), self.between)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        for part in (*self.overlays, self._tool):
            painter.save()
            part.paint(painter, self.port)
            painter.restore()
        if self._reading:
            self._paint_reading(painter)

    # -- tools --------------------------------------------------------------------------------------------------
    @property
    def tool(self) -> MapTool:
        """Return the chosen tool."""
        return self._tool

    def set_tool(self, tool: MapTool) -> None:
        """Choose a tool."""
        self._tool.end()
        self._tool = tool
        self._tool.begin()
        self.viewport().setCursor(tool.cursor)
        self.say("")
        self.repaint_map()

    def refresh(self) -> None:
        """Paint what tools and overlays show again."""
        self.repaint_map()

    def say(self, text: str) -> None:
        """Show a live reading beside the pointer."""
        if text != self._reading:
            self._reading = text
            self.setAccessibleDescription(text)
            self.repaint_map()

    def _paint_reading(self, painter: QPainter) -> None:
        words = self._reading
        width, height = painter.fontMetrics().horizontalAdvance(words) + 16, 24
        left = min(self._last.x() + 16, self.width() - width - 8)
        top = min(self._last.y() + 18, self.height() - height - 8)
        box = QRectF(left, top, width, height)
        painter.setPen(QColor(self.colour("line")))
        painter.setBrush(QColor(self.colour("card")))
        painter.drawRoundedRect(box, 6, 6)
        painter.setPen(QColor(self.colour("ink")))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)

    def snap(self, pointer: Pointer) -> Snap | None:
        """Return the vertex or edge within reach; Alt switches snapping off."""
        if pointer.with_alt:
            return None
        reach = SNAP_PX * self.port.m_per_px
        return snap(pointer.x, pointer.y, reach, self.index.near_geometries(pointer.x, pointer.y, reach))

    def pan_by(self, dx_px: float, dy_px: float) -> None:
        """Drag the map."""
        self.look_at(self.port.panned(dx_px, dy_px))

    def colour(self, token: str) -> str:
        """Return a theme colour by its token's name."""
        return str(getattr(tokens(self.workspace.is_dark), token))

    def pointer(self, event: QMouseEvent | QContextMenuEvent) -> Pointer:
        """Return the place of an event in pixels and metres."""
        at = event.position() if isinstance(event, QMouseEvent) else QPointF(event.pos())
        held = event.modifiers()
        x, y = self.port.to_map(at.x(), at.y())
        return Pointer(
            at.x(),
            at.y(),
            x,
            y,
            event.button() if isinstance(event, QMouseEvent) else Qt.MouseButton.RightButton,
            bool(held & Qt.KeyboardModifier.ControlModifier),
            bool(held & Qt.KeyboardModifier.ShiftModifier),
            bool(held & Qt.KeyboardModifier.AltModifier),
        )

    # -- events -------------------------------------------------------------------------------------------------
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Follow the new size."""
        super().resizeEvent(event)
        if hasattr(self, "_announce"):  # pyqtgraph resizes while it is being built
            self.look_at(self.port)
            self.resized.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom about the pointer."""
        notches = event.angleDelta().y() / 120
        if notches:
            fine = 0.25 if event.modifiers() & Qt.KeyboardModifier.ControlModifier else 1.0
            self.zoom_by(_WHEEL_STEP ** (notches * fine), event.position().x(), event.position().y())
        event.accept()

    def event(self, event: QEvent) -> bool:
        """Handle gestures."""
        if (
            isinstance(event, QNativeGestureEvent)
            and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture
        ):
            self.zoom_by(1 + event.value(), event.position().x(), event.position().y())
            return True
        return bool(super().event(event))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Handle a pressed button."""
        is_pan = event.button() == Qt.MouseButton.MiddleButton or self._has_space
        if is_pan:
            self._pan_from = event.position()
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
        else:
            self._tool.press(self.pointer(event))
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Handle a moved pointer."""
        self._last = event.position()
        if self._pan_from is not None:
            moved = event.position() - self._pan_from
            self._pan_from = event.position()
            self.pan_by(moved.x(), moved.y())
        else:
            pointer = self.pointer(event)
            self._tool.move(pointer, is_dragging=bool(event.buttons() & Qt.MouseButton.LeftButton))
        x, y = self.port.to_map(event.position().x(), event.position().y())
        self.pointer_moved.emit(x, y)
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Handle a released button."""
        if self._pan_from is not None:
            self._pan_from = None
            self.viewport().setCursor(Qt.CursorShape.OpenHandCursor if self._has_space else self._tool.cursor)
        else:
            self._tool.release(self.pointer(event))
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Handle a double click."""
        pointer = self.pointer(event)
        if not self._tool.double_click(pointer) and pointer.is_left:
            self.zoom_by(2.0, pointer.px, pointer.py)
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the context menu."""
        self.menu_asked.emit(self.pointer(event), event.globalPos())
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        """Note that the pointer left."""
        self.pointer_moved.emit(float("nan"), float("nan"))
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Handle a key."""
        key = Qt.Key(event.key())
        with_ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if key == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._has_space = True
            self.viewport().setCursor(Qt.CursorShape.OpenHandCursor)
        elif self._tool.key(
            key, with_ctrl=with_ctrl, with_shift=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        ):
            self.repaint_map()
        elif key in _ZOOM_KEYS:
            self.zoom_by(_ZOOM_KEYS[key])
        elif key in _ARROWS:
            self.pan_by(*_ARROWS[key])
        else:
            event.ignore()
            return
        event.accept()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Handle a released key."""
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._has_space = False
            self.viewport().setCursor(self._tool.cursor)
        event.accept()
