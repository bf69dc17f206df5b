"""Scenarios through an open project: who counts where, copies, locks, and figures worked out by hand."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
import shapely

from renovate_gui.app import scenario_words
from renovate_gui.app.gaps import GapRequest
from renovate_gui.app.parameters import GapParameters
from renovate_gui.app.scenario_compare import Comparison, prepare_comparison
from renovate_gui.app.scenario_table import write_comparison
from renovate_gui.app.session import Session
from renovate_gui.assets import set_language
from renovate_gui.domain.errors import RequestError
from renovate_gui.domain.facility import AgeBasis
from renovate_gui.domain.ids import LayerId, Uuid
from renovate_gui.domain.layer import LayerInfo, LayerTable
from renovate_gui.domain.proposal import FundShare, FundSource, ProposalStatus
from renovate_gui.domain.roles import SLOT_OF_ROLE, Datum, Role
from renovate_gui.domain.verdict import Measure, Verdict

DAY, CHILD = "elderly_day_care", "childcare"
X, Y = 500_000.0, 3_000_000.0


@pytest.fixture
def session(tmp_path: Path):
    """Ten homes in a row, 60 m apart, 10 residents and as many old people as their number; circles of 100 m."""
    set_language("en")
    x = X + np.arange(10) * 60.0
    made = Session.create(tmp_path / "甲.gpkg", title="甲", crs="EPSG:4545")
    info = LayerInfo(
        LayerId(0), Uuid(""), "homes", "", Role.BUILDINGS, SLOT_OF_ROLE[Role.BUILDINGS], 0, True, "", 0, "EPSG:4545",
        Datum.CGCS2000, field_map={"residents": "pop", "age60": "old", "name": "name"},
    )  # fmt: skip
    columns = {
        "pop": np.full(10, 10.0),
        "old": np.arange(10.0),
        "name": np.array([f"No {i}" for i in range(10)], dtype=object),
    }
    with made.project.action("homes") as writer:
        writer.add_layer(info, LayerTable(np.arange(10), shapely.box(x - 5, Y - 5, x + 5, Y + 5), columns))
    limits = {DAY: 100.0, CHILD: 100.0}
    made.parameters.set_gaps(GapParameters(Measure.CIRCLE, limits=limits, walker="senior"))
    yield made
    made.close()


def place(session: Session, home: int, kind: str = DAY, **more):
    """Propose a facility at a home: it serves that one and the two beside it."""
    made = session.proposals.add(shapely.Point(X + 60 * home, Y), title=f"{kind} {home}", kind=kind)
    changed = replace(made, **more)
    if more:
        session.proposals.update(changed)
    return changed


def compare(session: Session, *names: str) -> Comparison:
    return prepare_comparison(session, [session.scenarios.named(n).uuid for n in names]).run()


def numbers(session: Session) -> list[int]:
    return [p.number for p in session.proposals.of()]


# -- who counts where -----------------------------------------------------------------------------------------
def test_without_scenarios_all_proposals_count_and_the_first_takes_them_in(session: Session) -> None:
    place(session, 0)
    place(session, 5)
    assert session.scenarios.active() is None
    assert session.scenarios.members() is None
    assert numbers(session) == [1, 2]
    first = session.scenarios.add("A")
    assert (session.scenarios.active(), numbers(session)) == (first, [1, 2])
    session.scenarios.add("B", is_empty=True)
    assert numbers(session) == []
    place(session, 9)
    assert numbers(session) == [3]
    session.scenarios.choose(first.uuid)
    assert numbers(session) == [1, 2]
    for _ in range(4):  # choose, draw, B, A
        session.undo()
    assert numbers(session) == [1, 2]
    assert session.scenarios.all() == ()


def test_a_new_one_begins_with_what_the_active_or_the_named_one_has(session: Session) -> None:
    one = place(session, 0)
    a = session.scenarios.add("A")
    place(session, 5)
    b = session.scenarios.add("B", from_=a.uuid)
    session.scenarios.remove(one.uuid, b.uuid)
    assert session.scenarios.members(a.uuid) > session.scenarios.members(b.uuid)
    assert session.scenarios.add("C").position == 2
    assert numbers(session) == [2]
    assert [s.name for s in session.scenarios.of(one.uuid)] == ["A"]
    session.scenarios.delete(session.scenarios.named("C").uuid)
    assert session.scenarios.active() == a
    assert len(session.proposals.all()) == 2


def test_names_are_given_once_and_what_is_wrong_is_said(session: Session) -> None:
    session.scenarios.add("  A \n scenario ")
    assert session.scenarios.all()[0].name == "A scenario"
    for call, words in (
        (lambda: session.scenarios.add("A scenario"), "already"),
        (lambda: session.scenarios.add("  "), "needs a name"),
        (lambda: session.scenarios.named("B"), "There is no scenario “B”; there is “A scenario”"),
        (lambda: session.scenarios.get(Uuid("x")), "no longer"),
        (lambda: session.scenarios.verify(session.scenarios.all()[0].uuid), "no seal"),
        (lambda: session.scenarios.unlock(session.scenarios.all()[0].uuid, why="x"), "not locked"),
    ):
        with pytest.raises(RequestError, match=words):
            call()


def test_analyses_follow_the_active_scenario_and_ask_for_others_by_name(session: Session) -> None:
    place(session, 0)
    a = session.scenarios.add("A")
    session.scenarios.add("B", is_empty=True)
    request = GapRequest((DAY,), Measure.CIRCLE, 100.0)
    run = lambda r: session.gaps.prepare(r).run()[0].buildings(Verdict.SERVED)  # noqa: E731
    assert run(request) == 0
    assert session.gaps.latest()
    assert run(replace(request, scenario=a.uuid)) == 2
    run(request)
    session.scenarios.choose(a.uuid)
    assert not session.gaps.latest()  # what the last run read is not what counts now
    assert run(request) == 2


def test_a_copy_of_its_own_takes_the_originals_place_with_its_photos(
    session: Session, tmp_path: Path
) -> None:
    from PIL import Image

    Image.new("RGB", (8, 8), "red").save(tmp_path / "p.png")
    original = place(session, 0, cost=Decimal(100))
    session.proposals.attach_photo(original.uuid, tmp_path / "p.png", "red")
    a = session.scenarios.add("A")
    b = session.scenarios.add("B")
    copy = session.scenarios.carry(original.uuid, b.uuid, as_copy=True)
    assert (copy.number, copy.cost, copy.uuid != original.uuid) == (2, Decimal(100), True)
    assert session.scenarios.members(b.uuid) == {copy.uuid}
    assert session.scenarios.members(a.uuid) == {original.uuid}
    assert [p.caption for p in session.proposals.photos(copy.uuid)] == ["red"]
    session.proposals.update(replace(copy, cost=Decimal(5)))
    assert session.proposals.get(original.uuid).cost == Decimal(100)
    session.undo()
    session.undo()
    assert session.scenarios.members(b.uuid) == {original.uuid}
    session.scenarios.carry(original.uuid, b.uuid)
    assert session.scenarios.members(b.uuid) == {original.uuid}


# -- locks ----------------------------------------------------------------------------------------------------
def test_a_lock_names_who_and_why_refuses_and_can_be_opened_with_a_reason(session: Session) -> None:
    one = place(session, 0)
    a = session.scenarios.add("A")
    seal = session.scenarios.lock(a.uuid, who="李工", why="议事会")
    locked = session.scenarios.get(a.uuid)
    assert (locked.seal, locked.locked_by, locked.locked_why) == (seal, "李工", "议事会")
    assert session.history()[-1].why == "议事会"
    assert session.scenarios.lock_on(one.uuid) == locked
    for call in (
        lambda: session.proposals.set_geometry(one.uuid, shapely.Point(0, 0)),
        lambda: session.proposals.delete(one.uuid),
        lambda: session.proposals.add(shapely.Point(0, 0)),
        lambda: session.scenarios.rename(a.uuid, "other"),
        lambda: session.scenarios.delete(a.uuid),
        lambda: session.scenarios.remove(one.uuid, a.uuid),
        lambda: session.scenarios.lock(a.uuid),
    ):
        with pytest.raises(RequestError, match="locked"):
            call()
    check = session.scenarios.verify(a.uuid)
    assert (check.is_as_sealed, check.is_base_as_sealed) == (True, True)
    with pytest.raises(RequestError, match="Say why"):
        session.scenarios.unlock(a.uuid, why=" ")
    session.scenarios.unlock(a.uuid, why="funds came in")
    session.proposals.delete(one.uuid)
    session.undo()
    session.undo()
    assert session.scenarios.get(a.uuid) == locked
    assert session.scenarios.verify(a.uuid).is_as_sealed


def test_in_a_project_that_may_only_be_read_another_scenario_can_be_looked_at(session: Session) -> None:
    place(session, 0)
    session.scenarios.add("A")
    session.scenarios.add("B", is_empty=True)
    session.close()
    with Session.open(session.project.path, read_only=True) as again:
        assert numbers(again) == []
        again.scenarios.choose(again.scenarios.named("A").uuid)
        assert numbers(again) == [1]


# -- comparison -----------------------------------------------------------------------------------------------
@pytest.fixture
def two(session: Session) -> Session:
    """“West” serves homes 0 to 2, “East” homes 7 to 9."""
    west = place(session, 1, cost=Decimal(3000), funds=(FundShare(FundSource.SOCIAL, Decimal(1000)),))
    session.scenarios.add("West")
    other = session.scenarios.add("East", is_empty=True)
    place(session, 8, cost=Decimal(5000))
    place(session, 3, cost=Decimal(9000), status=ProposalStatus.REJECTED)
    assert west.uuid not in session.scenarios.members(other.uuid)
    return session


def test_figures_are_those_worked_out_by_hand(two: Session) -> None:
    found = compare(two, "West", "East")
    assert [s.name for s in (found.today, *found.scenarios)] == ["Today", "West", "East"]
    today, west, east = (s.kinds[DAY] for s in (found.today, *found.scenarios))
    assert (today.served, today.total, today.out_of_reach) == (0, 45, 45)
    assert (west.served, west.newly, west.lost, west.out_of_reach) == (0 + 1 + 2, 3, 0, 42)
    assert (east.served, east.newly, east.cost_per_newly) == (7 + 8 + 9, 24, Decimal(208))
    money = [(s.proposals, s.cost, s.funded, s.unfunded) for s in found.scenarios]
    assert money == [(1, 3000, 1000, 2000), (1, 5000, 0, 5000)]


def test_winners_and_losers_by_building_and_by_group(two: Session) -> None:
    found = compare(two, "West", "East")
    west, east = (s.uuid for s in found.scenarios)
    shift = found.shift(DAY, west, east)
    table = two.layers.table(shift.layer_id)
    at = {int(i): row for row, i in enumerate(table.ids)}
    assert [at[int(shift.ids[r])] for r in shift.winners] == [9, 8, 7]
    assert [at[int(shift.ids[r])] for r in shift.losers] == [2, 1, 0]
    assert (shift.total().gain, shift.total().lose) == (24, 3)
    residents = shift.groups[AgeBasis.RESIDENTS]
    assert (residents.gain, residents.lose) == (30, 30)
    back = found.shift(DAY, east, west)
    assert (back.total().gain, back.total().lose) == (3, 24)
    assert found.shift(DAY, west, west).total().gain == 0


def test_the_sentence_and_the_table_say_the_figures(two: Session, tmp_path: Path) -> None:
    found = compare(two, "West", "East")
    words = scenario_words.sentence(found)
    assert (
        words == "“East” against “West”: 24 people gain Elderly day care and 3 lose it; "
        "the same for Childcare (0–3); it costs ¥2,000 more."
    )
    day = scenario_words.table(found)[0]
    rows = {r.title: r for r in day.rows}
    assert rows["Served (people)"].values == ("0", "3", "24")
    assert rows["Share served"].values == ("0 %", "6.7 %", "53.3 %")
    assert rows["Served (people)"].best == (2,)
    assert rows["Out of reach"].best == (2,)
    assert scenario_words.table(found)[-1].rows[1].values == ("¥0", "¥3,000", "¥5,000")
    told = scenario_words.as_json(found)
    assert told["sides"][2]["kinds"][DAY]["served"] == 24
    shift = found.shift(DAY, found.scenarios[0].uuid, found.scenarios[1].uuid)
    write_comparison(tmp_path / "t.csv", found, shift, {int(shift.ids[9]): "=No 9"})
    text = (tmp_path / "t.csv").read_text(encoding="utf-8-sig")
    assert ",0 %,6.7 %,53.3 %" in text
    assert ",=No 9" not in text  # no cell becomes a formula


def test_of_three_it_is_said_who_serves_most_and_who_costs_least(two: Session) -> None:
    two.scenarios.add("Nothing", is_empty=True)
    words = scenario_words.sentence(compare(two, "West", "East", "Nothing"))
    assert words == (
        "Elderly day care: most by “East” (24, 53.3 %); Childcare (0–3): all alike (0); least cost: “Nothing” (¥0)."
    )


def test_the_whole_cost_is_divided_once_by_all_who_gain(session: Session) -> None:
    place(session, 1, cost=Decimal(3000))
    place(session, 1, CHILD, cost=Decimal(2000))
    session.scenarios.add("West")
    side = compare(session, "West").scenarios[0]
    gains = side.kinds[DAY].newly + side.kinds[CHILD].newly
    assert side.gains == gains > side.kinds[DAY].newly
    assert side.cost_per_gain == (Decimal(5000) / Decimal(repr(gains))).quantize(Decimal(1))
    assert not side.shares_costs, "nothing is shared between a day care and a nursery"
    shared = {k: replace(own, cost=own.cost + 900) for k, own in side.kinds.items()}
    both = replace(side, cost=side.cost + 900, kinds=shared)
    assert both.shares_costs
    found = replace(compare(session, "West"), scenarios=(both,))
    assert any("counted in each service" in note for note in scenario_words.notes(found))
    money = scenario_words.table(found)[-1]
    assert money.rows[-1].title == "Cost per person and service gained"
    assert money.rows[-1].values[-1] == scenario_words.yuan(both.cost_per_gain)


def test_doing_nothing_is_best_at_nothing_and_no_number_is_minus_zero(two: Session) -> None:
    two.scenarios.add("Nothing", is_empty=True)
    found = compare(two, "West", "East", "Nothing")
    told = {"Not for this person", "In reach but full", "No longer served"}
    assert not any(r.best for s in scenario_words.table(found) for r in s.rows if r.title in told)
    assert scenario_words.table(found)[0].rows[1].best == (2,)
    assert "-0.0" not in json.dumps(scenario_words.as_json(found))
    assert str(scenario_words._number(-1e-9)) == "0.0"


def test_too_many_none_and_unknown_are_refused(two: Session) -> None:
    for n in range(4):
        two.scenarios.add(f"S{n}")
    every = [s.uuid for s in two.scenarios.all()]
    for wanted in ([], every):
        with pytest.raises(RequestError, match="Between 1 and 5"):
            prepare_comparison(two, wanted)
    with pytest.raises(RequestError, match="no longer"):
        prepare_comparison(two, [Uuid("gone")])


def test_a_proposal_without_a_cost_makes_the_money_a_least(two: Session) -> None:
    place(two, 5)
    found = compare(two, "West", "East")
    assert found.scenarios[1].without_cost == 1
    assert any("without a cost" in note for note in scenario_words.notes(found))
    assert scenario_words.table(found)[-1].rows[1].values[2] == "≥ ¥5,000"


# -- what goes to the council ---------------------------------------------------------------------------------
def test_the_package_is_about_the_active_scenario_and_says_its_name_and_seal(two: Session) -> None:
    from renovate_gui.app.plan_content import Gathering, Identity
    from renovate_gui.app.plan_facts import scenario_line
    from renovate_gui.app.tasks import never, no_progress
    from renovate_gui.io.package.texts import say

    who = Identity("p", "k", "甲", 1, "2026-01-01", "", "council", "", "", "en", "EPSG:4545")

    def content():
        request = GapRequest((DAY,), Measure.CIRCLE, 100.0)
        return Gathering(two, who, request).finish(no_progress, never)

    east = two.scenarios.active()
    assert say(scenario_line(content()), "en") == "“East”, not locked: it may still change"
    seal = two.scenarios.lock(east.uuid)
    found = content()
    assert {p.title for p in found.proposals} == {f"{DAY} 8"}
    assert found.gaps_planned[0].people_of(Verdict.SERVED) == 24
    assert found.asked.scenario == east.uuid
    assert f"seal {seal.split(':')[1][:16]}" in say(scenario_line(found), "en")
    assert "封印" in say(scenario_line(found), "zh_CN")
    west = two.scenarios.named("West")
    two.scenarios.look_at(west.uuid)
    assert content().gaps_planned[0].people_of(Verdict.SERVED) == 3


def test_a_figure_is_computed_again_for_the_scenario_it_was_kept_for(two: Session) -> None:
    request = GapRequest((DAY,), Measure.CIRCLE, 100.0)
    (figure,) = two.provenance.keep_gaps(request, "East").run()
    assert figure.numbers["people_served"] == 24
    two.scenarios.choose(two.scenarios.named("West").uuid)
    assert two.provenance.recompute(figure).run().is_same


def test_a_sum_of_unknown_costs_is_not_nothing(session: Session) -> None:
    place(session, 1)
    session.scenarios.add("West")
    found = compare(session, "West")
    assert scenario_words.table(found)[-1].rows[1].values == ("¥0", "not known")
