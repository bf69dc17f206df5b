"""Scenarios side by side: who is served, what it costs, how evenly access is shared, who gains and who loses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from renovate_gui.app.gap_inputs import counting_proposals, planned_links
from renovate_gui.app.gaps import GapRequest
from renovate_gui.app.tasks import IsCancelled, Progress, Task
from renovate_gui.assets import tr
from renovate_gui.domain.errors import Cancelled, RequestError
from renovate_gui.domain.facility import AgeBasis
from renovate_gui.domain.ids import LayerId, Uuid
from renovate_gui.domain.live import GroupShift
from renovate_gui.domain.proposal import Proposal, ProposalStatus
from renovate_gui.domain.scenario import ACTIVE, Scenario
from renovate_gui.domain.verdict import GapResult, Verdict, placed_share

if TYPE_CHECKING:
    from renovate_gui.app.session import Session

FEATURED = ("elderly_day_care", "childcare")
"""Kinds that are always compared."""

MOST = 5
"""Scenarios in one comparison: more columns than a person can hold side by side."""

_EQUAL = 1e-9  # shares that differ by less are the same
FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class KindFigures:
    """One facility kind in one scenario; people, or buildings where the data has no headcounts.

    Attributes
    ----------
    served, total
        Who is served, and of how many; in a building whose facilities are full those who found room count as served.
    newly, lost
        Who is served here and not today, and the other way round.
    out_of_reach, full, not_for_person, unknown
        Who is left, by verdict.
    gini, palma
        How evenly access (places per person who needs one) is shared; NaN where access is not known.
    cost, without_cost
        Cost of the proposals that can serve this kind (its facilities and all links), and how many say no cost.
    share
        Served share of every place, 0 to 1, shape ``(n,)``.
    """

    result: GapResult
    served: float
    total: float
    newly: float
    lost: float
    out_of_reach: float
    full: float
    not_for_person: float
    unknown: float
    gini: float
    palma: float
    cost: Decimal
    without_cost: int
    share: FloatArray

    @property
    def cost_per_newly(self) -> Decimal | None:
        """Return yuan per newly served person (or building); None where nobody is, or nothing costs."""
        if self.newly < 0.5 or not self.cost:
            return None
        return (self.cost / Decimal(repr(self.newly))).quantize(Decimal(1))


@dataclass(frozen=True, slots=True)
class ScenarioFigures:
    """One scenario; ``scenario`` None is today, without any proposal.

    ``unfunded`` sums what the costs exceed the funds by, proposal for proposal.
    """

    scenario: Scenario | None
    proposals: int
    cost: Decimal
    without_cost: int
    funded: Decimal
    unfunded: Decimal
    kinds: Mapping[str, KindFigures]

    @property
    def gains(self) -> float:
        """Return how often somebody gains a service; who gains two counts twice."""
        return sum(own.newly for own in self.kinds.values())

    @property
    def cost_per_gain(self) -> Decimal | None:
        """Return yuan of the whole scenario per person and service gained; None where nobody gains, or nothing costs."""
        if self.gains < 0.5 or not self.cost:
            return None
        return (self.cost / Decimal(repr(self.gains))).quantize(Decimal(1))

    @property
    def shares_costs(self) -> bool:
        """Return whether works count in the cost of more than one service that gains: their sum is more than the whole."""
        counted = [own.cost for own in self.kinds.values() if own.cost_per_newly is not None]
        return len(counted) > 1 and sum(counted, Decimal(0)) > self.cost

    @property
    def uuid(self) -> Uuid:
        """Return the scenario's name in the project; empty for today."""
        return ACTIVE if self.scenario is None else self.scenario.uuid

    @property
    def name(self) -> str:
        """Return what people call it."""
        return tr("Today") if self.scenario is None else self.scenario.name


