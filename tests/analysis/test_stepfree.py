"""Unfit lengths by hand: stairs with and without a way round, ramps, lifts, steep stretches, no heights."""

from __future__ import annotations

import numpy as np
import pytest
from shapely.geometry import LineString

from renovate_gui.analysis.stepfree import unfit_lengths
from renovate_gui.analysis.ways import way_facts
from renovate_gui.geo.network import build_network

LIMIT = 0.083


def facts_of(lines, kinds):
    shapes = np.empty(len(lines), dtype=object)
    shapes[:] = [LineString(line) for line in lines]
    return way_facts(build_network(shapes), kinds)


def by_source(facts, metres):
    return np.bincount(facts.network.source, weights=metres)


STREET = [(0, 0), (100, 0)]
STAIRS = [(50, 0), (50, 30)]
TERRACE = [(0, 30), (100, 30)]


def test_stairs_that_are_the_only_way_count_with_their_length():
    facts = facts_of([STREET, STAIRS, TERRACE], ["footway", "steps", "footway"])
    found = unfit_lengths(facts, LIMIT)
    np.testing.assert_allclose(by_source(facts, found.stairs_m), [0, 30, 0])
    assert found.steep_m.sum() == 0
    assert not found.has_heights


@pytest.mark.parametrize("round_way", ["ramp", "lift", "footway"])
def test_a_way_round_however_long_makes_stairs_fit(round_way):
    ways = [STREET, STAIRS, TERRACE, [(100, 0), (500, 0), (500, 30), (100, 30)]]
    facts = facts_of(ways, ["footway", "steps", "footway", round_way])
    assert unfit_lengths(facts, LIMIT).total_m.sum() == 0


def test_a_second_flight_of_stairs_is_no_way_round():
    facts = facts_of(
        [STREET, STAIRS, TERRACE, [(20, 0), (20, 30)]], ["footway", "steps", "footway", "stairs"]
    )
    np.testing.assert_allclose(by_source(facts, unfit_lengths(facts, LIMIT).stairs_m), [0, 30, 0, 30])


def test_steep_stretches_count_and_are_no_way_round():
    ways = [
        [(0, 0, 0), (100, 0, 0)],
        [(50, 0, 0), (50, 30, 12)],
        [(0, 30, 12), (50, 30, 12), (100, 30, 12)],
        [(100, 0, 0), (200, 15, 12), (100, 30, 12)],  # up 12 m on 101 m: 11.9 %, then level
    ]
    facts = facts_of(ways, ["footway", "steps", "footway", "ramp"])
    found = unfit_lengths(facts, LIMIT)
    assert found.has_heights
    np.testing.assert_allclose(by_source(facts, found.stairs_m), [0, 30, 0, 0])
    np.testing.assert_allclose(by_source(facts, found.steep_m), [0, 0, 0, np.hypot(100, 15)], rtol=1e-6)
    easier = unfit_lengths(facts, 0.15)
    assert easier.total_m.sum() == 0  # the ramp is passable, so the stairs have a way round


def test_a_limit_that_forgives_more_never_finds_more():
    rng = np.random.default_rng(4)
    nodes = rng.uniform(0, 500, (30, 3)) * [1, 1, 0.1]
    pairs = rng.choice(30, (60, 2))
    lines = [[tuple(nodes[a]), tuple(nodes[b])] for a, b in pairs if a != b]
    kinds = rng.choice(["footway", "steps"], len(lines)).tolist()
    facts = facts_of(lines, kinds)
    totals = [unfit_lengths(facts, grade).total_m.sum() for grade in (0.02, 0.05, 0.083, 0.2, 1.0)]
    assert totals == sorted(totals, reverse=True)
    assert totals[0] > totals[-1]
