"""What the window's parts share: the open session, the stage, the selection, and what the map shows.

No part of the window holds a reference to another part; they meet here. Values only, no widgets.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from PySide6.QtCore import QObject, Signal

from renovate_gui.app.scene_votes import Turnout
from renovate_gui.app.scenes import SceneRequest
from renovate_gui.app.session import Session
from renovate_gui.domain.heat import CellMap, HeatGrid
from renovate_gui.domain.ids import LayerId
from renovate_gui.domain.verdict import Explanation, GapResult
from renovate_gui.ui.scenarios.compared import Compared


def _nothing() -> None:
    """Do nothing."""


class Stage(StrEnum):
    """The six stages on the left rail, in working order."""

    SURVEY = "survey"
    NEEDS = "needs"
    GAPS = "gaps"
    PROPOSALS = "proposals"
    COUNCIL = "council"
    EVALUATE = "evaluate"


_STAGES_OF = {
    "heat": {Stage.NEEDS},
    "gap": {Stage.GAPS, Stage.PROPOSALS, Stage.EVALUATE},
    "route": {Stage.GAPS, Stage.PROPOSALS},
}


class Tool(StrEnum):
    """What the pointer means on the map."""

    SELECT = "select"
    PAN = "pan"
    IDENTIFY = "identify"
    MEASURE_LENGTH = "measure_length"
    MEASURE_AREA = "measure_area"
    DRAW_POINT = "draw_point"
    DRAW_LINE = "draw_line"
    DRAW_POLYGON = "draw_polygon"
    DRAW_NOTE = "draw_note"
    EDIT_VERTICES = "edit_vertices"
    WHAT_IF = "what_if"


class Workspace(QObject):
    """Shared state of the window.

    Signals
    -------
    session_changed
        Another project was opened, or none is open now.
    changed
        An action was committed (a :class:`ChangeEvent`), always in the main thread.
    stage_changed, tool_changed, selection_changed
        The named state changed. The selection is ``(key, ids)``: a scene layer's key (``layer:<id>``, ``proposals``,
        ``notes``) and a tuple of feature ids (uuids for proposals and notes).
    overlay_changed
        Heat, gap or explanation shown on the map changed: build the scene again.
    message
        One sentence for the message strip: ``(text, kind)`` with kind ``info``, ``good``, ``warning`` or ``error``.
    zoom_requested
        The map should show this extent ``(x_min, y_min, x_max, y_max)``, in metres.
    geometry_drawn
        A drawing tool finished: ``(Tool, shapely geometry)`` in metres; whoever started the tool acts on it.
    typing_wanted
        Something new waits for its words: the form that shows it takes the keyboard.
    busy_changed
        A long way through the history began or ended: nothing can be edited meanwhile.
    language_changed, theme_changed
        Words or colours must be set again.
    """

    session_changed = Signal()
    changed = Signal(object)
    stage_changed = Signal(str)
    tool_changed = Signal(str)
    selection_changed = Signal(str, tuple)
    overlay_changed = Signal()
    message = Signal(str, str)
    zoom_requested = Signal(tuple)
    geometry_drawn = Signal(str, object)
    typing_wanted = Signal(str)
    language_changed = Signal()
    theme_changed = Signal()
    busy_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session: Session | None = None
        self.stage = Stage.SURVEY
        self.tool = Tool.SELECT
        self.selection: tuple[str, tuple[object, ...]] = ("", ())
        self.heat: HeatGrid | None = None
        self.cells: CellMap | None = None
        self.gap: GapResult | None = None
        self.explanation: Explanation | None = None
        self.gap_view = "verdict"
        self.compared: Compared | None = None
        self.response: CellMap | None = None
        """The buildings by the share that answered, at the Council stage when somebody asked for it."""
        self.turnout: Turnout | None = None
        self.is_dark = False
        self.hidden: frozenset[str] = frozenset()
        """What a person switched off in the layer tree beside real layers: heat, gap, route, proposals, others (of other
        scenarios), notes."""
        self.demand_stages = frozenset({Stage.SURVEY, Stage.NEEDS})
        """Where single answers show as dots; a person may switch them on elsewhere, and off again."""
        self.busy = ""
        """What is being done to the whole project, in words; empty while a person may edit."""
        self._unsubscribe: Callable[[], None] = _nothing

    def set_session(self, session: Session | None) -> None:
        """Close the old session and work on another (or on none)."""
        self._unsubscribe()
        if self.session is not None:
            self.session.close()
        self.session = session
        self.selection = ("", ())
        self.heat, self.cells, self.gap, self.explanation = None, None, None, None
        self.compared = None
        self.response = None
        self.turnout = None
        self.demand_stages = frozenset({Stage.SURVEY, Stage.NEEDS})
        # a committed action may come from a worker thread: the signal brings it to the main thread
        self._unsubscribe = session.subscribe(self.changed.emit) if session is not None else _nothing
        self.session_changed.emit()

    def set_busy(self, words: str) -> None:
        """Say what is being done to the whole project, or that it is over (empty words)."""
        if words != self.busy:
            self.busy = words
            self.busy_changed.emit()

    def set_stage(self, stage: Stage) -> None:
        """Go to a stage."""
        if stage != self.stage:
            self.stage = stage
            self.stage_changed.emit(stage.value)

    def set_response(self, response: CellMap | None) -> None:
        """Show the buildings by the share that answered, or not."""
        if response is not self.response:
            self.response = response
            self.overlay_changed.emit()

    def set_tool(self, tool: Tool) -> None:
        """Change what the pointer means."""
        if tool != self.tool:
            self.tool = tool
            self.tool_changed.emit(tool.value)

    def select(self, key: str, ids: tuple[object, ...]) -> None:
        """Select features of one layer; the table, the map and the panels follow."""
        if (key, ids) != self.selection:
            self.selection = (key, ids)
            self.selection_changed.emit(key, ids)

    def set_hidden(self, what: str, *, hidden: bool) -> None:
        """Switch heat, gap, route, proposals or notes off or on; nothing is computed or stored."""
        self.hidden = self.hidden | {what} if hidden else self.hidden - {what}
        self.overlay_changed.emit()

    @property
    def shows_demand(self) -> bool:
        """Return whether the dots of single answers may show at the present stage."""
        return self.stage in self.demand_stages

    def set_demand_shown(self, *, shown: bool) -> None:
        """Let the dots of single answers show at the present stage, or not; nothing is stored."""
        here = {self.stage}
        self.demand_stages = self.demand_stages | here if shown else self.demand_stages - here
        self.overlay_changed.emit()

    def show_heat(self, heat: HeatGrid | None) -> None:
        """Show a density surface on the map."""
        self.heat, self.cells = heat, None
        self.overlay_changed.emit()

    def show_cells(self, cells: CellMap) -> None:
        """Show needs by hexagon or building in the place of a surface."""
        self.heat, self.cells = None, cells
        self.overlay_changed.emit()

    def show_gap(self, gap: GapResult | None, explanation: Explanation | None = None) -> None:
        """Show verdicts and, for one building, its route."""
        self.gap, self.explanation = gap, explanation
        self.overlay_changed.emit()

    def set_gap_view(self, view: str) -> None:
        """Let the map show verdicts (``verdict``) or places per 100 people in need (``access``); nothing is stored."""
        if view != self.gap_view:
            self.gap_view = view
            self.overlay_changed.emit()

    def show_compared(self, compared: Compared | None) -> None:
        """Show two scenarios against each other in the place of the stage's own subject; None ends that."""
        if compared is not self.compared:
            self.compared = compared
            self.overlay_changed.emit()

    def show_turnout(self, turnout: Turnout | None) -> None:
        """Show how far a vote has come in each building, at the Council stage; None ends that."""
        if turnout != self.turnout:
            self.turnout = turnout
            self.overlay_changed.emit()

    @property
    def judged_layer(self) -> LayerId | None:
        """Return the layer whose features carry verdicts, gains and losses or votes on the map, if any."""
        if self.turnout is not None and self.stage == Stage.COUNCIL:
            return self.turnout.layer_id
        if self.compared is not None:
            return self.compared.layer_id
        return None if self.gap is None else self.gap.layer_id

    @property
    def has_needs_map(self) -> bool:
        """Return whether a surface or cells of needs belong on the map now."""
        return (self.heat is not None or self.cells is not None) and self.has_place_for("heat")

    def has_place_for(self, what: str) -> bool:
        """Return whether heat, gap or route belong on the map of the present stage."""
        return self.stage in _STAGES_OF[what]

    def scene_request(self) -> SceneRequest:
        """Return what the map should show: the compared scenarios, else what belongs to the present stage."""
        request = self.plain_request()
        return request if self.compared is None else self.compared.applied(request)

    def plain_request(self) -> SceneRequest:
        """Return what the map should show at the present stage when nothing is compared."""
        has_gap = self.has_place_for("gap") and "gap" not in self.hidden
        has_route = self.has_place_for("route") and "route" not in self.hidden
        has_heat = self.has_place_for("heat") and "heat" not in self.hidden
        return SceneRequest(
            heat=self.heat if has_heat else None,
            cells=self.response if self.stage == Stage.COUNCIL else self.cells if has_heat else None,
            gap=self.gap if has_gap else None,
            shows_access=self.gap_view == "access",
            explanation=self.explanation if has_route else None,
            show_proposals="proposals" not in self.hidden,
            show_others="others" not in self.hidden,
            show_notes="notes" not in self.hidden,
            turnout=self.turnout if self.stage == Stage.COUNCIL else None,
            show_replies=self.stage == Stage.COUNCIL and self.turnout is None,
            show_demand=self.shows_demand,
            is_dark=self.is_dark,
        )
