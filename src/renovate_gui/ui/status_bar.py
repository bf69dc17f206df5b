"""The bar below: where, at what scale, in which system and datum, what is wrong, what is running, whether saved."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from renovate_gui.app import measuring
from renovate_gui.app.gaps import NetworkReport
from renovate_gui.app.session import Session
from renovate_gui.assets import current_language, tr
from renovate_gui.domain.roles import Datum
from renovate_gui.ui.canvas.view import MapView
from renovate_gui.ui.canvas.viewport import parse_scale
from renovate_gui.ui.jobs import Jobs
from renovate_gui.ui.save_state import SavePill, SaveWatch
from renovate_gui.ui.stages.widgets import Elided
from renovate_gui.ui.theme import icon, set_look, tokens
from renovate_gui.ui.workspace import Stage, Workspace

_NARROW_PX = 1150


class StatusBar(QFrame):
    """One quiet line.

    Signals
    -------
    tasks_asked, language_asked
        A person clicked the running work or the language switch.
    """

    tasks_asked = Signal()
    language_asked = Signal()

    def __init__(self, workspace: Workspace, jobs: Jobs, view: MapView) -> None:
        super().__init__()
        self._workspace, self._jobs, self._view = workspace, jobs, view
        self._network_words = ""
        self.saving = SaveWatch(workspace, jobs, self)
        self.setProperty("look", "statusbar")
        self.setFixedHeight(28)
        self._where, self._crs, self._datum, self._hint = QLabel(), QLabel(), QLabel(), Elided()
        self._saved = SavePill(self.saving)
        self._scale = QLineEdit()
        self._lock, self._language = QToolButton(), QPushButton()
        self._network, self._work = QPushButton(), QPushButton()
        self._progress = QProgressBar()
        self._assemble()
        self._connect()
        self.retranslate()

    def _assemble(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(12)
        self._where.setMinimumWidth(178)
        self._scale.setProperty("look", "bare")
        self._scale.setFixedWidth(92)
        self._lock.setProperty("look", "quiet")
        self._lock.setCheckable(True)
        self._lock.setFixedSize(24, 22)
        self._datum.setProperty("look", "pill")
        self._hint.setProperty("look", "muted")
        self._hint.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        for button in (self._network, self._work):
            button.setProperty("look", "link")
            button.setCursor(Qt.CursorShape.PointingHandCursor)
        self._language.setProperty("look", "quiet")
        self._progress.setFixedWidth(80)
        self._progress.setTextVisible(False)
        row.addWidget(self._where)
        row.addWidget(self._scale)
        row.addWidget(self._lock)
        row.addWidget(self._crs)
        row.addWidget(self._datum)
        row.addWidget(self._network)
        row.addWidget(self._hint, 1)
        row.addWidget(self._work)
        row.addWidget(self._progress)
        row.addWidget(self._saved)
        row.addWidget(self._language)

    def _connect(self) -> None:
        workspace, view = self._workspace, self._view
        view.pointer_moved.connect(self._show_place)
        view.view_changed.connect(self._show_scale)
        self._scale.returnPressed.connect(self._take_scale)
        self._scale.editingFinished.connect(self._show_scale)
        self._lock.toggled.connect(self._set_lock)
        self._network.clicked.connect(lambda: workspace.set_stage(Stage.GAPS))
        self._work.clicked.connect(self.tasks_asked)
        self._language.clicked.connect(self.language_asked)
        self._jobs.started.connect(self._on_job)
        self._jobs.ended.connect(self._show_jobs)
        workspace.session_changed.connect(self._on_session)
        workspace.changed.connect(self._on_changed)
        workspace.selection_changed.connect(self._show_datum)
        workspace.overlay_changed.connect(self._show_network)
        workspace.language_changed.connect(self.retranslate)
        workspace.theme_changed.connect(self.retranslate)

    def set_hint(self, text: str) -> None:
        """Say what the chosen tool wants."""
        shown = text if self._workspace.session is not None else ""
        self._hint.setText(shown)
        self._hint.setToolTip(shown)

    def retranslate(self) -> None:
        """Set all words again."""
        self._scale.setToolTip(tr("Scale; type 1:500 and press Enter"))
        self._scale.setAccessibleName(tr("Scale"))
        self._lock.setToolTip(tr("Lock the scale: the wheel and zooming leave it alone"))
        self._lock.setAccessibleName(tr("Lock the scale"))
        name = "mdi6.lock-outline" if self._lock.isChecked() else "mdi6.lock-open-variant-outline"
        self._lock.setIcon(icon(name, self._workspace.is_dark, colour=tokens(self._workspace.is_dark).ink2))
        self._language.setText("EN" if current_language() == "zh_CN" else "中")
        self._language.setText("中 / EN")
        self._language.setToolTip(tr("Switch between Chinese and English"))
        self._show_place(math.nan, math.nan)
        self._show_scale()
        self._on_session()
        self._show_jobs()

    def _on_session(self) -> None:
        session = self._workspace.session
        for part in (self._where, self._scale, self._lock, self._hint):
            part.setVisible(session is not None)
        self._saved.refresh()
        self._show_crs()
        self._show_datum()
        self._show_network()

    def _on_changed(self, _event: object) -> None:
        self._show_crs()
        self._show_datum()
        self._show_network()

    def _show_place(self, x: float, y: float) -> None:
        self._where.setText(f"E {x:,.1f}  N {y:,.1f}" if math.isfinite(x) else "E –  N –")
        self._where.setToolTip(tr("Coordinates under the pointer, metres in the project's system"))

    def _show_scale(self) -> None:
        if not self._scale.hasFocus() or not self._scale.isModified():
            self._scale.setText(f"1 : {self._view.scale_denominator:,.0f}")
            self._scale.setModified(False)

    def _take_scale(self) -> None:
        wanted = parse_scale(self._scale.text())
        if wanted is None:
            self._workspace.message.emit(tr("Write a scale such as 1:1000."), "warning")
        else:
            self._view.set_scale(wanted)
        self._scale.setModified(False)
        self._show_scale()
        self._view.setFocus()

    def _set_lock(self, is_locked: bool) -> None:
        self._view.is_locked = is_locked
        name = "mdi6.lock-outline" if is_locked else "mdi6.lock-open-variant-outline"
        self._lock.setIcon(icon(name, self._workspace.is_dark, colour=tokens(self._workspace.is_dark).ink2))

    def _show_crs(self) -> None:
        session = self._workspace.session
        code = session.settings().crs if session is not None else ""
        self._crs.setText(code or (tr("no coordinate system yet") if session is not None else ""))
        self._crs.setToolTip(measuring.crs_title(code) if code else tr("The first import decides it."))

    def _show_datum(self, *_ignored: object) -> None:
        session = self._workspace.session
        self._datum.setVisible(session is not None)
        if session is None:
            return
        layers = session.layers.all()
        key = self._workspace.selection[0]
        chosen = [i for i in layers if f"layer:{i.id}" == key]
        names = list(dict.fromkeys(i.datum.value for i in chosen))
        has_other = bool(names) and names != [_datum_of(session)]
        is_doubtful = bool({Datum.GCJ02, Datum.BD09, Datum.OTHER} & {i.datum for i in chosen})
        set_look(self._datum, "pill-warning" if is_doubtful else "pill")
        said = " + ".join(names)
        self._datum.setText(tr("source: {datum}", datum=said) if has_other else _datum_of(session) or "–")
        lines = [f"{i.name}: {i.datum.value} ({i.source_crs or '–'})" for i in layers]
        self._datum.setToolTip(
            "\n".join([tr("Datum of the source data:"), *lines]) if lines else tr("No layers yet")
        )

    def _show_network(self, *_ignored: object) -> None:
        session = self._workspace.session
        if session is None or not session.layers.all():
            self._jobs.cancel("network")  # it would tell of a network that is gone
            self._say_network(None)
        elif session.gaps.has_network_report():
            self._say_network(session.gaps.network_report())
        else:
            task = session.gaps.prepare_network_report()
            self._jobs.start(
                task, self._say_network, lambda e: self._say_network(None, str(e)), key="network"
            )

    def _say_network(self, report: NetworkReport | None, words: str = "") -> None:
        detail = ""
        if report is not None and report.off_network:
            n = f"{report.off_network:,}"
            words = (
                tr("Parcels not joined to the main part: {n}", n=n)
                if report.counts_parcels
                else tr("Buildings not joined to the main part: {n}", n=n)
            )
        if report is not None:
            detail = "\n".join(report.notes)
        self._network.setText(words)
        self._network.setToolTip(detail or words)
        self._network.setVisible(bool(words))

    def _on_job(self, handle: object) -> None:
        handle.changed.connect(self._show_jobs)  # type: ignore[attr-defined]
        self._show_jobs()

    def _show_jobs(self, *_ignored: object) -> None:
        running = self._jobs.running
        self._progress.setVisible(bool(running))
        self._work.setVisible(bool(running))
        if running:
            newest = running[0]
            more = f" (+{len(running) - 1})" if len(running) > 1 else ""
            self._work.setText(newest.title + more)
            self._work.setToolTip(newest.words or tr("Show the tasks"))
            is_known = newest.fraction >= 0
            self._progress.setRange(0, 100 if is_known else 0)
            self._progress.setValue(round(newest.fraction * 100) if is_known else 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Follow the new size."""
        super().resizeEvent(event)
        widgets: tuple[QWidget, ...] = (self._hint,)
        for widget in widgets:
            widget.setVisible(self.width() > _NARROW_PX)


def _datum_of(session: Session) -> str:
    """Return the datum of the project's own system, which the coordinates beside the badge are in; empty unknown."""
    code = session.settings().crs
    if not code:
        return ""
    datum = measuring.datum_of(code)
    return "" if datum is Datum.OTHER else datum.value
