"""The Send-out page: which comment forms go with the package, and printing them again."""

from __future__ import annotations

from pathlib import Path

import pytest
import shapely
from PySide6.QtWidgets import QLabel

from renovate_gui.app.council import ExportRequest
from renovate_gui.app.form_codes import FormRequest, Homes
from renovate_gui.app.session import Session
from renovate_gui.domain.roles import Role
from renovate_gui.render.printer import QtPrinter
from renovate_gui.ui.council.forms_box import FormsBox
from renovate_gui.ui.stages import make_panel
from renovate_gui.ui.workspace import Stage


def words_of(widget):
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if not label.isHidden())


@pytest.fixture
def box(qtbot, desk):
    made = FormsBox(desk.workspace, desk.jobs)
    qtbot.addWidget(made)
    made.follow(desk.session)
    return made


def test_open_forms_are_the_beginning(box):
    assert box.request() == FormRequest("A3")
    assert "for copying" in words_of(box)
    box.copies.setValue(40)
    assert box.request() == FormRequest("A3", copies=40)
    assert "its own number" in words_of(box)
    box.set_paper("none")
    assert box.request() is None
    box.set_paper("A4")
    assert box.request() == FormRequest("A4", copies=40)


def test_nothing_can_be_printed_before_a_package(box, desk):
    assert not box.print_button.isEnabled()
    assert box.print_button.toolTip() == desk.session.forms.why_not_print()


def test_a_table_says_for_whom(box, tmp_path):
    table = tmp_path / "homes.csv"
    table.write_text("building,stairwell,households\n12,1,3\n12,2,2\n", encoding="utf-8")
    box.take_table(table)
    assert box.request() == FormRequest("A3", homes=(Homes("12", "1", 3), Homes("12", "2", 2)))
    assert "5 households behind 2 doors, from homes.csv" in words_of(box)
    box.set_whom("open")
    assert box.request() == FormRequest("A3")


def test_a_table_that_is_none_says_why_and_changes_nothing(box, tmp_path):
    table = tmp_path / "names.csv"
    table.write_text("name\nx\n", encoding="utf-8")
    box.take_table(table)
    assert "no column “building”" in words_of(box)
    assert box.request() == FormRequest("A3")


def test_an_empty_register_is_told(box):
    box.set_whom("register")
    assert "register of owners is empty" in words_of(box)
    assert box.request() == FormRequest("A3")


def test_the_panel_asks_for_the_chosen_forms(qtbot, desk, monkeypatch):
    desk.workspace.set_stage(Stage.COUNCIL)
    panel = make_panel(Stage.COUNCIL, desk.workspace, desk.jobs)
    qtbot.addWidget(panel)
    desk.wait()
    panel.forms_box.set_paper("A4")
    asked: list[ExportRequest] = []
    monkeypatch.setattr(
        desk.session.council, "prepare_export", lambda request: asked.append(request) or _stop()
    )
    panel.export()
    assert asked[0].forms == FormRequest("A4")


def _stop():
    from renovate_gui.domain.errors import RequestError

    raise RequestError("enough")


def test_forms_are_printed_again(qtbot, desk, tmp_path: Path):
    path = desk.session.project.path
    home = desk.session.layers.table(desk.layer(Role.BUILDINGS).id).geometry[0]
    desk.session.close()
    with Session.open(path, printer=QtPrinter()) as session:
        desk.workspace.set_session(session)
        session.proposals.add(shapely.centroid(home), title="Ramp")
        request = ExportRequest(tmp_path / "out", "working", papers=("A4",))
        session.council.prepare_export(request).run()
        box = FormsBox(desk.workspace, desk.jobs)
        qtbot.addWidget(box)
        box.follow(session)
        assert box.print_button.isEnabled()
        box.copies.setValue(2)
        out = tmp_path / "forms.pdf"
        box.print_to(out)
        desk.wait()
        qtbot.waitUntil(out.exists)
        qtbot.waitUntil(lambda: "2 forms of" in words_of(box))
        desk.workspace.set_session(None)
