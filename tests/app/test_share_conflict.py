"""A share's file that a colleague replaced is merged, and then ours, with both people's work, takes its place."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import shapely

from renovate_gui.app.session import Session
from renovate_gui.domain.errors import RequestError
from renovate_gui.domain.ids import new_uuid
from renovate_gui.domain.proposal import Note
from renovate_gui.domain.save_state import SaveKind


def note(session: Session, words: str) -> None:
    with session.project.action(f"Add {words}") as writer:
        writer.put_note(Note(new_uuid(), shapely.Point(1, 2), words))


def notes(session: Session) -> list[str]:
    return sorted(n.text for n in session.project.notes())


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RENOVATE_DATA", str(tmp_path / "data"))
    path = tmp_path / "share" / "a.gpkg"
    path.parent.mkdir()
    with Session.create(path, title="t", crs="EPSG:4545") as session:
        note(session, "base")
    return path


def test_a_conflict_is_settled_by_merging(place: Path, tmp_path: Path) -> None:
    mine = Session.open(place, through_local_copy=True)
    note(mine, "mine")
    theirs = tmp_path / "b.gpkg"
    shutil.copy(place, theirs)
    with Session.open(theirs) as session:
        note(session, "theirs")
    shutil.copy(theirs, place)  # a colleague brings a file on a stick
    assert mine.project.saving.publish().kind is SaveKind.CONFLICT
    copy = mine.project.saving.their_copy()
    assert copy is not None
    mine.merging.merge(copy, {}).run(lambda _share, _words: None, lambda: False)
    assert notes(mine) == ["base", "mine", "theirs"]
    assert mine.project.saving.publish().kind is SaveKind.PUBLISHED
    mine.close()
    with Session.open(place, read_only=True) as session:
        assert notes(session) == ["base", "mine", "theirs"]


def test_commands_say_that_a_project_was_not_published(place: Path) -> None:
    folder = place.parent

    def work() -> None:
        with Session.open(place, through_local_copy=True) as session:
            note(session, "mine")
            folder.rename(folder.with_name("away"))

    with pytest.raises(RequestError, match="safe in"):
        work()
    folder.with_name("away").rename(folder)
    with Session.open(place, through_local_copy=True) as session:
        assert notes(session) == ["base", "mine"]
    with Session.open(place, read_only=True) as session:
        assert notes(session) == ["base", "mine"]
