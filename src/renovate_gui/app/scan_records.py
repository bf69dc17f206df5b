"""Scanned sheets as the project keeps them: a record with what was read, and a compressed picture as its bytes.

Properties of a record of kind ``scan``: ``file``, ``page``, ``sha256`` (of the picture's dots), ``state``, ``reason``,
``code`` (text of the QR code, empty), ``ticks`` {key: [state, confidence, ink]}, ``settled`` {key: true, false or text},
``marks`` [{geometry (GeoJSON, project CRS), colour, pen, width_mm}], ``crops`` {key: ink}, ``corners``, ``seen``,
``is_grey``, ``is_page`` (the picture is the straightened page, else the scan as it came), ``reply``.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from renovate_gui.domain.form import SheetCode
from renovate_gui.domain.ids import Uuid
from renovate_gui.domain.record import Record, RecordKind
from renovate_gui.domain.scan import (
    PenColour,
    PenMark,
    ScanProblem,
    SheetReading,
    SheetState,
    Tick,
    TickState,
)

PICTURE_BYTES = 300_000
"""Most bytes of a kept picture: a page stays readable, a thousand pages stay below 300 MB."""

_SPACE = uuid.UUID("6f1c0c56-4c66-4b0c-9d6e-0a4a3c0f7d11")
_WAYS = ((1.0, 80), (1.0, 62), (0.75, 72), (0.75, 55), (0.6, 60), (0.5, 50), (0.35, 45), (0.25, 40))

Settled = bool | str


@dataclass(frozen=True, slots=True)
class ScannedSheet:
    """A sheet as it is kept."""

    uuid: Uuid
    file: str
    page: int
    sha256: str
    state: SheetState
    reason: str = ""
    code: SheetCode | None = None
    ticks: tuple[Tick, ...] = ()
    settled: Mapping[str, Settled] = field(default_factory=dict)
    marks: tuple[PenMark, ...] = ()
    crops: Mapping[str, float] = field(default_factory=dict)
    corners: tuple[tuple[float, float], ...] = ()
    seen: int = 0
    is_grey: bool = False
    is_page: bool = False
    reply: Uuid | None = None
    at: str = ""
    who: str = ""

    @property
    def unsure(self) -> tuple[str, ...]:
        """Return the keys of boxes that still wait for a person."""
        return tuple(t.key for t in self.ticks if t.state is TickState.UNSURE and t.key not in self.settled)

    @property
    def unread(self) -> tuple[str, ...]:
        """Return the keys of handwriting that nobody has typed yet."""
        return tuple(k for k in self.crops if k not in self.settled)

    def ticked(self) -> frozenset[str]:
        """Return the keys of ticked boxes, as read and as settled by a person."""
        found = {t.key for t in self.ticks if t.state is TickState.YES}
        found |= {k for k, v in self.settled.items() if v is True}
        return frozenset(found - {k for k, v in self.settled.items() if v is False})

    def texts(self) -> dict[str, str]:
        """Return what a person typed from the handwriting."""
        return {k: v.strip() for k, v in self.settled.items() if isinstance(v, str) and v.strip()}

    @property
    def says_something(self) -> bool:
        """Return whether anything stands on it."""
        return bool(self.ticked() or self.marks or self.crops or self.texts())

    def with_reading(self, found: SheetReading | ScanProblem) -> ScannedSheet:
        """Return it with what was read; its state is decided by who knows the other sheets."""
        if isinstance(found, ScanProblem):
            return replace(self, code=found.code, reason=found.reason)
        return replace(
            self,
            code=found.code,
            ticks=found.ticks,
            marks=found.marks,
            crops={c.key: c.ink for c in found.crops},
            corners=found.corners,
            seen=found.corners_seen,
            is_grey=found.is_grey,
        )


def hash_of(picture: NDArray[np.uint8]) -> str:
    """Return SHA-256 of a picture's size and dots: the same picture in another file is the same."""
    import hashlib

    digest = hashlib.sha256(repr(picture.shape).encode())
    digest.update(np.ascontiguousarray(picture).data)
    return digest.hexdigest()


