"""Fonts that travel with the program, the same for window, picture and print; and what they cannot draw."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from PySide6.QtGui import QFont, QFontDatabase, QFontMetricsF

from renovate_gui.assets import current_language, resource_path

FAMILY = "Renovate Sans SC"
LATIN = "Renovate Sans Latin"
"""The same letters with quotes, dots and ellipses of Latin width, for English."""
FALLBACKS = ("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Microsoft YaHei", "DejaVu Sans")
FILES = (
    "fonts/RenovateSansSC-Regular.otf",
    "fonts/RenovateSansSC-Bold.otf",
    "fonts/RenovateSansLatin-Regular.otf",
    "fonts/RenovateSansLatin-Bold.otf",
)


@lru_cache(maxsize=1)
def load_fonts() -> str:
    """Make our fonts known to Qt, once, and return their family name; needs a QGuiApplication.

    Raises
    ------
    RuntimeError
        When a shipped font file cannot be loaded: the installation is broken.
    """
    for name in FILES:
        path = resource_path(name)
        if QFontDatabase.addApplicationFont(str(path)) < 0:
            raise RuntimeError(f"the font {path} cannot be loaded")
    return FAMILY


def families() -> list[str]:
    """Return our font families for the present language, first choice first; needs a QGuiApplication."""
    own = [load_fonts(), LATIN]
    return [*(own if current_language() == "zh_CN" else reversed(own)), *FALLBACKS]


def font(size_px: float, *, bold: bool = False) -> QFont:
    """Return our font with a height in device pixels (fractions allowed), without hinting: paper and screen agree."""
    return QFont(_font(max(1, round(size_px)), bold, current_language()))  # a copy costs nothing


@lru_cache(maxsize=512)
def _font(size_px: int, bold: bool, _language: str) -> QFont:  # noqa: FBT001  a key of the cache
    made = QFont()
    made.setFamilies(families())
    made.setPixelSize(size_px)
    made.setWeight(QFont.Weight.Bold if bold else QFont.Weight.Normal)
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return made


@lru_cache(maxsize=1)
def _own_characters() -> frozenset[int]:
    from fontTools.ttLib import TTFont

    with TTFont(resource_path(FILES[0]), lazy=True) as opened:
        return frozenset(opened.getBestCmap())


def missing_glyphs(text: str) -> str:
    """Return the characters of a text that neither our font nor any font of this machine can draw, each once."""
    rare = [c for c in dict.fromkeys(text) if c.isprintable() and ord(c) not in _own_characters()]
    if not rare:
        return ""
    metrics = QFontMetricsF(font(12))
    return "".join(c for c in rare if not metrics.inFontUcs4(ord(c)))


def font_files() -> tuple[Path, ...]:
    """Return the paths of the shipped font files."""
    return tuple(resource_path(name) for name in FILES)
