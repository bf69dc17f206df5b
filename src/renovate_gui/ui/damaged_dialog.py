"""A project that is damaged, or a file that is no project: what is the case, and what can be done about it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget

from renovate_gui.app.health import span_words, time_words
from renovate_gui.assets import tr
from renovate_gui.domain.errors import DamagedError
from renovate_gui.ui.calm_dialog import TEXT_PX, CalmDialog
from renovate_gui.ui.stages.widgets import text

_SHOWN_STEPS = 6


class DamagedDialog(CalmDialog):
    """Offers the newest good backup and a repair; the damaged file is never touched.

    Signals
    -------
    backup_asked, repair_asked
        A copy of the backup shall be opened; as much as possible shall be saved into a copy.
    """

    backup_asked = Signal()
    repair_asked = Signal()

    def __init__(self, error: DamagedError, *, is_dark: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(
            tr("The project is damaged"), "mdi6.file-alert-outline", is_dark=is_dark, parent=parent
        )
        self.add_words(
            tr(
                "“{name}” can no longer be read as a whole; a disk or a stick that lost a part is the usual cause. "
                "The file was not touched.",
                name=error.path.name,
            )
        )
        later = QPushButton(tr("Not now"))
        later.clicked.connect(self.reject)
        has_backup = error.backup is not None
        words = tr("Try to save more (repair a copy)") if has_backup else tr("Try to save what can be read")
        self.repair = QPushButton(words)
        self.repair.clicked.connect(lambda: self._choose(self.repair_asked))
        if error.backup is None:
            self.add_words(tr("It has no backup that is whole."), "muted")
            self.add_foot(later, self.repair)
            return
        self._facts(error)
        self.backup = QPushButton(tr("Open a copy of the backup"))
        self.backup.clicked.connect(lambda: self._choose(self.backup_asked))
        self.add_foot(later, self.repair, self.backup)

    def _choose(self, signal: object) -> None:
        self.accept()
        signal.emit()  # type: ignore[attr-defined]

    def _facts(self, error: DamagedError) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        grid.setContentsMargins(TEXT_PX, 0, 0, 0)
        lines = [
            (tr("Newest good backup"), tr("holds everything up to {time}", time=time_words(error.backup_at))),
            (tr("Would be missing"), missing_words(error)),
        ]
        for row, (name, value) in enumerate(lines):
            label, said = text(name, wrap=False), text(value)
            label.setProperty("look", "muted")
            grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(said, row, 1)
        self.column.addLayout(grid)


def missing_words(error: DamagedError) -> str:
    """Return what the backup lacks: the steps by their titles, or how long somebody may have worked since."""
    if error.missing_steps is None:
        if error.backup_at is None or error.changed_at is None:
            return tr("unknown: its history cannot be read")
        span = span_words((error.changed_at - error.backup_at).total_seconds())
        return tr("the work of up to {span} (the list of steps cannot be read)", span=span)
    if not error.missing_steps:
        return tr("nothing: the backup holds every step")
    shown = [f"· {title}" for title in error.missing_steps[-_SHOWN_STEPS:]]
    rest = len(error.missing_steps) - len(shown)
    count = tr("steps: {n}", n=len(error.missing_steps))
    return "\n".join([count, *([tr("· {n} earlier ones", n=rest)] if rest else []), *shown])


class MapDataDialog(CalmDialog):
    """Offers to import what is map data and no project.

    Signals
    -------
    import_asked
        The file shall be imported into a new project, or into the one that is open.
    """

    import_asked = Signal()

    def __init__(
        self, path: Path, *, has_project: bool, is_dark: bool = False, parent: QWidget | None = None
    ) -> None:
        title = tr("This is map data, not a project")
        super().__init__(title, "mdi6.map-plus", is_dark=is_dark, parent=parent)
        self.add_words(
            tr(
                "“{name}” was not made by this program. It can be imported; the file itself stays as it is.",
                name=path.name,
            )
        )
        cancel = QPushButton(tr("Cancel"))
        cancel.clicked.connect(self.reject)
        words = tr("Import it into the open project") if has_project else tr("Import it into a new project")
        self.bring = QPushButton(words)
        self.bring.clicked.connect(self._import)
        self.add_foot(cancel, self.bring)

    def _import(self) -> None:
        self.accept()
        self.import_asked.emit()
