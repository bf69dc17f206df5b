"""Writes what a receiver asked for: data, dictionary, metadata, forms, folder for machines, changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from renovate_gui.app.official_effects import effect_sheets
from renovate_gui.app.official_request import OfficialRequest
from renovate_gui.app.officials import Checked, check, formats_of
from renovate_gui.app.package_parts import PartContext, PartResult
from renovate_gui.app.plan_content import PlanContent
from renovate_gui.app.plan_data import export_tables
from renovate_gui.app.report_out import report_register
from renovate_gui.assets import tr
from renovate_gui.domain.proposal import ActionCategory
from renovate_gui.io.package.geojson import write_geojson
from renovate_gui.io.package.officials.dxf import DrawnLayer, write_dxf
from renovate_gui.io.package.officials.feed import changes, remembered, write_feed
from renovate_gui.io.package.officials.metadata import write_checksums, write_field_dictionary, write_metadata
from renovate_gui.io.package.officials.ogc import write_ogc
from renovate_gui.io.package.officials.vector import write_layers
from renovate_gui.io.package.privacy import PrivacyReport
from renovate_gui.io.package.register import RegisterSheet, write_csv, write_xlsx
from renovate_gui.io.package.tables import Column, ExportTable

if TYPE_CHECKING:
    from renovate_gui.domain.ids import Uuid

Packages = Sequence[tuple["Uuid", int, Mapping[str, Any]]]

_MOST_FAULTS_SAID = 3
_COLOURS = dict(zip(ActionCategory, (1, 30, 40, 2, 5, 6, 3, 4, 140, 8), strict=True))


@dataclass(frozen=True, slots=True)
class Written:
    """What was written beside the files: notes, and what the project remembers."""

    notes: tuple[str, ...]
    memory: Mapping[str, Any] = field(default_factory=dict)


def write_official(  # noqa: PLR0917  what a cell is made of
    folder: Path,
    content: PlanContent,
    checked: Checked,
    request: OfficialRequest,
    packages: Packages,
    stop: Callable[[], None],
) -> Written:
    """Write everything into an empty folder; raise DataError when what is read back differs."""
    formats = formats_of(checked.template, request)
    layers = [part for layer in checked.layers for part in layer.by_family()]
    notes = list(checked.notes)
    if "geojson" in formats:
        _write_geojson(folder, content, checked)
    for kind in ("gpkg", "shp", "gdb"):
        if kind in formats and layers:
            stop()
            place = folder / kind
            place.mkdir()
            write_layers(place, kind, layers, stem=checked.template.code, encoding=checked.template.encoding)
    if "dxf" in formats:
        stop()
        notes += _write_dxf(folder / "dxf", content, checked)
    counts = {layer.name: len(layer.rows) for layer in checked.layers}
    write_field_dictionary(folder / "dictionary.csv", checked.template.rules, counts)
    _write_faults(folder, checked)
    sheets = effect_sheets(content)
    sheets += report_register(content.report) if content.report is not None else ()
    write_xlsx(folder / "forms.xlsx", sheets, title=content.identity.community)
    write_csv(folder / "effects.csv", sheets[0])
    stop()
    # counted again for themselves: what the package says it hid is counted once
    tables = export_tables(replace(content, privacy=PrivacyReport(content.privacy.k)))
    if request.ogc:
        who = content.identity
        write_ogc(
            folder / "ogc", tables, who.crs, title=who.community, attribution="; ".join(content.attribution)
        )
    now = remembered(tables)
    notes += _write_changes(folder, content, now, packages)
    write_metadata(folder, *_metadata(content, checked))
    write_checksums(folder)
    return Written(tuple(notes), now)


def _write_geojson(folder: Path, content: PlanContent, checked: Checked) -> None:
    place = folder / "geojson"
    place.mkdir()
    for layer, ours in zip(checked.layers, checked.ours, strict=True):
        kinds = {"date": "text"}
        columns = tuple(Column(r.code, kinds.get(r.kind, r.kind), r.name, r.name) for r in layer.rules)
        table = ExportTable(layer.name, layer.name, layer.name, ours.geometry, ours.ids, columns, layer.rows)
        write_geojson(place / f"{layer.name}.geojson", table, content.identity.crs)


def _write_faults(folder: Path, checked: Checked) -> None:
    """Write what does not fit, so that the receiver is told what the sender knew."""
    if not checked.faults:
        return
    rows = tuple((f.layer, f.feature, f.field, "M" if f.blocks else "", f.words) for f in checked.faults)
    heads = (tr("Layer"), tr("Feature"), tr("Field"), tr("Constraint"), tr("What is wrong"))
    write_csv(folder / "faults.csv", RegisterSheet(tr("Faults"), heads, rows))


def _write_changes(
    folder: Path, content: PlanContent, now: Mapping[str, Any], packages: Packages
) -> list[str]:
    """Compare with the newest package of the same distribution: what another class was told is not told here."""
    same = [
        (version, values)
        for _, version, values in packages
        if values.get("distribution") == content.identity.distribution and values.get("features")
    ]
    if not same:
        write_feed(folder, (), since=None, version=content.identity.version)
        return []
    since, before = max(same, key=lambda pair: pair[0])
    found = changes(before, now)
    write_feed(folder, found, since=since, version=content.identity.version)
    return [tr("{n} features differ from package version {version}.", n=len(found), version=since)]


def _metadata(
    content: PlanContent, checked: Checked
) -> tuple[tuple[tuple[str, str, str], ...], tuple[str, ...]]:
    from renovate_gui.geo import crs as systems

    who, crs = content.identity, checked.layers[0].crs
    template = checked.template
    items = (
        ("identifier", tr("Identifier"), who.package),
        ("title", tr("Title"), tr("Renewal plan of {community}", community=who.community)),
        ("version", tr("Version"), str(who.version)),
        ("date", tr("Date"), who.date),
        ("language", tr("Language"), template.settings.get("language", "zh_CN")),
        ("distribution", tr("Distribution"), who.distribution),
        ("abstract", tr("Content"), "; ".join(f"{layer.name}: {len(layer.rows)}" for layer in checked.layers)),
        ("crs", tr("Coordinate system"), systems.title(crs)),
        ("datum", tr("Datum"), str(systems.datum_of(crs).value)),
        ("zone", tr("Zone"), _zone(crs)),
        ("encoding", tr("Encoding"), template.encoding),
        ("fields", tr("Table of fields"), template.file),
        ("accuracy", tr("Accuracy"), tr("That of the sources; between datums nothing is shifted. Files are read back within 0.000001 m.")),
        ("contact", tr("Contact"), who.contact or template.settings.get("contact", "")),
        ("bbox", tr("Extent (longitude, latitude)"), _bbox(content)),
    )  # fmt: skip
    sources = tuple(
        f"{i.name}: {i.passport.source_name}, {i.passport.crs}, {i.passport.conversion}" for i in content.layers if i.passport is not None
    )  # fmt: skip
    return (*items, *(("source", tr("Source"), words) for words in sources)), sources


def _zone(crs: str) -> str:
    """Return the central meridian of a transverse Mercator system, such as ``108°E``; empty for others."""
    from pyproj import CRS

    operation = CRS.from_user_input(crs).coordinate_operation
    params = {p.name: p.value for p in operation.params} if operation is not None else {}
    if "Longitude of natural origin" not in params:
        return ""
    middle = float(params["Longitude of natural origin"])
    return f"{abs(middle):g}°{'E' if middle >= 0 else 'W'}"


def _bbox(content: PlanContent) -> str:
    import numpy as np
    import shapely

    from renovate_gui.io.package.geojson import to_wgs84

    shapes = np.empty(len(content.proposals), dtype=object)
    shapes[:] = [p.geometry for p in content.proposals]
    both = np.concatenate([shapes, content.places.geometry])
    here = both[~(shapely.is_missing(both) | shapely.is_empty(both))]
    if not len(here):
        return ""
    box = np.array([shapely.box(*shapely.total_bounds(here))], dtype=object)
    return " ".join(f"{v:.7f}" for v in shapely.total_bounds(to_wgs84(box, content.identity.crs)))


def _write_dxf(folder: Path, content: PlanContent, checked: Checked) -> list[str]:
    from renovate_gui.geo import crs as systems

    crs = checked.layers[0].crs
    if systems.is_geographic(crs):
        return [
            tr(
                "There is no DXF: a drawing is in metres, and the field table asks for longitude and latitude."
            )
        ]
    drawn = tuple(_drawn(content, crs))
    if drawn:
        folder.mkdir()
        write_dxf(folder / "plan.dxf", drawn)
    return []


def _drawn(content: PlanContent, crs: str) -> list[DrawnLayer]:
    """Return proposals by category, then the study area."""
    import numpy as np

    from renovate_gui.app.official_rows import our_layer
    from renovate_gui.io.package.officials.vector import projected

    found: list[DrawnLayer] = []
    ours = our_layer(content, "proposals", "zh_CN")
    shapes = projected(ours.geometry, content.identity.crs, crs)
    categories = np.array([str(r["proposals.category"] or "") for r in ours.rows], dtype=object)
    for code in dict.fromkeys(categories.tolist()):
        rows = np.flatnonzero(categories == code)
        name = f"{code}_{ActionCategory(code).name}" if code else "NO_CATEGORY"
        labels = tuple(
            f"{ours.rows[r]['proposals.number']} {ours.rows[r]['proposals.title'] or ''}" for r in rows
        )
        colour = _COLOURS[ActionCategory(code)] if code else 7
        found.append(DrawnLayer(name, colour, tuple(shapes[rows]), labels))
    for source, name, colour in (("study_area", "STUDY_AREA", 8), ("facilities", "FACILITIES_NOW", 9)):
        there = our_layer(content, source, "zh_CN")
        kept = [i for i, r in enumerate(there.rows) if r.get("facilities.state", "现状") == "现状"]
        if kept:
            moved = projected(there.geometry[kept], content.identity.crs, crs)
            words = tuple(str(there.rows[i].get(f"{source}.name") or "") for i in kept)
            found.append(DrawnLayer(name, colour, tuple(moved), words))
    return found


def officials_part(context: PartContext) -> PartResult:
    """Write ``data/officials`` of a package; a public notice has none, and missing values leave the data out with a note."""
    content = context.content
    request = context.request.officials
    if request is None or content.identity.distribution == "public":
        return PartResult()
    checked = check(content, request)
    if checked.blocking and not request.despite:
        words = " ".join(f.words for f in checked.blocking[:_MOST_FAULTS_SAID])
        return PartResult(
            notes=(
                tr("There is no data for officials: {n} mandatory values are missing or not taken by {file}. {first}",
                   n=len(checked.blocking), file=checked.template.file, first=words),
            )
        )  # fmt: skip
    folder = context.folder / "data" / "officials"
    folder.mkdir(parents=True)
    packages = context.session.project.packages()
    made = write_official(folder, content, checked, request, packages, context.check)
    return PartResult(notes=made.notes, memory=made.memory)
