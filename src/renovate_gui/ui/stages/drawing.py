"""A finished drawing becomes a proposal or a callout, whichever stage is in front."""

from __future__ import annotations

from PySide6.QtCore import QObject
from shapely.geometry.base import BaseGeometry

from renovate_gui.app.measures import measure_type
from renovate_gui.app.session import Session
from renovate_gui.assets import tr
from renovate_gui.domain.errors import RenovateError
from renovate_gui.ui.stages.gap_model import GapModel
from renovate_gui.ui.workspace import Stage, Tool, Workspace

_OBJECT_NAME = "proposal_drawing"
_USUAL = {Tool.DRAW_LINE: "ramp", Tool.DRAW_POLYGON: "pocket_park"}


class Drawing(QObject):
    """Listens for finished drawings; one per workspace."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self.setObjectName(_OBJECT_NAME)
        self._workspace = workspace
        self.wanted: dict[Tool, str] = {}
        """Measure type that a person chose for a tool."""
        workspace.geometry_drawn.connect(self._on_drawn)

    @staticmethod
    def of(workspace: Workspace) -> Drawing:
        """Return the workspace's listener."""
        found = workspace.findChild(QObject, _OBJECT_NAME)
        return found if isinstance(found, Drawing) else Drawing(workspace)

    def kind_for(self, tool: Tool) -> str:
        """Return the measure type a new drawing gets: the chosen one, else what such a shape usually is."""
        if tool in self.wanted:
            return self.wanted[tool]
        if tool == Tool.DRAW_POINT:
            return GapModel.of(self._workspace).choice.kind  # the gap just looked at
        return _USUAL.get(tool, "")

    def _on_drawn(self, tool_code: str, geometry: object) -> None:
        session = self._workspace.session
        tool = Tool(tool_code)
        if session is None or not isinstance(geometry, BaseGeometry):
            return
        if tool not in {Tool.DRAW_POINT, Tool.DRAW_LINE, Tool.DRAW_POLYGON, Tool.DRAW_NOTE}:
            return
        try:
            self._add(session, tool, geometry)
        except RenovateError as error:
            self._workspace.message.emit(str(error), "error")
        self._workspace.set_tool(Tool.SELECT)

    def _add(self, session: Session, tool: Tool, geometry: BaseGeometry) -> None:
        if tool == Tool.DRAW_NOTE:
            note = session.proposals.add_note(geometry, tr("New callout"))
            key, uuid = "notes", note.uuid
        else:
            code = self.kind_for(tool)
            kind = measure_type(code)
            proposal = session.proposals.add(geometry, title=kind.title if kind else "", kind=code)
            key, uuid = "proposals", proposal.uuid
        self._workspace.set_stage(Stage.PROPOSALS)
        self._workspace.select(key, (uuid,))
        self._workspace.typing_wanted.emit(key)
