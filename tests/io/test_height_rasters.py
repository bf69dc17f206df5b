"""Rasters of heights are read by content, clipped, thinned, and say what they are not sure of."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest
import shapely

from renovate_gui.domain.errors import DataError
from renovate_gui.io.reading import client, formats
from renovate_gui.io.reading.raster import MAX_POINTS

# rasterio's own way of multiplying transforms
pytestmark = pytest.mark.filterwarnings("ignore:Use `@` matmul:PendingDeprecationWarning")


def never() -> bool:
    return False


def look(path):
    return client.inspect_file(path, never)


def read(path, clip=None):
    layer = look(path).layers[0]
    return client.read_layer(path, layer.name, layer.driver, layer.encoding, never, clip=clip)


def write_grid(path, rows, *, cell=10.0, nodata="-9999", corner=(500000.0, 3300000.0)):
    head = f"ncols {len(rows[0])}\nnrows {len(rows)}\nxllcorner {corner[0]}\nyllcorner {corner[1]}\n"
    body = "\n".join(" ".join(map(str, r)) for r in rows)
    path.write_text(f"{head}cellsize {cell}\nNODATA_value {nodata}\n{body}\n", encoding="ascii")
    return path


def write_tiff(path, values, **profile):
    import rasterio
    from rasterio.transform import from_origin

    bands = values if values.ndim == 3 else values[None]
    given = {"crs": "EPSG:4545", "transform": from_origin(500000, 3300100, 10, 10)} | profile
    with rasterio.open(
        path, "w", driver="GTiff", count=len(bands), dtype=bands.dtype, height=bands.shape[1],
        width=bands.shape[2], **given,
    ) as dataset:  # fmt: skip
        dataset.write(bands)
    return path


def heights_of(raw):
    xy = shapely.get_coordinates(shapely.from_wkb(np.array(raw.wkb, dtype=object)))
    return np.column_stack([xy, raw.columns["height_m"]])


def test_the_samples_dem_is_a_raster_with_its_system(sample: Path) -> None:
    path = sample / "qingyaping_dem.asc"
    layer = look(path).layers[0]
    assert (layer.geometry_type, layer.features, layer.crs) == ("Raster", 346 * 270, "EPSG:4545")
    assert layer.columns == ("height_m",)
    raw = read(path)
    points = heights_of(raw)
    assert len(points) == 346 * 270
    assert points[0].tolist() == pytest.approx([389233.53 + 3, 3308942.42 + 270 * 6 - 3, 280.3])
    assert (points[:, 2].min(), points[:, 2].max()) == (150.0, 282.2)


def test_cells_become_points_at_their_middle_and_holes_are_left_out(tmp_path: Path) -> None:
    path = write_grid(tmp_path / "高程 1.asc", [[1.5, 2.5, -9999], [4, 5, 6]])
    raw = read(path)
    assert heights_of(raw).tolist() == [
        [500005.0, 3300015.0, 1.5],
        [500015.0, 3300015.0, 2.5],
        [500005.0, 3300005.0, 4.0],
        [500015.0, 3300005.0, 5.0],
        [500025.0, 3300005.0, 6.0],
    ]
    assert raw.rows.tolist() == [1, 2, 4, 5, 6]
    assert any("1 cell has no height" in note for note in raw.notes)
    assert raw.crs == ""


def test_only_the_asked_area_is_read(tmp_path: Path) -> None:
    path = write_grid(tmp_path / "dem.asc", np.arange(100).reshape(10, 10))
    raw = read(path, clip=(500020, 3300030, 500050, 3300060))
    points = heights_of(raw)
    assert len(points) == 9
    assert points[:, :2].min(axis=0).tolist() == [500025, 3300035]
    with pytest.raises(DataError, match="covers nothing"):
        read(path, clip=(0, 0, 10, 10))


def test_a_large_raster_is_thinned_to_a_regular_grid(tmp_path: Path) -> None:
    values = np.add.outer(np.arange(900), np.arange(1100)).astype(np.int16)
    raw = read(write_tiff(tmp_path / "dem.tif", values))
    points = heights_of(raw)
    assert MAX_POINTS / 4 < len(points) <= MAX_POINTS
    assert set(np.diff(np.unique(points[:, 0]))) == {20.0}
    assert points[1, 2] == 2.0  # the height of a cell, not a mean
    assert any("20 m apart" in note for note in raw.notes)


def test_a_ceiling_of_the_number_type_is_told(tmp_path: Path) -> None:
    cut = np.array([[3, 255], [7, 200]], dtype=np.uint8)
    assert any("255" in note for note in read(write_tiff(tmp_path / "a.tif", cut)).notes)
    whole = np.array([[3, 254], [7, 200]], dtype=np.uint8)
    assert not any("greatest number" in note for note in read(write_tiff(tmp_path / "b.tif", whole)).notes)


def test_feet_become_metres(tmp_path: Path) -> None:
    import rasterio

    path = write_tiff(tmp_path / "feet.tif", np.array([[100.0, 200.0]], dtype=np.float32))
    with rasterio.open(path, "r+") as dataset:
        dataset.units = ("ft",)
    raw = read(path)
    assert raw.columns["height_m"].tolist() == [30.48, 60.96]
    assert any("feet" in note for note in raw.notes)


def test_pictures_and_rasters_without_a_place_are_refused(tmp_path: Path) -> None:
    photo = write_tiff(tmp_path / "photo.tif", np.zeros((3, 4, 4), dtype=np.uint8))
    assert "3 bands" in look(photo).problems[0]
    import rasterio
    from rasterio.errors import NotGeoreferencedWarning

    nowhere = tmp_path / "scan.tif"
    with (
        pytest.warns(NotGeoreferencedWarning),
        rasterio.open(nowhere, "w", driver="GTiff", count=1, dtype="uint8", height=2, width=2) as dataset,
    ):
        dataset.write(np.ones((1, 2, 2), dtype=np.uint8))
    assert "does not say where it lies" in look(nowhere).problems[0]


def test_a_cut_off_raster_is_refused_in_one_sentence(tmp_path: Path) -> None:
    path = write_tiff(tmp_path / "dem.tif", np.ones((200, 200), dtype=np.float32))
    path.write_bytes(path.read_bytes()[:300])
    found = look(path)
    assert not found.layers
    assert "\n" not in found.problems[0]


def test_a_raster_named_otherwise_is_known_by_its_content(tmp_path: Path) -> None:
    path = write_grid(tmp_path / "dem.txt", [[1, 2], [3, 4]])
    assert formats.sniff(path) is formats.ASCII_GRID
    assert len(read(path).rows) == 4
    vrt = tmp_path / "dem.tif"
    vrt.write_text("<VRTDataset rasterXSize='1' rasterYSize='1'/>", encoding="ascii")
    assert "virtual file" in look(vrt).problems[0]


def test_one_raster_in_an_archive_is_read_and_an_archive_of_other_things_is_not(tmp_path: Path) -> None:
    write_grid(tmp_path / "dem.asc", [[1, 2], [3, 4]])
    packed = tmp_path / "dem.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(tmp_path / "dem.asc", "folder/dem.asc")
        archive.writestr(
            "folder/dem.prj",
            'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]]',
        )
    raw = read(packed)
    assert raw.columns["height_m"].tolist() == [1, 2, 3, 4]
    assert "WGS 84" in raw.crs
    assert look(packed).problems == ()
    other = tmp_path / "other.zip"
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("a.txt", "nothing")
    assert "unpack it" in look(other).problems[0]


@pytest.mark.shared
def test_an_srtm_tile_in_its_archive(shared: Path) -> None:
    path = shared / "data/monaco/N43E007.hgt.zip"
    layer = look(path).layers[0]
    assert (layer.driver, layer.crs, layer.features) == ("SRTMHGT", "EPSG:4326", 1201 * 1201)
    raw = read(path, clip=(7.408, 43.723, 7.440, 43.753))
    heights = raw.columns["height_m"]
    assert (heights.min(), heights.max()) == (-2, 535)
    assert 37 * 34 <= len(heights) <= 41 * 39
    assert any("metres, the file says so" in note for note in raw.notes)


@pytest.mark.shared
def test_a_dem_clipped_at_255_m_warns(shared: Path) -> None:
    raw = read(shared / "data/portoalegre/poa_elevation.tif")
    assert len(raw.rows) == 403 * 413
    assert any("255" in note and "cut off" in note for note in raw.notes)
