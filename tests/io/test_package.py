"""GeoPackage, privacy and publishing of a package."""

from __future__ import annotations

import errno
import json
import subprocess
import zipfile
from decimal import Decimal
from pathlib import Path
from shutil import which
from types import SimpleNamespace

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from renovate_gui.domain.errors import DataError, RequestError
from renovate_gui.domain.heat import HeatGrid
from renovate_gui.io.package import cgcs2000, publish
from renovate_gui.io.package.finished import MARK, read_mark
from renovate_gui.io.package.privacy import has_contact, hidden_counts, masked, suppressed_heat
from renovate_gui.io.package.tables import Column, ExportTable
from renovate_gui.io.package.texts import Both, Phrase, as_json, keys_of, say


def mixed_table() -> ExportTable:
    shapes = np.empty(3, dtype=object)
    shapes[:] = [
        shapely.Point(362000, 3271800),
        shapely.LineString([(362000, 3271800), (362010, 3271800)]),
        shapely.box(362000, 3271800, 362010, 3271810),
    ]
    columns = (
        Column("title", "text", "名称", "Title"),
        Column("cost", "real", "造价", "Cost", "CNY"),
        Column("number", "integer", "编号", "Number"),
    )
    rows = (("日间照料站\n=1+1", Decimal("490000.5"), 1), ("坡道", None, 2), ("", Decimal(0), None))
    return ExportTable("proposals", "方案", "Proposals", shapes, ("a", "b", "c"), columns, rows)


# -- GeoPackage ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("crs", "expected"),
    [("EPSG:4545", "EPSG:4545"), ("EPSG:32628", "EPSG:4490"), ("EPSG:4490", "EPSG:4490")],
)
def test_crs_is_cgcs2000_always(crs: str, expected: str) -> None:
    assert cgcs2000.export_crs(crs) == expected


def test_mixed_geometry_becomes_one_layer_per_type_and_reads_back(tmp_path: Path) -> None:
    path = tmp_path / "方案 plan.gpkg"
    names = cgcs2000.write_geopackage(path, [mixed_table()], "EPSG:4545")
    assert names == ("proposals_points", "proposals_lines", "proposals_polygons")
    import pyogrio

    meta, _, geometry, values = pyogrio.raw.read(path, layer="proposals_points")
    assert meta["crs"] == "EPSG:4545"
    assert list(meta["fields"]) == ["id", "title", "cost", "number"]
    assert values[1][0] == "日间照料站\n=1+1"
    assert shapely.from_wkb(geometry[0]).geoms[0].equals_exact(shapely.Point(362000, 3271800), 0)


@pytest.mark.skipif(which("ogrinfo") is None, reason="gdal-bin is not installed")
def test_ogrinfo_opens_it_without_a_warning(tmp_path: Path) -> None:
    path = tmp_path / "plan.gpkg"
    cgcs2000.write_geopackage(path, [mixed_table()], "EPSG:32628")
    done = subprocess.run(["ogrinfo", "-al", str(path)], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert "CGCS2000" in done.stdout


def test_a_difference_after_writing_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = cgcs2000._write_layer

    def shifted(path: Path, table: ExportTable, shapes: np.ndarray, crs: str) -> None:
        real(path, table, shapely.transform(shapes, lambda xy: xy + 0.001), crs)

    monkeypatch.setattr(cgcs2000, "_write_layer", shifted)
    with pytest.raises(DataError, match="row 0"):
        cgcs2000.write_geopackage(tmp_path / "plan.gpkg", [mixed_table()], "EPSG:4545")


# -- privacy ---------------------------------------------------------------------------------------------------
@given(
    st.lists(st.one_of(st.just(float("nan")), st.integers(0, 30).map(float)), max_size=40),
    st.integers(0, 2),
)
def test_no_small_count_can_be_subtracted_back(people: list[float], groups: int) -> None:
    counts = np.array(people, dtype=float)
    group = np.arange(len(counts)) % (groups + 1)
    hidden = hidden_counts(counts, group, 5)
    small = np.isfinite(counts) & (counts > 0) & (counts < 5)
    assert hidden[small].all()
    for g in range(groups + 1):
        inside = hidden & (group == g)
        shown = ~hidden & (group == g) & np.isfinite(counts) & (counts > 0)
        if inside.any() and shown.any():  # as long as anything else could have been hidden
            assert inside.sum() >= 2
            assert counts[inside].sum() >= 5


def test_heat_without_suppression_is_suppressed_here() -> None:
    grid = HeatGrid(
        np.array([[1.0, 2.0, 3.0]]), np.array([[0, 4, 5]]), 0, 0, 10, 120, "people", (0.5, 2, 4), 9
    )
    values, hidden = suppressed_heat(grid, 5)
    assert np.isnan(values[0, :2]).all()
    assert values[0, 2] == 3
    assert hidden == 1


@pytest.mark.parametrize(
    "text", ["请找 13812345678", "电话023-63001234。", "id 50010319900101123X", "a.b@c.cn"]
)
def test_contacts_are_seen_and_masked(text: str) -> None:
    assert has_contact(text)
    assert not has_contact(masked(text))


@pytest.mark.parametrize("text", ["120 m²，日托 24 位", "造价 490000 元", "300–500 m", "2026-12-07"])
def test_figures_are_no_contacts(text: str) -> None:
    assert not has_contact(text)


# -- texts -----------------------------------------------------------------------------------------------------
def test_a_phrase_speaks_both_languages_and_leaves_values_alone() -> None:
    text = Phrase("{kind}: {what}", {"kind": Both("托儿所", "Childcare"), "what": "{kind} {{7*7}}"})
    assert say(text, "en") == "Childcare: {kind} {{7*7}}"
    assert say(text, "zh_CN") == "托儿所：{kind} {{7*7}}"
    assert as_json(text)["v"]["kind"] == {"zh": "托儿所", "en": "Childcare"}
    assert keys_of(text) == {"{kind}: {what}"}


# -- publishing ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("青崖坪 一期", "青崖坪-一期"),
        ("../../etc", "etc"),
        ("a/b\\c:*?", "a-b-c"),
        ("CON", "community"),
        ("", "community"),
    ],
)
def test_names_are_safe(text: str, name: str) -> None:
    assert publish.safe_name(text, "community") == name


