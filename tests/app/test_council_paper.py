"""The paper for the council: what stands in it, and what must not."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
import shapely

from renovate_gui.app.council_paper import council_paper, is_hidden, paper_sheets
from renovate_gui.app.package_parts import PRINTED_PARTS, PartResult
from renovate_gui.app.plan_content import Identity, PlanContent
from renovate_gui.app.ports import Handout, PrintReport, Sheet
from renovate_gui.app.session import Session
from renovate_gui.domain.ballot import Vote
from renovate_gui.domain.consent import Count


def content(distribution: str = "council") -> PlanContent:
    who = Identity("p", "k", "甲", 2, "2026-11-24", "", distribution, "", "", "en", "EPSG:4545")
    return cast("PlanContent", SimpleNamespace(identity=who, attribution=(), remarks=()))


@pytest.fixture
def session(tmp_path: Path) -> Session:
    session = Session.create(tmp_path / "甲.gpkg", title="甲", crs="EPSG:4545")
    session.proposals.add(shapely.Point(500_005, 2_999_990), title="坡道", kind="ramp")
    rows = [f"{b},1,{f}0{n},{60 + n}" for b in (1, 2) for f in range(1, 7) for n in (1, 2)]
    (tmp_path / "r.csv").write_text("building,unit,flat,area\n" + "\n".join(rows), encoding="utf-8")
    session.voting.prepare_register(tmp_path / "r.csv").run()
    return session


def words(sheets: tuple[Sheet, ...]) -> str:
    parts: list[str] = []
    for sheet in sheets:
        parts += [sheet.title, sheet.subtitle, sheet.doubt, *(p.words for p in sheet.paragraphs)]
        parts += [c for row in (sheet.table.rows if sheet.table else ()) for c in row]
    return "\n".join(parts)


def test_the_paper_says_what_is_asked_under_which_rule_and_how_it_stands(session: Session) -> None:
    ballot = session.voting.open("改不改？", "cc278_major")
    for flat in session.voting.register()[:15]:
        session.voting.vote(ballot, flat, Vote.AGREE)
    meeting = session.meetings.plan("M", "2026-12-01 19:00", place="居委会")
    session.meetings.add_action(meeting, "量坡度", "设计院", "2026-12-08")
    said = words(paper_sheets(session, content()))
    for expected in (
        "Agenda: M",
        "Ballot: 改不改？",
        "Civil Code art. 278: weighty matters: Quorum: at least 2/3",
        "15 of 24; needed 16 (at least 2/3): 1 missing",
        "The quorum lacks 1 owner",
        "reached in Building 1; not yet in Building 2",
        "The rule has not been compared with the printed text.",
        "量坡度",
    ):
        assert expected in said, expected


def test_private_words_stay_out(session: Session) -> None:
    session.comments.put("我是302的王小明，电话13912345678")
    meeting = session.meetings.plan("M", "2026-12-01")
    session.meetings.minute(meeting, meeting.agenda[0].key, private="秘密", why="打13912345678")
    said = words(paper_sheets(session, content()))
    assert "A resident's remark" in said
    for secret in ("王小明", "13912345678", "秘密"):
        assert secret not in said
    inside = words(paper_sheets(session, content("working")))
    assert "王小明" in inside
    assert "13912345678" not in inside


def test_small_counts_of_one_stairwell_are_not_printed(session: Session) -> None:
    ballot = session.voting.open("电梯", "elevator", building="1", stairwell="1")
    for flat in session.voting.flats_of(ballot)[:9]:
        session.voting.vote(ballot, flat, Vote.AGREE)
    said = words(paper_sheets(session, content()))
    assert "9 of 12" not in said
    assert "fewer than 5 owners" in said
    assert "reached" in said


@pytest.mark.parametrize(
    ("part", "whole", "hidden"),
    [(0, 12, False), (4, 12, True), (5, 12, False), (9, 12, True), (12, 12, False)],
)
def test_what_a_count_leaves_is_small_too(part: int, whole: int, *, hidden: bool) -> None:
    assert is_hidden(Count(part), Count(whole)) is hidden


@pytest.mark.parametrize(("distribution", "is_written"), [("public", False), ("council", True)])
def test_it_is_written_for_the_council_and_not_for_a_notice(
    session: Session, tmp_path: Path, distribution: str, *, is_written: bool
) -> None:
    printed: list[Handout] = []

    def print_handout(handout: Handout, path: Path) -> PrintReport:
        printed.append(handout)
        return PrintReport(path, len(handout.sheets), (297.0, 210.0), (), "")

    context: Any = SimpleNamespace(
        session=session,
        content=content(distribution),
        request=SimpleNamespace(distribution=distribution),
        folder=tmp_path,
        seal="AB12-CD34",
        check=lambda: None,
        printer=SimpleNamespace(print_handout=print_handout),
    )
    assert council_paper(context) == PartResult()
    assert not printed  # neither meeting nor ballot
    session.voting.open("改不改？", "cc278_major")
    council_paper(context)
    assert bool(printed) is is_written
    assert all(h.seal == "AB12-CD34" for h in printed)
    assert any("council_paper" in part.__name__ for part in PRINTED_PARTS)
