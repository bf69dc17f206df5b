"""Every action of the window, declared as data: title, tooltip, icon, shortcuts, menu, and why it may be disabled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from renovate_gui.assets import tr
from renovate_gui.ui import reasons
from renovate_gui.ui.reasons import Reason
from renovate_gui.ui.theme import icon
from renovate_gui.ui.workspace import Stage, Tool, Workspace

Words = Callable[[], str]
SEPARATOR = "-"


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One action.

    Attributes
    ----------
    name
        Stable name, ``menu.verb``.
    title, tooltip
        Called at each change of language, because ``tr`` answers in the language of the moment.
    reason
        Returns why the action cannot run now, or an empty string.
    """

    name: str
    title: Words
    tooltip: Words
    icon: str
    shortcuts: tuple[str, ...] = ()
    reason: Reason = reasons.never
    is_checkable: bool = False
    tool: Tool | None = None
    stage: Stage | None = None


SPECS: tuple[ActionSpec, ...] = (
    ActionSpec("file.new", lambda: tr("New project …"), lambda: tr("Make a project file"), "mdi6.file-plus-outline", ("Ctrl+N",)),
    ActionSpec("file.open", lambda: tr("Open project …"), lambda: tr("Open a project file"), "mdi6.folder-open-outline", ("Ctrl+O",)),
    ActionSpec("file.import", lambda: tr("Import data …"), lambda: tr("Bring map layers and tables in; dropping files on the window does the same"), "mdi6.tray-arrow-down", ("Ctrl+L",), reasons.read_only),
    ActionSpec("file.export", lambda: tr("Export package"), lambda: tr("Go to Council and write handouts, page and data"), "mdi6.tray-arrow-up", ("Ctrl+E",), reasons.no_export),
    ActionSpec("file.title", lambda: tr("Rename project …"), lambda: tr("Give the project another title"), "mdi6.rename-outline", (), reasons.no_edit),
    ActionSpec("file.copy", lambda: tr("Save a copy …"), lambda: tr("Write the whole project, with its history, to another file; work goes on in this one"), "mdi6.content-save-outline", ("Ctrl+Shift+S",), reasons.no_project),
    ActionSpec("scenario.new", lambda: tr("New scenario …"), lambda: tr("Keep an alternative apart from the others, over the same data"), "mdi6.layers-plus", (), reasons.no_edit),
    ActionSpec("scenario.compare", lambda: tr("Compare scenarios …"), lambda: tr("Table, difference on the map, and a swipe between two alternatives"), "mdi6.compare-horizontal", ("F9",), reasons.no_scenarios),
    ActionSpec("project.compare", lambda: tr("Compare with another file or version …"), lambda: tr("Show on the map and as a table what is different"), "mdi6.compare", ("Ctrl+Shift+O",), reasons.no_project),
    ActionSpec("project.merge", lambda: tr("Merge a colleague's copy …"), lambda: tr("Bring in what was done in another copy of this project"), "mdi6.source-merge", ("Ctrl+Shift+G",), reasons.no_project),
    ActionSpec("project.standards", lambda: tr("Standards …"), lambda: tr("What the project is judged by: layers, rows, who checked them"), "mdi6.book-check-outline", ("Ctrl+Shift+T",), reasons.no_project),
    ActionSpec("project.provenance", lambda: tr("Where the figures come from …"), lambda: tr("Sources of all layers; kept figures, and computing them again"), "mdi6.file-search-outline", (), reasons.no_project),
    ActionSpec("file.check", lambda: tr("Check the project …"), lambda: tr("See whether the file is whole, what takes its room, and which backups there are"), "mdi6.stethoscope", (), reasons.no_project),
    ActionSpec("file.close", lambda: tr("Close project"), lambda: tr("Close the project; everything is already saved"), "mdi6.close", ("Ctrl+W",), reasons.no_project),
    ActionSpec("file.quit", lambda: tr("Quit"), lambda: tr("Leave the program; everything is already saved"), "mdi6.exit-to-app", ("Ctrl+Q",)),
    ActionSpec("edit.undo", lambda: tr("Undo"), lambda: tr("Take back the newest step"), "mdi6.undo", ("Ctrl+Z",), reasons.no_undo),
    ActionSpec("edit.redo", lambda: tr("Redo"), lambda: tr("Do the undone step again"), "mdi6.redo", ("Ctrl+Shift+Z", "Ctrl+Y"), reasons.no_redo),
    ActionSpec("edit.copy", lambda: tr("Copy proposal"), lambda: tr("Remember the selected proposal for pasting"), "mdi6.content-copy", ("Ctrl+C",), reasons.no_proposal),
    ActionSpec("edit.paste", lambda: tr("Paste proposal"), lambda: tr("Draw a copy of the remembered proposal"), "mdi6.content-paste", ("Ctrl+V",), reasons.no_edit),
    ActionSpec("edit.duplicate", lambda: tr("Duplicate"), lambda: tr("Draw a copy beside the selected proposal"), "mdi6.content-duplicate", ("Ctrl+D",), reasons.no_proposal),
    ActionSpec("edit.delete", lambda: tr("Delete"), lambda: tr("Delete the selected features; undo brings them back"), "mdi6.trash-can-outline", ("Del",), reasons.nothing_to_delete),
    ActionSpec("edit.deselect", lambda: tr("Clear selection"), lambda: tr("Select nothing"), "mdi6.select-off", ("Ctrl+Shift+A",), reasons.no_selection),
    ActionSpec("view.full", lambda: tr("Zoom to everything"), lambda: tr("Show the study area or all buildings"), "mdi6.arrow-expand-all", ("Ctrl+Shift+F",), reasons.no_map),
    ActionSpec("view.selection", lambda: tr("Zoom to selection"), lambda: tr("Show the selected features"), "mdi6.selection-search", ("Ctrl+J",), reasons.no_selection),
    ActionSpec("view.layer", lambda: tr("Zoom to layer"), lambda: tr("Show the whole layer chosen in the layer list"), "mdi6.layers-search-outline", (), reasons.no_map),
    ActionSpec("view.in", lambda: tr("Zoom in"), lambda: tr("Show less, larger"), "mdi6.plus", ("Ctrl++", "Ctrl+="), reasons.no_map),
    ActionSpec("view.out", lambda: tr("Zoom out"), lambda: tr("Show more, smaller"), "mdi6.minus", ("Ctrl+-",), reasons.no_map),
    ActionSpec("view.layers", lambda: tr("Layers"), lambda: tr("Show or hide the layer list"), "mdi6.layers-outline", ("Ctrl+Shift+L",), is_checkable=True),
    ActionSpec("view.inspector", lambda: tr("Inspector"), lambda: tr("Show or hide the panel of the stage"), "mdi6.dock-right", ("Ctrl+Shift+P",), is_checkable=True),
    ActionSpec("view.table", lambda: tr("Attribute table"), lambda: tr("Show or hide the table of the chosen layer"), "mdi6.table", ("F6",), reasons.no_project),
    ActionSpec("view.history", lambda: tr("History"), lambda: tr("Show all steps; go back to any of them"), "mdi6.history", ("F7",), reasons.no_project),
    ActionSpec("view.tasks", lambda: tr("Tasks"), lambda: tr("Show running work and what became of it"), "mdi6.progress-clock", ("F8",)),
    ActionSpec("view.legend", lambda: tr("Legend"), lambda: tr("Fold or unfold the legend"), "mdi6.map-legend", ("Ctrl+Shift+K",), reasons.no_map),
    ActionSpec("view.dark", lambda: tr("Dark colours"), lambda: tr("Switch between light and dark"), "mdi6.theme-light-dark", ("Ctrl+Shift+D",), is_checkable=True),
    ActionSpec("view.language", lambda: tr("中文 / English"), lambda: tr("Switch between Chinese and English"), "mdi6.translate", ("Ctrl+Shift+E",)),
    ActionSpec("view.fullscreen", lambda: tr("Full screen"), lambda: tr("Use the whole screen"), "mdi6.fullscreen", ("F11",), is_checkable=True),
    ActionSpec("map.select", lambda: tr("Select"), lambda: tr("Click or drag a box; Ctrl adds"), "mdi6.cursor-default-outline", ("Ctrl+Shift+V",), reasons.no_map, True, Tool.SELECT),
    ActionSpec("map.pan", lambda: tr("Pan"), lambda: tr("Drag the map; the space bar or the middle button does it at any time"), "mdi6.hand-back-right-outline", ("Ctrl+Shift+H",), reasons.no_map, True, Tool.PAN),
    ActionSpec("map.identify", lambda: tr("Identify"), lambda: tr("Click a feature to read its values"), "mdi6.information-outline", ("Ctrl+Shift+I",), reasons.no_map, True, Tool.IDENTIFY),
    ActionSpec("map.measure_length", lambda: tr("Measure length"), lambda: tr("Measure along a line, true on the ellipsoid"), "mdi6.ruler", ("Ctrl+Shift+M",), reasons.no_map, True, Tool.MEASURE_LENGTH),
    ActionSpec("map.measure_area", lambda: tr("Measure area"), lambda: tr("Measure an outline, true on the ellipsoid"), "mdi6.ruler-square", ("Ctrl+Shift+J",), reasons.no_map, True, Tool.MEASURE_AREA),
    ActionSpec("map.draw_point", lambda: tr("Draw point"), lambda: tr("Place a proposed facility or another point"), "mdi6.map-marker-plus-outline", ("Ctrl+Shift+1",), reasons.no_draw, True, Tool.DRAW_POINT),
    ActionSpec("map.draw_line", lambda: tr("Draw line"), lambda: tr("Draw a path, a ramp or stairs"), "mdi6.vector-polyline", ("Ctrl+Shift+2",), reasons.no_draw, True, Tool.DRAW_LINE),
    ActionSpec("map.draw_polygon", lambda: tr("Draw polygon"), lambda: tr("Draw a pocket park or another area"), "mdi6.vector-polygon", ("Ctrl+Shift+3",), reasons.no_draw, True, Tool.DRAW_POLYGON),
    ActionSpec("map.draw_note", lambda: tr("Draw callout"), lambda: tr("Write a note on the map"), "mdi6.comment-text-outline", ("Ctrl+Shift+4",), reasons.no_draw, True, Tool.DRAW_NOTE),
    ActionSpec("map.edit_vertices", lambda: tr("Edit shape"), lambda: tr("Drag, add and delete the corners of the selected proposal"), "mdi6.vector-square-edit", ("Ctrl+Shift+5",), reasons.no_shape, True, Tool.EDIT_VERTICES),
    ActionSpec("map.what_if", lambda: tr("What if"), lambda: tr("Drag a facility or a drawn path to try it: who gains, who loses; nothing is stored unless you say so"), "mdi6.map-marker-question-outline", ("Ctrl+Shift+6",), reasons.no_map, True, Tool.WHAT_IF),
    ActionSpec("stage.survey", lambda: tr("Survey"), lambda: tr("Bring data in and look at what is there"), "mdi6.map-outline", ("Ctrl+1",), is_checkable=True, stage=Stage.SURVEY),
    ActionSpec("stage.needs", lambda: tr("Needs"), lambda: tr("See where residents ask for something"), "mdi6.account-group-outline", ("Ctrl+2",), is_checkable=True, stage=Stage.NEEDS),
    ActionSpec("stage.gaps", lambda: tr("Gaps"), lambda: tr("See whom a service does not reach"), "mdi6.target", ("Ctrl+3",), is_checkable=True, stage=Stage.GAPS),
    ActionSpec("stage.proposals", lambda: tr("Proposals"), lambda: tr("Draw and describe what should be done"), "mdi6.pencil-outline", ("Ctrl+4",), is_checkable=True, stage=Stage.PROPOSALS),
    ActionSpec("stage.council", lambda: tr("Council"), lambda: tr("Give the package out and take replies in"), "mdi6.message-outline", ("Ctrl+5",), is_checkable=True, stage=Stage.COUNCIL),
    ActionSpec("stage.evaluate", lambda: tr("Evaluate"), lambda: tr("Compare before and after"), "mdi6.chart-line", ("Ctrl+6",), is_checkable=True, stage=Stage.EVALUATE),
    ActionSpec("help.palette", lambda: tr("Search commands, buildings, facilities …"), lambda: tr("Find any command, layer, building or facility by name"), "mdi6.magnify", ("Ctrl+K",)),
    ActionSpec("help.menu", lambda: tr("Menu"), lambda: tr("Open the menu"), "mdi6.menu", ("F10",)),
    ActionSpec("help.keys", lambda: tr("Keyboard shortcuts"), lambda: tr("List all keys"), "mdi6.keyboard-outline", ("F1",)),
    ActionSpec("help.about", lambda: tr("About"), lambda: tr("Version, licence and where the log file is"), "mdi6.information-variant"),
)  # fmt: skip

