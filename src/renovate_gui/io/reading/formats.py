"""What a file is, by its content; its name is only a hint."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from pathlib import Path

from renovate_gui.assets import system_reason, tr
from renovate_gui.assets.open_files import open_to_read
from renovate_gui.domain.errors import DataError

HEAD_BYTES = 64 * 1024
SHAPEFILE_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
EXTENSIONS = (
    *(".gpkg", ".geojson", ".json", ".geojsonl", ".shp", ".fgb", ".kml", ".csv", ".tsv", ".txt"),
    *(".asc", ".tif", ".tiff", ".hgt"),
)
"""Names that a folder is searched for; a file named by a person may be called anything."""

_GPKG_IDS = (b"GPKG", b"GP10", b"GP11")
_XML_ROOT = re.compile(rb"<([A-Za-z_][\w.\-]*:)?([A-Za-z_][\w.\-]*)[\s>/]")
_XML_SKIP = re.compile(rb"<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(\[.*?\])?[^>]*>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of source file: the one driver that may open it, and the name it is given in the private folder."""

    driver: str
    title: str
    extensions: tuple[str, ...]
    has_layer_names: bool = False
    is_raster: bool = False

    @property
    def extension(self) -> str:
        """Return the extension the driver expects."""
        return self.extensions[0]


GEOPACKAGE = Format("GPKG", "GeoPackage", (".gpkg",), has_layer_names=True)
GEOJSON = Format("GeoJSON", "GeoJSON", (".geojson", ".json"))
GEOJSON_LINES = Format("GeoJSONSeq", "GeoJSON lines", (".geojsonl", ".geojsons", ".geojson", ".json"))
SHAPEFILE = Format("ESRI Shapefile", "Shapefile", (".shp",))
FLATGEOBUF = Format("FlatGeobuf", "FlatGeobuf", (".fgb",))
KML = Format("LIBKML", "KML", (".kml",), has_layer_names=True)
CSV = Format("CSV", "CSV", (".csv", ".tsv", ".txt"))
ASCII_GRID = Format("AAIGrid", "ASCII grid", (".asc", ".agr", ".grd", ".zip"), is_raster=True)
GEOTIFF = Format("GTiff", "GeoTIFF", (".tif", ".tiff", ".zip"), is_raster=True)
SRTM = Format("SRTMHGT", "SRTM heights", (".hgt", ".zip"), is_raster=True)
FORMATS = (GEOPACKAGE, GEOJSON, GEOJSON_LINES, SHAPEFILE, FLATGEOBUF, KML, CSV, ASCII_GRID, GEOTIFF, SRTM)
RASTERS = (ASCII_GRID, GEOTIFF, SRTM)

HGT_BYTES = {1201 * 1201 * 2, 3601 * 3601 * 2, 1801 * 3601 * 2}
HGT_NAME = re.compile(r"^[NSns]\d{2}[EWew]\d{3}")
"""An SRTM tile is bare numbers: its size says what it is and its name where it lies."""

MOST_UNPACKED_BYTES = 1 << 30
_MOST_BESIDE = 20  # notes and side files that may lie beside a raster in its archive
_RASTER_NAMES = frozenset({".asc", ".agr", ".grd", ".tif", ".tiff", ".hgt"})
_ZIP_MARK = b"PK\x03\x04"
_TIFF_MARKS = (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")
_GRID_HEAD = re.compile(rb"^\s*ncols\s+\d+\s+nrows\s+\d+\s", re.IGNORECASE)


def by_driver(driver: str) -> Format:
    """Return the format of a driver name."""
    return next(found for found in FORMATS if found.driver == driver)


def main_file(path: Path) -> Path:
    """Return the ``.shp`` of a shapefile whose side file was named, else the path itself."""
    if path.suffix.lower() in SHAPEFILE_PARTS[1:]:
        for candidate in sorted(path.parent.glob("*")) if path.parent.is_dir() else ():
            if candidate.suffix.lower() == ".shp" and candidate.stem.lower() == path.stem.lower():
                return candidate
    return path


def shapefile_parts(path: Path) -> dict[str, Path]:
    """Return the side files of a shapefile that exist, by lower-case extension."""
    found: dict[str, Path] = {}
    for candidate in sorted(path.parent.iterdir()):
        extension = candidate.suffix.lower()
        if extension in SHAPEFILE_PARTS and candidate.stem.lower() == path.stem.lower():
            found.setdefault(extension, candidate)
    found[".shp"] = path
    return found


def sniff(path: Path) -> Format:
    """Return what the file is; raise DataError with one sentence when we cannot or will not read it."""
    if not path.is_file():
        raise DataError(tr("“{file}” is not a file; choose a file or a folder.", file=path.name))
    try:
        with open_to_read(path) as stream:
            head = stream.read(HEAD_BYTES) or b""
    except OSError as error:
        reason = system_reason(error)
        raise DataError(tr("“{file}” cannot be opened: {reason}.", file=path.name, reason=reason)) from error
    if not head:
        raise DataError(tr("“{file}” is empty (0 bytes); ask for it again.", file=path.name))
    found = _by_magic(head, path) or _by_text(head, path)
    if found is None:
        raise DataError(
            tr(
                "“{file}” is none of the formats that can be read (GeoPackage, GeoJSON, Shapefile, FlatGeobuf, KML, CSV; heights as ASCII grid, GeoTIFF, HGT).",
                file=path.name,
            )
        )
    return found


def _refuse(path: Path, what: str) -> DataError:
    return DataError(
        tr(
            "“{file}” is {what}, which is not read here; save it as GeoPackage, GeoJSON or Shapefile.",
            file=path.name,
            what=what,
        )
    )


def _by_magic(head: bytes, path: Path) -> Format | None:
    if head.startswith(b"SQLite format 3\0"):
        if head[68:72] in _GPKG_IDS or path.suffix.lower() == ".gpkg":
            return GEOPACKAGE
        raise _refuse(path, tr("an SQLite database but not a GeoPackage"))
    if head.startswith(b"\x00\x00\x27\x0a"):
        if len(head) < 100:
            raise DataError(
                tr("“{file}” is cut off (its header is not complete); ask for it again.", file=path.name)
            )
        return SHAPEFILE
    if head.startswith(b"fgb\x03fgb"):
        return FLATGEOBUF
    if head.startswith(_ZIP_MARK):
        return _in_archive(path)
    raster = raster_of(head, path.name, path.stat().st_size)
    if raster is None and path.suffix.lower() in SHAPEFILE_PARTS:
        return _broken_shapefile(path)
    return raster


def _in_archive(path: Path) -> Format:
    """Return the raster an archive holds; anything else in an archive is unpacked by the person."""
    inside = packed_raster(path)
    if inside is None:
        raise DataError(tr("“{file}” is an archive; unpack it and choose the files in it.", file=path.name))
    return inside[1]


def raster_of(head: bytes, name: str, size: int) -> Format | None:
    """Return which raster of heights a file is by its beginning, and an SRTM tile by its size and name."""
    if head.startswith(_TIFF_MARKS):
        return GEOTIFF
    if _GRID_HEAD.match(head):
        return ASCII_GRID
    return SRTM if size in HGT_BYTES and HGT_NAME.match(name) else None


def packed_raster(path: Path) -> tuple[str, Format] | None:
    """Return the name of the one raster in an archive and what it is, else None."""
    import zipfile

    try:
        with zipfile.ZipFile(path) as archive:
            names = [i for i in archive.infolist() if not i.is_dir()]
            rasters = [i for i in names if Path(i.filename).suffix.lower() in _RASTER_NAMES]
            if len(rasters) != 1 or len(names) > _MOST_BESIDE or rasters[0].file_size > MOST_UNPACKED_BYTES:
                return None
            with archive.open(rasters[0]) as stream:
                head = stream.read(HEAD_BYTES)
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, EOFError, zlib.error):
        return None
    found = raster_of(head, Path(rasters[0].filename).name, rasters[0].file_size)
    return None if found is None else (rasters[0].filename, found)


