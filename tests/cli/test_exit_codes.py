"""Exit codes and one-line errors: 0 done, 2 the data or the request is wrong, 1 our fault, 130 stopped."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from renovate_gui import bootstrap
from renovate_gui.assets import current_language
from renovate_gui.domain.errors import Cancelled


@pytest.fixture(autouse=True)
def _speak_english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the environment ask for English, and take back what ``--lang`` leaves in it."""
    monkeypatch.setenv("RENOVATE_LANG", "en")


@pytest.fixture
def project(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """Return an empty project."""
    path = tmp_path / "空 project.gpkg"
    assert bootstrap.run(["new", str(path), "--title", "空", "--crs", "EPSG:4545"]) == 0
    capsys.readouterr()
    return path


def error_of(capsys: pytest.CaptureFixture[str]) -> str:
    """Return the one error line; nothing may stand on standard output."""
    out, err = capsys.readouterr()
    assert out == ""
    lines = err.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("error: ")
    return lines[0]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["inspect", "{tmp}/no.gpkg"], "no.gpkg"),
        (["analyze", "{tmp}/no.gpkg", "--json"], "no.gpkg"),
        (["dump", "{tmp}/text.gpkg"], "text.gpkg"),
        (["verify", "{tmp}/no.zip"], "no.zip"),
        (["replies", "{project}"], "FILE"),
        (["analyze", "{project}", "--json"], "buildings"),
        (["analyze", "{project}", "--limit", "-5"], "-5"),
        (["analyze", "{project}", "--limit", "nan"], "nan"),
        (["render", "{project}", "--out", "{tmp}/m.png"], "nothing to show"),
        (["render", "{project}", "--out", "m.png", "--size", "big"], "big"),
        (["render", "{project}", "--out", "m.png", "--bbox", "3,3,1,1"], "3,3,1,1"),
        (["export", "{project}", "--out", "{tmp}/out"], "nothing to export"),
        (["new", "{project}"], "project.gpkg"),
        (["new", "{tmp}/x.txt"], ".gpkg"),
        (["render", "{project}", "--out", "{tmp}/m.gif"], ".png"),
        (["picture", "{project}", "--out", "{tmp}/m.jpg"], ".png"),
        (["analyze", "{project}", "--standard", "no-such"], "cn-gb50180-2018"),
        (["new", "{tmp}/other.gpkg", "--standard", "no-such"], "no-such"),
        (["new", "{tmp}/other.gpkg", "--crs", "EPSG:999999"], "999999"),
        (["import", "{project}", "{tmp}/text.gpkg", "--as", "buildings"], "text.gpkg"),
        (["import", "{project}", "{tmp}/no.csv", "--as", "demand"], "no.csv"),
        (["import", "{project}", "{tmp}/no.csv", "--as", "nonsense"], "nonsense"),
        (["site", "{project}", "--kind", "childcare", "--add", "1"], "neither buildings nor parcels"),
        (["picture", "{tmp}/no.gpkg", "--out", "w.png"], "no.gpkg"),
        (["--lang", "fr", "dump", "{project}"], "fr"),
        (["dump"], "PROJECT"),
    ],
    ids=lambda v: " ".join(v[:2]) if isinstance(v, list) else None,
)
def test_a_wrong_request_is_one_line_and_exit_2(
    arguments: list[str], says: str, project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "text.gpkg").write_text("not a project", encoding="utf-8")
    filled = [a.format(tmp=tmp_path, project=project) for a in arguments]
    assert bootstrap.run(filled) == 2
    assert says in error_of(capsys)
    assert not (tmp_path / "other.gpkg").exists()


