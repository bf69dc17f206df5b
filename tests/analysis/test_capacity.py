"""Hard nearest allocation against the plain loop over pairs, and what it promises."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from renovate_gui.analysis.capacity import Allocation, Allocator, allocate
from renovate_gui.analysis.pair_order import in_order


@dataclass(frozen=True)
class Table:
    place: NDArray[np.int64]
    facility: NDArray[np.int64]
    cost: NDArray[np.float64]

    def without(self, facility: int) -> Table:
        keep = self.facility != facility
        return Table(self.place[keep], self.facility[keep], self.cost[keep])

    def plus(self, other: Table) -> Table:
        return Table(
            np.concatenate([self.place, other.place]),
            np.concatenate([self.facility, other.facility]),
            np.concatenate([self.cost, other.cost]),
        )


def table(rows: list[tuple[int, int, float]]) -> Table:
    return Table(
        np.array([r[0] for r in rows], dtype=np.int64),
        np.array([r[1] for r in rows], dtype=np.int64),
        np.array([r[2] for r in rows], dtype=np.float64),
    )


def plain_loop(pairs: Table, need: NDArray[np.float64], capacity: NDArray[np.float64]) -> tuple:
    left = [0.0 if np.isnan(v) else float(v) for v in need]
    room = [np.inf if np.isnan(c) else float(c) for c in capacity]
    taken = [0.0] * len(room)
    is_full = [False] * len(room)
    flow = []
    rows = zip(pairs.cost.tolist(), pairs.place.tolist(), pairs.facility.tolist(), strict=True)
    for _, p, f in sorted(rows):
        if is_full[f] or left[p] == 0.0:
            continue
        if taken[f] + left[p] <= room[f]:
            flow.append((p, f, left[p]))
            taken[f] += left[p]
            left[p] = 0.0
        else:
            given = room[f] - taken[f]
            if given > 0.0:
                flow.append((p, f, given))
            left[p] -= given
            taken[f], is_full[f] = room[f], True
    return np.array(left), np.array(taken), sorted(flow, key=lambda row: row[0])


amounts = st.one_of(
    st.integers(0, 9).map(float), st.floats(0.0, 9.0), st.just(float("nan")), st.sampled_from([0.1, 0.2, 0.3])
)
metres = st.one_of(st.integers(0, 6).map(float), st.floats(0.0, 600.0))


@st.composite
def cases(draw: st.DrawFn) -> tuple[Table, NDArray[np.float64], NDArray[np.float64]]:
    places, facilities = draw(st.integers(1, 12)), draw(st.integers(1, 5))
    key = st.tuples(st.integers(0, places - 1), st.integers(0, facilities - 1))
    keys = draw(st.lists(key, unique=True, max_size=places * facilities))
    rows = [(p, f, draw(metres)) for p, f in keys]
    need = draw(st.lists(amounts, min_size=places, max_size=places))
    capacity = draw(st.lists(amounts, min_size=facilities, max_size=facilities))
    return table(rows), np.array(need), np.array(capacity)


def agree(found: Allocation, pairs: Table, need: NDArray[np.float64], capacity: NDArray[np.float64]) -> None:
    left, taken, flow = plain_loop(pairs, need, capacity)
    np.testing.assert_array_equal(found.placed, need - left)
    np.testing.assert_allclose(found.taken, taken, rtol=1e-12)
    own = found.flow()
    assert list(zip(own.place.tolist(), own.facility.tolist(), own.people.tolist(), strict=True)) == flow


def same(found: Allocation, wanted: Allocation) -> None:
    np.testing.assert_array_equal(found.placed, wanted.placed)
    np.testing.assert_array_equal(found.taken, wanted.taken)
    np.testing.assert_array_equal(found.home, wanted.home)
    np.testing.assert_array_equal(found.flow().people, wanted.flow().people)


@given(cases())
@settings(max_examples=400, deadline=None)
def test_it_is_the_plain_loop_to_the_last_bit(case: tuple) -> None:
    pairs, need, capacity = case
    agree(allocate(pairs, need, capacity), pairs, need, capacity)
    agree(Allocator(pairs, need, capacity).allocation(), pairs, need, capacity)


@given(cases())
@settings(max_examples=200, deadline=None)
def test_nobody_is_counted_twice_and_nothing_overflows(case: tuple) -> None:
    pairs, need, capacity = case
    found = allocate(pairs, need, capacity)
    assert np.nansum(found.placed) == pytest.approx(found.taken.sum())
    assert np.all(found.taken <= np.where(np.isnan(capacity), np.inf, capacity))
    assert np.all(np.nan_to_num(found.placed) <= np.nan_to_num(need))
    assert np.all(np.isnan(found.placed) == np.isnan(need))


@given(cases(), st.integers(0, 4), amounts)
@settings(max_examples=300, deadline=None)
def test_a_change_of_one_capacity_is_the_whole_again(case: tuple, facility: int, capacity_new: float) -> None:
    pairs, need, capacity = case
    facility %= len(capacity)
    changed = capacity.copy()
    changed[facility] = capacity_new
    keeper = Allocator(pairs, need, capacity)
    same(keeper.with_capacity(facility, capacity_new), Allocator(pairs, need, changed).allocation())
    same(keeper.with_capacity(facility, capacity_new), allocate(pairs, need, changed))
    same(keeper.with_capacity(facility, capacity[facility]), keeper.allocation())


@given(cases(), st.integers(0, 4), st.lists(st.tuples(st.integers(0, 11), metres), max_size=12), amounts)
@settings(max_examples=300, deadline=None)
def test_a_dragged_facility_is_the_whole_again(
    case: tuple, facility: int, reached: list, capacity_new: float
) -> None:
    pairs, need, capacity = case
    facility %= len(capacity)
    own = table([(p, facility, c) for p, c in {p: c for p, c in reached if p < len(need)}.items()])
    keeper = Allocator(pairs, need, capacity)
    moved = pairs.without(facility).plus(own)
    same(keeper.with_pairs(facility, own.place, own.cost), allocate(moved, need, capacity))
    changed = capacity.copy()
    changed[facility] = capacity_new
    found = keeper.with_pairs(facility, own.place, own.cost, capacity=capacity_new)
    same(found, allocate(moved, need, changed))
    same(keeper.allocation(), allocate(pairs, need, capacity))


@given(cases(), st.integers(0, 4), st.integers(1, 9))
@settings(max_examples=300, deadline=None)
def test_more_room_harms_nobody(case: tuple, facility: int, more: int) -> None:
    pairs, need, capacity = case
    facility %= len(capacity)
    larger = capacity.copy()
    larger[facility] += more
    before, after = allocate(pairs, need, capacity), allocate(pairs, need, larger)
    known = ~np.isnan(need)
    assert np.all(after.placed[known] >= before.placed[known] - 1e-9)


@given(cases(), st.lists(st.tuples(st.integers(0, 11), metres), max_size=12), amounts)
@settings(max_examples=300, deadline=None)
def test_a_further_facility_harms_nobody(case: tuple, reached: list, room: float) -> None:
    pairs, need, capacity = case
    new = len(capacity)
    own = table([(p, new, c) for p, c in {p: c for p, c in reached if p < len(need)}.items()])
    before = allocate(pairs, need, capacity)
    after = allocate(pairs.plus(own), need, np.append(capacity, room))
    known = ~np.isnan(need)
    assert np.all(after.placed[known] >= before.placed[known] - 1e-9)


def test_a_shorter_way_can_leave_fewer_people_with_a_place() -> None:
    """A link lets place 0 reach facility 0, where it displaces place 1, who can go nowhere else."""
    need, capacity = np.ones(2), np.ones(2)
    before = table([(0, 1, 400.0), (1, 0, 300.0)])
    after = before.plus(table([(0, 0, 100.0)]))
    assert allocate(before, need, capacity).placed.sum() == 2.0
    assert allocate(after, need, capacity).placed.tolist() == [1.0, 0.0]


def test_equals_go_to_the_lower_row_of_place_then_of_facility() -> None:
    pairs = table([(2, 0, 50.0), (0, 1, 50.0), (1, 0, 50.0), (0, 0, 50.0)])
    found = allocate(pairs, np.array([1.0, 1.0, 1.0]), np.array([1.5, 1.0]))
    assert found.placed.tolist() == [1.0, 0.5, 0.0]
    assert found.home.tolist() == [0, -1, -1]
    assert found.turned_away.tolist() == [0]


def test_a_place_can_be_shared_by_two_facilities() -> None:
    found = allocate(table([(0, 1, 10.0), (0, 0, 20.0)]), np.array([5.0]), np.array([np.nan, 2.0]))
    facility, people = found.flow().of_place(0)
    assert facility.tolist() == [1, 0]
    assert people.tolist() == [2.0, 3.0]
    assert found.taken.tolist() == [3.0, 2.0]


def test_no_pairs_and_no_facilities() -> None:
    assert allocate(table([]), np.array([1.0, np.nan]), np.zeros(0)).placed[0] == 0.0
    assert allocate(table([]), np.zeros(0), np.array([3.0])).taken.tolist() == [0.0]


def test_negative_numbers_are_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        allocate(table([]), np.array([-1.0]), np.zeros(0))
    with pytest.raises(ValueError, match="negative"):
        allocate(table([]), np.array([1.0]), np.array([-1.0]))


def test_order_of_many_pairs_with_equal_and_nearly_equal_metres() -> None:
    rng = np.random.default_rng(3)
    base = rng.integers(0, 40, 20_000) * 12.5
    near = np.nextafter(base, np.inf)
    cost = np.where(rng.random(20_000) < 0.5, base, near)
    pairs = Table(rng.integers(0, 70_000, 20_000), rng.integers(0, 30, 20_000), cost)
    wanted = np.lexsort((pairs.facility, pairs.place, pairs.cost))
    found = in_order(pairs)
    for column in (pairs.cost, pairs.place, pairs.facility):
        np.testing.assert_array_equal(column[found], column[wanted])
