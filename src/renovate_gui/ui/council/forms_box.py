"""Comment forms on the Send-out page: whether they go with the package, for whom, and printing them again."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from renovate_gui.app.form_codes import FormRequest, Homes
from renovate_gui.app.forms import FormsReport
from renovate_gui.app.session import Session
from renovate_gui.assets import tr
from renovate_gui.domain.errors import RenovateError
from renovate_gui.domain.ids import Uuid
from renovate_gui.ui.jobs import Jobs, sentence
from renovate_gui.ui.stages.controls import CalmSpin, Choice
from renovate_gui.ui.stages.progress import ProgressRow
from renovate_gui.ui.stages.widgets import (
    Card,
    Elided,
    Stack,
    appear,
    button,
    enable,
    hint,
    row,
    say,
    text,
)
from renovate_gui.ui.workspace import Workspace

_MOST_OPEN = 999


class FormsBox(QWidget):
    """Choose the comment forms of the next package; print those of an earlier one again."""

    def __init__(self, workspace: Workspace, jobs: Jobs) -> None:
        super().__init__()
        self._workspace, self._jobs = workspace, jobs
        self._paper, self._whom = "A3", "open"
        self._homes: tuple[Homes, ...] = ()
        self._source = ""
        self._package = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(text(tr("Comment forms"), "section"))
        self.paper = Choice(tr("With the package"), _papers(), self._paper)
        self.paper.chosen.connect(self.set_paper)
        self.whom = Choice(tr("Printed for"), _whoms(), self._whom)
        self.whom.chosen.connect(self.set_whom)
        self.copies = CalmSpin()
        self.copies.setRange(0, _MOST_OPEN)
        self.copies.setSpecialValueText(tr("one to photocopy"))
        self.copies.setAccessibleName(tr("Numbered copies"))
        self.copies.valueChanged.connect(self._show)
        self._numbered = row(text(tr("Numbered copies"), "quiet", wrap=False), self.copies)
        self._note = text("", "small")
        for widget in (self.paper, self.whom, self._numbered, self._note):
            column.addWidget(widget)
        self.again = Choice(tr("Print again"), [], "")
        self.again.chosen.connect(self._set_package)
        self.print_button = button(tr("Print forms …"), self.ask_file)
        column.addWidget(self.again)
        column.addWidget(row(self.print_button))
        self._progress = ProgressRow()
        column.addWidget(self._progress)
        self._result = Stack()
        column.addWidget(self._result)
        self._show()

    # -- choosing -----------------------------------------------------------------------------------------------
    def request(self) -> FormRequest | None:
        """Return the forms of the next package, None for none."""
        return None if self._paper == "none" else self._asked()

    def _asked(self) -> FormRequest:
        paper = "A3" if self._paper == "none" else self._paper
        if self._whom == "open":
            return FormRequest(paper, copies=self.copies.value())
        return FormRequest(paper, homes=self._homes)

    def set_paper(self, code: str) -> None:
        """Choose the paper: ``A3``, ``A4`` or ``none``."""
        self._paper = code
        self.paper.set_current(code)
        self._show()

    def set_whom(self, code: str) -> None:
        """Choose for whom: ``open``, ``table`` or ``register``."""
        if code == "table":
            name, _ = QFileDialog.getOpenFileName(
                self, tr("Table of households"), "", tr("Tables (*.csv *.xlsx);;All files (*)")
            )
            if name:
                self.take_table(Path(name))
        elif code == "register":
            self._take_register()
        else:
            self._whom, self._homes, self._source = "open", (), ""
        self.whom.set_current(self._whom)
        self._show()

    def take_table(self, path: Path) -> None:
        """Take buildings, stairwells and numbers of households from a table."""
        session = self._workspace.session
        if session is None:
            return
        try:
            self._homes = session.forms.read_homes(path)
        except RenovateError as error:
            self._fail(error)
            return
        self._whom, self._source = "table", path.name
        self._result.show_widgets([])
        self.whom.set_current(self._whom)
        self._show()

    def _take_register(self) -> None:
        session = self._workspace.session
        if session is None:
            return
        homes = session.forms.homes_in_register()
        if not homes:
            words = tr("The register of owners is empty; bring it in first, or give a table.")
            self._result.show_widgets([hint(words, kind="warn")])
            return
        self._whom, self._homes, self._source = "register", homes, tr("the register of owners")

    def _set_package(self, code: str) -> None:
        self._package = code

    # -- following ----------------------------------------------------------------------------------------------
    def follow(self, session: Session) -> None:
        """Offer the packages that have a form."""
        packages = session.forms.packages()
        options = [(str(uuid), tr("package version {n}", n=version)) for uuid, version in packages]
        if self._package not in dict(options):
            self._package = options[0][0] if options else ""
        self.again.set_options(options, self._package)
        appear(self.again, on=bool(options))
        enable(self.print_button, session.forms.why_not_print())

    def _show(self) -> None:
        appear(self._numbered, on=self._whom == "open")
        if self._whom == "open":
            words = (
                tr("Each form has its own number, so its sides find together again when they are scanned.")
                if self.copies.value()
                else tr(
                    "One form as a sample and for copying. When copies are scanned nothing tells which sides belong together: number them, or print one for each household."
                )
            )
        else:
            words = tr(
                "{n} households behind {doors} doors, from {source}. Each form carries a random code, no name; the project keeps which door it belongs to.",
                n=sum(h.count for h in self._homes),
                doors=len(self._homes),
                source=self._source,
            )
        say(self._note, words)

    # -- printing -----------------------------------------------------------------------------------------------
    def ask_file(self) -> None:
        """Ask where the forms go, and print them."""
        name, _ = QFileDialog.getSaveFileName(
            self, tr("Print comment forms"), tr("comment-forms") + ".pdf", tr("PDF (*.pdf)")
        )
        if name:
            self.print_to(Path(name))

    def print_to(self, path: Path) -> None:
        """Print the chosen forms of the chosen package in the background; the dialog has asked before a file is replaced."""
        session = self._workspace.session
        if session is None:
            return
        package = Uuid(self._package) if self._package else None
        try:
            task = session.forms.prepare_print(self._asked(), path, package=package, replaces=True)
        except RenovateError as error:
            self._fail(error)
            return
        self._progress.follow(self._jobs.start(task, self._done, self._fail, key="forms"))

    def _done(self, report: FormsReport) -> None:
        words = tr(
            "{n} forms of {sides} sides, package version {version}",
            n=report.forms,
            sides=report.sides,
            version=report.version,
        )
        card = Card("hint").add(text(words, "strong"), Elided(str(report.path), "small"))
        card.add(row(button(tr("Open the file"), lambda: _open(report.path))))
        if report.missing_glyphs:
            card.add(text(tr("No font at hand draws {glyphs}", glyphs=report.missing_glyphs), "warn"))
        self._result.show_widgets([card])

    def _fail(self, error: Exception) -> None:
        self._result.show_widgets([hint(sentence(error), kind="bad")])


def _papers() -> list[tuple[str, str]]:
    return [
        ("A3", tr("A3, map beside the boxes")),
        ("A4", tr("A4, map above the boxes")),
        ("none", tr("no comment forms")),
    ]


def _whoms() -> list[tuple[str, str]]:
    return [
        ("open", tr("open forms")),
        ("table", tr("each household of a table …")),
        ("register", tr("each flat of the register")),
    ]


def _open(path: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
