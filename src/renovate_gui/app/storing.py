"""The import itself: read in a child process, convert, write as one action, with a complete passport."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray

from renovate_gui.app.placing import Placement
from renovate_gui.app.raster_area import is_raster, raster_clip
from renovate_gui.app.software import program
from renovate_gui.app.styling import suggest_style
from renovate_gui.app.survey import ImportPlan
from renovate_gui.assets import tr
from renovate_gui.assets.open_files import open_to_read
from renovate_gui.domain.errors import Cancelled, DataError
from renovate_gui.domain.ids import LayerId, new_row_id, new_uuid
from renovate_gui.domain.layer import LayerInfo
from renovate_gui.domain.passport import ImportPassport
from renovate_gui.domain.roles import SLOT_OF_ROLE, Datum, Role

if TYPE_CHECKING:
    from renovate_gui.app.importing import Converted
    from renovate_gui.app.tasks import IsCancelled, Progress
    from renovate_gui.io.reading.values import RawLayer
    from renovate_gui.store.project import Project

# what lies over what within the slot: points over lines over areas, the frame over the areas it frames
_ORDER = (
    Role.FACILITIES,
    Role.DEMAND,
    Role.ENTRANCES,
    Role.STUDY_AREA,
    Role.HEIGHTS,
    Role.GRIDS,
    Role.WALK_NETWORK,
    Role.BUILDINGS,
    Role.PARCELS,
    Role.OTHER,
    Role.BASEMAP,
)
_CHUNK = 1 << 20


def import_layer(
    project: Project, plan: ImportPlan, place: Placement, *, progress: Progress, is_cancelled: IsCancelled
) -> LayerInfo:
    """Do an import whose questions are settled; the project is unchanged unless it ends well."""
    from renovate_gui.app.importing import convert
    from renovate_gui.io.reading import client

    progress(0.05, tr("Reading “{file}”", file=plan.source.path.name))
    source = plan.source
    clip = raster_clip(project, place) if is_raster(source) else None
    raw = client.read_layer(source.path, source.name, source.driver, plan.encoding, is_cancelled, clip=clip)
    _check(is_cancelled)
    progress(0.5, tr("Converting {n} rows", n=len(raw.rows)))
    own_crs = project.meta("crs")
    try:
        done = convert(raw, plan.role, place, _columns_as_read(plan, raw), own_crs)
    except DataError as error:
        raise DataError(
            tr(
                "“{file}”, layer “{layer}”: {reason}",
                file=source.path.name,
                layer=source.name,
                reason=str(error),
            )
        ) from error
    passport = _passport(plan, place, raw, done)
    seen = _seen_before(passport, project.layers()) or _same_heights(plan.role, done, project)
    passport = replace(passport, notes=(*seen, *passport.notes))
    info = _info(project, plan, place, done, passport)
    info = replace(info, style=suggest_style(info, done.table))
    _check(is_cancelled)
    progress(0.8, tr("Storing “{name}”", name=plan.name))
    with project.action(tr("Import “{name}”", name=plan.name)) as writer:
        if not own_crs:
            writer.set_meta("crs", done.crs)
        stored = writer.add_layer(info, done.table, source_wkb=done.source_wkb)
        _check(is_cancelled)
    progress(1.0, "")
    return stored


def _columns_as_read(plan: ImportPlan, raw: RawLayer) -> dict[str, str]:
    """Return the field map in the names of this reading: another encoding spells the same columns otherwise."""
    source = plan.source
    spelled = dict(plan.field_map)
    if plan.encoding != source.encoding and len(raw.columns) == len(source.columns):
        now = dict(zip(source.columns, raw.columns, strict=True))
        spelled = {name: now.get(column, column) for name, column in spelled.items()}
    return spelled


def _check(is_cancelled: IsCancelled) -> None:
    if is_cancelled():
        raise Cancelled(tr("The import was cancelled."))


def _info(
    project: Project, plan: ImportPlan, place: Placement, done: Converted, passport: ImportPassport
) -> LayerInfo:
    return LayerInfo(
        id=LayerId(new_row_id()),
        uuid=new_uuid(),
        name=plan.name,
        table="",
        role=plan.role,
        slot=SLOT_OF_ROLE[plan.role],
        position=position_for(plan.role, project.layers()),
        # of other layers nobody knows yet what they say; a raster's points would cover everything
        is_visible=plan.role is not Role.OTHER and not is_raster(plan.source),
        geometry_type=done.geometry_type,
        feature_count=len(done.table),
        source_crs=place.crs,
        datum=place.datum,
        field_map=done.field_map,
        passport=passport,
        attribution=plan.attribution,
    )


def position_for(role: Role, present: tuple[LayerInfo, ...]) -> int:
    """Return where a new layer goes in its slot: above everything that reads better below it."""
    rank = {found: order for order, found in enumerate(_ORDER)}
    mates = [info for info in present if info.slot == SLOT_OF_ROLE[role]]
    below = [info.position for info in mates if rank[info.role] >= rank[role]]
    return min(below) if below else max((info.position + 1 for info in mates), default=0)


def _passport(plan: ImportPlan, place: Placement, raw: RawLayer, done: Converted) -> ImportPassport:
    path = plan.source.path
    modified = datetime.fromtimestamp(path.stat().st_mtime, tz=UTC)
    return ImportPassport(
        source_name=path.name,
        source_sha256=fingerprint(path, plan.source.driver),
        source_layer=plan.source.name,
        source_modified=modified.isoformat(timespec="seconds"),
        imported_at=datetime.now(tz=UTC).isoformat(timespec="seconds"),
        driver=raw.driver,
        encoding=raw.encoding,
        crs=place.crs,
        datum=place.datum.value,
        conversion=done.conversion,
        rows_read=len(raw.rows) + len(raw.refusals),
        rows_shown=len(done.table),
        rows_refused=len(done.refusals),
        refusals=done.refusals,
        notes=(*_remarks(plan, place), *done.notes),
        software=program(),
    )


def _remarks(plan: ImportPlan, place: Placement) -> tuple[str, ...]:
    """Return what the passport keeps of the looking: who said the datum, a wrong name, missing parts."""
    from renovate_gui.app.placing import declared_by_columns
    from renovate_gui.io.reading.client import name_problems

    notes = list(name_problems(plan.source.path))
    columns = plan.source.coordinate_columns
    if declared_by_columns(columns) is place.datum:
        notes.append(
            tr(
                "The headings “{columns}” say {datum} themselves; nobody was asked.",
                columns=", ".join(columns),
                datum=place.datum.value,
            )
        )
    if note := _datum_against_name(plan, place):
        notes.append(note)
    return tuple(notes)


def _datum_against_name(plan: ImportPlan, place: Placement) -> str:
    """Return a lasting warning when a name says another datum than was chosen, and the two lie far apart."""
    from renovate_gui.app.placing import declared_by_columns, declared_datum
    from renovate_gui.geo.crs import is_geographic

    source = plan.source
    said = declared_datum([source.path.stem, source.name, *source.columns])
    shifted = {Datum.GCJ02, Datum.BD09}
    if said is None or said[0] is place.datum or not {said[0], place.datum} & shifted:
        return ""
    if not is_geographic(place.crs) or declared_by_columns(source.coordinate_columns) is place.datum:
        return ""
    return tr(
        "The name “{word}” says {datum}, but the coordinates were taken as {taken}; if the name is right, everything lies about {metres} m off.",
        word=said[1],
        datum=said[0].value,
        taken=place.datum.value,
        metres="1,000" if Datum.BD09 in {said[0], place.datum} else "500",
    )


def _seen_before(passport: ImportPassport, present: Sequence[LayerInfo]) -> tuple[str, ...]:
    """Return a note naming the layer that already came from the same layer of the same file."""
    for info in present:
        earlier = info.passport
        if earlier is None or not earlier.source_sha256:
            continue
        if (earlier.source_sha256, earlier.source_layer) == (passport.source_sha256, passport.source_layer):
            words = tr(
                "The same layer of the same file is in the project already, as “{layer}” (imported on {date}).",
                layer=info.name,
                date=earlier.imported_at[:10],
            )
            return (words,)
    return ()


def _same_heights(role: Role, done: Converted, project: Project) -> tuple[str, ...]:
    """Return a note naming the layer that already has these heights: one grid comes packed, unpacked, converted."""
    if role is not Role.HEIGHTS:
        return ()
    new = shapely.get_coordinates(done.table.geometry, include_z=True)
    for info in project.layers():
        if info.role is not Role.HEIGHTS or info.feature_count != len(done.table):
            continue
        table = project.table(info.id)
        if not np.array_equal(shapely.get_coordinates(table.geometry, include_z=True), new, equal_nan=True):
            continue
        if all(_is_same(values, table.columns.get(name)) for name, values in done.table.columns.items()):
            return (
                tr(
                    "The same heights are in the project already, as “{layer}”; one of the two layers is enough.",
                    layer=info.name,
                ),
            )
    return ()


def _is_same(new: NDArray[Any], old: NDArray[Any] | None) -> bool:
    return old is not None and old.dtype.kind == new.dtype.kind and bool((old == new).all())


def fingerprint(path: Path, driver: str) -> str:
    """Return the SHA-256 of the file; of a shapefile's parts one after the other, in the order of their extensions."""
    from renovate_gui.io.reading.formats import SHAPEFILE, shapefile_parts

    parts = [path]
    if driver == SHAPEFILE.driver:
        parts = [part for _, part in sorted(shapefile_parts(path).items())]
    digest = hashlib.sha256()
    for part in parts:
        with open_to_read(part) as stream:
            while chunk := stream.read(_CHUNK):
                digest.update(chunk)
    return digest.hexdigest()