@dataclass(frozen=True, slots=True)
class Shift:
    """What one scenario changes against another for one kind.

    Attributes
    ----------
    ids
        The counted features, shape ``(n,)``.
    change
        Served share in the right minus that in the left scenario, −1 to 1, shape ``(n,)``.
    people
        People of the kind's age group (1 per building without headcounts), shape ``(n,)``.
    groups
        People who gain and who lose, by age group.
    """

    kind: str
    layer_id: LayerId
    ids: NDArray[np.int64]
    change: FloatArray
    people: FloatArray
    groups: Mapping[AgeBasis, GroupShift]
    counts_people: bool

    @property
    def classes(self) -> NDArray[np.int16]:
        """Return 0 where a place gains, 1 where it loses, 2 where nothing changes, shape ``(n,)``."""
        numbers = np.full(len(self.ids), 2, dtype=np.int16)
        numbers[self.change > _EQUAL] = 0
        numbers[self.change < -_EQUAL] = 1
        return numbers

    @property
    def winners(self) -> NDArray[np.int64]:
        """Return the rows that gain, most people first."""
        return self._rows(self.change > _EQUAL)

    @property
    def losers(self) -> NDArray[np.int64]:
        """Return the rows that lose, most people first."""
        return self._rows(self.change < -_EQUAL)

    def _rows(self, wanted: NDArray[np.bool_]) -> NDArray[np.int64]:
        rows = np.flatnonzero(wanted)
        weight = np.nan_to_num(np.abs(self.change[rows]) * self.people[rows])
        return rows[np.argsort(-weight, kind="stable")]

    def total(self) -> GroupShift:
        """Return how many gain and lose together."""
        return group_shift(self.people, self.change)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Today, and two to five scenarios, judged by the same measure.

    Attributes
    ----------
    today
        Without any proposal.
    scenarios
        In the order they were asked for.
    kinds
        Facility kinds, the featured ones first.
    """

    today: ScenarioFigures
    scenarios: tuple[ScenarioFigures, ...]
    kinds: tuple[str, ...]

    def side(self, uuid: Uuid) -> ScenarioFigures:
        """Return one side by its name, empty for today."""
        return next((s for s in (self.today, *self.scenarios) if s.uuid == uuid), self.today)

    def shift(self, kind: str, left: Uuid, right: Uuid) -> Shift:
        """Return who gains and who loses a service from one side to another."""
        one, other = self.side(left).kinds[kind], self.side(right).kinds[kind]
        result = other.result
        change = other.share - one.share
        weight, counts_people = weights_of(result)
        groups = {b: group_shift(values, change) for b, values in result.groups.items()}
        if not groups and counts_people:
            groups = {result.basis: group_shift(weight, change)}
        return Shift(kind, result.layer_id, result.ids, change, weight, groups, counts_people)


def weights_of(result: GapResult) -> tuple[FloatArray, bool]:
    """Return people per place and True, or ones and False where the data has no headcounts."""
    if result.people_total > 0:
        return result.people, True
    return np.ones(len(result.ids)), False


def group_shift(people: FloatArray, change: FloatArray) -> GroupShift:
    """Return how many people gain and how many lose by a change of the served share."""
    moved = np.nan_to_num(people) * np.where(np.abs(change) > _EQUAL, change, 0.0)
    return GroupShift(float(moved[moved > 0].sum()), float(-moved[moved < 0].sum()))


# -- the work -------------------------------------------------------------------------------------------------
def compared_kinds(session: Session) -> tuple[str, ...]:
    """Return the featured kinds and all that some proposal is, in the standard's order, featured ones first."""
    judged = [k.code for k in session.gaps.kinds()]
    planned = {p.kind for p in session.proposals.all()}
    first = [k for k in FEATURED if k in judged]
    return tuple(first + [k for k in judged if k in planned and k not in first])


def requests_of(session: Session, kinds: Sequence[str]) -> tuple[GapRequest, ...]:
    """Return what to ask, as the project judges gaps; kinds with a distance or a share of their own apart."""
    return session.parameters.gaps().requests(kinds)


