"""Damage, checks and our own mistakes in the window."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path

import apsw
import pytest

from renovate_gui.app.session import Session
from renovate_gui.assets import set_language
from renovate_gui.domain.errors import DamagedError, RequestError
from renovate_gui.store import backups
from renovate_gui.ui import crash_report
from renovate_gui.ui.crash_report import CrashDialog, Net
from renovate_gui.ui.damaged_dialog import DamagedDialog, MapDataDialog, missing_words
from renovate_gui.ui.health_dialog import HealthDialog, RepairedDialog

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen platform's remark on dialogs


@pytest.fixture
def damaged(project: Path) -> Path:
    """The project with a backup, one step later, and a page gone."""
    db = apsw.Connection(str(project))
    backups.make_backup(db, project)
    db.close()
    with Session.open(project) as session:
        session.set_title("later")
    db = apsw.Connection(str(project))
    root = db.execute("SELECT rootpage FROM sqlite_master WHERE name='rg_packages'").get
    db.close()
    data = bytearray(project.read_bytes())
    data[(root - 1) * 4096 : root * 4096] = b"\xff" * 4096
    project.write_bytes(data)
    return project


def test_a_damaged_project_offers_its_backup(empty_window, damaged):
    before = damaged.read_bytes()
    assert not empty_window.projects.open(damaged)
    dialog = empty_window.projects.troubles.dialog
    assert isinstance(dialog, DamagedDialog)
    dialog.backup.click()
    session = empty_window.workspace.session
    assert session is not None
    assert session.project.path.name == "project (backup).gpkg"
    assert session.settings().title == "Grid"
    assert damaged.read_bytes() == before


def test_without_a_backup_there_is_no_talk_of_more(qtbot, tmp_path):
    names = []
    for backup in (None, tmp_path / "b.gpkg"):
        at = datetime(2026, 5, 3, tzinfo=UTC)
        error = DamagedError("x", path=tmp_path / "a.gpkg", backup=backup, backup_at=at, changed_at=at)
        dialog = DamagedDialog(error)
        qtbot.addWidget(dialog)
        names.append(dialog.repair.text())
    assert names == ["Try to save what can be read", "Try to save more (repair a copy)"]


def test_a_damaged_project_can_be_repaired_into_a_copy(empty_window, damaged, monkeypatch, qtbot):
    from renovate_gui.ui import troubles

    before = damaged.read_bytes()
    out = damaged.with_name("mended.gpkg")
    monkeypatch.setattr(troubles.QFileDialog, "getSaveFileName", lambda *a: (str(out), ""))
    empty_window.projects.open(damaged)
    empty_window.projects.troubles.dialog.repair.click()
    qtbot.waitUntil(lambda: isinstance(empty_window.projects.troubles.dialog, RepairedDialog), timeout=20_000)
    empty_window.projects.troubles.dialog.opening.click()
    session = empty_window.workspace.session
    assert session is not None
    assert session.settings().title == "later"
    assert len(session.layers.all()) == 3
    assert damaged.read_bytes() == before


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_what_is_missing_is_told(language, tmp_path):
    from datetime import UTC, datetime, timedelta

    set_language(language)
    now = datetime.now(UTC)

    def words(steps: tuple[str, ...] | None, **times: object) -> str:
        return missing_words(DamagedError("x", path=tmp_path, backup=tmp_path, missing_steps=steps, **times))

    assert "画方案" in words(("画方案",))
    assert "画方案 1" not in words(tuple(f"画方案 {i}" for i in range(2, 20))).splitlines()
    assert len(words(tuple(f"{i}" for i in range(30))).splitlines()) == 8
    assert words(()) != words(None)
    told = words(None, backup_at=now - timedelta(hours=5), changed_at=now)
    assert ("5 hours" if language == "en" else "5 小时") in told


def test_map_data_is_offered_for_import(empty_window, tmp_path):
    path = tmp_path / "data.gpkg"
    db = apsw.Connection(str(path))
    db.pragma("application_id", 0x47504B47)
    db.execute("CREATE TABLE gpkg_contents (a)").fetchall()
    db.close()
    taken = []
    empty_window.projects.troubles._bring_in = taken.append
    assert not empty_window.projects.open(path)
    dialog = empty_window.projects.troubles.dialog
    assert isinstance(dialog, MapDataDialog)
    dialog.bring.click()
    assert taken == [path]


def test_the_open_project_is_checked_in_the_background(window, qtbot):
    session = window.workspace.session
    before = session.project.path.read_bytes()
    window.actions_["file.check"].trigger()
    troubles = window.projects.troubles
    qtbot.waitUntil(lambda: isinstance(troubles.dialog, HealthDialog), timeout=20_000)
    assert troubles.dialog._report.is_healthy
    assert session.project.path.read_bytes() == before
    session.set_title("goes on")
    troubles.dialog.reject()


def test_the_backup_of_the_day_is_made_only_where_somebody_works(empty_window, project, qtbot):
    empty_window.projects.open(project)
    assert backups.newest_backup(project) is None
    empty_window.projects.close()
    empty_window.projects.makes_backups = True
    empty_window.projects.open(project)
    qtbot.waitUntil(lambda: backups.newest_backup(project) is not None, timeout=20_000)


def test_a_backup_that_is_not_due_leaves_no_trace_in_the_task_list(empty_window, project):
    backups.back_up_if_due(project)
    empty_window.projects.makes_backups = True
    empty_window.projects.open(project)
    assert "Backup of the day" not in [h.title for h in empty_window.jobs.handles]


def test_a_backup_that_cannot_be_written_is_one_line_and_stops_nothing(empty_window, project, qtbot):
    backups.backup_folder(project).write_text("in the way")
    said: list[tuple[str, str]] = []
    empty_window.workspace.message.connect(lambda words, kind: said.append((words, kind)))
    empty_window.projects.makes_backups = True
    empty_window.projects.open(project)
    line = ("The backup of the day of “project.gpkg” could not be made.", "warning")
    qtbot.waitUntil(lambda: line in said, timeout=20_000)
    empty_window.workspace.session.set_title("goes on")


@pytest.fixture
def net(empty_window, monkeypatch):
    """A net that is not spread over the test's own hooks."""
    said: list[tuple[str, str]] = []
    net = Net(lambda words, kind: said.append((words, kind)), lambda: "kept 青崖坪", window=empty_window)
    net.said = said
    yield net
    if net.dialog is not None:
        net.dialog.reject()


