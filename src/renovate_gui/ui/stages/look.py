"""Colours, faces and distances of the inspector, light and dark."""

from __future__ import annotations

from dataclasses import dataclass, fields
from string import Template

from PySide6.QtGui import QIcon

from renovate_gui.domain.verdict import Verdict
from renovate_gui.ui import theme

SPACE = 8
MARGIN = 16


@dataclass(frozen=True, slots=True)
class Look:
    """The window's tokens and what the inspector needs beyond them; names say the meaning, values are ``#rrggbb``."""

    ink: str
    ink2: str
    ink3: str
    line: str
    ground: str
    card: str
    accent: str
    on_accent: str
    soft: str
    soft_ink: str
    warn_soft: str
    warn_ink: str
    bad_soft: str
    bad_ink: str
    good_ink: str
    soft_line: str
    warn_line: str
    bad_line: str
    served: str
    full: str
    out: str
    person: str
    unknown: str

    def verdict(self, verdict: Verdict) -> str:
        """Return the one colour of a verdict."""
        return {
            Verdict.SERVED: self.served,
            Verdict.FULL: self.full,
            Verdict.OUT_OF_REACH: self.out,
            Verdict.NOT_FOR_THIS_PERSON: self.person,
            Verdict.UNKNOWN: self.unknown,
        }[verdict]


_LIGHT = {
    "good_ink": "#00724F", "soft_line": "#B9DFDF", "warn_line": "#EBC65A", "bad_line": "#EBA77D",
    "served": "#009E73", "full": "#E69F00", "out": "#D55E00", "person": "#9B5FB5", "unknown": "#B8BFC9",
}  # fmt: skip
_DARK = {
    "good_ink": "#4CCFA5", "soft_line": "#25565C", "warn_line": "#7D6420", "bad_line": "#87481F",
    "served": "#12B387", "full": "#EDB02E", "out": "#E67932", "person": "#B27FCB", "unknown": "#6C7787",
}  # fmt: skip


def look_of(*, is_dark: bool) -> Look:
    """Return the colours for light or dark."""
    t = theme.tokens(is_dark)
    own = _DARK if is_dark else _LIGHT
    return Look(
        ink=t.ink, ink2=t.ink2, ink3=t.ink3, line=t.line, ground=t.ground, card=t.card, accent=t.accent,
        on_accent=t.accent_ink, soft=t.soft, soft_ink=t.soft_ink, warn_soft=t.warn_soft, warn_ink=t.warn_ink,
        bad_soft=t.bad_soft, bad_ink=t.bad_ink, **own,
    )  # fmt: skip


def ink_on(colour: str) -> str:
    """Return black or white, whichever reads better on a colour ``#rrggbb`` (WCAG 2 relative luminance)."""
    parts = [int(colour[i : i + 2], 16) / 255.0 for i in (1, 3, 5)]
    r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    light = 0.2126 * r + 0.7152 * g + 0.0722 * b
    return "#000000" if (light + 0.05) ** 2 > 0.05 * 1.05 else "#FFFFFF"


def icon(name: str, colour: str) -> QIcon:
    """Return an icon of the bundled icon font in one colour."""
    return theme.icon(name, is_dark=False, colour=colour)


