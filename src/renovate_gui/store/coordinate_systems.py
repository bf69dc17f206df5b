"""Coordinate systems of the project file: rows of ``gpkg_spatial_ref_sys``, and which system a project may have."""

from __future__ import annotations

from dataclasses import dataclass

import apsw

from renovate_gui.assets import tr
from renovate_gui.domain.errors import RequestError
from renovate_gui.store.connection import rows

UNDEFINED_CARTESIAN = -1  # the GeoPackage number of a plane without a known system
UNDEFINED_GEOGRAPHIC = 0
_FIRST_CUSTOM = 100000  # above all EPSG numbers
_METRE = 1.0

_WGS84_WKT = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],'
    'AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],'
    'UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AXIS["Latitude",NORTH],AXIS["Longitude",EAST],'
    'AUTHORITY["EPSG","4326"]]'
)

REQUIRED_ROWS = (
    (
        "Undefined Cartesian SRS",
        UNDEFINED_CARTESIAN,
        "NONE",
        -1,
        "undefined",
        "undefined Cartesian coordinate reference system",
    ),
    (
        "Undefined geographic SRS",
        UNDEFINED_GEOGRAPHIC,
        "NONE",
        0,
        "undefined",
        "undefined geographic coordinate reference system",
    ),
    ("WGS 84 geodetic", 4326, "EPSG", 4326, _WGS84_WKT, "longitude/latitude coordinates in decimal degrees"),
)
INSERT_ROW = (
    "INSERT INTO gpkg_spatial_ref_sys (srs_name, srs_id, organization, organization_coordsys_id, definition,"
    " description) VALUES (?,?,?,?,?,?)"
)


@dataclass(frozen=True, slots=True)
class MetricSystem:
    """A coordinate system a project may have: its text (``EPSG:n``, else WKT), name, EPSG number, WKT 1."""

    text: str
    name: str
    epsg: int | None
    wkt: str


def metric_system(crs: str) -> MetricSystem:
    """Return the metric system a text means; raise RequestError when it is unknown or not in metres."""
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    try:
        system = CRS.from_user_input(crs)
    except CRSError as error:
        raise RequestError(
            tr("“{crs}” is not a known coordinate system; write it like EPSG:4545.", crs=crs)
        ) from error
    if not system.is_projected or any(a.unit_conversion_factor != _METRE for a in system.axis_info[:2]):
        raise RequestError(
            tr("A project needs a coordinate system in metres; “{name}” is not one.", name=system.name)
        )
    epsg = system.to_epsg(min_confidence=100)
    text = f"EPSG:{epsg}" if epsg is not None else system.to_wkt()
    return MetricSystem(text, system.name, epsg, _wkt1(system))


def _wkt1(system: object) -> str:
    """Return WKT 1, which GeoPackage asks for; a system that WKT 1 cannot express is left undefined there."""
    from pyproj.exceptions import CRSError

    try:
        wkt: str = system.to_wkt("WKT1_GDAL")  # type: ignore[attr-defined]
    except CRSError:
        return "undefined"
    return wkt or "undefined"


def ensure_row(db: apsw.Connection, system: MetricSystem) -> int:
    """Return the system's number in the file, with a new row when it has none."""
    if system.epsg is not None:
        found = rows(
            db,
            "SELECT srs_id FROM gpkg_spatial_ref_sys WHERE organization='EPSG' AND organization_coordsys_id=?",
            (system.epsg,),
        )
        number, organisation = system.epsg, "EPSG"
    else:
        found = rows(
            db,
            "SELECT srs_id FROM gpkg_spatial_ref_sys WHERE organization='NONE' AND definition=?",
            (system.wkt,),
        )
        top = rows(db, "SELECT max(srs_id) FROM gpkg_spatial_ref_sys")[0][0]
        number, organisation = max(_FIRST_CUSTOM, int(top) + 1), "NONE"
    if found:
        return int(found[0][0])
    db.execute(INSERT_ROW, (system.name, number, organisation, number, system.wkt, system.name))
    return number


def project_srs_id(db: apsw.Connection) -> int:
    """Return the number of the project's system, −1 while it has none."""
    found = rows(db, "SELECT srs_id FROM gpkg_geometry_columns WHERE table_name='proposals'")
    return int(found[0][0]) if found else UNDEFINED_CARTESIAN