def _broken_shapefile(path: Path) -> Format:
    if path.suffix.lower() == ".shp":
        raise DataError(
            tr(
                "“{file}” is called a Shapefile but does not begin like one; ask for it again.",
                file=path.name,
            )
        )
    raise DataError(
        tr(
            "“{file}” is only a part of a Shapefile and its .shp is missing; put all parts into one folder.",
            file=path.name,
        )
    )


def _by_text(head: bytes, path: Path) -> Format | None:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith((b"<", b"<?xml")):
        return _by_root(text, path)
    if text.startswith((b"{", b"[", b"\x1e")):
        return _by_json(text, path)
    if b"\0" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return None
    first = head.splitlines()[0] if head.splitlines() else b""
    looks_like_table = any(mark in first for mark in (b",", b";", b"\t", b"|")) or head[:2] in {
        b"\xff\xfe",
        b"\xfe\xff",
    }
    return CSV if looks_like_table or path.suffix.lower() in CSV.extensions else None


def _by_root(text: bytes, path: Path) -> Format:
    root = _XML_ROOT.search(_XML_SKIP.sub(b"", text))
    name = root.group(2).decode("ascii").lower() if root else ""
    if name == "kml":
        return KML
    if "vrt" in name:
        raise DataError(
            tr(
                "“{file}” is a GDAL virtual file, which only points to other files; choose those themselves.",
                file=path.name,
            )
        )
    known = {"osm": "an OpenStreetMap extract", "gpx": "a GPX track", "html": "a web page"}
    if name == "osm":
        raise _refuse(path, tr("an OpenStreetMap extract"))
    raise _refuse(
        path, tr("a web page") if name in known and name == "html" else tr("an XML file that is not KML")
    )


def _by_json(text: bytes, path: Path) -> Format:
    first_line = text.lstrip(b"\x1e").split(b"\n", 1)
    if text.startswith(b"\x1e") or _is_feature_line(first_line):
        return GEOJSON_LINES
    if b'"Topology"' in text[:4096]:
        raise _refuse(path, tr("TopoJSON"))
    if re.search(
        rb'"type"\s*:\s*"(FeatureCollection|Feature|Point|Multi\w+|LineString|Polygon|GeometryCollection)"',
        text,
    ):
        return GEOJSON
    if len(text) >= HEAD_BYTES - 3 and path.suffix.lower() == ".geojson":
        return GEOJSON  # a long member may stand before "type"
    if path.suffix.lower() == ".geojson":
        raise DataError(
            tr(
                "“{file}” is called GeoJSON but holds no features, or is cut off; ask for it again.",
                file=path.name,
            )
        )
    raise _refuse(path, tr("JSON but not GeoJSON"))


def _is_feature_line(lines: list[bytes]) -> bool:
    return (
        len(lines) == 2
        and lines[0].rstrip().endswith(b"}")
        and lines[1].lstrip().startswith(b"{")
        and bool(re.search(rb'"type"\s*:\s*"Feature"', lines[0]))
    )
