r"""Plan drawings for CAD: DXF of release 12, layers by category, labels as text; read back by GDAL.

Release 12 has no Unicode: the file says code page ANSI_936 and is written in GBK, or ANSI_1252 when no label is Chinese
and GBK lacks letters; characters outside the code page stand as ``\U+XXXX``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from renovate_gui.io.package.officials.vector import TOLERANCE_M, differs

_LABEL_M = 2.5  # height of labels on the ground: 2.5 mm at 1:1000
_MOST_LABEL = 60
_FIRST_CHINESE = 0x2E80
_PAGES = {"gbk": "ANSI_936", "latin-1": "ANSI_1252"}


@dataclass(frozen=True, slots=True)
class DrawnLayer:
    """One layer of a drawing: its ASCII name, AutoCAD colour index, shapes in metres and a label for each (or empty)."""

    name: str
    colour: int
    shapes: tuple[BaseGeometry, ...]
    labels: tuple[str, ...]


def write_dxf(path: Path, layers: Sequence[DrawnLayer]) -> None:
    """Write the drawing and compare what GDAL reads with what was meant; raise DataError when it differs."""
    page = _code_page(layers)
    layers = [replace(layer, labels=tuple(said(w, page) for w in layer.labels)) for layer in layers]
    entities = [line for layer in layers for line in _entities(layer)]
    text = "\n".join([*_head(layers, _PAGES[page]), *entities, "0", "ENDSEC", "0", "EOF", ""])
    path.write_bytes(text.replace("\n", "\r\n").encode(page, errors="strict"))
    _compare(path, layers)


def _code_page(layers: Sequence[DrawnLayer]) -> str:
    """Return GBK, unless only Western Europe's code page is of more use: no Chinese, and letters outside GBK."""
    words = "".join(w for layer in layers for w in layer.labels)
    is_western = all(ord(c) < _FIRST_CHINESE for c in words) and not all(_has(c, "gbk") for c in words)
    return "latin-1" if is_western else "gbk"


# tables that a drawing of R12 begins with, group codes and values in turn
_LINE_TYPES = "0|SECTION|2|TABLES|0|TABLE|2|LTYPE|70|1|0|LTYPE|2|CONTINUOUS|70|64|3|Solid line|72|65|73|0|40|0.0|0|ENDTAB"
_STYLES = (
    "0|ENDTAB|0|TABLE|2|STYLE|70|1|0|STYLE|2|STANDARD|70|0|40|0.0|41|1.0|50|0.0|71|0|42|2.5|3|txt|4|gbcbig"
    "|0|ENDTAB|0|ENDSEC"
)


def _head(layers: Sequence[DrawnLayer], page: str) -> Iterator[str]:
    bounds = shapely.total_bounds(np.array([s for layer in layers for s in layer.shapes], dtype=object))
    low, high = (bounds[:2], bounds[2:]) if np.isfinite(bounds).all() else ((0, 0), (0, 0))
    yield from f"0|SECTION|2|HEADER|9|$ACADVER|1|AC1009|9|$DWGCODEPAGE|3|{page}".split("|")
    yield from ("9", "$EXTMIN", "10", _n(low[0]), "20", _n(low[1]), "30", "0.0")
    yield from ("9", "$EXTMAX", "10", _n(high[0]), "20", _n(high[1]), "30", "0.0", "0", "ENDSEC")
    yield from _LINE_TYPES.split("|")
    names = [(n, layer.colour) for layer in layers for n in (layer.name, f"{layer.name}_TEXT")]
    yield from ("0", "TABLE", "2", "LAYER", "70", str(len(names) + 1))
    for name, colour in [("0", 7), *names]:
        yield from ("0", "LAYER", "2", name, "70", "0", "62", str(colour), "6", "CONTINUOUS")
    yield from _STYLES.split("|")
    yield from ("0", "SECTION", "2", "ENTITIES")


def _entities(layer: DrawnLayer) -> Iterator[str]:
    for shape, label in zip(layer.shapes, layer.labels, strict=True):
        for part in lines_of(shape):
            yield from _point(layer, part) if part.geom_type == "Point" else _polyline(layer, part)
        words = label
        if words:
            at = shape.representative_point() if shape.geom_type.endswith("Polygon") else shape.interpolate(0.5, normalized=True) if shape.length else shape.centroid  # fmt: skip
            yield from ("0", "TEXT", "8", f"{layer.name}_TEXT", "10", _n(at.x), "20", _n(at.y), "30", "0.0")
            yield from ("40", _n(_LABEL_M), "1", words, "7", "STANDARD")


