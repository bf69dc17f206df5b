"""Published optima: San Francisco stores (spopt's tests) and p-median instances of the OR-Library."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from renovate_gui.analysis.siting import cover, median
from renovate_gui.analysis.siting.model import Choice, CoverProblem, MedianProblem, pairs_matrix

Array = NDArray[np.float64]

# published optima (Beasley 1985), typed in so that they are known where the files are absent
PMED = {1: 5819, 2: 4093, 3: 4250, 4: 3034, 5: 1355, 6: 7824, 11: 7696, 16: 8162}


@pytest.fixture(scope="module")
def stores(shared: Path) -> tuple[Array, Array]:
    """Return metres (16 stores × 205 tracts) and residents."""
    folder = shared / "reference/access/sf_stores"
    with (folder / "SF_network_distance_candidateStore_16_censusTract_205_new.csv").open() as file:
        rows = list(csv.DictReader(file))
    with (folder / "SF_demand_205_centroid_uniform_weight.csv").open() as file:
        people = {float(r["NAME"]): float(r["POP2000"]) for r in csv.DictReader(file)}
    tracts, names = sorted(people), sorted({r["name"] for r in rows})
    metres = np.full((len(names), len(tracts)), np.nan)
    for row in rows:
        metres[names.index(row["name"]), tracts.index(float(row["DestinationName"]))] = float(row["distance"])
    assert not np.isnan(metres).any()
    return metres, np.array([people[t] for t in tracts])


def _covering(stores: tuple[Array, Array], count: int) -> CoverProblem:
    metres, people = stores
    option, demand = np.nonzero(metres <= 5000.0)
    return CoverProblem(
        pairs_matrix(option, demand, metres.shape), people, Choice.of_count(len(metres), count)
    )


def test_maximal_covering_of_san_francisco(stores: tuple[Array, Array]) -> None:
    problem = _covering(stores, 4)
    found = cover.mclp_exact(problem)
    assert found.is_proven
    assert found.value == 875_247
    assert problem.weight.sum() == 955_113
    assert np.count_nonzero(~cover.covered(problem, found.chosen)) == 21
    assert cover.mclp(problem).value == 875_247


def test_set_covering_of_san_francisco(stores: tuple[Array, Array]) -> None:
    found = cover.lscp_exact(_covering(stores, 4))
    assert found.is_proven
    assert len(found.chosen) == 8


def test_p_median_of_san_francisco(stores: tuple[Array, Array]) -> None:
    metres, people = stores
    problem = MedianProblem(metres, people, np.full(205, np.inf), 4)
    found = median.p_median_exact(problem)
    assert found.is_proven
    assert found.value == pytest.approx(2_848_268_129.7145, abs=1e-3)
    assert found.value / people.sum() == pytest.approx(2982.1268579890657, abs=1e-8)


def test_p_center_of_san_francisco(stores: tuple[Array, Array]) -> None:
    found = cover.p_center(stores[0], 4)
    assert found.is_proven
    assert found.value == pytest.approx(7403.0638, abs=5e-5)


def _pmed(shared: Path, number: int) -> MedianProblem:
    from scipy.sparse.csgraph import floyd_warshall

    lines = (shared / f"reference/access/pmed/pmed{number}.txt").read_text().split("\n")
    nodes, _, count = (int(word) for word in lines[0].split())
    metres = np.zeros((nodes, nodes))
    for line in lines[1:]:
        if line.strip():
            i, j, cost = line.split()  # the last cost of a pair counts
            metres[int(i) - 1, int(j) - 1] = metres[int(j) - 1, int(i) - 1] = float(cost)
    least = floyd_warshall(metres, directed=False)
    return MedianProblem(least, np.ones(nodes), np.full(nodes, np.inf), count)


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5, 11])
def test_p_median_of_the_or_library_is_proven(shared: Path, number: int) -> None:
    found = median.p_median_exact(_pmed(shared, number), time_limit_s=40)
    assert found.is_proven
    assert found.value == PMED[number]


@pytest.mark.parametrize("number", [6, 16])
def test_p_median_of_larger_instances_is_found_and_bounded(shared: Path, number: int) -> None:
    found = median.p_median_exact(_pmed(shared, number), time_limit_s=1.5)
    assert found.value == PMED[number]
    assert 0.98 * PMED[number] < found.bound <= PMED[number]
    assert found.gap < 0.02
