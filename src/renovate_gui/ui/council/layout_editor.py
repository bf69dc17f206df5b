"""The editor of templates for printed sheets: the page as it will be printed, its blocks beside it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDoubleSpinBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from renovate_gui.app.layouts import block_words, why_not
from renovate_gui.app.ports import Handout
from renovate_gui.app.session import Session
from renovate_gui.assets import tr
from renovate_gui.domain.errors import RenovateError
from renovate_gui.domain.layout import (
    LEAST_TYPE_PT,
    MOST_TYPE_PT,
    NEEDED,
    PAPERS,
    BlockKind,
    Layout,
    LayoutBlock,
)
from renovate_gui.ui.council.layout_page import LayoutPage
from renovate_gui.ui.jobs import Jobs, sentence
from renovate_gui.ui.stages.widgets import button, enable, row, rule, say, text

_SIDE_PX = 292


class LayoutEditor(QDialog):
    """Edits one template after the other; each is kept in the project by its own step."""

    def __init__(self, session: Session, jobs: Jobs, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Templates for printed sheets"))
        self.resize(1240, 780)
        self._session, self._jobs = session, jobs
        self._handout: Handout | None = None
        self._number = 1
        known = session.layouts.all()
        self.layout_now: Layout = known[0] if known else session.layouts.begin("A4")
        columns = QHBoxLayout(self)
        columns.setContentsMargins(14, 14, 14, 14)
        columns.setSpacing(14)
        columns.addLayout(self._build_page(), 1)
        side = QWidget()
        side.setFixedWidth(_SIDE_PX)
        self._side = QVBoxLayout(side)
        self._side.setContentsMargins(0, 0, 0, 0)
        self._side.setSpacing(7)
        columns.addWidget(side)
        self._build_side()
        self._fill_names()
        self._show()
        self._ask_for_pages()

    # -- building ---------------------------------------------------------------------------------------------
    def _build_page(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(8)
        self.page = LayoutPage()
        self.page.moved.connect(self._on_moved)
        self.page.chosen.connect(lambda _name: self._show_box())
        column.addWidget(self.page, 1)
        self.back = button("‹", lambda: self.turn(-1), "", tr("Previous page"))
        self.forth = button("›", lambda: self.turn(1), "", tr("Next page"))
        for turner, words in ((self.back, tr("Previous page")), (self.forth, tr("Next page"))):
            turner.setAccessibleName(words)
            turner.setAutoDefault(False)
        self.where = text("", "small", wrap=False)
        help_words = tr(
            "Drag a block or its edges; arrow keys move it, with Shift they resize it; Space goes on, Delete hides it."
        )
        column.addWidget(row(self.back, self.where, self.forth, text(help_words, "small"), stretch_last=True))
        return column

    def _build_side(self) -> None:
        self._build_head()
        self._side.addWidget(rule())
        self._build_blocks()
        self._side.addWidget(rule())
        self._build_foot()

    def _build_head(self) -> None:
        self.names = QComboBox()
        self.names.setAccessibleName(tr("Template"))
        self.names.activated.connect(self._choose_known)
        self.name = QLineEdit()
        self.name.setAccessibleName(tr("Name"))
        self.name.textEdited.connect(lambda words: self._change(replace(self.layout_now, name=words)))
        self.paper = QComboBox()
        self.paper.setAccessibleName(tr("Paper"))
        self.paper.addItems(PAPERS)
        self.paper.textActivated.connect(self._set_paper)
        self.least = _spin(LEAST_TYPE_PT, MOST_TYPE_PT, " pt", tr("Least type"))
        self.least.valueChanged.connect(lambda v: self._change(replace(self.layout_now, least_pt=v)))
        add = self._side.addWidget
        add(text(tr("Template"), "section"))
        add(self.names)
        add(row(text(tr("Name"), "quiet", wrap=False), self.name, stretch_last=True))
        add(row(text(tr("Paper"), "quiet", wrap=False), self.paper))
        add(row(text(tr("Least type"), "quiet", wrap=False), self.least))

    def _build_blocks(self) -> None:
        add = self._side.addWidget
        add(text(tr("Blocks"), "section"))
        self.shown: dict[BlockKind, QCheckBox] = {}
        for kind in BlockKind:
            box = QCheckBox(block_words(kind))
            box.setEnabled(kind not in NEEDED)
            box.clicked.connect(lambda on, kind=kind: self._set_visible(kind, on=bool(on)))
            self.shown[kind] = box
            add(box)
        self.sides = [_spin(0, 900, " mm", words) for words in (tr("x"), tr("y"), tr("width"), tr("height"))]
        for spin in self.sides:
            spin.valueChanged.connect(lambda _v: self._set_box())
        grid = [
            row(text(w, "quiet", wrap=False), s)
            for w, s in zip((tr("x"), tr("y"), tr("width"), tr("height")), self.sides, strict=True)
        ]
        add(row(grid[0], grid[1], spacing=6))
        add(row(grid[2], grid[3], spacing=6))
        self.logo_button = button(tr("Choose a logo …"), self._ask_logo)
        self.no_logo = button(tr("No logo"), self._drop_logo)
        add(row(self.logo_button, self.no_logo, spacing=6))

    def _build_foot(self) -> None:
        add = self._side.addWidget
        self.used = QCheckBox(tr("Print the next package by it"))
        self.used.clicked.connect(lambda on: self._change(replace(self.layout_now, is_used=bool(on))))
        add(self.used)
        self.problem = text("", "warn")
        add(self.problem)
        self._side.addStretch(1)
        self.keep = button(tr("Keep the template"), self.save, "primary")
        self.new = button(tr("New template"), self._begin)
        self.delete = button(tr("Delete"), self._delete)
        self.load = button(tr("From a file …"), self._ask_file)
        self.give = button(tr("Into a file …"), self._ask_target)
        add(self.keep)
        add(row(self.new, self.delete, spacing=6))
        add(row(self.load, self.give, spacing=6))
        for control in (
            self.keep,
            self.new,
            self.delete,
            self.load,
            self.give,
            self.logo_button,
            self.no_logo,
        ):
            control.setAutoDefault(False)

    # -- the pages --------------------------------------------------------------------------------------------
    def _ask_for_pages(self) -> None:
        say(self.where, tr("The page is being prepared …"))
        try:
            task = self._session.layouts.prepare_sample(self.layout_now.paper)
        except RenovateError as error:
            self._fail(error)
            return
        self._jobs.start(task, self.show_handout, self._fail, key="layout-preview")

    def show_handout(self, handout: Handout) -> None:
        """Show the pages of a handout; begin with the first proposal's sheet."""
        sheets = tuple(
            s for s in handout.sheets if s.table is None and not s.charts and not s.text and s.beside is None
        )
        self._handout = replace(handout, sheets=sheets or handout.sheets)
        first = next((n for n, s in enumerate(self._handout.sheets, start=1) if s.number), 1)
        self._number = first
        self._show()

    def turn(self, step: int) -> None:
        """Turn the page."""
        most = max(self.page.pages, 1)
        self._number = min(max(self._number + step, 1), most)
        self._show()

    # -- changing ---------------------------------------------------------------------------------------------
    def _change(self, layout: Layout) -> None:
        self.layout_now = layout
        self._show()

    def _on_moved(self, layout: Layout) -> None:
        self.layout_now = layout
        self._show_words()

    def _set_visible(self, kind: BlockKind, *, on: bool) -> None:
        block = next(b for b in self.layout_now.blocks if b.kind is kind)
        self._change(self.layout_now.with_block(replace(block, is_visible=on)))
        self.page.choose(kind if on else None)

    def _set_box(self) -> None:
        block = self._chosen()
        if block is not None:
            x, y, width, height = (s.value() for s in self.sides)
            box = replace(block.box, x=x, y=y, width=width, height=height)
            self._change(self.layout_now.with_block(replace(block, box=box)))

    def _chosen(self) -> LayoutBlock | None:
        kind = self.page.chosen_kind
        return None if kind is None else self.layout_now.block(kind)

    def _set_paper(self, paper: str) -> None:
        fresh = self._session.layouts.begin(paper, self.layout_now.name)
        self._change(replace(fresh, uuid=self.layout_now.uuid, logo=self.layout_now.logo))

    def _ask_logo(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, tr("Choose a logo"), "", "PNG (*.png)")
        if name:
            self.set_logo(Path(name))

    def set_logo(self, path: Path) -> None:
        """Take a PNG picture as the logo."""
        try:
            data = path.read_bytes()
        except OSError as error:
            self._fail(error)
            return
        self._change(replace(self.layout_now, logo=data))

    def _drop_logo(self) -> None:
        self._change(replace(self.layout_now, logo=b""))

    # -- keeping ----------------------------------------------------------------------------------------------
    def save(self) -> None:
        """Keep the template in the project."""
        try:
            self._session.layouts.put(self.layout_now)
        except RenovateError as error:
            self._fail(error)
            return
        self._fill_names()
        self._show()
        say(self.problem, tr("The template is kept in the project."))

    def _begin(self) -> None:
        self._change(self._session.layouts.begin(self.layout_now.paper, tr("New template")))
        self._fill_names()

    def _delete(self) -> None:
        self._session.layouts.delete(self.layout_now.uuid)
        known = self._session.layouts.all()
        self._change(known[0] if known else self._session.layouts.begin(self.layout_now.paper))
        self._fill_names()

    def _choose_known(self, at: int) -> None:
        known = self._session.layouts.all()
        if 0 <= at < len(known):
            self._change(known[at])

    def _ask_file(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, tr("Template from a file"), "", "JSON (*.json)")
        if name:
            self.read_file(Path(name))

    def read_file(self, path: Path) -> None:
        """Take over the template of a file."""
        try:
            self._change(self._session.layouts.read_file(path))
        except RenovateError as error:
            self._fail(error)

    def _ask_target(self) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self, tr("Template into a file"), "layout.json", "JSON (*.json)"
        )
        if name:
            try:
                self._session.layouts.save_file(self.layout_now, Path(name))
            except RenovateError as error:
                self._fail(error)

    def _fail(self, error: Exception) -> None:
        say(self.problem, sentence(error))

    # -- showing ----------------------------------------------------------------------------------------------
    def _fill_names(self) -> None:
        known = self._session.layouts.all()
        self.names.clear()
        self.names.addItems([f"{x.name} · {x.paper}" for x in known])
        at = next((i for i, x in enumerate(known) if x.uuid == self.layout_now.uuid), -1)
        self.names.setCurrentIndex(at)
        self.names.setPlaceholderText(tr("not kept yet"))

    def _show(self) -> None:
        self.page.show_layout(self.layout_now, self._handout, self._number)
        self._show_words()

    def _show_words(self) -> None:
        now = self.layout_now
        if self.name.text() != now.name:
            self.name.setText(now.name)
        self.paper.setCurrentText(now.paper)
        with QSignalBlocker(self.least):
            self.least.setValue(now.least_pt)
        for kind, box in self.shown.items():
            box.setChecked(now.block(kind) is not None)
        self.used.setChecked(now.is_used)
        self.no_logo.setEnabled(bool(now.logo))
        wrong = why_not(now)
        say(self.problem, wrong)
        enable(self.keep, wrong)
        if self._handout is not None:
            say(self.where, tr("Page {n} of {total}", n=self._number, total=self.page.pages))
        self._show_box()

    def _show_box(self) -> None:
        block = self._chosen()
        values = (
            (0, 0, 0, 0) if block is None else (block.box.x, block.box.y, block.box.width, block.box.height)
        )
        for spin, value in zip(self.sides, values, strict=True):
            with QSignalBlocker(spin):
                spin.setEnabled(block is not None)
                spin.setValue(value)


def _spin(least: float, most: float, unit: str, name: str) -> QDoubleSpinBox:
    made = QDoubleSpinBox()
    made.setRange(least, most)
    made.setDecimals(1)
    made.setSuffix(unit)
    made.setKeyboardTracking(False)
    made.setAccessibleName(name)
    return made
