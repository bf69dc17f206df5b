"""The map picture's pace: what is painted between events, and how much while the map moves."""

from __future__ import annotations

from renovate_gui.ui.canvas.tile_layer import _MOVING_SLICE_MS, _SLICE_MS, TileLayer
from renovate_gui.ui.canvas.viewport import Viewport


def test_the_next_frame_comes_before_sharp_pictures_while_the_map_is_dragged(qapp):

    budgets = []

    class Source:
        def set_scene(self, scene): ...
        def draw(self, painter, view, between=None):
            return False

        def paint_some(self, budget_ms):
            budgets.append(budget_ms)
            return False

    layer = TileLayer(Source(), None)
    layer.set_scene(object())
    port = Viewport(1000.0, 1000.0, 1.0, 400, 300)
    layer.draw(None, port, 1.0)
    layer._paint_some()
    layer.draw(None, port.panned(10, 0), 1.0)
    layer._paint_some()
    assert budgets == [_SLICE_MS, _MOVING_SLICE_MS]
