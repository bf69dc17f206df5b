"""Answers entered by hand at a meeting or at the door: keys only, one row for each proposal."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QCompleter,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from renovate_gui.app.ledger import HandEntry
from renovate_gui.app.terms import term
from renovate_gui.assets import current_language, tr
from renovate_gui.domain.errors import RenovateError
from renovate_gui.domain.ids import Uuid
from renovate_gui.domain.proposal import Proposal
from renovate_gui.domain.reply import Answer, Choice
from renovate_gui.ui.stages.controls import Dropdown, disc
from renovate_gui.ui.stages.dialog import StageDialog
from renovate_gui.ui.stages.widgets import Elided, button, flowing, row, say, text, tight
from renovate_gui.ui.workspace import Workspace

_KEYS = {Qt.Key.Key_A: Choice.AGREE, Qt.Key.Key_O: Choice.OPPOSE, Qt.Key.Key_U: Choice.UNSURE}
_LETTERS = {Choice.AGREE: "A", Choice.OPPOSE: "O", Choice.UNSURE: "U"}


class AnswerRow(QWidget):
    """One proposal: A, O or U chooses, Backspace takes it back, the arrows go up and down."""

    def __init__(self, proposal: Proposal) -> None:
        super().__init__()
        self.proposal = proposal
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setObjectName("answerRow")
        self.setAccessibleName(f"{proposal.number} {proposal.title}")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(4, 3, 4, 3)
        layout.setSpacing(8)
        layout.addWidget(disc(proposal.number))
        name = Elided(proposal.title or tr("Proposal {n}", n=proposal.number))
        layout.addWidget(name, 3)
        self._group = QButtonGroup(self)
        self._group.setExclusive(False)
        self.buttons: dict[Choice, QPushButton] = {}
        for choice in Choice:
            made = QPushButton(f"{_LETTERS[choice]}  {term(choice)}")
            made.setProperty("kind", "chip")
            made.setCheckable(True)
            made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            made.clicked.connect(lambda on, c=choice: self.set_choice(c if on else None))
            self.buttons[choice] = made
            layout.addWidget(made)
        self.comment = QLineEdit()
        self.comment.setPlaceholderText(tr("Comment"))
        self.comment.setAccessibleName(tr("Comment on proposal {n}", n=proposal.number))
        layout.addWidget(self.comment, 3)

    @property
    def choice(self) -> Choice | None:
        """Return what is chosen."""
        return next((c for c, b in self.buttons.items() if b.isChecked()), None)

    def set_choice(self, choice: Choice | None) -> None:
        """Choose, or take the choice back."""
        for other, made in self.buttons.items():
            made.setChecked(other is choice)

    def answer(self) -> Answer:
        """Return what was said."""
        return Answer(self.proposal.uuid, self.choice, self.comment.text().strip())

    def clear(self) -> None:
        """Empty it for the next person."""
        self.set_choice(None)
        self.comment.clear()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose by a letter and go on to the next row; the arrows walk."""
        key = Qt.Key(event.key())
        if key in _KEYS:
            self.set_choice(_KEYS[key])
            self._walk(1)
        elif key in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete):
            self.set_choice(None)
        elif key == Qt.Key.Key_Down:
            self._walk(1)
        elif key == Qt.Key.Key_Up:
            self._walk(-1)
        elif key == Qt.Key.Key_C:
            self.comment.setFocus()
        else:
            super().keyPressEvent(event)

    def _walk(self, step: int) -> None:
        dialog = self.window()
        if isinstance(dialog, ByHandDialog):
            dialog.walk(self, step)


