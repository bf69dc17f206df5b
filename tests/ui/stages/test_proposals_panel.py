"""Proposals: drawing, form, funds, answers, effect; every field one undoable step."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
import shapely
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage

from renovate_gui.domain.proposal import (
    ActionCategory,
    FundShare,
    FundSource,
    ProposalStatus,
    RenewalTier,
)
from renovate_gui.domain.roles import Role
from renovate_gui.ui.stages import make_panel
from renovate_gui.ui.stages.answered import nearby
from renovate_gui.ui.stages.draw_tools import grouped_kinds, kinds_for
from renovate_gui.ui.stages.effect import EffectCard, newly_served_by
from renovate_gui.ui.stages.funds_table import balance
from renovate_gui.ui.stages.gap_model import GapModel
from renovate_gui.ui.stages.look import look_of
from renovate_gui.ui.stages.note_form import NoteForm
from renovate_gui.ui.stages.proposal_form import ProposalForm
from renovate_gui.ui.stages.proposals import ListRow
from renovate_gui.ui.workspace import Stage, Tool


def middle(desk, house: int = -1):
    table = desk.session.layers.table(desk.layer(Role.BUILDINGS).id)
    return shapely.centroid(table.geometry[house])


@pytest.fixture
def panel(qtbot, desk):
    desk.workspace.set_stage(Stage.PROPOSALS)
    made = make_panel(Stage.PROPOSALS, desk.workspace, desk.jobs)
    qtbot.addWidget(made)
    desk.wait()
    return made


@pytest.fixture
def form(qtbot, desk, panel):
    desk.workspace.geometry_drawn.emit(Tool.DRAW_POINT.value, middle(desk))
    desk.wait()
    assert isinstance(panel.form, ProposalForm)
    return panel.form


def stored(desk):
    return desk.session.proposals.all()[0]


def test_a_drawn_point_is_the_facility_just_looked_at(desk, form):
    proposal = stored(desk)
    assert proposal.kind == "elderly_day_care"
    assert proposal.title
    assert desk.workspace.selection == ("proposals", (proposal.uuid,))
    assert desk.workspace.tool == Tool.SELECT


def test_line_polygon_and_callout(qtbot, desk, panel):
    line = shapely.LineString([(0, 0), (20, 5)])
    area = shapely.box(0, 0, 20, 20)
    desk.workspace.geometry_drawn.emit(Tool.DRAW_LINE.value, line)
    desk.workspace.geometry_drawn.emit(Tool.DRAW_POLYGON.value, area)
    desk.workspace.geometry_drawn.emit(Tool.DRAW_NOTE.value, middle(desk))
    desk.wait()
    assert [p.kind for p in desk.session.proposals.all()] == ["ramp", "pocket_park"]
    note = panel.form
    assert isinstance(note, NoteForm)
    note.words.setPlainText("Too dark here")
    note.commit_focused()
    assert desk.session.proposals.notes()[0].text == "Too dark here"


def test_drawing_works_from_every_stage(qtbot, desk):
    desk.workspace.set_stage(Stage.SURVEY)
    qtbot.addWidget(make_panel(Stage.SURVEY, desk.workspace, desk.jobs))
    desk.workspace.geometry_drawn.emit(Tool.DRAW_POINT.value, middle(desk))
    assert desk.workspace.stage == Stage.PROPOSALS
    assert len(desk.session.proposals.all()) == 1


def test_each_field_is_one_undoable_step(qtbot, desk, form):
    steps = len(desk.session.history())
    for name, words in (
        ("title", "Day care in the old shop"),
        ("operator", "Neighbours' club"),
        ("fee", "free"),
    ):
        form.lines[name].setText(words)
        form.lines[name].editingFinished.emit()
    assert stored(desk).title == "Day care in the old shop"
    assert stored(desk).governance.operator == "Neighbours' club"
    assert len(desk.session.history()) == steps + 3
    form.lines["fee"].editingFinished.emit()
    assert len(desk.session.history()) == steps + 3, "nothing changed, nothing stored"
    desk.session.undo()
    qtbot.waitUntil(lambda: form.lines["fee"].text() == "")
    assert stored(desk).governance.operator == "Neighbours' club"


def test_choices_are_stored(desk, form):
    form._category.setCurrentIndex(form._category.findData("VIII"))
    form._category.activated.emit(0)
    form._tier.chosen.emit("improved")
    form._status.chosen.emit("discussed")
    proposal = stored(desk)
    assert proposal.category == ActionCategory.WELFARE
    assert proposal.tier == RenewalTier.IMPROVED
    assert proposal.status == ProposalStatus.DISCUSSED


@pytest.mark.parametrize("words", ["many", "-5", "nan", "inf"])
def test_capacity_refuses_what_is_no_number_of_places(desk, form, words):
    form.lines["capacity"].setText(words)
    form.lines["capacity"].editingFinished.emit()
    assert stored(desk).capacity is None
    assert desk.said[-1][0] == f"The capacity must be a number of places from 0 up, not “{words}”."
    form.lines["capacity"].setText("24")
    form.lines["capacity"].editingFinished.emit()
    assert stored(desk).capacity == 24


def test_an_assumed_cost_says_so_until_a_person_types_one(desk, form):
    form.funds.cost.setText("500000")
    form.funds.cost.editingFinished.emit()
    proposals, assumed = desk.session.proposals, {"cost_assumed": "500000"}
    proposals.update(replace(stored(desk), extra=assumed))
    form.funds.follow(stored(desk))
    assert stored(desk).is_cost_assumed
    assert "Assumed" in form.funds.assumed.text()
    form.funds.cost.editingFinished.emit()  # passed through without typing
    assert stored(desk).is_cost_assumed
    form.funds.cost.textEdited.emit("500000")
    form.funds.cost.editingFinished.emit()  # the same sum, but said
    assert not stored(desk).is_cost_assumed
    form.funds.follow(stored(desk))
    assert form.funds.assumed.text() == ""


def test_money_is_decimal_and_checked(desk, form):
    form.funds.cost.setText("35万")
    form.funds.cost.editingFinished.emit()
    form.funds._add()
    assert stored(desk).cost == Decimal(350000)
    assert stored(desk).funded == Decimal(350000)
    form.funds._put(0, amount=Decimal("349999.99"))
    assert "¥0.01" in balance(stored(desk).cost, stored(desk).funds)[1]
    form.funds.cost.setText("a lot")
    form.funds.cost.editingFinished.emit()
    assert stored(desk).cost == Decimal(350000)
    assert desk.said[-1][1] == "warning"


def test_balance_says_what_is_wrong():
    share = (FundShare(FundSource.DISTRICT, Decimal(100)),)
    assert balance(Decimal(100), share)[0] == "good"
    assert balance(Decimal(90), share)[0] == "bad"
    assert balance(None, ())[1] == "No cost yet."


def test_missing_parts_shrink_as_the_form_fills(qtbot, desk, form):
    before = desk.session.proposals.missing(stored(desk))
    form.lines["operator"].setText("Club")
    form.lines["operator"].editingFinished.emit()
    assert len(desk.session.proposals.missing(stored(desk))) == len(before) - 1


def test_effect_of_one_proposal_is_what_it_adds(qtbot, desk, form):
    model = GapModel.of(desk.workspace)
    qtbot.waitUntil(lambda: model.picture is not None and bool(model.picture.gained()), timeout=20_000)
    own = newly_served_by(model.picture.main, model.picture.without, stored(desk).uuid)
    assert own == model.picture.gained() > 0


def test_a_path_that_adds_nothing_says_so_whatever_the_others_bring(qtbot, desk, form):
    line = shapely.LineString([middle(desk, 0), middle(desk, -1)])
    path = desk.session.proposals.add(line, title="Short cut", kind="path")
    desk.wait()
    model = GapModel.of(desk.workspace)
    card = EffectCard(model, look_of(is_dark=False), path.uuid)
    qtbot.addWidget(card)
    desk.wait()
    assert model.picture.added_by(path.uuid) == 0
    from renovate_gui.app.live_joining import loose_ends

    assert (loose_ends(desk.session, path.uuid) or "within") in card.sentence.text()
    hanging = desk.session.proposals.add(shapely.LineString([(5e5, 1e6), (5e5 + 9, 1e6)]), kind="ramp")
    desk.wait()
    other = EffectCard(model, look_of(is_dark=False), hanging.uuid)
    qtbot.addWidget(other)
    desk.wait()
    assert "Neither end joins a path" in other.sentence.text(), (
        "why it changes nothing stands beside the number"
    )
    assert model.picture.gained() > 0
    assert card.figure.text() == "no change"
    assert card.sentence.text().startswith("This proposal brings nobody else")
    assert f"all proposals together: +{model.picture.gained():.0f}" in card.doubt.text()


def test_two_proposals_share_the_gain(qtbot, desk, form):
    desk.session.proposals.add(middle(desk, 5), title="Middle", kind="elderly_day_care")
    model = GapModel.of(desk.workspace)
    desk.wait()
    picture = model.picture
    parts = [newly_served_by(picture.main, picture.without, p.uuid) for p in desk.session.proposals.all()]
    assert np.isclose(sum(parts), picture.gained())


def test_answered_demands_nearby(desk, form):
    keys = nearby(desk.session, stored(desk), "care")
    assert keys
    form.answered._add_category("care")
    assert stored(desk).answers == keys
    form.answered._clear()
    assert stored(desk).answers == ()


def test_picking_demands_keeps_the_form(desk, panel, form):
    info = desk.layer(Role.DEMAND)
    ids = desk.session.layers.table(info.id).ids[:2].tolist()
    desk.workspace.select(f"layer:{info.id}", tuple(ids))
    assert panel.form is form
    assert not form.answered.selected_button.isHidden()
    form.answered._add_selected()
    assert len(stored(desk).answers) == 2


def test_photos_come_and_go(qtbot, desk, form, tmp_path):
    picture = QImage(64, 48, QImage.Format.Format_RGB32)
    picture.fill(QColor("#3B6FB6"))
    path = tmp_path / "stairs.png"
    assert picture.save(str(path))
    form.photos.attach([path])
    photo = desk.session.proposals.photos(stored(desk).uuid)[0]
    assert photo.caption == "stairs"
    form.photos._remove(photo.id)
    assert desk.session.proposals.photos(stored(desk).uuid) == ()
    form.photos.attach([tmp_path / "absent.png"])
    assert desk.said[-1][1] == "error"


def test_delete_duplicate_and_back(qtbot, desk, panel, form):
    form._duplicate()
    desk.wait()
    assert len(desk.session.proposals.all()) == 2
    panel.form._delete()
    desk.wait()
    assert len(desk.session.proposals.all()) == 1
    assert panel.form is None
    desk.session.undo()
    qtbot.waitUntil(lambda: len(desk.session.proposals.all()) == 2)


def test_undoing_the_drawing_closes_its_form(qtbot, desk, panel, form):
    desk.session.undo()
    qtbot.waitUntil(lambda: panel.form is None)
    assert not panel._list_page.isHidden()


def test_typed_words_are_not_lost_when_another_one_is_selected(qtbot, desk, panel, form):
    first = stored(desk).uuid
    other = desk.session.proposals.add(middle(desk, 2), title="Other", kind="seats")
    panel.show()
    form.lines["rule"].setFocus()
    qtbot.keyClicks(form.lines["rule"], "open to all")
    desk.workspace.select("proposals", (other.uuid,))
    assert desk.session.proposals.get(first).governance.rule == "open to all"


def test_list_is_taken_with_the_keyboard(qtbot, desk, panel):
    made = desk.session.proposals.add(middle(desk), title="Bench", kind="seats")
    qtbot.waitUntil(lambda: panel._list.findChildren(type(panel._list), "") is not None)
    desk.wait()
    qtbot.waitUntil(lambda: bool(panel._list.findChildren(ListRow)))
    qtbot.keyClick(panel._list.findChildren(ListRow)[0], Qt.Key.Key_Return)
    assert desk.workspace.selection == ("proposals", (made.uuid,))


def test_other_systems_kind_is_kept(desk, form):
    desk.session.proposals.update(replace(stored(desk), kind="their_code"))
    form.follow()
    form.lines["title"].setText("Still theirs")
    form.lines["title"].editingFinished.emit()
    assert stored(desk).kind == "their_code"


def test_a_kind_belongs_to_the_tool_it_was_chosen_for(desk, panel):
    panel._draw.kinds[Tool.DRAW_POINT].chosen.emit("childcare")
    assert desk.workspace.tool == Tool.DRAW_POINT
    assert "Area: Measure type: Pocket park" in panel._draw.kinds[Tool.DRAW_POLYGON].accessibleName()
    desk.workspace.geometry_drawn.emit(Tool.DRAW_POLYGON.value, shapely.box(0, 0, 20, 20))
    desk.workspace.geometry_drawn.emit(Tool.DRAW_POINT.value, middle(desk))
    desk.wait()
    assert [p.kind for p in desk.session.proposals.all()] == ["pocket_park", "childcare"]
    line = [code for code, _ in kinds_for(Tool.DRAW_LINE)]
    assert "childcare" not in line
    assert "childcare" in [code for code, _ in kinds_for(Tool.DRAW_POLYGON)]


def test_the_keyboard_goes_back_to_the_row_when_the_form_closes(qtbot, desk, panel, form):
    panel.show()
    panel.activateWindow()
    form.lines["fee"].setFocus()
    qtbot.waitUntil(form.lines["fee"].hasFocus)
    form._go_back()
    assert isinstance(panel.focusWidget(), ListRow)
    assert panel.focusWidget().key == str(stored(desk).uuid)
    desk.session.proposals.update(replace(stored(desk), title="Another"))
    desk.wait()
    qtbot.waitUntil(lambda: isinstance(panel.focusWidget(), ListRow) and panel.focusWidget().hasFocus())


def test_long_sources_get_a_line_of_their_own(desk, form):
    form.funds.cost.setText("100")
    form.funds.cost.editingFinished.emit()
    form.funds._add()
    edit = form.funds._edits[0]
    grid = edit.parentWidget().layout()
    assert grid.getItemPosition(grid.indexOf(edit))[0] == 1


def test_measure_types_are_grouped_with_the_standards_own_first(desk):
    first = [k.code for k in desk.session.gaps.kinds()]
    for tool in (Tool.DRAW_POINT, Tool.DRAW_LINE, Tool.DRAW_POLYGON):
        groups = grouped_kinds(tool, first)
        codes = [code for _, options in groups for code, _ in options]
        assert sorted(codes) == sorted(code for code, _ in kinds_for(tool)), "every type once"
        assert len(groups[0][1]) + len(groups) < 16, "the menu is short enough to be read"
    assert [c for c, _ in grouped_kinds(Tool.DRAW_POINT, first)[0][1]] == first[:6]


def test_opening_a_proposal_of_another_kind_says_what_the_figures_are_about_now(desk, panel, form):
    model = GapModel.of(desk.workspace)
    other = next(k.code for k in desk.session.gaps.kinds() if k.code != model.choice.kind)
    made = desk.session.proposals.add(shapely.Point(*middle(desk).coords[0]), kind=other)
    desk.wait()
    desk.said.clear()
    desk.workspace.select("proposals", (made.uuid,))
    desk.wait()
    assert model.choice.kind == other
    assert any("Map and figures are now about" in str(words) for words in desk.said)
