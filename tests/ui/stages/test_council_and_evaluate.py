"""Council and Evaluate: only what the session says."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import shapely
from PySide6.QtWidgets import QLabel

from renovate_gui.app.parameters import GapParameters
from renovate_gui.domain.ids import new_uuid
from renovate_gui.domain.proposal import ActionCategory, FundShare, FundSource
from renovate_gui.domain.reply import Answer, Choice, Reply
from renovate_gui.domain.roles import Role
from renovate_gui.domain.verdict import Measure
from renovate_gui.ui.stages import make_panel
from renovate_gui.ui.stages.evaluate import comparison_task, sums_by
from renovate_gui.ui.stages.gap_model import GapModel
from renovate_gui.ui.workspace import Stage


def words_of(widget):
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if not label.isHidden())


def propose(desk):
    table = desk.session.layers.table(desk.layer(Role.BUILDINGS).id)
    made = desk.session.proposals.add(
        shapely.centroid(table.geometry[-1]), title="Second", kind="elderly_day_care"
    )
    share = FundShare(FundSource.DISTRICT, Decimal("1200.50"))
    full = replace(made, cost=Decimal("1200.50"), funds=(share,), category=ActionCategory.WELFARE)
    desk.session.proposals.update(full)
    return full


def open_panel(qtbot, desk, stage):
    desk.workspace.set_stage(stage)
    panel = make_panel(stage, desk.workspace, desk.jobs)
    qtbot.addWidget(panel)
    desk.wait()
    return panel


def test_export_is_disabled_with_its_reason(qtbot, desk):
    panel = open_panel(qtbot, desk, Stage.COUNCIL)
    reason = desk.session.council.why_not_export()
    assert reason
    assert not panel.export_button.isEnabled()
    assert panel.export_button.toolTip() == reason
    assert reason in words_of(panel)


def test_request_carries_the_form(qtbot, desk, tmp_path):
    panel = open_panel(qtbot, desk, Stage.COUNCIL)
    form = panel.export_form
    form.target.setText(str(tmp_path))
    form.contact.setText("Room 3")
    form.papers["A3"].setChecked(False)
    form._set_class("public")
    request = form.request()
    assert (request.target, request.distribution, request.contact, request.papers) == (
        tmp_path,
        "public",
        "Room 3",
        ("A4",),
    )


def test_ready_is_counted_from_what_is_missing(qtbot, desk):
    propose(desk)
    panel = open_panel(qtbot, desk, Stage.COUNCIL)
    assert ">0<" in panel.headline.text()
    assert " / 1" in panel.headline.text()


def test_a_foreign_reply_is_refused_with_its_reason(qtbot, desk, tmp_path):
    panel = open_panel(qtbot, desk, Stage.COUNCIL)
    path = tmp_path / "reply.json"
    path.write_text('{"hello": "world"}', encoding="utf-8")
    panel.replies.take([path])
    desk.wait()
    qtbot.waitUntil(lambda: "0 accepted, 1 refused" in words_of(panel))
    assert desk.session.council.replies() == ()


def test_tallies_and_comments_are_shown(qtbot, desk):
    proposal = propose(desk)
    answer = Answer(proposal.uuid, Choice.AGREE, "We need it =1+1")
    reply = Reply(new_uuid(), new_uuid(), 1, "2026-05-01T10:00:00+00:00", (answer,))
    with desk.session.project.action("Replies") as writer:
        writer.put_reply(reply, source="reply.json")
    panel = open_panel(qtbot, desk, Stage.COUNCIL)
    panel.show_page("answers")
    qtbot.waitUntil(lambda: "Agree 1" in words_of(panel))
    assert panel.replies.comments.item(0, 2).text() == "We need it =1+1"
    panel.replies.comments.selectRow(0)
    assert desk.workspace.selection == ("proposals", (proposal.uuid,))


def test_before_and_after_are_two_real_runs(qtbot, desk):
    propose(desk)
    panel = open_panel(qtbot, desk, Stage.EVALUATE)
    said = words_of(panel)
    result = desk.workspace.gap
    assert result is not None
    assert "come within 300 m and 5 minutes of Elderly day care" in said
    assert "→" in said
    assert "¥1,200.50" in said
    assert "District budget" in said


def test_nothing_to_compare_is_said(qtbot, desk):
    panel = open_panel(qtbot, desk, Stage.EVALUATE)
    assert "nothing to compare" in words_of(panel)
    assert panel.headline.isHidden()


def test_sums_are_exact():
    assert sums_by([], lambda _: []) == {}


def test_all_panels_stand_without_a_project_in_both_languages(qtbot, empty_desk):
    from renovate_gui.assets import set_language

    for language in ("en", "zh_CN"):
        set_language(language)
        for stage in Stage:
            panel = make_panel(stage, empty_desk.workspace, empty_desk.jobs)
            qtbot.addWidget(panel)
            assert words_of(panel)


def test_a_project_can_be_opened_and_closed_under_the_panels(qtbot, desk, template):
    panels = [make_panel(stage, desk.workspace, desk.jobs) for stage in Stage]
    for panel in panels:
        qtbot.addWidget(panel)
    for stage in Stage:
        desk.workspace.set_stage(stage)
    desk.wait()
    desk.workspace.set_session(None)
    desk.workspace.theme_changed.emit()
    assert all(words_of(p) for p in panels)


def test_the_package_asks_what_the_gaps_stage_shows(qtbot, desk):
    panel = open_panel(qtbot, desk, Stage.COUNCIL)
    model = GapModel.of(desk.workspace)
    desk.workspace.set_stage(Stage.GAPS)
    model.choose(kind="health_station", measure=Measure.CIRCLE)
    desk.wait()
    model.choose(limit_m=420.0)
    desk.wait()
    gaps, beside = panel.study(desk.session)
    assert (gaps.kinds, gaps.measure, gaps.limit_m) == (("health_station",), Measure.CIRCLE, 420.0)
    assert {"elderly_day_care", "childcare", "health_station"} <= set(beside)
    request = panel.export_form.request(gaps, beside)
    assert (request.gaps, request.kinds_beside) == (gaps, beside)
    assert "420 m instead of the standard's distance" in words_of(panel)
    model.choose(area="community")  # the street has no such area, so the stage hides the choice
    desk.wait()
    assert panel.study(desk.session)[0].area == "all"


def test_what_is_not_complete_is_listed_before_exporting(qtbot, desk):
    propose(desk)
    panel = open_panel(qtbot, desk, Stage.COUNCIL)
    assert "Proposal 1 “Second” is not complete: " in words_of(panel)


def test_evaluate_judges_as_the_project_does(desk):
    propose(desk)
    kinds = ("elderly_day_care",)
    kept = GapParameters(
        walker="senior80",
        limits={"elderly_day_care": 150.0},
        need_shares={"elderly_day_care": 0.5},
        counts_capacity=False,
    )
    desk.session.parameters.set_gaps(kept)
    (found,) = comparison_task(desk.session, kinds).run()
    for result, is_planned in ((found.before, False), (found.after, True)):
        (asked,) = kept.requests(kinds)
        (gaps,) = desk.session.gaps.prepare(replace(asked, with_proposals=is_planned), remembers=False).run()
        assert (result.limit_m, result.walker) == (150.0, "senior80") == (gaps.limit_m, gaps.walker)
        assert result.verdict.tolist() == gaps.verdict.tolist()
    assert found.gained() > 0
