"""The council loop on a small project: package out, checked from outside, replies in, failures without traces."""

from __future__ import annotations

import json
import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import fiona
import numpy as np
import pytest
import shapely
from geojson_pydantic import FeatureCollection
from openpyxl import load_workbook
from pypdf import PdfReader

from renovate_gui.app import left_packages
from renovate_gui.app.council import ExportReport, ExportRequest, verify
from renovate_gui.app.gaps import GapRequest
from renovate_gui.app.package_build import PackageBuild
from renovate_gui.app.session import Session
from renovate_gui.domain.errors import Cancelled, RequestError
from renovate_gui.domain.ids import LayerId, new_row_id, new_uuid
from renovate_gui.domain.layer import LayerInfo, LayerTable
from renovate_gui.domain.proposal import FundShare, FundSource, Governance, ProposalStatus
from renovate_gui.domain.roles import Datum, Role, Slot
from renovate_gui.domain.verdict import Measure
from renovate_gui.io.package import publish
from renovate_gui.io.replies import reply_check
from renovate_gui.render.printer import QtPrinter
from renovate_gui.store.project import Writer

pytestmark = pytest.mark.usefixtures(
    "qapp"
)  # the printer would start a smaller application than windows need

E0, N0 = 362086.0, 3271852.0


def add(
    session: Session, role: Role, geometry_type: str, shapes: list[Any], /, **columns: list[Any]
) -> LayerId:
    geometry = np.empty(len(shapes), dtype=object)
    geometry[:] = shapes
    arrays = {
        k: np.array(v, dtype=float if isinstance(v[0], (int, float)) else object) for k, v in columns.items()
    }
    ids = np.arange(1, len(shapes) + 1, dtype=np.int64)
    slot = Slot.NEEDS if role is Role.DEMAND else Slot.EXISTING
    info = LayerInfo(
        LayerId(new_row_id()),
        new_uuid(),
        role.value,
        "",
        role,
        slot,
        0,
        is_visible=True,
        geometry_type=geometry_type,
        feature_count=len(shapes),
        source_crs="EPSG:4545",
        datum=Datum.CGCS2000,
        field_map={k: k for k in columns},
    )
    with session.project.action("add") as writer:
        return writer.add_layer(info, LayerTable(ids, geometry, arrays)).id


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with small_project(tmp_path) as made:
        yield made


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> ExportReport:
    """Export once for all tests that only read the package."""
    folder = tmp_path_factory.mktemp("方案 包")
    with small_project(folder) as made:
        return export(made, folder / "出", papers=("A3", "A4"), contact="三师驻点")


def small_project(folder: Path) -> Session:
    """Make a street of twenty buildings with one service, one walking network, answers and proposals."""
    made = Session.create(folder / "项 目.gpkg", title="青崖坪", crs="EPSG:4545", printer=QtPrinter())
    xs = [E0 + 40 * i for i in range(20)]
    add(
        made,
        Role.BUILDINGS,
        "Polygon",
        [shapely.box(x, N0 + 5, x + 20, N0 + 20) for x in xs],
        name=[f"{i} 栋" for i in range(20)],
        age60=[3, *[20] * 19],
        residents=[100] * 20,
        age0_2=[0, 6] * 10,
    )
    add(
        made,
        Role.WALK_NETWORK,
        "LineString",
        [shapely.LineString([(E0 - 50, N0), (E0 + 900, N0)])],
        way=["street"],
    )
    add(made, Role.FACILITIES, "Point", [shapely.Point(E0, N0)], kind=["elderly_day_care"], name=["老站"])
    add(
        made,
        Role.DEMAND,
        "Point",
        [shapely.Point(E0 + 300 + i, N0 + 10 + j) for i in range(8) for j in range(8)],
        category=["elderly"] * 64,
        text=["王奶奶 13812345678"] * 64,
    )
    station = made.proposals.add(shapely.Point(E0 + 700, N0), title="日间照料站", kind="elderly_day_care")
    made.proposals.update(
        replace(
            station,
            description="{{7*7}} <script>alert(1)</script>",
            governance=Governance("=1+1", "rule", "8 元", "upkeep"),
            cost=Decimal(490000),
            funds=(FundShare(FundSource.DISTRICT, Decimal(340000)),),
            extra={"affected": "ground floor, ask 13812345678", "foreign": "13987654321"},
        )
    )
    made.proposals.add(shapely.LineString([(E0, N0 + 30), (E0 + 30, N0 + 60)]), title="梯道", kind="handrail")
    made.proposals.add(shapely.box(E0, N0 - 50, E0 + 20, N0 - 30), title="=口袋公园", kind="pocket_park")
    made.proposals.add_note(shapely.Point(E0, N0 - 20), "夜里很黑，找 13812345678")
    return made


