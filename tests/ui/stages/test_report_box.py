"""The report on Council: computed in the background, numbers select what they count, files written."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from renovate_gui.ui.stages.report_box import ReportBox

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen platform's remark on windows


@pytest.fixture
def workspace(desk):
    return desk.workspace


@pytest.fixture
def box(qtbot, desk):
    made = ReportBox(desk.workspace, desk.jobs)
    qtbot.addWidget(made)
    made.show()
    return made


def words(widget) -> str:
    QApplication.processEvents()
    found = [*widget.findChildren(QLabel), *widget.findChildren(QPushButton)]
    return "\n".join(part.text() for part in found if part.isVisible())


def test_compute_show_and_select(qtbot, box, workspace):
    assert not box.save_button.isEnabled()
    box.compute_button.click()
    qtbot.waitUntil(lambda: box.report is not None, timeout=20_000)
    said = words(box)
    assert "Elderly day care: 30 of 100 people (Aged 60+)" in said
    assert "Cannot be computed: no primary school is in the data." in said or "6–11 is missing" in said
    assert box.save_button.isEnabled()
    chosen = []
    workspace.selection_changed.connect(lambda key, ids: chosen.append((key, ids)))
    number = next(b for b in box.findChildren(QPushButton) if b.accessibleName().startswith("3.1.1"))
    number.click()
    assert box.open_code == "3.1.1"
    facilities = next(i for i in workspace.session.layers.all() if i.role.value == "facilities")
    (feature,) = workspace.session.layers.table(facilities.id).ids
    assert chosen == [
        (f"layer:{facilities.id}", (int(feature),))
    ]  # its floor area is not known: perhaps too small
    assert "floor area not known" in words(box)
    box.choose("3.1.1")
    assert box.open_code == ""


def test_a_change_makes_it_old_and_files_are_written(qtbot, box, workspace, tmp_path):
    session = workspace.session
    box.compute()
    qtbot.waitUntil(lambda: box.report is not None, timeout=20_000)
    box.save(tmp_path / "r.json")
    qtbot.waitUntil((tmp_path / "r.json").exists, timeout=20_000)
    session.standards.edit_row("elderly_day_care", {"radius_m": 250}, "x")
    box.follow(session)
    assert "The project has changed since" in words(box)
    box.save(tmp_path / "r.doc")
    assert "must end in" in words(box)
