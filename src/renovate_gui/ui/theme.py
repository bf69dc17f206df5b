"""Colours, sizes and the style sheet, light and dark, from one set of tokens.

The light tokens are those of the drawings; the dark ones keep the same contrast. Widgets opt into a look by the
dynamic property ``look`` (``card``, ``primary``, ``quiet``, ``pill``, ``headline`` …), never by a style sheet of their own.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import lru_cache
from string import Template

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QIcon, QPainter, QPaintEvent, QPalette, QPixmap
from PySide6.QtWidgets import QApplication, QWidget

from renovate_gui.assets import resource_path

ICON = QSize(20, 20)


@dataclass(frozen=True, slots=True)
class Tokens:
    """Colours as ``#rrggbb``."""

    ink: str
    ink2: str
    ink3: str
    line: str
    ground: str
    card: str
    hover: str
    rail: str
    rail_on: str
    rail_ink: str
    accent: str
    accent_hover: str
    accent_ink: str
    soft: str
    soft_ink: str
    warn_soft: str
    warn_ink: str
    bad_soft: str
    bad_ink: str
    good: str
    selection: str
    map_ground: str


LIGHT = Tokens(
    ink="#1B2430", ink2="#5B6675", ink3="#7A8594", line="#E3E7ED", ground="#F4F6F9", card="#FFFFFF",
    hover="#EEF1F5", rail="#14283A", rail_on="#21405C", rail_ink="#C6D2DE", accent="#0E7C86",
    accent_hover="#0B6770", accent_ink="#FFFFFF", soft="#E2F2F2", soft_ink="#0B6770", warn_soft="#FFF6DC",
    warn_ink="#8A5A00", bad_soft="#FDEBE1", bad_ink="#A64300", good="#009E73", selection="#0E7C86",
    map_ground="#F7F5F0",
)  # fmt: skip
DARK = Tokens(
    ink="#E6EBF1", ink2="#A5B1BF", ink3="#8290A0", line="#2C3846", ground="#121920", card="#1A232D",
    hover="#24303C", rail="#0C1620", rail_on="#1D3A54", rail_ink="#B4C2CF", accent="#1B9AA5",
    accent_hover="#27B0BC", accent_ink="#FFFFFF", soft="#17373B", soft_ink="#6FD0D6", warn_soft="#3A3016",
    warn_ink="#F0C566", bad_soft="#40261A", bad_ink="#F29A66", good="#2BC79A", selection="#3CC7D2",
    map_ground="#1B2127",
)  # fmt: skip


def tokens(is_dark: bool) -> Tokens:
    """Return the token set of a theme."""
    return DARK if is_dark else LIGHT


