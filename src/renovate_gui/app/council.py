"""Council: the package out, the replies in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from renovate_gui.app.tasks import Task
from renovate_gui.domain.reply import Reply, ReplyOutcome, Tally

if TYPE_CHECKING:
    from renovate_gui.app.ports import Printer
    from renovate_gui.app.session import Session
    from renovate_gui.store.project import Project


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """What goes out. ``target`` is a folder's parent or a ``.zip`` path; ``distribution``: working, council or public."""

    target: Path
    distribution: str = "council"
    reply_until: str = ""
    contact: str = ""
    papers: tuple[str, ...] = ("A3", "A4")


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What was written."""

    path: Path
    files: tuple[str, ...]
    notes: tuple[str, ...]  # what was hidden, missing glyphs, unchecked standards …
    seal: str


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What ``verify`` found."""

    ok: bool
    problems: tuple[str, ...]
    files: int


class Council:
    """The council loop of the open project."""

    def __init__(self, project: Project, session: Session, *, printer: Printer | None) -> None:
        self._project = project
        self._session = session
        self._printer = printer

    def why_not_export(self) -> str:
        """Return the translated reason why nothing can be exported now, or an empty string."""
        raise NotImplementedError

    def prepare_export(self, request: ExportRequest) -> Task[ExportReport]:
        """Write the whole package to a temporary folder, verify it, then publish it at once; nothing is left half done."""
        raise NotImplementedError

    def prepare_replies(self, paths: Sequence[Path]) -> Task[tuple[ReplyOutcome, ...]]:
        """Read reply files; accepted ones are stored as one undoable action, the others carry their reason."""
        raise NotImplementedError

    def replies(self) -> tuple[Reply, ...]:
        """Return the stored replies."""
        raise NotImplementedError

    def tallies(self) -> tuple[Tally, ...]:
        """Return counts per proposal."""
        raise NotImplementedError
