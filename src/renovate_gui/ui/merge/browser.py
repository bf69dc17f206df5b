"""Changes to look through: filters, search, the list, and what the chosen object was and is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from PySide6.QtCore import QItemSelectionModel, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from renovate_gui.app.field_words import object_title
from renovate_gui.app.merge_words import things_words
from renovate_gui.assets import tr
from renovate_gui.domain.difference import ChangeKind, ObjectChange, ObjectKey, ObjectKind
from renovate_gui.ui.canvas.change_look import kind_words, sign_of
from renovate_gui.ui.merge.change_list import ChangeLines, ChangeModel, Group, group_of
from renovate_gui.ui.merge.fields import FieldLine, SideBySide, head
from renovate_gui.ui.stages.controls import Chip, Dropdown
from renovate_gui.ui.stages.look import Look
from renovate_gui.ui.stages.scrolled import scrolled
from renovate_gui.ui.stages.widgets import appear, flowing, say, text

FieldWords = Callable[[ObjectChange], Sequence[tuple[str, str, str]]]
_FEW = 8
_TYPING_MS = 150


class ChangeBrowser(QWidget):
    """Filters above, list in the middle, the chosen object's fields below.

    Signals
    -------
    chosen
        The change a person looks at (None: none).
    """

    chosen = Signal(object)

    def __init__(
        self, look: Look, field_words: FieldWords, heads: tuple[str, str], *, is_dark: bool, empty: str = ""
    ) -> None:
        super().__init__()
        self._look, self._field_words, self._heads, self._empty_words = look, field_words, heads, empty
        self.model = ChangeModel(self)
        self.chips: dict[ChangeKind, Chip] = {}
        self._chip_row = QVBoxLayout()
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Search by name"))
        self.search.setAccessibleName(tr("Search by name"))
        self.search.setClearButtonEnabled(True)
        self.groups = Dropdown(tr("Show only"), at_least=6)
        self.list = self._make_list(is_dark=is_dark)
        self._note = text("", "quiet")
        self._detail_title = text("", "strong")
        self._detail_state = text("", "small")
        self.detail = SideBySide(look)
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(_TYPING_MS)
        self._lay_out()
        self._typing.timeout.connect(self.narrow)
        self.search.textChanged.connect(lambda _words: self._typing.start())
        self.groups.activated.connect(lambda _place: self.narrow())
        self.list.selectionModel().selectionChanged.connect(self._on_current)

    def _make_list(self, *, is_dark: bool) -> QListView:
        made = QListView()
        made.setModel(self.model)
        made.setItemDelegate(ChangeLines(is_dark=is_dark, parent=made))
        made.setUniformItemSizes(True)
        made.setFrameShape(QFrame.Shape.NoFrame)
        made.setMouseTracking(True)
        made.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        made.setAccessibleName(tr("Changes"))
        made.setMinimumHeight(96)
        return made

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self._chip_row.setContentsMargins(0, 0, 0, 0)
        column.addLayout(self._chip_row)
        across = QHBoxLayout()
        across.setSpacing(8)
        across.addWidget(self.search, 1)
        across.addWidget(self.groups, 1)
        column.addLayout(across)
        self._detail_box = QWidget()
        detail = QVBoxLayout(self._detail_box)
        detail.setContentsMargins(0, 8, 4, 8)
        detail.setSpacing(2)
        for part in (self._detail_title, self._detail_state, self.detail):
            detail.addWidget(part)
        detail.addStretch(1)
        self._detail_area = scrolled(self._detail_box)
        self._split = QSplitter(Qt.Orientation.Vertical)
        self._split.setHandleWidth(1)
        self._split.setChildrenCollapsible(False)
        upper = QWidget()
        inner = QVBoxLayout(upper)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addWidget(self._note)
        inner.addWidget(self.list, 1)
        self._split.addWidget(upper)
        self._split.addWidget(self._detail_area)
        self._split.setStretchFactor(0, 3)
        self._split.setStretchFactor(1, 2)
        self._detail_area.hide()
        column.addWidget(self._split, 1)

    # -- content --------------------------------------------------------------------------------------------------
    def show_changes(self, changes: Sequence[ObjectChange]) -> None:
        """Show other changes; filters begin anew, the object looked at stays when it is still there."""
        kept = self.current
        self.model.set_changes(changes)
        counts = Counter(c.kind for c in changes)
        self._show_chips(counts)
        self._show_groups(changes)
        appear(self.search, on=len(changes) > _FEW)
        self._say_count()
        self.choose(kept.key if kept is not None else None)

    def _show_chips(self, counts: Counter[ChangeKind]) -> None:
        while self._chip_row.count():
            item = self._chip_row.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.deleteLater()
        self.chips = {}
        for kind in ChangeKind:
            if counts[kind]:
                words = f"{sign_of(kind)} {kind_words(kind)} {counts[kind]:,}"
                chip = Chip(words, is_on=True)
                chip.toggled.connect(lambda _on: self.narrow())
                self.chips[kind] = chip
        if self.chips:
            self._chip_row.addWidget(flowing(*self.chips.values()))

    def _show_groups(self, changes: Sequence[ObjectChange]) -> None:
        groups = Counter(group_of(c) for c in changes)
        self.groups.clear()
        self.groups.addItem(tr("Everything"), None)
        for group, n in groups.items():
            self.groups.addItem(f"{_group_words(group)} · {n:,}", group)
        appear(self.groups, on=len(groups) > 1)

    def narrow(self) -> None:
        """Apply the filters."""
        kept = self.current
        kinds = frozenset(k for k, chip in self.chips.items() if chip.isChecked())
        group: Group | None = self.groups.currentData()
        self.model.narrow(kinds, group, self.search.text())
        self._say_count()
        self.choose(kept.key if kept is not None else None)

    def _say_count(self) -> None:
        is_empty = self.model.rowCount() == 0
        words = tr("Nothing matches the filter.") if self.chips else self._empty_words
        say(self._note, words if is_empty else "")
        appear(self.list, on=not is_empty)

    # -- choosing -------------------------------------------------------------------------------------------------
    @property
    def current(self) -> ObjectChange | None:
        """Return the change that is looked at."""
        rows = self.list.selectionModel().selectedIndexes()
        return self.model.change(rows[0].row()) if rows else None

    def choose(self, key: ObjectKey | None) -> None:
        """Look at an object; nothing when it is not in the list."""
        row = self.model.row_of(key) if key is not None else -1
        if row < 0:
            self.list.selectionModel().clear()
            self._show_detail(None)
            self.chosen.emit(None)
            return
        index = self.model.index(row, 0)
        self.list.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.list.scrollTo(index)

    def step(self, by: int) -> None:
        """Go to the next or previous line, round at the ends."""
        count = self.model.rowCount()
        if count:
            rows = self.list.selectionModel().selectedIndexes()
            row = (rows[0].row() + by) % count if rows else (0 if by > 0 else count - 1)
            self.choose(self.model.change(row).key)

    def _on_current(self, *_ignored: object) -> None:
        change = self.current
        if change is not None:
            self._show_detail(change)
            self.chosen.emit(change)

    def _show_detail(self, change: ObjectChange | None) -> None:
        was_shown = not self._detail_area.isHidden()
        appear(self._detail_area, on=change is not None)
        if change is None:
            return
        if not was_shown:
            room = max(2, sum(self._split.sizes()))
            self._split.setSizes([round(room * 0.52), round(room * 0.48)])
        say(self._detail_title, object_title(change))
        lines = [FieldLine(*words) for words in self._field_words(change)]
        say(self._detail_state, "" if lines else tr("Only its place in the project changed."))
        self.detail.show_lines((head(self._heads[0]), head(self._heads[1])), lines)
        appear(self.detail, on=bool(lines))
        self._detail_area.verticalScrollBar().setValue(0)


def _group_words(group: Group) -> str:
    what, layer = group
    return layer if what is ObjectKind.FEATURE and layer else things_words(what, 2)
