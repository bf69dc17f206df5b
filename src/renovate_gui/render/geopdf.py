"""Where on earth the maps of a PDF are: viewports with a geospatial measure (ISO 32000-2, 12.9 and 12.10)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from renovate_gui.geo import crs as systems

MM_POINT = 72 / 25.4


@dataclass(frozen=True, slots=True)
class GeoFrame:
    """One map on a page.

    Attributes
    ----------
    page
        Index of the page.
    frame
        Left, lower, right, upper edge in mm from the page's lower left corner.
    world
        ``x_min, y_min, x_max, y_max`` of what the frame shows, metres in the maps' CRS.
    """

    page: int
    frame: tuple[float, float, float, float]
    world: tuple[float, float, float, float]


def add_viewports(pdf: Any, frames: Sequence[GeoFrame], crs: str) -> None:
    """Write a viewport for each map into an open pikepdf document; ``crs`` is ``EPSG:n`` or any other projected one."""
    import pikepdf

    system = pdf.make_indirect(_projected(crs))
    for number, page in enumerate(pdf.pages):
        own = [f for f in frames if f.page == number]
        if own:
            page.obj.VP = pikepdf.Array([_viewport(pdf, f, system, crs) for f in own])


def _projected(crs: str) -> Any:
    import pikepdf

    wkt = systems.parse(crs).to_wkt("WKT1_GDAL")
    made = pikepdf.Dictionary(Type=pikepdf.Name.PROJCS, WKT=pikepdf.String(wkt))
    code = systems.normalise(crs)
    if code.startswith("EPSG:"):
        made.EPSG = int(code.removeprefix("EPSG:"))
    return made


def _viewport(pdf: Any, frame: GeoFrame, system: Any, crs: str) -> Any:
    """Return a viewport; corners in the order lower left, upper left, upper right, lower right.

    GPTS are latitude and longitude on the datum of the projected system, as the standard wants them.
    """
    import pikepdf

    x0, y0, x1, y1 = frame.world
    corners = ((x0, y0), (x0, y1), (x1, y1), (x1, y0))
    points = [_geographic(x, y, crs) for x, y in corners]
    unit = [0, 0, 0, 1, 1, 1, 1, 0]
    measure = pikepdf.Dictionary(
        Type=pikepdf.Name.Measure,
        Subtype=pikepdf.Name.GEO,
        Bounds=pikepdf.Array(unit),
        GPTS=pikepdf.Array([Decimal(f"{v:.10f}") for lon, lat in points for v in (lat, lon)]),
        LPTS=pikepdf.Array(unit),
        GCS=system,
    )
    return pikepdf.Dictionary(
        Type=pikepdf.Name.Viewport,
        BBox=pikepdf.Array([Decimal(f"{v * MM_POINT:.5f}") for v in frame.frame]),
        Name=pikepdf.String("map"),
        Measure=pdf.make_indirect(measure),
    )


def _geographic(x: float, y: float, crs: str) -> tuple[float, float]:
    own = systems.parse(crs).geodetic_crs
    lon, lat = systems.transform_point(x, y, crs, systems.WGS84 if own is None else own.to_wkt())
    return float(lon), float(lat)
