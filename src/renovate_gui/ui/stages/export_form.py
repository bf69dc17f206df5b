"""What the package shall be: where to, for whom, until when."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QDate, Qt
from PySide6.QtWidgets import QCheckBox, QDateEdit, QFileDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from renovate_gui.app.council import ExportRequest
from renovate_gui.app.gaps import GapRequest
from renovate_gui.app.session import Session
from renovate_gui.assets import tr
from renovate_gui.domain.layout import PAPERS
from renovate_gui.ui.stages.controls import Choice
from renovate_gui.ui.stages.widgets import button, row, say, text

_DAYS_TO_REPLY = 14


class ExportForm(QWidget):
    """Folder, class, reply-until date, contact and paper sizes."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self.target = QLineEdit(str(Path(session.project.path).parent))
        self.target.setAccessibleName(tr("Folder"))
        choose = button("…", self._choose, "", tr("Choose a folder"))
        choose.setAccessibleName(tr("Choose a folder"))
        choose.setFixedWidth(36)
        self._class = "council"
        self._chooser = Choice(tr("For whom"), _classes(), self._class)
        self._chooser.chosen.connect(self._set_class)
        self._class_note = text("", "small")
        self.until = _date_field()
        self.contact = QLineEdit()
        self.contact.setPlaceholderText(tr("name, place, telephone"))
        self.contact.setAccessibleName(tr("Contact"))
        names = {"A3-elder": tr("A3 large print"), "A4-elder": tr("A4 large print")}
        self.papers = {size: QCheckBox(names.get(size, size)) for size in PAPERS}
        for size in ("A3", "A4"):
            self.papers[size].setChecked(True)
        self._atlas = ""
        self.atlas = Choice(tr("Atlas"), _atlases(), self._atlas)
        self.atlas.chosen.connect(self._set_atlas)
        self.map_number = QLineEdit()
        self.map_number.setPlaceholderText(tr("none: schematic without a base map"))
        self.map_number.setAccessibleName(tr("Map number"))
        self._map_number_words = text(tr("Map number"), "small")
        self._column = column
        self._add(tr("Folder"), _beside(self.target, choose))
        column.addWidget(self._chooser)
        column.addWidget(self._class_note)
        column.addWidget(self._map_number_words)
        column.addWidget(self.map_number)
        self._add(tr("Answers until"), self.until)
        self._add(tr("Contact"), self.contact)
        sizes = list(self.papers.values())
        column.addWidget(row(text(tr("Paper"), "quiet", wrap=False), *sizes[:3], spacing=14))
        column.addWidget(row(*sizes[3:], spacing=14))
        column.addWidget(self.atlas)
        self._set_class(self._class)

    def _add(self, words: str, widget: QWidget) -> None:
        self._column.addWidget(text(words, "small"))
        self._column.addWidget(widget)

    def request(self, gaps: GapRequest | None = None, kinds_beside: tuple[str, ...] = ()) -> ExportRequest:
        """Return what is asked for; ``gaps`` and further kinds are what the Gaps stage shows."""
        papers = tuple(size for size, box in self.papers.items() if box.isChecked())
        return ExportRequest(
            Path(self.target.text().strip()).expanduser(),
            self._class,
            self.until.date().toString(Qt.DateFormat.ISODate),
            self.contact.text().strip(),
            papers or ("A4",),
            gaps,
            kinds_beside,
            atlas=self._atlas,
            map_number=self.map_number.text().strip() if self._class == "public" else "",
        )

    def _set_atlas(self, code: str) -> None:
        self._atlas = code

    def _choose(self) -> None:
        name = QFileDialog.getExistingDirectory(self, tr("Folder for the package"), self.target.text())
        if name:
            self.target.setText(name)

    def _set_class(self, code: str) -> None:
        self._class = code
        notes = {
            "working": tr("Everything, for your own team."),
            "council": tr("Limited circulation: residents' data only in groups of five and more."),
            "public": tr("Public notice: schematic map, no residents' data."),
        }
        say(self._class_note, notes.get(code, ""))
        for widget in (self._map_number_words, self.map_number):
            widget.setVisible(code == "public")


def _date_field() -> QDateEdit:
    today = QDate.currentDate()
    field = QDateEdit(today.addDays(_DAYS_TO_REPLY))
    field.setDisplayFormat("yyyy-MM-dd")
    field.setMinimumDate(today)
    field.setCalendarPopup(True)
    field.setAccessibleName(tr("Answers until"))
    return field


def _atlases() -> list[tuple[str, str]]:
    return [("", tr("none")), ("buildings", tr("each building")), ("stairwells", tr("each stairwell"))]


def _classes() -> list[tuple[str, str]]:
    return [
        ("working", tr("Working team")),
        ("council", tr("Council members")),
        ("public", tr("Public notice")),
    ]


def _beside(wide: QWidget, narrow: QWidget) -> QWidget:
    holder = QWidget()
    layout = QHBoxLayout(holder)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(4)
    layout.addWidget(wide, 1)
    layout.addWidget(narrow)
    return holder