MENUS: tuple[tuple[Words, tuple[str, ...]], ...] = (
    (lambda: tr("File"), ("file.new", "file.open", "recent", SEPARATOR, "file.import", "file.export", SEPARATOR, "file.title", "file.copy", "file.check", "file.close", "file.quit")),
    (lambda: tr("Project"), ("project.standards", "project.provenance", SEPARATOR, "scenario.new", "scenario.compare", SEPARATOR, "project.compare", "project.merge")),
    (lambda: tr("Edit"), ("edit.undo", "edit.redo", SEPARATOR, "edit.copy", "edit.paste", "edit.duplicate", "edit.delete", SEPARATOR, "edit.deselect")),
    (lambda: tr("View"), ("view.full", "view.selection", "view.layer", "view.in", "view.out", SEPARATOR, "view.layers", "view.inspector", "view.table", "view.history", "view.tasks", "view.legend", SEPARATOR, "view.dark", "view.language", "view.fullscreen")),
    (lambda: tr("Map"), ("map.select", "map.pan", "map.identify", SEPARATOR, "map.measure_length", "map.measure_area", SEPARATOR, "map.draw_point", "map.draw_line", "map.draw_polygon", "map.draw_note", "map.edit_vertices", SEPARATOR, "map.what_if")),
    (lambda: tr("Stage"), ("stage.survey", "stage.needs", "stage.gaps", "stage.proposals", "stage.council", "stage.evaluate")),
    (lambda: tr("Help"), ("help.palette", "help.keys", "help.about")),
)  # fmt: skip