_SHEET = Template("""
* { outline: none; }
QWidget { color: $ink; }
QMainWindow, QDialog, QWidget[look="ground"] { background: $ground; }
QToolTip { background: $ink; color: $card; border: 0; padding: 5px 8px; border-radius: 6px; }
QLabel { background: transparent; }
QLabel[look="muted"] { color: $ink2; }
QLabel[look="faint"] { color: $ink3; }
QLabel[look="title"] { font-size: 15px; font-weight: 600; }
QLabel[look="heading"] { font-size: 20px; font-weight: 600; }
QLabel[look="headline"] { font-size: 38px; font-weight: 700; }
QLabel[look="strong"] { font-weight: 600; }
QLabel[look="slot"] { color: $ink2; font-size: 12px; }
QLabel[look="credit"] { color: $ink2; background: $card; border-radius: 4px; padding: 1px 6px; font-size: 11px; }
QLabel[look="link"] { color: $accent; }
QLabel[look="pill"] { border: 1px solid $line; border-radius: 10px; padding: 1px 9px; color: $ink2; background: $card; }
QLabel[look="pill-warning"] { border: 1px solid $warn_ink; border-radius: 10px; padding: 1px 9px; color: $warn_ink; background: $warn_soft; }
QLabel[look="pill-bad"] { border: 1px solid $bad_ink; border-radius: 10px; padding: 1px 9px; color: $bad_ink; background: $bad_soft; }
QLabel[look="pill-good"] { border: 1px solid $accent; border-radius: 10px; padding: 1px 9px; color: $soft_ink; background: $soft; }
QFrame[look="card"], QFrame[look="float"] { background: $card; border: 1px solid $line; border-radius: 10px; }
QFrame[look="hint"] { background: $soft; border: 1px solid $line; border-radius: 8px; }
QFrame[look="panel"], QWidget[look="panel"] { background: $card; }
QFrame[look="topbar"] { background: $card; border: 0; border-bottom: 1px solid $line; }
QFrame[look="statusbar"] { background: $card; border: 0; border-top: 1px solid $line; }
QFrame[look="statusbar"] QLabel, QFrame[look="statusbar"] QPushButton, QFrame[look="statusbar"] QLineEdit { font-size: 12px; }
QFrame[look="statusbar"] QLabel[look="pill"], QFrame[look="statusbar"] QLabel[look="pill-warning"] { padding: 0 8px; border-radius: 8px; }
QFrame[look="group"] { background: $ground; border: 0; border-radius: 8px; }
QFrame[look="rail"] { background: $rail; border: 0; }
QFrame[look="strip-info"] { background: $soft; border: 1px solid $line; border-radius: 8px; }
QFrame[look="strip-good"] { background: $soft; border: 1px solid $accent; border-radius: 8px; }
QFrame[look="strip-warning"] { background: $warn_soft; border: 1px solid $warn_ink; border-radius: 8px; }
QFrame[look="strip-error"] { background: $bad_soft; border: 1px solid $bad_ink; border-radius: 8px; }
QFrame[look="rule"] { background: $line; border: 0; }

QPushButton, QToolButton { background: $card; border: 1px solid $line; border-radius: 8px; padding: 5px 12px; }
QPushButton:hover, QToolButton:hover { background: $hover; }
QPushButton:focus, QToolButton:focus { border-color: $accent; }
QPushButton:disabled, QToolButton:disabled { color: $ink3; background: $ground; }
QPushButton[look="primary"], QToolButton[look="primary"] { background: $accent; color: $accent_ink; border: 1px solid $accent; font-weight: 600; padding: 6px 16px; }
QPushButton[look="primary"]:hover, QToolButton[look="primary"]:hover { background: $accent_hover; border-color: $accent_hover; }
QPushButton[look="primary"]:focus { border-color: $ink; }
QPushButton[look="primary"]:disabled, QToolButton[look="primary"]:disabled { background: $hover; color: $ink3; border-color: $line; }
QPushButton[look="quiet"], QToolButton[look="quiet"] { background: transparent; border: 1px solid transparent; padding: 4px 6px; }
QPushButton[look="quiet"]:hover, QToolButton[look="quiet"]:hover { background: $hover; }
QPushButton[look="quiet"]:focus, QToolButton[look="quiet"]:focus { border-color: $accent; }
QPushButton[look="link"] { background: transparent; border: 0; padding: 0; color: $accent; text-align: left; }
QPushButton[look="link"]:hover, QPushButton[look="link"]:focus { color: $accent_hover; text-decoration: underline; }
QPushButton[look="save"] { background: transparent; border: 1px solid transparent; border-radius: 9px; padding: 0 8px; min-height: 20px; color: $ink2; text-align: left; }
QPushButton[look="save"]:hover { background: $hover; }
QPushButton[look="save-warning"] { background: $warn_soft; border: 1px solid $warn_ink; border-radius: 9px; padding: 0 8px; min-height: 18px; color: $warn_ink; font-weight: 600; text-align: left; }
QPushButton[look="save-bad"] { background: $bad_soft; border: 2px solid $bad_ink; border-radius: 9px; padding: 0 8px; min-height: 16px; color: $bad_ink; font-weight: 700; text-align: left; }
QPushButton[look="save"]:focus, QPushButton[look="save-warning"]:focus, QPushButton[look="save-bad"]:focus { border-color: $accent; }
QFrame[look="banner-warning"] { background: $warn_soft; border: 0; border-bottom: 1px solid $warn_ink; }
QFrame[look="banner-error"] { background: $bad_soft; border: 0; border-bottom: 1px solid $bad_ink; }
QToolButton[look="tool"] { background: transparent; border: 1px solid transparent; border-radius: 8px; padding: 5px; }
QToolButton[look="tool"]:hover { background: $hover; }
QToolButton[look="tool"]:checked { background: $card; border: 1px solid $line; }
QToolButton[look="tool"]:focus { border-color: $accent; }
QToolButton[look="tool"]:disabled { background: transparent; }
QToolButton::menu-indicator { image: none; }
QToolButton[look="rail"] { background: transparent; border: 2px solid transparent; border-radius: 10px; color: $rail_ink; padding: 7px 2px; font-size: 12px; }
QToolButton[look="rail"]:hover { background: $rail_on; }
QToolButton[look="rail"]:checked { background: $rail_on; color: #FFFFFF; font-weight: 600; }
QToolButton[look="rail"]:focus { border-color: $accent; }
QToolButton[look="chooser"] { background: $ground; border: 1px solid $line; border-radius: 8px; padding: 5px 10px; }
QToolButton[look="chooser"]:hover { background: $hover; }
QToolButton[look="chooser"]:focus { border-color: $accent; }
QToolButton[look="chooser"]::menu-indicator { image: none; width: 0; }
QPushButton[look="search"] { background: $ground; color: $ink3; text-align: left; padding: 7px 12px; border-radius: 8px; }
QPushButton[look="search"]:hover { background: $hover; }
QPushButton[look="segment"], QToolButton[look="segment"] { background: transparent; border: 1px solid transparent; border-radius: 6px; padding: 5px 10px; color: $ink2; }
QPushButton[look="segment"]:checked, QToolButton[look="segment"]:checked { background: $card; color: $ink; border-color: $line; font-weight: 600; }
QToolButton[look="tab"] { background: transparent; border: 0; border-bottom: 2px solid transparent; border-radius: 0; padding: 8px 2px 6px 2px; color: $ink2; }
QToolButton[look="tab"]:hover, QToolButton[look="tab"]:focus { color: $ink; }
QToolButton[look="tab"]:checked { color: $ink; font-weight: 600; border-bottom: 2px solid $accent; }

QLineEdit, QPlainTextEdit, QTextEdit, QSpinBox, QDoubleSpinBox, QComboBox, QDateEdit {
  background: $card; border: 1px solid $line; border-radius: 6px; padding: 5px 8px;
  selection-background-color: $accent; selection-color: $accent_ink; }
QLineEdit:hover, QPlainTextEdit:hover, QSpinBox:hover, QDoubleSpinBox:hover, QComboBox:hover { border-color: $ink3; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus, QDateEdit:focus { border-color: $accent; }
QLineEdit:disabled, QPlainTextEdit:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled, QComboBox:disabled { color: $ink3; background: $ground; }
QLineEdit[look="bare"] { border: 1px solid transparent; background: transparent; padding: 2px 4px; }
QLineEdit[look="bare"]:hover { border-color: $line; }
QLineEdit[look="bare"]:focus { border-color: $accent; background: $card; }
QComboBox::drop-down { border: 0; width: 24px; }
QComboBox::down-arrow { image: url("$icons/chevron-down.svg"); width: 12px; height: 12px; }
QSpinBox, QDoubleSpinBox, QDateEdit { padding-right: 22px; }
QSpinBox::up-button, QDoubleSpinBox::up-button, QDateEdit::up-button { border: 0; width: 20px; subcontrol-origin: border; subcontrol-position: top right; }
QSpinBox::down-button, QDoubleSpinBox::down-button, QDateEdit::down-button { border: 0; width: 20px; subcontrol-origin: border; subcontrol-position: bottom right; }
QSpinBox::up-arrow, QDoubleSpinBox::up-arrow, QDateEdit::up-arrow { image: url("$icons/chevron-up.svg"); width: 10px; height: 10px; }
QSpinBox::down-arrow, QDoubleSpinBox::down-arrow, QDateEdit::down-arrow { image: url("$icons/chevron-down.svg"); width: 10px; height: 10px; }
QDateEdit::drop-down { border: 0; width: 24px; }
QCalendarWidget QWidget { background: $card; alternate-background-color: $ground; }
QCalendarWidget QToolButton { border: 0; padding: 4px 8px; }
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
QCheckBox::indicator, QRadioButton::indicator, QAbstractItemView::indicator { width: 15px; height: 15px; border: 1px solid $ink3; background: $card; }
QCheckBox::indicator, QAbstractItemView::indicator { border-radius: 4px; }
QRadioButton::indicator { border-radius: 8px; }
QCheckBox::indicator:hover, QRadioButton::indicator:hover { border-color: $accent; }
QCheckBox::indicator:checked, QAbstractItemView::indicator:checked { background: $accent; border-color: $accent; image: url("$icons/check.svg"); }
QRadioButton::indicator:checked { background: $accent; border-color: $accent; image: url("$icons/dot.svg"); }
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled { border-color: $line; background: $ground; }
QCheckBox:focus, QRadioButton:focus { color: $accent; }
QComboBox QAbstractItemView { background: $card; border: 1px solid $line; selection-background-color: $soft; selection-color: $ink; padding: 4px; }
QCheckBox, QRadioButton { spacing: 8px; background: transparent; }
QGroupBox { border: 1px solid $line; border-radius: 8px; margin-top: 10px; padding: 12px; }
QGroupBox::title { subcontrol-origin: margin; left: 10px; padding: 0 4px; color: $ink2; }
QSlider::groove:horizontal { height: 4px; border-radius: 2px; background: $line; }
QSlider::sub-page:horizontal { height: 4px; border-radius: 2px; background: $accent; }
QSlider::handle:horizontal { width: 14px; height: 14px; margin: -7px 0; border-radius: 9px; background: $card; border: 2px solid $accent; }
QSlider::handle:horizontal:focus { background: $soft; }
QProgressBar { background: $line; border: 0; border-radius: 3px; height: 6px; text-align: center; color: transparent; }
QProgressBar::chunk { background: $accent; border-radius: 3px; }

QMenu { background: $card; border: 1px solid $line; border-radius: 8px; padding: 6px; }
QMenu::item { padding: 6px 28px 6px 10px; border-radius: 6px; }
QMenu::item:selected { background: $soft; }
QMenu::item:disabled { color: $ink3; }
QMenu::icon { padding-left: 8px; }
QMenu::separator { height: 1px; background: $line; margin: 6px 4px; }

QAbstractItemView { background: $card; border: 0; selection-background-color: $soft; selection-color: $ink; alternate-background-color: $card; }
QTreeView::item, QListView::item { border: 0; border-radius: 6px; padding: 2px; }
QTreeView::item:hover, QListView::item:hover { background: $hover; }
QTreeView::item:selected, QListView::item:selected { background: $soft; color: $ink; }
QTableView { gridline-color: transparent; }
QTableView::item { border-bottom: 1px solid $line; padding: 0 12px; }
QTableView::item:hover { background: $hover; }
QTableView::item:selected { background: $soft; color: $ink; }
QHeaderView { background: $card; }
QHeaderView::section { background: $card; color: $ink2; border: 0; border-bottom: 1px solid $line; padding: 7px 12px; font-weight: 400; }
QHeaderView::section:hover { color: $ink; }
QTableCornerButton::section { background: $card; border: 0; }
QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; border: 0; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: $line; border-radius: 4px; margin: 1px; min-height: 28px; min-width: 28px; }
QScrollBar::handle:hover { background: $ink3; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QSplitter::handle { background: $line; }
QSplitter::handle:hover { background: $accent; }
QTabWidget::pane { border: 0; }
QTabBar::tab { background: transparent; border: 0; border-bottom: 2px solid transparent; padding: 7px 12px; color: $ink2; }
QTabBar::tab:selected { color: $ink; border-bottom: 2px solid $accent; }
""")


