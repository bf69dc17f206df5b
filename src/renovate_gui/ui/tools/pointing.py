"""Tools that point at things: select, pan, identify."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject as _QObject
from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen
from shapely.geometry.base import BaseGeometry

from renovate_gui.assets import tr
from renovate_gui.domain.errors import RenovateError
from renovate_gui.domain.ids import Uuid
from renovate_gui.ui.canvas.hits import Hit
from renovate_gui.ui.canvas.selection import drawn_uuids, layer_of_key, selection_of_hits
from renovate_gui.ui.canvas.shapes import draw_highlight
from renovate_gui.ui.canvas.viewport import Viewport
from renovate_gui.ui.tools.base import PICK_PX, MapContext, MapTool, Pointer
from renovate_gui.ui.tools.nudging import Nudging, moved_by

if TYPE_CHECKING:
    from renovate_gui.ui.stages.live_held import Held
    from renovate_gui.ui.stages.live_model import LiveModel

_CLICK_PX = 4
DISC_PX = 2.2 * PICK_PX
"""Discs of facilities are larger than their points."""


class Pointing(_QObject):
    """Signals of the pointing tools.

    Signals
    -------
    clicked
        A feature was pointed at: ``(hits, x, y, wants_values)``; no hits closes the popup.
    """

    clicked = Signal(tuple, float, float, bool)


class PanTool(MapTool):
    """Drag the map."""

    cursor = Qt.CursorShape.OpenHandCursor

    def __init__(self, context: MapContext) -> None:
        super().__init__(context)
        self._from: Pointer | None = None

    def hint(self) -> str:
        """Return one sentence on how to use the tool."""
        return tr("Drag the map; the wheel zooms about the pointer.")

    def press(self, pointer: Pointer) -> bool:
        """Handle a pressed button."""
        self._from = pointer if pointer.is_left else None
        return True

    def move(self, pointer: Pointer, *, is_dragging: bool) -> bool:
        """Handle a moved pointer."""
        if self._from is not None and is_dragging:
            self.context.pan_by(pointer.px - self._from.px, pointer.py - self._from.py)
            self._from = pointer
        return True

    def release(self, _pointer: Pointer) -> bool:
        """Handle a released button."""
        self._from = None
        return True


class SelectTool(MapTool):
    """Click selects, a dragged box selects many, Ctrl adds or takes away; a selected proposal can be dragged.

    What can be judged under the hand is taken by the live model; its picture is painted there.
    """

    def __init__(self, context: MapContext, pointing: Pointing) -> None:
        super().__init__(context)
        self._pointing = pointing
        self._start: Pointer | None = None
        self._box: Pointer | None = None
        self._dragged: str = ""
        self._held: Held | None = None
        self._is_live = False
        self._offset = self._from = (0.0, 0.0)
        self._nudging = Nudging(context)
        self.hovered: Hit | None = None

    @property
    def live(self) -> LiveModel:
        """Return the window's live model."""
        from renovate_gui.ui.stages.live_model import LiveModel

        return LiveModel.of(self.context.workspace, self.context.jobs)

    def hint(self) -> str:
        """Return one sentence on how to use the tool."""
        return tr(
            "Click a feature, or drag a box; Ctrl adds. A selected proposal can be dragged; "
            "a selected facility of the judged kind, too, for a trial."
        )

    def end(self) -> None:
        """Forget what is half done; what the keys moved is stored."""
        self._nudging.store()
        if self._is_live or self.live.is_held:
            self.live.cancel()
        self._forget()

    def _forget(self) -> None:
        self._start = self._box = self.hovered = self._held = None
        self._dragged, self._is_live, self._offset = "", False, (0.0, 0.0)

    def press(self, pointer: Pointer) -> bool:
        """Handle a pressed button."""
        if pointer.is_left:
            self._nudging.store()
            self._start, self._box = pointer, None
            self._dragged, self._held = self.grab(pointer)
            self._is_live, self._offset = False, (0.0, 0.0)
            self._from = self.live.shift(self._held.key) if self._held is not None else (0.0, 0.0)
        return True

    def move(self, pointer: Pointer, *, is_dragging: bool) -> bool:
        """Handle a moved pointer."""
        if not is_dragging or self._start is None:
            self._hover(pointer)
            return True
        far = abs(pointer.px - self._start.px) + abs(pointer.py - self._start.py) > _CLICK_PX
        is_thing = bool(self._dragged) or self._held is not None
        if is_thing and (far or self._is_live or self._offset != (0.0, 0.0)):
            self._drag((pointer.x - self._start.x, pointer.y - self._start.y))
        elif far or self._box is not None:
            self._box = pointer
            self.context.refresh()
        return True

    def _drag(self, offset: tuple[float, float]) -> None:
        if self._held is not None and not self._is_live:
            self._is_live = self.live.hold(self._held)
            if not self._is_live:
                self._held = None
        if self._held is not None:
            self.live.follow(self._held.moved_by(self._from[0] + offset[0], self._from[1] + offset[1]))
        elif self._dragged:
            self._offset = offset
            self.context.refresh()

    def release(self, pointer: Pointer) -> bool:
        """Handle a released button."""
        start, box, moved, is_live = self._start, self._box, self._offset, self._is_live
        if start is None:
            return False
        dragged = self._dragged
        self._forget()
        if is_live:
            self.live.let_go()
        elif dragged and moved != (0.0, 0.0):
            self._drop(dragged, moved)
        elif box is not None:
            self._select_box(start, pointer)
        else:
            self._select_at(pointer)
        self.context.refresh()
        return True

    def key(self, key: int, *, with_ctrl: bool, with_shift: bool = False) -> bool:
        """Handle a key."""
        if key == Qt.Key.Key_Escape:
            self._escape()
            return True
        return not with_ctrl and self._nudging.key(key, with_shift=with_shift)

    def _escape(self) -> None:
        was_busy = self._start is not None or self._nudging.is_busy
        if self.live.is_held:
            was_busy = True
            self.live.cancel()
        self._nudging.forget()
        self._forget()
        if not was_busy:
            self.context.workspace.select("", ())
            self._pointing.clicked.emit((), 0.0, 0.0, False)

    def paint(self, painter: QPainter, port: Viewport) -> None:
        """Paint."""
        accent = self.context.colour("selection")
        if self.hovered is not None and self._start is None:
            layer = self.context.index.layer(self.hovered.key)
            row = self.hovered.row
            # after a change the same row may be another thing
            if layer is not None and row < len(layer.ids) and layer.ids[row] == self.hovered.feature_id:
                draw_highlight(painter, layer.geometry[row], port, accent, is_hover=True)
        for shape in (self._preview(), self._nudging.preview()):
            if shape is not None:
                draw_highlight(painter, shape, port, accent, is_hover=False)
        if self._start is not None and self._box is not None:
            fill = QColor(accent)
            fill.setAlpha(36)
            painter.setPen(QPen(QColor(accent), 1.2, Qt.PenStyle.DashLine))
            painter.setBrush(fill)
            left, top = port.to_px(self._start.x, self._start.y)
            painter.drawRect(QRectF(left, top, self._box.px - left, self._box.py - top))

    def _preview(self) -> BaseGeometry | None:
        """Return where a dragged proposal would be that nothing is judged by."""
        session = self.context.workspace.session
        if not self._dragged or self._offset == (0.0, 0.0) or session is None:
            return None
        geometry = session.proposals.get(Uuid(self._dragged)).geometry
        return None if geometry is None else moved_by(geometry, *self._offset)

    def grab(self, pointer: Pointer) -> tuple[str, Held | None]:
        """Return the selected proposal under the pointer, and the same as a thing that can be judged in hand.

        A selected facility that is judged is taken for a trial.
        """
        from renovate_gui.ui.stages.live_held import held_proposal

        workspace = self.context.workspace
        key, ids = workspace.selection
        if layer_of_key(key) is not None:
            return "", self._selected_facility(pointer)
        if key != "proposals" or workspace.session is None or workspace.session.project.is_read_only:
            return "", None
        hits = self.context.index.at(
            pointer.x, pointer.y, PICK_PX * 1.5 * self.context.port.m_per_px, keys=("proposals",)
        )
        uuids = drawn_uuids(workspace.session, "proposals")
        found = next((u for h in hits if (u := uuids.get(h.feature_id, "")) in ids), "")
        held = held_proposal(workspace.session.proposals.get(Uuid(found))) if found else None
        return found, held if held is not None and self.live.may_hold(held.facility_kind) else None

    def _selected_facility(self, pointer: Pointer) -> Held | None:
        """Return the one selected surveyed facility when it is under the pointer and the judged service counts it."""
        from renovate_gui.ui.stages.gap_model import GapModel
        from renovate_gui.ui.stages.live_held import held_facility

        workspace = self.context.workspace
        key, ids = workspace.selection
        layer_id, picture = layer_of_key(key), GapModel.of(workspace).picture
        if workspace.session is None or layer_id is None or picture is None or len(ids) != 1:
            return None
        reach_m = DISC_PX * self.context.port.m_per_px
        hits = self.context.index.at(pointer.x, pointer.y, reach_m, keys=(key,))
        if not any(hit.feature_id == ids[0] for hit in hits):
            return None
        held = held_facility(workspace.session, picture.main, (layer_id, int(str(ids[0]))))
        return held if held is not None and self.live.may_hold(held.facility_kind) else None

    def _drop(self, uuid: str, moved: tuple[float, float]) -> None:
        session = self.context.workspace.session
        if session is None:
            return
        proposal = session.proposals.get(Uuid(uuid))
        if proposal.geometry is None:
            return
        try:
            session.proposals.set_geometry(proposal.uuid, moved_by(proposal.geometry, *moved))
        except RenovateError as error:  # a locked scenario has it
            self.context.workspace.message.emit(str(error), "warning")

    def touchable(self) -> tuple[str, ...]:
        """Return the keys of the layers that the tool works on; empty: all."""
        return ()

    def _hits(self, pointer: Pointer) -> tuple[Hit, ...]:
        reach_m = PICK_PX * self.context.port.m_per_px
        return self.context.index.at(pointer.x, pointer.y, reach_m, keys=self.touchable())

    def _hover(self, pointer: Pointer) -> None:
        hits = self._hits(pointer)
        hit = hits[0] if hits else None
        if hit != self.hovered:
            self.hovered = hit
            self.context.refresh()

    def _select_at(self, pointer: Pointer) -> None:
        workspace, hits = self.context.workspace, self._hits(pointer)
        if not hits:
            if not pointer.with_ctrl:
                workspace.select("", ())
            self._pointing.clicked.emit((), pointer.x, pointer.y, False)
            return
        key, ids = selection_of_hits(workspace, hits[0].key, hits[:1])
        if pointer.with_ctrl and workspace.selection[0] == key:
            before = workspace.selection[1]
            ids = tuple(i for i in before if i not in ids) if set(ids) <= set(before) else (*before, *ids)
        workspace.select(key, ids)
        self._pointing.clicked.emit(hits, pointer.x, pointer.y, False)

    def _select_box(self, start: Pointer, end: Pointer) -> None:
        workspace = self.context.workspace
        box = (min(start.x, end.x), min(start.y, end.y), max(start.x, end.x), max(start.y, end.y))
        found = [self.context.index.inside(box, key=key) for key in self.touchable() or ("",)]
        key, ids = next((one for one in found if len(one[1])), found[0])
        layer = self.context.index.layer(key)
        if layer is None or len(ids) == 0:
            if not end.with_ctrl:
                workspace.select("", ())
            return
        rows = np.flatnonzero(np.isin(layer.ids, ids))
        hits = tuple(Hit(key, int(layer.ids[row]), int(row)) for row in rows)
        key, chosen = selection_of_hits(workspace, key, hits)
        if end.with_ctrl and workspace.selection[0] == key:
            chosen = tuple(dict.fromkeys((*workspace.selection[1], *chosen)))
        workspace.select(key, chosen)
        self._pointing.clicked.emit((), end.x, end.y, False)


class IdentifyTool(MapTool):
    """Click shows all values of what lies there."""

    cursor = Qt.CursorShape.WhatsThisCursor

    def __init__(self, context: MapContext, pointing: Pointing) -> None:
        super().__init__(context)
        self._pointing = pointing

    def hint(self) -> str:
        """Return one sentence on how to use the tool."""
        return tr("Click a feature to read all its values.")

    def release(self, pointer: Pointer) -> bool:
        """Handle a released button."""
        if not pointer.is_left:
            return False
        hits = self.context.index.at(pointer.x, pointer.y, PICK_PX * self.context.port.m_per_px)
        if hits:
            self.context.workspace.select(*selection_of_hits(self.context.workspace, hits[0].key, hits[:1]))
        self._pointing.clicked.emit(hits, pointer.x, pointer.y, True)
        return True
