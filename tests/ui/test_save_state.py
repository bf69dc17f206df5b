"""What a person sees of saving: the pill, the band, the questions, and the choice at a second opening."""

from __future__ import annotations

import json
import os
import threading
from contextlib import closing
from functools import partial
from pathlib import Path

import apsw
import pytest
import shapely
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QMessageBox

from renovate_gui.app.session import Session
from renovate_gui.assets import set_language
from renovate_gui.domain.ids import new_uuid
from renovate_gui.domain.proposal import Note
from renovate_gui.domain.save_state import ReadOnlyCause, ReadOnlyKind, SaveKind
from renovate_gui.store import rights
from renovate_gui.store.owner import owner_path
from renovate_gui.store.unsaved import Shelter
from renovate_gui.ui import open_elsewhere, save_questions
from renovate_gui.ui.open_elsewhere import OpenElsewhere
from renovate_gui.ui.save_questions import Closing
from renovate_gui.ui.save_state import SaveBanner, SavePill

pytestmark = pytest.mark.qt_log_ignore(
    "This plugin does not support", extend=True
)  # cards, painted into memory


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("RENOVATE_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


def make_window(qtbot, **how: object):
    from renovate_gui.ui.application import dress, make_application
    from renovate_gui.ui.window import MainWindow

    dress(make_application([]), is_dark=False)
    window = MainWindow(partial(Session.open, **how), Session.create)
    window.resize(1280, 760)
    window.show()
    return window


def put_away(window) -> None:
    if window.workspace.session is not None:
        window.workspace.session.project.saving.discard()
    window.close()
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def window(qtbot, project):
    made = make_window(qtbot, keeps_unsaved=True)
    made.projects.open(project)
    yield made
    put_away(made)


@pytest.fixture
def place(tmp_path, project) -> Path:
    """The project's place on what stands for a share."""
    path = tmp_path / "share" / project.name
    path.parent.mkdir()
    return project.rename(path)


@pytest.fixture
def shared(qtbot, place):
    made = make_window(qtbot, through_local_copy=True)
    made.projects.open(place)
    yield made
    put_away(made)


def pill(window) -> SavePill:
    return window.findChild(SavePill)


def banner(window) -> SaveBanner:
    return window.findChild(SaveBanner)


def note(window, words: str = "x" * 60_000) -> None:
    with window.workspace.session.project.action("Add a note") as writer:
        writer.put_note(Note(new_uuid(), shapely.Point(1, 2), words))


def refuse(window) -> apsw.Connection:
    disk = window.workspace.session.project.saving._disk
    disk.pragma("max_page_count", disk.pragma("page_count"))
    return disk


def test_saved_is_quiet_and_says_when(window, qtbot) -> None:
    assert pill(window).text() == "Saved"
    note(window, "short")
    qtbot.waitUntil(lambda: pill(window).text().startswith("Saved ") and ":" in pill(window).text())
    assert pill(window).property("look") == "save"
    assert banner(window).isHidden()


@pytest.mark.parametrize(("language", "words"), [("en", "Not saved"), ("zh_CN", "未保存")])
def test_unsaved_cannot_be_overlooked_and_stays_until_it_is_solved(window, qtbot, language, words) -> None:
    set_language(language)
    disk = refuse(window)
    note(window)
    qtbot.waitUntil(lambda: pill(window).text() == words)
    assert pill(window).property("look") == "save-bad"
    assert not pill(window).icon().isNull()
    assert words in banner(window).words
    window.workspace.message.emit("something else", "info")
    assert words in banner(window).words
    pill(window).show_facts()
    card = pill(window)._popover
    assert card.height() > 100
    card.close()
    disk.pragma("max_page_count", 1 << 30)
    window.status.saving.try_again()
    qtbot.waitUntil(lambda: banner(window).isHidden())
    assert window.workspace.session.project.saving.state.kind is SaveKind.SAVED


def test_it_tries_again_by_itself(window, qtbot, monkeypatch) -> None:
    disk = refuse(window)
    note(window)
    watch = window.status.saving
    qtbot.waitUntil(watch._timer.isActive)
    disk.pragma("max_page_count", 1 << 30)
    watch._timer.timeout.emit()
    qtbot.waitUntil(lambda: banner(window).isHidden())
    assert not watch._timer.isActive()


def test_a_copy_elsewhere_has_everything_and_work_goes_on_there(window, qtbot, tmp_path, monkeypatch) -> None:
    refuse(window)
    note(window)
    asked = []
    monkeypatch.setattr(save_questions, "ask_go_on", lambda *given, **named: asked.append(named))
    copy = tmp_path / "elsewhere.gpkg"
    window.status.saving.save_copy(copy)
    qtbot.waitUntil(lambda: bool(asked))
    assert asked[0]["is_unsaved"]
    asked[0]["on_yes"]()
    assert window.workspace.session.project.path == copy
    assert len(window.workspace.session.project.notes()) == 1
    assert pill(window).text() == "Saved"


def test_closing_asks_while_something_is_unsaved(window, monkeypatch) -> None:
    def still_full(_shelter: Shelter) -> None:
        raise apsw.FullError("database or disk is full")

    refuse(window)
    note(window)
    answers = [Closing.STAY]
    monkeypatch.setattr(save_questions, "ask_closing", lambda *_given: answers.pop(0))
    window.close()
    assert window.isVisible()
    assert window.workspace.session is not None
    monkeypatch.setattr(QMessageBox, "warning", lambda *_given: None)
    answers.extend([Closing.TRY, Closing.STAY])
    with monkeypatch.context() as patch:
        patch.setattr(Shelter, "write_back", still_full)
        window.close()
    assert window.isVisible()
    path = window.workspace.session.project.path
    answers.append(Closing.TRY)
    window.close()
    assert not window.isVisible()
    with Session.open(path) as session:
        assert len(session.project.notes()) == 1


def test_a_share_shows_when_it_was_published(shared, place, qtbot) -> None:
    assert pill(shared).text().startswith("Published")
    note(shared, "short")
    qtbot.waitUntil(lambda: pill(shared).text() == "Publishing …")
    shared.status.saving.publish()
    qtbot.waitUntil(lambda: pill(shared).text().startswith("Published "))
    note(shared, "last")
    shared.close()
    with closing(Session.open(place, read_only=True)) as session:
        assert len(session.project.notes()) == 2


def test_a_conflict_stays_until_it_is_settled(shared, place, qtbot) -> None:
    note(shared, "mine")
    with closing(apsw.Connection(str(place))) as other:
        other.execute("UPDATE rg_meta SET value='theirs' WHERE key='title'")
    shared.status.saving.publish()
    qtbot.waitUntil(lambda: pill(shared).text() == "Conflict")
    assert "Nothing was overwritten" in banner(shared).words
    asked = []
    shared.status.saving.merge_asked.disconnect()
    shared.status.saving.merge_asked.connect(asked.append)
    shared.status.saving._merge()
    qtbot.waitUntil(lambda: bool(asked))
    with closing(Session.open(asked[0], read_only=True)) as session:
        assert session.settings().title == "theirs"
    shared.status.saving.keep_both()
    qtbot.waitUntil(lambda: banner(shared).isHidden())
    qtbot.waitUntil(lambda: pill(shared).text().startswith("Published"))
    assert place.with_name("project (theirs).gpkg").exists()


def test_closing_does_not_wait_for_a_share_that_is_away(shared, place, monkeypatch) -> None:
    note(shared, "mine")
    told = []
    monkeypatch.setattr(save_questions, "say_left_behind", lambda _parent, state: told.append(state.reason))
    place.parent.rename(place.parent.with_name("away"))
    shared.close()
    assert not shared.isVisible()
    assert "cannot be reached" in told[0]


def test_a_project_on_a_share_is_opened_off_the_main_thread(qtbot, place, monkeypatch) -> None:
    from renovate_gui.app import saving

    monkeypatch.setattr(saving, "may_take_long", lambda _place: True)
    threads = []
    made = make_window(qtbot)
    try:
        real = made.projects._open_session
        made.projects._open_session = lambda path: (threads.append(threading.current_thread()), real(path))[1]
        assert made.projects.open(place)
        assert threads != [threading.main_thread()]
        assert len(made.workspace.session.layers.all()) == 3
        made.projects.close()
        assert not made.projects.open(place.with_name("not there.gpkg"))
        assert made.workspace.session is None
    finally:
        put_away(made)


def test_a_second_opening_offers_reading_a_copy_and_asking_again(window, project, qtbot) -> None:
    second = make_window(qtbot)
    try:
        assert second.projects.open(project)
        dialog = second.findChild(OpenElsewhere)
        assert dialog.isVisible()
        assert "project.gpkg" in dialog._title.text()
        assert pill(second).text() == "Read only"
        dialog._look()  # still there
        qtbot.wait(200)
        assert not dialog._is_free
        window.projects.close()
        dialog._look()
        qtbot.waitUntil(lambda: dialog._is_free)
        assert dialog._again.text() == "Open for editing"
        dialog._again.click()
        assert not second.workspace.session.project.is_read_only
        assert pill(second).text() == "Saved"
    finally:
        put_away(second)


def test_a_copy_of_what_somebody_else_has_open(window, project, qtbot) -> None:
    second = make_window(qtbot)
    try:
        second.projects.open(project)
        second.findChild(OpenElsewhere)._copying.click()
        copy = project.with_name("project copy.gpkg")
        qtbot.waitUntil(lambda: second.workspace.session.project.path == copy)
        assert not second.workspace.session.project.is_read_only
    finally:
        put_away(second)


def test_a_write_protected_folder_offers_a_copy_elsewhere(qtbot, project, monkeypatch) -> None:
    cause = ReadOnlyCause(ReadOnlyKind.PROTECTED_FOLDER, "The folder is write-protected.")
    monkeypatch.setattr(rights, "protected", lambda _place: cause)
    monkeypatch.setattr("renovate_gui.store.opening.protected", lambda _place: cause)
    made = make_window(qtbot)
    try:
        made.projects.open(project)
        dialog = made.findChild(OpenElsewhere)
        assert "folder" in dialog._title.text()
        assert dialog._again.isHidden()
        assert not dialog._timer.isActive()
    finally:
        put_away(made)


def test_whose_project_was_taken_over_is_told(qtbot, project) -> None:
    other = {"host": "PC-3", "user": "陈工", "pid": 7, "time": "2026-05-12T06:02:00+00:00"}
    path = owner_path(project)
    path.write_text(json.dumps(other | {"machine": "m", "token": "t" * 32}))
    os.utime(path, (1.0, 1.0))  # silent for years
    made = make_window(qtbot)
    try:
        made.projects.open(project)
        assert not made.workspace.session.project.is_read_only
        qtbot.waitUntil(lambda: "陈工" in made.area.strip.text)
        assert "PC-3" in made.area.strip.text
    finally:
        put_away(made)


def test_the_same_project_in_the_same_window_is_no_second_opening(window, project) -> None:
    said = []
    window.workspace.message.connect(lambda words, kind: said.append((words, kind)))
    assert window.projects.open(project)
    assert not window.workspace.session.project.is_read_only
    assert said == [("“project.gpkg” is open in this window.", "info")]
    assert open_elsewhere.ASK_EVERY_MS >= 1000


@pytest.mark.parametrize("leaves", [False, True])
def test_leaving_during_an_export_is_asked_and_staying_is_the_default(qtbot, monkeypatch, leaves) -> None:
    from renovate_gui.app.tasks import Task
    from renovate_gui.ui.jobs import Jobs
    from renovate_gui.ui.workspace import Workspace

    asked: list[str] = []

    def answer(box: QMessageBox) -> int:
        asked.append(box.text())
        stay = box.defaultButton()
        assert box.escapeButton() is stay
        next(b for b in box.buttons() if (b is not stay) is leaves).click()
        return 0

    monkeypatch.setattr(QMessageBox, "exec", answer)
    gate, jobs = threading.Event(), Jobs(Workspace())
    assert save_questions.may_stop_writing(None, jobs), "nothing is being written"
    jobs.start(Task("Exporting", lambda *_how: gate.wait(30)), lambda _done: None, key="export")
    try:
        assert save_questions.may_stop_writing(None, jobs) is leaves
        assert len(asked) == 1
    finally:
        gate.set()
    qtbot.waitUntil(lambda: not jobs.running)
    assert save_questions.may_stop_writing(None, jobs)
    jobs.shut_down()
