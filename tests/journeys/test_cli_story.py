"""The whole story by command line, as real processes: raw layers in, a council package out, replies in, all undone."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

HOSTILE = ("{{7*7}}", "<script>alert(1)</script>", "=1+1")


@dataclass
class Bench:
    """A folder to work in and the program to call."""

    folder: Path
    project: str = "老院子 project.gpkg"  # a path with Chinese characters and a space
    calls: list[list[str]] = field(default_factory=list)

    def run(self, *arguments: str, code: int = 0, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Run a command; the exit code must be as expected, and no traceback may ever show."""
        done = subprocess.run(
            [sys.executable, "-m", "renovate_gui", *arguments],
            cwd=self.folder,
            input=stdin,
            capture_output=True,
            text=True,
            encoding="utf-8",
            env={**os.environ, "RENOVATE_LANG": "en", "QT_QPA_PLATFORM": "offscreen"},
            timeout=240,
            check=False,
        )
        assert done.returncode == code, f"{arguments}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        assert "Traceback" not in done.stderr
        return done

    def json(self, *arguments: str) -> dict[str, Any]:
        """Run a command with ``--json``: exactly one object on standard output."""
        found = json.loads(self.run(*arguments, "--json").stdout)
        assert isinstance(found, dict)
        return found

    def edit(self, *operations: dict[str, Any]) -> list[dict[str, Any]]:
        """Send operations, return the answers."""
        lines = "".join(json.dumps(op, ensure_ascii=False) + "\n" for op in operations)
        answers = [json.loads(a) for a in self.run("edit", self.project, stdin=lines).stdout.splitlines()]
        assert [a["n"] for a in answers] == list(range(1, len(operations) + 1))
        return answers


@dataclass(frozen=True)
class Case:
    """A community: its files with roles, and what the analysis must find."""

    name: str
    imports: tuple[tuple[str, ...], ...]
    has_day_care: bool
    counted: int


def shared_case(name: str, *, has_day_care: bool, counted: int) -> Case:
    file = f"shared:data/{name}/{name}.gpkg"
    layers = {"study_area": "study_area", "buildings": "buildings", "facilities": "facilities"}
    layers |= {"walk_edges": "walk_network", "blocks": "parcels", "landuse": "basemap"}
    return Case(
        name, tuple((file, "--as", r, "--layer", x) for x, r in layers.items()), has_day_care, counted
    )


SAMPLE = Case(
    "sample",
    (
        *(("sample:qingyaping_base.gpkg", "--as", r, "--layer", x) for x, r in (
            ("study_area", "study_area"), ("landuse", "basemap"), ("contours", "heights"),
            ("parcels", "parcels"), ("buildings", "buildings"), ("walk_network", "walk_network"))),
        ("sample:qingyaping_facilities.geojson", "--as", "facilities"),
        ("sample:qingyaping_grids.shp", "--as", "grids"),
        ("sample:qingyaping_demand.csv", "--as", "demand"),
    ),
    has_day_care=True,
    counted=900,
)  # fmt: skip
CASES = (
    SAMPLE,
    shared_case("nanjing-wulaocun", has_day_care=False, counted=1278),
    shared_case("laspalmas-riscos", has_day_care=True, counted=4856),
)