def style_sheet(is_dark: bool) -> str:
    """Return the application's style sheet."""
    values = tokens(is_dark)
    icons = resource_path("icons").as_posix()
    return _SHEET.substitute({f.name: getattr(values, f.name) for f in fields(values)}, icons=icons)


def palette(is_dark: bool) -> QPalette:
    """Return colours for what the style sheet does not reach (native parts, placeholder texts)."""
    t = tokens(is_dark)
    result = QPalette()
    for role, colour in (
        (QPalette.ColorRole.Window, t.ground),
        (QPalette.ColorRole.WindowText, t.ink),
        (QPalette.ColorRole.Base, t.card),
        (QPalette.ColorRole.AlternateBase, t.ground),
        (QPalette.ColorRole.Text, t.ink),
        (QPalette.ColorRole.Button, t.card),
        (QPalette.ColorRole.ButtonText, t.ink),
        (QPalette.ColorRole.Highlight, t.accent),
        (QPalette.ColorRole.HighlightedText, t.accent_ink),
        (QPalette.ColorRole.PlaceholderText, t.ink3),
        (QPalette.ColorRole.ToolTipBase, t.ink),
        (QPalette.ColorRole.ToolTipText, t.card),
        (QPalette.ColorRole.Link, t.accent),
    ):
        result.setColor(role, QColor(colour))
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, role, QColor(t.ink3))
    return result


