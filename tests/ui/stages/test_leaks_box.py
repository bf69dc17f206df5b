"""Decisions on a leak report: nothing passes by itself."""

from __future__ import annotations

from pathlib import Path

from renovate_gui.app.council import ExportRequest
from renovate_gui.app.leaks import Leak, LeakError, LeakKind, LeakReport
from renovate_gui.ui.council.leaks_box import leaks_box
from renovate_gui.ui.workspace import Stage

TEXT = Leak("text-abc123", LeakKind.TEXT, "Proposal 1", "a name.", can_black_out=True)
GROUND = Leak("ground-1", LeakKind.GROUND, "Map", "too large.")


def test_the_button_waits_until_every_finding_is_decided(qtbot):
    asked = []
    box = leaks_box(LeakReport("council", (TEXT, GROUND)), lambda: asked.append(1))
    qtbot.addWidget(box)
    assert not box.button.isEnabled()
    box.black.setChecked(True)
    assert not box.button.isEnabled()
    assert not box.passes[TEXT.key].isEnabled()
    box.passes[GROUND.key].setChecked(True)
    assert box.button.isEnabled()
    box.button.click()
    assert asked == [1]
    decided = box.decided(ExportRequest(Path("x")))
    assert decided.black_out
    assert decided.accepted_leaks == (GROUND.key,)


def test_what_passed_before_still_passes(qtbot):
    box = leaks_box(LeakReport("council", (TEXT, GROUND), (GROUND.key,)), lambda: None)
    qtbot.addWidget(box)
    assert list(box.passes) == [TEXT.key]
    box.passes[TEXT.key].setChecked(True)
    assert set(box.decided(ExportRequest(Path("x"))).accepted_leaks) == {GROUND.key, TEXT.key}


def test_the_panel_shows_the_report_and_survives_another_language(qtbot, desk):
    from renovate_gui.ui.stages import make_panel

    desk.workspace.set_stage(Stage.COUNCIL)
    panel = make_panel(Stage.COUNCIL, desk.workspace, desk.jobs)
    qtbot.addWidget(panel)
    desk.wait()
    panel._fail(LeakError(LeakReport("council", (TEXT,))))
    assert panel.leaks is not None
    panel.rebuild()
    assert panel.leaks is None
    panel._show_result()


def test_a_map_number_is_asked_for_public_notices_only(qtbot, desk):
    from renovate_gui.ui.stages.export_form import ExportForm

    form = ExportForm(desk.session)
    qtbot.addWidget(form)
    form.map_number.setText(" 渝S(2026)001号 ")
    assert form.map_number.isHidden()
    assert form.request().map_number == ""
    form._set_class("public")
    assert not form.map_number.isHidden()
    assert form.request().map_number == "渝S(2026)001号"
