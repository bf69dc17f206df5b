"""A package's numbers come out again: of its own data, and in the project."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
import shapely
from town import put_layer

from renovate_gui.app.council import ExportRequest
from renovate_gui.app.recompute import prepare_recount
from renovate_gui.app.session import Session
from renovate_gui.domain.errors import DataError
from renovate_gui.domain.roles import Role
from renovate_gui.io.package.manifest import write_manifest
from renovate_gui.render.printer import QtPrinter

pytestmark = pytest.mark.usefixtures("qapp")
E0, N0 = 362086.0, 3271852.0


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("复算")
    with Session.create(
        folder / "项目.gpkg", title="青崖坪", crs="EPSG:4545", printer=QtPrinter()
    ) as session:
        xs = [E0 + 40 * i for i in range(12)]
        put_layer(session, Role.BUILDINGS, "楼", [shapely.box(x, N0 + 5, x + 20, N0 + 15) for x in xs],
                  {"age60": [3.0, *[20.0] * 11], "name": [f"{i} 栋" for i in range(12)]},
                  {"age60": "age60", "name": "name"}, "Polygon")  # fmt: skip
        put_layer(
            session,
            Role.FACILITIES,
            "站",
            [shapely.Point(E0, N0)],
            {"kind": ["elderly_day_care"]},
            {"kind": "kind"},
            "Point",
        )
        put_layer(
            session,
            Role.WALK_NETWORK,
            "路",
            [shapely.LineString([(E0 - 9, N0), (E0 + 900, N0)])],
            {"way": ["street"]},
            {},
            "LineString",
        )
        for cost in ("490000.10", "0.20"):
            p = session.proposals.add(shapely.Point(E0 + 300, N0 - 40), title="口袋公园", kind="pocket_park")
            session.proposals.update(replace(p, cost=Decimal(cost)))
        report = session.council.prepare_export(ExportRequest(folder / "出", papers=("A4",))).run()
        yield session, report.path


def test_every_number_comes_out_again(made) -> None:
    session, path = made
    found = prepare_recount(path, session).run()
    assert found.is_same, [n for n in found.numbers if not n.is_same]
    names = {n.name: n.found for n in found.numbers}
    assert names["Cost in all"] == names["Cost in all, register"] == "490000.3"
    assert (
        sum(int(v) for k, v in names.items() if k.startswith("elderly_day_care: ") and "people" not in k)
        == 12
    )
    assert any("carry the seal" in n for n in names)
    assert found.figures


def test_a_number_that_was_changed_is_named(made, tmp_path: Path) -> None:
    import shutil

    _, path = made
    copy = tmp_path / "copy"
    shutil.copytree(path, copy)
    file = copy / "data" / "gaps_elderly_day_care.geojson"
    told = json.loads(file.read_text(encoding="utf-8"))
    first = told["features"][0]["properties"]
    was, first["verdict"] = first["verdict"], "unknown"
    file.write_text(json.dumps(told), encoding="utf-8")
    found = prepare_recount(copy).run()
    wrong = {n.name for n in found.numbers if not n.is_same}
    assert wrong == {f"elderly_day_care: {was}", "elderly_day_care: unknown"}
    assert found.problems
    manifest = json.loads((copy / "manifest.json").read_text(encoding="utf-8"))
    for key in ("files", "seal", "format", "format_version"):
        manifest.pop(key)
    write_manifest(copy, manifest)  # somebody who seals it anew is found by the printed seal
    again = prepare_recount(copy).run()
    assert any("carry the seal" in n.name for n in again.numbers if not n.is_same)


def test_another_project_s_package_is_foreign(made, tmp_path: Path) -> None:
    _, path = made
    with (
        Session.create(tmp_path / "b.gpkg", title="乙", crs="EPSG:4545") as other,
        pytest.raises(DataError, match="not given out by this project"),
    ):
        prepare_recount(path, other).run()