TOOLBAR: tuple[str, ...] = (
    "edit.undo", "edit.redo", SEPARATOR, "map.select", "map.pan", "map.identify", "measure", SEPARATOR,
    "map.draw_point", "map.draw_line", "map.draw_polygon", "map.draw_note", "map.edit_vertices", SEPARATOR, "map.what_if",
)  # fmt: skip


class Actions(QObject):
    """The actions as Qt objects, kept in step with the workspace, the language and the theme."""

    def __init__(self, workspace: Workspace, window: QWidget) -> None:
        super().__init__(window)
        self._workspace = workspace
        self.specs = {spec.name: spec for spec in SPECS}
        self._actions: dict[str, QAction] = {}
        for spec in SPECS:
            action = QAction(self)
            action.setCheckable(spec.is_checkable)
            action.setShortcuts([QKeySequence(s) for s in spec.shortcuts])
            self._actions[spec.name] = action
            window.addAction(action)
        for signal in (workspace.session_changed, workspace.selection_changed, workspace.tool_changed):
            signal.connect(self.refresh)
        workspace.stage_changed.connect(self.refresh)
        workspace.changed.connect(self.refresh)
        workspace.busy_changed.connect(self.refresh)
        workspace.language_changed.connect(self.retranslate)
        workspace.theme_changed.connect(self._recolour)
        self._recolour()
        self.retranslate()

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def on(self, name: str, call: Callable[[], object]) -> None:
        """Say what an action does."""
        self._actions[name].triggered.connect(lambda _checked=False: call())

    def reason(self, name: str) -> str:
        """Return why an action cannot run now, or an empty string."""
        return self.specs[name].reason(self._workspace)

    def keys(self, name: str) -> str:
        """Return the shortcut as people read it, or an empty string."""
        sequence = self._actions[name].shortcut()
        return sequence.toString(QKeySequence.SequenceFormat.NativeText)

    def refresh(self, *_ignored: object) -> None:
        """Enable, disable and check actions as the workspace stands."""
        for name, spec in self.specs.items():
            action = self._actions[name]
            reason = spec.reason(self._workspace)
            action.setEnabled(not reason)
            action.setToolTip(self._tooltip(spec, reason))
            action.setStatusTip(reason)
            if spec.tool is not None:
                action.setChecked(spec.tool == self._workspace.tool)
            if spec.stage is not None:
                action.setChecked(spec.stage == self._workspace.stage)

    def retranslate(self) -> None:
        """Set all words again."""
        for name, spec in self.specs.items():
            self._actions[name].setText(spec.title())
            self._actions[name].setIconText(spec.title())
        self.refresh()

    def _tooltip(self, spec: ActionSpec, reason: str) -> str:
        keys = self.keys(spec.name)
        head = f"{spec.title().rstrip(' …')} ({keys})" if keys else spec.title().rstrip(" …")
        step = reasons.step_words(self._workspace, spec.name)
        return "\n".join(part for part in (head, reason or step or spec.tooltip()) if part)

    def _recolour(self) -> None:
        for name, spec in self.specs.items():
            self._actions[name].setIcon(icon(spec.icon, self._workspace.is_dark))
