"""The one rule of the verdicts, in its order."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from renovate_gui.analysis.verdicts import decide
from renovate_gui.domain.verdict import Verdict, people_of, placed_share

INF, NAN = np.inf, np.nan


def one(paper=INF, apart=INF, has_place=True, passes=None, need=None, placed=None):
    return Verdict(
        decide(
            np.array([paper]),
            np.array([apart]),
            np.array([has_place]),
            limit_m=300.0,
            passes=None if passes is None else np.array([passes]),
            need=None if need is None else np.array([need]),
            placed=None if placed is None else np.array([placed]),
        )[0]
    )


def test_without_a_geometry_nothing_is_said():
    assert one(has_place=False, paper=NAN, apart=NAN) is Verdict.UNKNOWN


def test_a_facility_that_no_known_way_leads_to_makes_out_of_reach_doubtful():
    assert one(paper=400, apart=200) is Verdict.UNKNOWN
    assert one(paper=400, apart=301) is Verdict.OUT_OF_REACH
    assert one(paper=200, apart=200) is Verdict.SERVED


def test_the_limit_is_inclusive_but_for_rounding():
    assert one(paper=300 + 5e-7) is Verdict.SERVED
    assert one(paper=300 + 5e-6) is Verdict.OUT_OF_REACH


def test_paper_comes_before_the_person_and_the_person_before_room():
    assert one(paper=301, passes=False, need=5, placed=0) is Verdict.OUT_OF_REACH
    assert one(paper=299, passes=False, need=5, placed=0) is Verdict.NOT_FOR_THIS_PERSON
    assert one(paper=299, passes=True, need=5, placed=4.9) is Verdict.FULL
    assert one(paper=299, passes=True, need=5, placed=5) is Verdict.SERVED


def test_nobody_in_need_is_served_and_an_unknown_need_does_not_decide():
    assert one(paper=299, passes=True, need=0, placed=0) is Verdict.SERVED
    assert one(paper=299, passes=True, need=NAN, placed=NAN) is Verdict.SERVED


def test_full_facilities_still_serve_those_who_found_room():
    verdict = np.array([Verdict.SERVED, Verdict.FULL, Verdict.OUT_OF_REACH], dtype=np.int8)
    people = np.array([10.0, 40.0, 7.0])
    need, placed = np.array([1.0, 4.0, 0.7]), np.array([1.0, 1.0, 0.0])
    assert placed_share(verdict, need, placed).tolist() == [1.0, 0.25, 0.0]
    counted = {v: people_of(v, verdict, people, need, placed) for v in Verdict}
    assert counted[Verdict.SERVED] == 20.0
    assert counted[Verdict.FULL] == 30.0
    assert counted[Verdict.OUT_OF_REACH] == 7.0


def test_without_capacity_people_are_those_of_their_buildings():
    verdict = np.array([Verdict.SERVED, Verdict.UNKNOWN], dtype=np.int8)
    none = np.zeros(0)
    assert people_of(Verdict.SERVED, verdict, np.array([3.0, NAN]), none, none) == 3.0
    assert people_of(Verdict.UNKNOWN, verdict, np.array([3.0, NAN]), none, none) == 0.0


rows = st.lists(
    st.tuples(
        st.sampled_from([0.0, 299.0, 300.0, 301.0, INF, NAN]),
        st.sampled_from([0.0, 300.0, 301.0, INF]),
        st.booleans(),
        st.booleans(),
        st.sampled_from([0.0, 1.0, 2.5, NAN]),
        st.floats(0, 1),
    ),
    min_size=1,
    max_size=12,
)


@given(rows, st.data())
def test_every_row_is_judged_by_itself_and_more_room_never_harms(found, data):
    paper, apart, has_place, passes, need, share = (np.array(c) for c in zip(*found, strict=True))
    placed = need * share

    def judged(at, placed):
        return decide(
            paper[at], apart[at], has_place[at], limit_m=300.0,
            passes=passes[at], need=need[at], placed=placed[at],
        )  # fmt: skip

    whole = judged(slice(None), placed)
    some = data.draw(st.lists(st.integers(0, len(found) - 1), min_size=1))
    assert judged(some, placed).tolist() == whole[some].tolist()
    with_room = judged(slice(None), need)
    assert (with_room[whole == Verdict.SERVED] == Verdict.SERVED).all()
    assert not (with_room == Verdict.FULL).any()
    people = np.full(len(found), 3.0)
    total = sum(people_of(v, whole, people, need, placed) for v in Verdict)
    assert total == pytest.approx(people.sum())
