"""The history in words: what each step changed, ways back, versions; driven as a planner's day drives it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.affinity import translate

from renovate_gui.app.field_words import field_words, object_title
from renovate_gui.app.session import Session
from renovate_gui.app.shape_words import moved_by, shape_words
from renovate_gui.app.timeline import START, days_ago, later_steps
from renovate_gui.app.value_words import plain_words
from renovate_gui.assets import set_language
from renovate_gui.domain.difference import ChangeKind, FieldChange, ObjectChange, ObjectKey, ObjectKind
from renovate_gui.domain.errors import DependsError, RequestError
from renovate_gui.domain.proposal import FundShare, FundSource, Governance, Priority, ProposalStatus
from renovate_gui.domain.style import Style, StyleClass, Symbol

X, Y = 360_000.0, 3_270_000.0


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with Session.create(tmp_path / "day.gpkg", title="Day", crs="EPSG:4545") as made:
        yield made


def lines(session: Session, number: int) -> dict[str, tuple[str, str]]:
    (change,) = session.timeline.difference(number).changes
    return {label: (before, after) for label, before, after in session.timeline.field_words(change)}


def last(session: Session) -> int:
    return session.timeline.steps()[-1].number


def test_a_proposals_fields_are_told_in_words(session: Session) -> None:
    made = session.proposals.add(shapely.Point(X, Y), title="Ramp", kind="ramp")
    full = replace(
        made,
        status=ProposalStatus.DISCUSSED,
        priority=Priority.HIGH,
        cost=Decimal(350_000),
        funds=(
            FundShare(FundSource.DISTRICT, Decimal(300_000)),
            FundShare(FundSource.RESIDENTS, Decimal(50_000)),
        ),
        governance=Governance(operator="Street office"),
    )
    session.proposals.update(full)
    told = lines(session, last(session))
    assert told["Status"] == ("", "Under discussion")
    assert told["Priority"] == ("", "High")
    assert told["Cost in yuan"] == ("", "¥350,000")
    assert told["Funds"] == ("", "District budget ¥300,000\nResidents' share ¥50,000")
    assert told["Run by"] == ("", "Street office")
    assert not {"governance", "funds", "cost"} & set(told)
    set_language("zh_CN")
    assert lines(session, last(session))["状态"] == ("", "讨论中")


def test_a_move_a_reshape_and_a_removal_are_told_in_metres(session: Session) -> None:
    point = session.proposals.add(shapely.Point(X, Y), title="Bench")
    session.proposals.set_geometry(point.uuid, shapely.Point(X + 12, Y + 5))
    assert lines(session, last(session))["Place"] == ("", "moved by 13.0 m")
    square = session.proposals.add(shapely.box(X, Y, X + 10, Y + 12))
    session.proposals.set_geometry(
        square.uuid, shapely.Polygon([(X, Y), (X + 11.25, Y), (X + 11.25, Y + 12), (X, Y + 12)])
    )
    told = lines(session, last(session))
    assert told["Area size"] == ("120 m²", "135 m²")
    assert told["Vertices"] == ("4", "4: 2 moved")
    session.proposals.delete(square.uuid)
    assert lines(session, last(session))["Area size"] == ("135 m²", "")


def test_looks_are_told_class_by_class_with_their_symbols(session: Session) -> None:
    old = Style(classes=(StyleClass("House", Symbol(fill="#112233")),))
    new = Style(classes=(StyleClass("House", Symbol(fill="#445566", stroke_px=2.0)),), opacity=0.5)
    import msgspec

    change = ObjectChange(
        ObjectKey("rg_layers", 1), ObjectKind.LAYER, ChangeKind.CHANGED, "Houses",
        fields=(FieldChange("style", msgspec.to_builtins(old), msgspec.to_builtins(new)),),
    )  # fmt: skip
    told = {w.label: (w.before, w.after) for w in session.timeline.field_words(change)}
    assert told["Opacity"] == ("100 %", "50 %")
    assert told["House"] == ("#112233, outline 0.7 px", "#445566, outline 2 px")
    before, after = session.timeline.symbols(change)["House"]
    assert before is not None
    assert after is not None
    assert (before.fill, after.fill) == ("#112233", "#445566")


def test_columns_are_called_by_what_they_mean() -> None:
    change = ObjectChange(
        ObjectKey("lyr_x", 1), ObjectKind.FEATURE, ChangeKind.CHANGED, "House 5",
        fields=(FieldChange("levels", 3.0, 9.0), FieldChange("remark", None, "new")),
    )  # fmt: skip
    told = field_words(change, field_map={"floors": "levels"})
    assert [tuple(line) for line in told] == [("Floors (levels)", "3", "9"), ("remark", "", "new")]


def test_settings_have_names_of_their_own() -> None:
    change = ObjectChange(
        ObjectKey("rg_meta", 1), ObjectKind.SETTING, ChangeKind.CHANGED, "title",
        fields=(FieldChange("title", "Old", "New"),),
    )  # fmt: skip
    assert object_title(change) == "Title"
    assert [tuple(line) for line in field_words(change)] == [("Title", "Old", "New")]


@pytest.mark.parametrize(
    ("value", "words"),
    [(None, ""), (True, "yes"), (3, "3"), (2015.0, "2015"), (12_345.0, "12,345"), (0.25, "0.25"), (["a", "b"], "a, b"),
     ({"a": 1}, "a: 1"), (float("nan"), "")],
)  # fmt: skip
def test_plain_values(value: object, words: str) -> None:
    assert plain_words(value) == words


def test_ways_back_and_forth(session: Session) -> None:
    first = session.proposals.add(shapely.Point(X, Y), title="One")
    second = session.proposals.add(shapely.Point(X + 5, Y), title="Two")
    timeline = session.timeline
    one, two = timeline.steps()
    assert timeline.go_to(START) == 2
    assert session.proposals.all() == ()
    assert timeline.go_to(two.uuid) == 2
    assert {p.uuid for p in session.proposals.all()} == {first.uuid, second.uuid}
    made = timeline.undo_one(one.number)
    assert [p.uuid for p in session.proposals.all()] == [second.uuid]
    assert made.number == last(session)
    counts = timeline.compare(START, timeline.state).counts()
    assert (counts[ChangeKind.ADDED], counts[ChangeKind.REMOVED]) == (1, 0)


def test_a_step_that_others_build_on_names_them(session: Session) -> None:
    made = session.proposals.add(shapely.Point(X, Y), title="One")
    session.proposals.update(replace(made, title="Uno"))
    first, second = session.timeline.steps()
    with pytest.raises(DependsError) as caught:
        session.timeline.undo_one(first.number)
    assert [s.uuid for s in later_steps(caught.value)] == [second.uuid]
    assert [s.uuid for s in session.timeline.dependents(first.number)] == [second.uuid]
    assert later_steps(RequestError("something else")) == ()


def test_versions_copies_and_seals(session: Session, tmp_path: Path) -> None:
    session.proposals.add(shapely.Point(X, Y), title="One")
    version = session.timeline.name_version("Shown", "to the council")
    session.proposals.add(shapely.Point(X, Y), title="Two")
    assert session.timeline.check_version(version).run()
    copy = session.timeline.save_copy_at(version.state, tmp_path / "copy.gpkg").run()
    with Session.open(copy) as other:
        assert [p.title for p in other.proposals.all()] == ["One"]
    assert [v.name for v in session.timeline.versions()] == ["Shown"]


def test_tidying_up_keeps_the_present_and_the_versions(session: Session) -> None:
    for n in range(6):
        session.proposals.add(shapely.Point(X + n, Y), title=str(n))
        if n == 2:
            version = session.timeline.name_version("Middle")
    before = session.proposals.all()
    assert session.timeline.count_older(30) == 0
    report = session.timeline.compact("").run()
    assert (report.steps_before, report.steps_after) == (6, 2)
    assert report.backup.is_file()
    assert session.proposals.all() == before
    assert session.timeline.check_version(version).run()
    assert days_ago(0) > days_ago(1)


def test_what_is_large_is_told_apart(session: Session) -> None:
    session.proposals.add(shapely.Point(X, Y), title="small")
    (small,) = session.timeline.steps()
    assert not session.timeline.is_large(small.parent, small.uuid)
    session.proposals.add(shapely.LineString(np.column_stack([np.arange(40_000) + X, np.full(40_000, Y)])))
    large = session.timeline.steps()[-1]
    assert session.timeline.is_large(large.parent, large.uuid)
    assert session.timeline.is_large(
        small.parent, small.uuid
    )  # its names are traced back through the large one


metres = st.floats(-500, 500, allow_nan=False)


@given(dx=metres, dy=metres)
def test_a_moved_shape_is_told_as_moved(dx: float, dy: float) -> None:
    square = shapely.box(X, Y, X + 10, Y + 20)
    moved = translate(square, dx, dy)
    assert moved_by(square, moved) == pytest.approx(np.hypot(dx, dy), abs=1e-6)
    told = shape_words(square, moved, "")
    assert all(label == "Place" for label, _, _ in told)


def test_geometry_that_came_or_went_is_measured_on_its_side() -> None:
    line = shapely.LineString([(X, Y), (X + 30, Y)])
    assert shape_words(None, line, "") == (("Length", "", "30.0 m"),)
    assert shape_words(line, None, "") == (("Length", "30.0 m", ""),)
    assert shape_words(None, None, "") == ()
