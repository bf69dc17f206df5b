"""What if it stood elsewhere? Takes any service of the judged kind in hand, surveyed or proposed."""

from __future__ import annotations

import shapely
from PySide6.QtCore import Qt

from renovate_gui.assets import tr
from renovate_gui.domain.roles import Role
from renovate_gui.ui.canvas.selection import drawn_uuids, layer_of_key
from renovate_gui.ui.stages.gap_model import GapModel
from renovate_gui.ui.stages.live_held import Held, held_facility, held_proposal, held_way
from renovate_gui.ui.stages.live_model import STAGES
from renovate_gui.ui.stages.live_port import Without
from renovate_gui.ui.tools.base import PICK_PX, MapContext, Pointer
from renovate_gui.ui.tools.nudging import Nudging
from renovate_gui.ui.tools.pointing import Pointing, SelectTool
from renovate_gui.ui.workspace import Stage

_REACH_PX = 2.2 * PICK_PX
"""Discs of services are larger than their points."""


class WhatIfTool(SelectTool):
    """Drags services and proposals for a trial: survey and plan stay as they are until a person says what becomes of it."""

    cursor = Qt.CursorShape.PointingHandCursor  # the open hand pans

    def __init__(self, context: MapContext, pointing: Pointing) -> None:
        super().__init__(context, pointing)
        self._nudging = Nudging(context, with_survey=True)

    def hint(self) -> str:
        """Return one sentence on how to use the tool."""
        return tr("Drag a service, or click a way to try without it. Arrows 1 m, Shift 10 m; Esc: back.")

    def begin(self) -> None:
        """Go where verdicts are shown."""
        if self.context.workspace.stage not in STAGES and self.context.workspace.session is not None:
            self.context.workspace.set_stage(Stage.GAPS)

    def touchable(self) -> tuple[str, ...]:
        """Return what can be tried, and the judged buildings; base maps and other survey layers are left alone."""
        session, picture = self.context.workspace.session, GapModel.of(self.context.workspace).picture
        if session is None or picture is None:
            return ("proposals",)
        roles = (Role.FACILITIES, Role.WALK_NETWORK)
        survey = [f"layer:{info.id}" for role in roles for info in session.layers.of_role(role)]
        main = picture.main
        return ("proposals", *survey, f"gap:{main.kind}", f"layer:{main.layer_id}")

    def grab(self, pointer: Pointer) -> tuple[str, Held | None]:
        """Return what is under the pointer, selected or not."""
        workspace = self.context.workspace
        session, picture = workspace.session, GapModel.of(workspace).picture
        if session is None or picture is None:
            return "", None
        tried = self._tried_at(pointer)
        if tried is not None:
            return str(tried.uuid or ""), tried
        hits = self.context.index.at(pointer.x, pointer.y, _REACH_PX * self.context.port.m_per_px)
        uuids = drawn_uuids(session, "proposals")
        for hit in hits:
            layer_id = layer_of_key(hit.key)
            if hit.key == "proposals" and not session.project.is_read_only:
                uuid = uuids.get(hit.feature_id, "")
                held = next((held_proposal(p) for p in session.proposals.all() if p.uuid == uuid), None)
            elif layer_id is not None:
                held = held_facility(session, picture.main, (layer_id, hit.feature_id))
            else:
                held = None
            if held is not None and self.live.may_hold(held.facility_kind):
                self._select(held)
                return str(held.uuid or ""), held
        return "", None

    def _tried_at(self, pointer: Pointer) -> Held | None:
        """Return the facility of the trial at hand when the pointer is on it where it is tried."""
        held = self.live.held
        ghost = held.ghost(self.live.at) if held is not None and self.live.is_held else None
        if held is None or ghost is None or not held.facility_kind or held.is_new:
            return None
        metres = ghost.distance(shapely.Point(pointer.x, pointer.y))
        return held if metres <= _REACH_PX * self.context.port.m_per_px else None

    def _select_at(self, pointer: Pointer) -> None:
        held, live = self._way_at(pointer), self.live
        if held is None:
            super()._select_at(pointer)
        elif live.is_held and live.held is not None and live.held.key == held.key:
            live.cancel()
        else:
            self._select(held)
            if live.hold(held):
                live.follow(Without())

    def _way_at(self, pointer: Pointer) -> Held | None:
        """Return the surveyed way under the pointer; a building that is pointed at goes before it."""
        workspace, index = self.context.workspace, self.context.index
        session, picture = workspace.session, GapModel.of(workspace).picture
        if session is None or picture is None:
            return None
        judged = (f"gap:{picture.main.kind}", f"layer:{picture.main.layer_id}")
        if index.at(pointer.x, pointer.y, 0.0, keys=judged):
            return None
        for hit in index.at(pointer.x, pointer.y, PICK_PX * self.context.port.m_per_px):
            layer_id = layer_of_key(hit.key)
            if layer_id is not None:
                held = held_way(session, picture.main, (layer_id, hit.feature_id))
                if held is not None:
                    return held
        return None

    def _select(self, held: Held) -> None:
        feature = held.feature
        if feature is not None:
            self.context.workspace.select(f"layer:{feature[0]}", (feature[1],))
        elif held.uuid is not None:
            self.context.workspace.select("proposals", (held.uuid,))
