from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import QThread

from renovate_gui.app.tasks import Task
from renovate_gui.domain.errors import Cancelled, DataError
from renovate_gui.ui.jobs import Jobs, JobState
from renovate_gui.ui.workspace import Workspace


@pytest.fixture
def workspace(qtbot):
    return Workspace()


@pytest.fixture
def jobs(workspace):
    made = Jobs(workspace)
    yield made
    assert made.shut_down()


def test_result_arrives_in_the_main_thread(jobs, qtbot):
    seen = []
    handle = jobs.start(
        Task("sum", lambda _p, _c: (QThread.currentThread(), 3)),
        lambda r: seen.append((QThread.currentThread(), *r)),
    )
    qtbot.waitUntil(lambda: bool(seen))
    here, there, value = seen[0]
    assert value == 3
    assert here is not there
    assert handle.state == JobState.DONE
    assert handle.fraction == 1.0


def test_the_latest_of_a_key_wins_even_when_the_older_ends_later(jobs, qtbot):
    gate, seen = threading.Event(), []

    def slow(_progress, _is_cancelled):
        gate.wait(5)  # deaf to cancelling, as a foreign library is
        return "old"

    old = jobs.start(Task("old", slow), seen.append, key="k")
    new = jobs.start(Task("new", lambda _p, _c: "new"), seen.append, key="k")
    qtbot.waitUntil(lambda: seen == ["new"])
    gate.set()
    qtbot.waitUntil(lambda: not old.is_running)
    assert seen == ["new"]
    assert old.state == JobState.CANCELLED
    assert new.generation > old.generation


def test_cancel_is_silent_and_seen_by_the_work(jobs, workspace, qtbot):
    begun, said = threading.Event(), []
    workspace.message.connect(lambda *m: said.append(m))

    def work(_progress, is_cancelled):
        begun.set()
        while not is_cancelled():
            threading.Event().wait(0.005)
        raise Cancelled("stopped")

    handle = jobs.start(Task("long", work), lambda _r: said.append("done"))
    assert begun.wait(5)
    handle.cancel()
    qtbot.waitUntil(lambda: handle.state == JobState.CANCELLED)
    assert said == []


def test_an_error_becomes_one_sentence(jobs, workspace, qtbot):
    said = []
    workspace.message.connect(lambda text, kind: said.append((text, kind)))

    def work(_progress, _is_cancelled):
        raise DataError("Layer “a” is empty; choose another.")

    handle = jobs.start(Task("bad", work), said.append)
    qtbot.waitUntil(lambda: bool(said))
    assert said == [("Layer “a” is empty; choose another.", "error")]
    assert handle.state == JobState.FAILED


def test_our_own_fault_is_told_without_a_traceback(jobs, workspace, qtbot, caplog):
    said = []
    workspace.message.connect(lambda text, kind: said.append(text))
    jobs.start(Task("bug", lambda _p, _c: 1 // 0), said.append)
    qtbot.waitUntil(lambda: bool(said))
    assert "ZeroDivisionError" in said[0]
    assert "\n" not in said[0]
    assert "a task failed" in caplog.text


def test_progress_is_shown(jobs, qtbot):
    seen, gate = [], threading.Event()

    def work(progress, _is_cancelled):
        progress(0.25, "reading")
        gate.wait(5)
        return

    handle = jobs.start(Task("p", work), lambda _r: None)
    handle.changed.connect(lambda: seen.append((handle.fraction, handle.words)))
    qtbot.waitUntil(lambda: (0.25, "reading") in seen)
    gate.set()
    qtbot.waitUntil(lambda: not handle.is_running)
