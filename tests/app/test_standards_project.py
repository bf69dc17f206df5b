"""The project's own layer: rows changed with a reason, signed, taken back, merged, and profile files brought in."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, Point, box

from renovate_gui.app import standard_project, standards
from renovate_gui.app.detour import detour_of, detour_words
from renovate_gui.app.gaps import GapRequest
from renovate_gui.app.session import Session
from renovate_gui.assets import set_language
from renovate_gui.domain.errors import DataError, RequestError
from renovate_gui.domain.layer import LayerInfo, LayerTable
from renovate_gui.domain.roles import SLOT_OF_ROLE, Datum, Role
from renovate_gui.domain.standard import Level, Obligation
from renovate_gui.domain.verdict import Measure, Verdict

BOOK, DAY = "GB 50180-2018, first printing", date(2026, 11, 2)
KIND = "elderly_day_care"


@pytest.fixture
def session(tmp_path: Path):
    with Session.create(tmp_path / "a.gpkg", title="A", crs="EPSG:4545") as opened:
        yield opened


def put_layer(session, role, geometry, **columns):
    shapes = np.empty(len(geometry), dtype=object)
    shapes[:] = geometry
    table = LayerTable(
        np.arange(1, len(shapes) + 1), shapes, {k: np.array(v, dtype=object) for k, v in columns.items()}
    )
    info = LayerInfo(
        id=0, uuid="", name=role.value, table="", role=role, slot=SLOT_OF_ROLE[role], position=0, is_visible=True,
        geometry_type="", feature_count=len(shapes), source_crs="EPSG:4545", datum=Datum.CGCS2000,
        field_map={k: k for k in columns},
    )  # fmt: skip
    with session.project.action("import") as writer:
        writer.add_layer(info, table)


@pytest.fixture
def street(session):
    """Ten houses along a street, a culture centre at its beginning and nothing else."""
    put_layer(session, Role.BUILDINGS, [box(100 * i, 5, 100 * i + 10, 15) for i in range(10)])
    put_layer(session, Role.WALK_NETWORK, [LineString([(-50, 0), (1050, 0)])])
    put_layer(session, Role.FACILITIES, [Point(0, -5)], kind=["文化活动中心"], name=["长江路文化活动中心"])
    return session


def run(session, kind, **more):
    return session.gaps.prepare(GapRequest(kinds=(kind,), **more)).run()[0]


def test_a_changed_row_counts_and_says_that_it_is_the_projects(street):
    before = run(street, "culture_centre")
    row = street.standards.edit_row("culture_centre", {"radius_m": 450}, "steep ground")
    assert (row.radius_m, row.level, row.changed, row.why) == (
        450,
        Level.PROJECT,
        ("radius_m",),
        "steep ground",
    )
    assert "set by this project in place of GB 50180-2018 B.0.1 / C.0.1" in row.source
    assert row.clause == ""  # the text does not say 450 m
    assert (row.below.radius_m, row.below.origin) == (1000, "cn-gb50180-2018")
    assert street.gaps.latest() == ()  # what was judged by the other distance no longer holds
    after = run(street, "culture_centre")
    assert (before.limit_m, after.limit_m) == (1000, 450)
    assert after.buildings(Verdict.SERVED) < before.buildings(Verdict.SERVED)
    assert after.row.source == row.source


def test_a_culture_centre_does_not_silence_a_missing_culture_station(street):
    centre, station = run(street, "culture_centre"), run(street, "culture_station")
    assert centre.buildings(Verdict.SERVED) > 0
    assert station.facility_names == ()
    assert station.buildings(Verdict.OUT_OF_REACH) == 10
    walked = detour_of(centre)
    assert walked.places == 10
    # by hand: 10 m and 5 m of access beside each x of the street; straight: the house's middle to the facility
    x = 100.0 * np.arange(10) + 5
    assert walked.ratio == pytest.approx(np.sum(10 + 5 + x) / np.sum(np.hypot(x, 15)), rel=1e-9)
    assert "over the buildings" in detour_words(walked)
    assert detour_of(station) is None


def test_changes_add_up_and_going_back_to_the_texts_value_leaves_nothing(session):
    session.standards.edit_row(KIND, {"radius_m": 250}, "a")
    row = session.standards.edit_row(KIND, {"obligation": "must", "gfa_m2": (400, None)}, "b")
    assert (row.radius_m, row.obligation, row.gfa_m2) == (250, Obligation.MUST, (400, None))
    session.standards.edit_row(KIND, {"radius_m": 300, "gfa_m2": (350, 750)}, "c")
    row = session.standards.edit_row(KIND, {"obligation": "should"}, "d")
    assert row == standards.profile("").row(KIND)
    assert session.project.metas("standards.") == {}


def test_each_change_is_one_step_with_a_readable_title_and_undo(session):
    session.standards.edit_row(KIND, {"radius_m": 250, "clause": "C.0.9"}, "as printed")
    session.standards.sign_row(KIND, "Li", DAY, BOOK)
    titles = [step.what for step in session.history()]
    assert titles == [
        "Standard, Elderly day care: Distance 300 m → 250 m, Clause B.0.2 / C.0.2 → C.0.9",
        f"Sign the row “Elderly day care” as compared with {BOOK}",
    ]
    assert session.history()[0].why == "as printed"
    session.undo()
    assert not session.standards.row(KIND).is_checked
    session.undo()
    assert session.standards.row(KIND).radius_m == 300
    session.redo()
    assert session.standards.row(KIND).radius_m == 250


def test_the_history_tells_a_change_in_words_of_both_languages(session):
    session.standards.edit_row(KIND, {"radius_m": 250}, "steep")
    for language, title, value in (
        ("en", "Row of the standard: Elderly day care", "Distance 250 m\nReason: steep"),
        ("zh_CN", "标准条目：老年人日间照料中心", "距离 250 m\n原因：steep"),
    ):
        set_language(language)
        (change,) = session.timeline.difference(1).changes
        (line,) = session.timeline.field_words(change)
        assert (line.label, line.before, line.after) == (title, "", value)


def test_a_signature_holds_for_the_words_that_were_compared_and_for_no_others(session):
    row = session.standards.sign_row(KIND, " Li ", DAY, BOOK)
    assert (row.is_checked, row.verified_by, row.verified_on, row.printed) == (True, "Li", "2026-11-02", BOOK)
    assert row.source == "GB 50180-2018"
    set_language("zh_CN")
    assert session.standards.row(KIND).is_checked  # notes and names are no part of what was compared
    set_language("en")
    session.standards.choose("cn-guizhou-2022")
    assert not session.standards.row(KIND).is_checked  # another text's row
    session.standards.choose("cn-gb50180-2018")
    assert session.standards.row(KIND).is_checked
    assert not session.standards.edit_row(KIND, {"radius_m": 250}, "x").is_checked


def test_a_second_signature_says_whose_place_it_takes(session):
    assert session.standards.signature_of(KIND) is None
    session.standards.sign_row(KIND, "Li", DAY, BOOK)
    assert session.standards.signature_of(KIND) == ("Li", "2026-11-02")
    session.standards.sign_row(KIND, "Wang", DAY, BOOK)
    assert "in place of the signature of Li, 2026-11-02" in session.history()[-1].what
    assert session.standards.row(KIND).verified_by == "Wang"


def test_an_edited_row_can_be_signed_as_corrected_by_the_print_and_loses_that_when_edited_again(session):
    session.standards.edit_row(KIND, {"radius_m": 350}, "the book says 350 m")
    row = session.standards.sign_row(KIND, "Li", DAY, BOOK)
    assert (row.is_checked, row.source, row.clause) == (True, "GB 50180-2018", "B.0.2 / C.0.2")
    assert not session.standards.edit_row(KIND, {"radius_m": 360}, "y").is_checked
    assert not session.standards.edit_row(KIND, {"radius_m": 350}, "z").is_checked  # not even back again
    assert session.standards.reset_row(KIND).radius_m == 300
    with pytest.raises(RequestError, match="neither changed nor signed"):
        session.standards.reset_row(KIND)


def test_reset_takes_a_signature_back_where_nothing_is_changed(session):
    session.standards.sign_row(KIND, "Li", DAY, BOOK)
    assert not session.standards.reset_row(KIND).is_checked


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"radius_m": -1}, "Distance must be a number above 0"),
        ({"radius_m": float("nan")}, "Distance must be a number above 0"),
        ({"radius_m": True}, "Distance must be a number above 0"),
        ({"radius_m": "far"}, "Distance must be a number above 0"),
        ({"count": 1.5}, "Number per community must be a whole number"),
        ({"gfa_m2": (500, 100)}, "Floor area, m²: the first number must not be above the second"),
        ({"gfa_m2": 500}, "Floor area, m² must be two numbers"),
        ({"obligation": "shall"}, "“shall” is no obligation word"),
        ({"kind": "market"}, "“kind” of a row cannot be changed"),
    ],
)
def test_a_row_cannot_be_changed_into_nonsense(session, changes, words):
    with pytest.raises(RequestError, match=words):
        session.standards.edit_row(KIND, changes, "because")
    assert session.history() == ()


def test_a_change_needs_a_reason_and_a_signature_a_name_and_a_book(session):
    with pytest.raises(RequestError, match="Say why"):
        session.standards.edit_row(KIND, {"radius_m": 250}, "  ")
    for who, printed in (("", BOOK), ("Li", " ")):
        with pytest.raises(RequestError, match="needs a name and the printed edition"):
            session.standards.sign_row(KIND, who, DAY, printed)
    with pytest.raises(RequestError, match="no row “spaceport”"):
        session.standards.edit_row("spaceport", {"radius_m": 2}, "x")


@settings(max_examples=40, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["radius_m", "minutes", "gfa_m2", "count", "obligation", "clause"]),
        st.integers(1, 900),
    )
)
def test_what_is_not_touched_falls_through(chosen):
    """Whatever a project changes, every other field and every other row is the text's own."""
    values = {
        n: {"gfa_m2": (v, None), "obligation": "may", "clause": f"C.{v}", "minutes": float(v), "radius_m": float(v)}.get(n, v)
        for n, v in chosen.items()
    }  # fmt: skip
    base = standards.profile("")
    laid = standard_project.with_project(base, {KIND: standard_project.RowLayer(values, "x")})
    own, text = laid.find(KIND), base.find(KIND)
    for name in (
        "radius_m",
        "minutes",
        "gfa_m2",
        "site_m2",
        "count",
        "tier",
        "basis",
        "confidence",
        "listing",
    ):
        assert getattr(own, name) == (values[name] if name in values else getattr(text, name))
    assert [r for r in laid.rows if r.key != KIND] == [r for r in base.rows if r.key != KIND]


