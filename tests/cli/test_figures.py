"""``figures`` as scripts see it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import shapely

from renovate_gui.app.parameters import GapParameters
from renovate_gui.app.session import Session
from renovate_gui.bootstrap import run
from renovate_gui.domain.verdict import Measure

pytestmark = pytest.mark.usefixtures("speaks_english")


@pytest.fixture
def path(homes_in_a_row: Path) -> Path:
    """Return the homes, a day care at one end and a nursery at the other, judged as the crow flies."""
    with Session.open(homes_in_a_row) as session:
        session.proposals.add(shapely.Point(500_545, 2_999_990), title="b", kind="childcare")
        session.parameters.set_gaps(GapParameters(Measure.CIRCLE, limits={"childcare": 100.0}))
    return homes_in_a_row


def call(capsys: pytest.CaptureFixture[str], *arguments: object, code: int = 0) -> dict[str, Any]:
    assert run([str(a) for a in (*arguments, "--json")]) == code
    found = json.loads(capsys.readouterr().out)
    assert isinstance(found, dict)
    return found


def test_keep_list_and_compute_again(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = call(
        capsys, "figures", path, "--keep", "elderly_day_care", "--keep", "childcare", "--title", "May"
    )
    titles = {f["title"]: f for f in kept["figures"]}
    assert sorted(titles) == ["May · Childcare (0–3)", "May · Elderly day care"]
    own = titles["May · Childcare (0–3)"]
    assert own["numbers"]["limit_m"] == own["parameters"]["limit_m"] == 100.0
    assert 0 < own["numbers"]["served"] < titles["May · Elderly day care"]["numbers"]["served"] < 10
    assert kept["layers"] == [
        {
            "layer": "homes",
            "uuid": kept["layers"][0]["uuid"],
            "role": "buildings",
            "features": 10,
            "file": None,
        }
    ]
    with Session.open(path) as session:
        assert session.history()[-1].what == "Keep the figure “May”"
    before = path.read_bytes()
    again = call(capsys, "figures", path, "--recompute")
    assert [f["again"]["same"] for f in again["figures"]] == [True, True]
    assert again["figures"][0]["again"]["exact"]
    assert path.read_bytes() == before
    assert run(["figures", str(path), "--recompute"]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert f"{own['numbers']['served']} of 10 buildings within reach" in said.out
    assert "the same to the last digit" in said.out
    assert run(["--lang", "zh_CN", "figures", str(path)]) == 0
    assert "栋建筑够得着" in capsys.readouterr().out


def test_one_that_differs_is_named_in_one_line(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call(capsys, "figures", path, "--keep", "childcare")
    with Session.open(path) as session:
        (figure,) = session.provenance.figures()
        with session.project.action("falsify") as writer:
            writer.delete_figure(figure.uuid)
            writer.put_figure(replace(figure, numbers={**figure.numbers, "served": 10}))
    assert run(["figures", str(path), "--recompute", "--json"]) == 2
    said = capsys.readouterr()
    assert said.err.startswith("error: ")
    assert said.err.count("\n") == 1
    assert "“Childcare (0–3)”" in said.err
    (told,) = json.loads(said.out)["figures"]
    assert [(d["name"], d["then"]) for d in told["again"]["differences"]] == [("served", 10)]


def test_a_state_that_is_gone_leaves_the_others_alone(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call(capsys, "figures", path, "--keep", "childcare", "--keep", "elderly_day_care")
    with Session.open(path) as session:
        first = session.provenance.figures()[0]
        with session.project.action("falsify") as writer:
            writer.delete_figure(first.uuid)
            writer.put_figure(replace(first, state="gone"))
        info = session.layers.all()[0]
        session.layers.delete_features(info.id, [int(session.layers.table(info.id).ids[0])])
    told = call(capsys, "figures", path, "--recompute", code=2)["figures"]
    assert sorted(f["again"]["same"] for f in told) == [False, True]
    assert [f["again"]["changed_inputs"] for f in told if f["again"]["same"]] == [["homes"]]
    assert "no longer in the history" in next(f["again"]["error"] for f in told if not f["again"]["same"])


def test_what_cannot_be_judged_is_refused(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["figures", str(path), "--keep", "castle"]) == 2
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert "castle" in said.err


def test_nothing_kept(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["figures", str(path), "--recompute"]) == 0
    assert "No figure is kept yet." in capsys.readouterr().out
