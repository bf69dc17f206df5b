"""A printed comment form as the printer paints it and the scanner reads it: one description in millimetres for both.

All boxes are in millimetres from the upper left corner of the page, y downwards.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from renovate_gui.domain.ids import Uuid

CORNER_MM = 9.0
"""Side of a corner mark (black border included)."""
CORNER_BITS = ("1011010100110010", "0000111110011010", "0011001100101101", "1001100101000110")
"""The 4 × 4 inner cells of ArUco marks 0–3 of the dictionary DICT_4X4_50, row by row, 1 is white.

Mark 0 stands at the upper left, then clockwise. A border of one black cell surrounds the inner cells; outside, one
cell of white paper is kept free.
"""
CODE_PREFIX = "RG1"


class FieldKind(StrEnum):
    """What is written into a field."""

    TICK = "tick"  # a small box to be ticked, crossed or filled
    TEXT = "text"  # a box for handwriting: kept as a picture for people to read
    MAP = "map"  # the map: marks drawn on it with a pen
    RANK = "rank"  # a small box for one digit: kept as a picture, read by a person


@dataclass(frozen=True, slots=True)
class Box:
    """A box on the page, millimetres from the upper left corner."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class FormField:
    """One field.

    Attributes
    ----------
    group, option
        What it belongs to and what a tick in it says: ``wish``/``yes``, ``answer``/``agree`` (with ``proposal``),
        ``need``/<code>, ``management``/<code>, ``rank``/<menu code>, ``comment``, ``map``.
    is_single
        Whether only one field of its group (and proposal) may be ticked.
    """

    kind: FieldKind
    group: str
    box: Box
    option: str = ""
    proposal: Uuid | None = None
    is_single: bool = False

    @property
    def key(self) -> str:
        """Return a name that is unique on the sheet."""
        return ":".join(p for p in (self.group, self.proposal or "", self.option) if p)


@dataclass(frozen=True, slots=True)
class MapFrame:
    """Where the map stands on the sheet, and what it shows.

    Attributes
    ----------
    x_min, y_max
        Project coordinates (metres) of the box's upper left corner.
    metres_per_mm
        Scale denominator / 1000; north is up.
    crs
        The project's metric CRS.
    """

    box: Box
    x_min: float
    y_max: float
    metres_per_mm: float
    crs: str

    def to_world(self, x_mm: float, y_mm: float) -> tuple[float, float]:
        """Return project coordinates of a place on the page."""
        x = self.x_min + (x_mm - self.box.x) * self.metres_per_mm
        y = self.y_max - (y_mm - self.box.y) * self.metres_per_mm
        return x, y

    def to_page(self, x: float, y: float) -> tuple[float, float]:
        """Return the place on the page (mm) of project coordinates."""
        at_x = self.box.x + (x - self.x_min) / self.metres_per_mm
        at_y = self.box.y + (self.y_max - y) / self.metres_per_mm
        return at_x, at_y


@dataclass(frozen=True, slots=True)
class FormSheet:
    """One side of a form, the same for all households; what differs by household stands in its code only.

    Attributes
    ----------
    sheet, sheets
        Number of this side, from 1, and how many a form has.
    corners
        Upper left corners of the four corner marks (mm), in the order of :data:`CORNER_BITS`.
    code
        Where the QR code stands.
    scenario
        Short seal or name of the scenario shown, empty when there are no scenarios.
    """

    package: Uuid
    version: int
    sheet: int
    sheets: int
    width_mm: float
    height_mm: float
    corners: tuple[Box, Box, Box, Box]
    code: Box
    fields: tuple[FormField, ...]
    frame: MapFrame | None = None
    scenario: str = ""

    @property
    def digest(self) -> str:
        """Return six characters that stand for the arrangement: a sheet of another layout is not read by this one."""
        parts = [f"{self.width_mm:.2f} {self.height_mm:.2f} {self.frame}"]
        parts += [f"{f.kind} {f.key} {f.box}" for f in self.fields]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:6]


