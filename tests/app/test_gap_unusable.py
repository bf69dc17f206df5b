"""A column of the right name with values that are no numbers: mapped, counted, told; never “there is no column”."""

from __future__ import annotations

import json

import pytest

from renovate_gui.app.session import Session
from renovate_gui.bootstrap import run

RESIDENTS = [10, 0, "12", "约30", "-5", None, "8人", 25.5, "1,200", 7]
AGE60 = ["3", "many", "约2", "n/a", 1, 2, 3, "?", None, 4]


@pytest.fixture(autouse=True)
def _speak_english(monkeypatch):
    monkeypatch.setenv("RENOVATE_LANG", "en")


def _write(path, features):
    text = {
        "type": "FeatureCollection",
        "features": [{"type": "Feature", "geometry": g, "properties": p} for g, p in features],
    }
    path.write_text(json.dumps(text, ensure_ascii=False), encoding="utf-8")
    return path


@pytest.fixture
def project(tmp_path, capsys):
    x, y, d = 120.0, 30.0, 0.0004
    homes = [
        ({"type": "Polygon", "coordinates": [[[x + i * d, y], [x + i * d + d / 2, y],
          [x + i * d + d / 2, y + d / 2], [x + i * d, y]]]}, {"residents": r, "age60": a})
        for i, (r, a) in enumerate(zip(RESIDENTS, AGE60, strict=True))
    ]  # fmt: skip
    places = [
        ({"type": "Point", "coordinates": [x + 2 * i * d, y]}, {"name": f"F{i}", "kind": "elderly_day_care", "capacity": c})
        for i, c in enumerate(("二十", "-3", "5"))
    ]  # fmt: skip
    path = tmp_path / "a.gpkg"
    assert run(["new", str(path)]) == 0
    told = {}
    for role, features in (("buildings", homes), ("facilities", places)):
        source = _write(tmp_path / f"{role}.geojson", features)
        capsys.readouterr()
        assert run(["import", str(path), str(source), "--as", role, "--json"]) == 0
        told[role] = json.loads(capsys.readouterr().out)
    return path, told


def test_the_columns_are_mapped_and_the_passport_counts_what_is_no_number(project):
    _, told = project
    homes, places = told["buildings"], told["facilities"]
    assert {"residents", "age60"} <= set(homes["map"])
    assert "capacity" in places["map"]
    notes = " ".join(homes["notes"])
    assert "age60: 3 of 10 values are no numbers and count as missing: “many”, “n/a”, “?”." in notes
    assert "residents: 1 of 10 values is below zero and counts as missing: “-5”." in notes
    assert any("capacity: 1 of 3 values is no number" in n and "二十" in n for n in places["notes"])


def test_the_analysis_says_what_it_could_not_use(project):
    path, _ = project
    from renovate_gui.app.gap_request import GapRequest
    from renovate_gui.domain.verdict import Measure

    with Session.open(path, read_only=True) as session:
        request = GapRequest(("elderly_day_care",), measure=Measure.CIRCLE)
        (result,) = session.gaps.prepare(request).run()
    notes = " ".join(result.notes)
    assert "4 of 10 buildings have no usable headcount (“many”, “n/a”, “?”)" in notes
    assert "A number of places is given but unusable for 2 facilities (“二十”, “-3”)." in notes
    assert "no column" not in notes
