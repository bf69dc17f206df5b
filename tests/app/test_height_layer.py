"""A raster of heights in a project: clipped to it, hidden at first, and what the walking then costs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely

from renovate_gui.bootstrap import create_session
from renovate_gui.domain.errors import DataError
from renovate_gui.domain.roles import Role
from renovate_gui.geo.heights import HeightModel


def _import(session, path, layer=None, role=None):
    from dataclasses import replace

    plans = session.survey.propose(session.survey.prepare_inspect([path]).run())
    plan = next(p for p in plans if layer is None or p.source.name == layer)
    return session.survey.prepare_import(plan if role is None else replace(plan, role=role)).run()


@pytest.fixture
def session(tmp_path: Path, sample: Path):
    found = create_session(tmp_path / "p.gpkg", title="T")
    _import(found, sample / "qingyaping_base.gpkg", "buildings")
    yield found
    found.close()


def test_the_dem_is_proposed_as_heights_clipped_and_hidden(session, sample: Path) -> None:
    info = _import(session, sample / "qingyaping_dem.asc")
    assert (info.role, info.geometry_type, info.is_visible) == (Role.HEIGHTS, "Point", False)
    assert dict(info.field_map) == {"height_m": "height_m"}
    assert 50_000 < info.feature_count < 346 * 270
    homes = shapely.total_bounds(session.layers.table(session.layers.of_role(Role.BUILDINGS)[0].id).geometry)
    own = shapely.total_bounds(session.layers.table(info.id).geometry)
    outer = homes + np.array([-300, -300, 300, 300])
    assert (own[:2] >= outer[:2]).all()
    assert (own[2:] <= outer[2:]).all()
    assert any("metres" in note for note in info.passport.notes)
    session.undo()
    assert not session.layers.of_role(Role.HEIGHTS)


def test_the_imported_dem_agrees_with_the_heights_of_the_ways(session, sample: Path) -> None:
    heights = _import(session, sample / "qingyaping_dem.asc")
    ways = _import(session, sample / "qingyaping_base.gpkg", "walk_network")
    model = HeightModel.from_features(
        session.layers.table(heights.id).geometry, session.layers.field(heights.id, "height_m")
    )
    assert model.is_grid
    xyz = shapely.get_coordinates(session.layers.table(ways.id).geometry, include_z=True)
    found = model.at(xyz[:, :2])
    assert np.isfinite(found).mean() > 0.95
    assert np.nanmedian(np.abs(found - xyz[:, 2])) < 1.0


def test_a_raster_of_another_place_is_refused(session, sample: Path, tmp_path: Path) -> None:
    path = tmp_path / "elsewhere.asc"
    path.write_text(
        "ncols 2\nnrows 2\nxllcorner 500000\nyllcorner 100\ncellsize 10\n1 2\n3 4\n", encoding="ascii"
    )
    (tmp_path / "elsewhere.prj").write_bytes((sample / "qingyaping_dem.prj").read_bytes())
    with pytest.raises(DataError, match="covers nothing of the project"):
        _import(session, path)


def test_the_same_heights_under_another_name_are_noticed(session, sample: Path, tmp_path: Path) -> None:
    first = _import(session, sample / "qingyaping_dem.asc")
    again = tmp_path / "again.asc"
    again.write_bytes(
        (sample / "qingyaping_dem.asc").read_bytes() + b"\n"
    )  # not the same file, the same heights
    (tmp_path / "again.prj").write_bytes((sample / "qingyaping_dem.prj").read_bytes())
    second = _import(session, again)
    assert f"The same heights are in the project already, as “{first.name}”" in second.passport.notes[0]
    assert not any("already" in note for note in first.passport.notes)


@pytest.mark.parametrize(("apart_m", "is_told"), [(90.0, True), (5.0, False)])
def test_heights_far_apart_are_told_where_they_decide(tmp_path: Path, apart_m: float, is_told: bool) -> None:
    from town import put_layer

    from renovate_gui.app.gaps import GapRequest

    with create_session(tmp_path / "q.gpkg", title="Q", crs="EPSG:4545") as made:
        put_layer(made, Role.BUILDINGS, "楼栋", [shapely.box(0, 5, 10, 15)])
        put_layer(made, Role.WALK_NETWORK, "路", [shapely.LineString([(-90, 0), (100, 0)])])
        kind = ({"kind": ["elderly_day_care"]}, {"kind": "kind"})
        put_layer(made, Role.FACILITIES, "设施", [shapely.Point(50, 0)], *kind)
        grid = [
            shapely.Point(x, y, 3.0) for x in np.arange(-180, 181, apart_m) for y in (-apart_m, 0.0, apart_m)
        ]
        put_layer(made, Role.HEIGHTS, "DEM", grid)
        (result,) = made.gaps.prepare(GapRequest(("elderly_day_care",))).run()
        assert any("Heights of layer “DEM” are 90.0 m apart" in note for note in result.notes) is is_told
