"""What a colleague's copy is, what it brings in words, and a difference as a table."""

from __future__ import annotations

import csv
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
import shapely

from renovate_gui.app.difference_table import turned, words_of, write_table
from renovate_gui.app.merge_words import brings, conflict_sentence, moment, parted, people
from renovate_gui.app.merging import Kin
from renovate_gui.app.session import Session
from renovate_gui.assets import set_language
from renovate_gui.domain.difference import (
    ChangeKind,
    Choice,
    Difference,
    FieldChange,
    MergeReport,
    ObjectChange,
    ObjectKey,
    ObjectKind,
)
from renovate_gui.domain.errors import Cancelled, DataError, RenovateError, RequestError

X, Y = 360_000.0, 3_270_000.0


@pytest.fixture
def pair(tmp_path: Path):
    """My project, open, and a colleague's copy of it; both changed the first proposal's cost and place."""
    mine, theirs = tmp_path / "mine.gpkg", tmp_path / "theirs.gpkg"
    session = Session.create(mine, title="Together", crs="EPSG:4545")
    first = session.proposals.add(shapely.Point(X, Y), title="Ramp", kind="ramp")
    second = session.proposals.add(shapely.Point(X + 50, Y), title="Bench", kind="bench")
    session.save_copy(theirs)
    with Session.open(theirs) as other:
        other.proposals.update(replace(other.proposals.get(first.uuid), cost=Decimal(300)))
        other.proposals.set_geometry(first.uuid, shapely.Point(X + 10, Y))
        other.proposals.add(shapely.Point(X, Y + 50), title="=Lift", kind="lift")
    session.proposals.update(replace(session.proposals.get(first.uuid), cost=Decimal(200)))
    session.proposals.set_geometry(first.uuid, shapely.Point(X, Y + 5))
    yield session, theirs, first.uuid, second.uuid
    session.close()


def change(kind=ChangeKind.ADDED, what=ObjectKind.PROPOSAL, row=1, **more) -> ObjectChange:
    return ObjectChange(ObjectKey("proposals", row), what, kind, more.pop("title", "1 · Ramp"), **more)


def test_a_file_is_told_by_what_it_is_to_the_project(pair, tmp_path):
    session, theirs, *_ = pair
    other = tmp_path / "other.gpkg"
    Session.create(other, title="Other").close()
    words = tmp_path / "words.gpkg"
    words.write_text("no project")
    link = tmp_path / "link.gpkg"
    link.symlink_to(session.project.path)
    found = [session.merging.look(p).run() for p in (theirs, other, words, session.project.path, link)]
    assert found == [Kin.COPY, Kin.OTHER_PROJECT, Kin.NO_PROJECT, Kin.SAME_FILE, Kin.SAME_FILE]


def test_looking_at_a_damaged_project_says_so(pair, tmp_path):
    session, theirs, *_ = pair
    broken = tmp_path / "broken.gpkg"
    data = bytearray(theirs.read_bytes())
    start = len(data) * 3 // 4  # the tables are still named in the first pages
    data[start:] = b"\xff" * (len(data) - start)
    broken.write_bytes(bytes(data))
    with pytest.raises(DataError, match="broken"):
        session.merging.look(broken).run()


def test_the_report_says_what_comes_in_and_what_needs_a_decision_and_changes_nothing(pair):
    session, theirs, *_ = pair
    before = (session.project.path.read_bytes(), theirs.read_bytes())
    report = session.merging.report(theirs).run()
    assert brings(report.incoming) == ("1 new proposal",)
    (conflict,) = report.conflicts
    lines = {x.label: (x.base, x.mine, x.theirs) for x in session.merging.conflict_lines(conflict)}
    assert lines["Cost in yuan"] == ("", "¥200", "¥300")
    assert lines["Place"] == (None, "moved by 5.0 m", "moved by 10.0 m")
    assert set(lines) == {"Cost in yuan", "Place"}
    assert before == (session.project.path.read_bytes(), theirs.read_bytes())


def test_a_merge_is_one_step_that_undo_takes_back(pair):
    session, theirs, first, _ = pair
    (conflict,) = session.merging.report(theirs).run().conflicts
    steps = len(session.history())
    session.merging.merge(theirs, {conflict.key: Choice.THEIRS}).run()
    assert len(session.history()) == steps + 1
    assert session.proposals.get(first).cost == Decimal(300)
    assert [p.title for p in session.proposals.all()] == ["Ramp", "Bench", "=Lift"]
    session.undo()
    assert session.proposals.get(first).cost == Decimal(200)
    assert len(session.proposals.all()) == 2


def test_a_merge_without_a_decision_is_refused_and_cancelled_before_it_writes(pair):
    session, theirs, *_ = pair
    (conflict,) = session.merging.report(theirs).run().conflicts
    steps = len(session.history())
    with pytest.raises(RequestError):
        session.merging.merge(theirs, {}).run()
    with pytest.raises(Cancelled):
        session.merging.merge(theirs, {conflict.key: Choice.MINE}).run(is_cancelled=lambda: True)
    with pytest.raises(Cancelled):
        session.merging.report(theirs).run(is_cancelled=lambda: True)
    assert len(session.history()) == steps


