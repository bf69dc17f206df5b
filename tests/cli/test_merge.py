"""``merge``: what comes in, what is asked before anything is written, and the JSON that scripts read."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import shapely

from renovate_gui import bootstrap
from renovate_gui.domain.ids import Uuid
from renovate_gui.domain.proposal import Proposal
from renovate_gui.store.project import Project


@pytest.fixture(autouse=True)
def _speak_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RENOVATE_LANG", "en")


def put(path: Path, uuid: str, title: str) -> None:
    project = Project.open(path)
    with project.action(title) as writer:
        writer.put_proposal(Proposal(Uuid(uuid), 1 if uuid == "p1" else 0, shapely.Point(1, 2), title))
    project.close()


def titles(path: Path) -> list[str]:
    project = Project.open(path, read_only=True)
    found = [p.title for p in project.proposals()]
    project.close()
    return found


@pytest.fixture
def copies(tmp_path: Path) -> tuple[Path, Path]:
    """Return two copies of a project that disagree on the title of one proposal; theirs has another one."""
    mine, theirs = tmp_path / "p.gpkg", tmp_path / "同事 的.gpkg"
    Project.create(mine, title="t", crs="EPSG:4545", standard="s").close()
    put(mine, "p1", "Ramp")
    shutil.copy(mine, theirs)
    put(mine, "p1", "Long ramp")
    put(theirs, "p1", "Short ramp")
    put(theirs, "p2", "Bench")
    return mine, theirs


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = bootstrap.run(["merge", *map(str, arguments)])
    caught = capsys.readouterr()
    return code, caught.out, caught.err


def asked(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict[str, Any]:
    code, out, _ = run(capsys, *arguments, "--json")
    assert out.count("\n") == 1
    found: dict[str, Any] = json.loads(out)
    assert code == (0 if found["merged"] or "--dry-run" in arguments else 2)
    return found


def test_a_conflict_without_a_choice_is_listed_and_nothing_is_merged(
    copies: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    before = [p.read_bytes() for p in copies]
    code, out, err = run(capsys, *copies)
    assert code == 2
    assert err.startswith("error: ")
    assert err.count("\n") == 1
    assert "Long ramp" in out
    assert "Short ramp" in out
    assert "--choose proposals:" in out
    assert [p.read_bytes() for p in copies] == before


@pytest.mark.parametrize(
    ("side", "wanted"),
    [
        ("mine", ["Long ramp", "Bench"]),
        ("theirs", ["Short ramp", "Bench"]),
        ("both", ["Long ramp", "Bench", "Short ramp (theirs)"]),
    ],
)
@pytest.mark.parametrize("how", ["--prefer", "--choose"])
def test_a_choice_settles_it(
    copies: tuple[Path, Path], capsys: pytest.CaptureFixture[str], side: str, wanted: list[str], how: str
) -> None:
    value = side if how == "--prefer" else f"p1={side}"
    code, _, err = run(capsys, *copies, how, value)
    assert (code, err) == (0, "")
    assert titles(copies[0]) == wanted
    assert run(capsys, *copies)[0] == 0
    assert titles(copies[0]) == wanted


def test_a_choice_by_the_listed_name_goes_before_the_preference(
    copies: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    (conflict,) = asked(capsys, *copies)["conflicts"]
    assert (conflict["fields"], conflict["choices"]) == (["title"], ["mine", "theirs", "both"])
    found = asked(capsys, *copies, "--prefer", "mine", "--choose", f"{conflict['id']}=theirs")
    assert found["merged"]
    assert [c["choice"] for c in found["conflicts"]] == ["theirs"]
    assert titles(copies[0]) == ["Short ramp", "Bench"]


def test_a_dry_run_says_everything_and_writes_nothing(
    copies: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    before = copies[0].read_bytes()
    found = asked(capsys, *copies, "--dry-run")
    assert not found["merged"]
    assert found["steps"] == ["Short ramp", "Bench"]
    assert [(c["kind"], c["title"]) for c in found["incoming"]] == [("added", "2 · Bench")]
    assert copies[0].read_bytes() == before


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (["--choose", "p9=mine"], "p9"),
        (["--choose", "p1=ours"], "p1=ours"),
        (["--prefer", "ours"], "ours"),
    ],
)
def test_a_choice_that_means_nothing_is_refused(
    copies: tuple[Path, Path], capsys: pytest.CaptureFixture[str], options: list[str], word: str
) -> None:
    code, _, err = run(capsys, *copies, *options)
    assert code == 2
    assert err.startswith("error: ")
    assert word in err


def test_both_is_no_way_out_where_one_side_removed_it(
    copies: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    project = Project.open(copies[0])
    with project.action("drop") as writer:
        writer.delete_proposal(Uuid("p1"))
    project.close()
    code, _, err = run(capsys, *copies, "--choose", "p1=both")
    assert (code, "mine, theirs" in err) == (2, True)
    code, _, err = run(capsys, *copies, "--prefer", "both")
    assert (code, "“Both” is not possible for 1 of them" in err) == (2, True)
    assert run(capsys, *copies, "--prefer", "theirs")[0] == 0
    assert titles(copies[0]) == ["Short ramp", "Bench"]


def test_it_speaks_chinese(copies: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    _, out, err = run(capsys, *copies, "--lang", "zh_CN")
    assert "需要取舍：" in out
    assert "未作任何合并" in err


def test_two_projects_are_refused(
    copies: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Project.create(tmp_path / "z.gpkg", title="t", crs="EPSG:4545", standard="s").close()
    code, out, err = run(capsys, copies[0], tmp_path / "z.gpkg")
    assert (code, out) == (2, "")
    assert "two projects" in err
