"""One way to search for each model: a first answer, an exact one, and what a plan is worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from renovate_gui.analysis.siting import cover, median, room
from renovate_gui.analysis.siting.highs import Stop, Tell
from renovate_gui.analysis.siting.model import (
    Choice,
    CoverProblem,
    Different,
    MedianProblem,
    RoomProblem,
    Solution,
)

Plan = tuple[int, ...]


class Search(Protocol):
    """A problem at work. Values are people, or metres and sites where less is better."""

    @property
    def less_is_better(self) -> bool:
        """Whether a smaller value is a better plan."""
        ...

    def quick(self, different: Sequence[Different], stop: Stop) -> Solution:
        """Return a good plan at once."""
        ...

    def exact(self, start: Solution, left_s: float, tell: Tell, stop: Stop) -> Solution:
        """Return the best plan, or the best found in time with its bound."""
        ...

    def worth(self, chosen: Plan) -> float:
        """Return the value of a plan."""
        ...

    def nothing(self) -> float:
        """Return what is served without any plan, 0 where the value does not count that."""
        ...


@dataclass(frozen=True, slots=True)
class CoverSearch:
    """Most people within reach, for a number of sites or a sum of money."""

    problem: CoverProblem
    less_is_better: bool = False

    def quick(self, different: Sequence[Different], stop: Stop) -> Solution:
        """Return greedy choice and exchanges."""
        return cover.mclp(self.problem, different=different, stop=stop)

    def exact(self, start: Solution, left_s: float, tell: Tell, stop: Stop) -> Solution:
        """Return the proven plan."""
        return cover.mclp_exact(self.problem, start, time_limit_s=left_s, tell=tell, stop=stop)

    def exact_other(self, different: Sequence[Different], left_s: float, stop: Stop) -> Solution:
        """Return the best plan that differs from others."""
        return cover.mclp_exact(self.problem, different=different, time_limit_s=left_s, stop=stop)

    def worth(self, chosen: Plan) -> float:
        """Return the people covered."""
        return float(self.problem.weight[cover.covered(self.problem, chosen)].sum())

    def nothing(self) -> float:
        """Return 0: only what a plan does is counted."""
        return 0.0


@dataclass(frozen=True, slots=True)
class SetSearch:
    """Everybody who can be reached, with the fewest sites; the value is their number."""

    problem: CoverProblem
    less_is_better: bool = True

    def quick(self, different: Sequence[Different], stop: Stop) -> Solution:
        """Return few sites; a plan that must differ has as many as the first one and reaches everybody as well."""
        if not different:
            return cover.lscp(self.problem, stop=stop)
        first = different[0].chosen
        reached = cover.covered(self.problem, range(self.problem.cover.shape[0])).astype(np.float64)
        choice = Choice.of_count(self.problem.cover.shape[0], len(first))
        same = CoverProblem(self.problem.cover, reached, choice)
        found = cover.mclp(same, different=different, stop=stop)
        is_whole = found.value >= reached.sum() - 0.5
        return Solution(found.chosen, float(len(found.chosen))) if is_whole else Solution((), np.inf)

    def exact(self, start: Solution, left_s: float, tell: Tell, stop: Stop) -> Solution:  # noqa: ARG002  begins anew
        """Return the fewest sites."""
        return cover.lscp_exact(self.problem, time_limit_s=left_s, tell=tell, stop=stop)

    def worth(self, chosen: Plan) -> float:
        """Return the number of sites, infinite when somebody is left out."""
        everybody = cover.covered(self.problem, range(self.problem.cover.shape[0]))
        is_whole = bool((cover.covered(self.problem, chosen) == everybody).all())
        return float(len(chosen)) if is_whole else float("inf")

    def nothing(self) -> float:
        """Return 0: only what a plan does is counted."""
        return 0.0


@dataclass(frozen=True, slots=True)
class RoomSearch:
    """Most people who find a place; ``effort`` is the share of the usual work that a first answer may take."""

    problem: RoomProblem
    effort: float = 1.0
    less_is_better: bool = False

    def quick(self, different: Sequence[Different], stop: Stop) -> Solution:
        """Return greedy choice and exchanges."""
        return room.capacitated(self.problem, different=different, stop=stop, effort=self.effort)

    def exact(self, start: Solution, left_s: float, tell: Tell, stop: Stop) -> Solution:
        """Return the best plan found and a bound."""
        return room.capacitated_exact(self.problem, start, time_limit_s=left_s, tell=tell, stop=stop)

    def worth(self, chosen: Plan) -> float:
        """Return the people with a place."""
        return room.placed_worth(self.problem, chosen)

    def nothing(self) -> float:
        """Return the people who have a place today."""
        return room.placed_worth(self.problem, ())


@dataclass(frozen=True, slots=True)
class MedianSearch:
    """The shortest way on average; the value is metres times people."""

    problem: MedianProblem
    less_is_better: bool = True

    def quick(self, different: Sequence[Different], stop: Stop) -> Solution:
        """Return greedy choice and exchanges."""
        return median.p_median(self.problem, different=different, stop=stop)

    def exact(self, start: Solution, left_s: float, tell: Tell, stop: Stop) -> Solution:
        """Return the proven plan."""
        return median.p_median_exact(self.problem, start, time_limit_s=left_s, tell=tell, stop=stop)

    def worth(self, chosen: Plan) -> float:
        """Return metres times people."""
        return median.cost_of(self.problem, chosen)

    def nothing(self) -> float:
        """Return 0: only what a plan does is counted."""
        return 0.0
