"""The extent in GeoPackage's list: exact for small tables, never too small and never dear for large ones."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import shapely

from renovate_gui.domain.layer import LayerInfo, LayerTable
from renovate_gui.store import extents
from renovate_gui.store.connection import rows
from renovate_gui.store.project import Project

MakeLayer = Callable[..., tuple[LayerInfo, LayerTable]]


def listed(project: Project, info: LayerInfo) -> tuple[float, ...]:
    """Return the extent as other programs read it."""
    with project.reading() as db:
        sql = "SELECT min_x, min_y, max_x, max_y FROM gpkg_contents WHERE table_name=?"
        return rows(db, sql, (info.table,))[0]


def true(project: Project, info: LayerInfo) -> tuple[float, ...]:
    """Return the extent of what is there."""
    return tuple(map(float, shapely.total_bounds(project.table(info.id).geometry)))


def rim_leaves(project: Project, info: LayerInfo) -> None:
    """Delete the easternmost feature."""
    table = project.table(info.id)
    east = int(table.ids[np.argmax(shapely.bounds(table.geometry)[:, 2])])
    with project.action("delete") as writer:
        writer.delete_features(info.id, [east])


@pytest.mark.parametrize("count", [12, 13])
def test_a_small_table_is_exact_and_a_large_one_keeps_what_it_had(
    project: Project, make_layer: MakeLayer, monkeypatch: pytest.MonkeyPatch, count: int
) -> None:
    monkeypatch.setattr(extents, "MOST_ROWS_READ", 11)
    reads: list[str] = []
    real = extents.whole_extent
    info, table = make_layer(count)
    shapes = table.geometry.copy()
    shapes[3] = shapely.Point(600_000, 3_000_000)
    with project.action("import") as writer:
        info = writer.add_layer(info, LayerTable(table.ids, shapes, table.columns))
    before = listed(project, info)
    monkeypatch.setattr(extents, "whole_extent", lambda db, name: (reads.append(name), real(db, name))[1])
    rim_leaves(project, info)
    if count == 12:  # eleven are left
        assert listed(project, info) == true(project, info) != before
        assert reads == [info.table]
    else:
        assert listed(project, info) == before
        assert true(project, info)[2] < before[2]
        assert reads == []


def test_the_extent_of_a_large_table_still_grows(
    project: Project, make_layer: MakeLayer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extents, "MOST_ROWS_READ", 3)
    info, table = make_layer()
    with project.action("import") as writer:
        info = writer.add_layer(info, table)
    far = shapely.box(900_000, 3_000_000, 900_010, 3_000_010)
    with project.action("move") as writer:
        writer.set_geometry(info.id, int(project.table(info.id).ids[0]), far)
    found, wanted = listed(project, info), true(project, info)
    assert found[2] == wanted[2] == 900_010
    assert found[0] <= wanted[0]
    project.undo()
    assert listed(project, info) == true(project, info)