def export(session: Session, target: Path, **values: Any) -> ExportReport:
    values.setdefault("papers", ("A4",))
    values.setdefault("black_out", True)
    return session.council.prepare_export(ExportRequest(target, **values)).run()


def test_indicators_and_who_checked_a_row_travel_with_the_package(published: ExportReport) -> None:
    told = json.loads((published.path / "data/indicators.json").read_text(encoding="utf-8"))
    assert [i["code"] for i in told["indicators"]] == [
        "3.1.1", "3.1.2", "3.1.3", "3.1.4", "3.1.5", "3.1.6", "3.2.7", "3.2.8", "3.2.9",
    ]  # fmt: skip
    assert all(i["missing"] or i["from"] is not None for i in told["indicators"])
    assert {s["kind"] for s in told["statements"]} >= {"elderly_day_care", "childcare"}
    houses = json.loads((published.path / "data/gaps_elderly_day_care.geojson").read_text(encoding="utf-8"))
    first = houses["features"][0]["properties"]
    assert (first["conf"], first["is_checked"], first["checked_by"]) == ("K", "no", None)
    assert first["clause"].startswith("GB 50180-2018 B.0.2")
    text = "".join(p.extract_text() for p in PdfReader(published.path / "handout.pdf").pages)
    assert "3.2.9" in text