def prepare_comparison(
    session: Session, scenarios: Sequence[Uuid], kinds: Sequence[str] = ()
) -> Task[Comparison]:
    """Prepare a comparison of scenarios with each other and with today.

    Parameters
    ----------
    scenarios
        One to five, no two the same.
    kinds
        Facility kinds; none: the featured ones and those that are proposed.

    Raises
    ------
    RequestError
        When there are too few or too many, or nothing can be counted.
    """
    wanted = tuple(dict.fromkeys(scenarios))
    if not 1 <= len(wanted) <= MOST:
        raise RequestError(
            tr(
                "Between 1 and {most} scenarios can be compared; {n} were asked for.",
                most=MOST,
                n=len(wanted),
            )
        )
    codes = tuple(kinds) or compared_kinds(session)
    if not codes:
        raise RequestError(tr("The standard judges no facility kind by distance; choose another standard."))
    asked = requests_of(session, codes)
    sides: list[tuple[Scenario | None, tuple[Proposal, ...], list[Task[tuple[GapResult, ...]]]]] = []
    for uuid in (None, *wanted):
        scenario = None if uuid is None else session.scenarios.get(uuid)
        there = () if uuid is None else session.proposals.of(uuid)
        own = [replace(a, with_proposals=uuid is not None, scenario=uuid or ACTIVE) for a in asked]
        sides.append((scenario, there, [session.gaps.prepare(o, remembers=False) for o in own]))

    def work(progress: Progress, is_cancelled: IsCancelled) -> Comparison:
        made: list[ScenarioFigures] = []
        for number, (scenario, there, tasks) in enumerate(sides):
            if is_cancelled():
                raise Cancelled(tr("The comparison was cancelled."))
            begin = number / len(sides)
            progress(begin, tr("Today") if scenario is None else scenario.name)

            def told(done: float, words: str, begin: float = begin) -> None:
                progress(begin + done / len(sides), words)

            results = [r for task in tasks for r in task.run(told, is_cancelled)]
            made.append(_figures(scenario, there, results, made[0] if made else None))
        return Comparison(made[0], tuple(made[1:]), codes)

    return Task(tr("Comparing scenarios"), work)


def _figures(
    scenario: Scenario | None,
    proposals: tuple[Proposal, ...],
    results: Sequence[GapResult],
    today: ScenarioFigures | None,
) -> ScenarioFigures:
    standing = [p for p in proposals if p.status is not ProposalStatus.REJECTED]
    kinds = {r.kind: _kind(r, standing, None if today is None else today.kinds[r.kind]) for r in results}
    costs = [(p.cost, p.funded) for p in standing if p.cost is not None]
    return ScenarioFigures(
        scenario,
        len(standing),
        sum((cost for cost, _ in costs), Decimal(0)),
        len(standing) - len(costs),
        sum((p.funded for p in standing), Decimal(0)),
        sum((max(Decimal(0), cost - funded) for cost, funded in costs), Decimal(0)),
        kinds,
    )


def _kind(result: GapResult, standing: Sequence[Proposal], today: KindFigures | None) -> KindFigures:
    share = placed_share(result.verdict, result.service.need, result.service.placed)
    weight, counts_people = weights_of(result)
    weight = np.nan_to_num(weight)
    moved = GroupShift(0.0, 0.0) if today is None else group_shift(weight, share - today.share)
    left = {v: float(np.sum(weight[result.verdict == v])) for v in Verdict}
    if counts_people:
        left[Verdict.FULL] = result.people_of(Verdict.FULL)
    gini, palma = _evenness(result)
    own = counting_proposals(tuple(standing))
    serving = [p for p in own if p.kind == result.kind] + list(planned_links(own))
    return KindFigures(
        result,
        float(np.sum(weight * share)),
        float(np.sum(weight)),
        moved.gain,
        moved.lose,
        left[Verdict.OUT_OF_REACH],
        left[Verdict.FULL],
        left[Verdict.NOT_FOR_THIS_PERSON],
        left[Verdict.UNKNOWN],
        gini,
        palma,
        sum((p.cost for p in serving if p.cost is not None), Decimal(0)),
        sum(p.cost is None for p in serving),
        share,
    )


def _evenness(result: GapResult) -> tuple[float, float]:
    """Return Gini and Palma of access among those who need the service; NaN where access or need is unknown."""
    service = result.service
    if len(service.access) != len(result.ids) or len(service.need) != len(result.ids):
        return np.nan, np.nan
    known = np.isfinite(service.access) & np.isfinite(service.need) & (service.need > 0)
    if not known.any():
        return np.nan, np.nan
    from renovate_gui.analysis.equity import gini, palma

    return float(gini(service.access[known], service.need[known])), float(
        palma(service.access[known], service.need[known])
    )