@pytest.mark.journey
@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_from_raw_layers_to_the_council_and_back(
    case: Case, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    bench = Bench(tmp_path)
    if any(words[0].startswith("shared:") for words in case.imports):
        roots = {"shared": request.getfixturevalue("shared")}
    else:
        roots = {"sample": request.getfixturevalue("sample")}
    bring_in(bench, case, roots)
    before = look_for_gaps(bench, case)
    ids = draw(bench, before)
    package = to_the_council(bench)
    if case is SAMPLE:  # what comes back and how it is undone does not depend on the town
        answers_come_back(bench, package)
        take_back(bench, ids)


def bring_in(bench: Bench, case: Case, roots: dict[str, Path]) -> None:
    bench.run("new", bench.project, "--title", "老院子 & <b>Old Yard</b>")
    for words in case.imports:
        root, _, name = words[0].partition(":")
        found = bench.json("import", bench.project, str(roots[root] / name), *words[1:])
        assert found["rows_read"] == found["rows_shown"] + found["rows_refused"]
        assert found["rows_shown"] > 0
        assert found["role"] == words[2]


def look_for_gaps(bench: Bench, case: Case) -> dict[str, Any]:
    found = bench.json("analyze", bench.project, "--kind", "elderly_day_care", "--kind", "childcare")
    assert [r["kind"] for r in found["results"]] == ["elderly_day_care", "childcare"]
    for result in found["results"]:
        verdicts = ("served", "full", "out_of_reach", "not_for_this_person", "unknown")
        assert sum(result[v] for v in verdicts) == result["total"] == case.counted
        assert result["limit_m"] == 300
        assert result["measure"] == "network"
        if result["people_source"] != "none":
            assert sum(result[f"people_{v}"] for v in verdicts) == pytest.approx(result["people_total"])
    day_care = found["results"][0]
    if case.has_day_care:
        assert 0 < day_care["served"] < day_care["total"]
        assert day_care["served"] <= day_care["circle"]["within"]  # the crow is never slower
    else:
        assert day_care["facilities"] == day_care["served"] == 0
        assert day_care["notes"], "the program says that the layer has none"
    one = bench.json("analyze", bench.project, "--kind", "elderly_day_care")["results"]
    assert one == [day_care]
    return day_care


def draw(bench: Bench, before: dict[str, Any]) -> list[str]:
    """Draw a day care, a ramp and a park amid the buildings, with hostile words; coverage must grow."""
    x, y = middle_of_the_network(bench)
    ids = [str(uuid4()) for _ in range(3)]
    shapes: list[dict[str, Any]] = [
        {"type": "Point", "coordinates": [x, y]},
        {"type": "LineString", "coordinates": [[x, y], [x + 30, y + 5]]},
        {"type": "Polygon", "coordinates": [[[x, y], [x + 20, y], [x + 20, y + 20], [x, y + 20], [x, y]]]},
    ]
    kinds = ("elderly_day_care", "ramp", "pocket_park")
    operations = [
        {
            "op": "add",
            "layer": "proposals",
            "id": i,
            "geometry": g,
            "properties": {"title": t, "kind": k, "备注": t},
        }
        for i, g, t, k in zip(ids, shapes, HOSTILE, kinds, strict=True)
    ]
    wrong = {"op": "update", "id": str(uuid4()), "properties": {}}
    answers = bench.edit(*operations, wrong)
    assert [a["ok"] for a in answers] == [True, True, True, False]
    assert answers[-1]["error"]
    features = bench.json("dump", bench.project)["features"]
    assert {f["id"]: f["properties"]["title"] for f in features} == dict(zip(ids, HOSTILE, strict=True))
    after = bench.json("analyze", bench.project, "--kind", "elderly_day_care")["results"][0]
    assert after["served"] > before["served"]
    same = bench.json("analyze", bench.project, "--kind", "elderly_day_care", "--without-proposals")[
        "results"
    ][0]
    assert same["served"] == before["served"]
    return ids


def middle_of_the_network(bench: Bench) -> tuple[float, float]:
    """Return a place amid the walking network, in the project's metres."""
    import numpy as np
    import shapely

    from renovate_gui.app.session import Session
    from renovate_gui.domain.roles import Role

    with Session.open(bench.folder / bench.project, read_only=True) as session:
        (ways,) = session.layers.of_role(Role.WALK_NETWORK)
        (buildings,) = session.layers.of_role(Role.BUILDINGS)
        centres = shapely.get_coordinates(shapely.centroid(session.layers.table(buildings.id).geometry))
        at = shapely.Point(np.median(centres, axis=0))
        lines = session.layers.table(ways.id).geometry
        near = lines[int(np.argmin(shapely.distance(lines, at)))]
        point = near.interpolate(near.project(at))
        return round(float(point.x), 3), round(float(point.y), 3)


def to_the_council(bench: Bench) -> Path:
    done = bench.json("export", bench.project, "--out", "out", "--class", "council", "--paper", "A4")
    package = bench.folder / done["path"]
    for name in ("handout.pdf", "review.html", "register.xlsx", "register.csv", "manifest.json"):
        assert (package / name).is_file(), name
    assert bench.json("verify", str(package))["ok"] is True
    page = (package / "review.html").read_text(encoding="utf-8")
    assert "<script>alert(1)</script>" not in page
    with (package / "register.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert not [c for c in cells if c[:1] in {"=", "+", "@"}], "a spreadsheet would calculate these"
    assert any("{{7*7}}" in c for c in cells), "the text itself stays"
    assert "49" not in [c.strip() for c in cells]
    damaged = package / "register.csv"
    whole = damaged.read_bytes()
    damaged.write_bytes(whole + b"x")
    refused = bench.run("verify", str(package), code=2)
    assert one_error(refused.stderr)
    damaged.write_bytes(whole)
    return package


def answers_come_back(bench: Bench, package: Path) -> None:
    """Reply as the page would; the same file twice, and a changed one, are refused with a reason."""
    from renovate_gui.app.demo_replies import write_sample_replies
    from renovate_gui.app.session import Session

    with Session.open(bench.folder / bench.project, read_only=True) as session:
        first, second = write_sample_replies(session, bench.folder / "replies")
    forged = bench.folder / "replies" / "forged.json"
    forged.write_text(second.read_text(encoding="utf-8").replace('"agree"', '"oppose"'), encoding="utf-8")
    assert bench.json("replies", bench.project, str(first))["accepted"] == 1
    done = bench.run("replies", bench.project, str(first), str(forged), str(second), "--json", code=2)
    found = json.loads(done.stdout)
    assert (found["accepted"], found["refused"]) == (1, 2)
    assert all(o["reason"] for o in found["outcomes"] if not o["accepted"])
    assert one_error(done.stderr)
    assert package.is_dir()


def take_back(bench: Bench, ids: list[str]) -> None:
    """Undo three steps in one process and a fourth in another: history outlives the program. Redo brings all back."""
    steps = bench.edit(*({"op": "add", "layer": "notes", "id": f"note-{i}", "geometry": None, "properties": {"text": str(i)}}
                         for i in range(4)))  # fmt: skip
    assert all(s["ok"] for s in steps)
    everything = bench.json("dump", bench.project)
    assert all(a["ok"] for a in bench.edit(*[{"op": "undo"}] * 3))
    assert [f["id"] for f in notes(bench)] == ["note-0"]
    assert bench.edit({"op": "undo"})[0]["ok"]
    assert notes(bench) == []
    assert {f["id"] for f in bench.json("dump", bench.project)["features"]} == set(ids)
    assert all(a["ok"] for a in bench.edit(*[{"op": "redo"}] * 4))
    assert bench.json("dump", bench.project) == everything
    moved = bench.folder / "搬 家" / "别处 project.gpkg"
    moved.parent.mkdir()
    (bench.folder / bench.project).rename(moved)
    bench.project = str(moved)
    assert bench.edit({"op": "undo"})[0]["ok"]
    assert len(notes(bench)) == 3


def notes(bench: Bench) -> list[dict[str, Any]]:
    return [f for f in bench.json("dump", bench.project)["features"] if f["layer"] == "notes"]


def one_error(stderr: str) -> bool:
    lines = [line for line in stderr.splitlines() if line.strip()]
    return len([line for line in lines if line.startswith("error: ")]) == 1 and lines[-1].startswith(
        "error: "
    )
