"""What the map shows of a comparison: the difference of two sides, or both under a handle."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from renovate_gui.app.scenario_compare import Comparison, Shift
from renovate_gui.app.scenes import SceneRequest
from renovate_gui.domain.ids import LayerId, Uuid
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
