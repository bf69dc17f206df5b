"""From rows as read to a layer's table: refuse what cannot be shown, shift, swap, project, and say what was done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import NDArray

from renovate_gui.app.import_columns import below_zero, checked_map, safe_names, with_numbers
from renovate_gui.app.import_remarks import conversion, far_away, general_type, remarks
from renovate_gui.app.placing import Placement
from renovate_gui.assets import tr
from renovate_gui.domain.errors import DataError
from renovate_gui.domain.layer import LayerTable
from renovate_gui.domain.passport import Refusal
from renovate_gui.domain.roles import Datum, Role
from renovate_gui.geo import crs as systems
from renovate_gui.geo import datum as datums

if TYPE_CHECKING:
    from renovate_gui.io.reading.values import RawLayer


@dataclass(frozen=True, slots=True)
class Converted:
    """A layer ready to be stored, in the project's system."""

    table: LayerTable
    crs: str
    geometry_type: str
    field_map: Mapping[str, str]
    refusals: tuple[Refusal, ...]
    notes: tuple[str, ...]
    conversion: str
    source_wkb: list[bytes | None] | None


@dataclass(slots=True)
class _Rows:
    """Rows on their way: what is still in, and what fell out with its reason."""

    raw: RawLayer
    geometry: NDArray[np.object_]
    keep: NDArray[np.bool_]
    refusals: list[Refusal] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def number(self, row: int) -> int:
        """Return a row's number as people count, from 1; a source that has no row 0 has numbers of its own."""
        first = min([*self.raw.rows[:1].tolist(), *(r for r, _ in self.raw.refusals[:1])], default=0)
        return row + 1 if first == 0 else row

    def refuse(self, which: NDArray[np.bool_], reason: str) -> None:
        """Take rows out."""
        for position in np.flatnonzero(which & self.keep):
            self.refusals.append(Refusal(self.number(int(self.raw.rows[position])), reason))
        self.keep &= ~which


def convert(
    raw: RawLayer, role: Role, place: Placement, field_map: Mapping[str, str], project_crs: str
) -> Converted:
    """Turn rows as read into a table in the project's system; ``project_crs`` empty: choose it from the place."""
    rows = _parse(raw)
    _refuse_unusable(rows)
    _note_zeros(rows)
    _to_degrees_or_metres(rows, place)
    target = project_crs or _choose_project_crs(rows, place)
    _project(rows, place, target)
    kept = rows.geometry[rows.keep]
    if not len(kept):
        raise DataError(_nothing_left(rows))
    names = safe_names(list(raw.columns))
    mapped = checked_map(field_map, names)
    columns = {names[name]: values[rows.keep] for name, values in raw.columns.items()}
    columns, mapped = with_numbers(columns, mapped, role, rows.notes)
    rows.notes += below_zero(columns, mapped, role)
    rows.notes += remarks(kept, role)
    rows.notes += far_away(kept, target)
    shifted = place.datum in {Datum.GCJ02, Datum.BD09}
    return Converted(
        table=LayerTable(ids=np.arange(1, len(kept) + 1, dtype=np.int64), geometry=kept, columns=columns),
        crs=target,
        geometry_type=general_type(kept),
        field_map=mapped,
        refusals=tuple(sorted(rows.refusals, key=lambda r: r.row)),
        notes=(*raw.notes, *rows.notes),
        conversion=conversion(place, target),
        source_wkb=[raw.wkb[i] for i in np.flatnonzero(rows.keep)] if shifted else None,
    )


def _parse(raw: RawLayer) -> _Rows:
    geometry = np.empty(len(raw.wkb), dtype=object)
    geometry[:] = shapely.from_wkb(np.array([*raw.wkb, None], dtype=object)[:-1], on_invalid="ignore")
    rows = _Rows(raw, geometry, np.ones(len(geometry), dtype=np.bool_))
    rows.refusals += [Refusal(rows.number(row), reason) for row, reason in raw.refusals]
    for position in np.flatnonzero(shapely.is_missing(geometry)):
        wkb = raw.wkb[position]
        reason = tr("has no geometry") if wkb is None else _why_broken(wkb)
        rows.refusals.append(Refusal(rows.number(int(raw.rows[position])), reason))
        rows.keep[position] = False
    return rows


def _why_broken(wkb: bytes) -> str:
    try:
        shapely.from_wkb(wkb)
    except shapely.errors.GEOSException as error:
        text = str(error)
        if "LinearRing" in text or "LineString" in text:
            return tr(
                "its geometry has too few points ({reason})",
                reason=text.rsplit(":", maxsplit=1)[-1].strip()[:120],
            )
        return tr(
            "its geometry cannot be read ({reason})", reason=text.rsplit(":", maxsplit=1)[-1].strip()[:120]
        )
    return tr("its geometry cannot be read")