def uuid_of(sha256: str, place: int = 0) -> Uuid:
    """Return the uuid of the n-th sheet of a picture, the same on every machine."""
    return Uuid(str(uuid.uuid5(_SPACE, f"{sha256} {place}")))


def named_uuid(*names: str) -> Uuid:
    """Return a uuid made of names, the same on every machine."""
    return Uuid(str(uuid.uuid5(_SPACE, "\0".join(names))))


def compressed(picture: NDArray[np.uint8]) -> bytes:
    """Return a picture as JPEG of at most :data:`PICTURE_BYTES`, without anything about where it came from."""
    import cv2

    raw = b""
    for scale, quality in _WAYS:
        small = (
            picture
            if scale == 1
            else cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        )
        _, made = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, quality])
        raw = bytes(made.tobytes())
        if len(raw) <= PICTURE_BYTES:
            break
    return raw


def opened(jpeg: bytes) -> NDArray[np.uint8]:
    """Return a kept picture, ``(height, width, 3)``."""
    import cv2

    found = cv2.imdecode(np.frombuffer(jpeg, dtype=np.uint8), cv2.IMREAD_COLOR)
    return np.zeros((1, 1, 3), dtype=np.uint8) if found is None else np.asarray(found, dtype=np.uint8)


def record_of(sheet: ScannedSheet, picture: bytes = b"") -> Record:
    """Return the record of a sheet."""
    held: dict[str, Any] = {
        "file": sheet.file,
        "page": sheet.page,
        "sha256": sheet.sha256,
        "state": sheet.state.value,
        "reason": sheet.reason,
        "code": sheet.code.text() if sheet.code else "",
        "ticks": {t.key: [t.state.value, round(t.confidence, 3), round(t.ink, 4)] for t in sheet.ticks},
        "settled": dict(sheet.settled),
        "marks": [
            {
                "geometry": json.loads(shapely.to_geojson(m.geometry)),
                "colour": m.colour,
                "pen": m.pen.value,
                "width_mm": round(m.width_mm, 2),
            }
            for m in sheet.marks
        ],
        "crops": dict(sheet.crops),
        "corners": [[round(x, 1), round(y, 1)] for x, y in sheet.corners],
        "seen": sheet.seen,
        "is_grey": sheet.is_grey,
        "is_page": sheet.is_page,
        "reply": sheet.reply or "",
    }
    parent = sheet.code.package if sheet.code else ""
    return Record(sheet.uuid, RecordKind.SCAN, parent, sheet.at, sheet.who, held, picture)


def sheet_of(record: Record) -> ScannedSheet:
    """Return the sheet in a record."""
    held = record.properties
    return ScannedSheet(
        record.uuid,
        str(held.get("file", "")),
        int(held.get("page", 0)),
        str(held.get("sha256", "")),
        SheetState(held.get("state", SheetState.FAILED.value)),
        str(held.get("reason", "")),
        SheetCode.parse(str(held.get("code", ""))),
        tuple(
            Tick(k, TickState(v[0]), float(v[1]), float(v[2])) for k, v in dict(held.get("ticks", {})).items()
        ),
        {str(k): v if isinstance(v, bool) else str(v) for k, v in dict(held.get("settled", {})).items()},
        tuple(
            PenMark(
                shapely.from_geojson(json.dumps(m["geometry"])),
                str(m["colour"]),
                PenColour(m["pen"]),
                float(m["width_mm"]),
            )
            for m in held.get("marks", ())
        ),
        {str(k): float(v) for k, v in dict(held.get("crops", {})).items()},
        tuple((float(x), float(y)) for x, y in held.get("corners", ())),
        int(held.get("seen", 0)),
        bool(held.get("is_grey", False)),
        bool(held.get("is_page", False)),
        Uuid(held["reply"]) if held.get("reply") else None,
        record.at,
        record.who,
    )