def apply_theme(app: QApplication, is_dark: bool) -> None:
    """Dress the whole application."""
    app.setStyle("Fusion")
    app.setPalette(palette(is_dark))
    app.setStyleSheet(style_sheet(is_dark))


def set_fonts(app: QApplication) -> None:
    """Give the interface our font, 13 px; quotes and dots are narrow in English and wide in Chinese."""
    from renovate_gui.render.fonts import families

    font = QFont()
    font.setFamilies([*families(), *font.families()])
    font.setPixelSize(13)
    app.setFont(font)


def set_look(widget: QWidget, look: str) -> None:
    """Give a widget one of the style sheet's looks, also after it was shown."""
    widget.setProperty("look", look)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


@lru_cache(maxsize=512)
def _icon(name: str, colour: str, off: str) -> QIcon:
    import qtawesome

    return QIcon(qtawesome.icon(name, color=colour, color_disabled=off))


def icon(name: str, is_dark: bool, *, colour: str | None = None) -> QIcon:
    """Return a Material Design icon (``mdi6.…``) in the theme's ink or in a colour."""
    t = tokens(is_dark)
    return _icon(name, colour or t.ink, t.ink3)


_SHADOW_PX = 8


class _Shadow(QWidget):
    """A soft edge below a floating card: a few strokes, so that a pan costs nothing (a blur effect would)."""

    def __init__(self, card: QWidget, is_dark: bool) -> None:
        super().__init__(card.parentWidget())
        self._card = card
        self._strength = 12 if is_dark else 4
        self._picture = QPixmap()
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        card.installEventFilter(self)
        self.setVisible(not card.isHidden())
        self._follow()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Go where the card goes."""
        kind = event.type()
        if watched is self._card:
            if kind in {QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.ZOrderChange}:
                self._follow()
            elif kind in {QEvent.Type.Show, QEvent.Type.Hide}:
                self.setVisible(kind == QEvent.Type.Show)
                self._follow()
            elif kind == QEvent.Type.ParentChange:
                self.setParent(self._card.parentWidget())
        return False

    def _follow(self) -> None:
        edge = _SHADOW_PX
        self.setGeometry(self._card.geometry().adjusted(-edge, -edge + 2, edge, edge + 2))
        self.stackUnder(self._card)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Copy the picture; it is painted once per size."""
        ratio = self.devicePixelRatioF()
        if self._picture.size() != self.size() * ratio:
            self._picture = self._painted(ratio)
        with QPainter(self) as painter:
            painter.drawPixmap(0, 0, self._picture)

    def _painted(self, ratio: float) -> QPixmap:
        picture = QPixmap(self.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        with QPainter(picture) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(0, 0, 0, self._strength))
            for ring in range(0, _SHADOW_PX, 2):
                box = QRectF(self.rect()).adjusted(ring, ring, -ring, -ring)
                painter.drawRoundedRect(box, 10 + _SHADOW_PX - ring, 10 + _SHADOW_PX - ring)
        return picture


def add_shadow(widget: QWidget, is_dark: bool) -> None:
    """Let a widget float above the map; nothing else carries a shadow."""
    _Shadow(widget, is_dark)


def no_focus_frame(widget: QWidget) -> None:
    """Keep a widget out of the tab order (it has a keyboard twin elsewhere)."""
    widget.setFocusPolicy(Qt.FocusPolicy.NoFocus)
