"""``merge --unpublished`` and ``--keep-both``: both the working copy here and the file on the stick went on."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import shapely

from renovate_gui import bootstrap
from renovate_gui.domain.ids import Uuid
from renovate_gui.domain.proposal import Proposal
from renovate_gui.store import opening
from renovate_gui.store.project import Project


def put(path: Path, uuid: str, title: str) -> None:
    project = Project.open(path)
    with project.action(title) as writer:
        writer.put_proposal(Proposal(Uuid(uuid), 1 if uuid == "p1" else 0, shapely.Point(1, 2), title))
    project.saving.publishes_at_end = False
    project.close()


def titles(path: Path) -> list[str]:
    project = Project.open(path, read_only=True)
    found = sorted(p.title for p in project.proposals())
    project.close()
    return found


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a project on a stick; on both sides somebody went on from the same state."""
    monkeypatch.setenv("RENOVATE_LANG", "en")
    monkeypatch.setenv("RENOVATE_DATA", str(tmp_path / "data"))
    path, theirs = tmp_path / "stick" / "p.gpkg", tmp_path / "theirs.gpkg"
    path.parent.mkdir()
    Project.create(path, title="t", crs="EPSG:4545", standard="s").close()
    put(path, "p1", "Ramp")
    monkeypatch.setattr(opening, "needs_desk", lambda place, wish=None: place == path)
    shutil.copy(path, theirs)
    put(theirs, "p2", "Bench")
    put(theirs, "p1", "Short ramp")
    put(path, "p1", "Long ramp")
    shutil.copy(theirs, path)
    return path


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = bootstrap.run([str(a) for a in arguments])
    caught = capsys.readouterr()
    return code, caught.out, caught.err


def test_a_conflict_says_how_to_settle_it_and_is_merged(place: Path, capsys) -> None:
    before = place.read_bytes()
    code, out, said = run(capsys, "dump", place)
    assert (code, "Long ramp" in out) == (2, True)
    assert f'merge "{place}" --unpublished' in said
    assert "project.gpkg”" in said
    code, out, said = run(capsys, "merge", place, "--unpublished", "--dry-run")
    assert (code, "Short ramp" in out) == (0, True), said
    code, _out, said = run(capsys, "merge", place, "--unpublished")
    assert (code, "--prefer" in said) == (2, True)
    assert place.read_bytes() == before  # nothing was decided
    code, out, said = run(capsys, "merge", place, "--unpublished", "--prefer", "mine")
    assert (code, said) == (0, "")
    assert titles(place) == ["Bench", "Long ramp"]
    assert place.read_bytes() != before
    code, _out, said = run(capsys, "merge", place, "--unpublished")
    assert (code, "nothing to be settled" in said) == (2, True)


def test_both_files_are_kept_under_two_names(place: Path, capsys) -> None:
    code, out, said = run(capsys, "merge", place, "--keep-both", "--json")
    assert (code, said) == (0, "")
    kept = Path(json.loads(out)["kept"])
    assert kept.parent == place.parent
    assert (titles(place), titles(kept)) == (["Long ramp"], ["Bench", "Short ramp"])


@pytest.mark.parametrize("options", [(), ("x.gpkg", "--keep-both"), ("--keep-both", "--unpublished")])
def test_what_does_not_go_together_is_refused(place: Path, capsys, options: tuple[str, ...]) -> None:
    code, _out, said = run(capsys, "merge", place, *options)
    assert code == 2
    assert "--unpublished" in said
