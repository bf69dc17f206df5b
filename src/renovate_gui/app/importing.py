"""From rows as read to a layer's table: refuse what cannot be shown, shift, swap, project, and say what was done."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray

from renovate_gui.app.placing import Placement
from renovate_gui.app.repairing import problem_words
from renovate_gui.app.terms import term
from renovate_gui.assets import tr
from renovate_gui.domain.errors import DataError
from renovate_gui.domain.layer import LayerTable
from renovate_gui.domain.passport import Refusal
from renovate_gui.domain.roles import FIELDS, Datum, Role
from renovate_gui.geo import crs as systems
from renovate_gui.geo import datum as datums

if TYPE_CHECKING:
    from renovate_gui.io.reading.values import RawLayer

RESERVED = frozenset({"fid", "geom", "geometry", "ogc_fid", "source_wkb", "rowid", "oid", "_rowid_"})
"""Column names that the project file uses itself, or that SQLite gives a meaning of its own."""

EXPECTED_TYPES: dict[Role, str] = {
    Role.PARCELS: "Polygon",
    Role.BUILDINGS: "Polygon",
    Role.ENTRANCES: "Point",
    Role.WALK_NETWORK: "LineString",
    Role.GRIDS: "Polygon",
    Role.STUDY_AREA: "Polygon",
    Role.DEMAND: "Point",
}
_TWIN = "_number"
_NAMED = 3
_NUMBER = re.compile(
    r"^[约近]?([-+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:e[-+]?\d+)?)\s*(?:m[23²³]|[^\d\s.,;/~+-]{0,8})$",
    re.IGNORECASE,
)


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
    mapped = _checked_map(field_map, names)
    columns = {names[name]: values[rows.keep] for name, values in raw.columns.items()}
    columns, mapped = _numbers(columns, mapped, role, rows.notes)
    rows.notes += _below_zero(columns, mapped, role)
    rows.notes += _remarks(kept, role)
    rows.notes += _far_away(kept, target)
    shifted = place.datum in {Datum.GCJ02, Datum.BD09}
    return Converted(
        table=LayerTable(ids=np.arange(1, len(kept) + 1, dtype=np.int64), geometry=kept, columns=columns),
        crs=target,
        geometry_type=general_type(kept),
        field_map=mapped,
        refusals=tuple(sorted(rows.refusals, key=lambda r: r.row)),
        notes=(*raw.notes, *rows.notes),
        conversion=_conversion(place, target),
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


def safe_names(columns: list[str]) -> dict[str, str]:
    """Return source column → stored column: no reserved, blank, unprintable or doubled names (case does not count)."""
    taken = set(RESERVED)
    found: dict[str, str] = {}
    for position, column in enumerate(columns, start=1):
        plain = "".join(c for c in column if unicodedata.category(c)[0] != "C" and c not in "\"'`;").strip()
        plain = plain[:60] or f"column_{position}"
        name, number = (f"{plain}_source" if plain.lower() in RESERVED else plain), 2
        while name.lower() in taken:
            name, number = f"{plain}_{number}", number + 1
        taken.add(name.lower())
        found[column] = name
    return found


def _checked_map(field_map: Mapping[str, str], names: Mapping[str, str]) -> dict[str, str]:
    missing = [column for column in field_map.values() if column not in names]
    if missing:
        raise DataError(
            tr(
                "There is no column “{column}”; the columns are: {columns}.",
                column=missing[0],
                columns=", ".join(names) or "–",
            )
        )
    return {name: names[column] for name, column in field_map.items()}


def _numbers(
    columns: dict[str, NDArray[Any]], field_map: dict[str, str], role: Role, notes: list[str]
) -> tuple[dict[str, NDArray[Any]], dict[str, str]]:
    """Give number fields numbers; a text column with some that are none stays, and a clean twin is mapped instead."""
    out, mapped = dict(columns), dict(field_map)
    for wanted in FIELDS[role]:
        column = mapped.get(wanted.name)
        if column is None or wanted.kind not in {"count", "number"} or out[column].dtype != object:
            continue
        numbers, strays = parse_numbers(out[column])
        if not strays:
            out[column] = numbers
            continue
        twin = safe_names([*out, column + _TWIN])[column + _TWIN]
        out[twin], mapped[wanted.name] = numbers, twin
        notes.append(
            tr(
                "{column}: {count} of {total} values are no numbers and count as missing: {values}.",
                column=column,
                count=len(strays),
                total=len(numbers),
                values=quoted(strays),
            )
        )
    return out, mapped


def _below_zero(columns: Mapping[str, NDArray[Any]], field_map: Mapping[str, str], role: Role) -> list[str]:
    """Return what to say of headcounts and numbers of places below zero."""
    notes = []
    for wanted in FIELDS[role]:
        values = columns.get(field_map.get(wanted.name, ""))
        if (
            values is None
            or values.dtype.kind not in "if"
            or not (wanted.kind == "count" or wanted.name == "capacity")
        ):
            continue
        below = values[values < 0]
        if len(below):
            notes.append(
                tr(
                    "{column}: {count} of {total} values are below zero and count as missing: {values}.",
                    column=source_of_twin(field_map[wanted.name], columns),
                    count=len(below),
                    total=len(values),
                    values=quoted([f"{v:g}" for v in below.tolist()]),
                )
            )
    return notes


def source_of_twin(column: str, columns: Collection[str]) -> str:
    """Return the column that a clean twin was made of at the import, or the column itself."""
    source = column.removesuffix(_TWIN)
    return source if source in columns else column


def quoted(words: Iterable[str]) -> str:
    """Return the first three different words in quotation marks."""
    different = tuple(dict.fromkeys(words))
    shown = tr(", ").join(tr("“{value}”", value=w[:40]) for w in different[:_NAMED])
    return f"{shown} …" if len(different) > _NAMED else shown


def parse_numbers(values: NDArray[Any]) -> tuple[NDArray[np.float64], list[str]]:
    """Read texts such as ``6``, ``1,200``, ``６层``, ``12.5㎡`` as numbers; return what is none beside them."""
    out = np.full(len(values), np.nan)
    strays: list[str] = []
    for position, value in enumerate(values):
        text = unicodedata.normalize("NFKC", str(value)).strip() if value is not None else ""
        if not text:
            continue
        found = _NUMBER.match(text)
        if found is None:
            strays.append(text)
        else:
            out[position] = float(found.group(1).replace(",", ""))
    return out, strays


_GENERAL = {
    0: "Point",
    1: "LineString",
    2: "LineString",
    3: "Polygon",
    4: "Point",
    5: "LineString",
    6: "Polygon",
}


def _kinds(geometry: NDArray[np.object_]) -> Counter[str]:
    codes, counts = np.unique(shapely.get_type_id(geometry), return_counts=True)
    found: Counter[str] = Counter()
    for code, count in zip(codes.tolist(), counts.tolist(), strict=True):
        found[_GENERAL.get(code, "Mixed")] += count
    return found


def general_type(geometry: NDArray[np.object_]) -> str:
    """Return Point, LineString, Polygon or Mixed."""
    kinds = _kinds(geometry)
    return next(iter(kinds)) if len(kinds) == 1 else "Mixed"


def _type_word(kind: str) -> str:
    words = {"Point": tr("points"), "LineString": tr("lines"), "Polygon": tr("polygons")}
    return words.get(kind, tr("collections"))


def _remarks(kept: NDArray[np.object_], role: Role) -> list[str]:
    notes = []
    kinds = _kinds(kept)
    if len(kinds) > 1:
        parts = ", ".join(f"{count} {_type_word(kind)}" for kind, count in kinds.most_common())
        notes.append(tr("Geometry types are mixed: {parts}.", parts=parts))
    expected = EXPECTED_TYPES.get(role)
    strays = sum(count for kind, count in kinds.items() if kind != expected)
    if expected is not None and strays:
        notes.append(
            tr(
                "{count} of {total} features are not {type}, as {role} should be; they are kept as they are.",
                count=strays,
                total=len(kept),
                type=_type_word(expected),
                role=term(role),
            )
        )
    invalid = np.flatnonzero(~shapely.is_valid(kept))
    if len(invalid):
        notes.append(
            tr(
                "{count} geometries are invalid (the first: {reason}); they are kept as they are until they are repaired.",
                count=len(invalid),
                reason=problem_words(kept[invalid[0]]),
            )
        )
    return notes


def _far_away(kept: NDArray[np.object_], target: str) -> list[str]:
    """Say so when the middle feature lies well outside the area that the project's system is made for."""
    area = systems.parse(target).area_of_use
    if area is None:
        return []
    boxes = shapely.bounds(kept)
    x, y = np.median((boxes[:, 0] + boxes[:, 2]) / 2.0), np.median((boxes[:, 1] + boxes[:, 3]) / 2.0)
    lon, lat = systems.transform_point(float(x), float(y), target, systems.WGS84)
    near = 3.0  # the next zone is common practice and still good to some centimetres
    if area.west - near <= lon <= area.east + near and area.south - near <= lat <= area.north + near:
        return []
    return [
        tr(
            "The layer lies near {lon}°, {lat}°, far outside the area that {crs} is made for: check its coordinate system.",
            lon=f"{lon:.2f}",
            lat=f"{lat:.2f}",
            crs=target,
        )
    ]


def _conversion(place: Placement, target: str) -> str:
    steps = []
    if place.swap_axes:
        steps.append(tr("x and y exchanged"))
    if place.datum in {Datum.GCJ02, Datum.BD09}:
        steps.append(
            tr(
                "{datum} → WGS84 by the public formula, {n} iterations",
                datum=place.datum.value,
                n=datums.ITERATIONS,
            )
        )
    short = place.crs if len(place.crs) < 20 else systems.title(place.crs)
    if place.crs == target:
        steps.append(tr("{crs} kept as it is", crs=short))
    else:
        words = systems.description(place.crs, target)
        steps.append(tr("{source} → {target} by PROJ ({words})", source=short, target=target, words=words))
    return "; ".join(steps)