def test_two_people_change_different_rows_and_both_come_through_a_merge(tmp_path):
    mine, theirs = tmp_path / "mine.gpkg", tmp_path / "theirs.gpkg"
    with Session.create(mine, title="A", crs="EPSG:4545") as session:
        session.save_copy(theirs)
        with Session.open(theirs) as other:
            other.standards.edit_row("childcare", {"radius_m": 400}, "theirs")
            other.standards.sign_row("market", "Wang", DAY, BOOK)
        session.standards.edit_row(KIND, {"radius_m": 250}, "mine")
        report = session.project.merge_report(theirs)
        assert not report.conflicts
        session.project.merge(theirs, {})
        laid = session.standards.active()
        assert (laid.row(KIND).radius_m, laid.row("childcare").radius_m) == (250, 400)
        assert laid.row("market").verified_by == "Wang"


OWN = """
schema = 2
id = "my-city"
zh = "我市"
en = "My city"
source = "My city's rules 2025"
level = "city"
version = "3"
date = "2025-01-01"
extends = "my-province"

[[row]]
kind = "childcare"
tier = "c5"
radius_m = 450
basis = "age0_2"
obligation = "must"
clause = "7"
confidence = "S"
"""
PROVINCE = OWN.replace("my-city", "my-province").replace('"my-province"\n\n', '"cn-gb50180-2018"\n\n').replace(
    'level = "city"', 'level = "province"'
).replace("childcare", "elderly_day_care").replace("450", "650")  # fmt: skip