def test_a_fault_of_ours_is_exit_1_with_a_file_and_no_traceback(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(_session: object) -> None:
        raise ZeroDivisionError("boom")

    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr("renovate_gui.app.editing.dump", broken)
    assert bootstrap.run(["dump", str(project)]) == 1
    line = error_of(capsys)
    assert "boom" not in line
    (kept,) = (tmp_path / "state").rglob("fault-*.txt")
    assert str(kept) in line
    report = kept.read_text(encoding="utf-8")
    assert "ZeroDivisionError" in report
    assert "boom" not in report, "a message may hold somebody's data"


@pytest.mark.parametrize("stop", [KeyboardInterrupt(), Cancelled("stop")])
def test_stopping_is_exit_130(
    stop: BaseException, project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stopped(_session: object) -> None:
        raise stop

    monkeypatch.setattr("renovate_gui.app.editing.dump", stopped)
    assert bootstrap.run(["dump", str(project)]) == 130
    assert "Stopped" in error_of(capsys)


def test_a_full_disk_is_the_machines_fault_not_ours(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(_session: object) -> None:
        raise OSError(28, "No space left on device", "/somewhere/out.pdf")

    monkeypatch.setattr("renovate_gui.app.editing.dump", full)
    assert bootstrap.run(["dump", str(project)]) == 2
    assert (
        error_of(capsys) == "error: “out.pdf” cannot be read or written: the disk is full; free some space."
    )


def test_an_error_of_many_lines_stays_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    from renovate_gui.cli.report import complain

    complain("first\nsecond\r\n\tthird")
    assert capsys.readouterr().err == "error: first second third\n"


def test_language_may_stand_anywhere(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["--lang", "zh_CN", "render"], ["render", "--lang=zh_CN"]):
        assert bootstrap.run([*arguments, str(project), "--out", "x.png"]) == 2
        assert "还没有可显示的内容" in error_of(capsys)
        assert current_language() == "zh_CN"


def test_help_and_version_are_no_errors(capsys: pytest.CaptureFixture[str]) -> None:
    assert bootstrap.run(["--help"]) == 0
    assert "analyze" in capsys.readouterr().out
    assert bootstrap.run(["--version"]) == 0
    assert capsys.readouterr().out.startswith("renovate-gui ")


def test_without_a_display_the_window_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap, "_PLATFORM_WISHED", "")
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    if sys.platform == "linux":
        assert bootstrap.run([]) == 2
        assert "display" in error_of(capsys)
    assert bootstrap.run(["no-such-word"]) == 2
    assert "no-such-word" in error_of(capsys)


# -- edit and dump ---------------------------------------------------------------------------------------------
def edit(
    project: Path, lines: bytes, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> list[Any]:
    """Feed lines to ``edit`` and return its answers."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(lines)))
    assert bootstrap.run(["edit", str(project)]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_every_line_gets_one_answer_whatever_it_holds(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    add = {"op": "add", "layer": "notes", "id": "a", "geometry": None, "properties": {"text": "第一"}}
    lines = [
        json.dumps(add, ensure_ascii=False).encode(),
        b"",
        b"not json",
        b"[1, 2]",
        b'{"op": "add", "layer": "notes", "id": "b", "properties": {"x": NaN}}',
        b"\xff\xfe broken bytes",
        b"[" * 100_000,
        b'{"op": "undo"}',
        b'{"op": "undo"}',
        b'{"op": "redo"}',
    ]
    answers = edit(project, b"\n".join(lines), monkeypatch, capsys)
    assert [a["n"] for a in answers] == list(range(1, 10))
    assert [a["ok"] for a in answers] == [True, False, False, False, False, False, True, False, True]
    assert all(a["ok"] or a["error"] for a in answers)
    assert bootstrap.run(["dump", str(project)]) == 0
    (feature,) = json.loads(capsys.readouterr().out)["features"]
    assert (feature["id"], feature["layer"], feature["properties"]) == ("a", "notes", {"text": "第一"})


def test_text_that_is_no_text_ends_nothing(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [
        rb'{"op": "add", "layer": "proposals", "id": "a", "properties": {"title": "\ud800 x"}}',
        rb'{"op": "update", "id": "a", "properties": {"title": "y\u0000\udfff", "\udfff": 1e308}}',
        rb'{"op": "add", "layer": "notes", "id": "b", "geometry": {"type": "Point", "coordinates": [1, 2]}, "crs": "\ud800"}',
        rb'{"op": "add", "layer": "notes", "id": "\ud800"}',
        b'{"op": "update", "id": "a", "properties": {"deep": ' + b"[" * 5000 + b"]" * 5000 + b"}}",
        b'{"op": "update", "id": "a", "properties": {"long": ' + b"9" * 5000 + b"}}",
        b'{"op": "delete", "id": "a"}',
        b'{"op": "undo"}',
    ]
    answers = edit(project, b"\n".join(lines), monkeypatch, capsys)
    assert [a["ok"] for a in answers] == [True, True, False, False, False, False, True, True]
    assert bootstrap.run(["dump", str(project)]) == 0
    (feature,) = json.loads(capsys.readouterr().out)["features"]
    assert feature["properties"] == {"title": "y\x00\udfff", "\udfff": 1e308}
    assert bootstrap.run(["history", str(project)]) == 0
    assert "? x" in capsys.readouterr().out


def test_arguments_in_another_encoding_are_taken_or_refused_in_a_sentence(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bootstrap.run(["version", str(project), "--name", "a\udcff", "--why", "\udcff"]) == 0
    assert "“a?”" in capsys.readouterr().out
    odd = str(project.with_name("n\udcff.gpkg"))
    for arguments in (["new", odd], ["dump", odd], ["check", odd], ["repair", odd, "--out", "o.gpkg"]):
        assert bootstrap.run(arguments) == 2
        assert "“n?.gpkg” holds characters that cannot be read" in error_of(capsys)


def test_an_answer_comes_before_the_next_question(project: Path) -> None:
    """A script may wait for each answer: nothing is held back in a buffer."""
    import subprocess

    command = [sys.executable, "-m", "renovate_gui", "edit", str(project)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as child:
        assert child.stdin
        assert child.stdout
        for number in (1, 2):
            op = {"op": "add", "layer": "notes", "id": str(number), "geometry": None, "properties": {}}
            child.stdin.write(json.dumps(op) + "\n")
            child.stdin.flush()
            assert json.loads(child.stdout.readline()) == {"ok": True, "n": number}
        child.stdin.close()
        assert child.wait(30) == 0


def test_commands_that_paint_nothing_do_not_load_qt(project: Path) -> None:
    import subprocess

    code = (
        "import sys; from renovate_gui.bootstrap import run; code = run(sys.argv[1:]); "
        "sys.exit(code or any(m.startswith(('PySide6', 'pandas', 'geopandas', 'folium')) for m in sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "dump", str(project)], capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
