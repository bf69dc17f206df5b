"""Counts of each proposal: in time and late, by channel, building or version."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from renovate_gui.app.ledger_counting import Counts, ProposalTally
from renovate_gui.app.ledger_words import part_words
from renovate_gui.app.session import Session
from renovate_gui.app.terms import term
from renovate_gui.assets import tr
from renovate_gui.domain.proposal import Proposal
from renovate_gui.domain.reply import Choice
from renovate_gui.ui.stages.bar import Part, StackedBar
from renovate_gui.ui.stages.controls import Choice as ChoiceLine
from renovate_gui.ui.stages.controls import Segments
from renovate_gui.ui.stages.look import Look
from renovate_gui.ui.stages.widgets import Elided, Stack, appear, pair, text
from renovate_gui.ui.workspace import Workspace

_PARTS_SHOWN = 12
_ALL = "0"


class CountsBox(QWidget):
    """The tallies, one block for each proposal."""

    def __init__(self, workspace: Workspace, look: Look) -> None:
        super().__init__()
        self._workspace = workspace
        self._look = look
        self._by, self._version = "channel", _ALL
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(8)
        column.addWidget(text(tr("Counts"), "section"))
        self.by = Segments(_ways(), self._by)
        self.by.chosen.connect(self._group)
        column.addWidget(self.by)
        self.version = ChoiceLine(tr("Answers to"), ((_ALL, tr("all versions")),), _ALL)
        self.version.chosen.connect(self._take_version)
        column.addWidget(self.version)
        self.late = QCheckBox(tr("Count late answers too"))
        self.late.toggled.connect(self._set_late)
        column.addWidget(self.late)
        self._office = text(
            tr("For the office only: on paper and in packages, counts below five people are hidden."), "small"
        )
        column.addWidget(self._office)
        self._list = Stack(12)
        column.addWidget(self._list)

    def follow(self, session: Session) -> None:
        """Show the counts."""
        rows = session.ledger.rows()
        appear(self, on=bool(rows))
        if not rows:
            return
        versions = session.ledger.versions()
        options = ((_ALL, tr("all versions")), *((str(v), f"v{v}") for v in versions))
        if self._version not in dict(options):
            self._version = _ALL
        self.version.set_options(options, self._version)
        appear(self.version, on=len(versions) > 1)
        with QSignalBlocker(self.late):
            self.late.setChecked(session.ledger.counts_late)
        self.late.setEnabled(not session.project.is_read_only)
        appear(self.late, on=any(e.is_late for e in rows))
        appear(self._office, on=self._by in ("building", "stairwell"))
        self._show(session)

    def _show(self, session: Session) -> None:
        proposals = {p.uuid: p for p in session.proposals.all()}
        version = None if self._version == _ALL else int(self._version)
        tallies = session.ledger.tallies(self._by, version=version)
        is_late_too = session.ledger.counts_late
        shown = [
            self._block(proposals[t.proposal], t, is_late_too) for t in tallies if t.proposal in proposals
        ]
        gone = [t for t in tallies if t.proposal not in proposals]
        if gone:
            words = tr("Answers to {n} proposals that are no longer in the project are kept.", n=len(gone))
            shown.append(text(words, "small"))
        self._list.show_widgets(shown)

    def _block(self, proposal: Proposal, tally: ProposalTally, is_late_too: bool) -> QWidget:
        counts = tally.total(with_late=is_late_too)
        name = proposal.title or tr("Proposal {n}", n=proposal.number)
        stack = Stack(3)
        rows: list[QWidget] = [Elided(f"{proposal.number}  {name}", "strong"), self._bar(counts, 8)]
        words = _words(counts)
        if tally.late.answers and not is_late_too:
            words = tr("{counts} · late, not counted: {n}", counts=words, n=tally.late.answers)
        rows.append(text(words, "small"))
        if len(tally.parts) > 1 or self._by != "channel":
            ordered = sorted(tally.parts.items(), key=lambda item: (-item[1].answers, item[0]))
            rows += [self._part(key, part) for key, part in ordered[:_PARTS_SHOWN]]
            if len(ordered) > _PARTS_SHOWN:
                rows.append(text(tr("and {n} more", n=len(ordered) - _PARTS_SHOWN), "small"))
        stack.show_widgets(rows)
        return stack

    def _part(self, key: str, counts: Counts) -> QWidget:
        figures = text(" · ".join(str(n) for n in counts.choices), "small", wrap=False)
        figures.setToolTip(_words(counts))
        left = Stack(1)
        left.show_widgets([Elided(part_words(self._by, key), "small"), self._bar(counts, 4)])
        return pair(left, figures)

    def _bar(self, counts: Counts, height: int) -> StackedBar:
        bar = StackedBar(self._look.line, height)
        colours = (self._look.accent, self._look.out, self._look.unknown)
        bar.set_parts(
            [
                Part(term(choice), float(n), colour)
                for choice, n, colour in zip(Choice, counts.choices, colours, strict=True)
            ]
        )
        return bar

    # -- choices --------------------------------------------------------------------------------------------------
    def _group(self, by: str) -> None:
        self._by = by
        self._again()

    def _take_version(self, version: str) -> None:
        self._version = version
        self._again()

    def _again(self) -> None:
        if self._workspace.session is not None:
            self.follow(self._workspace.session)

    def _set_late(self, on: bool) -> None:
        if self._workspace.session is not None:
            self._workspace.session.ledger.set_counts_late(on=on)


def _words(counts: Counts) -> str:
    return "  ".join(f"{term(c)} {n}" for c, n in zip(Choice, counts.choices, strict=True))


def _ways() -> tuple[tuple[str, str], ...]:
    return (
        ("channel", tr("Channel")),
        ("building", tr("Building")),
        ("stairwell", tr("Stairwell")),
        ("version", tr("Version")),
    )