def test_a_profile_file_comes_into_the_project_with_what_it_extends_and_the_files_are_needed_no_more(
    tmp_path,
):
    path = tmp_path / "city.toml"
    path.write_text(OWN, encoding="utf-8")
    (tmp_path / "my-province.toml").write_text(PROVINCE, encoding="utf-8")
    project, moved = tmp_path / "a.gpkg", tmp_path / "elsewhere" / "b.gpkg"
    moved.parent.mkdir()
    with Session.create(project, title="A", crs="EPSG:4545") as session:
        made = session.standards.import_profile(path, chooses=True)
        assert made.id == "my-city"
        assert [s.what for s in session.history()] == ["Import the standard “My city”"]
        session.save_copy(moved)
    path.unlink()
    (tmp_path / "my-province.toml").unlink()
    with Session.open(moved) as session:
        laid = session.gaps.profile()
        assert [(layer.id, layer.level.value) for layer in laid.layers][1:] == [
            ("cn-gb50180-2018", "national"),
            ("my-province", "province"),
            ("my-city", "city"),
            ("project", "project"),
        ]
        rows = {k: laid.row(k) for k in ("childcare", KIND, "market")}
        assert [(r.radius_m, r.origin) for r in rows.values()] == [
            (450, "my-city"),
            (650, "my-province"),
            (500, "cn-gb50180-2018"),
        ]
        assert {p.id for p in session.gaps.profiles()} >= {"my-city", "my-province", "us-10min-walk"}
        session.undo()
        assert session.gaps.profile().id == "cn-gb50180-2018"


@pytest.mark.parametrize(
    ("old", "new", "kind", "words"),
    [
        (
            "radius_m",
            "raduis_m",
            DataError,
            "city.toml, row 1 (childcare): raduis_m: is no key here; did you mean “radius_m”?",
        ),
        ('id = "my-city"', 'id = "us-10min-walk"', RequestError, "is a standard of this program"),
        (
            "my-province",
            "gone",
            DataError,
            "city.toml, top of the file: extends: there is no standard “gone”",
        ),
        ("my-province", "../../secret", DataError, "extends: “../../secret” is no id"),
    ],
)
def test_a_broken_profile_file_is_refused_and_leaves_nothing(session, tmp_path, old, new, kind, words):
    path = tmp_path / "city.toml"
    path.write_text(OWN.replace(old, new, 1), encoding="utf-8")
    (tmp_path / "my-province.toml").write_text(PROVINCE, encoding="utf-8")
    with pytest.raises(kind) as caught:
        session.standards.import_profile(path)
    assert words in str(caught.value)
    assert session.history() == ()


def test_by_circle_there_is_no_detour(street):
    result = run(street, "culture_centre", measure=Measure.CIRCLE)
    found = detour_of(result)
    assert found is None or found.ratio >= 1
