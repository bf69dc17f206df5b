"""The session: one project, its services, its undo, its observers."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import shapely

from renovate_gui.app.session import Session
from renovate_gui.domain.errors import ReadOnlyError
from renovate_gui.domain.layer import ChangeEvent


def test_work_survives_the_end_of_the_day_and_can_still_be_undone(tmp_path: Path) -> None:
    path = tmp_path / "老 街坊.gpkg"
    with Session.create(path, title="青崖坪", crs="EPSG:4544") as session:
        for title in ("日间照料", "坡道", "口袋公园", "座椅"):
            session.proposals.add(shapely.Point(1, 1), title=title)
        for _ in range(3):
            session.undo()
    moved = tmp_path / "别处" / "新 名字.gpkg"
    moved.parent.mkdir()
    path.rename(moved)
    with Session.open(moved) as session:
        assert [p.title for p in session.proposals.all()] == ["日间照料"]
        assert session.undo() is not None
        assert session.proposals.all() == ()
        assert session.undo() is None
        while session.redo() is not None:
            pass
        assert [p.title for p in session.proposals.all()] == ["日间照料", "坡道", "口袋公园", "座椅"]
        assert [s.is_undone for s in session.history()] == [False] * 4


def test_settings_are_told_and_changed(tmp_path: Path) -> None:
    with Session.create(tmp_path / "a.gpkg", crs="EPSG:4544") as session:
        events: list[ChangeEvent] = []
        stop = session.subscribe(events.append)
        assert session.settings().title == "a"
        session.set_title("新名")
        assert (session.settings().title, session.settings().crs) == ("新名", "EPSG:4544")
        assert session.settings().standard == "cn-gb50180-2018"
        assert [(e.settings, e.title) for e in events] == [(True, "Rename the project to “新名”")]
        stop()
        session.undo()
        assert session.settings().title == "a"
        assert len(events) == 1


def test_services_are_up_to_date_when_observers_hear(tmp_path: Path) -> None:
    with Session.create(tmp_path / "a.gpkg") as session:
        counts: list[int] = []
        session.subscribe(lambda _event: counts.append(len(session.proposals.all())))
        session.proposals.add(shapely.Point(1, 1))
        session.proposals.add(shapely.Point(1, 1))
        session.undo()
        assert counts == [1, 2, 1]


def test_a_second_session_reads_what_the_first_writes(tmp_path: Path) -> None:
    with Session.create(tmp_path / "a.gpkg") as first:
        first.proposals.add(shapely.Point(1, 1), title="x")
        with Session.open(first.project.path) as second:
            assert [p.title for p in second.proposals.all()] == ["x"]
            with pytest.raises(ReadOnlyError):
                second.proposals.add(shapely.Point(1, 1))
            with pytest.raises(ReadOnlyError):
                second.undo()


def test_opening_loads_nothing_of_merging_and_comparing() -> None:
    code = "import sys, renovate_gui.app.session; print(*(m for m in sys.modules if m.startswith('renovate_gui.store.')))"
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    late = {
        "merging",
        "merge_plan",
        "merge_sides",
        "threeway",
        "differing",
        "describing",
        "middle",
        "compaction",
    }
    assert "renovate_gui.store.project" in said
    assert late.isdisjoint(m.rsplit(".", 1)[1] for m in said)
