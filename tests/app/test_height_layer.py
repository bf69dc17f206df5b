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
