"""Totals of residents in a project: kept, undone, shared out to the right buildings, said in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from shapely.geometry import Point, Polygon, box

from renovate_gui.app.field_words import field_words, object_title
from renovate_gui.app.gaps import GapRequest
from renovate_gui.app.people_estimate import Totals, error_words, estimate
from renovate_gui.app.session import Session
from renovate_gui.domain.errors import RequestError
from renovate_gui.domain.facility import AgeBasis
from renovate_gui.domain.ids import LayerId, Uuid
from renovate_gui.domain.layer import LayerInfo, LayerTable
from renovate_gui.domain.roles import SLOT_OF_ROLE, Datum, Role
from renovate_gui.domain.verdict import GapResult, Measure, PeopleSource, Verdict

Columns = dict[str, list[Any]]


def put(
    session: Session, role: Role, shapes: list[Polygon], columns: Columns, fields: dict[str, str]
) -> None:
    """Store a layer as the import does."""
    geometry = np.empty(len(shapes), dtype=object)
    geometry[:] = shapes
    made = {
        k: np.array(v, dtype=object if isinstance(v[0], str | None) else float) for k, v in columns.items()
    }
    info = LayerInfo(
        LayerId(0), Uuid(""), role.value, "", role, SLOT_OF_ROLE[role], 0, True, "", 0, "EPSG:4545",
        Datum.CGCS2000, field_map=fields,
    )  # fmt: skip
    with session.project.action(role.value) as writer:
        writer.add_layer(info, LayerTable(np.arange(1, len(shapes) + 1), geometry, made))


def houses(session: Session, extra: Columns | None = None) -> None:
    """Put four buildings of 100 m² in a row: 6 floors, 3 floors, a school, one of unknown floors and use."""
    columns: Columns = {"use": ["住宅", "residential", "school", None], "floors": [6.0, 3.0, 4.0, np.nan]}
    shapes = [box(x, 0, x + 10, 10) for x in (0, 100, 200, 300)]
    columns |= extra or {}
    fields = {name: name for name in columns}
    put(session, Role.BUILDINGS, shapes, columns, fields)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with Session.create(tmp_path / "甲.gpkg", title="甲", crs="EPSG:4545") as made:
        yield made


def test_typed_totals_go_by_floor_area(session: Session) -> None:
    houses(session)
    session.people.set_totals(Totals({"residents": 2700.0, "age60": 540.0}))
    found = session.people.estimate()
    assert found is not None
    # 600, 300 and (median of 6 and 3 floors) 450 m²; nobody in the school
    np.testing.assert_allclose(found.people[AgeBasis.RESIDENTS], [1200.0, 600.0, 0.0, 900.0])
    np.testing.assert_allclose(found.people[AgeBasis.AGE60], [240.0, 120.0, 0.0, 180.0])
    assert found.counts == {"homes": 3, "unsaid": 1, "guessed": 1, "outside": 0}
    words = " ".join(found.notes())
    assert "2,700" in words
    assert "planning estimate" in words
    assert "1 building does not say" in words


def test_it_is_one_step_that_can_be_undone(session: Session) -> None:
    houses(session)
    steps = len(session.history())
    session.people.set_totals(Totals({"residents": 100.0}))
    session.people.set_totals(Totals({"residents": 100.0}))
    assert len(session.history()) == steps + 1
    session.undo()
    assert session.people.totals() is None
    session.redo()
    assert session.people.totals() == Totals({"residents": 100.0})
    session.people.clear()
    assert session.people.estimate() is None
    session.undo()
    assert session.people.totals() is not None


def test_a_column_of_the_data_wins(session: Session) -> None:
    houses(session, {"residents": [10.0, 30.0, 0.0, np.nan]})
    session.people.set_totals(Totals({"residents": 999.0, "age60": 8.0}))
    found = session.people.estimate()
    assert found is not None
    assert list(found.people) == [AgeBasis.AGE60]
    assert found.people[AgeBasis.AGE60].tolist() == [2.0, 6.0, 0.0, 0.0]  # by residents, not by floor area
    assert found.by_residents
    assert any("column of their own" in n for n in found.notes())
    with pytest.raises(RequestError, match="nothing to estimate"):
        session.people.set_totals(Totals({"residents": 999.0}))


def test_a_layer_of_areas_holds_the_totals(session: Session) -> None:
    houses(session)
    areas = [box(-5, -5, 150, 20), box(150, -5, 250, 20), box(-5, -5, 20, 20)]
    put(session, Role.GRIDS, areas, {"pop": [90.0, 40.0, 7.0]}, {"residents": "pop"})
    (holder,) = session.people.holders()
    session.people.set_totals(Totals(layer=str(holder.layer.uuid)))
    found = session.people.estimate()
    assert found is not None
    people = found.people[AgeBasis.RESIDENTS]
    np.testing.assert_array_equal(
        people, [60.0, 30.0, 0.0, np.nan]
    )  # the first of two areas over one another
    assert found.left[AgeBasis.RESIDENTS] == 47.0
    words = " ".join(found.notes())
    assert "47 people" in words
    assert "1 building lies outside" in words
    session.layers.remove(holder.layer.id)
    gone = session.people.estimate()
    assert gone is not None
    assert "is gone" in gone.problem


def test_totals_of_the_community_count_its_buildings_alone(session: Session) -> None:
    houses(session)
    with pytest.raises(RequestError, match="community"):
        session.people.set_totals(Totals({"residents": 90.0}, area="community"))
    put(session, Role.STUDY_AREA, [box(-5, -5, 150, 20)], {"role": ["community"]}, {"role": "role"})
    session.people.set_totals(Totals({"residents": 90.0}, area="community"))
    found = session.people.estimate()
    assert found is not None
    np.testing.assert_array_equal(found.people[AgeBasis.RESIDENTS], [60.0, 30.0, np.nan, np.nan])


def test_whole_people_keep_the_sum(session: Session) -> None:
    houses(session)
    found = session.people.preview(Totals({"residents": 100.0}, whole=True))
    people = found.people[AgeBasis.RESIDENTS]
    assert people.sum() == 100.0
    assert people.tolist() == [45.0, 22.0, 0.0, 33.0]


@pytest.mark.parametrize(
    ("people", "words"),
    [
        ({}, "at least"),
        ({"residents": -1.0}, "0 or more"),
        ({"residents": 100.0, "age60": 120.0}, "cannot be more"),
        ({"residents": 100.0, "age65": 20.0, "age80": 30.0}, "cannot be more"),
    ],
)
def test_totals_that_cannot_be_are_refused(session: Session, people: dict[str, float], words: str) -> None:
    houses(session)
    with pytest.raises(RequestError, match=words):
        session.people.set_totals(Totals(people))
    assert session.people.totals() is None


def test_without_buildings_there_is_nothing_to_share_out_to(session: Session) -> None:
    put(session, Role.PARCELS, [box(0, 0, 9, 9)], {"code": ["1"]}, {"code": "code"})
    with pytest.raises(RequestError, match="buildings"):
        session.people.set_totals(Totals({"residents": 10.0}))


def test_the_error_shrinks_with_the_part_and_vanishes_for_the_whole(session: Session) -> None:
    houses(session)
    found = estimate(session.layers, Totals({"residents": 2700.0, "age60": 540.0}))
    one = np.array([False, True, False, False])
    every = np.ones(4, dtype=bool)
    assert found.error(AgeBasis.RESIDENTS, every) == 0.0
    assert 0.1 < found.error(AgeBasis.RESIDENTS, one) < found.error(AgeBasis.AGE60, one) < 1.0
    cut = found.only(one)
    assert cut.people[AgeBasis.AGE60].tolist() == [120.0]
    assert "±" in error_words(0.123)
    assert "12" in error_words(0.123)


def test_a_setting_of_a_newer_program_is_passed_over(session: Session) -> None:
    houses(session)
    with session.project.action("new") as writer:
        writer.set_meta("people.estimate", '{"people": {"age99": 3}}')
    assert session.people.estimate() is None


def served(session: Session) -> GapResult:
    """Return the gap of elderly day care in a straight line, with a day care at the first house."""
    session.proposals.add(Point(5, -5), title="a", kind="elderly_day_care")
    (result,) = session.gaps.prepare(
        GapRequest(kinds=("elderly_day_care",), measure=Measure.CIRCLE, limit_m=150.0)
    ).run()
    return result


def test_every_figure_of_an_estimate_says_so(session: Session) -> None:
    houses(session)
    session.people.set_totals(Totals({"residents": 2700.0, "age60": 540.0}))
    result = served(session)
    assert result.people_source is PeopleSource.ESTIMATED
    assert result.people_of(Verdict.SERVED) == pytest.approx(360.0)
    assert result.people_total == pytest.approx(540.0)
    part = result.verdict == Verdict.SERVED
    found = session.people.estimate()
    assert found is not None
    assert result.people_error == found.error(AgeBasis.AGE60, part) > 0.0
    assert any("planning estimate" in n for n in result.notes)


def test_the_report_tells_the_same_group_and_error(session: Session) -> None:
    houses(session)
    session.people.set_totals(Totals({"residents": 2700.0, "age60": 540.0}))
    result = served(session)
    made = session.reporting.prepare(
        GapRequest(kinds=("elderly_day_care",), measure=Measure.CIRCLE, limit_m=150.0)
    ).run()
    (statement,) = made.statements
    assert "of 540 people (Aged 60+)" in statement.sentence
    assert statement.spread == pytest.approx(360.0 * result.people_error)
    error = f"± {360.0 * result.people_error:,.0f} of the 360"
    assert error in statement.sentence


def test_changed_totals_outdate_what_was_computed(session: Session) -> None:
    houses(session)
    before = served(session)
    assert before.people_source is PeopleSource.NONE
    assert session.gaps.latest()
    session.people.set_totals(Totals({"residents": 2700.0}))
    assert not session.gaps.latest()
    (after,) = session.gaps.prepare(
        GapRequest(kinds=("elderly_day_care",), measure=Measure.CIRCLE, limit_m=150.0)
    ).run()
    assert after.people_source is PeopleSource.RESIDENTS_ONLY
    assert after.people_total == pytest.approx(2700.0)
    assert np.isfinite(after.people_error)
    session.undo()
    (again,) = session.gaps.prepare(
        GapRequest(kinds=("elderly_day_care",), measure=Measure.CIRCLE, limit_m=150.0)
    ).run()
    assert again.people_source is PeopleSource.NONE


def test_the_history_says_which_totals_changed(session: Session) -> None:
    houses(session)
    session.people.set_totals(Totals({"residents": 2700.0}))
    session.people.set_totals(Totals({"residents": 2700.0, "age60": 540.0}, whole=True))
    difference = session.timeline.difference(session.history()[-1].number)
    (change,) = difference.changes
    lines = {(line.label, line.before, line.after) for line in field_words(change)}
    assert object_title(change) == "Residents estimated from totals"
    assert lines == {("Aged 60+", "", "540"), ("Whole people in every building", "", "yes")}
