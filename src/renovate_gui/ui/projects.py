"""Open, make and close projects, and take dropped files in: what the window and its start screen share."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from renovate_gui.app.session import Session
from renovate_gui.app.tasks import IsCancelled, Progress, Task
from renovate_gui.assets import tr
from renovate_gui.domain.errors import Cancelled, RenovateError
from renovate_gui.ui.jobs import Jobs, sentence
from renovate_gui.ui.settings import SettingsFile
from renovate_gui.ui.stages.survey import FORMATS
from renovate_gui.ui.troubles import Troubles
from renovate_gui.ui.workspace import Stage, Workspace

PROJECT_SUFFIX = ".gpkg"


class OpenSession(Protocol):
    """Opens a project file."""

    def __call__(self, path: Path, /) -> Session:
        """Return the session; raise DataError with one sentence."""
        ...


class CreateSession(Protocol):
    """Makes a project file."""

    def __call__(self, path: Path, /, *, title: str = "") -> Session:
        """Return the session of a new, empty project."""
        ...


class Projects(QObject):
    """Which project is open, and how another one gets open."""

    def __init__(
        self,
        workspace: Workspace,
        jobs: Jobs,
        *,
        settings: SettingsFile,
        open_session: OpenSession,
        create_session: CreateSession,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._workspace, self._jobs, self._settings = workspace, jobs, settings
        self._open_session, self._create_session = open_session, create_session
        self._window = window
        self.makes_backups = False
        self.troubles = Troubles(
            workspace,
            jobs,
            open_project=self.open,
            bring_in=lambda path: self.bring_in([path]),
            window=window,
        )

    @property
    def folder(self) -> Path:
        """Return the folder to start looking in."""
        last = Path(self._settings.values.last_folder) if self._settings.values.last_folder else Path.home()
        return last if last.is_dir() else Path.home()

    def open(self, path: Path) -> bool:
        """Open a project file; say in one sentence why not."""
        if self._is_open(path):
            self._workspace.message.emit(tr("“{name}” is open in this window.", name=path.name), "info")
            return True
        try:
            session = self._opened(path)
        except (RenovateError, OSError) as error:
            self._settings.forget_recent(str(path))
            if not self.troubles.show(error, path):
                self._workspace.message.emit(sentence(error), "error")
            return False
        if session is None or not self._show(session):
            return False
        if session.project.is_read_only:
            self._say_read_only(session)
        return True

    def _opened(self, path: Path) -> Session | None:
        """Open a session; from a share off the main thread, so that the window does not freeze with it."""
        from renovate_gui.app.saving import may_take_long

        if not may_take_long(path):
            return self._open_session(path)
        from renovate_gui.ui.save_questions import wait_for

        sessions: list[Session] = []
        errors: list[Exception] = []

        def work(_progress: Progress, is_cancelled: IsCancelled) -> Session:
            session = self._open_session(path)
            if is_cancelled():
                session.close()  # nobody waits for it any more
                raise Cancelled
            return session

        task = Task(tr("Opening"), work)
        words = tr("Fetching “{name}” …", name=path.name)
        wait_for(
            self._window,
            self._jobs,
            task,
            words,
            give_up=tr("Cancel"),
            take=sessions.append,
            refuse=errors.append,
        )
        if errors:
            raise errors[0]
        return sessions[0] if sessions else None

    def _is_open(self, path: Path) -> bool:
        """Return whether this window has the project open already, so that it does not meet itself."""
        session = self._workspace.session
        return (
            session is not None
            and not session.project.is_read_only
            and session.project.path == path.expanduser().resolve()
        )

    def _say_read_only(self, session: Session) -> None:
        """Say why a project may only be read; where there is a choice, offer it."""
        from renovate_gui.app.saving import is_worth_asking
        from renovate_gui.ui.open_elsewhere import OpenElsewhere

        cause, place = session.project.saving.cause, session.project.path
        self._workspace.message.emit(tr("The project is open for reading only."), "warning")
        if cause is None or not is_worth_asking(cause):
            return
        folder = place.parent if os.access(place.parent, os.W_OK) else Path.home()
        dialog = OpenElsewhere(
            cause,
            place,
            self._jobs,
            suggested_copy=free_name(folder, tr("{name} copy", name=place.stem)),
            is_dark=self._workspace.is_dark,
            parent=self._window,
        )
        dialog.copy_asked.connect(lambda path: self._open_copy(session, path))
        dialog.again_asked.connect(lambda: self.open(place))
        dialog.open()

    def _open_copy(self, session: Session, path: Path) -> None:
        """Write a copy of what is open for reading, off the main thread, and open it."""
        place = path if path.suffix else path.with_suffix(PROJECT_SUFFIX)
        task = Task(tr("Saving a copy"), lambda _progress, _stop: session.save_copy(place))
        self._jobs.start(task, lambda _nothing: self._open_made(place))

    def may_leave(self) -> bool:
        """Ask about steps that are not where they belong; return whether the open project may be closed now."""
        session = self._workspace.session
        if session is None:
            return True
        from renovate_gui.ui.save_questions import may_close, may_stop_writing

        return may_stop_writing(self._window, self._jobs) and may_close(self._window, self._jobs, session)

    def create(self, path: Path) -> bool:
        """Make a project file and open it."""
        chosen = path if path.suffix else path.with_suffix(PROJECT_SUFFIX)
        try:
            session = self._create_session(chosen)
        except (RenovateError, OSError) as error:
            self._workspace.message.emit(sentence(error), "error")
            return False
        return self._show(session)

    def close(self) -> None:
        """Close the project."""
        if not self.may_leave():
            return
        self._jobs.cancel_all()
        self._workspace.set_session(None)

    def _show(self, session: Session) -> bool:
        """Put a session into the window unless the one that is there must stay."""
        if not self.may_leave():
            session.close()
            return False
        self._jobs.cancel_all()
        self._settings.add_recent(session.project.path)
        self._back_up(session)
        self._workspace.set_stage(Stage.SURVEY)
        self._workspace.set_session(session)
        return True

    def _back_up(self, session: Session) -> None:
        """Make the backup of the day in the background when one is due; nobody waits for it."""
        from renovate_gui.app.health import backup_of_the_day

        task = backup_of_the_day(session.project) if self.makes_backups else None
        if task is not None:
            self._jobs.start(task, lambda _made: None, self._say_no_backup, key="backup")

    def _say_no_backup(self, error: Exception) -> None:
        self._workspace.message.emit(sentence(error), "warning")

    # -- asking -------------------------------------------------------------------------------------------------
    def ask_open(self) -> bool:
        """Ask which project to open."""
        path, _ = QFileDialog.getOpenFileName(
            self._window, tr("Open project"), str(self.folder), tr("Projects (*.gpkg);;All files (*)")
        )
        return bool(path) and self.open(Path(path))

    def ask_create(self, suggested: str = "", folder: Path | None = None) -> bool:
        """Ask where a new project should lie; the proposal never names a file that is already there."""
        start = free_name(folder or self.folder, suggested or tr("Renovation project"))
        path, _ = QFileDialog.getSaveFileName(
            self._window,
            tr("Where should the project be saved?"),
            str(start),
            tr("Projects (*.gpkg);;All files (*)"),
        )
        return bool(path) and self.create(Path(path))

    def ask_sample(self) -> None:
        """Ask where the sample's project should lie, make it off the main thread, and open it."""
        from renovate_gui.app.demo import sample_title
        from renovate_gui.assets import sample_path
        from renovate_gui.ui.sample import documents

        try:
            sample_path()
        except FileNotFoundError:
            words = tr("The sample community is not part of this installation.")
            self._workspace.message.emit(words, "warning")
            return
        path, _ = QFileDialog.getSaveFileName(
            self._window,
            tr("Where should the sample project be saved?"),
            str(free_name(documents(), sample_title())),
            tr("Projects (*.gpkg);;All files (*)"),
        )
        if path:
            self.make_sample(Path(path))

    def make_sample(self, path: Path) -> None:
        """Make the sample's project and open it when it is ready."""
        from renovate_gui.ui.sample import sample_task

        place = path if path.suffix else path.with_suffix(PROJECT_SUFFIX)
        self._workspace.message.emit(tr("The sample community is being prepared …"), "info")
        task = sample_task(place, self._create_session)
        self._jobs.start(task, self._open_made, key="sample")

    def _open_made(self, path: Path) -> None:
        self.open(path)

    def ask_copy(self) -> None:
        """Ask where a copy of the project should lie, and write it off the main thread."""
        session = self._workspace.session
        if session is None:
            return
        start = free_name(session.project.path.parent, session.project.path.stem)
        name, _ = QFileDialog.getSaveFileName(
            self._window, tr("Save a copy"), str(start), tr("Projects (*.gpkg);;All files (*)")
        )
        if name:
            self.save_copy(Path(name))

    def save_copy(self, path: Path) -> None:
        """Write a copy of the open project."""
        session = self._workspace.session
        if session is None:
            return
        place = path if path.suffix else path.with_suffix(PROJECT_SUFFIX)
        if place.exists():
            self._workspace.message.emit(
                tr("“{name}” is there already; choose another name.", name=place.name), "error"
            )
            return

        def work(_progress: Progress, _is_cancelled: IsCancelled) -> Path:
            session.save_copy(place)
            return place

        self._jobs.start(
            Task(tr("Saving a copy"), work),
            lambda done: self._workspace.message.emit(tr("Copy saved: {path}", path=done), "good"),
        )

    def ask_import(self) -> None:
        """Ask for files to bring in."""
        paths, _ = QFileDialog.getOpenFileNames(
            self._window,
            tr("Import data"),
            str(self.folder),
            tr("All supported ({patterns});;All files (*)", patterns=FORMATS),
        )
        if paths:
            self._settings.change(last_folder=str(Path(paths[0]).parent))
            self.take([Path(p) for p in paths])

    def take(self, paths: Sequence[Path]) -> None:
        """Open a project among the paths, or import them; without a project ask first where to save one."""
        if len(paths) == 1 and is_project(paths[0]):
            self.open(paths[0])
            return
        self.bring_in(paths)

    def bring_in(self, paths: Sequence[Path]) -> None:
        """Import the paths, another project among them for its layers; without a project ask first where to save one."""
        session = self._workspace.session
        if session is not None and session.project.is_read_only:
            self._workspace.message.emit(tr("The project is open for reading only."), "warning")
            return
        first = paths[0]
        folder = first if first.is_dir() else first.parent
        if session is None and not self.ask_create(
            _project_name(first), folder.parent if first.is_dir() else folder
        ):
            return
        from renovate_gui.ui.stages import open_import

        self._workspace.set_stage(Stage.SURVEY)
        open_import(self._window, self._workspace, self._jobs, paths)


def is_project(path: Path) -> bool:
    """Return whether a file is one of our projects, by its content: our tables are named in the first pages."""
    if path.suffix.lower() != PROJECT_SUFFIX or not path.is_file():
        return False
    from renovate_gui.app.recognising import is_project_file

    return is_project_file(path)


def free_name(folder: Path, stem: str) -> Path:
    """Return a path in the folder that nothing has yet: ``name.gpkg``, then ``name 2.gpkg`` and so on."""
    path, number = folder / f"{stem}{PROJECT_SUFFIX}", 2
    while path.exists():
        path, number = folder / f"{stem} {number}{PROJECT_SUFFIX}", number + 1
    return path


def _project_name(first: Path) -> str:
    name = first.name if first.is_dir() else first.stem
    return tr("{name} renovation", name=name)
