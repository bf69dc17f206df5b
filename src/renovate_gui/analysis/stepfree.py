"""Which lengths of a walking network are not fit for wheels: stairs without a way round, and ways that are too steep."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from renovate_gui.analysis.ways import WayFacts

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Unfit:
    """Unfit metres by edge.

    Attributes
    ----------
    stairs_m
        Length of stairs whose two ends no step-free way joins, shape ``(e,)``.
    steep_m
        Length of stretches steeper than the limit, stairs left out, shape ``(e,)``.
    has_heights
        Whether anything is known of slopes; without, ``steep_m`` is 0 for lack of data and not for lack of slopes.
    """

    stairs_m: FloatArray
    steep_m: FloatArray
    has_heights: bool

    @property
    def total_m(self) -> FloatArray:
        """Return both together, shape ``(e,)``."""
        return self.stairs_m + self.steep_m


def unfit_lengths(facts: WayFacts, max_grade: float) -> Unfit:
    """Return which lengths of a network somebody on wheels cannot use.

    Stairs are unfit when their ends lie in different parts of the network that is left without stairs and without
    edges that hold a stretch steeper than ``max_grade`` (rise over run): then there is no way round at all, however
    long. Lifts count as step-free.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    network, parts = facts.network, facts.stretches
    count = len(network.lines)
    too_steep = np.where(np.abs(parts.slope) > max_grade, parts.length_m, 0.0)
    steep_m = np.zeros(count)
    np.add.at(steep_m, parts.edge, too_steep)
    steep_m[facts.is_stairs | facts.is_lift] = 0.0
    free = ~facts.is_stairs & (steep_m == 0.0)
    nodes = len(network.node_xy)
    graph = coo_array(
        (np.ones(int(free.sum())), (network.tail[free], network.head[free])), shape=(nodes, nodes)
    )
    _, part = connected_components(graph, directed=False)
    apart = part[network.tail] != part[network.head]
    stairs_m = np.where(facts.is_stairs & apart, network.length_m, 0.0)
    return Unfit(stairs_m, steep_m, has_heights=not facts.is_flat)
