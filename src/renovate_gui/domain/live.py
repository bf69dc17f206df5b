"""What one frame of a gesture shows: a facility under the hand, a capacity on a slider, a stair being drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from renovate_gui.domain.facility import AgeBasis
from renovate_gui.domain.verdict import Verdict


@dataclass(frozen=True, slots=True)
class GroupShift:
    """How many people of a group the gesture brings a service to, and how many it takes it from, against its start."""

    gain: float
    lose: float


@dataclass(frozen=True, slots=True)
class LiveFrame:
    """The verdicts under the hand.

    Attributes
    ----------
    number
        Counts up within a gesture; a picture of a smaller number is stale.
    changed
        Rows whose verdict differs from the start of the gesture, ascending, shape ``(k,)``.
    verdict
        Their verdicts now, :class:`Verdict` numbers, shape ``(k,)``.
    buildings, people
        Totals by verdict over all counted places, exactly those of a whole new analysis.
    shifts
        By age group: who gains and who loses. Served before and not now is a loss, whatever the reason.
    apart
        Places that cannot be judged because the facility in hand joins no way of the network's main part; of a way left
        out those that can no longer be judged: they, or the service near them, stood on it alone.
    """

    number: int
    changed: NDArray[np.int64]
    verdict: NDArray[np.int8]
    buildings: Mapping[Verdict, int]
    people: Mapping[Verdict, float]
    shifts: Mapping[AgeBasis, GroupShift]
    apart: int = 0
