"""The arrow keys move what is selected: a metre, ten with Shift; one run of keys is one step of the history."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from PySide6.QtCore import Qt, QTimer
from shapely.geometry.base import BaseGeometry

from renovate_gui.domain.errors import RenovateError
from renovate_gui.domain.ids import Uuid

if TYPE_CHECKING:
    from renovate_gui.ui.stages.live_held import Held
    from renovate_gui.ui.stages.live_model import LiveModel
    from renovate_gui.ui.tools.base import MapContext

STEP_M, LARGE_STEP_M = 1.0, 10.0
REST_MS = 700
"""Keys that rest so long have said all."""
_WAYS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}


class Nudging:
    """Moves the selected proposal, or tries a surveyed service, by keys."""

    def __init__(self, context: MapContext, *, with_survey: bool = False) -> None:
        self._context = context
        self._with_survey = with_survey
        self._held: Held | None = None
        self._uuid: Uuid | None = None
        self._by = (0.0, 0.0)
        self._rest = QTimer()
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self.store)

    @property
    def is_busy(self) -> bool:
        """Return whether something was moved and is not stored yet."""
        return self._held is not None or self._uuid is not None

    @property
    def _live(self) -> LiveModel:
        from renovate_gui.ui.stages.live_model import LiveModel

        return LiveModel.of(self._context.workspace, self._context.jobs)

    def key(self, key: int, *, with_shift: bool) -> bool:
        """Move by one key; return False when the key or the selection is another."""
        way = _WAYS.get(Qt.Key(key))
        if way is None or not (self._is_at_it() or self._begin()):
            return False
        step = LARGE_STEP_M if with_shift else STEP_M
        self._by = (self._by[0] + step * way[0], self._by[1] + step * way[1])
        if self._held is not None:
            self._live.follow(self._held.moved_by(*self._by))
        self._rest.start()
        self._context.refresh()
        return True

    def _is_at_it(self) -> bool:
        if self._held is not None and self._live.held is not self._held:
            self.forget()  # the gesture ended some other way
        return self.is_busy

    def _begin(self) -> bool:
        from renovate_gui.ui.stages.gap_model import GapModel
        from renovate_gui.ui.stages.live_held import held_selected

        workspace = self._context.workspace
        session, (key, ids) = workspace.session, workspace.selection
        if session is None or len(ids) != 1:
            return False
        picture = GapModel.of(workspace).picture
        held = held_selected(session, picture.main, workspace.selection) if picture is not None else None
        if held is not None and held.is_trial and (held.is_surveyed_way or not self._with_survey):
            held = None
        self._by = self._live.shift(held.key) if held is not None else (0.0, 0.0)
        is_mine = not session.project.is_read_only
        if held is not None and (is_mine or held.is_trial) and self._live.hold(held):
            self._held = self._live.held
        elif key == "proposals" and is_mine:
            self._uuid = Uuid(str(ids[0]))
        return self.is_busy

    def preview(self) -> BaseGeometry | None:
        """Return where a proposal would be that nothing is judged by."""
        if self._uuid is None:
            return None
        geometry = self._geometry()
        return None if geometry is None else moved_by(geometry, *self._by)

    def store(self) -> None:
        """Store what was moved, now."""
        self._rest.stop()
        held, uuid, shape = self._held, self._uuid, self.preview()
        self.forget()
        session = self._context.workspace.session
        if held is not None and self._live.held is held:
            self._live.let_go()
        elif uuid is not None and shape is not None and session is not None:
            try:
                session.proposals.set_geometry(uuid, shape)
            except RenovateError as error:
                self._context.workspace.message.emit(str(error), "error")

    def forget(self) -> None:
        """Leave everything where it was."""
        self._rest.stop()
        self._held = self._uuid = None

    def _geometry(self) -> BaseGeometry | None:
        session = self._context.workspace.session
        found = session.proposals.all() if session is not None else ()
        return next((p.geometry for p in found if p.uuid == self._uuid), None)


def moved_by(geometry: BaseGeometry, dx: float, dy: float) -> BaseGeometry:
    """Return the geometry moved by so many metres."""
    moved: BaseGeometry = shapely.transform(geometry, lambda xy: xy + np.array((dx, dy)))
    return moved
