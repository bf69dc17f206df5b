"""Another implementation agrees on small random cases: MCLP, LSCP and p-median of spopt."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from renovate_gui.analysis.siting import cover, median
from renovate_gui.analysis.siting.model import Choice, CoverProblem, MedianProblem, pairs_matrix

FEW = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(scope="module")
def tools() -> Any:
    """Return spopt's models and a solver for them; its own warnings are none of ours."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        locate = pytest.importorskip("spopt.locate")
        pulp = pytest.importorskip("pulp")
    return locate, pulp


def _solved(tools: Any, model: Any) -> float:
    _, pulp = tools
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        solver = (
            pulp.HiGHS(msg=False)
            if "HiGHS" in pulp.listSolvers(onlyAvailable=True)
            else pulp.PULP_CBC_CMD(msg=False)
        )
        model.solve(solver, results=False)
        return float(pulp.value(model.problem.objective))


def _case(seed: int) -> tuple[Any, Any, int]:
    rng = np.random.default_rng(seed)
    demand, sites = int(rng.integers(4, 20)), int(rng.integers(3, 8))
    return (
        rng.uniform(0, 10, (demand, sites)),
        rng.integers(1, 30, demand).astype(float),
        int(rng.integers(1, sites)),
    )


@FEW
@given(st.integers(0, 2**32 - 1))
def test_maximal_covering(tools: Any, seed: int) -> None:
    metres, weight, count = _case(seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = tools[0].MCLP.from_cost_matrix(metres, weight, 4.0, count)
    option, place = np.nonzero(metres.T <= 4.0)
    problem = CoverProblem(
        pairs_matrix(option, place, metres.T.shape), weight, Choice.of_count(metres.shape[1], count)
    )
    assert cover.mclp_exact(problem).value == pytest.approx(_solved(tools, model))


@FEW
@given(st.integers(0, 2**32 - 1))
def test_set_covering(tools: Any, seed: int) -> None:
    metres, weight, _ = _case(seed)
    reach = float(metres.min(axis=1).max()) + 0.5  # everybody can be covered
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = tools[0].LSCP.from_cost_matrix(metres, reach)
    option, place = np.nonzero(reach >= metres.T)
    problem = CoverProblem(
        pairs_matrix(option, place, metres.T.shape), weight, Choice.of_count(metres.shape[1], 1)
    )
    assert cover.lscp_exact(problem).value == pytest.approx(_solved(tools, model))


@FEW
@given(st.integers(0, 2**32 - 1))
def test_p_median(tools: Any, seed: int) -> None:
    metres, weight, count = _case(seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = tools[0].PMedian.from_cost_matrix(metres, weight, count)
    problem = MedianProblem(metres.T.copy(), weight, np.full(len(weight), np.inf), count)
    assert median.p_median_exact(problem).value == pytest.approx(_solved(tools, model), rel=1e-6)
