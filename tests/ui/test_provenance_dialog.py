"""“Where the figures come from”: kept in the panels, listed, computed again, removed and back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import shapely
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QPushButton

from renovate_gui.app.gaps import GapRequest
from renovate_gui.app.session import Session
from renovate_gui.assets import set_language
from renovate_gui.domain.errors import RenovateError
from renovate_gui.domain.figure import Figure, FigureSubject
from renovate_gui.domain.roles import Role
from renovate_gui.domain.verdict import Measure
from renovate_gui.ui.provenance import keep
from renovate_gui.ui.provenance.dialog import LAYERS, ProvenanceDialog
from renovate_gui.ui.stages.passport_dialog import PassportDialog
from renovate_gui.ui.workspace import Stage

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen platform's remark on dialogs

REQUEST = GapRequest(("elderly_day_care",), Measure.CIRCLE, 60.0)
X, Y = 360_000.0, 3_270_000.0


def words(widget) -> str:
    """Everything a person reads on a widget."""
    found = [*widget.findChildren(QLabel), *widget.findChildren(QPushButton)]
    return "\n".join(part.text() for part in found if not part.isHidden())


def keep_one(session: Session, title: str = "Day care") -> Figure:
    session.proposals.add(shapely.Point(X, Y), title="Day care", kind="elderly_day_care")
    (figure,) = session.provenance.keep_gaps(REQUEST, title).run()
    return figure


def put(session: Session, figure: Figure) -> None:
    with session.project.action("falsify") as writer:
        writer.delete_figure(figure.uuid)
        writer.put_figure(figure)


def delete_houses(session: Session) -> None:
    info = session.layers.of_role(Role.BUILDINGS)[0]
    session.layers.delete_features(info.id, [int(i) for i in session.layers.table(info.id).ids[:3]])


@pytest.fixture
def desk(window):
    keep_one(window.workspace.session)
    return window


@pytest.fixture
def dialog(desk, qtbot):
    desk.actions_["project.provenance"].trigger()
    (made,) = desk.findChildren(ProvenanceDialog)
    return made


def done(dialog, qtbot) -> None:
    qtbot.waitUntil(lambda: not any(a.is_running for a in dialog._again.values()), timeout=20_000)


def test_a_figure_is_told_with_all_it_rests_on(dialog):
    (card,) = dialog.cards
    told = words(card)
    number = card.figure.numbers
    assert 0 < number["served"] < 40
    assert f"{number['served']} of 40" in told
    assert "buildings within reach" in told
    assert "Straight line · 60 m · own distance · proposals counted as built" in told
    assert card.figure.who in told
    card.fold.click()
    details = words(card.details)
    assert "Houses" in details
    assert next(i["content"] for i in card.figure.inputs.values() if i["name"] == "Houses")[:12] in details
    assert "GEOS" in details
    card.fold.click()
    assert card.details is None


def test_computed_again_it_is_the_same_also_after_a_change(dialog, qtbot):
    dialog.cards[0].again.click()
    assert not dialog.cards[0].again.isEnabled()
    done(dialog, qtbot)
    assert "the same to the last digit" in words(dialog.cards[0])
    assert "Changed since" not in words(dialog.cards[0])
    delete_houses(dialog.workspace.session)
    dialog.all_again.click()
    done(dialog, qtbot)
    told = words(dialog.cards[0])
    assert "the same to the last digit" in told
    assert "Changed since then: Houses." in told


def test_a_different_number_is_named_with_both_values(dialog, qtbot):
    session, figure = dialog.workspace.session, dialog.cards[0].figure
    put(session, replace(figure, numbers={**figure.numbers, "served": 39}))
    dialog.cards[0].again.click()
    done(dialog, qtbot)
    told = words(dialog.cards[0])
    assert "different in 1 numbers" in told
    assert f"Buildings within reach: 39 then, {figure.numbers['served']} now" in told


def test_another_machine_is_said(dialog, qtbot):
    session, figure = dialog.workspace.session, dialog.cards[0].figure
    put(session, replace(figure, software={**figure.software, "machine": "Elsewhere"}))
    dialog.cards[0].again.click()
    done(dialog, qtbot)
    assert "within 1e-09 (another machine or version)" in words(dialog.cards[0])


def test_what_cannot_be_computed_says_why(dialog, qtbot):
    session, figure = dialog.workspace.session, dialog.cards[0].figure
    put(session, replace(figure, state="gone"))
    delete_houses(session)
    dialog.cards[0].again.click()
    done(dialog, qtbot)
    assert "no longer in the history" in words(dialog.cards[0])


def test_removing_can_be_taken_back(dialog):
    session = dialog.workspace.session
    dialog.cards[0].remove.click()
    assert session.provenance.figures() == ()
    assert "No figure is kept yet" in words(dialog)
    assert not dialog.all_again.isEnabled()
    dialog.undo_button.click()
    assert len(session.provenance.figures()) == len(dialog.cards) == 1
    assert dialog._removed.isHidden()


def test_closing_stops_the_work(dialog, qtbot):
    jobs = dialog._jobs
    dialog.cards[0].again.click()
    dialog.reject()
    qtbot.waitUntil(lambda: not jobs.running, timeout=20_000)


def test_layers_tell_file_hash_and_rows(empty_window, tmp_path, qtbot, monkeypatch):
    source = tmp_path / "houses.geojson"
    shape = '{"type":"Polygon","coordinates":[[[106.5,29.5],[106.501,29.5],[106.501,29.501],[106.5,29.5]]]}'
    source.write_text(
        f'{{"type":"FeatureCollection","features":[{{"type":"Feature","properties":{{}},"geometry":{shape}}}]}}',
        encoding="utf-8",
    )
    path = tmp_path / "p.gpkg"
    with Session.create(path, title="p") as session:
        (plan,) = session.survey.propose(session.survey.prepare_inspect([source]).run())
        info = session.survey.prepare_import(plan).run()
    assert info.passport is not None
    empty_window.projects.open(path)
    empty_window.show_provenance()
    (dialog,) = empty_window.findChildren(ProvenanceDialog)
    dialog.show_tab(LAYERS)
    (card,) = dialog.sources
    told = words(card)
    assert "houses.geojson" in told
    assert "1 row read = 1 shown + 0 refused" in told
    assert "by renovate-gui" in told
    assert info.passport.source_sha256[:12] in told
    card.copy_button.click()
    assert QGuiApplication.clipboard().text() == info.passport.source_sha256
    card.passport.click()
    assert dialog.findChildren(PassportDialog) or empty_window.findChildren(PassportDialog)
    for opened in [*empty_window.findChildren(PassportDialog), dialog]:
        opened.reject()


def test_an_empty_list_leads_to_gaps(window):
    window.show_provenance()
    (dialog,) = window.findChildren(ProvenanceDialog)
    link = next(b for b in dialog.findChildren(QPushButton) if b.text().startswith("Go to Gaps"))
    link.click()
    assert window.workspace.stage == Stage.GAPS
    assert not dialog.isVisible()


def test_gaps_keeps_what_it_shows(desk, qtbot, monkeypatch):
    asked = []

    def answer(_parent, _title, _label, *, text):
        asked.append(text)
        return "For the council", True

    monkeypatch.setattr(keep.QInputDialog, "getText", answer)
    desk.workspace.set_stage(Stage.GAPS)
    panel = desk._panels[Stage.GAPS]
    qtbot.waitUntil(lambda: panel._model.picture is not None and not desk.jobs.running, timeout=20_000)
    panel._model.choose(limit_m=80.0)
    qtbot.waitUntil(lambda: not desk.jobs.running, timeout=20_000)
    shown = panel._model.picture.main
    panel.keep.button.click()
    qtbot.waitUntil(lambda: not desk.jobs.running, timeout=20_000)
    figure = desk.workspace.session.provenance.figures()[-1]
    assert asked == ["Elderly day care"]
    assert (figure.title, figure.numbers["limit_m"]) == ("For the council", 80.0)
    assert figure.numbers["served"] == int((shown.verdict == 0).sum())
    assert desk.workspace.session.gaps.explain(shown, int(shown.ids[0])).limit_m == 80.0


def test_a_project_for_reading_says_why_nothing_is_kept(empty_window, project: Path, qtbot):
    with Session.open(project) as session:
        keep_one(session)
    empty_window.workspace.set_session(Session.open(project, read_only=True))
    empty_window.workspace.set_stage(Stage.GAPS)
    panel = empty_window._panels[Stage.GAPS]
    qtbot.waitUntil(lambda: panel._model.picture is not None, timeout=20_000)
    assert not panel.keep.button.isEnabled()
    assert panel.keep.button.toolTip() == "The project is open for reading only."
    empty_window.show_provenance()
    (dialog,) = empty_window.findChildren(ProvenanceDialog)
    assert not dialog.cards[0].remove.isEnabled()
    dialog.cards[0].again.click()
    done(dialog, qtbot)
    assert "the same to the last digit" in words(dialog.cards[0])
    dialog.reject()


def test_it_speaks_chinese(dialog, qtbot):
    set_language("zh_CN")
    dialog.refresh()
    assert "40 栋" not in words(dialog)
    assert "栋建筑够得着" in words(dialog.cards[0])
    assert "自定距离" in words(dialog.cards[0])


def test_the_subject_is_kept_by_needs_too(window):
    window.workspace.set_stage(Stage.NEEDS)
    panel = window._panels[Stage.NEEDS]
    with pytest.raises(RenovateError):  # nobody answered and nobody is counted here
        panel._keep_task(window.workspace.session, "x").run()
    assert FigureSubject.HEAT.value == "heat"
