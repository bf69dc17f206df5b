"""A report of our own mistake holds nothing of whoever worked with the program."""

from __future__ import annotations

import getpass
import logging
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from renovate_gui.app import fault_report
from renovate_gui.app.fault_report import FaultWatch, keep_report, plain_place, report_of, report_of_fault
from renovate_gui.bootstrap import run
from renovate_gui.domain.errors import DataError

SECRETS = ("张三", "13800001111", "青崖坪", "Zhang San", "secret-project")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RENOVATE_CONFIG", str(tmp_path / "config"))
    return tmp_path / "config" / "log"


def personal() -> list[str]:
    home = str(Path.home())
    return [
        *SECRETS,
        socket.gethostname(),
        *([home] if len(home) > 3 else []),
        "/home/",
        str(Path.cwd()),
        "Traceback",
    ]


def assert_clean(text: str) -> None:
    assert not [word for word in personal() if word in text], text
    words = {w.strip(".,:") for w in text.replace("/", " ").split()}
    assert getpass.getuser() not in words


def fail_with_secrets(path: Path) -> BaseException:
    """Fail in our own source with secrets in messages, causes, notes, groups and locals."""
    from renovate_gui.store.project import Project

    resident = "张三 13800001111"
    try:
        try:
            Project.open(path / "青崖坪 secret-project.gpkg")
        except DataError as error:
            error.add_note(resident)
            raise ExceptionGroup(
                "Zhang San", [KeyError(resident), ValueError(f"/home/{getpass.getuser()}/青崖坪")]
            ) from error
    except ExceptionGroup as error:
        return error
    raise AssertionError


class 张三Error(Exception):  # noqa: PLC2401  meant
    """Even a type's name may be somebody's."""


def test_a_report_holds_types_places_and_versions_only(tmp_path: Path) -> None:
    report = report_of(fail_with_secrets(tmp_path))
    assert_clean(report)
    assert "after renovate_gui.domain.errors.DataError" in report
    assert "with KeyError" in report
    assert "renovate_gui/store/opening.py:" in report
    assert "raise DataError(words)" in report
    assert "shapely" in report
    assert_clean(report_of(张三Error("张三")))


def test_the_log_is_as_clean_as_the_report(tmp_path: Path, folder: Path) -> None:
    root = logging.getLogger()
    before = list(root.handlers)
    path = fault_report.start_log()
    try:
        log = logging.getLogger("renovate_gui.test")
        log.error("a task failed", exc_info=fail_with_secrets(tmp_path))
        log.warning("an observer of “%s” failed", "青崖坪")
        logging.getLogger("pyogrio").warning("cannot open /home/张三/x.gpkg")
    finally:
        for handler in [h for h in root.handlers if h not in before]:
            handler.close()
            root.removeHandler(handler)
    assert path is not None
    text = path.read_text(encoding="utf-8")
    assert_clean(text)
    assert "a task failed" in text
    assert "an observer of “%s” failed" in text


def test_places_lose_what_is_before_them() -> None:
    ours = fault_report.__file__
    assert plain_place(ours) == "renovate_gui/app/fault_report.py"
    assert plain_place(pytest.__file__) == "pytest/__init__.py"
    assert plain_place(os.__file__).startswith("python/os")
    assert plain_place("/home/zhang/my script.py") == "(elsewhere)"
    assert plain_place(r"C:\Users\Zhang San\x.py") == "(elsewhere)"
    assert plain_place(r"C:\Users\Zhang San\Lib\site-packages\shapely\io.py") == "shapely/io.py"


CRASH = """
import faulthandler, sys
from renovate_gui.app.fault_report import FaultWatch
print(repr(FaultWatch().start()), flush=True)
def 张三():
    {end}
watch = None
张三()
"""


def run_child(end: str, folder: Path) -> str:
    script = folder.parent.parent / "secret-project.py"
    script.write_text(CRASH.format(end=end), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout, done.stderr
    return done.stdout.strip()


def test_a_hard_crash_is_told_once_at_the_next_start(folder: Path) -> None:
    assert run_child("faulthandler._sigsegv()", folder) == "''"
    watch = FaultWatch()
    report = watch.start()
    watch.stop()
    assert "Segmentation fault" in report or "access violation" in report
    assert_clean(report)
    again = FaultWatch()
    assert again.start() == ""
    again.stop()
    assert [p.name.split("-")[0] for p in folder.iterdir()] == ["crash"]


def test_a_kill_leaves_nothing_to_tell_and_a_living_window_is_let_be(folder: Path) -> None:
    run_child("import os; os._exit(1)", folder)
    living = folder / "running-1.txt"
    living.write_text("Fatal Python error: not ours to read\n")
    watch = FaultWatch()
    assert watch.start() == ""
    assert living.exists()
    watch.stop()
    assert [p.name for p in folder.iterdir()] == ["running-1.txt"]


def test_a_fault_report_keeps_places(folder: Path) -> None:
    text = f'Fatal Python error: Aborted\n\nCurrent thread 0x01 [张三] (most recent call first):\n  File "{fault_report.__file__}", line 3 in f\n'
    report = report_of_fault(text + '  File "/home/张三/x.py", line 4 in 张三\n张三\n')
    assert "  renovate_gui/app/fault_report.py:3 f" in report
    assert "  (elsewhere):4 –" in report
    assert_clean(report)


def test_a_command_that_fails_names_a_clean_report(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    from renovate_gui.cli import health

    def fail(*_ignored: object) -> int:
        raise KeyError("张三")

    monkeypatch.setattr(health, "check", fail)
    assert run(["check", str(tmp_path / "青崖坪.gpkg")]) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    (report,) = folder.iterdir()
    assert str(report) in said
    assert_clean(report.read_text(encoding="utf-8"))
    assert "KeyError" in report.read_text(encoding="utf-8")


def test_without_a_place_to_write_there_is_still_a_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setattr(fault_report, "log_folder", lambda: blocked / "log")
    monkeypatch.setattr(fault_report.tempfile, "gettempdir", lambda: str(blocked))
    assert keep_report(ValueError("x")) is None
