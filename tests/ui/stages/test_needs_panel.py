"""Needs: the surface follows what is chosen."""

from __future__ import annotations

from renovate_gui.ui.stages import make_panel
from renovate_gui.ui.workspace import Stage


def open_needs(qtbot, desk):
    desk.workspace.set_stage(Stage.NEEDS)
    panel = make_panel(Stage.NEEDS, desk.workspace, desk.jobs)
    qtbot.addWidget(panel)
    desk.wait()
    return panel


def test_answers_are_counted_and_mapped(qtbot, desk):
    panel = open_needs(qtbot, desk)
    assert ">30<" in panel.headline.text()
    assert desk.workspace.heat.bandwidth_m == 120
    assert desk.workspace.heat.total == 30
    assert "fewer than 5 respondents" in "".join(
        w.text() for w in panel.readiness.findChildren(type(panel.sentence))
    )


def test_bandwidth_follows_the_slider(qtbot, desk):
    panel = open_needs(qtbot, desk)
    for metres in (60, 200, 310):
        panel.bandwidth.moved.emit(metres)
    desk.wait()
    assert desk.workspace.heat.bandwidth_m == 310


def test_categories_filter_and_come_back(qtbot, desk):
    panel = open_needs(qtbot, desk)
    panel._choose_category("care", on=False)
    desk.wait()
    assert desk.workspace.heat.total == 20
    panel._choose_category("lift", on=False)
    panel._choose_category("parking", on=False)
    desk.wait()
    assert desk.workspace.heat.total == 30, "switching everything off begins again with all"


def test_population_is_a_subject(qtbot, desk):
    panel = open_needs(qtbot, desk)
    assert "residents" in [code for code, _ in desk.session.needs.subjects()]
    panel._choose_subject("residents")
    desk.wait()
    assert desk.workspace.heat.total == 400
    assert panel._chips_box.isHidden()


def test_nothing_to_map_says_what_to_import(qtbot, bare_desk):
    panel = open_needs(qtbot, bare_desk)
    assert panel._body.isHidden()
    assert bare_desk.workspace.heat is None
