"""Evaluate: before and after by the same measure, and where the money goes. Nothing that is not computed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from PySide6.QtWidgets import QVBoxLayout, QWidget

from renovate_gui.app.gap_words import limit_words, room_words, unit_words
from renovate_gui.app.session import Session
from renovate_gui.app.tasks import IsCancelled, Progress, Task
from renovate_gui.app.terms import term
from renovate_gui.assets import tr
from renovate_gui.domain.errors import RenovateError
from renovate_gui.domain.proposal import ActionCategory, FundSource, Proposal, ProposalStatus
from renovate_gui.domain.verdict import GapResult, Measure
from renovate_gui.ui.jobs import Jobs, sentence
from renovate_gui.ui.stages.bar import Part, StackedBar
from renovate_gui.ui.stages.funds_table import fund_colour
from renovate_gui.ui.stages.gap_model import FEATURED, GapModel, counts_people, served, title_of, total
from renovate_gui.ui.stages.numbers import money, share, signed
from renovate_gui.ui.stages.panel import StagePanel
from renovate_gui.ui.stages.widgets import (
    LegendRow,
    Stack,
    headline,
    hint,
    pair,
    say,
    set_headline,
    text,
    tight,
)
from renovate_gui.ui.workspace import Stage, Workspace


@dataclass(frozen=True, slots=True)
class Comparison:
    """One kind without and with proposals."""

    before: GapResult
    after: GapResult

    def gained(self) -> float:
        """Return the newly served people (buildings without headcounts)."""
        return served(self.after) - served(self.before)


def sums_by(
    proposals: Sequence[Proposal], amounts: Callable[[Proposal], Sequence[tuple[str, Decimal]]]
) -> dict[str, Decimal]:
    """Return exact sums by code over all proposals, in the order of first appearance."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for proposal in proposals:
        for code, amount in amounts(proposal):
            sums[code] += amount
    return dict(sums)


