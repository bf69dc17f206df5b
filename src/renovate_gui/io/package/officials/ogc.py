"""A folder shaped like OGC API – Features: landing page, conformance, collections, items, schemas; links are relative.

It is served by no server of ours: any plain file server, or none, will do.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import shapely

from renovate_gui.io.package.geojson import feature_collection
from renovate_gui.io.package.tables import ExportTable

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_CONFORMS = (
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
)
_TYPES = {"text": "string", "integer": "integer", "real": "number"}
_GEO = "application/geo+json"


def write_ogc(folder: Path, tables: Sequence[ExportTable], crs: str, *, title: str, attribution: str) -> None:
    """Write one collection per table into a new folder.

    Parameters
    ----------
    tables
        Geometries in ``crs`` (metres); items are longitude and latitude (RFC 7946).
    """
    folder.mkdir()
    described = []
    for table in tables:
        whole = feature_collection(table, crs)
        place = folder / "collections" / table.name
        place.mkdir(parents=True)
        items = {
            "type": "FeatureCollection",
            **({"bbox": whole["bbox"]} if "bbox" in whole else {}),
            "numberMatched": len(table.rows),
            "numberReturned": len(table.rows),
            "links": [_link("items.json", "self", _GEO), _link("collection.json", "collection")],
            "features": whole["features"],
        }
        _write(place / "items.json", items)
        _write(place / "schema.json", schema(table))
        one = _collection(table, whole.get("bbox"), attribution)
        own = [
            _link("items.json", "items", _GEO),
            _link("schema.json", "describedby", "application/schema+json"),
        ]
        _write(place / "collection.json", one | {"links": [_link("collection.json", "self"), *own]})
        links = [_link(f"collections/{table.name}/{x['href']}", x["rel"], x["type"]) for x in own]
        described.append(one | {"links": links})
    collections = {"links": [_link("collections.json", "self")], "collections": described}
    _write(folder / "collections.json", collections)
    _write(folder / "conformance.json", {"conformsTo": list(_CONFORMS)})
    landing = [
        _link("index.json", "self"),
        _link("conformance.json", "conformance"),
        _link("collections.json", "data"),
    ]
    _write(folder / "index.json", {"title": title, "attribution": attribution, "links": landing})


def _collection(table: ExportTable, bbox: Any, attribution: str) -> dict[str, Any]:
    extent = {"spatial": {"bbox": [bbox], "crs": CRS84}} if bbox else {}
    return {
        "id": table.name,
        "title": f"{table.zh} · {table.en}",
        "attribution": attribution,
        "itemType": "feature",
        "crs": [CRS84],
        "extent": extent,
    }


def schema(table: ExportTable) -> dict[str, Any]:
    """Return the JSON Schema of one feature of a table."""
    fields = {
        c.code: {
            "title": f"{c.zh} · {c.en}",
            "type": [_TYPES[c.kind], "null"],
            **({"x-unit": c.unit} if c.unit else {}),
        }
        for c in table.columns
    }
    kinds = sorted({str(g.geom_type) for g in table.geometry if g is not None and not shapely.is_empty(g)})
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"{table.zh} · {table.en}",
        "type": "object",
        "required": ["type", "id", "geometry", "properties"],
        "properties": {
            "type": {"const": "Feature"},
            "id": {"type": ["string", "integer"]},
            "geometry": {
                "type": ["object", "null"],
                "properties": {"type": {"enum": kinds}},
            },
            "properties": {"type": "object", "properties": fields, "additionalProperties": False},
        },
    }


def _link(href: str, rel: str, kind: str = "application/json") -> dict[str, str]:
    return {"href": href, "rel": rel, "type": kind}


def _write(path: Path, value: Any) -> None:
    text = json.dumps(
        value, ensure_ascii=False, allow_nan=False, indent=None if path.name == "items.json" else 1
    )
    text = text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    path.write_text(text + "\n", encoding="utf-8", errors="backslashreplace", newline="\n")
