"""The ledger: what counts does not depend on the order in which it came, and nothing counts twice."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from renovate_gui.app.ledger import HandEntry
from renovate_gui.app.ledger_counting import Counts, ProposalTally, printed_parts, tally
from renovate_gui.app.ledger_judging import Ruling, Standing, Verdict, judge
from renovate_gui.app.ledger_missing import Places, margin_of, plain_name
from renovate_gui.app.ledger_words import sample_words, why
from renovate_gui.app.session import Session
from renovate_gui.domain.errors import RequestError
from renovate_gui.domain.ids import LayerId, Uuid, new_row_id, new_uuid
from renovate_gui.domain.layer import LayerInfo, LayerTable
from renovate_gui.domain.record import Record, RecordKind
from renovate_gui.domain.reply import Answer, Channel, Choice, Mark, Reply, ReplyExtra
from renovate_gui.domain.roles import Datum, Role, Slot

PACKAGE, OTHER = Uuid("pack-1"), Uuid("pack-2")
P, Q = Uuid("proposal-p"), Uuid("proposal-q")


def reply(name: str, choice: Choice | None = Choice.AGREE, day: int = 1, **more: Any) -> Reply:
    extra = ReplyExtra(
        more.pop("channel", Channel.PAGE), more.pop("household", ""), more.pop("stairwell", "")
    )
    package, version = more.pop("package", (PACKAGE, 1))
    answers = more.pop("answers", (Answer(P, choice),))
    return Reply(Uuid(name), package, version, f"2026-05-{day:02d}T10:00:00Z", answers, extra=extra, **more)


def standings(*replies: Reply, rulings: tuple[Ruling, ...] = (), until: str = "") -> dict[str, Standing]:
    return {e.reply.id: e.standing for e in judge(replies, rulings, {PACKAGE: until})}


def totals(replies: list[Reply], until: str = "") -> dict[Uuid, tuple[Counts, Counts]]:
    found = tally(judge(replies, (), {PACKAGE: until, OTHER: until}), lambda e: e.reply.building)
    return {p: (t.in_time, t.late) for p, t in found.items()}


def test_the_later_answer_of_a_household_stands_and_the_earlier_stays_visible() -> None:
    early, late = reply("a", Choice.AGREE, 1, household="H"), reply("b", Choice.OPPOSE, 2, household="H")
    assert standings(late, early) == {"a": Standing.REPLACED, "b": Standing.COUNTED}
    (first, _) = judge([early, late])
    assert first.replaced_by == "b"
    assert "answered again" in why(first)
    assert totals([early, late])[P] == (Counts(oppose=1), Counts())


def test_two_channels_of_one_household_are_told() -> None:
    page = reply("a", day=1, household="H")
    paper = reply("b", day=2, household="H", channel=Channel.PAPER)
    first, second = judge([page, paper])
    assert first.channels == second.channels == (Channel.PAGE, Channel.PAPER)
    assert "Review page, Paper form" in why(first)


def test_open_answers_without_a_household_all_count() -> None:
    assert set(standings(reply("a"), reply("b"), reply("c")).values()) == {Standing.COUNTED}


def test_a_late_answer_is_kept_apart_and_replaces_none_that_came_in_time() -> None:
    in_time, late = reply("a", Choice.AGREE, 1, household="H"), reply("b", Choice.OPPOSE, 20, household="H")
    alone = reply("c", Choice.OPPOSE, 20)
    assert standings(in_time, late, alone, until="2026-05-10") == {
        "a": Standing.COUNTED,
        "b": Standing.REPLACED,
        "c": Standing.LATE,
    }
    assert totals([in_time, late, alone], "2026-05-10")[P] == (Counts(agree=1), Counts(oppose=1))


def test_a_person_can_restore_a_replaced_reply_and_take_one_as_in_time() -> None:
    early, later = reply("a", Choice.AGREE, 1, household="H"), reply("b", Choice.OPPOSE, 2, household="H")
    stands = Ruling(Uuid("a"), Verdict.STANDS, at="2026-05-03")
    assert standings(early, later, rulings=(stands,)) == {"a": Standing.COUNTED, "b": Standing.REPLACED}
    other = Ruling(Uuid("b"), Verdict.STANDS, at="2026-05-04")  # the newer decision holds
    assert standings(early, later, rulings=(stands, other))["b"] is Standing.COUNTED
    in_time = Ruling(Uuid("c"), Verdict.IN_TIME)
    late = reply("c", day=20)
    assert standings(late, rulings=(in_time,), until="2026-05-10") == {"c": Standing.COUNTED}


def test_what_is_laid_aside_makes_room_for_the_answer_before() -> None:
    early, later = reply("a", Choice.AGREE, 1, household="H"), reply("b", Choice.OPPOSE, 2, household="H")
    ruling = Ruling(Uuid("b"), Verdict.ASIDE, "a joke")
    assert standings(early, later, rulings=(ruling,)) == {"a": Standing.COUNTED, "b": Standing.ASIDE}


def test_a_household_counts_once_over_two_versions() -> None:
    first = reply("a", household="H", answers=(Answer(P, Choice.AGREE), Answer(Q, Choice.AGREE)))
    second = reply("b", household="H", package=(OTHER, 2), answers=(Answer(P, Choice.OPPOSE),))
    assert standings(first, second) == {"a": Standing.COUNTED, "b": Standing.COUNTED}
    found = totals([first, second])
    assert found[P] == (Counts(oppose=1), Counts())  # the newer version speaks
    assert found[Q] == (Counts(agree=1), Counts())  # what it does not speak of stays


replies_of_a_town = st.lists(
    st.builds(
        lambda number, home, choice, day, channel, second, said: (home, choice, day, channel, second, said),
        st.integers(0, 9),
        st.sampled_from(["", "", "H1", "H2", "H3"]),
        st.sampled_from([None, *Choice]),
        st.integers(1, 28),
        st.sampled_from(list(Channel)),
        st.booleans(),
        st.booleans(),
    ),
    max_size=12,
).map(
    lambda rows: [
        reply(
            f"r{i}", day=day, household=home, channel=channel,
            package=(OTHER, 2) if second else (PACKAGE, 1),
            answers=(Answer(P, choice, "words" if said else ""), Answer(Q, Choice.AGREE)),
        )
        for i, (home, choice, day, channel, second, said) in enumerate(rows)
    ]
)  # fmt: skip


@given(replies_of_a_town, st.randoms())
def test_any_order_of_arrival_gives_the_same_counts(replies: list[Reply], luck: Any) -> None:
    shuffled = list(replies)
    luck.shuffle(shuffled)
    assert totals(shuffled, "2026-05-14") == totals(replies, "2026-05-14")


@given(replies_of_a_town)
def test_nobody_counts_twice_and_nothing_is_dropped(replies: list[Reply]) -> None:
    entries = judge(replies, (), {PACKAGE: "2026-05-14"})
    assert {e.reply.id for e in entries} == {r.id for r in replies}
    people = {e.person for e in entries}
    for in_time, late in totals(replies, "2026-05-14").values():
        assert in_time.answers + late.answers <= len(people)
    all_speak = totals(replies, "2026-05-14").get(Q)
    if all_speak is not None:  # everybody answered this one: each is there exactly once
        assert all_speak[0].answers + all_speak[1].answers == len(people)


@given(
    st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12), st.integers(0, 12)), min_size=1, max_size=8)
)
def test_no_printed_count_tells_of_fewer_than_five(rows: list[tuple[int, int, int]]) -> None:
    parts = {f"{i} 栋": Counts(*row) for i, row in enumerate(rows)}
    total = sum(parts.values(), Counts())
    printed = printed_parts([ProposalTally(P, total, Counts(), parts)])
    shown = [p for p in printed if p.answers is not None]
    assert all(p.answers == 0 or p.answers >= 5 for p in shown)
    hidden_people = total.answers - sum(p.answers for p in shown)
    assert hidden_people == 0 or hidden_people >= 5 or len(shown) == 0
    split = [p.choices for p in printed if p.choices[0] is not None]
    assert all(n == 0 or n >= 5 for choices in split for n in choices)
    if split:
        rest = [t - sum(c[i] for c in split) for i, t in enumerate(total.choices)]
        assert all(n == 0 or n >= 5 for n in rest)


def test_names_of_buildings_are_found_as_people_write_them() -> None:
    places = Places([["3 栋", "A3"], ["13 栋", ""], ["北楼", ""], ["3号院东", ""]])
    assert [places.find(t) for t in ("3栋", "3", " 3 栋", "a3", "13", "北楼", "4 栋", "")] == [
        0, 0, 0, 0, 1, 2, None, None,
    ]  # fmt: skip
    assert Places([["3 栋"], ["3 幢"]]).find("3") is None  # two could be meant
    assert Places([["3 栋"], ["3 幢"]]).find("3 幢") == 1
    assert plain_name("栋") == "栋"


def test_the_margin_is_that_of_a_sample_without_replacement() -> None:
    assert margin_of(0, 100) is None
    assert margin_of(400, 1e9) == pytest.approx(0.049, abs=1e-4)
    assert margin_of(100, 200) == pytest.approx(1.96 * (0.25 / 100 * 100 / 199) ** 0.5)
    assert margin_of(200, 200) == 0.0


# -- with a project ---------------------------------------------------------------------------------------------
@pytest.fixture
def session(tmp_path: Path):
    with Session.create(tmp_path / "甲.gpkg", title="甲", crs="EPSG:4545") as made:
        first = made.proposals.add(shapely.Point(362000, 3271000), title="路灯")
        second = made.proposals.add(shapely.Point(362050, 3271000), title="扶手")
        remember(made, PACKAGE, 1, [first.uuid, second.uuid])
        yield made


def remember(session: Session, uuid: Uuid, version: int, proposals: list[Uuid], **more: Any) -> None:
    held = {"key": "00" * 32, "proposals": [str(p) for p in proposals], "reply_until": "2026-05-10"}
    with session.project.action("package") as writer:
        writer.put_package(uuid, version, held | more)


def houses(session: Session, **columns: list[Any]) -> None:
    count = len(next(iter(columns.values())))
    geometry = np.array([shapely.box(i * 20, 0, i * 20 + 10, 10) for i in range(count)], dtype=object)
    arrays = {k: np.array(v, dtype=object if isinstance(v[0], str) else float) for k, v in columns.items()}
    info = LayerInfo(
        LayerId(new_row_id()), new_uuid(), "houses", "", Role.BUILDINGS, Slot.EXISTING, 0, is_visible=True,
        geometry_type="Polygon", feature_count=count, source_crs="EPSG:4545", datum=Datum.CGCS2000,
        field_map={k: k for k in columns if k != "tenure"},
    )  # fmt: skip
    with session.project.action("houses") as writer:
        writer.add_layer(info, LayerTable(np.arange(1, count + 1, dtype=np.int64), geometry, arrays))


def answer(session: Session, name: str, building: str = "", **more: Any) -> Reply:
    first = session.proposals.all()[0].uuid
    made = replace(reply(name, answers=(Answer(first, Choice.AGREE),), **more), building=building)
    session.ledger.take([made], source=f"{name}.json")
    return made


def test_taking_the_same_reply_twice_counts_once_and_says_so(session: Session) -> None:
    made = answer(session, "a")
    (again,) = session.ledger.take([made], source="again.json")
    assert not again.accepted
    assert "counts once" in again.reason
    both = session.ledger.take([reply("b"), reply("b")], source=["one.txt", "two.txt"])
    assert [o.accepted for o in both] == [True, False]
    assert "one.txt" in both[1].reason
    assert len(session.ledger.rows()) == 2


def test_rulings_are_kept_undone_and_taken_back(session: Session) -> None:
    answer(session, "a", household="H")
    answer(session, "b", household="H", day=2)
    session.ledger.rule(Uuid("a"), Verdict.STANDS)
    assert session.ledger.find(Uuid("a")).standing is Standing.COUNTED
    session.undo()
    assert session.ledger.find(Uuid("a")).standing is Standing.REPLACED
    with pytest.raises(RequestError, match="why"):
        session.ledger.rule(Uuid("b"), Verdict.ASIDE)
    session.ledger.rule(Uuid("b"), Verdict.ASIDE, "left by a child")
    assert session.ledger.find(Uuid("a")).standing is Standing.COUNTED
    session.ledger.withdraw(Uuid("b"))
    assert session.ledger.find(Uuid("b")).standing is Standing.COUNTED


def test_late_answers_are_added_only_when_asked(session: Session) -> None:
    answer(session, "a")
    answer(session, "b", day=20)
    assert session.council.tallies()[0].agree == 1
    session.ledger.set_counts_late(on=True)
    assert session.council.tallies()[0].agree == 2
    assert session.ledger.tallies("channel")[0].parts["page"].agree == 2
    session.undo()
    assert not session.ledger.counts_late


def test_an_answer_is_entered_by_hand(session: Session) -> None:
    first, second = (p.uuid for p in session.proposals.all())
    entry = HandEntry(
        (Answer(first, Choice.OPPOSE, "太吵"), Answer(second, None)), "王", "yes", "3 栋", "2 单元"
    )
    made = session.ledger.enter(entry)
    assert (made.extra.channel, made.extra.entered_by, made.version) == (Channel.MEETING, "王", 1)
    assert len(made.answers) == 1
    stored = session.project.replies()[0]
    assert (stored.building, stored.extra.stairwell, stored.wish) == ("3 栋", "2 单元", "yes")
    with pytest.raises(RequestError, match="who"):
        session.ledger.enter(replace(entry, entered_by=" "))
    with pytest.raises(RequestError, match="Nothing"):
        session.ledger.enter(HandEntry((), "王"))
    with pytest.raises(RequestError, match="not in package"):
        session.ledger.enter(HandEntry((Answer(new_uuid(), Choice.AGREE),), "王"))
    with pytest.raises(RequestError, match="household code"):
        session.ledger.enter(replace(entry, household="ABC"))


def test_who_is_missing_by_building_age_and_tenure(session: Session) -> None:
    houses(
        session, name=["1 栋", "2 栋", "3 栋"], households=[10, 20, 40], residents=[30, 60, 100],
        age60=[15, 6, 10], tenure=["自有", "租住", "租住"],
    )  # fmt: skip
    for i in range(4):
        answer(session, f"a{i}", "1栋")
    answer(session, "b", "2")
    answer(session, "c", "九号")
    found = session.ledger.represented()
    assert (found.basis, found.expected, found.answered, found.placed) == ("households", 70.0, 6, 5)
    assert [(d.answered, d.missing) for d in found.buildings] == [(4, 6.0), (1, 19.0), (0, 40.0)]
    assert [d.building for d in found.next_visits(2)] == ["3 栋", "2 栋"]
    assert found.unknown_places == ("九号",)
    (old,) = found.ages
    assert old.of_all == pytest.approx(31 / 190)
    assert old.of_answers == pytest.approx((4 * 0.5 + 1 * 0.1) / 5)
    assert [(d.building, d.expected, d.answered) for d in found.tenures] == [
        ("租住", 60.0, 1),
        ("自有", 10.0, 4),
    ]
    assert "few" in sample_words(found)[1]
    cells = session.ledger.response_map()
    assert cells is not None
    assert cells.class_of.tolist() == [3, 1, 0]


def test_the_register_tells_the_stairwells_and_the_form_where_a_household_lives(session: Session) -> None:
    houses(session, name=["1 栋"], households=[99])
    flats = [
        Record(new_uuid(), RecordKind.FLAT, "", "2026-05-01", "me", {"building": "1栋", "stairwell": s})
        for s in ("1", "1", "1", "2")
    ]
    with session.project.action("flats") as writer:
        writer.put_records(flats)
    homes = [{"token": "H", "building": "1栋", "stairwell": "2"}]
    remember(session, OTHER, 2, [p.uuid for p in session.proposals.all()], households=homes)
    answer(session, "a", "somewhere else", household="H")
    found = session.ledger.represented()
    assert found.basis == "flats"
    assert [(d.stairwell, d.expected, d.answered) for d in found.stairwells] == [("1", 3.0, 0), ("2", 1.0, 1)]
    assert [(d.building, d.stairwell) for d in found.next_visits()] == [("1 栋", "1")]
    assert session.ledger.tallies("stairwell")[0].parts.keys() == {"1 栋 2"}


def test_by_building_the_same_house_is_one_part_however_it_was_written(session: Session) -> None:
    houses(session, name=["1 栋"], households=[9])
    for i, text in enumerate(("1 栋", "1栋", "1")):
        answer(session, f"a{i}", text)
    assert session.ledger.tallies("building")[0].parts == {"1 栋": Counts(agree=3)}
    assert [(p.part, p.answers) for p in session.ledger.printed()] == [("1 栋", None)]
    with pytest.raises(RequestError, match="no way to group"):
        session.ledger.tallies("age")


def test_marks_of_residents_are_on_the_map_but_never_in_an_export(session: Session) -> None:
    from renovate_gui.app.scenes import SceneRequest

    line = shapely.LineString([(106.0, 29.5), (106.001, 29.5)])
    area = shapely.box(106.0, 29.5, 106.001, 29.501)
    marks = (Mark(line, "#D81B60"), Mark(area), Mark(shapely.Point(106.0, 29.5), "#1E88E5"))
    made = reply("a", answers=())
    session.ledger.take([replace(made, extra=replace(made.extra, marks=marks))], source="a")
    scene = session.scenes.build(SceneRequest(show_replies=True))
    drawn = next(i for i in scene.items if i.key == "replies:drawn")
    assert [g.geom_type for g in drawn.geometry] == ["LineString", "Polygon", "Point"]
    assert drawn.symbols[drawn.class_of[0]].stroke == "#D81B60"
    assert 90 < drawn.geometry[0].length < 105
    out = session.scenes.build(SceneRequest(show_replies=True, is_for_export=True))
    assert not [i.key for i in out.items if i.key.startswith("replies")]


def test_a_replaced_reply_is_not_on_the_map(session: Session) -> None:
    first = session.proposals.all()[0].uuid
    for name, choice, day in (("a", Choice.AGREE, 1), ("b", Choice.OPPOSE, 2)):
        made = reply(name, day=day, household="H", answers=(Answer(first, choice),))
        session.ledger.take([made], source=name)
    (only,) = session.ledger.standing()
    assert only.id == "b"


def test_a_heap_of_paper_scanned_late_is_taken_as_in_time_at_once(session: Session) -> None:
    for i in range(3):
        answer(session, f"p{i}", day=20, channel=Channel.PAPER)
    answer(session, "page", day=20)
    assert session.ledger.take_paper_in_time() == 3
    assert session.council.tallies()[0].agree == 3
    assert session.ledger.find(Uuid("page")).standing is Standing.LATE
    assert session.ledger.take_paper_in_time() == 0
    session.undo()
    assert session.council.tallies()[0].agree == 0


def test_the_panel_speaks_the_language_of_the_moment(session: Session) -> None:
    from renovate_gui.assets import set_language

    houses(session, name=["1 栋"], households=[9.0])
    first = session.ledger.response_map()
    set_language("zh_CN")
    second = session.ledger.response_map()
    assert first is not None
    assert second is not None
    assert (first.title, second.title) == ("Share that answered (office only)", "答复率（仅供内部）")