class ByHandDialog(StageDialog):
    """The form; it stays open for the next person, with the place and the helper's name kept."""

    def __init__(self, parent: QWidget | None, workspace: Workspace) -> None:
        super().__init__(parent, workspace, tr("Enter answers by hand"), (880, 640))
        session = workspace.session
        assert session is not None  # the panel only opens it with a project
        package = session.ledger.open_package()
        assert package is not None  # and with a package
        self._session = session
        self._package, version, asked = package
        numbered = {p.uuid: p for p in session.proposals.all()}
        words = tr(
            "Answers to package v{n}. On a row: A agree, O oppose, U not sure, C comment, arrows up and down, Backspace takes back; Ctrl+Enter keeps the answer.",
            n=version,
        )
        self.column.addWidget(text(words, "quiet"))
        self.column.addWidget(self._head())
        self.rows = [AnswerRow(numbered[Uuid(u)]) for u in asked if u in numbered]
        self.rows.sort(key=lambda r: r.proposal.number)
        self.column.addWidget(self._list(), 1)
        self.column.addWidget(self._beside())
        self._problem = text("", "bad")
        self._done_words = text("", "good")
        self.column.addWidget(self._problem)
        self.column.addWidget(self._done_words)
        self.keep_button = button(tr("Keep and next person"), self.keep, "primary")
        self.keep_button.setShortcut("Ctrl+Return")
        self.add_foot(self.close_button(), self.keep_button)
        self._kept = 0
        self.building.setFocus()
        self._enter_goes_on()

    def _head(self) -> QWidget:
        holder = QWidget()
        grid = QGridLayout(holder)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        self.building, self.stairwell, self.household, self.helper = (QLineEdit() for _ in range(4))
        names = sorted({d.building for d in self._session.ledger.represented().buildings if d.building})
        completer = QCompleter(names, self.building)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.building.setCompleter(completer)
        self.household.setPlaceholderText(tr("if there is a form"))
        self.helper.setText(self._session.ledger.helper())
        self.wish = Dropdown(tr("Wish"), at_least=12)
        for code, words in (
            ("", tr("not asked")),
            ("yes", tr("wishes the renewal")),
            ("conditional", tr("on conditions")),
            ("no", tr("does not wish it")),
        ):
            self.wish.addItem(words, code)
        fields = (
            (tr("Building"), self.building),
            (tr("Stairwell"), self.stairwell),
            (tr("Household code"), self.household),
            (tr("Wish"), self.wish),
            (tr("Entered by"), self.helper),
        )
        for column, (words, box) in enumerate(fields):
            label = text(words, "small", wrap=False)
            label.setBuddy(box)
            box.setAccessibleName(words)
            grid.addWidget(label, 0, column)
            grid.addWidget(box, 1, column)
        return holder

    def _list(self) -> QWidget:
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = QWidget()
        inside.setObjectName("column")
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for line in self.rows:
            column.addWidget(line)
        column.addStretch(1)
        area.setWidget(inside)
        area.setStyleSheet(
            f"#answerRow {{ border-bottom: 1px solid {self.look.line}; }}"
            f" #answerRow:focus {{ background: {self.look.soft}; }}"
        )
        for line in self.rows:
            line.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._area = area
        return area

    def _beside(self) -> QWidget:
        asked, language = self._session.asked.get(), current_language()
        self.needs = {q.code: QCheckBox(q.title(language)) for q in asked.needs}
        self.management = Dropdown(tr("Later management"), at_least=14)
        self.management.addItem(tr("not asked"), "")
        for question in asked.management:
            self.management.addItem(question.title(language), question.code)
        return tight(
            flowing(text(tr("Needs"), "small", wrap=False), *self.needs.values()),
            row(text(tr("Later management"), "small", wrap=False), self.management),
        )

    # -- keys -----------------------------------------------------------------------------------------------------
    def walk(self, line: AnswerRow, step: int) -> None:
        """Go to another row."""
        at = self.rows.index(line) + step
        if 0 <= at < len(self.rows):
            self.rows[at].setFocus()
            self._area.ensureWidgetVisible(self.rows[at])
        elif at >= len(self.rows):
            self.keep_button.setFocus()

    def _enter_goes_on(self) -> None:
        """Go on with Enter from field to field, and from the last one to the first proposal."""
        fields = [self.building, self.stairwell, self.household]
        targets = [*fields[1:], self.rows[0] if self.rows else self.wish]
        for field, target in zip(fields, targets, strict=True):
            field.returnPressed.connect(target.setFocus)

    # -- keeping --------------------------------------------------------------------------------------------------
    def keep(self) -> None:
        """Keep what was said as one undoable step, and empty the form for the next person."""
        entry = HandEntry(
            tuple(line.answer() for line in self.rows),
            self.helper.text(),
            self.wish.currentData(),
            self.building.text(),
            self.stairwell.text(),
            self.household.text(),
            tuple(code for code, box in self.needs.items() if box.isChecked()),
            self.management.currentData(),
            self._package,
        )
        try:
            reply = self._session.ledger.enter(entry)
        except RenovateError as error:
            say(self._problem, str(error))
            say(self._done_words, "")
            return
        self._kept += 1
        say(self._problem, "")
        place = " ".join(p for p in (reply.building, reply.extra.stairwell) if p)
        say(
            self._done_words,
            tr("Kept: {place}. {n} answers entered so far.", place=place or "–", n=self._kept),
        )
        self._empty()

    def _empty(self) -> None:
        for line in self.rows:
            line.clear()
        for box in self.needs.values():
            box.setChecked(False)
        self.management.setCurrentIndex(0)
        self.wish.setCurrentIndex(0)
        self.household.clear()
        self.stairwell.setFocus()
        self.stairwell.selectAll()
