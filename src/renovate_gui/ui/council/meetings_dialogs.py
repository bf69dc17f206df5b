"""What meetings ask: when and where; what somebody has to do until when."""

from __future__ import annotations

from PySide6.QtCore import QDate, Qt
from PySide6.QtWidgets import QDateEdit, QLineEdit, QWidget

from renovate_gui.app.meetings import Meeting
from renovate_gui.assets import tr
from renovate_gui.domain.errors import RequestError
from renovate_gui.ui.council.asking import Asking
from renovate_gui.ui.stages.widgets import Card, text
from renovate_gui.ui.workspace import Workspace

_EVENING = "19:00"


class PlanMeetingDialog(Asking):
    """Asks for title, time, place and host; the agenda comes from what is open."""

    def __init__(self, parent: QWidget, workspace: Workspace) -> None:
        super().__init__(parent, workspace, tr("Plan a meeting"), tr("Make the agenda"), (480, 490))
        self.title = QLineEdit()
        self.title.setPlaceholderText(tr("for instance: second council on the plan"))
        self.labelled(tr("Title"), self.title)
        self.day = QDateEdit(QDate.currentDate().addDays(7))
        self.day.setDisplayFormat("yyyy-MM-dd")
        self.day.setCalendarPopup(True)
        self.labelled(tr("Day"), self.day)
        self.hour = QLineEdit(_EVENING)
        self.labelled(tr("Hour"), self.hour)
        self.place, self.host = QLineEdit(), QLineEdit()
        self.labelled(tr("Meeting place"), self.place)
        self.host.setPlaceholderText(tr("a role, such as street office"))
        self.labelled(tr("Host"), self.host)
        session = workspace.session
        waiting = 0 if session is None else len(session.meetings.open_issues())
        words = tr("{n} open issues will stand on the agenda.", n=waiting)
        self.column.addWidget(Card("hint").add(text(words, "quiet")))
        self.finish()
        self.title.setFocus()

    def do(self) -> None:
        """Plan it."""
        session = self.workspace.session
        if session is None:
            raise RequestError(tr("No project is open."))
        when = f"{self.day.date().toString(Qt.DateFormat.ISODate)} {self.hour.text().strip()}".strip()
        session.meetings.plan(self.title.text(), when, place=self.place.text(), host=self.host.text())


class ActionDialog(Asking):
    """Asks what is to be done, by whom (a role or an office), until when."""

    def __init__(self, parent: QWidget, workspace: Workspace, meeting: Meeting) -> None:
        super().__init__(parent, workspace, tr("New action"), tr("Write it down"), (460, 320))
        self._meeting = meeting
        self.what, self.owner = QLineEdit(), QLineEdit()
        self.labelled(tr("What is to be done"), self.what)
        self.owner.setPlaceholderText(tr("a role or an office, not a name"))
        self.labelled(tr("Who does it"), self.owner)
        self.due = QDateEdit(QDate.currentDate().addDays(14))
        self.due.setDisplayFormat("yyyy-MM-dd")
        self.due.setCalendarPopup(True)
        self.labelled(tr("Until"), self.due)
        self.finish()
        self.what.setFocus()

    def do(self) -> None:
        """Write it down."""
        session = self.workspace.session
        if session is None:
            raise RequestError(tr("No project is open."))
        due = self.due.date().toString(Qt.DateFormat.ISODate)
        session.meetings.add_action(self._meeting, self.what.text(), self.owner.text(), due)


class ItemDialog(Asking):
    """Asks for the title of an item of our own."""

    def __init__(self, parent: QWidget, workspace: Workspace, meeting: Meeting) -> None:
        super().__init__(parent, workspace, tr("New item"), tr("Add it"), (440, 180))
        self._meeting = meeting
        self.title = QLineEdit()
        self.labelled(tr("Title"), self.title)
        self.finish()
        self.title.setFocus()

    def do(self) -> None:
        """Add it."""
        session = self.workspace.session
        if session is None:
            raise RequestError(tr("No project is open."))
        session.meetings.add_item(self._meeting, self.title.text())
