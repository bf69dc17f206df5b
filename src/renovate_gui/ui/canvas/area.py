"""The map with everything that floats above it; builds the scene and follows the workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from PySide6.QtCore import QPointF, QRectF, QTimer, Signal
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import QLabel, QWidget

from renovate_gui.app.extent import work_extent
from renovate_gui.app.session import Session
from renovate_gui.app.tasks import IsCancelled, Progress, Task
from renovate_gui.assets import tr
from renovate_gui.domain.errors import RenovateError
from renovate_gui.domain.ids import LayerId
from renovate_gui.domain.roles import Role
from renovate_gui.domain.scene import Scene
from renovate_gui.ui.actions import Actions
from renovate_gui.ui.canvas.cards import ScaleBar, ZoomButtons
from renovate_gui.ui.canvas.hits import Hit
from renovate_gui.ui.canvas.legend import LegendCard
from renovate_gui.ui.canvas.popup import ValueCard
from renovate_gui.ui.canvas.popups import least_covering, popup_corners
from renovate_gui.ui.canvas.selection import selected_geometries, selection_of_hits
from renovate_gui.ui.canvas.shapes import draw_highlight, visible_only
from renovate_gui.ui.canvas.siting_marks import SitingMarks
from renovate_gui.ui.canvas.stale_veil import StaleVeil
from renovate_gui.ui.canvas.tips import MapTips
from renovate_gui.ui.canvas.values import feature_values
from renovate_gui.ui.canvas.view import MapView
from renovate_gui.ui.canvas.viewport import Extent, Viewport
from renovate_gui.ui.canvas.way_point import WayPoint
from renovate_gui.ui.jobs import Jobs, sentence
from renovate_gui.ui.message_strip import MessageStrip
from renovate_gui.ui.scenarios.swipe import Swipe
from renovate_gui.ui.stages.siting_desk import SitingDesk
from renovate_gui.ui.tools.base import MapTool
from renovate_gui.ui.tools.drawing import CollectTool, MeasureTool
from renovate_gui.ui.tools.pointing import IdentifyTool, PanTool, Pointing, SelectTool
from renovate_gui.ui.tools.vertices import EditTool
from renovate_gui.ui.tools.what_if import WhatIfTool
from renovate_gui.ui.workspace import Tool, Workspace

if TYPE_CHECKING:
    from renovate_gui.ui.canvas.live_area import LiveArea

_MARGIN = 14
_MOST_HIGHLIGHTS = 1500
_BACKDROP = frozenset({Role.HEIGHTS, Role.BASEMAP, Role.STUDY_AREA})
"""What one points at last, wherever it lies in the tree: a contour line must not catch the click on a house."""


class _Highlights(MapTool):
    """Paints the selection."""

    def paint(self, painter: QPainter, port: Viewport) -> None:
        shapes = selected_geometries(self.context.workspace, self.context.index)
        colour = self.context.colour("selection")
        for shape in visible_only(shapes, port, _MOST_HIGHLIGHTS):
            draw_highlight(painter, shape, port, colour, is_hover=False)


class MapArea(QWidget):
    """The centre of the window.

    Signals
    -------
    hint_changed
        What the chosen tool wants, one sentence.
    scene_changed
        Another :class:`Scene` is shown (None: no project).
    """

    hint_changed = Signal(str)
    scene_changed = Signal(object)

    def __init__(self, workspace: Workspace, jobs: Jobs, actions: Actions) -> None:
        from renovate_gui.render.tiles import TileCache

        super().__init__()
        self.workspace = workspace
        self._jobs = jobs
        self.scene: Scene | None = None
        self.view = MapView(workspace, jobs, TileCache())
        self.view.setParent(self)
        self.view.overlays.append(_Highlights(self.view))
        self.view.overlays.append(SitingMarks(self.view, SitingDesk.of(workspace, jobs)))
        self.pointing = Pointing(self)
        self.tips = MapTips(workspace, self.view)
        self.swipe = Swipe(self.view, jobs)
        self._hits: tuple[Hit, ...] = ()
        self._place = 0
        self._is_fresh = True
        self._extents: dict[int, tuple[object, Extent | None]] = {}
        self.zoom_buttons = ZoomButtons(actions, workspace, self)
        self.scale_bar = ScaleBar(self.view, workspace, self)
        self.legend = LegendCard(workspace, self)
        self.values = ValueCard(workspace, self)
        self.strip = MessageStrip(workspace, self)
        self._credit = QLabel(self)
        self._credit.setProperty("look", "credit")
        self._empty = QLabel(self)
        self._empty.setProperty("look", "muted")
        self._empty.setWordWrap(True)
        self._stale = StaleVeil(self.view)
        self.view.overlays.append(self._stale)
        self._way_point = WayPoint(self.view)
        self.view.overlays.append(self._way_point)
        self._why = self._make_why()
        self.strip.clear_of = (self._why, self.values)
        self.live = self._make_live()
        self._tools = self._make_tools()
        self._rebuild = QTimer(self)
        self._rebuild.setSingleShot(True)
        self._rebuild.timeout.connect(self.rebuild)
        self._connect()
        self._choose_tool()

    def _make_tools(self) -> dict[Tool, MapTool]:
        tools: dict[Tool, MapTool] = {
            Tool.SELECT: SelectTool(self.view, self.pointing),
            Tool.PAN: PanTool(self.view),
            Tool.IDENTIFY: IdentifyTool(self.view, self.pointing),
            Tool.MEASURE_LENGTH: MeasureTool(self.view, Tool.MEASURE_LENGTH),
            Tool.MEASURE_AREA: MeasureTool(self.view, Tool.MEASURE_AREA),
            Tool.EDIT_VERTICES: EditTool(self.view),
            Tool.WHAT_IF: WhatIfTool(self.view, self.pointing),
        }
        for kind in (Tool.DRAW_POINT, Tool.DRAW_LINE, Tool.DRAW_POLYGON, Tool.DRAW_NOTE):
            tools[kind] = CollectTool(self.view, kind)
        return tools

    def _make_live(self) -> LiveArea:
        from renovate_gui.ui.canvas.live_area import LiveArea

        return LiveArea(self.workspace, self._jobs, self.view, self.legend, self)

    def _make_why(self) -> Any:
        from renovate_gui.ui.stages.explain_card import ExplainCard
        from renovate_gui.ui.theme import add_shadow

        card = ExplainCard(is_dark=self.workspace.is_dark, is_floating=True)
        card.setParent(self)
        add_shadow(card, self.workspace.is_dark)
        card.closed.connect(self._on_why_closed)
        card.resized.connect(self._place_popup)
        card.pointed.connect(self._way_point.show_point)
        card.hide()
        return card

    def _connect(self) -> None:
        workspace = self.workspace
        for signal in (workspace.changed, workspace.overlay_changed, workspace.stage_changed):
            signal.connect(self.rebuild_soon)
        workspace.theme_changed.connect(self._on_theme)
        workspace.language_changed.connect(self._on_language)
        workspace.session_changed.connect(self._on_session)
        workspace.selection_changed.connect(self._on_selection)
        workspace.tool_changed.connect(self._choose_tool)
        workspace.zoom_requested.connect(self.view.zoom_to)
        self.pointing.clicked.connect(self._on_clicked)
        self.values.next_asked.connect(self._step)
        self.view.view_changed.connect(self._place_popup)
        self.legend.resized.connect(self.place_cards)

    # -- scene --------------------------------------------------------------------------------------------------
    def rebuild_soon(self, *_ignored: object) -> None:
        """Build the scene again when the present event is handled; many reasons make one build."""
        self._rebuild.start(0)

    def rebuild(self) -> None:
        """Build the scene and show it: at once when that is quick, else beside, and only the newest is shown."""
        session, request = self.workspace.session, self.workspace.scene_request()
        if session is None or session.scenes.is_quick(request):
            self._jobs.cancel("scene")
            try:
                self._show_scene(session.scenes.build(request) if session is not None else None)
            except RenovateError as error:
                self._say_fault(error)
            return

        def work(_progress: Progress, _is_cancelled: IsCancelled) -> Scene:
            return session.scenes.build(request)

        self._jobs.start(Task(tr("Preparing the map"), work), self._show_scene, self._say_fault, key="scene")

    def _say_fault(self, error: Exception) -> None:
        self.workspace.message.emit(sentence(error), "error")

    def _show_scene(self, scene: Scene | None) -> None:
        session = self.workspace.session
        self.scene = scene
        layers = session.layers.all() if session is not None else ()
        has_gap = self.scene is not None and any(i.key.startswith("gap:") for i in self.scene.items)
        last = _BACKDROP | {Role.WALK_NETWORK} if has_gap else _BACKDROP  # houses are what is asked about
        backdrop = {f"layer:{i.id}" for i in layers if i.role in last}
        self.view.index.set_scene(self.scene, backdrop=backdrop)
        self.live.set_scene(self.scene)
        self._stale.set_scene(self.scene)
        self.view.tiles.set_scene(self.scene)
        self.legend.set_scene(self.scene)
        if isinstance(self.view.tool, EditTool) and self.view.tool.is_idle:
            self.view.tool.reload()
        credit = " · ".join(self.scene.attribution) if self.scene is not None else ""
        self._credit.setText(credit)
        self._credit.setVisible(bool(credit))
        is_empty = session is not None and (self.scene is None or self.scene.extent() is None)
        self._empty.setText(
            tr("Nothing is on the map yet. Drop files here, or press Ctrl+L to bring data in.")
        )
        self._empty.setVisible(is_empty)
        if self._is_fresh and not is_empty and self.scene is not None:
            self._is_fresh = False
            self.zoom_full()
        self._show_why()
        self.place_cards()
        self.view.repaint_map()
        self.scene_changed.emit(self.scene)

    # -- zoom ---------------------------------------------------------------------------------------------------
    def zoom_full(self) -> None:
        """Show study area, else buildings, else parcels; far-reaching point layers do not count."""
        extent = self.full_extent()
        if extent is not None:
            self.view.zoom_to(extent)
        session = self.workspace.session
        if session is not None and work_extent(session.layers)[1]:
            self.workspace.message.emit(
                tr(
                    "The study area holds none of what is counted: check where it lies. The map shows what is counted."
                ),
                "warning",
            )

    def full_extent(self) -> Extent | None:
        """Return the extent of what the work is about, or None on an empty map."""
        session = self.workspace.session
        if session is None:
            return None
        extent, _ = work_extent(session.layers)
        if extent is not None:
            return extent
        return self.scene.extent() if self.scene is not None else None

    def layer_extent(self, session: Session, layer_id: LayerId) -> Extent | None:
        """Return the extent of a layer, or None when it has no geometry."""
        table = session.layers.table(layer_id)
        known = self._extents.get(int(layer_id))
        if known is None or known[0] is not table:
            box = shapely.total_bounds(table.geometry) if len(table) else np.full(4, np.nan)
            extent = (
                (float(box[0]), float(box[1]), float(box[2]), float(box[3]))
                if np.isfinite(box).all()
                else None
            )
            known = self._extents[int(layer_id)] = (table, extent)
        return known[1]

    def zoom_selection(self) -> None:
        """Show the selected features."""
        shapes = selected_geometries(self.workspace, self.view.index)
        if len(shapes):
            x_min, y_min, x_max, y_max = (float(v) for v in shapely.total_bounds(shapes))
            if np.isfinite([x_min, y_min, x_max, y_max]).all():
                pad = 30.0
                self.view.zoom_to((x_min - pad, y_min - pad, x_max + pad, y_max + pad))

    # -- tools and popups ---------------------------------------------------------------------------------------
    def _choose_tool(self, *_ignored: object) -> None:
        self.view.set_tool(self._tools[self.workspace.tool])
        if self.workspace.tool not in {Tool.SELECT, Tool.IDENTIFY, Tool.PAN, Tool.WHAT_IF}:
            self.values.hide()  # a card would lie in the way of the corners
            self._why.hide()
        self.hint_changed.emit(self.view.tool.hint())

    def _on_selection(self, *_ignored: object) -> None:
        self.view.repaint_map()
        if isinstance(self.view.tool, EditTool):
            self.view.tool.reload()
            self.hint_changed.emit(self.view.tool.hint())
        if not self.workspace.selection[1]:
            self.values.hide()

    def _on_clicked(self, hits: tuple[Hit, ...], x: float, y: float, wants_values: bool) -> None:
        self._anchor = (x, y)
        self._hits, self._place = hits, 0
        self.values.hide()
        is_trying = self.workspace.tool is Tool.WHAT_IF  # a card would lie on what is dragged next
        if hits and not is_trying and (wants_values or not self._is_explained(hits[0])):
            self._show_values()
        self._show_why()

    def _is_explained(self, hit: Hit) -> bool:
        request = self.workspace.scene_request()
        explanation = request.explanation
        key, ids = selection_of_hits(self.workspace, hit.key, (hit,))
        gap = request.gap
        is_judged = gap is not None and key == f"layer:{gap.layer_id}" and hit.feature_id in gap.ids
        return is_judged and (explanation is None or explanation.feature_id in ids)

    def _step(self, by: int) -> None:
        if self._hits:
            self._place = (self._place + by) % len(self._hits)
            hit = self._hits[self._place]
            self.workspace.select(*selection_of_hits(self.workspace, hit.key, (hit,)))
            self._show_values()

    def _show_values(self) -> None:
        hit = self._hits[self._place]
        found = feature_values(self.workspace, self.view.index, hit)
        if found is not None:
            title, layer, values = found
            self.values.show_values(title, layer, values, place=self._place + 1, total=len(self._hits))
            self._place_popup()

    def _show_why(self) -> None:
        explanation = self.workspace.scene_request().explanation
        shown = explanation if not self.values.isVisible() else None
        if shown is not None and shown.feature_id not in self.workspace.selection[1]:
            shown = None
        self._why.set_explanation(shown)
        if shown is not None:
            self._why.raise_()
            self._anchor = self._anchor_of_selection()
            self._place_popup()

    _anchor: tuple[float, float] = (0.0, 0.0)

    def _anchor_of_selection(self) -> tuple[float, float]:
        shapes = selected_geometries(self.workspace, self.view.index)
        if len(shapes) == 0:
            return self._anchor
        box = shapely.total_bounds(shapes)
        return (float((box[0] + box[2]) / 2), float(box[3]))

    def _on_why_closed(self) -> None:
        """Take the route off the map and out of the list of layers, whatever is selected by now."""
        self.workspace.select("", ())
        if self.workspace.explanation is not None:
            self.workspace.show_gap(self.workspace.gap)

    def _place_popup(self) -> None:
        for card in (self._why, self.values):
            if card.isVisible():
                card.raise_()
                covered = self._route_box() if card is self._why else QRectF()
                corners = popup_corners(
                    self.view.port.to_px(*self._anchor), card.size(), self.size(), beside=18, margin=_MARGIN
                )
                card.move(least_covering(corners, card.size(), covered, QRectF(self.zoom_buttons.geometry())))

    def _route_box(self) -> QRectF:
        """Return the pixels that the explained way lies in, empty without one."""
        explanation = self.workspace.scene_request().explanation
        if explanation is None or len(explanation.route_xy) < 2:
            return QRectF()
        ways = np.vstack([explanation.route_xy, explanation.paper_xy])
        (x_min, y_min), (x_max, y_max) = ways.min(axis=0), ways.max(axis=0)
        ends = [QPointF(*self.view.port.to_px(x, y)) for x, y in ((x_min, y_min), (x_max, y_max))]
        return QRectF(ends[0], ends[1]).normalized()

    # -- the rest -----------------------------------------------------------------------------------------------
    def _on_session(self) -> None:
        self._is_fresh = True
        self._hits, self._extents = (), {}
        self.values.hide()
        self.rebuild_soon()

    def _on_theme(self) -> None:
        self._why.set_dark(is_dark=self.workspace.is_dark)
        self.legend.rebuild()
        self.rebuild_soon()

    def _on_language(self) -> None:
        self.values.hide()
        self.legend.rebuild()
        self._why.set_dark(is_dark=self.workspace.is_dark)
        self.hint_changed.emit(self.view.tool.hint())
        self.rebuild_soon()

    def place_cards(self) -> None:
        """Put the floating cards into their corners."""
        width, height = self.width(), self.height()
        self.zoom_buttons.move(width - self.zoom_buttons.width() - _MARGIN, _MARGIN)
        self.scale_bar.move(
            width - self.scale_bar.width() - _MARGIN, height - self.scale_bar.height() - _MARGIN
        )
        self.legend.move(_MARGIN, height - self.legend.height() - _MARGIN)
        box = self.legend.geometry()
        corners = (box.left(), box.top(), box.left() + box.width(), box.top() + box.height())
        self.view.card = None if self.legend.isHidden() else corners
        self._credit.adjustSize()
        left = self.scale_bar.x() - self._credit.width() - 8
        self._credit.move(max(_MARGIN, left), height - self._credit.height() - 6)
        self._empty.setFixedWidth(min(420, max(200, width - 80)))
        self._empty.adjustSize()
        self._empty.move((width - self._empty.width()) // 2, height // 3)
        self.strip.place()
        for card in (self.zoom_buttons, self.scale_bar, self.legend):
            card.raise_()
        for part in (self._credit, self._empty, self._why, self.values, self.strip):
            part.raise_()
        ratio = self.devicePixelRatioF()
        cards = [c.geometry() for c in (self.zoom_buttons, self.scale_bar, self.legend) if not c.isHidden()]
        self.view.tiles.set_cards(
            [QRectF(c.x() * ratio, c.y() * ratio, c.width() * ratio, c.height() * ratio) for c in cards]
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Follow the new size."""
        super().resizeEvent(event)
        self.view.setGeometry(self.rect())
        self.legend.fit()
        self.place_cards()
        self._place_popup()