_SHEET = Template("""
QScrollArea, QWidget#column { background: $card; border: none; }
QDialog { background: $card; color: $ink; }
QLabel { color: $ink; font-size: 13px; background: transparent; border: none; }
QLabel[face="title"] { font-size: 15px; font-weight: 700; }
QLabel[face="section"] { font-size: 12px; font-weight: 700; color: $ink; }
QLabel[face="headline"] { font-weight: 700; }
QLabel[face="statement"] { font-size: 20px; font-weight: 700; color: $bad_ink; }
QLabel[face="figure"] { font-size: 20px; font-weight: 700; }
QLabel[face="strong"] { font-weight: 600; }
QLabel[face="quiet"] { color: $ink2; font-size: 13px; }
QLabel[face="small"] { color: $ink3; font-size: 12px; }
QLabel[face="warn"] { color: $warn_ink; font-size: 12px; }
QLabel[face="bad"] { color: $bad_ink; font-size: 12px; }
QLabel[face="good"] { color: $good_ink; font-size: 12px; }
QLabel[pill="plain"] { color: $ink2; border: 1px solid $line; border-radius: 9px; padding: 1px 8px; font-size: 12px; }
QLabel[pill="warn"] { color: $warn_ink; background: $warn_soft; border: 1px solid $warn_line; border-radius: 9px; padding: 1px 8px; font-size: 12px; }
QLabel[pill="bad"] { color: $bad_ink; background: $bad_soft; border: 1px solid $bad_line; border-radius: 9px; padding: 1px 8px; font-size: 12px; }
QLabel[pill="good"] { color: $good_ink; border: 1px solid $good_ink; border-radius: 9px; padding: 1px 8px; font-size: 12px; }
QLabel[pill="accent"] { color: $soft_ink; background: $soft; border: 1px solid $soft_line; border-radius: 9px; padding: 1px 8px; font-size: 12px; }
QLabel[disc="true"] { color: $on_accent; background: $accent; border-radius: 11px; font-size: 12px; font-weight: 700; }
QLabel[photo="true"] { background: $ground; border: 1px solid $line; border-radius: 6px; }
QFrame[card="hint"] { background: $soft; border: 1px solid $soft_line; border-radius: 8px; }
QFrame[card="warn"] { background: $warn_soft; border: 1px solid $warn_line; border-radius: 8px; }
QFrame[card="bad"] { background: $bad_soft; border: 1px solid $bad_line; border-radius: 8px; }
QFrame[card="plain"] { background: $card; border: 1px solid $line; border-radius: 8px; }
QFrame[card="drop"] { background: $ground; border: 1px dashed $ink3; border-radius: 10px; }
QFrame[card="drop"][hot="true"] { background: $soft; border: 2px dashed $accent; }
QFrame[card="float"] { background: $card; border: 1px solid $line; border-radius: 10px; }
QFrame[card="row"] { background: $card; border: none; border-bottom: 1px solid $line; }
QFrame[card="row"]:focus { background: $soft; border-bottom: 1px solid $accent; }
QFrame[rule="true"] { background: $line; max-height: 1px; min-height: 1px; border: none; }
QFrame[segments="true"] { background: $ground; border-radius: 8px; border: none; }
QPushButton[kind="link"] { color: $accent; background: transparent; border: none; padding: 2px 0; text-align: left; font-weight: 600; }
QPushButton[kind="link"]:hover, QPushButton[kind="link"]:focus { text-decoration: underline; }
QPushButton[kind="link"]:disabled { color: $ink3; }
QPushButton[kind="minor"] { color: $accent; background: transparent; border: none; padding: 1px 0; text-align: left; font-size: 12px; }
QPushButton[kind="minor"]:hover, QPushButton[kind="minor"]:focus { text-decoration: underline; }
QPushButton[kind="choice"] { color: $ink; background: transparent; border: none; padding: 3px 2px; font-weight: 600; text-align: right; }
QPushButton[kind="choice"]:hover, QPushButton[kind="choice"]:focus { color: $accent; }
QPushButton::menu-indicator { image: none; width: 0; }
QPushButton[kind="segment"] { color: $ink2; background: transparent; border: 1px solid transparent; border-radius: 6px; padding: 4px 2px; font-size: 13px; }
QPushButton[kind="segment"]:checked { color: $ink; background: $card; border: 1px solid $line; font-weight: 700; }
QPushButton[kind="segment"]:hover { color: $accent; }
QPushButton[kind="segment"]:focus { border: 1px solid $accent; }
QPushButton[kind="chip"] { color: $ink2; background: $card; border: 1px solid $line; border-radius: 11px; padding: 2px 7px; font-size: 12px; }
QPushButton[kind="chip"]:checked { color: $accent; background: $soft; border-color: $soft_line; font-weight: 600; }
QPushButton[kind="chip"]:focus { border-color: $accent; }
QPushButton[kind="pill"] { color: $ink2; background: $card; border: 1px solid $line; border-radius: 9px; padding: 1px 8px; font-size: 12px; }
QPushButton[kind="pill"]:hover, QPushButton[kind="pill"]:focus { color: $accent; border-color: $accent; }
QPushButton[kind="tool"] { padding: 5px 4px; font-size: 12px; }
QPushButton[kind="flat"] { background: transparent; border: 1px solid transparent; padding: 2px; border-radius: 4px; }
QPushButton[kind="flat"]:hover, QPushButton[kind="flat"]:focus { border-color: $accent; }
QPushButton[kind="danger"] { color: $bad_ink; }
""")


def stylesheet(look: Look) -> str:
    """Return the style sheet of panels and dialogs in these colours."""
    return _SHEET.substitute({f.name: getattr(look, f.name) for f in fields(look)})
