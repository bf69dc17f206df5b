"""The cage of the reading child: memory, processor time, no network, one driver."""

from __future__ import annotations

import os
import sys

MEMORY_BYTES = 2 * 1024**3
MEMORY_VARIABLE = "RENOVATE_READER_MEMORY"
DEAD_PROXY = "http://127.0.0.1:9"  # the discard port: whatever tries to call out fails at once

# all vector drivers of GDAL 3.12 as built into pyogrio; others are found at start and skipped by a second start
# (naming drivers that are not there, or OGR_SKIP beside GDAL_SKIP, crashes GDAL 3.12.4)
RASTER_DRIVERS = ("AAIGrid", "GTiff", "SRTMHGT")
DRIVERS = [
    "MEM",
    "PCIDSK",
    "PDS4",
    "VICAR",
    "PDF",
    "MBTiles",
    "EEDA",
    "OGCAPI",
    "GDALG",
    "ESRI Shapefile",
    "MapInfo File",
    "LVBAG",
    "S57",
    "DGN",
    "OGR_VRT",
    "CSV",
    "GML",
    "GPX",
    "LIBKML",
    "KML",
    "GeoJSON",
    "GeoJSONSeq",
    "ESRIJSON",
    "TopoJSON",
    "OGR_GMT",
    "GPKG",
    "SQLite",
    "WAsP",
    "OpenFileGDB",
    "DXF",
    "FlatGeobuf",
    "GeoRSS",
    "VFK",
    "PGDUMP",
    "OSM",
    "GPSBabel",
    "OGR_PDS",
    "WFS",
    "OAPIF",
    "EDIGEO",
    "Idrisi",
    "ODS",
    "XLSX",
    "Elasticsearch",
    "Carto",
    "AmigoCloud",
    "SXF",
    "Selafin",
    "JML",
    "PLSCENES",
    "CSW",
    "VDV",
    "MVT",
    "NGW",
    "MapML",
    "GTFS",
    "PMTiles",
    "JSONFG",
    "MiraMonVector",
    "ADBC",
    "AVCBin",
    "AVCE00",
    "AIVector",
    "HTTP",
]


def environment(driver: str) -> dict[str, str]:
    """Return the child's environment: ours without anything that lets GDAL look elsewhere."""
    kept = {
        key: value
        for key, value in os.environ.items()
        if not key.upper().startswith(("GDAL", "OGR", "CPL", "PROJ", "AWS", "GS_", "AZURE", "SQLITE"))
        and not key.lower().endswith("_proxy")
    }
    # the raster library carries a GDAL of its own; it is told the one driver when it opens the file
    skipped = [name for name in DRIVERS if name != driver] if driver not in RASTER_DRIVERS else []
    return kept | {
        "GDAL_SKIP": ",".join(skipped),
        "GDAL_HTTP_PROXY": DEAD_PROXY,
        "GDAL_HTTP_TIMEOUT": "1",
        "GDAL_HTTP_MAX_RETRY": "0",
        "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none",
        "CPL_VSIL_CURL_CHUNK_SIZE": "1024",
        "GDAL_PAM_ENABLED": "NO",
        "OGR_GEOJSON_MAX_OBJ_SIZE": "500",
        "OGR_GPKG_FOREIGN_KEY_CHECK": "NO",
        "SHAPE_RESTORE_SHX": "YES",  # written into the private folder, never beside the source
        MEMORY_VARIABLE: str(MEMORY_BYTES),
        "PROJ_NETWORK": "OFF",
        "http_proxy": DEAD_PROXY,
        "https_proxy": DEAD_PROXY,
        "all_proxy": DEAD_PROXY,
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "PYTHONUTF8": "1",
    }


def limit() -> None:
    """Limit this process's address space and forbid core dumps, where the system knows how."""
    memory_bytes = int(os.environ.get(MEMORY_VARIABLE, MEMORY_BYTES))
    if sys.platform == "win32":
        return
    import resource

    for what, wanted in ((resource.RLIMIT_AS, memory_bytes), (resource.RLIMIT_CORE, 0)):
        _, hard = resource.getrlimit(what)
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(what, (most, most))


def limit_cpu(seconds: int) -> None:
    """Let this process use that many more seconds of processor time."""
    if sys.platform == "win32":
        return
    import resource

    usage = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(usage.ru_utime + usage.ru_stime) + seconds, hard))


def allow_only(driver: str, present: list[str]) -> None:
    """Start this process again with unknown drivers skipped too, when GDAL has more than we listed."""
    extra = sorted(set(present) - {driver})
    if not extra:
        return
    known = os.environ.get("GDAL_SKIP", "")
    if os.environ.get("RENOVATE_READER_RESTARTED"):
        raise RuntimeError(f"drivers cannot be skipped: {extra}")
    os.environ["RENOVATE_READER_RESTARTED"] = "1"
    os.environ["GDAL_SKIP"] = ",".join([known, *extra])
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606  our own interpreter, our own arguments