def test_a_failure_leaves_nothing(tmp_path: Path) -> None:
    parent = tmp_path / "新 文件夹" / "inner"
    with pytest.raises(RequestError, match="full"):
        _fill_a_disk(parent)
    assert list(tmp_path.iterdir()) == []


def _fill_a_disk(parent: Path) -> None:
    with publish.building_site(parent) as site:
        (site / "half").write_text("x")
        raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize(
    ("words", "free", "said"),
    [
        ("Failed to commit transaction", 4096, "disk is full"),
        ("sqlite3_exec failed: database or disk is full", 10**12, "disk is full"),
        ("no such field type", 10**12, "no such field type"),
    ],
)
def test_what_gdal_says_of_a_full_disk_is_one_sentence(
    words: str, free: int, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pyogrio.errors
    import pyogrio.raw

    def fail(*_given: object, **_more: object) -> None:
        raise pyogrio.errors.DataSourceError(words)

    monkeypatch.setattr(pyogrio.raw, "write", fail)
    monkeypatch.setattr(cgcs2000.shutil, "disk_usage", lambda _path: SimpleNamespace(free=free))
    with pytest.raises(RequestError, match=said), publish.building_site(tmp_path / "new") as site:
        cgcs2000.write_geopackage(site / "plan.gpkg", [mixed_table()], "EPSG:4545")
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_replaced(tmp_path: Path) -> None:
    target = tmp_path / "out.zip"
    target.write_text("mine")
    with publish.building_site(tmp_path) as site:
        (site / "p").mkdir()
        (site / "p" / "a.txt").write_text("a")
        ready = publish.make_ready(site / "p", target, name="p")
        with pytest.raises(RequestError, match="exists"):
            publish.appear(ready, target)
    assert target.read_text() == "mine"
    assert [p.name for p in tmp_path.iterdir()] == ["out.zip"]


def test_an_archive_holds_one_folder(tmp_path: Path) -> None:
    target = tmp_path / "out.zip"
    with publish.building_site(tmp_path) as site:
        (site / "p" / "data").mkdir(parents=True)
        (site / "p" / "data" / "a.txt").write_text("a")
        publish.appear(publish.make_ready(site / "p", target, name="青崖坪-v1"), target)
    assert zipfile.ZipFile(target).namelist() == ["青崖坪-v1/data/a.txt"]


def test_names_reach_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[Path] = []
    monkeypatch.setattr(publish, "sync_folder", synced.append)
    target = tmp_path / "a" / "b" / "plan"
    with publish.building_site(target.parent) as site:
        (site / "p").mkdir()
        publish.appear(publish.make_ready(site / "p", target, name="p"), target)
    assert set(synced) == {tmp_path, tmp_path / "a", target.parent}


def test_a_mark_leads_nowhere_else(tmp_path: Path) -> None:
    site = tmp_path / "in" / ".renovate-abcd1234.part"
    site.mkdir(parents=True)
    names = {"project": "p", "place": "", "package": "q", "ready": "../../mine", "target": "/etc/x"}
    (site / MARK).write_text(json.dumps(names))
    found = read_mark(site)
    assert found is not None
    assert (found.ready, found.target) == (site / "mine", tmp_path / "in" / "x")
    for broken in ("[]", "{", '{"project": "p"}', json.dumps(names | {"target": ".."})):
        (site / MARK).write_text(broken)
        assert read_mark(site) is None or read_mark(site).target.parent == tmp_path / "in"
