"""What is made once of fixed places on a fixed network under one cost, for all the questions that follow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from renovate_gui.analysis.costs import EdgeCost
from renovate_gui.analysis.local import LocalSearch, NearPlaces
from renovate_gui.analysis.search import Index, Stands, adjacency, leaving
from renovate_gui.geo.network import WalkNetwork
from renovate_gui.geo.snapping import Joins

if TYPE_CHECKING:
    from scipy.sparse import csr_array


@dataclass(slots=True)
class Shared:
    """What places that stand alike share under all costs, each made when first asked for."""

    near: NearPlaces | None = None
    indices: tuple[Index, Index] | None = None


class Prepared:
    """Graphs, stands and indices of the places; each is made when first asked for and kept.

    Parameters
    ----------
    network, joins, cost
        The network, where the places join it, and what its edges cost.
    shared
        Of the same places under another cost, where they stand alike.
    """

    def __init__(
        self, network: WalkNetwork, joins: Joins, cost: EdgeCost, shared: Shared | None = None
    ) -> None:
        self.network, self.joins, self.cost = network, joins, cost
        self.shared = Shared() if shared is None else shared
        self._graphs: dict[bool, csr_array[np.float64]] = {}
        self._homes: dict[bool, Stands] = {}
        self._locals: dict[bool, LocalSearch] = {}

    def graph(self, cost: EdgeCost) -> csr_array[np.float64]:
        """Return the matrix for searches under the own cost, or under its swapped one."""
        is_swapped = self._is_swapped(cost)
        if is_swapped not in self._graphs:
            self._graphs[is_swapped] = adjacency(self.network, cost.forward, cost.backward)
        return self._graphs[is_swapped]

    def leaving(self, cost: EdgeCost) -> Stands:
        """Return what it costs to leave the places, under the own cost or under its swapped one."""
        is_swapped = self._is_swapped(cost)
        if is_swapped not in self._homes:
            self._homes[is_swapped] = leaving(self.network, self.joins, cost)
        return self._homes[is_swapped]

    def local(self, cost: EdgeCost) -> LocalSearch:
        """Return the search around one facility."""
        is_swapped = self._is_swapped(cost)
        if self.shared.near is None:
            self.shared.near = NearPlaces(self.network, self.joins)
        if is_swapped not in self._locals:
            self._locals[is_swapped] = LocalSearch(self.shared.near, cost, self.leaving(cost))
        return self._locals[is_swapped]

    def index(self, of: Joins | None = None) -> tuple[Index, Index]:
        """Return the places at the tails and at the heads of their edges; ``of`` some places only, which is not kept."""
        if of is not None:
            return self._index_of(of)
        if self.shared.indices is None:
            self.shared.indices = self._index_of(self.joins)
        return self.shared.indices

    def _is_swapped(self, cost: EdgeCost) -> bool:
        return cost is not self.cost and not self.cost.is_symmetric

    def _index_of(self, joins: Joins) -> tuple[Index, Index]:
        nodes, edge = len(self.network.node_xy), joins.edge
        return Index.by(self.network.tail[edge], nodes), Index.by(self.network.head[edge], nodes)
