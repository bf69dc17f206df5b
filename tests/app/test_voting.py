"""Register, ballots, votes, seals and the log of stages, as window and command line use them."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from renovate_gui.app.consent_rules import default_rules, rule_row, rule_words
from renovate_gui.app.session import Session
from renovate_gui.app.stages import StageState
from renovate_gui.app.voting import Voting
from renovate_gui.app.voting_records import Ballot, BallotKind
from renovate_gui.app.voting_words import closing_sentence, missing_sentence
from renovate_gui.assets import set_language
from renovate_gui.domain.ballot import Vote
from renovate_gui.domain.consent import Count, Outcome, Scope, judge
from renovate_gui.domain.errors import DataError, RequestError

HEAD = "楼栋,单元,房号,专有面积(㎡),业主编号\n"


@pytest.fixture
def session(tmp_path: Path) -> Session:
    return Session.create(tmp_path / "甲.gpkg", title="甲", crs="EPSG:4545")


def register(session: Session, folder: Path, text: str) -> tuple[str, ...]:
    path = folder / "产权.csv"
    path.write_text(text, encoding="utf-8")
    return session.voting.prepare_register(path).run().problems


@pytest.fixture
def estate(session: Session, tmp_path: Path) -> Voting:
    """Two buildings of one and two stairwells, six flats each stairwell; one owner has two flats."""
    rows = [
        f"{b},{u},{f}0{n},{60 + n}.5,{'A1' if (b, u, f, n) in ((1, 1, 1, 1), (2, 2, 3, 2)) else ''}"
        for b, u in ((1, 1), (2, 1), (2, 2))
        for f in (1, 2, 3)
        for n in (1, 2)
    ]
    assert register(session, tmp_path, HEAD + "\n".join(rows)) == ()
    return session.voting


def test_rules_are_those_of_the_field_notes() -> None:
    rules = {r.id: r for r in default_rules()}
    found = judge(rules["cc278_major"], Count(403, Decimal("66783.97")), Count(), Count())
    assert found.quorum is not None
    assert (found.quorum.heads_needed, found.quorum.area_needed) == (269, Decimal("44522.6467"))
    assert rules["cc278_normal"].agree.least(300) == 151
    assert rules["cc278_major"].agree.least(300) == 225
    assert rules["elevator"].scope is Scope.STAIRWELL
    assert not rules["yizheng_wish"].by_area
    assert rules["luoyang_start"].agree.least(403) == 323
    assert rules["shanghai_2014_block"].is_history
    assert all(r.confidence == "S" and not r.is_checked and r.source[0] for r in default_rules())


def test_rules_say_what_they_ask_for() -> None:
    rules = {r.id: r for r in default_rules()}
    assert rule_words(rules["cc278_normal"]) == (
        "Quorum: at least 2/3 of all owners and floor area take part. "
        "Consent: more than 1/2 of the owners and floor area that take part."
    )
    set_language("zh_CN")
    assert "至少 2/3" in rule_words(rules["cc278_normal"])


def test_a_register_is_read_exactly_and_wrong_rows_are_told(session: Session, tmp_path: Path) -> None:
    problems = register(
        session,
        tmp_path,
        HEAD
        + "1,1,101,89.60,\n1,1,102,abc,\n1,1,103,70,王小明\n,1,104,70,\n"
        + '1,1,101,89.60,B\n1,1,101,90,\n1,1,105,-3,\n1,1,106,"1,024.5",13912345678\n',
    )
    assert [f.label for f in session.voting.register()] == ["1-1-101"]
    assert session.voting.register()[0].area == Decimal("89.60")
    assert session.voting.register()[0].owner == "B"
    assert len(problems) == 6
    assert problems[0] == "Row 3: “abc” is no floor area in m²."
    assert "王小明" not in " ".join(problems)
    assert "name or a personal number" in problems[1]


def test_names_are_never_kept(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "产权.csv"
    path.write_bytes(
        "楼栋,房号,面积,业主姓名,联系电话,备注\n1,101,60,王小明,13912345678,x\n".encode("gb18030")
    )
    report = session.voting.prepare_register(path).run()
    assert report.added == 1
    assert "“业主姓名”, “联系电话”" in report.notes[0]
    session.close()
    assert "王小明".encode() not in (tmp_path / "甲.gpkg").read_bytes()
    assert b"13912345678" not in (tmp_path / "甲.gpkg").read_bytes()


def test_a_register_from_a_workbook_has_no_binary_noise(session: Session, tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for line in (("building", "flat", "area"), (3, 501, 66.1 + 0.2), ("3", "502", "70.25")):
        page.append(line)
    book.save(tmp_path / "r.xlsx")
    report = session.voting.prepare_register(tmp_path / "r.xlsx").run()
    assert report.problems == ()
    assert [f.area for f in session.voting.register()] == [Decimal("66.3"), Decimal("70.25")]


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.csv", b""), ("a.csv", b"x,y\n1,2\n"), ("a.xlsx", b"PK nothing"), ("a.csv", b"\xff\xfe\x00\x01")],
)
def test_files_that_are_no_register_are_told(
    session: Session, tmp_path: Path, name: str, data: bytes
) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(DataError):
        session.voting.prepare_register(tmp_path / name).run()


def test_a_later_register_changes_adds_and_can_replace(estate: Voting, tmp_path: Path) -> None:
    path = tmp_path / "neu.csv"
    path.write_text(HEAD + "1,1,101,80,A1\n9,1,101,80,\n", encoding="utf-8")
    report = estate.prepare_register(path).run()
    assert (report.added, report.changed, len(estate.register())) == (1, 1, 19)
    report = estate.prepare_register(path, replaces=True).run()
    assert (report.unchanged, len(estate.register())) == (2, 2)


def opened(estate: Voting, **more: object) -> Ballot:
    return estate.open("改不改？", "cc278_major", kind=BallotKind.WISH, **more)  # type: ignore[arg-type]


def test_votes_are_counted_by_heads_and_area(estate: Voting) -> None:
    ballot = opened(estate)
    for words in ("1号楼1单元101室", "1-1-102", "2-2-302"):
        estate.vote(ballot, estate.flat(ballot, words), Vote.AGREE)
    found = estate.standing(ballot)
    assert found.tally.all == Count(17, Decimal("1116.0"))
    assert found.tally.took_part == Count(2, Decimal("186.5"))  # one owner of two flats is one head
    assert found.judgement.outcome is Outcome.OPEN
    assert sum(t.all.heads for t in found.blocks.values()) == 17


def test_a_second_vote_of_a_flat_replaces_the_first_and_undo_takes_it_back(
    estate: Voting, session: Session
) -> None:
    ballot = opened(estate)
    flat = estate.flat(ballot, "1-1-101")
    estate.vote(ballot, flat, Vote.AGREE)
    estate.vote(ballot, flat, Vote.OPPOSE)
    assert [v.choice for v in estate.votes(ballot)] == [Vote.OPPOSE]
    session.undo()
    assert [v.choice for v in estate.votes(ballot)] == [Vote.AGREE]
    session.undo()
    assert estate.votes(ballot) == ()


def test_a_flat_is_found_by_its_last_parts_where_they_are_enough(estate: Voting) -> None:
    ballot = opened(estate, building="1号楼")
    assert ballot.level is Scope.BLOCK
    assert estate.flat(ballot, "101").label == "1-1-101"
    whole = opened(estate)
    with pytest.raises(RequestError, match="may be 1-1-101, 2-1-101, 2-2-101"):
        estate.flat(whole, "101")
    with pytest.raises(RequestError, match="No flat"):
        estate.flat(whole, "1-1-999")
    with pytest.raises(RequestError, match="No flat"):
        estate.flat(ballot, "2-1-101")


def test_the_gap_and_the_cheapest_block_are_told(estate: Voting) -> None:
    ballot = opened(estate)
    for flat in estate.register():
        if flat.building == "1" or (flat.stairwell == "1" and flat.flat < "3"):
            estate.vote(ballot, flat, Vote.AGREE)
    found = estate.standing(ballot)
    assert found.judgement.quorum is not None
    assert missing_sentence(found) == "The quorum lacks 2 owners and 124.00 m²."
    assert (
        closing_sentence(found) == "Building 2 alone would close it: 2 flats to reach, if all of them agree."
    )
    for words in ("2-1-301", "2-1-302"):
        estate.vote(ballot, estate.flat(ballot, words), Vote.AGREE)
    assert estate.standing(ballot).passes
    assert missing_sentence(estate.standing(ballot)) == "Everything the rule asks for is reached."


def test_votes_come_from_a_table(estate: Voting, tmp_path: Path) -> None:
    ballot = opened(estate)
    path = tmp_path / "votes.csv"
    path.write_text(
        "楼栋,单元,房号,表决意见,方式\n1,1,101,同意,上门\n1,1,102,不同意,\n1,1,201,maybe,\n7,1,101,同意,\n"
        "1,1,202,弃权,\n1,1,301,同意,\n1,1,301,反对,\n",
        encoding="utf-8",
    )
    report = estate.prepare_votes(ballot, path).run()
    assert report.taken == 3
    assert len(report.problems) == 3
    assert {v.choice for v in estate.votes(ballot)} == set(Vote)
    assert estate.prepare_votes(ballot, path).run().taken == 3  # read again: the same votes, not more
    assert len(estate.votes(ballot)) == 3


def test_an_elevator_is_voted_on_in_its_stairwell_and_needs_whose_part_is_used(estate: Voting) -> None:
    with pytest.raises(RequestError, match="within one stairwell"):
        estate.open("电梯", "elevator", kind=BallotKind.ELEVATOR)
    ballot = estate.open(
        "电梯", "elevator", kind=BallotKind.ELEVATOR, building="2", stairwell="2", must_agree=["101"]
    )
    assert len(estate.flats_of(ballot)) == 6
    for words in ("102", "201", "202", "301", "302"):
        estate.vote(ballot, estate.flat(ballot, words), Vote.AGREE)
    found = estate.standing(ballot)
    assert found.judgement.is_met
    assert not found.passes
    assert missing_sentence(found) == "The count is reached; the consent of 2-2-101 is needed besides."


def test_closing_seals_numbers_and_writes_the_stage(estate: Voting, session: Session, tmp_path: Path) -> None:
    ballot = opened(estate)
    for flat in estate.register():
        estate.vote(ballot, flat, Vote.AGREE if flat.building == "1" else Vote.OPPOSE)
    closed = estate.close(ballot)
    assert closed.result["passes"] is False
    assert closed.result["rule"] == rule_row(ballot.rule)
    assert estate.seal_problems(closed) == ()
    with pytest.raises(RequestError, match="sealed"):
        estate.vote(ballot, estate.register()[0], Vote.AGREE)
    entry = session.stages.current()
    assert entry is not None
    assert (entry.stage, entry.state) == ("wish", StageState.REJECTED)
    assert closed.result["seal"] in entry.evidence
    assert session.stages.rejection() == entry
    assert register(session, tmp_path, HEAD + "1,1,101,99,A1\n") == ()
    assert estate.seal_problems(closed) == ("The register has changed since “改不改？” was closed.",)
    session.undo()
    session.undo()
    assert session.stages.current() is None
    assert estate.ballots()[0].is_open


def test_a_rejection_is_an_end_and_going_on_needs_a_reason(session: Session) -> None:
    stages = session.stages
    stages.put("survey", StageState.DONE)
    with pytest.raises(RequestError, match="write why"):
        stages.put("wish", StageState.REJECTED)
    stages.put("wish", StageState.REJECTED, why="三分之二未达到", evidence="表决记录 1")
    with pytest.raises(RequestError, match="ended with a rejection"):
        stages.put("needs", StageState.STARTED)
    assert stages.rejection() is not None
    stages.put("wish", StageState.STARTED, why="居民代表要求重新征集")
    assert stages.rejection() is None


def test_the_loop_counts_its_rounds(session: Session) -> None:
    stages = session.stages
    for code, state in (
        ("options", StageState.STARTED),
        ("options", StageState.DONE),
        ("notice", StageState.DONE),
    ):
        assert stages.put(code, state).round == 1
    assert stages.put("options", StageState.STARTED).round == 2
    assert stages.put("plan", StageState.STARTED).round == 2
    assert [e.round for e in stages.log()] == [1, 1, 1, 2, 2]


def test_calling_a_failed_vote_passed_needs_a_reason(estate: Voting, session: Session) -> None:
    ballot = opened(estate)
    estate.close(ballot, notes_stage=False)
    with pytest.raises(RequestError, match="did not pass"):
        session.stages.put("wish", StageState.DONE)
    assert session.stages.put("wish", StageState.DONE, why="街道另有决定").state is StageState.DONE


def test_a_project_may_have_rules_of_its_own(estate: Voting) -> None:
    from dataclasses import replace
    from fractions import Fraction

    own = replace(
        estate.rule("yizheng_wish"), id="own", title=("本小区：九成", "Ours: nine tenths"), is_own=True
    )
    estate.put_rule(replace(own, agree=replace(own.agree, fraction=Fraction(9, 10))))
    found = estate.rule("own")
    assert found.is_own
    assert found.agree.least(17) == 16
    ballot = estate.open("x", "own")
    assert estate.standing(ballot).judgement.agree.heads_needed == 16


def test_two_copies_that_enter_the_same_flats_vote_count_it_once(
    estate: Voting, session: Session, tmp_path: Path
) -> None:
    ballot = opened(estate)
    session.save_copy(tmp_path / "b.gpkg")
    flats = estate.register()
    estate.vote(ballot, flats[0], Vote.AGREE)
    with Session.open(tmp_path / "b.gpkg") as other:
        other.voting.vote(other.voting.ballots()[0], flats[0], Vote.AGREE)
        other.voting.vote(other.voting.ballots()[0], flats[1], Vote.OPPOSE)
        theirs = {v.uuid for v in other.voting.votes(other.voting.ballots()[0])}
    mine = {v.uuid for v in estate.votes(ballot)}
    assert len(mine & theirs) == 1
    assert len(mine | theirs) == 2
