"""Formats for officials: what a second reader finds is what was meant; a changed byte is noticed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import fiona
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from renovate_gui.domain.errors import DataError
from renovate_gui.io.package.officials import vector
from renovate_gui.io.package.officials.dxf import DrawnLayer, write_dxf
from renovate_gui.io.package.officials.fitting import fit
from renovate_gui.io.package.officials.template import FieldRule
from renovate_gui.io.package.officials.vector import FittedLayer, same_shapes, short_names, write_layers

RULES = (
    FieldRule("SS", "SHESHIMINGCHENG", "", "text", 60, 0, "M", "", {}, 2),
    FieldRule("SS", "SHESHIMINGCHEN2", "", "integer", 9, 0, "O", "", {}, 3),
    FieldRule("SS", "JZMJ", "", "real", 18, 3, "O", "", {}, 4),
)
ROWS = (("石头城养老站", 1, 1234.568), ("", None, None), ("‘引号’", -7, 0.125))


def shapes() -> Any:
    out = np.empty(3, dtype=object)
    out[:] = [
        shapely.box(500000.1234567, 3500000.7654321, 500010, 3500020),
        shapely.MultiPolygon(
            [shapely.box(500100, 3500000, 500110, 3500020), shapely.box(500200, 3500000, 500210, 3500020)]
        ),
        shapely.box(500300, 3500000, 500330, 3500030).difference(
            shapely.box(500310, 3500010, 500320, 3500020)
        ),
    ]
    return out


@pytest.mark.parametrize("kind", ["gpkg", "shp", "gdb"])
@pytest.mark.parametrize("crs", ["EPSG:4545", "EPSG:4490", "EPSG:4524"])
def test_every_format_comes_back_as_it_was_meant(tmp_path: Path, kind: str, crs: str) -> None:
    moved = shapes()
    if crs == "EPSG:4490":
        moved = vector.projected(moved, "EPSG:4545", crs)
    if crs == "EPSG:4524":  # eastings with the number of the zone
        moved = shapely.transform(moved, lambda xy: xy + np.array([36_000_000, 0]))
    rows = tuple((a or None, b, c) for a, b, c in ROWS)
    (path,) = write_layers(
        tmp_path, kind, [FittedLayer("SS", RULES, rows, moved, crs)], stem="plan", encoding="GBK"
    )
    with fiona.open(path, layer=None if kind == "shp" else "SS") as source:
        assert len(source) == 3
    if kind == "shp":
        assert path.with_suffix(".cpg").read_text().strip() == "GBK"
        assert "石头城".encode("gbk") in path.with_suffix(".dbf").read_bytes()


def test_points_lines_and_areas_become_layers_of_their_own() -> None:
    mixed = np.array(
        [shapely.Point(1, 2), shapely.LineString([(0, 0), (1, 1)]), shapely.Point(3, 4)], dtype=object
    )
    parts = FittedLayer(
        "SS", RULES, tuple((str(i), i, None) for i in range(3)), mixed, "EPSG:4545"
    ).by_family()
    assert [(p.name, len(p.rows)) for p in parts] == [("SS_P", 2), ("SS_L", 1)]


@given(st.lists(st.from_regex(r"[A-Z]{8,14}", fullmatch=True), max_size=30))
def test_short_names_are_short_and_each_once(codes: list[str]) -> None:
    names = short_names(codes)
    assert all(len(n) <= 10 for n in names)
    assert len({n.lower() for n in names}) == len(codes)


@settings(max_examples=40)
@given(st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)), min_size=4, max_size=12, unique=True))
def test_a_shape_is_itself_however_it_is_wound_and_another_is_not(points: list[tuple[float, float]]) -> None:
    hull = shapely.MultiPoint(points).convex_hull.buffer(10)
    one = np.array([hull], dtype=object)
    assert same_shapes(np.array([hull.reverse()], dtype=object), one, 1e-6).all()
    assert not same_shapes(shapely.transform(one, lambda xy: xy + np.array([0.001, 0])), one, 1e-6).any()


def test_what_reads_otherwise_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = vector._write

    def spoilt(path: Path, kind: str, layer: FittedLayer, fields: Any, encoding: str) -> None:
        rows = tuple((row[0], row[1], 9.0) for row in layer.rows)
        real(
            path,
            kind,
            FittedLayer(layer.name, layer.rules, rows, layer.geometry, layer.crs),
            fields,
            encoding,
        )

    monkeypatch.setattr(vector, "_write", spoilt)
    with pytest.raises(DataError, match=r"SS\.shp, layer SS, row 1: what was read back"):
        write_layers(
            tmp_path, "shp", [FittedLayer("SS", RULES, ROWS, shapes(), "EPSG:4545")], stem="p", encoding="GBK"
        )


def test_a_drawing_has_layers_labels_and_the_very_corners(tmp_path: Path) -> None:
    path = tmp_path / "plan.dxf"
    label = "3 养老站 é\n%%c𠮷"
    write_dxf(path, [DrawnLayer("VII_ENVIRONMENT", 3, tuple(shapes()), (label, "", "x")),
                     DrawnLayer("NO_CATEGORY", 7, (shapely.Point(500000.123456789, 3500000.5),), ("",))])  # fmt: skip
    with fiona.open(path) as drawing:
        found = [(f.properties["Layer"], f.properties["Text"]) for f in drawing]
    assert found.count(("VII_ENVIRONMENT", None)) + found.count(("VII_ENVIRONMENT", "")) == 5
    assert ("VII_ENVIRONMENT_TEXT", "x") in found
    assert any("养老站 é" in str(t) for _, t in found)


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.text(max_size=40), min_size=1, max_size=6),
    st.sampled_from(["gpkg", "shp", "gdb"]),
    st.sampled_from(["UTF-8", "GBK"]),
)
def test_whatever_fits_comes_back(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], kind: str, encoding: str
) -> None:
    asked = RULES[:1]
    rows = tuple((fit(t, asked[0], encoding).value,) for t in texts)
    places = np.array([shapely.Point(500000 + i / 3, 3500000) for i in range(len(rows))], dtype=object)
    layer = FittedLayer("SS", asked, rows, places, "EPSG:4545")
    write_layers(tmp_path_factory.mktemp("t"), kind, [layer], stem="plan", encoding=encoding)
