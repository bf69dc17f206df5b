"""The drawing buttons: for every shape what it will be, chosen for that shape alone."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QPushButton, QSizePolicy, QWidget

from renovate_gui.app.measures import Effect, measure_title, measure_types
from renovate_gui.assets import tr
from renovate_gui.ui.stages.controls import Option, menu_of
from renovate_gui.ui.stages.drawing import Drawing
from renovate_gui.ui.stages.look import Look, icon
from renovate_gui.ui.stages.widgets import enable
from renovate_gui.ui.workspace import Tool, Workspace

_ICONS = {
    Tool.DRAW_POINT: "mdi6.map-marker-outline",
    Tool.DRAW_LINE: "mdi6.vector-polyline",
    Tool.DRAW_POLYGON: "mdi6.vector-polygon",
    Tool.DRAW_NOTE: "mdi6.message-outline",
}
Group = tuple[str, list[Option]]
"""Title and choices."""
_SHAPES = {Tool.DRAW_POINT: "point", Tool.DRAW_LINE: "line", Tool.DRAW_POLYGON: "polygon"}


_FIRST_KINDS = 6


def kinds_for(tool: Tool) -> list[Option]:
    """Return what may be drawn with a tool: kinds of its shape first; no service is a line."""
    shape = _SHAPES[tool]
    kinds = [k for k in measure_types() if not (tool == Tool.DRAW_LINE and k.effect == Effect.FACILITY)]
    return [(k.code, k.title) for k in sorted(kinds, key=lambda k: k.shape != shape)]


def grouped_kinds(tool: Tool, first: Sequence[str]) -> list[Group]:
    """Return the same in groups: without a title what is drawn most, the rest by what it is.

    Parameters
    ----------
    first
        Codes of the standard's kinds, most important first.
    """
    options = dict(kinds_for(tool))
    types = [k for k in measure_types() if k.code in options]
    shape = _SHAPES[tool]
    own = [k.code for k in types if k.shape == shape and k.effect != Effect.FACILITY]
    top = [c for c in first if c in options][:_FIRST_KINDS] if tool == Tool.DRAW_POINT else own
    groups: list[Group] = [("", [(c, options[c]) for c in top])]
    for title, effect in (
        (tr("Services"), Effect.FACILITY),
        (tr("Ways"), Effect.LINK),
        (tr("Other measures"), Effect.NONE),
    ):
        rest = [(k.code, options[k.code]) for k in types if k.effect == effect and k.code not in top]
        groups += [(title, rest)] if rest else []
    return groups


class DrawTools(QWidget):
    """One line per tool: the button that takes it, and beside it the measure type it draws."""

    def __init__(self, workspace: Workspace, drawing: Drawing, look: Look, reason: str) -> None:
        super().__init__()
        self._workspace, self._drawing, self._look, self._reason = workspace, drawing, look, reason
        self.buttons: dict[Tool, QPushButton] = {}
        self.kinds: dict[Tool, KindButton] = {}
        session = workspace.session
        first = [k.code for k in session.gaps.kinds()] if session is not None else []
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        words = {
            Tool.DRAW_POINT: tr("Point"),
            Tool.DRAW_LINE: tr("Line"),
            Tool.DRAW_POLYGON: tr("Area"),
            Tool.DRAW_NOTE: tr("Callout"),
        }
        for i, tool in enumerate(words):
            self.buttons[tool] = self._tool_button(tool, words[tool])
            grid.addWidget(self.buttons[tool], i, 0)
            if tool in _SHAPES:
                name = f"{words[tool]}: {tr('Measure type')}"
                self.kinds[tool] = kind = KindButton(name, grouped_kinds(tool, first))
                kind.setEnabled(not reason)
                kind.chosen.connect(lambda code, t=tool: self._choose(t, code))
                grid.addWidget(kind, i, 1)
        self.show_state()

    @property
    def first(self) -> QPushButton:
        """Return the first button, for the keyboard."""
        return self.buttons[Tool.DRAW_POINT]

    def show_state(self) -> None:
        """Show the tool in use and what each tool draws now."""
        for tool, made in self.buttons.items():
            made.setChecked(self._workspace.tool == tool)
        for tool, kind in self.kinds.items():
            kind.set_current(self._drawing.kind_for(tool))

    def _tool_button(self, tool: Tool, words: str) -> QPushButton:
        made = QPushButton(words)
        made.setProperty("kind", "tool")
        made.setIcon(icon(_ICONS[tool], self._look.ink))
        made.setCheckable(True)
        made.clicked.connect(lambda: self._take(tool))
        enable(made, self._reason, tr("Click places on the map; double-click or Enter ends, Esc leaves."))
        return made

    def _take(self, tool: Tool) -> None:
        self._workspace.set_tool(Tool.SELECT if self._workspace.tool == tool else tool)
        self.show_state()

    def _choose(self, tool: Tool, code: str) -> None:
        """Remember the kind for this tool only, and take the tool: what one chooses one wants to draw."""
        self._drawing.wanted[tool] = code
        self._workspace.set_tool(tool)
        self.show_state()


class KindButton(QPushButton):
    """The measure type a tool draws, with a menu of others; a long name is cut, its tooltip has all of it.

    Signals
    -------
    chosen
        The code a person took.
    """

    chosen = Signal(str)

    def __init__(self, name: str, groups: Sequence[Group]) -> None:
        super().__init__()
        self._name, self._code = name, ""
        self._options = [option for _, options in groups for option in options]
        self.setProperty("kind", "choice")
        self.setStyleSheet("text-align: left;")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        menu = menu_of(self, groups[0][1], "", self.chosen.emit)
        menu.addSeparator()
        self._menus = [menu]
        for title, options in groups[1:]:
            inner = menu_of(menu, options, "", self.chosen.emit)
            inner.setTitle(title)
            menu.addMenu(inner)
            self._menus.append(inner)
        self.setMenu(menu)

    def set_current(self, code: str) -> None:
        """Show a choice without telling anybody."""
        self._code = code
        for action in (a for menu in self._menus for a in menu.actions() if a.isCheckable()):
            action.setChecked(action.data() == code)
        self._write()

    def sizeHint(self) -> QSize:
        """Ask for little width: the panel decides."""
        return QSize(80, super().sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut the words anew."""
        super().resizeEvent(event)
        self._write()

    def _write(self) -> None:
        words = dict(self._options).get(self._code) or measure_title(self._code) or "–"
        room = self.fontMetrics()
        cut = room.elidedText(words, Qt.TextElideMode.ElideRight, max(40, self.width() - 26))
        self.setText(cut.replace("&", "&&") + " ▾")
        self.setToolTip(words)
        self.setAccessibleName(f"{self._name}: {words}")
