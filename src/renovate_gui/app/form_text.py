"""How wide words are on a form, and where its lines break: from the shipped font's own table of widths."""

from __future__ import annotations

from functools import lru_cache

from renovate_gui.assets import resource_path

POINT_MM = 25.4 / 72
LEADING = 1.34
"""Line distance in text sizes."""
_FILES = {
    False: "fonts/RenovateSansSC-Regular.otf",
    True: "fonts/RenovateSansSC-Bold.otf",
}
_NOT_FIRST = frozenset("，。；：！？、）」』”’》〉】…%),.;:!?")
_NOT_LAST = frozenset("（「『“‘《〈【(")


@lru_cache(maxsize=2)
def _advances(bold: bool) -> dict[int, float]:  # noqa: FBT001  key of a cache
    """Return the width of each character in text sizes."""
    from fontTools.ttLib import TTFont

    with TTFont(resource_path(_FILES[bold]), lazy=True) as opened:
        unit = float(opened["head"].unitsPerEm)
        metrics = opened["hmtx"]
        return {code: metrics[name][0] / unit for code, name in opened.getBestCmap().items()}


def width_mm(text: str, size: float, *, bold: bool = False) -> float:
    """Return the width of a line in millimetres at a size in points; unknown characters count as square."""
    table = _advances(bold)
    return sum(table.get(ord(c), 1.0) for c in text) * size * POINT_MM


def line_mm(size: float) -> float:
    """Return the distance of lines in millimetres at a size in points."""
    return size * LEADING * POINT_MM


def wrapped(text: str, room: float, size: float, *, bold: bool = False, most: int = 99) -> tuple[str, ...]:
    """Return a text in lines no wider than ``room`` millimetres; the last ends in an ellipsis when words are left out."""
    lines = [line for part in text.split("\n") for line in _broken(part, room, size, bold=bold)]
    if len(lines) <= most:
        return tuple(lines)
    last = lines[most - 1]
    while last and width_mm(f"{last}…", size, bold=bold) > room:
        last = last[:-1]
    return (*lines[: most - 1], f"{last.rstrip()}…")


def _broken(text: str, room: float, size: float, *, bold: bool) -> list[str]:
    lines: list[str] = []
    line = ""
    for piece in _pieces(text.strip()):
        if not line or width_mm((line + piece).rstrip(), size, bold=bold) <= room:
            line += piece
        else:
            lines.append(line.rstrip())
            line = piece.lstrip()
        while width_mm(line.rstrip(), size, bold=bold) > room and len(line) > 1:
            kept = _fitting(line, room, size, bold=bold)
            lines.append(line[:kept].rstrip())
            line = line[kept:].lstrip()
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def _fitting(text: str, room: float, size: float, *, bold: bool) -> int:
    """Return how many characters fit, one at least."""
    kept = len(text) - 1
    while kept > 1 and width_mm(text[:kept], size, bold=bold) > room:
        kept -= 1
    return kept


def _pieces(text: str) -> list[str]:
    """Return what must not be parted: words of letters with the space behind them, else single characters."""
    pieces: list[str] = []
    for character in text:
        joins = bool(pieces) and (
            character in _NOT_FIRST
            or pieces[-1][-1] in _NOT_LAST
            or (not _is_wide(character) and not _is_wide(pieces[-1][-1]) and not pieces[-1].endswith(" "))
            or character == " "
        )
        if joins:
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces


def _is_wide(character: str) -> bool:
    return ord(character) >= 0x2E80
