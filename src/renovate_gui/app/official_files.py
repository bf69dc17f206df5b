"""Writes what a receiver asked for: data, dictionary, metadata, forms, folder for machines, changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from renovate_gui.app.official_request import OfficialRequest
from renovate_gui.app.officials import Checked, check, formats_of
from renovate_gui.app.package_parts import PartContext, PartResult
from renovate_gui.app.plan_content import PlanContent
from renovate_gui.assets import tr
from renovate_gui.domain.proposal import ActionCategory
from renovate_gui.io.package.officials.dxf import DrawnLayer, write_dxf
from renovate_gui.io.package.officials.vector import write_layers

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


def write_official(
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
    for kind in ("gpkg", "shp", "gdb"):
        if kind in formats and layers:
            stop()
            place = folder / kind
            place.mkdir()
            write_layers(place, kind, layers, stem=checked.template.code, encoding=checked.template.encoding)
    if "dxf" in formats:
        stop()
        notes += _write_dxf(folder / "dxf", content, checked)
    return Written(tuple(notes))


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
        rows = [i for i, r in enumerate(there.rows) if r.get("facilities.state", "现状") == "现状"]
        if rows:
            moved = projected(there.geometry[rows], content.identity.crs, crs)
            words = tuple(str(there.rows[i].get(f"{source}.name") or "") for i in rows)
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
