"""``analyze`` and ``why`` as scripts see them: person, room, and the same words as the window."""

from __future__ import annotations

import json

import numpy as np
import pytest
from shapely.geometry import LineString, Point, box

from renovate_gui.app.session import Session
from renovate_gui.bootstrap import run
from renovate_gui.domain.ids import LayerId, Uuid
from renovate_gui.domain.layer import LayerInfo, LayerTable
from renovate_gui.domain.roles import SLOT_OF_ROLE, Datum, Role


@pytest.fixture(autouse=True)
def _speak_english(monkeypatch):
    monkeypatch.setenv("RENOVATE_LANG", "en")


@pytest.fixture
def path(tmp_path):
    """Three homes of 10 toddlers on one street of 200 m, a nursery of 5 places at its end."""
    path = tmp_path / "甲.gpkg"
    x, y = 500_000.0, 3_000_000.0
    homes = [box(x + d, y + 5, x + d + 10, y + 15) for d in (0, 100, 190)]
    with Session.create(path, title="甲", crs="EPSG:4545") as session:
        for role, shapes, columns, meaning in (
            (Role.BUILDINGS, homes, {"kids": [10.0] * 3, "no": ["甲1", "甲2", "甲2"]}, {"age0_2": "kids", "code": "no"}),
            (Role.WALK_NETWORK, [LineString([(x, y), (x + 200, y)])], {}, {}),
        ):  # fmt: skip
            geometry = np.empty(len(shapes), dtype=object)
            geometry[:] = shapes
            table = LayerTable(
                np.arange(1, len(shapes) + 1),
                geometry,
                {
                    k: np.array(v, dtype=object if isinstance(v[0], str) else float)
                    for k, v in columns.items()
                },
            )
            info = LayerInfo(
                LayerId(0), Uuid(""), role.value, "", role, SLOT_OF_ROLE[role], 0, True, "", 0,
                "EPSG:4545", Datum.CGCS2000, field_map=meaning,
            )  # fmt: skip
            with session.project.action(role.value) as writer:
                writer.add_layer(info, table)
        made = session.proposals.add(Point(x + 5, y - 5), title="Nursery", kind="childcare")
        from dataclasses import replace

        session.proposals.update(replace(made, capacity=5.0))
    return path


def call(capsys, *arguments, code=0):
    assert run([str(a) for a in (*arguments, "--json")]) == code
    return json.loads(capsys.readouterr().out) if code == 0 else capsys.readouterr().err


def test_analyze_tells_person_and_room(path, capsys):
    told = call(
        capsys, "analyze", path, "--kind", "childcare", "--walker", "auto", "--need-share", "50%",
        "--direction", "round_trip",
    )  # fmt: skip
    (result,) = told["results"]
    assert (told["direction"], told["counts_capacity"], told["model"]) == ("round_trip", True, "e2sfca")
    assert (result["walked_by"], result["minutes_limit"]) == ("stroller", 10.0)
    assert (result["need_total"], result["people_placed"], result["capacity_total"]) == (15.0, 5.0, 5.0)
    assert (result["served"], result["full"], result["people_served"], result["people_full"]) == (
        1,
        2,
        10,
        20,
    )
    assert result["access"]["per_100_mean"] == pytest.approx(100 * 5 / 15, abs=1e-3)
    assert result["unreachable"] == {"buildings": 0, "residents": None}
    (free,) = call(capsys, "analyze", path, "--kind", "childcare", "--no-capacity")["results"]
    assert (free["served"], free["people_placed"], free["access"]) == (3, None, None)


def test_why_by_code_says_the_same_as_the_window(path, capsys):
    told = call(capsys, "why", path, "--kind", "childcare", "--building", "甲1", "--need-share", "0.5")
    assert (told["verdict"], told["title"], told["ways"][0]["taken"]) == ("served", "甲1", 5.0)
    assert told["profile"] is None
    assert "No heights in the data" in told["heights"]
    with Session.open(path, read_only=True) as session:
        from renovate_gui.app.gaps import GapRequest

        (result,) = session.gaps.prepare(GapRequest(("childcare",), need_share=0.5, walker="auto")).run()
        found = session.gaps.explain(result, told["building"])
    assert told["sentence"] == found.sentence
    assert run(["why", str(path), "--kind", "childcare", "--building", "甲1"]) == 0
    assert "Nursery: 15 m, 0.3 min there, 0.3 min back" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--kind", "childcare", "--building", "甲2"], "2 buildings are called"),
        (["--kind", "childcare", "--building", "乙"], "No counted building"),
        (["--building", "甲1"], "Name one kind"),
        (["--kind", "childcare", "--building", "甲1", "--need-share", "2"], "no share"),
        (["--kind", "childcare", "--building", "甲1", "--at", "25:00"], "no hour of day"),
    ],
)
def test_mistakes_are_one_line(path, capsys, arguments, words):
    assert run(["why", str(path), *arguments]) == 2
    said = capsys.readouterr().err.strip()
    assert words in said
    assert "\n" not in said


