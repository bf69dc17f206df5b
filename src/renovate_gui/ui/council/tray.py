"""The tray of scanned sheets: what is unclear is asked box by box, what could not be read is straightened by hand."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QKeyEvent, QPixmap
from PySide6.QtWidgets import (
    QHBoxLayout,
    QInputDialog,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from renovate_gui.app.ledger_fields import field_words
from renovate_gui.app.scan_records import ScannedSheet, Settled
from renovate_gui.app.session import Session
from renovate_gui.assets import tr
from renovate_gui.domain.errors import RenovateError
from renovate_gui.domain.form import FieldKind
from renovate_gui.domain.ids import Uuid
from renovate_gui.domain.scan import Crop, SheetState
from renovate_gui.ui.council.tray_picture import SheetPicture
from renovate_gui.ui.stages.dialog import StageDialog
from renovate_gui.ui.stages.widgets import Card, TextArea, appear, button, flowing, say, text
from renovate_gui.ui.workspace import Workspace

_CROP_HEIGHT, _CROP_WIDTH = 130, 330


class TrayCard(Card):
    """How many sheets wait, and the way to them."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__("warn")
        self._workspace = workspace
        self._words = text("")
        self.open_button = button(tr("Look at the sheets") + " →", self.open_tray, "link")
        self.add(self._words, self.open_button)
        self.hide()

    def follow(self, session: Session) -> None:
        """Say how many sheets wait."""
        waiting, unread = len(session.scans.waiting()), len(session.scans.to_read())
        appear(self, on=bool(waiting or unread))
        parts = []
        if waiting:
            parts.append(tr("{n} scanned sheets wait for a person to look at them.", n=waiting))
        if unread:
            parts.append(tr("On {n} counted sheets there is handwriting to be typed.", n=unread))
        say(self._words, "\n".join(parts))

    def open_tray(self) -> TrayDialog | None:
        """Open the tray."""
        if self._workspace.session is None:
            return None
        dialog = TrayDialog(self, self._workspace)
        dialog.open()
        return dialog


