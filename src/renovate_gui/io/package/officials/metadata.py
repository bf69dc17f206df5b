"""Data about the data: dictionary of the receiver's fields, metadata as a list and in the shape of ISO 19115, checksums."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

from renovate_gui.io.package.manifest import list_files
from renovate_gui.io.package.officials.template import FieldRule
from renovate_gui.io.package.register import neutralised
from renovate_gui.io.package.tables import Value

_GMD = "http://www.isotc211.org/2005/gmd"
_GCO = "http://www.isotc211.org/2005/gco"


def write_field_dictionary(path: Path, rules: Sequence[FieldRule], counts: Mapping[str, int]) -> None:
    """Write every field of the receiver with type, length, constraint and where its values come from."""
    heads = [
        "layer",
        "code",
        "name",
        "type",
        "length",
        "decimals",
        "constraint",
        "source",
        "values",
        "features",
    ]
    rows: list[list[Value]] = [
        [r.layer, r.code, r.name, r.kind, r.length, r.decimals, r.constraint, r.source,
         "|".join(k if k == v else f"{k}={v}" for k, v in r.values.items()), counts.get(r.layer, 0)]
        for r in rules
    ]  # fmt: skip
    _write_rows(path, heads, rows)


def write_metadata(folder: Path, items: Sequence[tuple[str, str, str]], sources: Sequence[str]) -> None:
    """Write ``metadata.csv`` (element, its name, value) and ``metadata.xml`` (in the shape of ISO 19115/19139).

    Parameters
    ----------
    items
        Element, translated name, value: ``title``, ``date``, ``datum``, ``zone``, ``accuracy``, ``contact``, ``bbox`` …
    sources
        One statement of lineage each.
    """
    rows: list[list[Value]] = [list(item) for item in items]
    _write_rows(folder / "metadata.csv", ["element", "name", "value"], rows)
    told = {element: value for element, _, value in items}
    ET.register_namespace("gmd", _GMD)
    ET.register_namespace("gco", _GCO)
    root = ET.Element(f"{{{_GMD}}}MD_Metadata")
    _text(root, "fileIdentifier", told.get("identifier", ""))
    _text(root, "language", told.get("language", ""))
    _text(root, "contact/CI_ResponsibleParty/organisationName", told.get("contact", ""))
    _date(_under(root, "dateStamp"), told.get("date", ""))
    system = _under(root, "referenceSystemInfo/MD_ReferenceSystem/referenceSystemIdentifier/RS_Identifier")
    _text(system, "code", told.get("crs", ""))
    identification = _under(root, "identificationInfo/MD_DataIdentification")
    citation = _under(identification, "citation/CI_Citation")
    _text(citation, "title", told.get("title", ""))
    _date(_under(citation, "date/CI_Date/date"), told.get("date", ""))
    _text(identification, "abstract", told.get("abstract", ""))
    _extent(identification, told.get("bbox", ""))
    quality = _under(root, "dataQualityInfo/DQ_DataQuality/lineage/LI_Lineage")
    _text(quality, "statement", told.get("accuracy", ""))
    for source in sources:
        step = ET.SubElement(quality, f"{{{_GMD}}}source")
        _text(ET.SubElement(step, f"{{{_GMD}}}LI_Source"), "description", source)
    ET.indent(root)
    ET.ElementTree(root).write(folder / "metadata.xml", encoding="utf-8", xml_declaration=True)


def write_checksums(folder: Path) -> None:
    """Write the SHA-256 of every file of the folder into ``checksums.csv``."""
    rows: list[list[Value]] = [
        [str(e["path"]), int(str(e["bytes"])), str(e["sha256"])] for e in list_files(folder)
    ]
    _write_rows(folder / "checksums.csv", ["path", "bytes", "sha256"], rows)


def _write_rows(path: Path, heads: Sequence[str], rows: Sequence[Sequence[Value]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(heads)
        writer.writerows(["" if v is None else neutralised(v) for v in row] for row in rows)


def _under(parent: ET.Element, path: str) -> ET.Element:
    for name in path.split("/"):
        parent = ET.SubElement(parent, f"{{{_GMD}}}{name}")
    return parent


def _text(parent: ET.Element, path: str, words: str) -> None:
    kept = "".join(c for c in words if c >= " " or c in "\t\n")
    ET.SubElement(_under(parent, path), f"{{{_GCO}}}CharacterString").text = kept


def _date(parent: ET.Element, words: str) -> None:
    ET.SubElement(parent, f"{{{_GCO}}}Date").text = words


def _extent(parent: ET.Element, bbox: str) -> None:
    if not bbox:
        return
    box = _under(parent, "extent/EX_Extent/geographicElement/EX_GeographicBoundingBox")
    west, south, east, north = bbox.split()
    pairs = (("westBoundLongitude", west), ("eastBoundLongitude", east), ("southBoundLatitude", south), ("northBoundLatitude", north))  # fmt: skip
    for name, value in pairs:
        ET.SubElement(_under(box, name), f"{{{_GCO}}}Decimal").text = value
