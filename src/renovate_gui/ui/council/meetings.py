"""Meetings: agenda, attendance, minutes, actions, and the picture for the council's screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtWidgets import QCheckBox, QGridLayout, QLineEdit, QSpinBox, QWidget

from renovate_gui.app.meetings import Attending, ItemKind, Meeting, attending_words
from renovate_gui.app.session import Session
from renovate_gui.assets import tr
from renovate_gui.domain.errors import RenovateError
from renovate_gui.ui.council.meetings_dialogs import ActionDialog, ItemDialog, PlanMeetingDialog
from renovate_gui.ui.council.meetings_item import ItemForm, ItemLine, item_buttons
from renovate_gui.ui.council.page import CouncilPage
from renovate_gui.ui.council.projector import Projector
from renovate_gui.ui.jobs import Jobs
from renovate_gui.ui.stages.controls import Choice
from renovate_gui.ui.stages.fold import Fold
from renovate_gui.ui.stages.look import Look
from renovate_gui.ui.stages.widgets import Stack, button, flowing, pair, row, say, text
from renovate_gui.ui.workspace import Workspace

_TITLE_CHARS = 16


class MeetingsPage(CouncilPage):
    """Meetings: agenda, attendance, minutes, actions."""

    def __init__(self, workspace: Workspace, jobs: Jobs, look: Look) -> None:
        super().__init__(workspace, jobs, look)
        self._uuid, self._item = "", ""
        self._shown: tuple[object, ...] = ()
        self.plan_button = button(tr("Plan a meeting …"), self.ask_plan, "link")
        self.column.addWidget(pair(text(tr("Meetings"), "section"), self.plan_button))
        self._none = text(
            tr(
                "No meeting yet. Its agenda is made of ballots, remarks without an answer and open proposals."
            ),
            "quiet",
        )
        self.column.addWidget(self._none)
        self.chooser = Choice(tr("Meeting"), [("", "–")], "")
        self.chooser.chosen.connect(self.choose)
        self.column.addWidget(self.chooser)
        self._about = text("", "small")
        self.column.addWidget(self._about)
        self._tools = flowing(
            button(tr("Projector"), self.show_projector, "primary"),
            button(tr("Renew the agenda"), self.renew),
            button(tr("Delete"), self._delete, "danger"),
        )
        self.column.addWidget(self._tools)
        self._build_attendance()
        self._agenda_title = pair(text(tr("Agenda"), "section"), button(tr("Add …"), self._ask_item, "link"))
        self.column.addWidget(self._agenda_title)
        self._agenda = Stack(2)
        self.column.addWidget(self._agenda)
        self._actions_title = pair(
            text(tr("Actions"), "section"), button(tr("Add …"), self._ask_action, "link")
        )
        self.column.addWidget(self._actions_title)
        self._actions = Stack(4)
        self.column.addWidget(self._actions)

    def _build_attendance(self) -> None:
        self.attendance = Fold(tr("Who came"))
        holder = QWidget()
        grid = QGridLayout(holder)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        self.counts: dict[str, QSpinBox] = {}
        for number, role in enumerate(Attending):
            words = attending_words(role.value)
            field = QSpinBox()
            field.setRange(0, 9999)
            field.setAccessibleName(words)
            field.editingFinished.connect(self._keep_attendance)
            self.counts[role.value] = field
            grid.addWidget(text(words, "quiet"), number, 0)
            grid.addWidget(field, number, 1)
        grid.setColumnStretch(0, 1)
        self.names = QLineEdit()
        self.names.setAccessibleName(tr("Names"))
        self.names.setPlaceholderText(tr("names, only here; never shown or given away"))
        self.names.editingFinished.connect(self._keep_attendance)
        self.attendance.add(holder, self.names)
        self.column.addWidget(self.attendance)

    # -- following ------------------------------------------------------------------------------------------------
    def follow(self, session: Session) -> None:
        """Show what the session holds now; a form that is being written in stays."""
        meetings = session.meetings.all()
        meeting = self._meeting(session)
        self._none.setVisible(meeting is None)
        parts = (self.chooser, self._tools, self.attendance, self._agenda_title, self._actions_title)
        for widget in (*parts, self._agenda, self._actions, self._about):
            widget.setVisible(meeting is not None)
        if meeting is None:
            return
        self.chooser.set_options(
            [(str(m.uuid), _short(m.title)) for m in reversed(meetings)], str(meeting.uuid)
        )
        facts = (meeting.when, meeting.place, meeting.host)
        say(self._about, " · ".join(f for f in facts if f))
        self._show_attendance(meeting)
        self._show_agenda(meeting)
        self._show_actions(meeting)

    def _meeting(self, session: Session) -> Meeting | None:
        found = next((m for m in session.meetings.all() if m.uuid == self._uuid), None)
        found = found or session.meetings.next()
        self._uuid = "" if found is None else str(found.uuid)
        return found

    def _now(self) -> tuple[Session, Meeting] | None:
        session = self.workspace.session
        meeting = None if session is None else self._meeting(session)
        return None if session is None or meeting is None else (session, meeting)

    def _show_attendance(self, meeting: Meeting) -> None:
        for role, field in self.counts.items():
            if not field.hasFocus():
                field.setValue(meeting.attendance.get(role, 0))
        if not self.names.hasFocus():
            self.names.setText(meeting.names)
        self.attendance.set_note(tr("{n} people", n=meeting.present) if meeting.present else "")

    def _show_agenda(self, meeting: Meeting) -> None:
        keys = [i.key for i in meeting.agenda]
        if self._item not in keys:
            self._item = keys[0] if keys else ""
        shown = (meeting.uuid, meeting.agenda, self._item)
        if shown == self._shown:
            return
        self._shown = shown
        rows: list[QWidget] = []
        for number, item in enumerate(meeting.agenda, start=1):
            if item.key == self._item:
                form = ItemForm(number, item, self._minute)
                form.add(item_buttons(item.key, self._move, self._drop))
                rows.append(form)
            else:
                rows.append(ItemLine(number, item, self.open_item))
        if not rows:
            rows.append(text(tr("Nothing is open; add an item of your own."), "quiet"))
        self._agenda.show_widgets(rows)

    def _show_actions(self, meeting: Meeting) -> None:
        rows: list[QWidget] = []
        for number, action in enumerate(meeting.actions):
            box = QCheckBox()
            box.setChecked(action.is_done)
            box.setAccessibleName(action.what)
            box.toggled.connect(partial(self._tick, number))
            facts = " · ".join(p for p in (action.owner, action.due) if p)
            words = text(f"{action.what}\n{facts}", "quiet")
            rows.append(row(box, words, stretch_last=True))
        self._actions.show_widgets(rows or [text(tr("None yet."), "small")])

    # -- acting ---------------------------------------------------------------------------------------------------
    def choose(self, uuid: str) -> None:
        """Show another meeting."""
        self._uuid = uuid
        self._refresh()

    def open_item(self, key: str) -> None:
        """Bring an item in front, on the projector too."""
        self._item = key
        self._refresh()
        now = self._now()
        projector = self.projector
        if now is not None and projector is not None:
            projector.show_item(now[1], key)
        if now is not None:
            self._select_proposal(now[1], key)

    def _select_proposal(self, meeting: Meeting, key: str) -> None:
        item = next((i for i in meeting.agenda if i.key == key), None)
        if item is not None and item.kind is ItemKind.PROPOSAL:
            self.workspace.select("proposals", (item.about,))

    def _refresh(self) -> None:
        if self.workspace.session is not None:
            self.follow(self.workspace.session)

    def ask_plan(self) -> None:
        """Ask when and where the next meeting is."""
        if self.workspace.session is not None:
            self._uuid = ""
            PlanMeetingDialog(self, self.workspace).open()

    def _ask_item(self) -> None:
        now = self._now()
        if now is not None:
            ItemDialog(self, self.workspace, now[1]).open()

    def _ask_action(self) -> None:
        now = self._now()
        if now is not None:
            ActionDialog(self, self.workspace, now[1]).open()

    def show_projector(self) -> None:
        """Open the council's picture on the other screen, or bring it in front."""
        now = self._now()
        if now is None:
            return
        projector = self.projector or Projector(self.workspace, self.jobs, self.window())
        projector.show_item(now[1], self._item)
        projector.open_beside(self.window())

    @property
    def projector(self) -> Projector | None:
        """Return the council's picture when it was opened; it outlives this page, which is built anew with the language."""
        return self.window().findChild(Projector)

    def renew(self) -> None:
        """Add what came up since the agenda was made."""
        self._try(lambda session, meeting: session.meetings.renew_agenda(meeting))

    def _delete(self) -> None:
        self._try(lambda session, meeting: session.meetings.delete(meeting))

    def _move(self, key: str, by: int) -> None:
        self._try(lambda session, meeting: session.meetings.move_item(meeting, key, by))

    def _drop(self, key: str) -> None:
        self._try(lambda session, meeting: session.meetings.drop_item(meeting, key))

    def _tick(self, number: int, is_done: bool) -> None:
        self._try(lambda s, m: s.meetings.set_action_done(m, number, is_done=is_done))

    def _minute(self, key: str, changes: dict[str, Any]) -> None:
        self._try(lambda session, meeting: session.meetings.minute(meeting, key, **changes))

    def _keep_attendance(self) -> None:
        counts = {role: field.value() for role, field in self.counts.items() if field.value()}
        names = self.names.text()

        def keep(session: Session, meeting: Meeting) -> None:
            if counts != dict(meeting.attendance) or names != meeting.names:
                session.meetings.put(replace(meeting, attendance=counts, names=names))

        self._try(keep)

    def _try(self, deed: Callable[[Session, Meeting], object]) -> None:
        """Do something with the meeting that is shown; a refusal is said in the message strip."""
        now = self._now()
        if now is None:
            return
        try:
            deed(*now)
        except RenovateError as error:
            self.workspace.message.emit(str(error), "error")


def _short(title: str) -> str:
    """Return a title that leaves room for the panel."""
    return title if len(title) <= _TITLE_CHARS else f"{title[: _TITLE_CHARS - 1]}…"
