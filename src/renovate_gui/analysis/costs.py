"""What an edge of the walking network costs, in each direction."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from renovate_gui.geo.network import WalkNetwork

FloatArray = NDArray[np.float64]


class CostUnit(StrEnum):
    """In what a cost is counted."""

    METRES = "metres"
    SECONDS = "seconds"


@dataclass(frozen=True, slots=True)
class EdgeCost:
    """Costs of all edges of one network.

    Attributes
    ----------
    forward, backward
        Cost of the whole edge from tail to head and from head to tail, shape ``(e,)``; ``inf`` where nobody of this
        kind gets through. A part of an edge costs its share of the length.
    per_metre
        Cost of one metre of an access leg, which is flat.
    """

    forward: FloatArray
    backward: FloatArray
    per_metre: float
    unit: CostUnit

    def swapped(self) -> EdgeCost:
        """Return the costs of walking every edge the other way round."""
        return EdgeCost(self.backward, self.forward, self.per_metre, self.unit)

    @property
    def is_passable(self) -> NDArray[np.bool_]:
        """Return which edges can be walked in one direction at least, shape ``(e,)``."""
        return np.isfinite(self.forward) | np.isfinite(self.backward)

    @property
    def is_symmetric(self) -> bool:
        """Return whether every edge costs the same both ways."""
        return self.forward is self.backward or bool(np.array_equal(self.forward, self.backward))


def in_metres(network: WalkNetwork) -> EdgeCost:
    """Return lengths as costs, the same in both directions."""
    return EdgeCost(network.length_m, network.length_m, 1.0, CostUnit.METRES)
