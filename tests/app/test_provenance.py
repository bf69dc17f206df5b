"""A kept figure says what it was computed from, and gives the same numbers when it is computed again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shapely

from renovate_gui.app.gaps import GapRequest
from renovate_gui.app.needs import HeatRequest
from renovate_gui.app.parameters import GapParameters, HeatParameters
from renovate_gui.app.provenance import request_of
from renovate_gui.app.session import Session
from renovate_gui.domain.errors import RequestError
from renovate_gui.domain.figure import FigureSubject
from renovate_gui.domain.ids import LayerId, Uuid
from renovate_gui.domain.layer import LayerInfo, LayerTable
from renovate_gui.domain.roles import Datum, Role, Slot
from renovate_gui.domain.travel import Direction
from renovate_gui.domain.verdict import Measure


def add(
    session: Session, name: str, role: Role, geometry: np.ndarray, /, **columns: list[object]
) -> LayerInfo:
    info = LayerInfo(
        LayerId(0), Uuid(""), name, "", role, Slot.EXISTING, 0, True, "", 0, "EPSG:4326", Datum.WGS84,
        field_map={c: c for c in columns},
    )  # fmt: skip
    arrays = {
        c: np.array(v, dtype=float if isinstance(v[0], (int, float)) else object) for c, v in columns.items()
    }
    with session.project.action(f"import {name}") as writer:
        return writer.add_layer(info, LayerTable(np.arange(len(geometry)), geometry, arrays))


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with Session.create(tmp_path / "数.gpkg", title="数", crs="EPSG:4545") as made:
        x = 500_000 + np.arange(10) * 60.0
        homes = shapely.box(x, 3_000_000.0, x + 10, 3_000_010.0)
        add(made, "homes", Role.BUILDINGS, homes, residents=[20] * 10, age60=[7] * 10)
        ways = np.array([shapely.LineString([(499_990, 2_999_995), (500_700, 2_999_995)])])
        add(made, "ways", Role.WALK_NETWORK, ways)
        places = np.array([shapely.Point(500_005, 2_999_994)])
        add(made, "services", Role.FACILITIES, places, kind=["elderly_day_care"], name=["站"])
        asks = shapely.points(x + 5, 3_000_005.0)
        add(made, "asks", Role.DEMAND, asks, category=["ramp"] * 10)
        yield made


REQUEST = GapRequest(kinds=("elderly_day_care",), limit_m=300.0)


def test_a_kept_figure_says_what_it_was_computed_from(session: Session) -> None:
    state = session.project.state
    (figure,) = session.provenance.keep_gaps(REQUEST, "日间照料").run()
    assert session.provenance.figures() == (figure,)
    assert (figure.subject, figure.state) == (FigureSubject.GAPS, state)
    assert figure.numbers["served"] + figure.numbers["out_of_reach"] == 10
    assert 0 < figure.numbers["served"] < 10
    assert figure.parameters["limit_m"] == 300.0
    assert figure.parameters["standard"] == session.gaps.profile().id
    named = {i["name"]: i for i in figure.inputs.values()}
    assert {"homes", "ways", "services"} <= set(named)
    assert "asks" not in named
    assert len(named["homes"]["content"]) == 64
    assert figure.software["renovate-gui"]
    assert session.history()[-1].what == "Keep the figure “日间照料”"
    session.undo()
    assert session.provenance.figures() == ()


def test_computed_again_it_is_the_same_to_the_last_bit(session: Session) -> None:
    (figure,) = session.provenance.keep_gaps(REQUEST, "a").run()
    (heat,) = session.provenance.keep_heat(HeatRequest("answers", (), 80.0), "b").run()
    for kept in (figure, heat):
        again = session.provenance.recompute(kept).run()
        assert (again.is_same, again.is_exact, again.differences, again.changed_inputs) == (
            True,
            True,
            (),
            (),
        )


def test_person_and_room_are_kept_and_computed_again(session: Session) -> None:
    request = replace(REQUEST, walker="senior80", need_share=0.25, at="07:30", direction=Direction.ROUND_TRIP)
    (figure,) = session.provenance.keep_gaps(request, "a").run()
    assert figure.numbers["walked_by"] == "senior80"
    assert figure.numbers["minutes_limit"] == 10.0
    assert request_of(figure) == request
    again = session.provenance.recompute(figure).run()
    assert (again.is_same, again.is_exact) == (True, True)
    other = replace(figure, parameters={**figure.parameters, "walker": "adult"})
    assert not session.provenance.recompute(other).run().is_same


def test_a_figure_from_before_persons_walked_is_by_the_distance_alone(session: Session) -> None:
    by_paper = replace(REQUEST, walker="paper", counts_capacity=False)
    (figure,) = session.provenance.keep_gaps(by_paper, "a").run()
    new = ("direction", "at", "counts_capacity", "need_share", "model", "needs")
    asked = {k: v for k, v in figure.parameters.items() if k not in new} | {"walker": "senior"}
    assert session.provenance.recompute(replace(figure, parameters=asked)).run().is_same


def test_after_a_change_it_is_computed_from_what_was(session: Session) -> None:
    (figure,) = session.provenance.keep_gaps(REQUEST, "a").run()
    homes = next(i for i in session.layers.all() if i.name == "homes")
    fid = int(session.layers.table(homes.id).ids[0])
    with session.project.action("fewer") as writer:
        writer.set_values(homes.id, fid, {"age60": 1})
    session.gaps.set_profile(next(p.id for p in session.gaps.profiles() if p.id != session.gaps.profile().id))
    before = session.project.path.read_bytes()
    again = session.provenance.recompute(figure).run()
    assert (again.is_same, again.changed_inputs) == (True, ("homes",))
    assert session.project.path.read_bytes() == before


def test_a_figure_that_was_falsified_is_found(session: Session) -> None:
    (figure,) = session.provenance.keep_gaps(REQUEST, "a").run()
    false = replace(figure, numbers={**figure.numbers, "served": 10})
    again = session.provenance.recompute(false).run()
    assert not again.is_same
    assert [(d.name, d.then) for d in again.differences] == [("served", 10)]


def test_on_another_machine_counts_are_exact_and_sums_close(session: Session) -> None:
    (figure,) = session.provenance.keep_gaps(REQUEST, "a").run()
    elsewhere = {**figure.software, "machine": "Elsewhere"}
    near = {**figure.numbers, "digest": "", "people_served": figure.numbers["people_served"] * (1 + 1e-12)}
    again = session.provenance.recompute(replace(figure, software=elsewhere, numbers=near)).run()
    assert (again.is_same, again.is_exact) == (True, False)
    far = {**near, "people_served": figure.numbers["people_served"] * 1.001}
    assert not session.provenance.recompute(replace(figure, software=elsewhere, numbers=far)).run().is_same


def test_a_state_that_is_gone_is_said_to_be_gone(session: Session) -> None:
    (figure,) = session.provenance.keep_gaps(REQUEST, "a").run()
    homes = next(i for i in session.layers.all() if i.name == "homes")
    session.layers.rename(homes.id, "x")
    assert (
        session.provenance.recompute(replace(figure, state="gone")).run().is_same
    )  # nothing it needs has changed
    fid = int(session.layers.table(homes.id).ids[0])
    with session.project.action("fewer") as writer:
        writer.set_values(homes.id, fid, {"age60": 1})
    with pytest.raises(RequestError, match="no longer in the history"):
        session.provenance.recompute(replace(figure, state="gone")).run()


def test_parameters_are_kept_undone_and_there_again(session: Session) -> None:
    own = GapParameters(Measure.CIRCLE, "adult", False, "community", {"childcare": 250.0})
    session.parameters.set_gaps(own)
    session.parameters.set_gaps(own)
    session.parameters.set_heat(HeatParameters(90.0, ("ramp",)))
    path = session.project.path
    assert [s.what for s in session.history()[-2:]] == [
        "Change how gaps are judged",
        "Change how needs are mapped",
    ]
    session.undo()
    assert session.parameters.heat() == HeatParameters()
    session.close()
    with Session.open(path) as again:
        assert again.parameters.gaps() == own
        again.undo()
        assert again.parameters.gaps() == GapParameters()
