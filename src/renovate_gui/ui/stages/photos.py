"""The pictures of a proposal: attach, caption, look, remove."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from renovate_gui.assets import tr
from renovate_gui.domain.errors import RenovateError
from renovate_gui.domain.ids import Uuid
from renovate_gui.domain.proposal import Photo
from renovate_gui.ui.stages.look import Look, icon
from renovate_gui.ui.stages.widgets import Stack, button, text
from renovate_gui.ui.workspace import Workspace

_THUMB = (84, 63)
_PICTURES = "*.jpg *.jpeg *.png *.webp *.tif *.tiff *.bmp *.heic"


class PhotoStrip(QWidget):
    """Thumbnails with captions."""

    def __init__(self, workspace: Workspace, uuid: Uuid, look: Look) -> None:
        super().__init__()
        self._workspace = workspace
        self._uuid = uuid
        self._look = look
        self._shown: tuple[tuple[int, str], ...] | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self._list = Stack(6)
        self._note = text(tr("Place and camera data are removed; only the picture is stored."), "small")
        column.addWidget(self._list)
        column.addWidget(button(tr("Attach photos …"), self._choose))
        column.addWidget(self._note)

    def follow(self) -> None:
        """Show the stored pictures."""
        session = self._workspace.session
        photos = session.proposals.photos(self._uuid) if session is not None else ()
        shown = tuple((p.id, p.caption) for p in photos)
        if shown != self._shown:
            self._shown = shown
            self._list.show_widgets([self._line(p) for p in photos])

    def attach(self, paths: list[Path]) -> None:
        """Store pictures; each one is an undoable step."""
        session = self._workspace.session
        for path in paths:
            if session is None:
                return
            try:
                session.proposals.attach_photo(self._uuid, path, path.stem)
            except RenovateError as error:
                self._workspace.message.emit(str(error), "error")

    def _choose(self) -> None:
        names, _ = QFileDialog.getOpenFileNames(
            self, tr("Attach photos"), "", tr("Pictures ({patterns})", patterns=_PICTURES)
        )
        self.attach([Path(n) for n in names])

    def _line(self, photo: Photo) -> QWidget:
        holder = QWidget()
        layout = QHBoxLayout(holder)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        thumb = QLabel()
        thumb.setProperty("photo", "true")
        thumb.setFixedSize(*_THUMB)
        thumb.setAlignment(Qt.AlignmentFlag.AlignCenter)
        pixmap = QPixmap()
        if pixmap.loadFromData(photo.data):
            mode = Qt.AspectRatioMode.KeepAspectRatioByExpanding
            scaled = pixmap.scaled(*_THUMB, mode, Qt.TransformationMode.SmoothTransformation)
            thumb.setPixmap(scaled.copy(0, 0, *_THUMB))
        thumb.setToolTip(photo.name)
        layout.addWidget(thumb)
        caption = QLineEdit(photo.caption)
        caption.setPlaceholderText(tr("Caption"))
        caption.setAccessibleName(tr("Caption"))
        caption.setCursorPosition(0)
        caption.editingFinished.connect(lambda: self._set_caption(photo.id, caption))
        layout.addWidget(caption, 1)
        remove = button("", lambda: self._remove(photo.id), "flat", tr("Remove this photo"))
        remove.setAccessibleName(tr("Remove this photo"))
        remove.setIcon(icon("mdi6.close", self._look.ink2))
        layout.addWidget(remove, 0, Qt.AlignmentFlag.AlignTop)
        return holder

    def _set_caption(self, photo_id: int, line: QLineEdit) -> None:
        session = self._workspace.session
        if session is None or not line.isModified():
            return
        line.setModified(False)
        try:
            session.proposals.set_photo_caption(photo_id, line.text())
        except RenovateError as error:
            self._workspace.message.emit(str(error), "error")

    def _remove(self, photo_id: int) -> None:
        session = self._workspace.session
        if session is None:
            return
        try:
            session.proposals.remove_photo(photo_id)
        except RenovateError as error:
            self._workspace.message.emit(str(error), "error")
