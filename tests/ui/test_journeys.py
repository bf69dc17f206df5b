"""Long ways through the history run beside the window: it keeps answering, and nothing can be edited meanwhile."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest
import shapely
from PySide6.QtCore import QTimer

from renovate_gui.app import timeline as app_timeline
from renovate_gui.ui import reasons

X, Y = 360_000.0, 3_270_000.0


@pytest.fixture
def session(window):
    return window.workspace.session


@pytest.fixture
def edited(session) -> list[float]:
    """Many rows changed in one step; return their first values."""
    layer = next(i for i in session.project.layers() if i.name == "Houses")
    table = session.project.table(layer.id)
    with session.project.action("Levels") as writer:
        for fid in table.ids:
            writer.set_values(layer.id, int(fid), {"levels": 99.0})
    return [float(v) for v in table.columns["levels"]]


def levels(session) -> list[float]:
    layer = next(i for i in session.project.layers() if i.name == "Houses")
    return [float(v) for v in session.project.table(layer.id).columns["levels"]]


@pytest.fixture
def held(session, monkeypatch):
    """Every step counts as long, and undo and going wait inside their transaction until they are let go."""
    monkeypatch.setattr(app_timeline, "_LONG_BYTES", 0)
    gate, began = threading.Event(), threading.Event()
    where: list[int] = []
    real = session.project._do

    def slow(work):
        def waiting(db):
            answer = work(db)
            where.append(threading.get_ident())
            began.set()
            assert gate.wait(20)
            return answer

        return real(waiting)

    monkeypatch.setattr(session.project, "_do", slow)
    yield began, gate, where
    gate.set()


@pytest.mark.parametrize("way", ["undo", "go"])
def test_the_window_answers_while_a_long_way_is_gone(window, session, edited, held, qtbot, way) -> None:
    began, gate, where = held
    ticks: list[float] = []
    timer = QTimer()
    timer.timeout.connect(lambda: ticks.append(time.monotonic()))
    timer.start(10)
    if way == "undo":
        window.commands.step(is_undo=True)
    else:
        window.show_dock("history")
        dock = window.dock.page("history")
        qtbot.waitUntil(lambda: dock.side.model.rowCount() > 0)
        row = next(
            r
            for r in map(dock.side.model.row, range(dock.side.model.rowCount()))
            if r.words == "Add Far away"
        )
        dock.side.choose(row.key)
        dock.go_to_chosen()
    qtbot.waitUntil(began.is_set)
    ticks.clear()
    qtbot.wait(300)
    assert len(ticks) > 5  # the thread of the window is free
    assert where == [w for w in where if w != threading.get_ident()]
    assert "wait" in reasons.no_edit(window.workspace)
    assert reasons.no_undo(window.workspace)
    assert levels(session) == [99.0] * len(edited)  # what others read is the state before
    gate.set()
    qtbot.waitUntil(lambda: not window.workspace.busy)
    assert np.allclose(levels(session), edited)
    assert reasons.no_edit(window.workspace) == ""


def test_a_refused_long_way_leaves_the_window_free(window, session, edited, monkeypatch, qtbot) -> None:
    monkeypatch.setattr(app_timeline, "_LONG_BYTES", 0)
    one = session.proposals.add(shapely.Point(X, Y), title="Bench")
    session.proposals.set_geometry(one.uuid, shapely.Point(X + 5, Y))
    window.show_dock("history")
    dock = window.dock.page("history")
    qtbot.waitUntil(lambda: dock.side.model.rowCount() > 0)
    added = next(
        r
        for r in map(dock.side.model.row, range(dock.side.model.rowCount()))
        if r.step is not None and r.step.uuid == session.timeline.steps()[-2].uuid
    )
    dock.side.choose(added.key)
    dock.undo_one()
    qtbot.waitUntil(lambda: bool(dock._later))
    assert window.workspace.busy == ""


def test_short_steps_are_undone_at_once(window, session) -> None:
    session.proposals.add(shapely.Point(X, Y), title="Bench")
    window.commands.step(is_undo=True)
    assert session.proposals.all() == ()
    window.commands.step(is_undo=False)
    assert [p.title for p in session.proposals.all()] == ["Bench"]
