"""The questions around saving: go on with a copy, close while something is not saved, wait for the share."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QEventLoop, Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox, QProgressDialog, QWidget

from renovate_gui.app.session import Session
from renovate_gui.app.tasks import Task
from renovate_gui.assets import tr
from renovate_gui.domain.errors import RenovateError
from renovate_gui.domain.save_state import SaveKind, SaveState
from renovate_gui.ui.jobs import Jobs, sentence

T = TypeVar("T")
_PATIENCE_MS = 600


class Closing(Enum):
    """What a person wants with steps that are only in memory."""

    STAY = "stay"
    TRY = "try"
    COPY = "copy"
    GIVE_UP = "give up"


def ask_go_on(parent: QWidget | None, copy: Path, *, is_unsaved: bool, on_yes: Callable[[], None]) -> None:
    """Ask whether to go on with a copy that was just written; the window stays usable."""
    box = QMessageBox(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle(tr("Copy saved"))
    box.setText(tr("The copy is written and checked: “{path}”.", path=copy))
    words = (
        tr("Everything you did is in it. Go on with the copy?")
        if is_unsaved
        else tr("Go on with the copy, or stay with this project?")
    )
    box.setInformativeText(words)
    yes = box.addButton(tr("Go on with the copy"), QMessageBox.ButtonRole.AcceptRole)
    box.addButton(tr("Stay here"), QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(yes)
    box.buttonClicked.connect(lambda button: on_yes() if button is yes else None)
    box.open()


def ask_closing(parent: QWidget | None, state: SaveState) -> Closing:
    """Ask what to do with steps that are only in memory."""
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Warning)
    box.setWindowTitle(tr("Not saved"))
    box.setText(tr("Your last steps are in memory only. What shall become of them?"))
    box.setInformativeText(state.reason)
    answers = {
        box.addButton(tr("Save a copy elsewhere …"), QMessageBox.ButtonRole.AcceptRole): Closing.COPY,
        box.addButton(tr("Try again"), QMessageBox.ButtonRole.ActionRole): Closing.TRY,
        box.addButton(tr("Close without saving"), QMessageBox.ButtonRole.DestructiveRole): Closing.GIVE_UP,
        box.addButton(tr("Stay"), QMessageBox.ButtonRole.RejectRole): Closing.STAY,
    }
    box.exec()
    return next((answer for button, answer in answers.items() if button is box.clickedButton()), Closing.STAY)


WRITING = frozenset({"export", "forms", "report-file"})
"""Keys of the jobs that write something a person asked for; half of it is worth nothing."""


def may_stop_writing(parent: QWidget | None, jobs: Jobs) -> bool:
    """Ask before an export under way is thrown away; return whether to go on. To stay is what Enter and Escape do."""
    writing = [handle for handle in jobs.running if handle.key in WRITING]
    if not writing:
        return True
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Warning)
    box.setWindowTitle(tr("Export under way"))
    box.setText(tr("An export is being written. Leave all the same?"))
    box.setInformativeText(tr("{title}: what is written so far is thrown away.", title=writing[0].title))
    leave = box.addButton(tr("Leave all the same"), QMessageBox.ButtonRole.DestructiveRole)
    stay = box.addButton(tr("Stay"), QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(stay)
    box.setEscapeButton(stay)
    box.exec()
    return box.clickedButton() is leave


def may_close(parent: QWidget | None, jobs: Jobs, session: Session) -> bool:
    """Ask about steps that are only in memory, publish what is not on the share; return whether it may be closed."""
    keeper = session.project.saving
    while keeper.state.kind is SaveKind.UNSAVED:
        answer = ask_closing(parent, keeper.state)
        if answer is Closing.STAY:
            return False
        try:
            if answer is Closing.TRY:
                keeper.try_again()
            elif answer is Closing.GIVE_UP or _is_copied(parent, session):
                keeper.discard()
        except (RenovateError, OSError) as error:
            QMessageBox.warning(parent, tr("Not saved"), sentence(error))  # the question comes again
    finish_publishing(parent, jobs, session)
    return True


def _is_copied(parent: QWidget | None, session: Session) -> bool:
    """Ask for a place and write a checked copy there; return whether it was done."""
    name, _ = QFileDialog.getSaveFileName(
        parent,
        tr("Save a copy elsewhere"),
        str(Path.home() / session.project.path.name),
        tr("Projects (*.gpkg);;All files (*)"),
    )
    if not name:
        return False
    place = Path(name)
    session.save_copy(place if place.suffix else place.with_suffix(".gpkg"))
    return True


def finish_publishing(parent: QWidget | None, jobs: Jobs, session: Session) -> None:
    """Publish what is not on the share yet, showing that; who does not want to wait goes without."""
    keeper = session.project.saving
    if keeper.state.kind not in {SaveKind.PUBLISHING, SaveKind.NOT_PUBLISHED}:
        return
    words = tr("Publishing “{name}” …", name=keeper.place.name)
    task = Task(tr("Publishing"), lambda _progress, _stop: keeper.publish())
    is_given_up = not wait_for(parent, jobs, task, words, give_up=tr("Close without publishing"))
    last = keeper.state
    if last.kind in {SaveKind.PUBLISHED, SaveKind.CONFLICT}:  # the band has said a conflict already
        return
    keeper.publishes_at_end = False  # it was tried just now, or a person does not want to wait
    if not is_given_up:
        say_left_behind(parent, last)


def wait_for(
    parent: QWidget | None,
    jobs: Jobs,
    task: Task[T],
    words: str,
    *,
    give_up: str,
    take: Callable[[T], None] | None = None,
    refuse: Callable[[Exception], None] | None = None,
) -> bool:
    """Run a task off the main thread and wait for it, showing that when it takes long; return False when given up."""
    loop = QEventLoop()
    dialog = QProgressDialog(words, give_up, 0, 0, parent)
    dialog.setWindowTitle(task.title)
    dialog.setWindowModality(Qt.WindowModality.WindowModal)
    dialog.setMinimumDuration(_PATIENCE_MS)
    dialog.setAutoClose(False)
    dialog.canceled.connect(loop.quit)
    came: list[Callable[[], None]] = []

    def done(result: T) -> None:
        came.append(lambda: take(result) if take is not None else None)
        loop.quit()

    def failed(error: Exception) -> None:
        came.append(lambda: refuse(error) if refuse is not None else None)
        loop.quit()

    handle = jobs.start(task, done, failed)
    loop.exec()
    is_given_up = dialog.wasCanceled() and not came
    dialog.deleteLater()
    if is_given_up:
        handle.cancel()
        return False
    for act in came:
        act()
    return True


def say_left_behind(parent: QWidget | None, state: SaveState) -> None:
    """Tell that the newest steps did not reach the share, and where they are."""
    QMessageBox.information(
        parent,
        tr("Not published yet"),
        f"{state.reason}\n\n{tr('The next opening on this computer goes on with them.')}",
    )
