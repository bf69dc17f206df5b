"""Data for officials on the Send-out page: choose the receiver's table of fields, check, and go to each fault."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QLineEdit, QVBoxLayout, QWidget

from renovate_gui.app.official_request import DEFAULT, OfficialRequest
from renovate_gui.app.officials import (
    Checked,
    Fault,
    OfficialReport,
    Officials,
    Receiver,
    receiver,
    receivers,
)
from renovate_gui.app.session import Session
from renovate_gui.assets import tr
from renovate_gui.domain.errors import RenovateError
from renovate_gui.ui.jobs import Jobs, sentence
from renovate_gui.ui.stages.controls import Choice
from renovate_gui.ui.stages.progress import ProgressRow
from renovate_gui.ui.stages.widgets import (
    Card,
    Elided,
    Stack,
    appear,
    button,
    hint,
    row,
    say,
    text,
)
from renovate_gui.ui.workspace import Workspace

_NONE, _OWN = "none", "own"
_MOST_SHOWN = 30


class OfficialsBox(QWidget):
    """The receiver of the next package's data; checking it, and writing it by itself."""

    def __init__(self, workspace: Workspace, jobs: Jobs) -> None:
        super().__init__()
        self._workspace, self._jobs = workspace, jobs
        self._chosen = DEFAULT
        self._own = ""
        self._boxes: dict[str, QLineEdit] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(text(tr("Data for officials"), "section"))
        self.receiver = Choice(tr("Receiver's table of fields"), self._options(), self._chosen)
        self.receiver.chosen.connect(self.set_receiver)
        self._note = text("", "small")
        self._given = Stack()
        self.check_button = button(tr("Check the values"), self.check)
        self.write_button = button(tr("Write by itself …"), self.ask_folder)
        self._buttons = row(self.check_button, self.write_button)
        self._progress = ProgressRow()
        self.result = Stack()
        for widget in (self.receiver, self._note, self._given, self._buttons, self._progress, self.result):
            column.addWidget(widget)
        self._show()

    # -- choosing -----------------------------------------------------------------------------------------------
    def request(self) -> OfficialRequest | None:
        """Return what goes with the next package, None for nothing."""
        if self._chosen == _NONE:
            return None
        given = {code: box.text().strip() for code, box in self._boxes.items() if box.text().strip()}
        return OfficialRequest(self._own or self._chosen, given)

    def set_receiver(self, code: str) -> None:
        """Choose a table of fields by its code, ``none``, or ``own``: a file is asked for."""
        if code == _OWN:
            name, _ = QFileDialog.getOpenFileName(
                self, tr("Table of fields"), "", tr("Tables (*.csv);;All files (*)")
            )
            if name:
                self.take_table(Path(name))
            self.receiver.set_current(_OWN if self._own else self._chosen)
            return
        self._chosen, self._own = code, ""
        self.receiver.set_options(self._options(), code)
        self._show()

    def take_table(self, path: Path) -> None:
        """Take a table of fields of one's own; what is wrong in it is said, and the choice stays."""
        try:
            receiver(str(path))
        except RenovateError as error:
            self._fail(error)
            return
        self._chosen, self._own = _OWN, str(path)
        self.receiver.set_options(self._options(), _OWN)
        self._show()

    def _options(self) -> list[tuple[str, str]]:
        own = Path(self._own).name if self._own else tr("a table of your own …")
        return [*((r.code, r.title) for r in receivers()), (_OWN, own), (_NONE, tr("no data for officials"))]

    def _show(self) -> None:
        self.result.show_widgets([])
        self._boxes = {}
        is_any = self._chosen != _NONE
        appear(self._buttons, on=is_any)
        appear(self._note, on=is_any)
        if not is_any:
            self._given.show_widgets([])
            return
        found = receiver(self._own or self._chosen)
        say(self._note, found.note or tr("Formats: {list}", list=tr(", ").join(found.formats)))
        self._given.show_widgets(self._given_rows(found))

    def _given_rows(self, found: Receiver) -> list[QWidget]:
        rows: list[QWidget] = []
        for code, name in found.given:
            box = QLineEdit()
            box.setAccessibleName(name or code)
            box.setPlaceholderText(code)
            self._boxes[code] = box
            rows.append(row(text(name or code, "quiet", wrap=False), box))
        return rows

    def follow(self, _session: Session) -> None:
        """Keep what was chosen; what was found belongs to the plan as it was."""

    # -- checking and writing -------------------------------------------------------------------------------------
    def check(self) -> None:
        """Check every value in the background."""
        session, request = self._workspace.session, self.request()
        if session is None or request is None:
            return
        try:
            task = Officials(session).prepare_check(request)
        except RenovateError as error:
            self._fail(error)
            return
        self._progress.follow(self._jobs.start(task, self._checked, self._fail, key="officials"))

    def ask_folder(self) -> None:
        """Ask for a folder's name, and write."""
        name, _ = QFileDialog.getSaveFileName(self, tr("A new folder for the data"), tr("officials"))
        if name:
            self.write_to(Path(name))

    def write_to(self, path: Path) -> None:
        """Write the data alone into a new folder, in the background."""
        session, request = self._workspace.session, self.request()
        if session is None or request is None:
            return
        try:
            task = Officials(session).prepare_write(request, path)
        except RenovateError as error:
            self._fail(error)
            return
        self._progress.follow(self._jobs.start(task, self._written, self._fail, key="officials"))

    def _checked(self, found: Checked) -> None:
        self.result.show_widgets([self._card(found.faults, found.notes)])

    def _written(self, report: OfficialReport) -> None:
        card = Card("hint").add(
            text(tr("The data for officials is written"), "strong"), Elided(str(report.path), "small")
        )
        folder = QUrl.fromLocalFile(str(report.path))
        card.add(row(button(tr("Open the folder"), lambda: QDesktopServices.openUrl(folder))))
        self.result.show_widgets([card, self._card(report.faults, report.notes)])

    def _card(self, faults: tuple[Fault, ...], notes: tuple[str, ...]) -> Card:
        blocking = sum(f.blocks for f in faults)
        if blocking:
            words = tr("{n} mandatory values are missing or not taken", n=blocking)
        elif faults:
            words = tr("{n} values do not fit and would be cut or left out", n=len(faults))
        else:
            words = tr("All values fit the table of fields.")
        card = Card("warn" if faults else "hint").add(text(words, "strong"))
        for fault in sorted(faults, key=lambda f: not f.blocks)[:_MOST_SHOWN]:
            card.add(text(fault.words, "quiet"))
            if fault.ref[0]:
                card.add(button(tr("Show it on the map"), partial(self.go_to, fault), "link"))
        if len(faults) > _MOST_SHOWN:
            card.add(text(tr("and {n} more", n=len(faults) - _MOST_SHOWN), "small"))
        for note in notes:
            card.add(text(f"· {note}", "quiet"))
        return card

    def go_to(self, fault: Fault) -> None:
        """Select the feature or proposal that a fault is about, and bring it into view."""
        session, (key, identity) = self._workspace.session, fault.ref
        if session is None:
            return
        self._workspace.select(key, (identity,))
        bounds = Officials(session).place_of(fault.ref)
        if bounds is not None:
            self._workspace.zoom_requested.emit(bounds)

    def _fail(self, error: Exception) -> None:
        self.result.show_widgets([hint(sentence(error), kind="bad")])
