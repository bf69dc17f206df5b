"""What came of an import, layer by layer: read = shown + refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from renovate_gui.app.survey import ImportPlan
from renovate_gui.app.terms import term
from renovate_gui.assets import tr
from renovate_gui.domain.layer import LayerInfo
from renovate_gui.ui.stages.bar import Part, StackedBar
from renovate_gui.ui.stages.look import Look
from renovate_gui.ui.stages.passport_dialog import rows_words
from renovate_gui.ui.stages.scrolled import ScrolledColumn
from renovate_gui.ui.stages.widgets import Card, Elided, Stack, pair, pill, text

_REFUSALS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Outcome:
    """A plan with its layer, or with the reason why there is none."""

    plan: ImportPlan
    info: LayerInfo | None
    error: str


class ImportResult(ScrolledColumn):
    """One card per layer."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._stack = Stack(8)
        self.fill(self._stack)

    def show_outcomes(self, outcomes: Sequence[Outcome]) -> None:
        """Show what became of each layer, the failed ones first."""
        ordered = sorted(outcomes, key=lambda o: o.info is not None)
        self._stack.show_widgets([self._card(o) for o in ordered])

    def _card(self, outcome: Outcome) -> Card:
        if outcome.info is None:
            card = Card("bad")
            return card.add(Elided(outcome.plan.name, "strong"), text(outcome.error))
        info = outcome.info
        card = Card("plain")
        card.add(pair(Elided(info.name, "strong"), pill(term(info.role), "accent")))
        passport = info.passport
        if passport is None:
            return card
        bar = StackedBar(self._look.line, 6)
        shown = Part(tr("shown"), float(passport.rows_shown), self._look.served)
        bar.set_parts([shown, Part(tr("refused"), float(passport.rows_refused), self._look.out)])
        card.add(bar, text(rows_words(passport), "quiet"))
        for refusal in passport.refusals[:_REFUSALS_SHOWN]:
            card.add(text(tr("row {row}: {reason}", row=refusal.row, reason=refusal.reason), "bad"))
        rest = len(passport.refusals) - _REFUSALS_SHOWN
        if rest > 0:
            card.add(text(tr("and {n} more; the passport lists them all", n=rest), "small"))
        if passport.conversion:
            card.add(Elided(passport.conversion, "small"))
        return card
