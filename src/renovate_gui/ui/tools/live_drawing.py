"""Lets what is being drawn be judged before it is drawn: a service under the pointer, a stair up to the pointer."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import shapely
from shapely.geometry.base import BaseGeometry

from renovate_gui.ui.workspace import Tool

if TYPE_CHECKING:
    from renovate_gui.ui.stages.live_model import LiveModel
    from renovate_gui.ui.stages.live_port import Change
    from renovate_gui.ui.tools.base import MapContext

Point = tuple[float, float]


class LiveDrawing:
    """Follows one drawing tool."""

    def __init__(self, context: MapContext, kind: Tool) -> None:
        self._context, self._kind = context, kind

    @property
    def model(self) -> LiveModel:
        """Return the window's live model."""
        from renovate_gui.ui.stages.live_model import LiveModel

        return LiveModel.of(self._context.workspace, self._context.jobs)

    def follow(self, points: list[Point], cursor: Point) -> None:
        """Judge what would be drawn if it ended at the cursor."""
        from renovate_gui.ui.stages.drawing import Drawing
        from renovate_gui.ui.stages.live_held import held_new

        if self._kind not in {Tool.DRAW_POINT, Tool.DRAW_LINE}:
            return
        held = held_new(Drawing.of(self._context.workspace).kind_for(self._kind))
        change = self._change(held.way, points, cursor)
        if change is None:
            return
        model = self.model
        is_mine = model.is_held and model.held is not None and model.held.is_new
        if is_mine or model.hold(held):
            model.follow(change)

    def _change(self, way: str, points: list[Point], cursor: Point) -> Change | None:
        from renovate_gui.ui.stages.live_port import LinkAs, PlaceAt

        if self._kind == Tool.DRAW_POINT:
            return None if way else PlaceAt(*cursor)
        if not way or not points or points[-1] == cursor:
            return None
        return LinkAs(shapely.LineString([*points, cursor]), way)

    def give(self, geometry: BaseGeometry) -> None:
        """Hand the finished drawing over; its verdicts stay on the map until the whole analysis has it."""
        emit: Callable[[], None] = lambda: self._context.workspace.geometry_drawn.emit(  # noqa: E731
            self._kind.value, geometry
        )
        if self.model.is_held:
            self.model.stored(emit)
        else:
            emit()

    def end(self) -> None:
        """Forget what is half drawn."""
        if self.model.is_held:
            self.model.cancel()


class LiveReshaping:
    """Judges a proposal whose corners are dragged."""

    def __init__(self, context: MapContext) -> None:
        self._context = context
        self._is_mine = False

    @property
    def _model(self) -> LiveModel:
        from renovate_gui.ui.stages.live_model import LiveModel

        return LiveModel.of(self._context.workspace, self._context.jobs)

    def follow(self, uuid: str, shape: BaseGeometry) -> None:
        """Judge the proposal in this shape, when a judged service depends on it."""
        from renovate_gui.ui.stages.live_held import held_proposal
        from renovate_gui.ui.stages.live_port import LinkAs, PlaceAt

        session = self._context.workspace.session
        if not self._is_mine and session is not None:
            found = next((p for p in session.proposals.all() if p.uuid == uuid), None)
            held = held_proposal(found) if found is not None else None
            self._is_mine = held is not None and self._model.hold(held)
        held = self._model.held
        if not self._is_mine or held is None:
            return
        point = shapely.point_on_surface(shape)
        self._model.follow(LinkAs(shape, held.way) if held.way else PlaceAt(point.x, point.y))

    def store(self, call: Callable[[], object]) -> None:
        """Store the shape; its verdicts stay on the map until the whole analysis has them."""
        is_mine, self._is_mine = self._is_mine, False
        if is_mine and self._model.is_held:
            self._model.stored(call)
        else:
            call()

    def cancel(self) -> None:
        """Leave the shape as it was."""
        if self._is_mine:
            self._is_mine = False
            self._model.cancel()