@dataclass(frozen=True, slots=True)
class SheetCode:
    """What a form's QR code says; ``household`` is empty on open forms, ``copy`` tells open forms apart."""

    package: Uuid
    version: int
    sheet: int
    scenario: str
    frame: str  # the layout's digest
    household: str = ""
    copy: str = ""

    def text(self) -> str:
        """Return the text in the code, upper case so that the code stays small, with a check at its end."""
        body = "/".join(
            (
                CODE_PREFIX,
                self.package.replace("-", "").upper(),
                str(self.version),
                str(self.sheet),
                _plain(self.scenario),
                self.frame.upper(),
                _plain(self.household),
                _plain(self.copy),
            )
        )
        return f"{body}/{_check(body)}"

    def readable(self) -> str:
        """Return what stands beside the code for people: ``7F3A91C2 v3 S1 H0123``."""
        parts = (self.package[:8].upper(), f"v{self.version}", f"S{self.sheet}", self.household, self.copy)
        return " ".join(p for p in parts if p)

    @classmethod
    def parse(cls, text: str) -> SheetCode | None:
        """Return what a code says, or None when it is none of ours or damaged."""
        parts = text.strip().split("/")
        if len(parts) != 9 or parts[0] != CODE_PREFIX or parts[8] != _check("/".join(parts[:8])):
            return None
        if not re.fullmatch(r"[0-9A-F]{32}", parts[1]) or not (parts[2].isdecimal() and parts[3].isdecimal()):
            return None
        p = parts[1].lower()
        uuid = Uuid(f"{p[:8]}-{p[8:12]}-{p[12:16]}-{p[16:20]}-{p[20:]}")
        return cls(uuid, int(parts[2]), int(parts[3]), parts[4], parts[5].lower(), parts[6], parts[7])


def _plain(word: str) -> str:
    """Return a word of the characters that a QR code stores densely."""
    return re.sub(r"[^A-Z0-9$%*+.:-]", "-", word.upper())[:24]


def _check(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()[:6].upper()


def sheet_to_json(sheet: FormSheet) -> dict[str, Any]:
    """Return a layout as JSON values, as the project remembers it with its package."""
    frame = sheet.frame
    return {
        "package": sheet.package,
        "version": sheet.version,
        "sheet": sheet.sheet,
        "sheets": sheet.sheets,
        "size": [sheet.width_mm, sheet.height_mm],
        "corners": [_box_out(b) for b in sheet.corners],
        "code": _box_out(sheet.code),
        "scenario": sheet.scenario,
        "fields": [
            {
                "kind": f.kind.value,
                "group": f.group,
                "option": f.option,
                "proposal": f.proposal or "",
                "single": f.is_single,
                "box": _box_out(f.box),
            }
            for f in sheet.fields
        ],
        "frame": None
        if frame is None
        else {
            "box": _box_out(frame.box),
            "x_min": frame.x_min,
            "y_max": frame.y_max,
            "metres_per_mm": frame.metres_per_mm,
            "crs": frame.crs,
        },
    }


def sheet_from_json(held: Mapping[str, Any]) -> FormSheet:
    """Return a layout from JSON values; raise KeyError, TypeError or ValueError when it is none."""
    frame = held["frame"]
    corners = tuple(Box(*b) for b in held["corners"])
    if len(corners) != 4:
        raise ValueError(len(corners))
    return FormSheet(
        Uuid(held["package"]),
        int(held["version"]),
        int(held["sheet"]),
        int(held["sheets"]),
        float(held["size"][0]),
        float(held["size"][1]),
        corners=(corners[0], corners[1], corners[2], corners[3]),
        code=Box(*held["code"]),
        fields=tuple(
            FormField(
                FieldKind(f["kind"]),
                f["group"],
                Box(*f["box"]),
                f["option"],
                Uuid(f["proposal"]) if f["proposal"] else None,
                bool(f["single"]),
            )
            for f in held["fields"]
        ),
        frame=None
        if frame is None
        else MapFrame(
            Box(*frame["box"]), frame["x_min"], frame["y_max"], frame["metres_per_mm"], frame["crs"]
        ),
        scenario=held["scenario"],
    )


def _box_out(box: Box) -> list[float]:
    return [box.x, box.y, box.width, box.height]
