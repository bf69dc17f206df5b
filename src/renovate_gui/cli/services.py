"""The real parts a command may use; ``bootstrap`` hands them in, so that this floor knows neither Qt nor the window."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from renovate_gui.app.ports import Printer
    from renovate_gui.app.session import Session


class OpenSession(Protocol):
    """Opens a project file."""

    def __call__(self, path: Path, /, *, read_only: bool = False) -> Session:
        """Return the session; raise DataError with one sentence."""
        ...


class CreateSession(Protocol):
    """Makes a project file."""

    def __call__(self, path: Path, /, *, title: str = "", crs: str = "", standard: str = "") -> Session:
        """Return the session of a new project; raise RequestError when something is there already."""
        ...


@dataclass(frozen=True, slots=True)
class Services:
    """What commands are given.

    Attributes
    ----------
    printer
        Paints pictures.
    show_window
        Shows the window on projects or files until it is closed and returns the exit code.
    picture_window
        Writes pictures of the real window on a project: ``(project, {stage: png}, size)``.
    has_display
        Whether a window can be shown here.
    """

    open_session: OpenSession
    create_session: CreateSession
    printer: Printer
    show_window: Callable[[Sequence[Path]], int]
    picture_window: Callable[[Path, Mapping[str, Path], tuple[int, int]], None]
    has_display: Callable[[], bool]