def test_what_is_not_given_is_as_the_project_keeps_it(path, capsys):
    from dataclasses import replace

    from renovate_gui.domain.travel import Direction

    with Session.open(path) as session:
        kept = replace(
            session.parameters.gaps(),
            walker="wheelchair",
            direction=Direction.ROUND_TRIP,
            limits={"childcare": 150.0},
            need_shares={"childcare": 0.25},
            with_proposals=False,
            counts_capacity=False,
        )
        session.parameters.set_gaps(kept)
    told = call(capsys, "analyze", path, "--kind", "elderly_day_care", "--kind", "childcare")
    asked = (told["walker"], told["direction"], told["with_proposals"], told["counts_capacity"])
    assert asked == ("wheelchair", "round_trip", False, False)
    elderly, childcare = told["results"]
    assert (childcare["limit_m"], childcare["need_share"], childcare["walked_by"]) == (
        150.0,
        0.25,
        "wheelchair",
    )
    assert elderly["limit_m"] != 150.0
    assert call(capsys, "why", path, "--kind", "childcare", "--building", "甲1")["limit_m"] == 150.0
    own = call(
        capsys, "analyze", path, "--kind", "childcare", "--walker", "auto", "--limit", "90", "--capacity",
        "--with-proposals", "--direction", "there", "--need-share", "0.5",
    )  # fmt: skip
    (result,) = own["results"]
    assert (own["walker"], own["with_proposals"], own["counts_capacity"]) == ("auto", True, True)
    assert (result["limit_m"], result["need_share"], result["walked_by"]) == (90.0, 0.5, "stroller")


def test_a_project_that_keeps_nothing_walks_with_whom_the_service_is_for(path, capsys):
    (result,) = call(capsys, "analyze", path, "--kind", "childcare")["results"]
    assert result["walked_by"] == "stroller"


def test_a_number_of_all_residents_is_never_called_an_age_group(path, capsys):
    with Session.open(path) as session:
        (info,) = session.layers.of_role(Role.BUILDINGS)
        session.layers.set_field_map(info.id, {"residents": "kids"})
    assert run(["analyze", str(path), "--kind", "childcare"]) == 0
    told = capsys.readouterr().out
    assert "people (all residents)" in told
    assert "people (aged 0" not in told


def test_an_area_without_buildings_is_refused_in_one_line(path, capsys):
    far = box(0, 0, 100, 100)
    table = LayerTable(
        np.array([1]), np.array([far], dtype=object), {"kind": np.array(["community"], dtype=object)}
    )
    info = LayerInfo(
        LayerId(0), Uuid(""), "范围", "", Role.STUDY_AREA, SLOT_OF_ROLE[Role.STUDY_AREA], 0, True, "", 0,
        "EPSG:4545", Datum.CGCS2000, field_map={"role": "kind"},
    )  # fmt: skip
    with Session.open(path) as session, session.project.action("area") as writer:
        writer.add_layer(info, table)
    said = call(capsys, "analyze", path, "--kind", "childcare", "--area", "community", code=2)
    assert said.splitlines() == ["error: The study area contains no buildings, so nothing can be computed."]


def test_who_does_not_meet_the_standard_is_told_why(path, capsys):
    asked = ("why", path, "--kind", "childcare", "--building", "甲1", "--walker", "auto")
    far = call(capsys, *asked, "--limit", "10")["walkers"]
    assert {w["reason"] for w in far} == {"too far on paper, 15 m instead of 10 m"}
    assert not any(w["passes"] for w in far)
    fine = call(capsys, *asked)["walkers"]
    assert {w["reason"] for w in fine if w["passes"]} == {None}
    assert run([*map(str, asked), "--limit", "10"]) == 0
    assert "does not meet the standard (too far on paper" in capsys.readouterr().out


def test_what_stops_a_walker_is_named_and_nothing_that_does_not():
    from renovate_gui.analysis.walkers import walker
    from renovate_gui.app.gap_words import barred, too_long

    chair, adult = walker("wheelchair"), walker("adult")
    assert barred(chair, 2, 0.0) == "stairs on the way"
    assert barred(adult, 2, 0.0) == ""
    assert barred(chair, 0, 0.31) == "too steep, 31 %"
    assert too_long(5.02, 5.0) == "too long, 5.02 min instead of 5"


def test_a_signed_row_says_who_checked_it_and_when(path, capsys):
    asked = ("why", path, "--kind", "childcare", "--building", "甲1")
    assert "not checked against the printed text" in call(capsys, *asked)["doubt"]
    signing = (
        "standards",
        path,
        "sign",
        "childcare",
        "--by",
        "Li",
        "--printed",
        "Book",
        "--on",
        "2026-11-02",
    )
    call(capsys, *signing)
    said = call(capsys, *asked)["doubt"]
    assert "Compared with Book by Li, 2026-11-02." in said
    assert "not checked" not in said