def test_the_open_project_and_strangers_are_refused_in_one_sentence(pair, tmp_path):
    session, *_ = pair
    other = tmp_path / "other.gpkg"
    Session.create(other, title="Other", crs="EPSG:4545").close()
    with pytest.raises(RequestError, match=r"mine\.gpkg") as same:
        session.merging.report(session.project.path).run()
    with pytest.raises(RenovateError) as stranger:
        session.merging.report(other).run()
    for error in (same, stranger):
        assert "\n" not in str(error.value)


def test_a_removal_against_a_change_shows_only_what_the_change_touched(pair):
    session, theirs, _, second = pair
    session.proposals.delete(second)
    with Session.open(theirs) as other:
        other.proposals.update(replace(other.proposals.get(second), description="With a back rest"))
    conflict = next(c for c in session.merging.report(theirs).run().conflicts if "*" in c.fields)
    (line,) = session.merging.conflict_lines(conflict)
    assert (line.label, line.base, line.mine, line.theirs) == (
        "Description",
        "",
        "removed",
        "With a back rest",
    )
    assert conflict_sentence(conflict, "Chen") == "You removed it; Chen changed it."
    assert Choice.BOTH not in conflict.choices


def test_groups_are_counted_in_words_and_the_rest_summed_up():
    changes = [change(row=i) for i in range(3)]
    changes += [change(ChangeKind.CHANGED, ObjectKind.FEATURE, i, layer_name="Houses") for i in range(1200)]
    changes += [change(ChangeKind.REMOVED, ObjectKind.FEATURE, i, layer_name=f"Layer {i}") for i in range(20)]
    lines = brings(Difference(tuple(changes)))
    assert lines[:2] == ("1,200 changed in “Houses”", "3 new proposals")
    assert lines[-1] == "14 more"
    assert brings(Difference(())) == ()


@pytest.mark.parametrize("what", list(ObjectKind))
@pytest.mark.parametrize("kind", list(ChangeKind))
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_every_sort_of_change_has_words(what, kind, language):
    set_language(language)
    (words,) = brings(Difference((change(kind, what, layer_name="L"),)))
    assert "1" in words
    assert "{" not in words
    assert words.isascii() == (language == "en" and what is not ObjectKind.FEATURE)


def test_the_heading_names_people_time_and_steps():
    nothing = Difference(())
    report = MergeReport("c.gpkg", ("Chen", "Wang"), "2020-05-03T06:02:00+00:00", ("a", "b"), nothing)
    assert parted(report).startswith("Chen, Wang's copy parted from yours on 3 May 2020")
    assert "2 steps" in parted(report)
    assert "one step" in parted(replace(report, steps=("a",)))
    assert parted(replace(report, steps=())) == "“c.gpkg” has nothing that is not here already."
    assert people(()) == "A colleague"
    set_language("zh_CN")
    assert moment("2020-05-03T06:02:00+00:00").startswith("2020 年 5 月 3 日 ")
    assert moment("no time") == "no time"


def test_the_table_has_a_line_for_each_field_and_no_formula(pair, tmp_path):
    session, theirs, *_ = pair
    difference = turned(session.timeline.compare_file(theirs).run())
    path = write_table(difference, words_of(session.project), tmp_path / "d.csv").run()
    text = path.read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(text.splitlines()))
    lift = [r for r in rows if r["Change"] == "Added"]
    assert {r["Field"]: r["After"] for r in lift}["Title"] == "'=Lift"
    cost = next(r for r in rows if r["Field"] == "Cost in yuan")
    assert (cost["Before"], cost["After"], cost["Object"]) == ("¥200", "¥300", "1 · Ramp")
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")


def test_a_cancelled_table_leaves_the_old_one(tmp_path):
    path = tmp_path / "d.csv"
    path.write_text("old")
    with pytest.raises(Cancelled):
        write_table(Difference((change(),)), lambda _c: (), path).run(is_cancelled=lambda: True)
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["d.csv"]


def test_a_difference_turned_twice_is_itself():
    made = Difference(
        (
            change(after=shapely.Point(1, 2)),
            change(ChangeKind.CHANGED, row=2, fields=(FieldChange("cost", 1, 2),)),
            change(ChangeKind.REMOVED, row=3, before=shapely.Point(0, 0)),
        ),
        "EPSG:4545",
    )
    assert turned(turned(made)) == made
    assert [c.kind for c in turned(made).changes] == [
        ChangeKind.REMOVED,
        ChangeKind.CHANGED,
        ChangeKind.ADDED,
    ]
    assert turned(made).changes[1].fields == (FieldChange("cost", 2, 1),)
