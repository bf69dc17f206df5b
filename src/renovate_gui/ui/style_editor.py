"""The style editor: one look, categories or classes; column, ramp, colours, outline, size, opacity, labels."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QIcon
from PySide6.QtWidgets import (
    QCheckBox,
    QColorDialog,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSlider,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from renovate_gui.app.session import Session
from renovate_gui.app.style_words import kind_words
from renovate_gui.assets import tr
from renovate_gui.domain.errors import RenovateError
from renovate_gui.domain.layer import LayerInfo
from renovate_gui.domain.style import Style, StyleKind, Symbol
from renovate_gui.ui import style_choices as choices
from renovate_gui.ui.canvas.swatch import ramp, swatch
from renovate_gui.ui.workspace import Workspace

_SHAPES = {"Point": "point", "LineString": "line"}
_MOST_LINES = 60
_USUAL_CLASSES = 5


def ramp_words(name: str) -> str:
    """Return a ramp's name."""
    return {
        "teal": lambda: tr("Teal"),
        "blue": lambda: tr("Blue"),
        "green": lambda: tr("Green"),
        "orange": lambda: tr("Orange"),
        "red": lambda: tr("Red"),
        "purple": lambda: tr("Purple"),
        "grey": lambda: tr("Grey"),
        "mixed": lambda: tr("Mixed (safe for colour-blind eyes)"),
    }[name]()


