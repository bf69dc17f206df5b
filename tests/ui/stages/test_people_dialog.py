"""The dialog that shares totals of residents out to buildings."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import shapely
from PySide6.QtWidgets import QLabel

from renovate_gui.app.people_estimate import Totals
from renovate_gui.domain.facility import AgeBasis
from renovate_gui.domain.roles import Role
from renovate_gui.ui.stages.people_dialog import PeopleDialog
from renovate_gui.ui.stages.readiness import survey_readiness
from renovate_gui.ui.stages.survey import SurveyPanel


def said(dialog: PeopleDialog) -> str:
    return " ".join(label.text() for label in dialog.findChildren(QLabel))


def without_people(desk) -> None:
    """Forget the columns of residents: as a map from the street has none."""
    info = desk.layer(Role.BUILDINGS)
    fields = {k: v for k, v in info.field_map.items() if k not in {"residents", "age60"}}
    desk.session.layers.set_field_map(info.id, fields)


def test_totals_are_shown_before_they_count_and_are_one_step(desk, qtbot) -> None:
    without_people(desk)
    dialog = PeopleDialog(None, desk.workspace)
    qtbot.addWidget(dialog)
    dialog.boxes[AgeBasis.RESIDENTS].setText("500")
    dialog.refresh()
    assert "500 is shared out by floor area to 10 residential buildings" in said(dialog)
    dialog.boxes[AgeBasis.AGE60].setText("600")
    dialog.refresh()
    assert "cannot be more" in dialog.problem.text()
    dialog.apply()
    assert desk.session.people.totals() is None
    dialog.boxes[AgeBasis.AGE60].setText("100")
    steps = len(desk.session.history())
    dialog.apply()
    assert desk.session.people.totals() == Totals({"residents": 500.0, "age60": 100.0})
    assert len(desk.session.history()) == steps + 1
    assert any("planning estimate" in words for _, words in survey_readiness(desk.session))


def test_it_opens_with_what_is_kept_and_can_end_it(desk, qtbot) -> None:
    without_people(desk)
    desk.session.people.set_totals(Totals({"residents": 500.0}, whole=True))
    dialog = PeopleDialog(None, desk.workspace)
    qtbot.addWidget(dialog)
    assert dialog.totals() == Totals({"residents": 500.0}, whole=True)
    dialog.end()
    assert desk.session.people.totals() is None


def test_what_the_buildings_count_themselves_is_not_asked(desk, qtbot) -> None:
    dialog = PeopleDialog(None, desk.workspace)
    qtbot.addWidget(dialog)
    assert not dialog.boxes[AgeBasis.RESIDENTS].isEnabled()
    assert dialog.boxes[AgeBasis.AGE80].isEnabled()
    dialog.boxes[AgeBasis.AGE80].setText("30")
    dialog.refresh()
    assert "by residents per building" in said(dialog)


def test_a_layer_with_totals_can_be_chosen(desk, qtbot, tmp_path: Path) -> None:
    without_people(desk)
    area = shapely.union_all(desk.session.layers.table(desk.layer(Role.BUILDINGS).id).geometry)
    file = tmp_path / "grid.geojson"
    import geopandas

    geopandas.GeoDataFrame(
        {"pop": [900]}, geometry=[area.envelope.buffer(5)], crs=desk.session.settings().crs
    ).to_file(file, driver="GeoJSON")
    (plan,) = desk.session.survey.propose(desk.session.survey.prepare_inspect([file]).run())
    info = desk.session.survey.prepare_import(
        replace(plan, role=Role.GRIDS, field_map={"residents": "pop"})
    ).run()
    dialog = PeopleDialog(None, desk.workspace)
    qtbot.addWidget(dialog)
    dialog.source.setCurrentIndex(dialog.source.findData(str(info.uuid)))
    assert "900 is shared out" in said(dialog)
    dialog.apply()
    assert desk.session.people.totals() == Totals(layer=str(info.uuid))


def test_the_survey_panel_leads_there(desk, qtbot, monkeypatch) -> None:
    opened: list[PeopleDialog] = []

    def note(dialog: PeopleDialog) -> None:
        opened.append(dialog)

    monkeypatch.setattr(PeopleDialog, "open", note)
    panel = SurveyPanel(desk.workspace, desk.jobs)
    qtbot.addWidget(panel)
    panel.people_button.click()
    (dialog,) = opened
    qtbot.addWidget(dialog)
