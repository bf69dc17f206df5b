"""Areas, holes, streets, points and hatches as pixels: x metres right is 2x pixels, y metres up is 200 − 2y."""

from __future__ import annotations

import numpy as np
import shapely

from renovate_gui.domain.style import Hatch, Marker, Symbol

RED = Symbol(fill="#FF0000", stroke=None)
WHITE, RED_RGB = (255, 255, 255), (255, 0, 0)


def at(pixels, x: float, y: float) -> tuple[int, ...]:
    return tuple(int(v) for v in pixels[int(200 - 2 * y), int(2 * x)])


def test_a_hole_shows_the_ground(layer, painted):
    ring = shapely.box(20, 20, 80, 80).difference(shapely.box(40, 40, 60, 60))
    picture = painted(layer([ring], RED))
    assert at(picture, 30, 30) == RED_RGB
    assert at(picture, 50, 50) == WHITE
    assert at(picture, 10, 10) == WHITE
    assert (picture == RED_RGB).all(axis=2).sum() == 4 * (60 * 60 - 20 * 20)


def test_every_part_of_a_multipolygon_and_a_collection_is_filled(layer, painted):
    many = shapely.MultiPolygon([shapely.box(10, 10, 20, 20), shapely.box(70, 70, 90, 90)])
    mixed = shapely.GeometryCollection([shapely.box(30, 30, 40, 40), many])
    for geometry in (many, mixed):
        picture = painted(layer([geometry], RED))
        assert at(picture, 15, 15) == RED_RGB
        assert at(picture, 80, 80) == RED_RGB
    assert at(picture, 35, 35) == RED_RGB


def test_overlapping_areas_do_not_punch_holes(layer, painted):
    picture = painted(layer([shapely.box(10, 10, 60, 60), shapely.box(40, 40, 90, 90)], RED))
    assert at(picture, 50, 50) == RED_RGB


def test_missing_empty_and_hidden_features_are_left_out(layer, painted):
    geometries = [None, shapely.Polygon(), shapely.box(10, 10, 20, 20), shapely.box(30, 30, 40, 40)]
    picture = painted(layer(geometries, RED, classes=[0, 0, -1, 0]))
    assert at(picture, 15, 15) == WHITE
    assert at(picture, 35, 35) == RED_RGB


def test_classes_have_their_own_look(layer, painted):
    blue = Symbol(fill="#0000FF", stroke=None)
    picture = painted(
        layer([shapely.box(0, 0, 50, 100), shapely.box(50, 0, 100, 100)], RED, blue, classes=[0, 1])
    )
    assert at(picture, 25, 50) == RED_RGB
    assert at(picture, 75, 50) == (0, 0, 255)


def test_casings_lie_below_all_streets(layer, painted):
    street = Symbol(fill=None, stroke="#00FF00", stroke_px=6, casing="#000000", casing_px=3)
    cross = [shapely.LineString([(0, 50), (100, 50)]), shapely.LineString([(50, 0), (50, 100)])]
    picture = painted(layer(cross, street, shape="line"))
    middle = picture[96:104, 60:140]  # along the first street, across the second
    assert (middle == (0, 255, 0)).all()
    assert (picture[:, 20] == (0, 0, 0)).all(axis=1).any()


def test_hatch_stays_inside_and_out_of_holes(layer, painted):
    hatched = Symbol(fill="#FF0000", stroke=None, hatch=Hatch.DIAGONAL, hatch_colour="#0000FF")
    ring = shapely.box(20, 20, 80, 80).difference(shapely.box(40, 40, 60, 60))
    picture = painted(layer([ring], hatched))
    blueish = picture[:, :, 2].astype(int) - picture[:, :, 1] > 60
    blueish &= picture[:, :, 0] < 200
    assert blueish.sum() > 500
    rows, columns = np.nonzero(blueish)
    inside = shapely.contains_xy(shapely.buffer(ring, 0.8), columns / 2 + 0.25, 100 - rows / 2 - 0.25)
    assert inside.all()


def test_each_hatch_differs_in_grey(layer, painted):
    """A photocopy has no colours: equal fills with other hatches must still differ."""
    greys = []
    for hatch in Hatch:
        symbol = Symbol(fill="#808080", stroke=None, hatch=hatch, hatch_colour="#FFFFFF")
        greys.append(painted(layer([shapely.box(0, 0, 100, 100)], symbol))[:, :, 0])
    for i, a in enumerate(greys):
        for b in greys[i + 1 :]:
            assert np.abs(a.astype(int) - b).mean() > 5


def test_points_stand_where_they_are_and_keep_their_size(layer, painted):
    disc = Symbol(fill="#FF0000", stroke=None, size_px=20)
    picture = painted(layer([shapely.Point(50, 25)], disc, shape="point"))
    red = (picture == RED_RGB).all(axis=2)
    rows, columns = np.nonzero(red)
    assert abs(columns.mean() - 99.5) < 0.6
    assert abs(rows.mean() - 149.5) < 0.6
    assert 18 <= np.ptp(columns) + 1 <= 20
    doubled = painted(layer([shapely.Point(50, 25)], disc, shape="point"), unit=2.0)
    assert np.ptp(np.nonzero((doubled == RED_RGB).all(axis=2))[1]) > 36


def test_all_markers_leave_a_mark(layer, painted):
    for marker in Marker:
        symbol = Symbol(fill="#FF0000", stroke="#000000", marker=marker, size_px=24, glyph="7")
        picture = painted(layer([shapely.Point(50, 50)], symbol, labels=["words"], shape="point"))
        assert (picture != 255).any(axis=2).sum() > 40, marker


def test_a_country_sized_area_fills_a_courtyard_view(layer, painted):
    """At 1:5 a 4,000 km square spans 10^10 pixels; the raster engine alone would show nothing."""
    huge = shapely.box(-2e6, -2e6, 2e6, 2e6)
    picture = painted(layer([huge], RED), box=(0, 0, 0.1, 0.1))
    assert (picture == RED_RGB).all()


def test_crowded_discs_become_dots(layer, painted):
    disc = Symbol(fill="#FF0000", stroke=None, size_px=24)
    points = [shapely.Point(50, 50), shapely.Point(55, 50)]  # 10 px apart: the discs would lie on each other
    alone = (painted(layer(points[:1], disc, shape="point")) == RED_RGB).all(axis=2)
    both = (painted(layer(points, disc, shape="point")) == RED_RGB).all(axis=2)
    apart = (painted(layer([points[0], shapely.Point(80, 50)], disc, shape="point")) == RED_RGB).all(axis=2)
    assert both.sum() < alone.sum() + 30
    assert apart.sum() > 1.9 * alone.sum()
