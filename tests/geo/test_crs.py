"""Coordinate systems: published Gauss-Krüger values, the project's zone, true lengths and areas."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from renovate_gui.domain.errors import DataError
from renovate_gui.domain.roles import Datum
from renovate_gui.geo import crs


@pytest.mark.parametrize(
    ("code", "easting", "northing"),
    [
        ("EPSG:4523", 35652840.104, 3272045.152),
        ("EPSG:4544", 652840.104, 3272045.152),
        ("EPSG:4524", 36362086.981, 3271852.335),
        ("EPSG:4545", 362086.981, 3271852.335),
    ],
)
def test_gauss_krueger_of_the_chongqing_seam(code: str, easting: float, northing: float) -> None:
    x, y = crs.transform_point(106.577, 29.557, crs.CGCS2000, code)
    assert (x, y) == pytest.approx((easting, northing), abs=1e-3)
    assert crs.transform_point(x, y, code, crs.CGCS2000) == pytest.approx((106.577, 29.557), abs=1e-9)


@pytest.mark.parametrize(
    ("place", "code"),
    [
        ((106.454, 29.5), "EPSG:4544"),
        ((106.577, 29.5), "EPSG:4545"),
        ((118.79, 32.04), "EPSG:4549"),
        ((73.5, 39.0), "EPSG:4534"),
        ((136.49, 48.0), "EPSG:4554"),
        ((136.5, 48.0), "EPSG:32653"),
        ((-15.42, 28.1), "EPSG:32628"),
        ((7.42, 43.73), "EPSG:32632"),
        ((-51.2, -30.0), "EPSG:32722"),
        ((180.0, 10.0), "EPSG:32660"),
    ],
)
def test_the_projects_zone(place: tuple[float, float], code: str) -> None:
    assert crs.project_crs(*place) == code


def test_datums_and_names() -> None:
    assert (
        crs.datum_of("EPSG:4549") == crs.datum_of("EPSG:4523") == crs.datum_of(crs.CGCS2000) == Datum.CGCS2000
    )
    assert crs.datum_of(crs.WGS84) == crs.datum_of("EPSG:32628") == Datum.WGS84
    assert crs.datum_of("EPSG:5635") == Datum.OTHER
    assert crs.title("EPSG:4545") == "EPSG:4545 · CGCS2000 / 3-degree Gauss-Kruger CM 108E"
    assert crs.badge("EPSG:4326", Datum.GCJ02) == "GCJ-02"
    assert crs.badge("EPSG:5635", Datum.OTHER) == "REGCAN95"


def test_an_unknown_system_is_one_sentence() -> None:
    with pytest.raises(DataError, match="EPSG:99999"):
        crs.parse("EPSG:99999")


def test_transform_keeps_missing_ones_heights_and_input() -> None:
    geometry = np.array(
        [
            shapely.Point(106.577, 29.557),
            None,
            shapely.LineString([(106.5, 29.5, 250.0), (106.6, 29.5, 260.0)]),
        ],
        dtype=object,
    )
    before = shapely.to_wkt(geometry[0])
    moved = crs.transform(geometry, crs.CGCS2000, "EPSG:4545")
    assert moved[1] is None
    assert shapely.get_coordinates(moved[2], include_z=True)[:, 2].tolist() == [250.0, 260.0]
    assert (moved[0].x, moved[0].y) == pytest.approx((362086.981, 3271852.335), abs=1e-3)
    assert shapely.to_wkt(geometry[0]) == before


def test_lengths_and_areas_are_true_where_the_grid_is_not() -> None:
    # at the seam the grid of zone 36 is 235 ppm too long (published), the ellipsoid is not
    line = shapely.LineString([(362086.981, 3271352.0), (362086.981, 3272352.0)])
    true = crs.geodesic_length_m(np.array([line], dtype=object), "EPSG:4545")[0]
    assert line.length / true - 1.0 == pytest.approx(235e-6, abs=5e-6)
    ring = shapely.box(362000, 3271800, 362100, 3271900)
    holed = shapely.Polygon(ring.exterior, [shapely.box(362040, 3271840, 362060, 3271860).exterior])
    both = np.array([ring, holed, shapely.Point(0, 0), None], dtype=object)
    area = crs.geodesic_area_m2(both, "EPSG:4545")
    assert area[0] == pytest.approx(10_000 / 1.000235**2, rel=1e-5)
    assert area[0] - area[1] == pytest.approx(400 / 1.000235**2, rel=1e-4)
    assert area[2] == area[3] == 0.0


def test_placeholders_are_not_systems() -> None:
    assert crs.is_undefined("")
    assert crs.is_undefined(
        'GEOGCRS["Undefined geographic SRS",DATUM["unknown",ELLIPSOID["unknown",6378137,298]],CS[ellipsoidal,2],AXIS["a",north],AXIS["b",east],ANGLEUNIT["degree",0.0174532925199433]]'
    )
    assert not crs.is_undefined("EPSG:4549")


def test_what_proj_does_is_said_in_plain_words():
    from renovate_gui.assets import set_language
    from renovate_gui.geo import crs

    words = crs.description("EPSG:4326", "EPSG:4545")
    assert "Ballpark" not in words
    assert words.startswith("WGS84 and CGCS2000 taken to be the same")
    assert "many metres off" in crs.description("EPSG:4214", "EPSG:4545")
    assert "back from" in crs.description("EPSG:32648", "EPSG:4545")
    set_language("zh_CN")
    assert "WGS84 与 CGCS2000 视为一致" in crs.description("EPSG:4326", "EPSG:4545")
