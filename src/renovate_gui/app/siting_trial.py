"""The gap analysis with proposals that nobody has drawn yet: what a plan would bring, by the very same verdicts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from renovate_gui.app.gap_frozen import Frozen
from renovate_gui.app.gap_inputs import FrozenLayers
from renovate_gui.app.gap_run import run_gaps
from renovate_gui.app.tasks import IsCancelled, no_progress
from renovate_gui.domain.proposal import Proposal
from renovate_gui.domain.verdict import GapResult, Verdict

if TYPE_CHECKING:
    from renovate_gui.app.gaps import GapRequest, Gaps


class Trial:
    """One request of the gap analysis, asked again and again with other proposals added."""

    def __init__(self, gaps: Gaps, request: GapRequest) -> None:
        self._gaps, self._question = gaps, gaps.question(request)  # registry and proposals of this moment

    @property
    def layers(self) -> FrozenLayers:
        """Return the registry of the moment."""
        return self._question.asked.layers

    def frozen(self, extra: Sequence[Proposal] = ()) -> Frozen:
        """Return the inputs of a run with further proposals."""
        asked = self._question.asked
        question = replace(self._question, asked=replace(asked, planned=(*asked.planned, *extra)))
        return self._gaps.freeze(question)

    def results(self, extra: Sequence[Proposal], is_cancelled: IsCancelled) -> tuple[GapResult, ...]:
        """Return the verdicts with further proposals, one result per kind."""
        return run_gaps(self.frozen(extra), progress=no_progress, is_cancelled=is_cancelled).results


def served_of(result: GapResult, *, by_people: bool) -> float:
    """Return the served people, or buildings."""
    return result.people_of(Verdict.SERVED) if by_people else float(result.buildings(Verdict.SERVED))


def total_of(result: GapResult, *, by_people: bool) -> float:
    """Return all people, or buildings."""
    return result.people_total if by_people else float(len(result.ids))