def raised(kind: type[Exception], words: str) -> Exception:
    try:
        raise kind(words)  # noqa: TRY301
    except Exception as error:  # noqa: BLE001
        return error


def test_a_mistake_of_ours_shows_its_report_before_it_is_copied(net, qtbot, caplog, config):
    error = raised(KeyError, "张三")
    net.catch(KeyError, error, None)
    qtbot.waitUntil(lambda: net.dialog is not None)
    assert isinstance(net.dialog, CrashDialog)
    shown = net.dialog.shown.toPlainText()
    assert "KeyError" in shown
    assert "张三" not in shown
    assert "青崖坪" not in shown
    net.dialog.copy.click()
    from PySide6.QtGui import QGuiApplication

    assert QGuiApplication.clipboard().text() == shown
    assert len(list((config / "log").glob("fault-*.txt"))) == 1
    net.dialog.accept()
    net.catch(KeyError, error, None)
    qtbot.wait(50)
    assert net.dialog is None, "the same mistake is told once"
    assert "uncaught" in caplog.text


def test_a_thread_and_a_plain_sentence_are_caught_too(net, qtbot, monkeypatch):
    monkeypatch.setattr(threading, "excepthook", net._catch_of_thread)
    thread = threading.Thread(target=lambda: 1 / 0)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: net.dialog is not None)
    assert "ZeroDivisionError" in net.dialog.shown.toPlainText()
    net.catch(RequestError, RequestError("a sentence"), None)
    qtbot.waitUntil(lambda: net.said == [("a sentence", "error")])


def test_a_slot_that_fails_reaches_the_net(net, qtbot, monkeypatch):
    import sys

    from PySide6.QtCore import QTimer

    monkeypatch.setattr(sys, "excepthook", net.catch)
    QTimer.singleShot(0, [].pop)
    qtbot.waitUntil(lambda: net.dialog is not None)
    assert "IndexError" in net.dialog.shown.toPlainText()


def test_a_rescue_that_fails_does_not_hide_the_report(empty_window, qtbot, caplog):
    net = Net(lambda *_: None, lambda: 1 / 0, window=empty_window)
    net.catch(ValueError, raised(ValueError, "x"), None)
    qtbot.waitUntil(lambda: net.dialog is not None)
    net.dialog.reject()


def test_a_crash_of_the_last_start_is_told(net):
    net.tell_of_crash("")
    assert net.dialog is None
    net.tell_of_crash("Fatal Python error: Segmentation fault")
    assert "Segmentation" in net.dialog.shown.toPlainText()


def test_the_folder_of_the_log_is_opened(monkeypatch, config):
    opened = []
    monkeypatch.setattr(crash_report.QDesktopServices, "openUrl", opened.append)
    crash_report.open_log_folder()
    assert opened[0].toLocalFile() == str(config / "log")
