"""What the map shows of a comparison: the difference of two sides, or both under a handle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from renovate_gui.app.scenario_compare import MOST, Comparison, Shift
from renovate_gui.app.scenes import SceneRequest
from renovate_gui.domain.ids import LayerId, Uuid
from renovate_gui.domain.scenario import ACTIVE, Scenario
from renovate_gui.domain.verdict import GapResult


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Compared:
    """A comparison as the map shows it.

    Attributes
    ----------
    kind
        The facility kind.
    left, right
        The two sides by their scenario's name in the project; empty: today, without proposals.
    is_swipe
        Both sides' verdicts under a handle, else who gains and who loses from left to right.
    """

    comparison: Comparison
    kind: str
    left: Uuid
    right: Uuid
    is_swipe: bool = False
    shift: Shift = field(init=False)

    def __post_init__(self) -> None:
        """Work out once who gains and who loses."""
        object.__setattr__(self, "shift", self.comparison.shift(self.kind, self.left, self.right))

    @property
    def layer_id(self) -> LayerId:
        """Return the counted layer."""
        return self.shift.layer_id

    def result(self, *, is_right: bool) -> GapResult:
        """Return one side's verdicts."""
        return self.comparison.side(self.right if is_right else self.left).kinds[self.kind].result

    def name(self, *, is_right: bool) -> str:
        """Return what one side is called."""
        return self.comparison.side(self.right if is_right else self.left).name

    def applied(self, request: SceneRequest) -> SceneRequest:
        """Return the request for the map, of a swipe for its left side."""
        bare = replace(request, heat=None, cells=None, gap=None, explanation=None, show_demand=False)
        if self.is_swipe:
            return replace(
                bare, gap=self.result(is_right=False), scenario=self.left or None, show_others=False
            )
        return replace(bare, shift=self.shift, scenario=self.right or None)

    def beside(self, request: SceneRequest) -> SceneRequest:
        """Return the request for the right side of a swipe."""
        return replace(
            self.applied(request),
            gap=self.result(is_right=True),
            scenario=self.right or None,
            is_beside=True,
        )


def first_chosen(there: Sequence[Scenario], active: Scenario | None) -> tuple[Uuid, ...]:
    """Return what is compared before anybody chose: the first scenarios, the active one among them."""
    first = [s.uuid for s in there][:MOST]
    if active is not None and active.uuid not in first:
        first[-1:] = [active.uuid]
    return tuple(first)


def fitting_sides(sides: tuple[Uuid, Uuid], there: Sequence[Uuid]) -> tuple[Uuid, Uuid]:
    """Return the two sides as chosen when both are compared, else the first two, or today and the only one."""
    if sides[0] in (ACTIVE, *there) and sides[1] in there and sides[0] != sides[1]:
        return sides
    return (there[0], there[1]) if len(there) > 1 else (ACTIVE, there[0])
