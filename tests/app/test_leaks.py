"""What a package must not tell stops it, until a person decided; and what was written is searched."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import shapely
from town import put_layer

from renovate_gui.app.council import ExportRequest
from renovate_gui.app.leaks import LeakError, LeakKind
from renovate_gui.app.session import Session
from renovate_gui.domain.errors import DataError
from renovate_gui.domain.proposal import ActionCategory
from renovate_gui.domain.roles import Role
from renovate_gui.io.package import spilled
from renovate_gui.render.printer import QtPrinter

pytestmark = pytest.mark.usefixtures("qapp")
E0, N0 = 362086.0, 3271852.0


@pytest.fixture
def session(tmp_path: Path):
    made = Session.create(tmp_path / "项目.gpkg", title="青崖坪", crs="EPSG:4545", printer=QtPrinter())
    xs = [E0 + 40 * i for i in range(6)]
    put_layer(made, Role.BUILDINGS, "楼", [shapely.box(x, N0, x + 20, N0 + 15) for x in xs],
              {"name": [f"{i} 栋" for i in range(6)]}, {"name": "name"}, "Polygon")  # fmt: skip
    made.proposals.add(shapely.Point(E0 + 100, N0 - 60), title="口袋公园", kind="pocket_park")
    with made:
        yield made


def export(session: Session, folder: Path, **more: object):
    request = ExportRequest(folder, papers=("A4",), forms=None, **more)
    return session.council.prepare_export(request).run()


def describe(session: Session, **values: object) -> None:
    (first,) = session.proposals.all()
    session.proposals.update(replace(first, **values))


def test_a_name_in_a_text_stops_a_package_until_somebody_decides(session: Session, tmp_path: Path) -> None:
    describe(session, description="王奶奶说 3栋2单元501室 太潮")
    for distribution in ("council", "public"):
        with pytest.raises(LeakError) as caught:
            export(session, tmp_path / "a", distribution=distribution)
    (leak,) = caught.value.report.found
    assert leak.kind is LeakKind.TEXT
    assert leak.key in str(caught.value)
    assert not (tmp_path / "a").exists() or not list((tmp_path / "a").glob("*/manifest.json"))
    assert session.project.packages() == ()
    export(session, tmp_path / "office", distribution="working")
    passed = export(session, tmp_path / "b", accepted_leaks=(leak.key,))
    told = json.loads((passed.path / "manifest.json").read_text(encoding="utf-8"))["leaks"]
    assert told == {"found": [{"key": leak.key, "kind": "text"}], "accepted": [leak.key]}
    describe(session, description="李爷爷说 3栋2单元501室 太潮")  # another text is another finding
    with pytest.raises(LeakError):
        export(session, tmp_path / "c", accepted_leaks=(leak.key,))


def test_blacked_out_texts_are_nowhere_in_the_package(session: Session, tmp_path: Path) -> None:
    describe(session, description="找王奶奶 13812345678", title="给王奶奶装扶手")
    session.proposals.add_note(shapely.Point(E0, N0 - 20), "李爷爷在此摔倒")
    found = export(session, tmp_path / "b", black_out=True)
    words = {"王奶奶": "x", "13812345678": "x", "李爷爷": "x"}
    assert spilled.search(found.path, words) == ()
    open_one = export(session, tmp_path / "w", distribution="working")
    assert {s.file for s in spilled.search(open_one.path, words)} >= {
        "review.html",
        "handout.pdf",
        "register.xlsx",
    }


def test_community_correction_is_never_drawn_on_a_home(session: Session, tmp_path: Path) -> None:
    describe(session, category=ActionCategory.CORRECTIONS, geometry=shapely.Point(E0 + 10, N0 + 5))
    with pytest.raises(LeakError) as caught:
        export(session, tmp_path / "a")
    assert [f.kind for f in caught.value.report.found] == [LeakKind.CONVICTION]
    describe(session, geometry=shapely.Point(E0 + 10, N0 - 300))
    export(session, tmp_path / "a")


def test_more_than_25_square_kilometres_in_one_piece_stay_here(session: Session, tmp_path: Path) -> None:
    put_layer(
        session,
        Role.BASEMAP,
        "图",
        [shapely.box(E0, N0, E0 + 6000, N0 + 5000)],
        {"name": ["x"]},
        {"name": "name"},
        "Polygon",
    )
    with pytest.raises(LeakError, match="25 km²"):
        export(session, tmp_path / "a")


def test_a_resident_s_words_in_a_file_stop_the_export(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_layer(session, Role.DEMAND, "需求", [shapely.Point(E0 + i, N0) for i in range(7)],
              {"text": [f"电梯太慢了我家里有事 {i}" for i in range(7)], "category": ["elderly"] * 7},
              {"text": "text", "category": "category"}, "Point")  # fmt: skip
    export(session, tmp_path / "a")
    from renovate_gui.app import package_build

    whole = package_build.write_csv

    def careless(path: Path, sheet: object) -> None:
        whole(path, sheet)  # type: ignore[arg-type]
        path.write_bytes(path.read_bytes() + "电梯太慢了我家里有事 3".encode())

    monkeypatch.setattr(package_build, "write_csv", careless)
    with pytest.raises(DataError, match=r"register\.csv"):
        export(session, tmp_path / "b")
    assert not list((tmp_path / "b").glob("*/manifest.json"))


def test_totals_that_move_by_a_few_people_stop_the_next_package(session: Session, tmp_path: Path) -> None:
    shapes = [shapely.box(E0 + 40 * i, N0 + 100, E0 + 40 * i + 20, N0 + 115) for i in range(6)]
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
    first = put_layer(session, Role.BUILDINGS, "楼二", [*shapes, *shapes], {"age60": [20.0] * 12, "name": ["a"] * 12},
                      {"age60": "age60", "name": "name"}, "Polygon")  # fmt: skip
    export(session, tmp_path / "a")
    row = int(session.layers.table(first.id).ids[0])
    session.layers.set_values(first.id, row, {"age60": 22.0})
    with pytest.raises(LeakError) as caught:
        export(session, tmp_path / "a")
    assert LeakKind.DIFFERENCE in {f.kind for f in caught.value.report.found}
    session.layers.set_values(first.id, row, {"age60": 60.0})
    export(session, tmp_path / "a")
