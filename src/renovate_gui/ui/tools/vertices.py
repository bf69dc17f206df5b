"""Edit the shape of a selected proposal: drag a vertex, insert one at a midpoint, delete one, move the whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from shapely.geometry.base import BaseGeometry

from renovate_gui.assets import tr
from renovate_gui.domain.errors import RenovateError
from renovate_gui.domain.proposal import Note, Proposal
from renovate_gui.ui.canvas.shapes import draw_highlight
from renovate_gui.ui.canvas.snapping import Snap
from renovate_gui.ui.canvas.viewport import Viewport
from renovate_gui.ui.tools.base import MapContext, MapTool, Pointer
from renovate_gui.ui.tools.drawing import paint_snap
from renovate_gui.ui.tools.live_drawing import LiveReshaping
from renovate_gui.ui.workspace import Tool

_GRIP_PX = 8.0


@dataclass(frozen=True, slots=True)
class Grip:
    """A handle: a vertex, or a midpoint that becomes one. ``part`` counts rings and lines, ``index`` points in it."""

    part: int
    index: int
    x: float
    y: float
    is_vertex: bool


class EditTool(MapTool):
    """Reshapes the one selected proposal or callout; each gesture is one undoable action."""

    def __init__(self, context: MapContext) -> None:
        super().__init__(context)
        self._geometry: BaseGeometry | None = None
        self._uuid: str = ""
        self._grip: Grip | None = None
        self._hover: Grip | None = None
        self._move_from: Pointer | None = None
        self._preview: BaseGeometry | None = None
        self._snap: Snap | None = None
        self._live = LiveReshaping(context)

    @property
    def is_idle(self) -> bool:
        """Return whether nothing is being dragged."""
        return self._grip is None and self._move_from is None

    def hint(self) -> str:
        """Return one sentence on how to use the tool."""
        if not self._uuid:
            return tr("Select one proposal first, then drag its corners.")
        return tr(
            "Drag a corner, or a midpoint to add one; Delete takes the corner under the pointer; Esc ends."
        )

    def begin(self) -> None:
        """Prepare."""
        self.reload()

    def end(self) -> None:
        """Forget what is half done."""
        self._live.cancel()
        self._geometry = self._preview = None
        self._uuid = ""
        self._grip = self._hover = self._move_from = self._snap = None

    def reload(self) -> None:
        """Take the selected proposal's stored shape."""
        thing = self._selected()
        self._geometry = thing.geometry if thing is not None else None
        self._uuid = str(thing.uuid) if thing is not None else ""
        self._preview = None

    def press(self, pointer: Pointer) -> bool:
        """Handle a pressed button."""
        self.reload()
        if not pointer.is_left or self._geometry is None:
            return True
        self._grip = self._grip_at(pointer)
        near = (
            self._geometry.distance(shapely.Point(pointer.x, pointer.y))
            <= _GRIP_PX * self.context.port.m_per_px
        )
        if self._grip is None and near:
            self._move_from = pointer
        elif self._grip is None:
            self._select_other(pointer)
        return True

    def move(self, pointer: Pointer, *, is_dragging: bool) -> bool:
        """Handle a moved pointer."""
        if self._geometry is None:
            return True
        if is_dragging and self._grip is not None:
            self._snap = self.context.snap(pointer)
            x, y = (self._snap.x, self._snap.y) if self._snap is not None else (pointer.x, pointer.y)
            self._preview = with_vertex(self._geometry, self._grip, x, y)
        elif is_dragging and self._move_from is not None:
            offset = np.array([pointer.x - self._move_from.x, pointer.y - self._move_from.y])
            self._preview = shapely.transform(self._geometry, lambda xy: xy + offset)
        else:
            self._snap, self._hover = None, self._grip_at(pointer)
        if self._preview is not None:
            self._live.follow(self._uuid, self._preview)
        self.context.refresh()
        return True

    def release(self, _pointer: Pointer) -> bool:
        """Handle a released button."""
        preview = self._preview
        self._grip = self._move_from = self._preview = self._snap = None
        if preview is not None:
            self._live.store(lambda: self._store(preview))
        self.context.refresh()
        return True

    def double_click(self, _pointer: Pointer) -> bool:
        """Handle a double click."""
        return True

    def key(self, key: int, *, with_ctrl: bool, with_shift: bool = False) -> bool:  # noqa: ARG002
        """Handle a key."""
        if key == Qt.Key.Key_Escape:
            if self._preview is not None:
                self._grip = self._move_from = self._preview = None
                self._live.cancel()
            else:
                self.context.workspace.set_tool(Tool.SELECT)
            return True
        is_delete = key in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}
        if is_delete and self._geometry is not None and self._hover is not None and self._hover.is_vertex:
            smaller = without_vertex(self._geometry, self._hover)
            if smaller is None:
                self.context.workspace.message.emit(tr("The shape needs its last corners."), "warning")
            else:
                self._hover = None
                self._store(smaller)
            return True
        return is_delete

    def paint(self, painter: QPainter, port: Viewport) -> None:
        """Paint."""
        shape = self._preview if self._preview is not None else self._geometry
        if shape is None:
            return
        colour = self.context.colour("selection")
        draw_highlight(painter, shape, port, colour, is_hover=False)
        for grip in grips(shape):
            at = QPointF(*port.to_px(grip.x, grip.y))
            is_hot = self._hover is not None and (grip.part, grip.index, grip.is_vertex) == (
                self._hover.part,
                self._hover.index,
                self._hover.is_vertex,
            )
            painter.setPen(QPen(QColor(colour), 2))
            painter.setBrush(QColor(colour) if is_hot else QColor(255, 255, 255))
            if grip.is_vertex:
                painter.drawRect(QRectF(at.x() - 4, at.y() - 4, 8, 8))
            else:
                painter.setOpacity(0.75)
                painter.drawEllipse(at, 3, 3)
                painter.setOpacity(1.0)
        paint_snap(painter, self._snap, port, colour)

    def _selected(self) -> Proposal | Note | None:
        key, ids = self.context.workspace.selection
        session = self.context.workspace.session
        if session is None or len(ids) != 1:
            return None
        things: Any = {"proposals": session.proposals.all, "notes": session.proposals.notes}.get(key, tuple)()
        return next((t for t in things if t.uuid == ids[0]), None)

    def _select_other(self, pointer: Pointer) -> None:
        from renovate_gui.ui.canvas.selection import selection_of_hits

        reach = _GRIP_PX * self.context.port.m_per_px
        hits = self.context.index.at(pointer.x, pointer.y, reach, keys=("proposals", "notes"))
        if hits:
            self.context.workspace.select(*selection_of_hits(self.context.workspace, hits[0].key, hits[:1]))
            self.reload()

    def _grip_at(self, pointer: Pointer) -> Grip | None:
        if self._geometry is None:
            return None
        reach = _GRIP_PX * self.context.port.m_per_px
        near = [
            (not g.is_vertex, d, g)
            for g in grips(self._geometry)
            if (d := float(np.hypot(g.x - pointer.x, g.y - pointer.y))) <= reach
        ]
        return min(near, key=lambda n: n[:2])[2] if near else None

    def _store(self, geometry: BaseGeometry) -> None:
        from dataclasses import replace

        session, thing = self.context.workspace.session, self._selected()
        if session is None or thing is None:
            return
        if not geometry.is_valid:
            self.context.workspace.message.emit(
                tr("The outline would cross itself; nothing was changed."), "warning"
            )
            return
        try:
            if isinstance(thing, Proposal):
                session.proposals.set_geometry(thing.uuid, geometry)
            else:
                session.proposals.update_note(replace(thing, geometry=geometry))
        except RenovateError as error:  # a locked scenario has it
            self.context.workspace.message.emit(str(error), "warning")
        self.reload()


