"""The picture of a scanned sheet: the box that is asked about, or four handles on the corner marks."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap, QPolygonF, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import (
    QGraphicsEllipseItem,
    QGraphicsItem,
    QGraphicsPixmapItem,
    QGraphicsPolygonItem,
    QGraphicsRectItem,
    QGraphicsScene,
    QGraphicsView,
)

from renovate_gui.assets import tr
from renovate_gui.domain.form import Box
from renovate_gui.ui.stages.look import Look

_HANDLE_PX = 11.0
_INSET = 0.06
Corners = tuple[tuple[float, float], tuple[float, float], tuple[float, float], tuple[float, float]]


class _Handle(QGraphicsEllipseItem):
    """A corner that a person drags; it keeps its size on the screen."""

    def __init__(self, owner: SheetPicture, colour: QColor) -> None:
        super().__init__(-_HANDLE_PX, -_HANDLE_PX, 2 * _HANDLE_PX, 2 * _HANDLE_PX)
        self._owner = owner
        self.setPen(QPen(colour, 2.5))
        hole = QColor(colour)
        hole.setAlpha(60)
        self.setBrush(hole)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIsMovable)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIgnoresTransformations)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemSendsGeometryChanges)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setZValue(3)

    def itemChange(self, change: QGraphicsItem.GraphicsItemChange, value: object) -> object:
        """Let the frame follow."""
        if change == QGraphicsItem.GraphicsItemChange.ItemPositionHasChanged:
            self._owner.frame_handles()
        return super().itemChange(change, value)


class SheetPicture(QGraphicsView):
    """The sheet; the wheel zooms, dragging moves it."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._accent = QColor(look.out)
        self._scene = QGraphicsScene(self)
        self.setScene(self._scene)
        self.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        self.setDragMode(QGraphicsView.DragMode.ScrollHandDrag)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.AnchorUnderMouse)
        self.setBackgroundBrush(QColor(look.ground))
        self.setFrameShape(QGraphicsView.Shape.NoFrame)
        self.setAccessibleName(tr("Picture of the sheet"))
        self._picture = QGraphicsPixmapItem()
        self._picture.setTransformationMode(Qt.TransformationMode.SmoothTransformation)
        self._scene.addItem(self._picture)
        self._box: QGraphicsRectItem | None = None
        self._handles: list[_Handle] = []
        self._frame: QGraphicsPolygonItem | None = None
        self._is_fitted = True

    def show_picture(self, jpeg: bytes) -> None:
        """Show another sheet, whole."""
        pixmap = QPixmap()
        pixmap.loadFromData(jpeg)
        self._picture.setPixmap(pixmap)
        self._scene.setSceneRect(QRectF(pixmap.rect()))
        self.show_handles(None)
        self.point_at(None, 0.0)
        self.fit()

    def fit(self) -> None:
        """Show the whole sheet."""
        self._is_fitted = True
        self.fitInView(self._scene.sceneRect(), Qt.AspectRatioMode.KeepAspectRatio)

    def point_at(self, box: Box | None, page_mm: float) -> None:
        """Frame a box of the form (millimetres on a page so wide) and bring it near; None: nothing."""
        if self._box is not None:
            self._scene.removeItem(self._box)
            self._box = None
        if box is None or page_mm <= 0:
            return
        scale = self._picture.pixmap().width() / page_mm
        margin = 1.5
        rect = QRectF(
            (box.x - margin) * scale,
            (box.y - margin) * scale,
            (box.width + 2 * margin) * scale,
            (box.height + 2 * margin) * scale,
        )
        pen = QPen(self._accent, 3)
        pen.setCosmetic(True)
        self._box = self._scene.addRect(rect, pen)
        around = rect.adjusted(-45 * scale, -30 * scale, 45 * scale, 30 * scale)
        self._is_fitted = False
        self.fitInView(around, Qt.AspectRatioMode.KeepAspectRatio)

    # -- four points ----------------------------------------------------------------------------------------------
    def show_handles(self, corners: Sequence[tuple[float, float]] | None) -> None:
        """Put handles on four corners (pixels); an empty sequence: near the picture's corners; None: no handles."""
        for handle in self._handles:
            self._scene.removeItem(handle)
        self._handles = []
        if self._frame is not None:
            self._scene.removeItem(self._frame)
            self._frame = None
        if corners is None:
            return
        size = self._picture.pixmap().size()
        w, h = float(size.width()), float(size.height())
        x, y = w * _INSET, h * _INSET
        places = list(corners) if len(corners) == 4 else [(x, y), (w - x, y), (w - x, h - y), (x, h - y)]
        pen = QPen(self._accent, 2)
        pen.setCosmetic(True)
        self._frame = self._scene.addPolygon(QPolygonF(), pen)
        for px, py in places:
            handle = _Handle(self, self._accent)
            handle.setPos(px, py)
            self._scene.addItem(handle)
            self._handles.append(handle)
        self.frame_handles()

    def frame_handles(self) -> None:
        """Draw the frame through the handles."""
        if self._frame is not None and len(self._handles) == 4:
            self._frame.setPolygon(QPolygonF([h.pos() for h in self._handles]))

    def move_handle(self, number: int, x: float, y: float) -> None:
        """Put one handle somewhere (pixels of the picture)."""
        self._handles[number].setPos(QPointF(x, y))

    def corners(self) -> Corners | None:
        """Return where the handles are (pixels): upper left, upper right, lower right, lower left; None without."""
        if len(self._handles) != 4:
            return None
        a, b, c, d = ((h.pos().x(), h.pos().y()) for h in self._handles)
        return a, b, c, d

    # -- looking --------------------------------------------------------------------------------------------------
    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom where the pointer is."""
        step = 1.2 if event.angleDelta().y() > 0 else 1 / 1.2
        self._is_fitted = False
        self.scale(step, step)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the whole sheet in view until somebody zooms."""
        super().resizeEvent(event)
        if self._is_fitted:
            self.fit()