def test_the_package_is_whole_and_passes_outside_readers(published: ExportReport) -> None:
    report = published
    assert report.path.name == "青崖坪-council-v1"
    assert [p.name for p in report.path.parent.iterdir()] == [report.path.name]
    assert verify(report.path).problems == ()
    assert {"handout.pdf", "handout-a4.pdf", "review.html", "register.xlsx", "manifest.json"} <= set(
        report.files
    )
    for path in report.path.rglob("*.geojson"):
        text = path.read_text(encoding="utf-8")
        FeatureCollection.model_validate_json(text)
        assert '"crs"' not in text
    with fiona.open(report.path / "data/cgcs2000/plan.gpkg", layer="gaps_elderly_day_care") as layer:
        assert layer.crs.to_epsg() == 4545
        assert len(layer) == 20
    pages = PdfReader(report.path / "handout.pdf").pages
    # overview, needs, two kinds, distances, indicators, three proposals; before and after, costs, how to answer
    assert len(pages) == 1 + 1 + 2 + 1 + 1 + 3 + 3
    assert float(pages[0].mediabox.width) == pytest.approx(420 / 25.4 * 72, abs=1)
    assert "日间照料站" in "".join(p.extract_text() for p in pages)
    manifest = json.loads((report.path / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["seal"]["short"] == report.seal
    assert report.seal in (report.path / "review.html").read_text(encoding="utf-8")


def test_people_are_counted_once_and_small_numbers_hidden(published: ExportReport) -> None:
    report = published
    features = json.loads((report.path / "data/gaps_elderly_day_care.geojson").read_text())["features"]
    by_name = {f["properties"]["building"]: f["properties"] for f in features}
    assert by_name["0 栋"]["people"] is None
    assert by_name["0 栋"]["people_why"] == "hidden"
    served = [p for p in by_name.values() if p["verdict"] == "served"]
    assert sum(p["people_why"] == "hidden" for p in served) == 2  # one more, or the total would tell
    everything = b"".join(p.read_bytes() for p in report.path.rglob("*") if p.is_file())
    assert "王奶奶".encode() not in everything
    assert not list(report.path.rglob("*demand*"))
    assert any("phone" in n for n in report.notes)


def test_who_gains_is_the_difference_the_proposal_makes(published: ExportReport) -> None:
    report = published
    book = load_workbook(report.path / "register.xlsx")
    rows = list(book["Proposals"].iter_rows(values_only=True))
    gain = rows[0].index("Who gains")
    # buildings 11 to 19 stand within 300 m of the new station along the street, none of them within reach of the old
    xs = [E0 + 40 * i + 10 for i in range(20)]
    new = [x for x in xs if abs(x - E0 - 700) <= 280 and abs(x - E0) > 300]
    assert rows[1][gain].startswith(f"{20 * len(new)} more people (Aged 60+)")
    assert not rows[2][gain]
    assert rows[1][rows[0].index("Who runs it")] == "=1+1"
    assert "'=1+1" in (report.path / "register.csv").read_text(encoding="utf-8-sig")


def test_public_notice_names_no_building_and_no_headcount(session: Session, tmp_path: Path) -> None:
    report = export(session, tmp_path, distribution="public")
    first = json.loads((report.path / "data/gaps_childcare.geojson").read_text())["features"][0]
    assert first["properties"]["building"] is None
    assert "people" not in first["properties"]
    everything = b"".join(p.read_bytes() for p in report.path.rglob("*") if p.is_file())
    assert b"13812345678" not in everything
    assert b"13987654321" not in everything
    assert "ground floor, ask ●●●" in (report.path / "review.html").read_text(encoding="utf-8")
    assert "ground floor, ask ●●●" in (report.path / "register.csv").read_text(encoding="utf-8")
    assert "13812345678" not in "".join(
        p.extract_text() for p in PdfReader(report.path / "handout.pdf").pages
    )
    assert '"names":null' in (report.path / "review.html").read_text(encoding="utf-8")


def test_versions_count_and_nothing_is_replaced(session: Session, tmp_path: Path) -> None:
    assert export(session, tmp_path / "a").path.name.endswith("-v1")
    assert export(session, tmp_path / "a").path.name.endswith("-v2")
    session.undo()
    assert export(session, tmp_path / "a").path.name.endswith("-v3")  # the name v2 is taken on disk
    target = tmp_path / "out.zip"
    assert export(session, target).path == target
    assert verify(target).ok
    before = target.read_bytes()
    with pytest.raises(RequestError, match="exists"):
        export(session, target)
    assert target.read_bytes() == before


def test_the_next_package_says_what_changed(session: Session, tmp_path: Path) -> None:
    first = export(session, tmp_path / "a")
    words = "".join(p.extract_text() for p in PdfReader(first.path / "handout.pdf").pages)
    assert "What changed" not in " ".join(words.split())
    one = session.proposals.all()[0]
    session.proposals.update(replace(one, title="A larger room"))
    again = PdfReader(export(session, tmp_path / "a").path / "handout.pdf").pages[0].extract_text()
    again = " ".join(again.split())
    assert "What changed since version 1" in again
    assert "A larger room" in again.split("What changed since version 1")[1]


def state(session: Session) -> tuple[object, ...]:
    return (session.project.packages(), len(session.history()))


def test_cancel_leaves_nothing(session: Session, tmp_path: Path) -> None:
    before = state(session)
    for after in (0, 5):
        calls = iter(range(100))
        task = session.council.prepare_export(ExportRequest(tmp_path / "new", papers=("A4",)))
        with pytest.raises(Cancelled):
            task.run(is_cancelled=lambda calls=calls, after=after: next(calls) >= after)
        assert not (tmp_path / "new").exists()
        assert state(session) == before


@pytest.mark.parametrize("size", [200, 60_000])
def test_a_full_disk_leaves_nothing(session: Session, tmp_path: Path, size: int) -> None:
    task = session.council.prepare_export(ExportRequest(tmp_path / "new", papers=("A4",)))
    before = state(session)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        with pytest.raises(RequestError) as caught:
            task.run()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "new").exists()
    assert state(session) == before


@pytest.mark.parametrize("out", ["new", "new.zip"])
def test_a_package_that_cannot_be_remembered_does_not_appear(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, out: str
) -> None:
    before = state(session)
    action = session.project.action

    @contextmanager
    def commit_fails(title: str) -> Iterator[Writer]:
        with action(title) as writer:
            yield writer
            raise RequestError("the disk of the project is full")

    monkeypatch.setattr(session.project, "action", commit_fails)
    with pytest.raises(RequestError, match="disk of the project"):
        export(session, tmp_path / out)
    assert state(session) == before
    assert nothing_left(tmp_path)


@pytest.mark.parametrize("out", ["new", "new.zip"])
def test_a_package_that_cannot_appear_is_forgotten(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, out: str
) -> None:
    def refuse(_ready: Path, _target: Path) -> None:
        session.project.name_version("meanwhile")
        raise PermissionError(13, "no")

    monkeypatch.setattr(publish, "appear", refuse)
    with pytest.raises(RequestError, match="cannot be written"):
        export(session, tmp_path / out)
    assert session.project.packages() == ()
    assert nothing_left(tmp_path)


def test_what_was_done_meanwhile_stays_when_a_package_cannot_appear(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_ready: Path, _target: Path) -> None:
        session.set_title("meanwhile")
        raise PermissionError(13, "no")

    monkeypatch.setattr(publish, "appear", refuse)
    with pytest.raises(RequestError):
        export(session, tmp_path / "new")
    assert session.project.packages() == ()
    assert session.settings().title == "meanwhile"


def nothing_left(folder: Path) -> bool:
    return not (folder / "new").exists() and not list(folder.rglob("*.zip")) and not sites(folder)


def sites(folder: Path) -> list[Path]:
    return list(folder.rglob(".renovate-*.part"))


class Killed(BaseException):
    """The process ends here."""


def die(*_: Any, **__: Any) -> None:
    raise Killed


@pytest.mark.parametrize("by_export", [False, True])
@pytest.mark.parametrize("out", ["new", "new.zip"])
def test_a_package_cut_off_before_its_name_is_finished_later(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, out: str, by_export: bool
) -> None:
    monkeypatch.setenv("RENOVATE_DATA", str(tmp_path / "data"))
    with monkeypatch.context() as patch:
        patch.setattr(publish, "appear", die)
        patch.setattr(PackageBuild, "_take_back", lambda *_: None)  # a killed process takes nothing back
        with pytest.raises(Killed):
            export(session, tmp_path / out)
    assert len(session.project.packages()) == 1
    assert len(sites(tmp_path)) == 1
    if by_export:
        other = tmp_path / ("new/again.zip" if out == "new" else "again.zip")
        monkeypatch.setenv("RENOVATE_DATA", str(tmp_path / "other machine"))
        words = export(session, other).notes
        assert len(session.project.packages()) == 2
    else:
        session.close()
        with Session.open(session.project.path) as again:
            words = tuple(again.project.saving.notices)
        with Session.open(session.project.path) as again:
            assert again.project.saving.notices == []  # said once
    assert any("finished now" in w for w in words)
    found = tmp_path / "new.zip" if out == "new.zip" else tmp_path / "new" / "青崖坪-council-v1"
    assert verify(found).ok
    assert not sites(tmp_path)


def test_a_package_cut_off_before_it_was_remembered_is_removed(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RENOVATE_DATA", str(tmp_path / "data"))
    copy = tmp_path / "copy.gpkg"
    session.save_copy(copy)
    with monkeypatch.context() as patch:
        patch.setattr(session.project, "action", die)
        patch.setattr(PackageBuild, "_take_back", lambda *_: None)
        with pytest.raises(Killed):
            export(session, tmp_path / "new")
    session.close()
    with Session.open(copy) as other:  # a copy of the same project leaves it alone: the original may be at it
        assert other.project.saving.notices == []
    assert len(sites(tmp_path)) == 1
    with Session.open(session.project.path, read_only=True):
        assert len(sites(tmp_path)) == 1
    with Session.open(session.project.path) as again:
        assert any("removed" in w for w in again.project.saving.notices)
    assert not sites(tmp_path)


@pytest.mark.parametrize("out", ["new", "new.zip"])
def test_a_package_cut_off_after_its_name_needs_nothing(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, out: str
) -> None:
    monkeypatch.setenv("RENOVATE_DATA", str(tmp_path / "data"))
    with monkeypatch.context() as patch:
        patch.setattr(left_packages, "end", die)
        with pytest.raises(Killed):
            export(session, tmp_path / out)
    assert len(sites(tmp_path)) == 1
    session.close()
    with Session.open(session.project.path) as again:
        assert again.project.saving.notices == []
        assert len(again.project.packages()) == 1
    assert not sites(tmp_path)
    found = [*tmp_path.glob("new.zip"), *(tmp_path / "new").glob("青崖坪-*")]
    assert [verify(f).ok for f in found] == [True]


def test_reasons_stand_before_the_work(session: Session, tmp_path: Path) -> None:
    assert session.council.why_not_export() == ""
    with pytest.raises(RequestError, match="distribution"):
        session.council.prepare_export(ExportRequest(tmp_path, distribution="secret"))
    with pytest.raises(RequestError, match="A3, A4"):
        session.council.prepare_export(ExportRequest(tmp_path, papers=("A0",)))
    with Session.create(tmp_path / "empty.gpkg", crs="EPSG:4545") as empty:
        assert "printing" in empty.council.why_not_export()
    with Session.create(tmp_path / "empty2.gpkg", crs="EPSG:4545", printer=QtPrinter()) as empty:
        assert "nothing to export" in empty.council.why_not_export()


# -- replies ---------------------------------------------------------------------------------------------------
def reply_to(session: Session, **changes: Any) -> dict[str, Any]:
    uuid, version, values = session.project.packages()[-1]
    answers = [
        {"proposal": p, "choice": "agree", "comment": "好", "mark": None} for p in values["proposals"][:2]
    ]
    data = {
        "format": "renovate-gui-reply",
        "format_version": 1,
        "package": str(uuid),
        "package_version": version,
        "id": str(new_uuid()),
        "created": "2026-11-23T10:00:00Z",
        "lang": "zh",
        "answers": answers,
        "wish": "",
        "building": "",
        **changes,
    }
    return data | {"check": reply_check(data, values["key"])}


def save(folder: Path, name: str, data: dict[str, Any]) -> Path:
    path = folder / name
    path.write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    return path


def test_replies_come_in_once_and_undo_as_one(session: Session, tmp_path: Path) -> None:
    export(session, tmp_path / "out")
    first, second = reply_to(session), reply_to(session)
    forged = reply_to(session) | {"wish": "yes"}
    paths = [
        save(tmp_path, "1.json", first),
        save(tmp_path, "2.json", second),
        save(tmp_path, "again.json", first),
        save(tmp_path, "forged.json", forged),
    ]
    steps = len(session.history())
    outcomes = session.council.prepare_replies(paths).run()
    assert [o.accepted for o in outcomes] == [True, True, False, False]
    assert "same reply as 1.json" in outcomes[2].reason
    assert "changed after" in outcomes[3].reason
    assert len(session.history()) == steps + 1
    tally = session.council.tallies()
    assert [(t.agree, t.oppose, t.unsure, t.comments) for t in tally] == [
        (2, 0, 0, 2),
        (2, 0, 0, 2),
        (0, 0, 0, 0),
    ]
    (later,) = session.council.prepare_replies(paths[:1]).run()
    assert not later.accepted
    assert "before" in later.reason
    session.undo()
    assert session.council.replies() == ()
    assert session.council.prepare_replies(paths[:1]).run()[0].accepted


def test_a_reply_of_another_project_is_foreign(session: Session, tmp_path: Path) -> None:
    export(session, tmp_path / "out")
    data = reply_to(session)
    session.undo()
    (outcome,) = session.council.prepare_replies([save(tmp_path, "r.json", data)]).run()
    assert "did not give out" in outcome.reason
    assert session.council.replies() == ()


def test_rejected_proposals_stay_out(session: Session, tmp_path: Path) -> None:
    proposal = session.proposals.all()[1]
    session.proposals.update(replace(proposal, status=ProposalStatus.REJECTED))
    report = export(session, tmp_path)
    _, _, values = session.project.packages()[-1]
    assert str(proposal.uuid) not in values["proposals"]
    assert str(proposal.uuid) not in (report.path / "review.html").read_text(encoding="utf-8")
    assert str(proposal.uuid) not in (report.path / "register.csv").read_text(encoding="utf-8-sig")
    assert str(proposal.uuid) not in (report.path / "manifest.json").read_text(encoding="utf-8")
    assert "Rejected proposals are left out: 1." in report.notes
    assert "2 梯道" not in sheet_words(report)


def test_a_broken_seal_is_named_and_not_printed(session: Session, tmp_path: Path) -> None:
    made = session.scenarios.add("Base")
    session.scenarios.lock(made.uuid, who="w", why="")
    seal = session.scenarios.get(made.uuid).seal
    proposal = session.proposals.all()[0]
    with session.project.action("another program") as writer:
        writer.db.execute("UPDATE proposals SET number=number+50 WHERE uuid=?", (proposal.uuid,))
        writer.db.execute(
            "UPDATE proposals SET properties=json_set(properties, '$.title', 'Else') WHERE uuid=?",
            (proposal.uuid,),
        )
    report = export(session, tmp_path)
    assert any("changed since it was locked" in n for n in report.notes)
    assert any("is not what was locked" in n for n in report.notes)
    assert "changed since it was locked" in sheet_words(report) or "锁定后已被改动" in sheet_words(report)
    assert seal[5:21] not in sheet_words(report) + json.dumps(manifest(report))


# -- what is counted -------------------------------------------------------------------------------------------
def sheet_words(report: ExportReport) -> str:
    pages = PdfReader(report.path / "handout.pdf").pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)


def manifest(report: ExportReport) -> dict[str, Any]:
    values: dict[str, Any] = json.loads((report.path / "manifest.json").read_text(encoding="utf-8"))
    return values


def test_the_package_counts_what_was_chosen_and_says_so(session: Session, tmp_path: Path) -> None:
    area = shapely.box(E0 - 10, N0 - 60, E0 + 225, N0 + 60)  # the first six houses
    add(session, Role.STUDY_AREA, "Polygon", [area], role=["community"])
    gaps = GapRequest(("elderly_day_care",), Measure.CIRCLE, 120.0, area="community")
    report = export(session, tmp_path, gaps=gaps, kinds_beside=("elderly_day_care", "childcare"))
    parameters = manifest(report)["parameters"]
    assert parameters["area"] == "community"
    assert (parameters["measure"], parameters["limit_m"], parameters["walker"]) == ("circle", 120.0, "senior")
    assert parameters["kinds"] == ["elderly_day_care", "childcare"]
    assert [g["limit_m"] for g in parameters["gaps"]] == [120.0, 300.0]  # the other kind keeps the standard's
    features = json.loads((report.path / "data/gaps_childcare.geojson").read_text())["features"]
    assert len(features) == 6
    said = sheet_words(report)
    assert "counted: the community only" in said
    assert "6 (the community only)" in said
    assert "Straight line" in said
    assert "Counted: the community only; distances in a straight line." in report.notes
    page = (report.path / "review.html").read_text(encoding="utf-8")
    assert "{title} (the community only)" in page
    assert "Counted: {where}; distances {how}." in page


def test_without_a_choice_both_kinds_of_the_whole_map_are_counted(published: ExportReport) -> None:
    parameters = manifest(published)["parameters"]
    assert parameters["kinds"] == ["elderly_day_care", "childcare"]
    assert (parameters["area"], parameters["measure"], parameters["limit_m"]) == ("all", "network", None)
    assert "counted: everything on the map" in sheet_words(published)


def test_no_community_is_refused_before_anything_is_written(session: Session, tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="community"):
        session.council.prepare_export(ExportRequest(tmp_path, gaps=GapRequest(area="community")))
    with pytest.raises(RequestError, match="not a facility kind"):
        session.council.prepare_export(ExportRequest(tmp_path, gaps=GapRequest(("palace",))))


def test_what_is_not_complete_is_said(published: ExportReport) -> None:
    sentences = [n for n in published.notes if "is not complete" in n]
    assert len(sentences) == 3
    assert sentences[1].startswith("Proposal 2 “梯道” is not complete: ")
    assert "the cost" in sentences[1]
    assert set(sentences) <= set(manifest(published)["notes"])
    assert "still open: " in sheet_words(published)
    assert "This proposal is not complete yet" in (published.path / "review.html").read_text(encoding="utf-8")


def test_blacking_out_is_no_change(session: Session, tmp_path: Path) -> None:
    export(session, tmp_path, distribution="public")
    told = sheet_words(export(session, tmp_path, distribution="council"))
    assert "What changed since version 1 Nothing: the proposals are the same." in told
    told = sheet_words(export(session, tmp_path, distribution="public"))
    assert "What changed since version 2 Nothing: the proposals are the same." in told


@pytest.mark.parametrize("text", ["tomorrow", "20991231", "2026-13-01", "2020-01-01", "２０９９-01-01"])
def test_answers_are_taken_until_a_day_to_come(session: Session, tmp_path: Path, text: str) -> None:
    with pytest.raises(RequestError, match=r"date|passed"):
        session.council.prepare_export(ExportRequest(tmp_path, reply_until=text))


def test_stale_leftovers_of_a_killed_export_go(session: Session, tmp_path: Path) -> None:
    names = (".renovate-abcd1234.part", ".renovate-young123.part", ".renovate-mine.part", "renovate.part")
    for name in names:
        (tmp_path / name).mkdir()
        if "young" not in name:
            os.utime(tmp_path / name, (1_000_000_000, 1_000_000_000))
    export(session, tmp_path)
    assert [n for n in names if (tmp_path / n).exists()] == list(names[1:])


def test_a_read_only_project_says_what_to_do(session: Session, tmp_path: Path) -> None:
    copy = tmp_path / "copy.gpkg"
    session.save_copy(copy)
    with Session.open(copy, read_only=True, printer=QtPrinter()) as locked:
        assert "save a copy" in locked.council.why_not_export()