def _point(layer: DrawnLayer, point: Any) -> Iterator[str]:
    yield from ("0", "POINT", "8", layer.name, "10", _n(point.x), "20", _n(point.y), "30", "0.0")


def _polyline(layer: DrawnLayer, line: Any) -> Iterator[str]:
    corners = shapely.get_coordinates(line)
    is_closed = bool(line.is_closed)
    yield from ("0", "POLYLINE", "8", layer.name, "66", "1", "10", "0.0", "20", "0.0", "30", "0.0", "70", "1" if is_closed else "0")  # fmt: skip
    for x, y in corners[:-1] if is_closed else corners:
        yield from ("0", "VERTEX", "8", layer.name, "10", _n(x), "20", _n(y), "30", "0.0")
    yield from ("0", "SEQEND", "8", layer.name)


def lines_of(shape: BaseGeometry) -> list[Any]:
    """Return points, lines and rings of a shape."""
    found: list[Any] = []
    for part in getattr(shape, "geoms", [shape]):
        if part.geom_type == "Polygon":
            found += [shapely.LineString(r.coords) for r in (part.exterior, *part.interiors)]
        elif part.geom_type in ("Point", "LineString", "LinearRing"):
            found.append(part)
        else:
            found += lines_of(part)
    return found


def said(label: str, page: str) -> str:
    """Return a label as one line that release 12 can hold."""
    line = " ".join(re.sub(r"[\x00-\x1f\x7f]", " ", label).split())[:_MOST_LABEL].strip()
    line = line.replace("\\", "/").replace("%%", "% %")
    return "".join(c if _has(c, page) else f"\\U+{ord(c):04X}" if ord(c) < 0x10000 else "?" for c in line)


def _has(character: str, page: str) -> bool:
    try:
        character.encode(page)
    except UnicodeEncodeError:
        return False
    return True


def _n(value: float) -> str:
    return repr(float(value))


def _compare(path: Path, layers: Sequence[DrawnLayer]) -> None:
    from pyogrio.errors import DataLayerError, DataSourceError
    from pyogrio.raw import read

    meant = [(layer.name, part) for layer in layers for s in layer.shapes for part in lines_of(s)]
    labels = [(f"{layer.name}_TEXT", w) for layer in layers for w in layer.labels if w]
    try:
        meta, _, wkb, columns = read(str(path), columns=["Layer", "Text"])
    except (DataLayerError, DataSourceError) as error:
        raise differs(path, "entities", 0) from error
    here = {str(name): columns[i] for i, name in enumerate(meta["fields"])}
    shapes = shapely.from_wkb(wkb if wkb is not None else [])
    texts = np.array([str(n).endswith("_TEXT") for n in here["Layer"]], dtype=bool)
    drawn = [(str(n), s) for n, s, is_text in zip(here["Layer"], shapes, texts, strict=True) if not is_text]
    if len(drawn) != len(meant) or int(texts.sum()) != len(labels):
        raise differs(path, "entities", min(len(drawn), len(meant)))
    for row, ((name, shape), (wanted, part)) in enumerate(zip(drawn, meant, strict=True)):
        if name != wanted or not _is_near(shape, part):
            raise differs(path, wanted, row + 1)
    read_labels = [str(t) for t, is_text in zip(here["Text"], texts, strict=True) if is_text]
    for row, (words, (name, wanted)) in enumerate(zip(read_labels, labels, strict=True)):
        if _spoken(words) != _spoken(wanted):
            raise differs(path, name, row + 1)


def _spoken(words: str) -> str:
    return re.sub(r"\\U\+([0-9A-F]{4})", lambda m: chr(int(m[1], 16)), words)


def _is_near(read: Any, meant: Any) -> bool:
    a, b = shapely.get_coordinates(read), shapely.get_coordinates(meant)
    return a.shape == b.shape and bool(np.abs(a - b).max() <= TOLERANCE_M)
