"""What a public notice may show."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import shapely
from town import put_layer

from renovate_gui.app.council import ExportRequest
from renovate_gui.app.plan_content import Gathering
from renovate_gui.app.plan_scene import printed_scene
from renovate_gui.app.public_layers import flags, is_public, set_public
from renovate_gui.app.scenes import SceneRequest
from renovate_gui.app.session import Session
from renovate_gui.domain.roles import Role
from renovate_gui.render.printer import QtPrinter

pytestmark = pytest.mark.usefixtures("qapp")
E0, N0 = 362086.0, 3271852.0


@pytest.fixture
def session(tmp_path: Path):
    with Session.create(tmp_path / "项目.gpkg", title="青崖坪", crs="EPSG:4545", printer=QtPrinter()) as made:
        put_layer(
            made,
            Role.BUILDINGS,
            "楼",
            [shapely.box(E0, N0, E0 + 20, N0 + 15)],
            {"name": ["1"]},
            {"name": "name"},
            "Polygon",
        )
        for name in ("燃气管线", "绿地", "gas main 2019", "Watergate park"):
            put_layer(
                made,
                Role.BASEMAP,
                name,
                [shapely.box(E0 + 30, N0, E0 + 60, N0 + 15)],
                {"name": ["x"]},
                {"name": "name"},
                "Polygon",
            )
        made.proposals.add(shapely.Point(E0 + 100, N0 - 60), title="口袋公园", kind="pocket_park")
        yield made


def shown(session: Session, **more: str) -> set[str]:
    """Return the layers on a printed map of a class."""
    request = ExportRequest(Path("x"), forms=None, **more)
    gathering = Gathering(session, session.council._identity(request))
    content = gathering.finish(lambda *_: None, lambda: False)
    keys = {i.key for i in printed_scene(content, session.scenes, SceneRequest(is_for_export=True)).items}
    return {i.name for i in session.layers.all() if f"layer:{i.id}" in keys}


def test_lines_of_supply_are_never_public_unless_somebody_says_so(session: Session) -> None:
    found = {i.name: i for i in session.layers.all()}
    assert [n for n, i in found.items() if not is_public(i, {})] == [
        n for n in found if n in ("燃气管线", "gas main 2019")
    ]
    set_public(session.project, found["燃气管线"], public=True)
    set_public(session.project, found["绿地"], public=False)
    said = flags(session.project)
    assert is_public(found["燃气管线"], said)
    assert not is_public(found["绿地"], said)
    session.project.undo()
    assert is_public(found["绿地"], flags(session.project))


def test_a_public_map_without_a_number_is_a_schematic(session: Session) -> None:
    assert shown(session, distribution="council") == {
        "楼",
        "燃气管线",
        "绿地",
        "gas main 2019",
        "Watergate park",
    }
    assert shown(session, distribution="public") == {"楼"}
    assert shown(session, distribution="public", map_number="渝S(2026)001号") == {
        "楼",
        "绿地",
        "Watergate park",
    }


def test_number_and_what_stays_out_are_told(session: Session, tmp_path: Path) -> None:
    request = ExportRequest(tmp_path, "public", papers=("A4",), forms=None, map_number="渝S(2026)001号")
    report = session.council.prepare_export(request).run()
    manifest = json.loads((report.path / "manifest.json").read_text(encoding="utf-8"))
    assert set(manifest["privacy"]["layers_withheld"]) == {"燃气管线", "gas main 2019"}
    assert any("渝S(2026)001号" in a for a in manifest["attribution"])
    assert any("Kept out" in n for n in report.notes)
