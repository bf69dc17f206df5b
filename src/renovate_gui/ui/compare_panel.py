"""Compare: what is different between this project and another file, or between two of its states."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFileDialog, QGridLayout, QToolButton, QVBoxLayout, QWidget

from renovate_gui.app.difference_table import turned, words_of, write_table
from renovate_gui.app.merge_words import moment
from renovate_gui.app.session import Session
from renovate_gui.assets import tr
from renovate_gui.domain.difference import Difference, ObjectChange
from renovate_gui.domain.errors import Cancelled, MapDataError
from renovate_gui.ui.jobs import Jobs, sentence
from renovate_gui.ui.merge.browser import ChangeBrowser
from renovate_gui.ui.merge.file_panel import FilePanel
from renovate_gui.ui.merge.joining_map import JoiningMap
from renovate_gui.ui.stages.controls import Dropdown
from renovate_gui.ui.stages.widgets import Card, button, enable, flowing, text
from renovate_gui.ui.theme import icon
from renovate_gui.ui.workspace import Workspace

_JOB = "compare"
_NOW = "now"
_FILE = "file"
_ASK = "ask"
_STATE = "state:"
_MOST_STEPS = 200


@dataclass(slots=True)
class CompareState:
    """What the panel knows, apart from its widgets.

    Attributes
    ----------
    before, after
        ``file``, ``now`` or ``state:<name>``; ``before`` empty: nothing is chosen yet. A file is compared with ``now``.
    """

    path: Path | None = None
    before: str = ""
    after: str = _NOW
    difference: Difference | None = None
    trouble: str = ""
    is_map_data: bool = False


class ComparePanel(FilePanel):
    """The panel.

    Signals
    -------
    import_asked
        A file that is map data, not a project, shall be brought in.
    """

    import_asked = Signal(object)

    def __init__(self, workspace: Workspace, jobs: Jobs, on_map: JoiningMap) -> None:
        super().__init__(workspace, jobs, on_map, _JOB)

    def begin_anew(self) -> None:
        """Compare nothing."""
        self.state = CompareState()
        self.browser: ChangeBrowser | None = None

    def title(self) -> str:
        """Return the panel's title."""
        return tr("Compare")

    # -- building -----------------------------------------------------------------------------------------------
    def build(self, body: QVBoxLayout, foot: QVBoxLayout) -> None:
        """Fill the panel for the present state."""
        self.browser = None
        session = self.workspace.session
        if session is None:
            body.addStretch(1)
            return
        body.addWidget(self._choosers(session))
        if self._is_running:
            self._add_progress(body)
        elif self.state.trouble:
            self._add_trouble(body)
        elif self.state.difference is None:
            self._add_first_words(body)
        else:
            self._add_difference(session, self.state.difference, body, foot)

    def _choosers(self, session: Session) -> QWidget:
        holder = QWidget()
        grid = QGridLayout(holder)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        self.before, self.after = Dropdown(tr("Before")), Dropdown(tr("After"))
        for combo, code in ((self.before, self.state.before), (self.after, self.state.after)):
            self._fill(combo, session, code)
            is_beside_file = code == _NOW and _FILE in {self.state.before, self.state.after}
            words = tr("Another file is compared with the project as it is now.")
            enable(combo, words if is_beside_file else "", combo.currentText())
        for row, (words, combo) in enumerate(((tr("Before"), self.before), (tr("After"), self.after))):
            grid.addWidget(text(words, "quiet", wrap=False), row, 0)
            grid.addWidget(combo, row, 1)
        self.swap_button = QToolButton()
        self.swap_button.setProperty("look", "quiet")
        self.swap_button.setIcon(icon("mdi6.swap-vertical", self.workspace.is_dark))
        self.swap_button.setIconSize(QSize(20, 20))
        self.swap_button.setAccessibleName(tr("Swap before and after"))
        enable(
            self.swap_button,
            "" if self.state.before else tr("Choose what to compare first."),
            tr("Swap before and after"),
        )
        self.swap_button.clicked.connect(self.swap)
        grid.addWidget(self.swap_button, 0, 2, 2, 1)
        self.before.activated.connect(lambda _place: self._on_side(self.before, is_before=True))
        self.after.activated.connect(lambda _place: self._on_side(self.after, is_before=False))
        return holder

    def _fill(self, combo: Dropdown, session: Session, current: str) -> None:
        if not current:
            combo.addItem(tr("Choose …"), "")
        combo.addItem(tr("Now"), _NOW)
        if self.state.path is not None:
            combo.addItem(tr("File “{name}”", name=self.state.path.name), _FILE)
        combo.addItem(tr("Another file …"), _ASK)
        combo.insertSeparator(combo.count())
        versions = session.timeline.versions()
        for version in reversed(versions):
            combo.addItem(
                tr("Version “{name}”, {when}", name=version.name, when=moment(version.at)),
                _STATE + version.state,
            )
        if versions:
            combo.insertSeparator(combo.count())
        for step in list(reversed(session.timeline.steps()))[:_MOST_STEPS]:
            words = tr("{step} (undone)", step=step.what) if step.is_undone else step.what
            combo.addItem(f"{moment(step.at)} · {words}", _STATE + step.uuid)
        combo.addItem(tr("Before all steps"), _STATE)
        combo.setCurrentIndex(max(0, combo.findData(current)))

    def _add_first_words(self, body: QVBoxLayout) -> None:
        words = tr(
            "See what is different between this project and another project file, or between two of its own states. "
            "Nothing is changed."
        )
        hint = tr("or choose a named version or a step above.")
        self._add_invitation(body, words, tr("Drop a project file here"), hint)

    def _add_trouble(self, body: QVBoxLayout) -> None:
        body.addWidget(Card("warn").add(text(self.state.trouble)))
        ways: list[QWidget] = []
        if self.state.is_map_data:
            ways.append(
                button(tr("Import it as data …"), lambda: self.import_asked.emit(self.state.path), "primary")
            )
        ways.append(button(tr("Another file …"), self.ask_file))
        body.addWidget(flowing(*ways))
        body.addStretch(1)

    def _add_difference(
        self, session: Session, difference: Difference, body: QVBoxLayout, foot: QVBoxLayout
    ) -> None:
        if not difference.changes:
            body.addWidget(Card("hint").add(text(tr("Nothing is different between the two."))))
            body.addStretch(1)
            return
        browser = ChangeBrowser(
            self.look,
            session.timeline.field_words,
            (tr("Before"), tr("After")),
            is_dark=self.workspace.is_dark,
        )
        browser.show_changes(difference.changes)
        browser.chosen.connect(self._on_chosen)
        self.browser = browser
        body.addWidget(browser, 1)
        self.save_button = button(
            tr("Save as a table (CSV) …"),
            self.ask_save,
            tip=tr("Write what the list shows, one line for each field"),
        )
        foot.addWidget(self.save_button)
        self._show_on_map()

    # -- choosing what to compare -------------------------------------------------------------------------------
    def _on_side(self, combo: Dropdown, *, is_before: bool) -> None:
        code, state = str(combo.currentData() or ""), self.state
        if code == _ASK:
            if not self.ask_file(is_before=is_before):
                self.rebuild()
            return
        other = state.after if is_before else state.before
        if _FILE in {code, other}:
            other = _NOW if code == _FILE else other
            code = code if code == _FILE or other != _FILE else _NOW
        self.compare(*((code, other) if is_before else (other, code)))

    def swap(self) -> None:
        """Look at it the other way round."""
        if self.state.before:
            self.compare(self.state.after, self.state.before)

    def ask_file(self, *, is_before: bool = True) -> bool:
        """Ask for the other file; return whether one was chosen."""
        path = self._ask_path(tr("The file to compare with"), self.state.path)
        if path is not None:
            self.take_file(path, is_before=is_before)
        return path is not None

    def take_file(self, path: Path, *, is_before: bool = True) -> None:
        """Compare with another file; it is what was before, or what is after."""
        self.state.path = path
        self.compare(*((_FILE, _NOW) if is_before else (_NOW, _FILE)))

    def compare_states(self, before: str, after: str | None = None) -> None:
        """Compare two states of this project; ``after`` None: the present."""
        self.compare(_STATE + before, _NOW if after is None else _STATE + after)

    def compare(self, before: str, after: str) -> None:
        """Compare ``before`` with ``after``, see :class:`CompareState`."""
        state = self.state
        state.before, state.after = before, after
        state.difference, state.trouble, state.is_map_data = None, "", False
        self._start()

    def _start(self) -> None:
        session, state = self.workspace.session, self.state
        if session is None or not state.before:
            self.rebuild()
            return
        if _FILE in {state.before, state.after}:
            if state.path is None:
                return
            if session.merging.is_same_file(state.path):
                state.trouble = tr(
                    "“{name}” is the project that is open here; choose another file.", name=state.path.name
                )
                self.rebuild()
                return
            task = session.timeline.compare_file(state.path)
        else:
            now = session.timeline.state
            sides = [
                now if code == _NOW else code.removeprefix(_STATE) for code in (state.before, state.after)
            ]
            task = session.timeline.prepare_comparison(*sides)
        self._start_job(task, self._on_difference, self._on_trouble)
        if state.difference is None:
            self.rebuild()

    def _on_job(self) -> None:
        handle = self._handle
        if (
            handle is not None
            and handle.was_cancelled
            and not handle.is_running
            and self.state.difference is None
        ):
            self.state.before = ""
            self.rebuild()

    def _on_difference(self, difference: Difference) -> None:
        kept = self.browser.current if self.browser is not None else None
        self.state.difference = turned(difference) if self.state.after == _FILE else difference
        self.state.trouble = ""
        self.rebuild()
        if self.browser is None:
            return
        if kept is not None:
            self.browser.choose(kept.key)
        else:
            self._show_on_map(goes_there=True)
        self.browser.list.setFocus()

    def _on_trouble(self, error: Exception) -> None:
        if isinstance(error, Cancelled):
            return
        self.state.difference = None
        self.state.trouble = sentence(error)
        self.state.is_map_data = isinstance(error, MapDataError)
        self.rebuild()

    def _follow_project(self) -> None:
        if self.workspace.session is None:
            return
        if _NOW in {self.state.after, self.state.before} and self.state.before and not self._is_running:
            self._start()
        elif self.isVisible() and not self._is_running:
            self.rebuild()  # the choosers know the new step

    # -- map and table ------------------------------------------------------------------------------------------
    def _on_chosen(self, change: ObjectChange | None) -> None:
        if self.isVisible():
            self._map.show_change(self.state.difference, change)

    def _show_on_map(self, *, goes_there: bool = False) -> None:
        if self.isVisible():
            self._map.show_difference(self.state.difference, goes_there=goes_there)

    def ask_save(self) -> None:
        """Ask where the table should lie."""
        session = self.workspace.session
        if session is None:
            return
        start = session.project.path.with_name(
            tr("{name} differences", name=session.project.path.stem) + ".csv"
        )
        name, _ = QFileDialog.getSaveFileName(self, tr("Save the table"), str(start), tr("Tables (*.csv)"))
        if name:
            self.save(Path(name))

    def save(self, path: Path) -> None:
        """Write what the list shows as CSV."""
        session, difference = self.workspace.session, self.state.difference
        if session is None or difference is None or self.browser is None:
            return
        place = path if path.suffix else path.with_suffix(".csv")
        shown = Difference(self.browser.model.shown, difference.crs)
        task = write_table(shown, words_of(session.project), place)
        self._jobs.start(
            task, lambda done: self.workspace.message.emit(tr("Table saved: {path}", path=done), "good")
        )

    # -- being seen ---------------------------------------------------------------------------------------------
    def showEvent(self, event: QShowEvent) -> None:
        """Show the difference on the map again."""
        super().showEvent(event)
        change = self.browser.current if self.browser is not None else None
        if self.state.difference is not None:
            if change is None:
                self._show_on_map()
            else:
                self._map.show_change(self.state.difference, change)
