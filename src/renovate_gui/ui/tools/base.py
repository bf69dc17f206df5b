"""What a map tool is, and what it may ask of the canvas."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter

from renovate_gui.ui.canvas.hits import SceneIndex
from renovate_gui.ui.canvas.snapping import Snap
from renovate_gui.ui.canvas.viewport import Viewport
from renovate_gui.ui.workspace import Workspace

if TYPE_CHECKING:
    from renovate_gui.ui.jobs import Jobs

PICK_PX = 6.0
"""How far beside a feature a click may be."""
SNAP_PX = 10.0
"""How far a drawn point reaches for a vertex or an edge."""


@dataclass(frozen=True, slots=True)
class Pointer:
    """Where the pointer is: pixels on the canvas and metres on the map, with the keys held."""

    px: float
    py: float
    x: float
    y: float
    button: Qt.MouseButton = Qt.MouseButton.NoButton
    with_ctrl: bool = False
    with_shift: bool = False
    with_alt: bool = False

    @property
    def is_left(self) -> bool:
        """Return whether the left button is meant."""
        return self.button == Qt.MouseButton.LeftButton


class MapContext(Protocol):
    """The canvas as tools see it."""

    workspace: Workspace
    jobs: Jobs
    index: SceneIndex
    port: Viewport

    def refresh(self) -> None:
        """Paint the overlays again."""
        ...

    def say(self, text: str) -> None:
        """Show a short live reading beside the pointer and to screen readers; empty hides it."""
        ...

    def snap(self, pointer: Pointer) -> Snap | None:
        """Return what the pointer sticks to; nothing while Alt is held."""
        ...

    def pan_by(self, dx_px: float, dy_px: float) -> None:
        """Drag the map."""
        ...

    def colour(self, token: str) -> str:
        """Return a theme colour."""
        ...


class MapTool:
    """A tool does nothing by itself; the canvas calls these while it is chosen.

    Handlers return True when they used the event; the canvas then does nothing more with it.
    """

    cursor = Qt.CursorShape.ArrowCursor

    def __init__(self, context: MapContext) -> None:
        self.context = context

    def hint(self) -> str:
        """Return one translated sentence on how to use the tool, for the status bar."""
        return ""

    def begin(self) -> None:
        """Prepare; the tool was chosen."""

    def end(self) -> None:
        """Forget everything half done; another tool was chosen."""

    def press(self, _pointer: Pointer) -> bool:
        """Handle a pressed button."""
        return False

    def move(self, _pointer: Pointer, *, is_dragging: bool) -> bool:  # noqa: ARG002
        """Handle a moved pointer; ``is_dragging`` while the left button is down."""
        return False

    def release(self, _pointer: Pointer) -> bool:
        """Handle a released button."""
        return False

    def double_click(self, _pointer: Pointer) -> bool:
        """Handle a double click."""
        return False

    def key(self, _key: int, *, with_ctrl: bool, with_shift: bool = False) -> bool:  # noqa: ARG002
        """Handle a key."""
        return False

    def paint(self, _painter: QPainter, _port: Viewport) -> None:
        """Paint what is half done, in pixels."""


MakeTool = Callable[[MapContext], MapTool]
