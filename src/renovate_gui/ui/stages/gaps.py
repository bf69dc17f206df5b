"""Gaps: who is within the standard's distance, who is not, and what the figure rests on."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QCheckBox, QPushButton, QVBoxLayout, QWidget

from renovate_gui.app.gap_inputs import community_area
from renovate_gui.app.gap_words import (
    no_places,
    unit_words,
)
from renovate_gui.app.session import Session
from renovate_gui.app.tasks import Task
from renovate_gui.app.terms import term
from renovate_gui.assets import tr
from renovate_gui.domain.errors import RenovateError
from renovate_gui.domain.figure import Figure
from renovate_gui.domain.roles import Role
from renovate_gui.domain.standard import StandardRow
from renovate_gui.domain.verdict import GapResult, Measure, Verdict
from renovate_gui.ui.jobs import Jobs
from renovate_gui.ui.provenance.keep import KeepFigure
from renovate_gui.ui.stages.bar import Part, StackedBar
from renovate_gui.ui.stages.controls import Choice, Segments, ValueSlider, menu_of
from renovate_gui.ui.stages.gap_controls import MoreControls, walker_options
from renovate_gui.ui.stages.gap_model import (
    FEATURED,
    GapModel,
    GapPicture,
    counts_people,
    kind_title,
    served,
    title_of,
    total,
    verdict_shares,
)
from renovate_gui.ui.stages.gap_sentences import (
    doubt_of,
    gain_sentence,
    none_sentence,
    other_sentence,
    person_sentence,
    profile_title,
    room_sentence,
    row_source,
    served_sentence,
    short_name,
)
from renovate_gui.ui.stages.numbers import share, whole
from renovate_gui.ui.stages.panel import StagePanel
from renovate_gui.ui.stages.readiness import gap_readiness
from renovate_gui.ui.stages.widgets import (
    Card,
    LegendRow,
    Readiness,
    Stack,
    appear,
    button,
    flowing,
    headline,
    hint,
    pill,
    say,
    set_headline,
    text,
    tight,
)
from renovate_gui.ui.workspace import Stage, Workspace

_LOW_M, _HIGH_M, _STEP_M = 100, 1500, 10


class GapsPanel(StagePanel):
    """The inspector of the Gaps stage."""

    stage = Stage.GAPS

    def __init__(self, workspace: Workspace, jobs: Jobs) -> None:
        self._model = GapModel.of(workspace, jobs)
        super().__init__(workspace, jobs)
        self._model.picture_changed.connect(self._on_picture)

    def title(self) -> str:
        """Return the panel's title."""
        return tr("Service gaps")

    # -- building -------------------------------------------------------------------------------------------------
    def build(self, column: QVBoxLayout, session: Session) -> None:
        """Lay out chooser, headline, bar, rows, controls, hint and readiness."""
        column.addWidget(self._kind_chooser(session))
        self._pills = Stack()
        column.addWidget(self._pills)
        self._problem = Stack()
        column.addWidget(self._problem)
        self._body = QWidget()
        body = QVBoxLayout(self._body)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(8)
        self._build_figures(body)
        self._build_controls(body)
        self._hint = Stack()
        body.addWidget(self._hint)
        column.addWidget(self._body)
        self.readiness = Readiness(self.look)
        column.addWidget(self.readiness)
        self._body.hide()

    def _kind_chooser(self, session: Session) -> Segments:
        kinds = {k.code: kind_title(k) for k in session.gaps.kinds()}
        short = {"elderly_day_care": tr("Elderly care"), "childcare": tr("Toddlers")}
        first = [(c, short[c]) for c in FEATURED if c in kinds]
        rest = [(c, words) for c, words in kinds.items() if c not in FEATURED]
        chooser = Segments(first, self._model.choice.kind, more=rest, more_words=tr("More"))
        chooser.chosen.connect(lambda code: self._model.choose(kind=code))
        self._kinds = chooser
        return chooser

    def _build_figures(self, body: QVBoxLayout) -> None:
        self.headline = headline()
        self.statement = text("", "statement")
        self.sentence = text("")
        self.doubt = text("", "small")
        self.person = text("", "small")
        self.room = text("", "quiet")
        self.delta = text("", "good")
        self.bar = StackedBar(self.look.line)
        self._rows = Stack(4)
        body.addWidget(
            tight(
                self.headline, self.statement, self.sentence, self.person, self.room, self.doubt, self.delta
            )
        )
        body.addWidget(self.bar)
        body.addWidget(self._rows)
        self.keep = KeepFigure(self.workspace, self.jobs, self._keep_title, self._keep_task)
        body.addWidget(self.keep.button)

    def _build_controls(self, body: QVBoxLayout) -> None:
        choice = self._model.choice
        self.distance = ValueSlider(tr("Distance"), _LOW_M, _HIGH_M, _STEP_M, delay_ms=40)
        self.distance.moved.connect(lambda m: self._model.preview_limit(float(m)))
        self.distance.settled.connect(lambda m: self._model.choose(limit_m=float(m)))
        self._reset = button(tr("Back to the standard"), lambda: self._model.choose(limit_m=None), "link")
        measures = [(m.value, term(m)) for m in (Measure.NETWORK, Measure.CIRCLE)]
        self._measure = Choice(tr("Measured by"), measures, choice.measure.value)
        self._measure.chosen.connect(lambda code: self._model.choose(measure=Measure(code)))
        self._beside = text("", "small")
        self.shows = Choice(tr("Map shows"), _views(), self.workspace.gap_view)
        self.shows.chosen.connect(self.workspace.set_gap_view)
        self.more = MoreControls(self._model)
        self._with = QCheckBox(tr("Count proposals as built"))
        self._with.setChecked(choice.with_proposals)
        self._with.toggled.connect(lambda on: self._model.choose(with_proposals=on))
        for widget in (
            self.distance,
            self._reset,
            self._measure,
            self._beside,
            self._walker(),
            self.shows,
            self._with,
            self.more,
        ):
            body.addWidget(widget)

    def _walker(self) -> Choice:
        session = self.session
        options = walker_options(session) if session is not None else []
        chooser = Choice(tr("Who walks"), options, self._model.choice.walker)
        chooser.chosen.connect(lambda code: self._model.choose(walker=code))
        self._who = chooser
        appear(chooser, on=bool(options))
        return chooser

    def _keep_title(self, session: Session) -> str:
        return title_of(session, self._model.choice.kind)

    def _keep_task(self, session: Session, title: str) -> Task[tuple[Figure, ...]]:
        return session.provenance.keep_gaps(self._model.request(session), title)

    # -- following ------------------------------------------------------------------------------------------------
    def refresh(self) -> None:
        """Compute when something changed; show what is there."""
        self._model.update_if_stale()
        self._on_picture()

    def _on_picture(self) -> None:
        session = self.session
        if session is None or not hasattr(self, "_body"):
            return
        picture = self._model.picture
        self._kinds.set_current(self._model.choice.kind)
        self._show_pills(session, picture.main.row if picture else None)
        self._body.setVisible(picture is not None)
        self._problem.show_widgets(self._problem_cards())
        if picture is not None:
            self._show_figures(session, picture)
            self._show_controls(session, picture)
            self._hint.show_widgets([self._next_step(picture)])
        lines = gap_readiness(picture.main, picture.network) if picture is not None else []
        self.readiness.show_lines(tr("Data readiness"), lines)

    def _problem_cards(self) -> list[QWidget]:
        if self._model.problem:
            go = lambda: self.workspace.set_stage(Stage.SURVEY)  # noqa: E731
            return [hint(self._model.problem, tr("Go to Survey"), go, "warn")]
        if self._model.is_running and self._model.picture is None:
            return [text(tr("Judging every building …"), "quiet")]
        return []

    def _show_pills(self, session: Session, standard: StandardRow | None) -> None:
        profile = session.gaps.profile()
        chooser = QPushButton(short_name(profile) + " ▾")
        chooser.setProperty("kind", "pill")
        chooser.setToolTip(tr("Standard: {name}", name=profile_title(profile)))
        options = [(p.id, profile_title(p)) for p in session.gaps.profiles()]
        menu = menu_of(chooser, options, profile.id, self._set_profile)
        menu.addSeparator()
        menu.addAction(tr("Standards …"), self._show_standards)
        chooser.setMenu(menu)
        chooser.setEnabled(not self.read_only_reason())
        marks: list[QWidget] = [chooser]
        if standard is not None and not standard.is_checked:
            marks.append(pill(tr("Reference value · not checked"), "warn", row_source(standard)))
        self._pills.show_widgets([flowing(*marks)])

    def _show_standards(self) -> None:
        from renovate_gui.ui.standards.dialog import StandardsDialog

        StandardsDialog(self, self.workspace).open()

    def _set_profile(self, profile_id: str) -> None:
        if self.session is not None:
            try:
                self.session.gaps.set_profile(profile_id)
            except RenovateError as error:
                self.workspace.message.emit(str(error), "error")

    def _show_figures(self, session: Session, picture: GapPicture) -> None:
        result = picture.main
        has_any = bool(result.facility_names) and len(result.ids) > 0
        self.headline.setVisible(has_any)
        set_headline(self.headline, share(served(result), total(result)), " %")
        name = title_of(session, result.kind)
        is_missing = not result.facility_names
        say(self.statement, tr("None: {kind}", kind=name) if is_missing else "")
        without = none_sentence(result, name) if is_missing and len(result.ids) else ""
        say(self.sentence, served_sentence(result) if has_any else without)
        say(self.person, person_sentence(result) if has_any else "")
        say(self.room, room_sentence(result) if has_any else "")
        say(self.doubt, doubt_of(result))
        say(self.delta, gain_sentence(picture))
        parts = [
            Part(term(v), people if counts_people(result) else n, self.look.verdict(v))
            for v, people, n in verdict_shares(result)
        ]
        self.bar.set_parts(parts)
        self._rows.show_widgets(self._verdict_rows(result))
        self.keep.refresh(self.read_only_reason())

    def _verdict_rows(self, result: GapResult) -> list[QWidget]:
        by_people = counts_people(result)
        unit = unit_words(result)
        heads = [tr("people"), unit] if by_people else [unit]
        rows: list[QWidget] = [LegendRow("", "", heads, is_head=True)]
        for verdict, people, count in verdict_shares(result):
            figures = [whole(people), whole(count)] if by_people else [whole(count)]
            rows.append(LegendRow(self.look.verdict(verdict), term(verdict), figures))
        return rows

    def _show_controls(self, session: Session, picture: GapPicture) -> None:
        result, standard = picture.main, picture.main.row
        radius = standard.radius_m if standard is not None else None
        self.distance.set_value(result.limit_m)
        said = tr("The standard's distance: {limit} m", limit=f"{radius:g}") if radius is not None else ""
        self.distance.set_mark(radius, said)
        is_own = radius is not None and abs(result.limit_m - radius) > 0.5
        self._reset.setVisible(is_own)
        if radius is not None:
            self._reset.setText(tr("Back to the standard: {limit} m", limit=f"{radius:g}"))
        self._measure.set_current(picture.choice.measure.value)
        say(self._beside, other_sentence(picture))
        self.shows.set_current(self.workspace.gap_view)
        self.shows.setVisible(len(result.service.access) > 0)
        self.more.show_picture(session, picture, has_area=community_area(session.layers) is not None)
        has_network = bool(session.layers.of_role(Role.WALK_NETWORK))
        self._measure.setEnabled(has_network)
        self._measure.setToolTip(
            "" if has_network else tr("No walking network yet: Gaps can only use straight lines.")
        )
        self._who.set_current(picture.choice.walker)
        appear(self._who, on=picture.choice.measure == Measure.NETWORK)
        with QSignalBlocker(self._with):  # an undo may have changed it
            self._with.setChecked(picture.choice.with_proposals)
        has_proposals = bool(session.proposals.of())
        self._with.setEnabled(has_proposals)
        self._with.setToolTip("" if has_proposals else tr("There are no proposals yet."))

    def _next_step(self, picture: GapPicture) -> Card:
        result = picture.main
        if not len(result.ids):
            return hint(no_places(result), kind="warn")
        out = result.buildings(Verdict.OUT_OF_REACH)
        if not out:
            return hint(
                tr("Every judged parcel is within reach. Try a shorter distance or another service.")
                if result.counts_parcels
                else tr("Every judged building is within reach. Try a shorter distance or another service.")
            )
        if not result.facility_names:
            words = tr("Draw a place for it on Proposals; the map shows at once who it would reach.")
        else:
            words = tr(
                "Click a building to see why it is out of reach, or place a new facility on Proposals."
            )
        return hint(words, tr("Go to Proposals"), lambda: self.workspace.set_stage(Stage.PROPOSALS))


def _views() -> list[tuple[str, str]]:
    return [("verdict", tr("verdicts")), ("access", tr("places per 100 in need"))]