def _sequences(geometry: BaseGeometry) -> list[Any]:
    rings: list[Any] = []
    for part in shapely.get_parts(np.array([geometry], dtype=object)):
        if part.geom_type == "Polygon":
            rings.extend(shapely.get_coordinates(r) for r in (part.exterior, *part.interiors))
        else:
            rings.append(shapely.get_coordinates(part))
    return rings


def _is_ring_type(geometry: BaseGeometry) -> bool:
    return geometry.geom_type.endswith("Polygon")


def grips(geometry: BaseGeometry) -> list[Grip]:
    """Return the handles of a geometry: every vertex once and every segment's midpoint."""
    found: list[Grip] = []
    closed = _is_ring_type(geometry)
    for part, xy in enumerate(_sequences(geometry)):
        last = len(xy) - 1 if closed else len(xy)
        found.extend(Grip(part, i, float(xy[i, 0]), float(xy[i, 1]), True) for i in range(last))
        middle = (xy[:-1] + xy[1:]) / 2
        found.extend(Grip(part, i + 1, float(m[0]), float(m[1]), False) for i, m in enumerate(middle))
    return found


def with_vertex(geometry: BaseGeometry, grip: Grip, x: float, y: float) -> BaseGeometry:
    """Return the geometry with a vertex moved, or a new one put in at a midpoint."""
    xy = _sequences(geometry)[grip.part].copy()
    if grip.is_vertex:
        xy[grip.index] = (x, y)
        if _is_ring_type(geometry) and grip.index == 0:
            xy[-1] = (x, y)
    else:
        xy = np.insert(xy, grip.index, (x, y), axis=0)
    return _rebuilt(geometry, grip.part, xy)


def without_vertex(geometry: BaseGeometry, grip: Grip) -> BaseGeometry | None:
    """Return the geometry without a vertex, or None when too few would be left."""
    xy = _sequences(geometry)[grip.part]
    closed = _is_ring_type(geometry)
    if len(xy) - 1 < (4 if closed else 2):
        return None
    xy = np.delete(xy, grip.index, axis=0)
    if closed and grip.index == 0:
        xy[-1] = xy[0]
    return _rebuilt(geometry, grip.part, xy)


def _rebuilt(geometry: BaseGeometry, part: int, xy: Any) -> BaseGeometry:
    sequences = _sequences(geometry)
    sequences[part] = xy
    cursor = iter(sequences)

    def one(piece: Any) -> Any:
        if piece.geom_type == "Polygon":
            return shapely.Polygon(next(cursor), [next(cursor) for _ in piece.interiors])
        if piece.geom_type == "Point":
            return shapely.Point(next(cursor)[0])
        return shapely.LineString(next(cursor))

    pieces = [one(p) for p in shapely.get_parts(np.array([geometry], dtype=object))]
    if not geometry.geom_type.startswith("Multi"):
        return pieces[0]  # type: ignore[no-any-return]
    multi: dict[str, Any] = {
        "MultiPolygon": shapely.MultiPolygon,
        "MultiLineString": shapely.MultiLineString,
        "MultiPoint": shapely.MultiPoint,
    }
    return multi[geometry.geom_type](pieces)  # type: ignore[no-any-return]
