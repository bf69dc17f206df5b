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


def test_needs_show_as_cells_and_come_back(qtbot, desk):
    panel = open_needs(qtbot, desk)
    panel.options.view.chosen.emit("hexagons")
    desk.wait()
    assert desk.workspace.heat is None
    assert desk.workspace.cells.respondents.sum() == 30
    assert not panel.options.cell_width.isHidden()
    panel.options.view.chosen.emit("buildings")
    desk.wait()
    assert desk.workspace.cells.respondents.sum() < 30  # not everybody answers from within a building
    assert desk.workspace.cells.respondents.sum() + desk.workspace.cells.apart == 30
    assert panel.headline.accessibleName() == "30"
    panel.options.view.chosen.emit("with_gap")
    desk.wait()
    assert desk.workspace.cells.side == 3
    assert not panel.two_ways.isHidden()
    panel.options.view.chosen.emit("surface")
    desk.wait()
    assert desk.workspace.cells is None
    assert desk.workspace.heat.total == 30
    assert panel.two_ways.isHidden()


def test_a_comparison_is_kept_in_the_project(qtbot, desk):
    panel = open_needs(qtbot, desk)
    panel.options.versus.chosen.emit("residents")
    desk.wait()
    assert desk.workspace.heat.unit == "answers for 100 people"
    assert not panel.options.mode.isHidden()
    assert "1 in use" in panel.options.more.head.text()
    assert desk.session.parameters.heat().versus == "residents"
    desk.session.undo()
    desk.wait()
    assert panel.options.choice.versus == ""
    assert desk.workspace.heat.unit != "answers for 100 people"
