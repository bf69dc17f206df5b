"""Imported layers: what goes in comes out, order, names, counts and extents stay right."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shapely

from renovate_gui.domain.errors import RequestError
from renovate_gui.domain.layer import LayerInfo, LayerTable
from renovate_gui.domain.passport import ImportPassport, Refusal
from renovate_gui.domain.style import LabelStyle, Style, StyleClass, StyleKind, Symbol
from renovate_gui.store.project import Project


def extent(project: Project, info: LayerInfo) -> tuple[float, ...]:
    sql = "SELECT min_x, min_y, max_x, max_y FROM gpkg_contents WHERE table_name=?"
    return project._db.execute(sql, (info.table,)).fetchall()[0]


def true_extent(project: Project, info: LayerInfo) -> tuple[float, ...]:
    return tuple(shapely.total_bounds(project.table(info.id).geometry))


def test_a_table_comes_back_as_it_went_in(project: Project, layer: LayerInfo, make_layer) -> None:
    _, given = make_layer()
    read = project.table(layer.id)
    assert list(read.columns) == [
        "名称",
        "floors",
        "Floors_2",
    ]  # SQLite ignores case, so the second is renamed
    assert layer.field_map["use"] == "Floors_2"
    assert read.columns["名称"].tolist() == given.columns["名称"].tolist()
    assert read.columns["floors"].dtype == np.float64
    np.testing.assert_array_equal(read.columns["floors"], given.columns["floors"])
    assert read.columns["Floors_2"].dtype == object
    assert shapely.equals_exact(read.geometry, given.geometry).all()
    assert (np.diff(read.ids) > 0).all()
    assert read.ids.max() <= 2**53
    assert not read.geometry.flags.writeable


def test_all_shapes_and_missing_ones_come_back(project: Project, make_layer) -> None:
    shapes = [
        shapely.Point(1, 2, 3),
        shapely.Point(),
        None,
        shapely.LineString([(0, 0, 1), (1, 1, 2)]),
        shapely.MultiPolygon([shapely.box(0, 0, 1, 1)]),
        shapely.GeometryCollection([shapely.Point(1, 2)]),
        shapely.Polygon(),
    ]
    info, _ = make_layer()
    table = LayerTable(np.arange(len(shapes)), np.array(shapes, dtype=object), {})
    with project.action("import") as writer:
        stored = writer.add_layer(replace(info, field_map={}), table, source_wkb=[b"x"] * len(shapes))
    read = project.table(stored.id)
    for found, wanted in zip(read.geometry, shapes, strict=True):
        assert (found is None) == (wanted is None)
        assert found is None or shapely.to_wkb(found) == shapely.to_wkb(wanted)
    assert dict(read.columns) == {}
    assert project.source_wkb(stored.id) == (b"x",) * len(shapes)


def test_names_that_sql_or_the_table_cannot_take_are_made_safe(project: Project, make_layer) -> None:
    info, table = make_layer(3)
    names = ["fid", "geom", "GEOM", 'a"b', "", "  ", "select", "源;--", "source_wkb", "\ud800"]
    columns = {n: np.array([n.encode("utf-8", "replace").decode()] * 3, dtype=object) for n in names}
    style = Style(StyleKind.CATEGORISED, "fid", label=LabelStyle("geom"))
    info = replace(info, field_map={"name": "fid"}, style=style)
    with project.action("import") as writer:
        stored = writer.add_layer(info, replace(table, columns=columns))
    read = project.table(stored.id)
    assert len(read.columns) == len(names)
    assert read.columns[stored.field_map["name"]].tolist() == ["fid"] * 3
    assert stored.style.column == stored.field_map["name"]
    assert stored.style.label is not None
    assert read.columns[stored.style.label.column].tolist() == ["geom"] * 3
    with project.action("edit") as writer:
        writer.set_values(stored.id, int(read.ids[0]), {"select": "x", "源;--": "y"})
    assert project.table(stored.id).columns["源;--"][0] == "y"


def test_registry_values_survive(project: Project, layer: LayerInfo) -> None:
    passport = ImportPassport(
        "楼.shp", "00", "楼", "2026", "2026", "ESRI Shapefile", "gbk", "EPSG:4490", "CGCS2000", "→", 3, 2, 1,
        refusals=(Refusal(1, "坐标为空"),),
    )  # fmt: skip
    style = Style(
        StyleKind.GRADUATED,
        "floors",
        (StyleClass("1–3", Symbol(fill=None), lower=1.0, upper=3.0),),
        opacity=0.5,
    )
    changed = replace(layer, name="新名", passport=passport, style=style, is_visible=False, attribution="©")
    with project.action("change") as writer:
        writer.put_layer(changed)
    assert project.layers() == (changed,)
    assert project.undo() is not None
    assert project.layers() == (layer,)


def test_layers_stand_where_they_were_put(project: Project, make_layer) -> None:
    with project.action("import") as writer:
        for name, position in (("a", 0), ("b", 0), ("c", 1), ("d", 99)):
            writer.add_layer(*make_layer(2, name=name, position=position))
    assert [(i.name, i.position) for i in project.layers()] == [("b", 0), ("c", 1), ("a", 2), ("d", 3)]


def test_extent_and_count_stay_true(project: Project, layer: LayerInfo) -> None:
    ids = [int(i) for i in project.table(layer.id).ids]
    start = extent(project, layer)
    assert start == true_extent(project, layer)
    with project.action("grow") as writer:
        writer.set_geometry(layer.id, ids[3], shapely.box(499_000, 3_000_000, 499_001, 3_000_001))
    assert extent(project, layer) == true_extent(project, layer) != start
    with project.action("shrink") as writer:
        writer.set_geometry(layer.id, ids[3], shapely.box(500_050, 3_000_000, 500_051, 3_000_001))
    assert extent(project, layer) == true_extent(project, layer)
    with project.action("delete") as writer:
        writer.delete_features(layer.id, [ids[0], ids[11]])
    assert extent(project, layer) == true_extent(project, layer)
    assert project.layers()[0].feature_count == 10 == len(project.table(layer.id))
    with project.action("empty") as writer:
        writer.delete_features(layer.id, [i for i in ids if i not in {ids[0], ids[11]}])
    assert extent(project, layer) == (None,) * 4
    while project.history()[0].is_undone is False and project.history()[1].is_undone is False:
        project.undo()
    assert extent(project, layer) == start
    assert project.layers()[0].feature_count == 12


@pytest.mark.parametrize(
    ("values", "words"), [({"nix": 1}, "nix"), ({"floors": "many"}, "many"), ({"fid": 1}, "fid")]
)
def test_values_that_do_not_fit_are_refused(project: Project, layer: LayerInfo, values, words: str) -> None:
    fid = int(project.table(layer.id).ids[0])
    with pytest.raises(RequestError, match=words), project.action("edit") as writer:
        writer.set_values(layer.id, fid, values)
    assert len(project.history()) == 1


def test_values_are_stored_by_the_column_kind(project: Project, layer: LayerInfo) -> None:
    fid = int(project.table(layer.id).ids[1])
    with project.action("edit") as writer:
        writer.set_values(layer.id, fid, {"floors": "12", "名称": 7, "Floors_2": np.float64("nan")})
    columns = project.table(layer.id).columns
    assert (columns["floors"][1], columns["名称"][1], columns["Floors_2"][1]) == (12.0, "7", None)


def test_a_missing_feature_or_layer_is_said(project: Project, layer: LayerInfo) -> None:
    for act in (
        lambda w: w.set_values(layer.id, 5, {"floors": 1}),
        lambda w: w.set_geometry(layer.id, 5, None),
        lambda w: w.delete_features(layer.id, [5]),
        lambda w: w.drop_layer(77),
    ):
        with pytest.raises(RequestError), project.action("edit") as writer:
            act(writer)
    assert len(project.history()) == 1


def test_words_that_others_wrote_into_numbers_do_not_shut_the_layer(
    project: Project, layer: LayerInfo
) -> None:
    fid = int(project.table(layer.id).ids[1])
    project._db.execute(
        f'UPDATE "{layer.table}" SET floors=?, "名称"=?, geom=? WHERE fid=?', ("三层", b"\xff", b"GP", fid)
    )
    project._db.execute("UPDATE rg_layers SET style='{', role='spaceport', field_map='[]', passport='5'")
    info = project.layers()[0]
    assert (info.role, info.style, info.field_map, info.passport) == ("other", Style(), {}, None)
    table = project.table(layer.id)
    assert np.isnan(table.columns["floors"][1])
    assert table.columns["名称"][1] == "\ufffd"
    assert table.geometry[1] is None


def test_the_coordinate_system_is_fixed_by_the_first_layer(tmp_path: Path, make_layer) -> None:
    project = Project.create(tmp_path / "b.gpkg", title="", crs="", standard="x")
    assert project.meta("title") == "b"
    with pytest.raises(RequestError, match="metres"), project.action("crs") as writer:
        writer.set_meta("crs", "EPSG:4326")
    with pytest.raises(RequestError, match="nonsense"), project.action("crs") as writer:
        writer.set_meta("crs", "nonsense")
    with project.action("import") as writer:
        writer.set_meta("crs", "epsg:32628")
        writer.add_layer(*make_layer(2))
    assert project.meta("crs") == "EPSG:32628"
    with pytest.raises(RequestError, match="while there are layers"), project.action("crs") as writer:
        writer.set_meta("crs", "EPSG:4545")
    project.undo()
    assert project.meta("crs") == ""
    project.close()
