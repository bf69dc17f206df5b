"""Siting in an open project: what is promised is what the gap analysis says once the plan is on the map."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from shapely.geometry import LineString, Point, box
from town import put_layer

from renovate_gui.app.gaps import GapRequest
from renovate_gui.app.plan_facts import cost_in_all, cost_words
from renovate_gui.app.session import Session
from renovate_gui.app.siting import Plan, Prices, SitingModel, SitingRequest, SitingResult
from renovate_gui.app.tasks import no_progress
from renovate_gui.domain.errors import Cancelled, RequestError
from renovate_gui.domain.facility import AgeBasis
from renovate_gui.domain.roles import Role
from renovate_gui.domain.verdict import Measure, Verdict
from renovate_gui.io.package.texts import say

DAY_CARE = "elderly_day_care"


def town(path: Path, *, residents: bool = True, network: bool = True) -> Session:
    """A street grid of 1,200 m, 100 houses, one day care with 12 places, three vacant rooms, a pond, a plot."""
    session = Session.create(path, title="Town", crs="EPSG:4545")
    rng = np.random.default_rng(3)
    xy = [(x, y) for x in range(60, 1200, 120) for y in range(60, 1200, 120)]
    old = rng.integers(2, 30, len(xy)).astype(float)
    columns = {"old": list(old), "all": list(old * 4), "small": list(np.floor(old / 3))} if residents else {}
    fields = {"age60": "old", "residents": "all", "age0_2": "small"} if residents else {}
    put_layer(
        session, Role.BUILDINGS, "楼栋", [box(x - 8, y + 4, x + 8, y + 14) for x, y in xy], columns, fields
    )
    if network:
        across, along = range(0, 1201, 120), range(60, 1200, 120)
        lines = [LineString([(x, y) for x in across]) for y in along]
        lines += [LineString([(x, y) for y in (0, *along, 1200)]) for x in across]
        put_layer(session, Role.WALK_NETWORK, "路", lines)
    put_layer(
        session, Role.FACILITIES, "设施",
        [Point(180, 180), Point(900, 300), Point(300, 900), Point(900, 900), Point(420, 420), Point(660, 180)],
        {
            "type": [DAY_CARE, "vacant_room", "vacant_room", "vacant_room", "community_station", "childcare"],
            "label": ["West Home", "Room A", "Room B", "Room C", "Station", "Nursery"],
            "state": ["", "vacant", "闲置", "空置", "", ""],
            "cap": [12.0, np.nan, np.nan, np.nan, np.nan, 5.0],
            "area_m2": [300.0, 700.0, 120.0, 200.0, 500.0, 100.0],
        },
        {"kind": "type", "name": "label", "status": "state", "capacity": "cap"},
    )  # fmt: skip
    put_layer(
        session, Role.BASEMAP, "用地", [box(560, 560, 640, 640), box(0, 0, 50, 50)], {"use": ["vacant", "park"]},
        {"use": "use"}, "Polygon",
    )  # fmt: skip
    put_layer(session, Role.OTHER, "水面", [box(840, 840, 960, 960)], geometry_type="Polygon")
    return session


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """Return the town; tests take back what they do to it."""
    with town(tmp_path_factory.mktemp("siting") / "t.gpkg") as opened:
        yield opened


def find(session: Session, **asked: object) -> SitingResult:
    return session.siting.prepare(SitingRequest(**asked)).run()  # type: ignore[arg-type]


def gained(session: Session, result: SitingResult, plan: Plan, number: int) -> float:
    """Return what the gap analysis says once the plan is on the map, against what it says without."""
    request = replace(result.request.gap, kinds=result.request.kinds)
    before = session.gaps.prepare(request).run()
    session.siting.apply(result, number)
    after = session.gaps.prepare(request).run()
    session.undo()
    assert len(session.proposals.all()) == 0
    assert len(plan.sites) > 0

    def count(results):
        by_people = result.counts_people
        return sum(r.people_of(Verdict.SERVED) if by_people else r.buildings(Verdict.SERVED) for r in results)

    return count(after) - count(before)


PROMISES = {
    "most people": {"add": 2},
    "grid": {"add": 3, "candidates": "grid", "exact": True},
    "straight line": {"add": 2, "gap": GapRequest(measure=Measure.CIRCLE, limit_m=400)},
    "a walker": {"add": 2, "candidates": "grid", "gap": GapRequest(walker="senior80")},
    "fewest sites": {"model": SitingModel.LSCP, "candidates": "grid", "cell_m": 150, "exact": True},
    "shortest way": {"model": SitingModel.P_MEDIAN, "add": 2, "candidates": "grid", "exact": True},
    "places": {
        "model": SitingModel.CAPACITATED, "add": 2, "places": 20.0, "candidates": "grid", "cell_m": 200,
        "exact": True, "gap": GapRequest(need_share=0.3),
    },
    "places, none stated for new sites": {"add": 2, "gap": GapRequest(need_share=0.3)},
    "budget": {
        "model": SitingModel.BUDGET, "budget": Decimal(1_100_000), "places": 15.0, "exact": True,
        "gap": GapRequest(need_share=0.3),
    },
    "budget without places": {"model": SitingModel.BUDGET, "budget": Decimal(900_000), "exact": True},
    "a centre": {"kinds": (DAY_CARE, "childcare"), "together": True, "add": 1, "exact": True},
    "scattered": {"kinds": (DAY_CARE, "childcare"), "add": 3, "candidates": "grid", "exact": True},
    "public land": {"candidates": "land", "add": 1},
}  # fmt: skip


@pytest.mark.parametrize("name", PROMISES)
def test_the_gap_analysis_keeps_every_promise(session: Session, name: str) -> None:
    result = find(session, **PROMISES[name])
    assert result.plans
    for number, plan in enumerate(result.plans, start=1):
        assert plan.newly_served == gained(session, result, plan, number)
        if plan.at_most is not None:
            assert plan.newly_served <= plan.at_most + 1e-6
        assert plan.gap is not None
        if result.request.exact and number == 1 and name not in {"places", "budget"}:
            assert plan.is_proven
    assert result.plans[0].newly_served > 0


def test_the_plan_is_one_step_with_its_costs_and_places(session: Session) -> None:
    result = find(session, add=2, places=20.0, prices=Prices(new=Decimal(500_000)))
    drawn = session.siting.apply(result, 1)
    assert [p.kind for p in drawn] == [DAY_CARE, DAY_CARE]
    assert [p.capacity for p in drawn] == [20.0, 20.0]
    assert sum(p.cost for p in drawn if p.cost is not None) == result.plans[0].cost == 1_000_000
    assert [p.number for p in session.proposals.all()] == [1, 2]
    assert "together newly served" in drawn[0].description
    assert all(p.is_cost_assumed for p in drawn)
    assert say(cost_words(drawn[0]), "en") == "CNY 500,000 (assumed)"
    assert say(cost_in_all(drawn), "zh_CN") == "100 万元；其中 100 万元 为假定"
    said = replace(drawn[0], cost=Decimal(480_000))  # a person says it
    assert not said.is_cost_assumed
    assert say(cost_words(said), "en") == "CNY 480,000"
    assert say(cost_in_all([said, drawn[1], replace(said, cost=None)]), "en") == (
        "CNY 980,000; CNY 500,000 of it assumed; proposals without a cost: 1"
    )
    session.proposals.update(drawn[0])
    assert session.proposals.get(drawn[0].uuid).is_cost_assumed  # it is kept in the file
    step = session.undo()
    assert step is not None
    assert session.proposals.all() == ()


def test_places_found_grow_stale_when_the_data_changes(session: Session) -> None:
    result = find(session, add=1)
    assert session.siting.holds(result)
    facilities = session.layers.of_role(Role.FACILITIES)[0]
    station = int(session.layers.table(facilities.id).ids[4])
    session.layers.set_values(facilities.id, station, {"state": "vacant"})
    assert not session.siting.holds(result)
    with pytest.raises(RequestError, match="changed"):
        session.siting.apply(result)
    session.undo()


def test_cost_for_each_newly_served_person(session: Session) -> None:
    plan = find(session, add=1).plans[0]
    assert plan.cost == 600_000
    assert plan.cost_per_newly_served == round(600_000 / plan.newly_served)


def test_futures_are_the_same_every_time_and_count_sites(session: Session) -> None:
    one, two = (find(session, add=2, candidates="grid", futures=12, seed=5) for _ in range(2))
    assert one.plans == two.plans
    assert one.futures == 12
    assert all(0 <= s.chosen_in <= 12 for p in one.plans for s in p.sites)
    assert max(s.chosen_in for s in one.plans[0].sites) > 0
    assert 0 < one.plans[0].near_best_in <= 12
    other = find(session, add=2, candidates="grid", futures=12, seed=6)
    assert other.futures == 12


def test_a_centre_says_when_a_room_is_too_small(session: Session) -> None:
    result = find(session, kinds=(DAY_CARE, "childcare"), together=True, add=3, plans=1)
    doubts = {s.title: s.doubt for s in result.plans[0].sites}
    assert doubts["Room A"] == ""
    assert "120 m²" in doubts["Room B"]


def test_one_site_holds_one_service_when_scattered(session: Session) -> None:
    plan = find(session, kinds=(DAY_CARE, "childcare"), add=3).plans[0]
    keys = [s.key for s in plan.sites]
    assert len(set(keys)) == len(keys)
    assert all(len(s.kinds) == 1 for s in plan.sites)


def test_exclusions_rule_out_and_are_counted(session: Session) -> None:
    assert find(session, exclude=("水面",)).excluded == 1
    with pytest.raises(RequestError, match="ruled out"):
        find(session, exclude=("水面:2000",))


def test_hints_tell_what_they_bring(session: Session) -> None:
    result = find(session, add=1)
    more = next(h for h in result.hints if h.request is not None and h.request.add == 2)
    there = session.siting.prepare(more.request).run().plans[0].newly_served
    gain = there - result.plans[0].newly_served
    assert f"{gain:,.0f}" in more.words


def test_a_hint_to_enlarge_keeps_its_promise(session: Session) -> None:
    request = SitingRequest(add=1, places=5.0, gap=GapRequest(need_share=0.5), enlarge_by=4)
    result = session.siting.prepare(request).run()
    hint = next(h for h in result.hints if h.sites)
    asked = replace(request.gap, kinds=request.kinds)
    session.siting.apply(result, 1)
    before = session.gaps.prepare(asked).run()[0].people_of(Verdict.SERVED)
    session.siting.draw(hint.sites)
    after = session.gaps.prepare(asked).run()[0].people_of(Verdict.SERVED)
    session.undo()
    session.undo()
    assert f"{after - before:,.0f}" in hint.words


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"candidates": "layer:nowhere"}, "no layer"),
        ({"candidates": "moon"}, "no source of candidates"),
        ({"add": 9}, "only 3 candidate"),
        ({"add": 0}, "at least one"),
        ({"model": SitingModel.BUDGET}, "budget of 0"),
        ({"model": SitingModel.BUDGET, "budget": Decimal(0)}, "budget of 0"),
        ({"model": SitingModel.CAPACITATED}, "how many people need"),
        ({"kinds": ()}, "at least one kind"),
        ({"kinds": ("castle",)}, "castle"),
        ({"candidates": "grid", "cell_m": 1}, "spacing"),
        ({"steepest": 0.1}, "heights"),
        ({"steepest": float("nan")}, "steepest ground"),
        ({"futures": -5}, "0 to 1,000 futures"),
        ({"time_limit_s": float("nan")}, "time limit"),
        ({"weight_column": "beauty"}, "beauty"),
        ({"plans": 9}, "1 to 5"),
        ({"candidates": "layer:设施", "exclude": ("gone",)}, "gone"),
    ],
)
def test_what_cannot_be_met_is_said_in_a_sentence(session: Session, asked: dict, words: str) -> None:
    with pytest.raises(RequestError, match=words):
        find(session, **asked)


def test_no_residents_means_buildings(tmp_path: Path) -> None:
    with town(tmp_path / "b.gpkg", residents=False) as bare:
        result = find(bare, add=1, exact=True)
        assert not result.counts_people
        assert result.plans[0].newly_served == gained(bare, result, result.plans[0], 1)
        assert any("buildings are counted" in note for note in result.notes)


def test_no_network_is_said(tmp_path: Path) -> None:
    with town(tmp_path / "n.gpkg", network=False) as bare:
        with pytest.raises(RequestError, match="no walking network"):
            find(bare)
        assert find(bare, gap=GapRequest(measure=Measure.CIRCLE)).plans


def test_no_vacant_room_is_said(tmp_path: Path) -> None:
    with town(tmp_path / "v.gpkg") as bare:
        facilities = bare.layers.of_role(Role.FACILITIES)[0]
        for row in bare.layers.table(facilities.id).ids[1:4].tolist():
            bare.layers.set_values(facilities.id, row, {"state": "", "type": "shops"})
        with pytest.raises(RequestError, match="vacant room"):
            find(bare)


def test_a_limit_of_time_leaves_a_plan_and_a_gap(session: Session) -> None:
    result = find(session, add=8, candidates="grid", cell_m=50, exact=True, time_limit_s=0.01)
    plan = result.plans[0]
    assert plan.newly_served > 0
    assert plan.gap is not None
    if not plan.is_proven:
        assert any("time limit" in note.lower() for note in result.notes)


def test_cancelling_ends_within_a_second(session: Session) -> None:
    task = session.siting.prepare(
        SitingRequest(add=8, candidates="grid", cell_m=40, exact=True, futures=500, time_limit_s=60)
    )
    began = time.perf_counter()
    with pytest.raises(Cancelled):
        task.run(no_progress, lambda: time.perf_counter() - began > 0.5)
    assert time.perf_counter() - began < 2.0


def test_a_budget_takes_existing_stations_in_but_no_shops(session: Session) -> None:
    result = find(session, model=SitingModel.BUDGET, budget=Decimal(250_000))
    assert {s.title for p in result.plans for s in p.sites} == {"Station"}
    assert result.plans[0].cost == 200_000


def test_a_centre_is_one_site_and_costs_as_much_whatever_it_holds(session: Session) -> None:
    result = find(session, kinds=(DAY_CARE, "childcare"), together=True, add=1)
    plan = result.plans[0]
    assert plan.cost == 600_000
    assert any("600,000 yuan for a new site, whatever it holds" in note for note in result.notes)
    assert sum(plan.by_kind.values()) == plan.newly_served


def test_places_taken_are_of_those_who_state_them_and_the_others_are_told_apart(session: Session) -> None:
    session.proposals.add(Point(660, 660), title="East", kind=DAY_CARE)
    request = GapRequest(kinds=(DAY_CARE,), need_share=0.5)
    service = session.gaps.prepare(request).run()[0].service
    session.undo()
    assert service.places == 12
    assert 0 < service.places_taken <= service.places
    assert service.in_unstated > 0
    assert service.places_taken + service.in_unstated == pytest.approx(np.nansum(service.placed))
    assert service.share_of is AgeBasis.AGE60


def test_a_share_by_residents_says_that_it_is_of_them(session: Session) -> None:
    service = session.gaps.prepare(GapRequest(kinds=("childcare",))).run()[0].service
    assert service.share == pytest.approx(0.0045)
    assert service.share_of is AgeBasis.RESIDENTS


def test_a_room_that_a_proposal_stands_on_is_no_candidate(session: Session) -> None:
    session.proposals.add(Point(903, 303), title="Ours", kind="canteen")
    result = find(session, add=2)
    session.undo()
    assert result.candidates == 2
    assert all(site.title != "Room A" for plan in result.plans for site in plan.sites)
    assert any("proposal stands there" in note and "Room A" in note for note in result.notes)
    assert find(session, add=2).candidates == 3


@pytest.mark.parametrize("budget", [300_000, 900_000, 1_400_000])
def test_the_first_plan_is_the_best_known(session: Session, budget: int) -> None:
    result = find(
        session, model=SitingModel.BUDGET, budget=Decimal(budget), places=15.0, plans=5,
        gap=GapRequest(need_share=0.4),
    )  # fmt: skip
    served = [plan.newly_served for plan in result.plans]
    assert served == sorted(served, reverse=True)
    assert len({plan.at_most for plan in result.plans}) == 1
    assert result.plans[0].at_most is not None
    assert served[0] <= result.plans[0].at_most + 1e-6


def test_places_bound_what_a_plan_can_do(session: Session) -> None:
    result = find(
        session, model=SitingModel.CAPACITATED, add=1, places=20.0, candidates="grid", cell_m=200,
        gap=GapRequest(need_share=0.3),
    )  # fmt: skip
    most = result.plans[0].at_most
    assert most is not None
    assert most <= 20.0 / 0.3 + 1e-6
    assert result.plans[0].newly_served >= 0.9 * most


def test_the_time_limit_holds_for_futures_too(session: Session) -> None:
    began = time.perf_counter()
    result = find(session, add=4, candidates="grid", cell_m=60, futures=1000, time_limit_s=0.5)
    assert time.perf_counter() - began < 8
    assert 0 < result.futures < 1000
    assert any(f"{result.futures} of 1000 futures" in note for note in result.notes)


@pytest.mark.parametrize("bad", [1e9, -9999.0])
def test_heights_that_are_none_are_left_out_and_their_layer_is_named(tmp_path: Path, bad: float) -> None:
    with town(tmp_path / "z.gpkg", network=False) as made:
        lines = [LineString([(x, y, 100.0) for x in range(0, 1201, 120)]) for y in range(60, 1200, 120)]
        lines += [
            LineString([(x, y, 100.0) for y in (0, *range(60, 1200, 120))]) for x in range(0, 1201, 120)
        ]
        plain = GapRequest(kinds=(DAY_CARE,))
        put_layer(made, Role.WALK_NETWORK, "路", lines)
        level = made.gaps.prepare(plain).run()[0]
        made.undo()
        lines[0] = LineString([(x, 60, bad if x == 360 else 100.0) for x in range(0, 1201, 120)])
        put_layer(made, Role.WALK_NETWORK, "乱高程", lines)
        put_layer(
            made, Role.HEIGHTS, "高程点", [Point(0, 0), Point(5, 5)], {"h": [bad, bad]}, {"height_m": "h"}
        )
        found = made.gaps.prepare(plain).run()[0]
    assert np.array_equal(found.verdict, level.verdict)
    said = [note for note in found.notes if "heights outside" in note]
    assert any("乱高程" in note and ": 1." in note for note in said)
    assert any("高程点" in note and ": 2." in note for note in said)