def _refuse_unusable(rows: _Rows) -> None:
    rows.refuse(shapely.is_empty(rows.geometry), tr("its geometry is empty"))
    rows.refuse(~_finite(rows.geometry), tr("a coordinate is not a number"))
    bad_z = shapely.has_z(rows.geometry) & rows.keep
    if bad_z.any():
        flat = bad_z & ~_finite(rows.geometry, with_z=True)
        if flat.any():
            rows.geometry[flat] = shapely.force_2d(rows.geometry[flat])
            rows.notes.append(
                tr(
                    "{count} features had heights that are not numbers; those heights were left out.",
                    count=int(flat.sum()),
                )
            )


def _note_zeros(rows: _Rows) -> None:
    """Say which points carry 0, 0 among others that do not: many programs write that for an unknown place."""
    coordinates, index = shapely.get_coordinates(rows.geometry, return_index=True)
    zero = np.zeros(len(rows.geometry), dtype=np.bool_)
    zero[index[(coordinates == 0.0).all(axis=1)]] = True
    zero &= rows.keep & (shapely.get_type_id(rows.geometry) == 0)
    count = int(zero.sum())
    if count and count < int(rows.keep.sum()):
        rows.notes.append(
            tr(
                "{count} points have the coordinates 0, 0 (the first: row {row}), which usually means that their place is not known; they are kept.",
                count=count,
                row=rows.number(int(rows.raw.rows[np.flatnonzero(zero)[0]])),
            )
        )


def _finite(geometry: NDArray[np.object_], *, with_z: bool = False) -> NDArray[np.bool_]:
    coordinates, index = shapely.get_coordinates(geometry, include_z=with_z, return_index=True)
    good = np.ones(len(geometry), dtype=np.bool_)
    good[index[~np.isfinite(coordinates).all(axis=1)]] = False
    return good


def _to_degrees_or_metres(rows: _Rows, place: Placement) -> None:
    """Swap axes and undo a shifted datum, in source coordinates."""
    if place.swap_axes:
        rows.geometry = systems.move_xy(rows.geometry, lambda xy: xy[:, ::-1].copy())
    if place.datum in {Datum.GCJ02, Datum.BD09}:
        rows.geometry = systems.move_xy(
            rows.geometry, lambda xy: np.column_stack(datums.to_wgs84(xy[:, 0], xy[:, 1], place.datum))
        )


def _choose_project_crs(rows: _Rows, place: Placement) -> str:
    """Take the zone of the middle feature: outliers far away must not move the project."""
    kept = rows.geometry[rows.keep]
    if not len(kept):
        raise DataError(_nothing_left(rows))
    boxes = shapely.bounds(kept)
    x, y = np.median((boxes[:, 0] + boxes[:, 2]) / 2.0), np.median((boxes[:, 1] + boxes[:, 3]) / 2.0)
    lon, lat = systems.transform_point(float(x), float(y), place.crs, systems.WGS84)
    if not np.isfinite([lon, lat]).all() or abs(lat) > 84.0:
        raise DataError(
            tr(
                "In {crs} these coordinates lie nowhere on Earth; choose another coordinate system.",
                crs=place.crs[:60],
            )
        )
    return systems.project_crs(lon, lat)


def _project(rows: _Rows, place: Placement, target: str) -> None:
    if systems.is_geographic(place.crs):
        _refuse_exchanged(rows)
        coordinates, index = shapely.get_coordinates(rows.geometry, return_index=True)
        off = np.zeros(len(rows.geometry), dtype=np.bool_)
        off[index[(np.abs(coordinates[:, 1]) > 90.0) | (np.abs(coordinates[:, 0]) > 360.0)]] = True
        rows.refuse(off, tr("its longitude or latitude is not on Earth"))
    rows.geometry[~rows.keep] = None
    rows.geometry = systems.transform(rows.geometry, place.crs, target)
    rows.refuse(~_finite(rows.geometry), tr("it cannot be shown in {crs}", crs=target))


def _refuse_exchanged(rows: _Rows) -> None:
    """Say what to do when all rows would lie on Earth if only x and y changed places."""
    boxes = shapely.bounds(rows.geometry[rows.keep])
    if not len(boxes):
        return
    x, y = np.abs(boxes[:, [0, 2]]), np.abs(boxes[:, [1, 3]])
    if (y > 90.0).all() and (y <= 180.0).all() and (x <= 90.0).all():
        raise DataError(
            tr("x and y are exchanged (x holds the latitude); let them change places and import again.")
        )


def _nothing_left(rows: _Rows) -> str:
    if not rows.refusals:
        return tr("The layer holds no features; nothing was imported.")
    reason, count = Counter(r.reason for r in rows.refusals).most_common(1)[0]
    return tr(
        "None of the {total} rows can be shown ({count} times: {reason}); nothing was imported.",
        total=len(rows.refusals),
        count=count,
        reason=reason,
    )