class TrayDialog(StageDialog):
    """Sheets on the left, the picture in the middle, what is asked on the right."""

    def __init__(self, parent: QWidget | None, workspace: Workspace) -> None:
        super().__init__(parent, workspace, tr("Scanned sheets"), (1180, 760))
        assert workspace.session is not None  # the card only opens it with a project
        self._session = workspace.session
        self._sheet: ScannedSheet | None = None
        self._asked: list[Crop] = []
        self._answers: dict[str, Settled] = {}
        across = QHBoxLayout()
        across.setSpacing(14)
        self.list = QListWidget()
        self.list.setFixedWidth(230)
        self.list.setWordWrap(True)
        self.list.setAccessibleName(tr("Scanned sheets"))
        self.list.currentItemChanged.connect(lambda _new, _old: self._show_current())
        self.picture = SheetPicture(self.look)
        across.addWidget(self.list)
        across.addWidget(self.picture, 1)
        across.addWidget(self._side())
        self.column.addLayout(across, 1)
        self.add_foot(self.close_button())
        self._fill()

    def _side(self) -> QWidget:
        side = QWidget()
        side.setFixedWidth(360)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self._title = text("", "title")
        self._reason = text("", "quiet")
        self._count = text("", "small")
        self._question = text("", "strong")
        self._crop = QLabel()
        self._crop.setProperty("photo", "true")
        self._crop.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._crop.setMinimumHeight(_CROP_HEIGHT)
        self.yes_button = button(tr("Y  ticked"), lambda: self.say(True), "primary")
        self.no_button = button(tr("N  not ticked"), lambda: self.say(False))
        self._ticks = flowing(self.yes_button, self.no_button)
        self.words = TextArea(4)
        self.words.setPlaceholderText(tr("What is written there; leave it empty when nobody can read it"))
        self.next_button = button(tr("Next"), lambda: self.say(self.words.toPlainText().strip()), "primary")
        self.next_button.setShortcut("Ctrl+Return")
        self.confirm_button = button(tr("Count this sheet"), self._confirm, "primary")
        self._handles_words = text(
            tr("Drag the four handles to the middles of the black corner marks, then read the sheet again."),
            "quiet",
        )
        self.typed = QLineEdit()
        self.typed.setPlaceholderText(tr("what stands beside the code, if the code is unreadable"))
        self.read_button = button(tr("Read it again"), self._fix, "primary")
        self.corners_button = button(tr("The corners are wrong …"), self._set_corners, "link")
        self.aside_button = button(tr("Lay aside …"), self._lay_aside, "danger")
        self._problem = text("", "bad")
        for part in (
            self._title, self._reason, self._count, self._question, self._crop, self._ticks, self.words,
            self.next_button, self.confirm_button, self._handles_words, self.typed, self.read_button, self._problem,
        ):  # fmt: skip
            column.addWidget(part)
        column.addStretch(1)
        column.addWidget(self.corners_button)
        column.addWidget(self.aside_button)
        return side

    # -- the heap -------------------------------------------------------------------------------------------------
    def _fill(self) -> None:
        chosen = self._sheet.uuid if self._sheet is not None else None
        scans = self._session.scans
        sheets = {s.uuid: s for s in (*scans.waiting(), *scans.to_read())}
        with QSignalBlocker(self.list):
            self.list.clear()
            for sheet in sheets.values():
                name = (
                    sheet.code.readable()
                    if sheet.code
                    else tr("{file}, page {n}", file=sheet.file, n=sheet.page)
                )
                item = QListWidgetItem(f"{name}\n{_state_words(sheet)}")
                item.setData(Qt.ItemDataRole.UserRole, sheet.uuid)
                item.setToolTip(sheet.reason)
                self.list.addItem(item)
            rows = list(sheets)
            if rows:
                self.list.setCurrentRow(rows.index(chosen) if chosen in rows else 0)
        self._show_current()

    def _show_current(self) -> None:
        self._answers = {}
        if self.list.currentRow() < 0:
            self._sheet, self._asked = None, []
            say(self._title, tr("Nothing waits here any longer."))
            self.picture.show_picture(b"")
            self._step()
            return
        item = self.list.currentItem()
        self._sheet = self._session.scans.find(Uuid(str(item.data(Qt.ItemDataRole.UserRole))))
        say(self._title, item.text().partition("\n")[0])
        self.picture.show_picture(self._session.scans.picture(self._sheet.uuid))
        wanted = {*self._sheet.unsure, *self._sheet.unread}
        crops = [c for c in self._session.scans.crops(self._sheet.uuid) if c.key in wanted]
        unsure = frozenset(self._sheet.unsure)
        self._asked = sorted(crops, key=lambda c: c.key not in unsure)
        if not self._sheet.is_page:
            self.picture.show_handles(self._sheet.corners)
        self._step()

    # -- one step -------------------------------------------------------------------------------------------------
    def _step(self) -> None:
        """Show the next question of the sheet, or what else can be done with it."""
        sheet = self._sheet
        crop = self._open_crop()
        is_tick = crop is not None and sheet is not None and crop.key in sheet.unsure
        has_handles = self.picture.corners() is not None
        say(self._reason, sheet.reason if sheet is not None else "")
        say(self._problem, "")
        done = len(self._answers)
        count = tr("{n} of {total}", n=done + 1, total=len(self._asked)) if crop is not None else ""
        say(self._count, "" if has_handles else count)
        say(
            self._question,
            field_words(self._session, crop.key) if crop is not None and not has_handles else "",
        )
        appear(self._crop, on=crop is not None and not has_handles)
        appear(self._ticks, on=is_tick and not has_handles)
        for control in (self.words, self.next_button):
            appear(control, on=crop is not None and not is_tick and not has_handles)
        is_settled = sheet is not None and crop is None and sheet.is_page and not has_handles
        appear(self.confirm_button, on=is_settled and sheet is not None and sheet.state is SheetState.ASKS)
        for part in (self._handles_words, self.typed, self.read_button):
            appear(part, on=has_handles)
        appear(self.corners_button, on=sheet is not None and not has_handles)
        appear(self.aside_button, on=sheet is not None)
        if crop is not None and not has_handles:
            self._show_crop(crop, is_tick=is_tick)

    def _open_crop(self) -> Crop | None:
        return next((c for c in self._asked if c.key not in self._answers), None)

    def _show_crop(self, crop: Crop, *, is_tick: bool) -> None:
        pixmap = QPixmap()
        pixmap.loadFromData(crop.png)
        self._crop.setPixmap(
            pixmap.scaled(
                _CROP_WIDTH,
                _CROP_HEIGHT if is_tick else 2 * _CROP_HEIGHT,
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
        )
        assert self._sheet is not None  # a crop belongs to a sheet
        layout = self._session.scans.layout(self._sheet.uuid)
        if layout is not None:
            found = next((f for f in layout.fields if f.key == crop.key), None)
            self.picture.point_at(found.box if found else None, layout.width_mm)
            is_digit = found is not None and found.kind is FieldKind.RANK
            hint_words = tr("The digit in the box; empty when there is none") if is_digit else tr(
                "What is written there; leave it empty when nobody can read it"
            )  # fmt: skip
            self.words.setPlaceholderText(hint_words)
        self.words.clear()
        if is_tick:
            self.setFocus()
        else:
            self.words.setFocus()

    def say(self, answer: Settled) -> None:
        """Take the answer to what is asked and go on; after the last one the sheet counts."""
        crop = self._open_crop()
        if crop is None:
            return
        self._answers[crop.key] = answer
        if self._open_crop() is None:
            self._confirm()
        else:
            self._step()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Answer with Y or N."""
        if not self._ticks.isHidden() and event.key() in (Qt.Key.Key_Y, Qt.Key.Key_N):
            self.say(event.key() == Qt.Key.Key_Y)
            return
        super().keyPressEvent(event)

    # -- what becomes of it ---------------------------------------------------------------------------------------
    def _confirm(self) -> None:
        """Let the sheet count; what cannot stand is said, and its boxes are asked again."""
        sheet = self._sheet
        if sheet is None:
            return
        if self._act(lambda: self._session.scans.settle(sheet.uuid, self._answers)) is not None:
            self._fill()
            return
        problem = self._problem.text()
        self._answers = {}
        self._step()
        say(self._problem, problem)

    def _set_corners(self) -> None:
        if self._sheet is not None:
            self.picture.point_at(None, 0.0)
            self.picture.fit()
            self.picture.show_handles(() if self._sheet.is_page else self._sheet.corners)
            self._step()

    def _fix(self) -> None:
        sheet, corners = self._sheet, self.picture.corners()
        if sheet is None or corners is None:
            return
        outcome = self._act(lambda: self._session.scans.fix(sheet.uuid, corners, self.typed.text()))
        if outcome is None:
            return
        if getattr(outcome, "state", None) is SheetState.FAILED:
            say(self._problem, str(getattr(outcome, "reason", "")))
            return
        self.typed.clear()
        self._fill()

    def _lay_aside(self) -> None:
        sheet = self._sheet
        if sheet is None:
            return
        words = tr("Why does this sheet not count? Its picture stays in the project.")
        reason, is_sure = QInputDialog.getText(self, tr("Lay aside"), words)
        if is_sure and self._act(lambda: self._session.scans.discard(sheet.uuid, reason)) is not None:
            self._fill()

    def _act(self, do: Callable[[], object]) -> object:
        """Do it; return what came of it, True for nothing, or None after saying why it cannot be done."""
        try:
            return do() or True
        except RenovateError as error:
            say(self._problem, str(error))
            return None


def _state_words(sheet: ScannedSheet) -> str:
    if sheet.state is SheetState.FAILED:
        return tr("could not be read")
    if sheet.unsure:
        return tr("{n} boxes unclear", n=len(sheet.unsure))
    if sheet.state is SheetState.ASKS:
        return tr("came before with other answers")
    return tr("handwriting: {n}", n=len(sheet.unread))