class StyleEditor(QDialog):
    """Edits a copy of the layer's style; OK stores it as one undoable action."""

    def __init__(
        self, workspace: Workspace, session: Session, info: LayerInfo, parent: QWidget | None
    ) -> None:
        super().__init__(parent)
        self._workspace, self._session, self._info = workspace, session, info
        self.style_: Style = info.style
        self._shape = _SHAPES.get(info.geometry_type.removeprefix("Multi"), "polygon")
        self._is_filling = False
        self._columns = session.layers.table(info.id).columns
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Style of “{layer}”", layer=info.name))
        self.kind, self.column, self.ramp = QComboBox(), QComboBox(), QComboBox()
        self.classes, self.stroke_width, self.point_size = QSpinBox(), QDoubleSpinBox(), QDoubleSpinBox()
        self.outline = QPushButton()
        self.opacity = QSlider(Qt.Orientation.Horizontal)
        self.label, self.label_scale = QComboBox(), QComboBox()
        self._lines = QVBoxLayout()
        self._assemble()
        self._fill()
        self._connect()
        self.resize(620, 620)
        workspace.session_changed.connect(self.reject)

    def _assemble(self) -> None:
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(8)
        for kind in StyleKind:
            self.kind.addItem(kind_words(kind), kind)
        for name in self._columns:
            self.column.addItem(name, name)
        self.classes.setRange(2, 6)
        self.ramp.addItem(tr("As it is"), "")
        for name in choices.RAMPS:
            colours = choices.ramp_colours(name, 5)
            self.ramp.addItem(QIcon(ramp(colours, 1.0, 48, 14)), ramp_words(name), name)
        self.ramp.setIconSize(QSize(48, 14))
        self.stroke_width.setRange(0, 20)
        self.stroke_width.setSingleStep(0.2)
        self.point_size.setRange(2, 60)
        for spin in (self.classes, self.stroke_width, self.point_size):
            spin.lineEdit().setTextMargins(8, 0, 0, 0)  # the style sheet's padding does not reach inside
        self.opacity.setRange(10, 100)
        self.opacity.setMinimumHeight(24)  # the handle is higher than the native one
        self.label.addItem(tr("No labels"), None)
        for name in self._columns:
            self.label.addItem(name, name)
        for scale in (500, 1000, 2000, 4000, 8000, 16000, 50000):
            self.label_scale.addItem(tr("from 1:{scale} on", scale=f"{scale:,}"), float(scale))
        outline = QHBoxLayout()
        outline.setSpacing(8)
        outline.addWidget(self.outline)
        outline.addWidget(self.stroke_width, 1)
        labels = QHBoxLayout()
        labels.setSpacing(8)
        labels.addWidget(self.label, 1)
        labels.addWidget(self.label_scale)
        form.addRow(tr("Style"), self.kind)
        form.addRow(tr("Column"), self.column)
        form.addRow(tr("Number of classes"), self.classes)
        form.addRow(tr("Colours"), self.ramp)
        form.addRow(tr("Line, px") if self._shape == "line" else tr("Outline, px"), outline)
        if self._shape == "point":
            form.addRow(tr("Size, px"), self.point_size)
        form.addRow(tr("Opacity"), self.opacity)
        form.addRow(tr("Labels"), labels)
        holder = QWidget()
        holder.setLayout(self._lines)
        self._lines.setSpacing(4)
        area = QScrollArea()
        area.setWidget(holder)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        buttons = self._buttons()
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 16)
        column.setSpacing(12)
        column.addLayout(form)
        column.addWidget(area, 1)
        column.addWidget(buttons)

    def _buttons(self) -> QDialogButtonBox:
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        buttons.button(QDialogButtonBox.StandardButton.Ok).setText(tr("Apply"))
        buttons.button(QDialogButtonBox.StandardButton.Ok).setProperty("look", "primary")
        buttons.button(QDialogButtonBox.StandardButton.Cancel).setText(tr("Cancel"))
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        return buttons

    def _connect(self) -> None:
        self.kind.currentIndexChanged.connect(self._suggest)
        self.column.currentIndexChanged.connect(self._suggest)
        self.classes.valueChanged.connect(self._suggest)
        self.ramp.currentIndexChanged.connect(self._apply_ramp)
        self.stroke_width.valueChanged.connect(lambda v: self._for_all(stroke_px=v))
        self.point_size.valueChanged.connect(lambda v: self._for_all(size_px=v))
        self.opacity.valueChanged.connect(lambda v: self._set(replace(self.style_, opacity=v / 100)))
        self.outline.clicked.connect(self._ask_outline)
        self.label.currentIndexChanged.connect(self._apply_label)
        self.label_scale.currentIndexChanged.connect(self._apply_label)

    # -- what is shown ------------------------------------------------------------------------------------------
    def _fill(self) -> None:
        style, first = self.style_, self._first()
        self._is_filling = True
        self.kind.setCurrentIndex(self.kind.findData(style.kind))
        column = style.column if style.column is not None else choices.telling_column(self._columns)
        self.column.setCurrentIndex(max(0, self.column.findData(column)))
        is_graduated = style.kind == StyleKind.GRADUATED
        self.classes.setValue(len(style.classes) if is_graduated else _USUAL_CLASSES)
        self.stroke_width.setValue(first.stroke_px)
        self.point_size.setValue(first.size_px)
        self.opacity.setValue(round(style.opacity * 100))
        self.label.setCurrentIndex(max(0, self.label.findData(style.label.column if style.label else None)))
        scale = style.label.max_scale if style.label else 4000.0
        self.label_scale.setCurrentIndex(max(0, self.label_scale.findData(scale)))
        self._is_filling = False
        self._show_parts()

    def _show_parts(self) -> None:
        kind = self.style_.kind
        self.column.setEnabled(kind != StyleKind.SINGLE)
        self.column.setToolTip("" if kind != StyleKind.SINGLE else tr("One look needs no column."))
        self.classes.setEnabled(kind == StyleKind.GRADUATED)
        self.classes.setToolTip(
            "" if kind == StyleKind.GRADUATED else tr("Only classes of numbers are counted.")
        )
        self.label_scale.setEnabled(self.style_.label is not None)
        self._paint_outline_button()
        while self._lines.count():
            item = self._lines.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for place in range(min(len(self.style_.classes), _MOST_LINES)):
            self._lines.addWidget(self._line(place))
        if len(self.style_.classes) > _MOST_LINES:
            more = QLabel(tr("… and {n} more", n=len(self.style_.classes) - _MOST_LINES))
            more.setProperty("look", "muted")
            self._lines.addWidget(more)
        self._lines.addStretch(1)

    def _line(self, place: int) -> QWidget:
        entry = self.style_.classes[place]
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        shown, button, words = QCheckBox(), QPushButton(), QLineEdit(entry.label)
        shown.setChecked(entry.is_visible)
        shown.setToolTip(tr("Show this class"))
        shown.toggled.connect(lambda on: self._change(place, is_visible=on))
        button.setIcon(QIcon(swatch(entry.symbol, self._shape)))
        button.setFixedWidth(44)
        button.setToolTip(tr("Choose a colour"))
        button.setAutoDefault(False)
        button.clicked.connect(lambda: self._ask_colour(place))
        words.setPlaceholderText(entry.value or self._info.name)
        words.textEdited.connect(lambda text: self._change(place, is_quiet=True, label=text))
        for widget in (shown, button):
            row.addWidget(widget)
        row.addWidget(words, 1)
        return holder

    def _first(self) -> Symbol:
        return self.style_.classes[0].symbol if self.style_.classes else Symbol()

    def _paint_outline_button(self) -> None:
        colour = self._first().stroke
        icon = (
            swatch(Symbol(fill=colour, stroke=None), "polygon")
            if colour
            else swatch(Symbol(fill=None), "polygon")
        )
        self.outline.setIcon(QIcon(icon))
        self.outline.setToolTip(tr("Choose the colour of the outline"))
        self.outline.setEnabled(self._shape != "line" or self.style_.kind == StyleKind.SINGLE)

    # -- changes ------------------------------------------------------------------------------------------------
    def _set(self, style: Style) -> None:
        if not self._is_filling:
            self.style_ = style
            self._show_parts()

    def _suggest(self, *_ignored: object) -> None:
        if self._is_filling:
            return
        kind: StyleKind = self.kind.currentData()
        self._offer_columns(kind)
        label = self.style_.label
        if kind == StyleKind.SINGLE:
            entry = replace(self.style_.classes[0], label="", value=None, lower=None, upper=None)
            self._set(Style(kind, None, (entry,), label, self.style_.opacity))
            return
        try:
            style = self._session.layers.suggest_style(
                self._info.id,
                self.column.currentData(),
                graduated=kind == StyleKind.GRADUATED,
                classes=self.classes.value(),
            )
        except RenovateError as error:
            self._workspace.message.emit(str(error), "warning")
            return
        self.style_ = replace(style, label=label, opacity=self.style_.opacity)
        self._fill_quietly()
        self._apply_ramp()

    def _offer_columns(self, kind: StyleKind) -> None:
        """Offer only columns with numbers for classes of numbers."""
        before = self.column.currentData()
        names = [n for n, v in self._columns.items() if kind != StyleKind.GRADUATED or v.dtype != object]
        if names == [self.column.itemData(i) for i in range(self.column.count())]:
            return
        self._is_filling = True
        self.column.clear()
        for name in names:
            self.column.addItem(name, name)
        self.column.setCurrentIndex(max(0, self.column.findData(before)))
        self._is_filling = False

    def _fill_quietly(self) -> None:
        self._is_filling = True
        self.kind.setCurrentIndex(self.kind.findData(self.style_.kind))
        self._is_filling = False
        self._show_parts()

    def _apply_ramp(self, *_ignored: object) -> None:
        name = self.ramp.currentData()
        if name and self.style_.classes:
            self._set(choices.coloured(self.style_, name, self._shape))

    def _for_all(self, **changes: Any) -> None:
        self._set(choices.for_all(self.style_, lambda symbol: replace(symbol, **changes)))

    def _change(self, place: int, *, is_quiet: bool = False, **changes: Any) -> None:
        style = choices.with_class(self.style_, place, replace(self.style_.classes[place], **changes))
        if is_quiet:
            self.style_ = style
        else:
            self._set(style)

    def _ask_colour(self, place: int) -> None:
        entry = self.style_.classes[place]
        before = QColor(choices.colour_of(entry.symbol, self._shape))
        chosen = QColorDialog.getColor(before, self, tr("Choose a colour"))
        if chosen.isValid():
            changed = choices.with_colour(entry, chosen.name().upper(), self._shape)
            self._set(choices.with_class(self.style_, place, changed))

    def _ask_outline(self) -> None:
        chosen = QColorDialog.getColor(QColor(self._first().stroke or "#888888"), self, tr("Choose a colour"))
        if chosen.isValid():
            self._for_all(stroke=chosen.name().upper())

    def _apply_label(self, *_ignored: object) -> None:
        scale = float(self.label_scale.currentData() or 4000.0)
        self._set(choices.labelled(self.style_, self.label.currentData(), scale))

    def accept(self) -> None:
        """Take the changes."""
        if self.style_ != self._info.style:
            try:
                self._session.layers.set_style(self._info.id, self.style_)
            except RenovateError as error:
                self._workspace.message.emit(str(error), "error")
        super().accept()
