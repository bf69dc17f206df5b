"""What votes ask: what is asked where under which rule."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QWidget

from renovate_gui.app.consent_rules import rule_words, said, source_words
from renovate_gui.app.session import Session
from renovate_gui.app.voting_records import Ballot, BallotKind
from renovate_gui.app.voting_words import group_words, kind_words, result_sentence
from renovate_gui.assets import tr
from renovate_gui.domain.consent import Rule
from renovate_gui.domain.errors import RequestError
from renovate_gui.ui.council.asking import Asking
from renovate_gui.ui.stages.controls import Choice
from renovate_gui.ui.stages.widgets import Card, say, text
from renovate_gui.ui.workspace import Workspace

_USUAL = {
    BallotKind.WISH: "yizheng_wish",
    BallotKind.PLAN: "cc278_major",
    BallotKind.ELEVATOR: "elevator",
    BallotKind.OWN: "cc278_normal",
}


class NewBallotDialog(Asking):
    """Asks for title, kind, rule and place; shows what the rule asks for and where it comes from."""

    def __init__(self, parent: QWidget, workspace: Workspace, session: Session) -> None:
        super().__init__(parent, workspace, tr("New ballot"), tr("Open the ballot"), (540, 470))
        self._kind, self._rule_id = BallotKind.WISH, _USUAL[BallotKind.WISH]
        self._rules = {r.id: r for r in session.voting.rules()}
        self._place = ("", "")
        self.title = QLineEdit()
        self.title.setPlaceholderText(tr("for instance: Do you want the estate renovated?"))
        self.labelled(tr("What is asked"), self.title)
        self.kinds = Choice(tr("Kind"), [(k.value, kind_words(k)) for k in BallotKind], self._kind.value)
        self.kinds.chosen.connect(self._set_kind)
        self.column.addWidget(self.kinds)
        self.rules = Choice(tr("Rule"), [(r.id, _rule_title(r)) for r in self._rules.values()], self._rule_id)
        self.rules.chosen.connect(self._set_rule)
        self.column.addWidget(self.rules)
        places = _places(session)
        self._codes = dict(places)
        self.places = Choice(tr("Where"), [(c, w) for c, (w, _) in places], "0")
        self.places.chosen.connect(self._set_place)
        self.column.addWidget(self.places)
        self.needed = QLineEdit()
        self.needed.setPlaceholderText(tr("flats, such as 3-1-101; 3-1-102"))
        self.labelled(tr("Whose consent is needed whatever the count"), self.needed)
        self._words, self._source, self._use = text(""), text("", "small"), text("", "quiet")
        self.column.addWidget(Card("hint").add(self._words, self._use, self._source))
        self._show_rule()
        self.finish()
        self.title.setFocus()

    def _set_kind(self, code: str) -> None:
        self._kind = BallotKind(code)
        self._set_rule(_USUAL[self._kind])
        self.rules.set_current(self._rule_id)

    def _set_rule(self, code: str) -> None:
        self._rule_id = code
        self._show_rule()

    def _set_place(self, code: str) -> None:
        self._place = self._codes[code][1]

    def _show_rule(self) -> None:
        rule = self._rules[self._rule_id]
        say(self._words, rule_words(rule))
        say(self._use, said(rule.use))
        say(self._source, source_words(rule))

    def do(self) -> None:
        """Open the ballot."""
        session = self.workspace.session
        if session is None:
            raise RequestError(tr("No project is open."))
        flats = [f.strip() for f in self.needed.text().replace("；", ";").replace("，", ";").split(";")]
        session.voting.open(
            self.title.text(),
            self._rule_id,
            kind=self._kind,
            building=self._place[0],
            stairwell=self._place[1],
            must_agree=[f for f in flats if f],
        )


class CloseBallotDialog(Asking):
    """Shows what is about to be sealed, and asks."""

    def __init__(self, parent: QWidget, workspace: Workspace, ballot: Ballot) -> None:
        super().__init__(parent, workspace, tr("Close the ballot"), tr("Close and seal"), (500, 300))
        self._ballot = ballot
        self.column.addWidget(text(ballot.title, "title"))
        session = workspace.session
        if session is not None:
            self.column.addWidget(Card("hint").add(text(result_sentence(session.voting.standing(ballot)))))
        self.column.addWidget(
            text(
                tr(
                    "Numbers, rule and register are sealed; no vote can come in afterwards. Undo opens it again."
                ),
                "quiet",
            )
        )
        self.finish()

    def do(self) -> None:
        """Close it."""
        session = self.workspace.session
        if session is None:
            raise RequestError(tr("No project is open."))
        closed = session.voting.close(self._ballot)
        words = tr("The ballot is closed; seal {seal}.", seal=closed.result["seal"])
        self.workspace.message.emit(words, "good")


def _rule_title(rule: Rule) -> str:
    words = said(rule.title)
    return tr("{rule} (history)", rule=words) if rule.is_history else words


def _places(session: Session) -> list[tuple[str, tuple[str, tuple[str, str]]]]:
    """Return the estate, its buildings and their stairwells: number, words, building and stairwell."""
    found: dict[tuple[str, str], str] = {("", ""): tr("the whole estate")}
    for flat in session.voting.register():
        found.setdefault((flat.building, ""), group_words((flat.building, "")))
        if flat.stairwell:
            group = (flat.building, flat.stairwell)
            found.setdefault(group, group_words(group))
    return [(str(n), (words, group)) for n, (group, words) in enumerate(found.items())]
