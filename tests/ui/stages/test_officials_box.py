"""The Send-out page: the receiver's table of fields, checking, and going to a fault."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel, QPushButton

from renovate_gui.app.official_request import OfficialRequest
from renovate_gui.domain.roles import Role
from renovate_gui.ui.council.officials_box import OfficialsBox
from renovate_gui.ui.stages import make_panel
from renovate_gui.ui.workspace import Stage


def words_of(widget):
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if not label.isHidden())


@pytest.fixture
def box(qtbot, desk):
    made = OfficialsBox(desk.workspace, desk.jobs)
    qtbot.addWidget(made)
    return made


def test_what_the_sender_states_is_asked_for(box):
    assert box.request() == OfficialRequest("rg")
    box.set_receiver("kjghyd")
    box._boxes["XZQHDM"].setText(" 320106 ")
    assert box.request() == OfficialRequest("kjghyd", {"XZQHDM": "320106"})
    box.set_receiver("none")
    assert box.request() is None


def test_a_table_that_cannot_be_is_said_and_changes_nothing(box, tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text(
        "layer,code,name,type,length,decimals,constraint,source\nA,B,c,Text,9,,M,proposals.colour\n"
    )
    box.take_table(path)
    assert "mine.csv, line 2, field B: there is no field “proposals.colour”" in words_of(box)
    assert box.request() == OfficialRequest("rg")


def test_a_fault_leads_to_its_proposal(box, desk):
    home = desk.session.layers.table(desk.layer(Role.BUILDINGS).id).geometry[0].centroid
    made = desk.session.proposals.add(home, kind="pocket_park")
    box.check()
    desk.wait()
    assert "mandatory value is missing" in words_of(box.result), words_of(box)
    seen = []
    desk.workspace.zoom_requested.connect(seen.append)
    next(b for b in box.result.findChildren(QPushButton) if b.text() == "Show it on the map").click()
    assert desk.workspace.selection == ("proposals", (made.uuid,))
    assert seen[0][0] < home.x < seen[0][2]


def test_the_page_has_the_box(desk):
    panel = make_panel(Stage.COUNCIL, desk.workspace, desk.jobs)
    assert panel.officials_box.request() == OfficialRequest("rg")