class EvaluatePanel(StagePanel):
    """The inspector of the Evaluate stage."""

    stage = Stage.EVALUATE

    def __init__(self, workspace: Workspace, jobs: Jobs) -> None:
        self._model = GapModel.of(workspace, jobs)
        super().__init__(workspace, jobs)

    def title(self) -> str:
        """Return the panel's title."""
        return tr("Before and after")

    # -- building -------------------------------------------------------------------------------------------------
    def build(self, column: QVBoxLayout, session: Session) -> None:  # noqa: ARG002  the same for every panel
        """Lay out headline, shares per kind, and the money."""
        self.headline = headline()
        self.sentence = text("")
        self._shares = Stack(10)
        self._status = Stack(4)
        self._funds = Stack(4)
        self._categories = Stack(4)
        for widget in (
            tight(self.headline, self.sentence),
            self._shares,
            self._status,
            self._funds,
            self._categories,
        ):
            column.addWidget(widget)

    # -- following ------------------------------------------------------------------------------------------------
    def refresh(self) -> None:
        """Compute before and after; sum up the money."""
        session = self.session
        if session is None:
            return
        self._model.update_if_stale()
        proposals = session.proposals.of()
        self._show_money(proposals)
        if not proposals:
            self.headline.hide()
            say(self.sentence, "")
            go = lambda: self.workspace.set_stage(Stage.PROPOSALS)  # noqa: E731
            words = tr("There are no proposals yet: nothing to compare.")
            self._shares.show_widgets([hint(words, tr("Go to Proposals"), go)])
            return
        try:
            task = comparison_task(session, self.kinds(session, proposals))
        except RenovateError as error:
            self._fail(error)
            return
        self.jobs.start(task, self._show, self._fail, key="evaluate")

    @staticmethod
    def kinds(session: Session, proposals: Sequence[Proposal]) -> tuple[str, ...]:
        """Return what is compared: the featured kinds, and those that are proposed."""
        codes = [k.code for k in session.gaps.kinds()]
        wanted = {*FEATURED, *(p.kind for p in proposals)}
        return tuple(c for c in codes if c in wanted)

    def _fail(self, error: Exception) -> None:
        self.headline.hide()
        say(self.sentence, "")
        self._shares.show_widgets([hint(sentence(error), kind="warn")])

    def _show(self, comparisons: tuple[Comparison, ...]) -> None:
        session = self.session
        if session is None or not comparisons:
            return
        best = max(comparisons, key=lambda c: c.gained())
        unit = tr("people") if counts_people(best.after) else unit_words(best.after)
        self.headline.show()
        set_headline(self.headline, signed(best.gained()), " " + unit)
        say(self.sentence, self._best_words(session, best))
        rows: list[QWidget] = [
            text(tr("Within the standard's distance, without → with proposals"), "section")
        ]
        rows += [self._share(session, c) for c in comparisons]
        self._shares.show_widgets(rows)

    def _best_words(self, session: Session, best: Comparison) -> str:
        kind = title_of(session, best.after.kind)
        if best.gained() <= 0:
            return tr("No proposal brings anyone within reach of a missing service yet.")
        said = tr("come within {limit} of {kind}", limit=limit_words(best.after), kind=kind)
        return said + room_words(best.after)

    def _share(self, session: Session, comparison: Comparison) -> QWidget:
        before, after = comparison.before, comparison.after
        everybody = total(after)
        bar = StackedBar(self.look.bad_soft, 8)
        gained = max(0.0, comparison.gained())
        kept = served(after) - gained
        bar.set_parts(
            [
                Part(tr("before"), kept, self.look.served),
                Part(tr("by proposals"), gained, self.look.accent),
                Part(tr("still out of reach"), everybody - served(after), self.look.line),
            ]
        )
        figures = text(
            f"{share(served(before), everybody)} % → {share(served(after), everybody)} %",
            "strong",
            wrap=False,
        )
        measure = "" if after.measure == Measure.NETWORK else " · " + term(after.measure)
        name = title_of(session, after.kind) + measure
        stack = Stack(3)
        stack.show_widgets([pair(text(name), figures), bar])
        return stack

    def _show_money(self, proposals: Sequence[Proposal]) -> None:
        statuses = sums_by(proposals, lambda p: [(p.status.value, p.cost or Decimal(0))])
        rows: list[QWidget] = []
        for status in ProposalStatus:
            if status.value in statuses:
                count = sum(p.status == status for p in proposals)
                rows.append(LegendRow("", term(status), [str(count), money(statuses[status.value])]))
        self._status.show_widgets([text(tr("By status"), "section"), *rows] if rows else [])
        funds = sums_by(proposals, lambda p: [(f.source.value, f.amount) for f in p.funds])
        self._show_sums(self._funds, tr("By fund source"), [
            (term(s), funds[s.value], fund_colour(s)) for s in FundSource if s.value in funds
        ])  # fmt: skip
        found = sums_by(proposals, lambda p: [(p.category.value, p.cost or Decimal(0))] if p.category else [])
        self._show_sums(self._categories, tr("By action category"), [
            (f"{c.value}  {term(c)}", found[c.value], "") for c in ActionCategory if c.value in found
        ])  # fmt: skip

    def _show_sums(self, stack: Stack, title: str, rows: Sequence[tuple[str, Decimal, str]]) -> None:
        if not rows:
            stack.show_widgets([])
            return
        widgets: list[QWidget] = [text(title, "section")]
        if rows[0][2]:
            bar = StackedBar(self.look.line)
            bar.set_parts([Part(words, float(amount), colour) for words, amount, colour in rows])
            widgets.append(bar)
        widgets += [LegendRow(colour, words, [money(amount)]) for words, amount, colour in rows]
        stack.show_widgets(widgets)


def comparison_task(session: Session, kinds: tuple[str, ...]) -> Task[tuple[Comparison, ...]]:
    """Return the work of judging the kinds without and with proposals, as the project judges gaps everywhere."""
    asked = session.parameters.gaps().requests(kinds)
    # not remembered: the newest results of the session are those of the Gaps stage
    sides = [
        tuple(
            session.gaps.prepare(replace(request, with_proposals=is_planned), remembers=False)
            for is_planned in (False, True)
        )
        for request in asked
    ]

    def work(progress: Progress, is_cancelled: IsCancelled) -> tuple[Comparison, ...]:
        found: dict[str, Comparison] = {}
        for without, planned in sides:
            old, new = without.run(progress, is_cancelled), planned.run(progress, is_cancelled)
            found |= {a.kind: Comparison(b, a) for b, a in zip(old, new, strict=True)}
        return tuple(found[k] for k in kinds if k in found)

    return Task(tr("Comparing before and after"), work)
