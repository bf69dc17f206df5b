"""The child's side of height rasters: rasterio with one driver, cells as points. Runs only inside the reading child."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from renovate_gui.assets import tr
from renovate_gui.domain.errors import DataError
from renovate_gui.io.reading.formats import Format
from renovate_gui.io.reading.values import Bounds, InspectedLayer, RawLayer

MAX_POINTS = 250_000
"""More cells than this are thinned: every second, third, … row and column is kept."""

HEIGHT_COLUMN = "height_m"
_LOOK_CELLS = 1000  # rows and columns looked at to tell the range of heights
_FEET_M = {"ft": 0.3048, "foot": 0.3048, "feet": 0.3048, "us survey foot": 1200 / 3937, "us-ft": 1200 / 3937}
_METRES = frozenset({"m", "metre", "meter", "metres", "meters", "米"})
_DEGREE_M = 111_320.0  # a degree of latitude, to say a cell's size


@dataclass(frozen=True, slots=True)
class RasterSource:
    """A staged raster: where it lies now, what it is, what people call it."""

    path: str
    format: Format
    shown_name: str
    layer_stem: str


@contextmanager
def _opened(source: RasterSource) -> Iterator[Any]:
    import rasterio
    from rasterio.errors import NotGeoreferencedWarning, RasterioError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", NotGeoreferencedWarning)
            with rasterio.open(source.path, driver=source.format.driver) as dataset:
                _check(dataset, source)
                yield dataset
    except RasterioError as error:
        lines = str(error).strip().splitlines()
        reason = lines[0][:160].replace(source.path, source.shown_name) if lines else type(error).__name__
        raise DataError(
            tr(
                "“{file}” cannot be read as {format}, it may be cut off or damaged; ask for it again ({reason}).",
                file=source.shown_name,
                format=source.format.title,
                reason=reason,
            )
        ) from error


def _check(dataset: Any, source: RasterSource) -> None:
    """Refuse what is no raster of heights: pictures, and rasters that do not say where they lie."""
    if (
        dataset.count != 1
        or dataset.colorinterp[0].name == "palette"
        or dataset.dtypes[0].startswith("complex")
    ):
        raise DataError(
            tr(
                "“{file}” is a picture with {n} bands, not a raster of heights, which has one band of numbers.",
                file=source.shown_name,
                n=dataset.count,
            )
        )
    if dataset.transform.is_identity:
        raise DataError(
            tr(
                "“{file}” does not say where it lies; ask for the raster with its georeference.",
                file=source.shown_name,
            )
        )


def inspect(source: RasterSource) -> Iterator[InspectedLayer]:
    """Look at the raster: cells, system, extent and the range of heights."""
    with _opened(source) as dataset:
        rows, columns = dataset.height, dataset.width
        step = max(1, math.ceil(max(rows, columns) / _LOOK_CELLS))
        seen = dataset.read(1, masked=True, out_shape=(math.ceil(rows / step), math.ceil(columns / step)))
        heights = _valid(seen)
        problems = []
        if heights.size == 0:
            problems.append(tr("“{file}” holds no heights at all.", file=source.shown_name))
        yield InspectedLayer(
            name=source.layer_stem,
            geometry_type="Raster",
            features=rows * columns,
            columns=(HEIGHT_COLUMN,),
            crs=_crs_of(dataset),
            encoding="UTF-8",
            driver=source.format.driver,
            bounds=_bounds(dataset),
            sample={HEIGHT_COLUMN: tuple(f"{v:g}" for v in _ends(heights))},
            problems=tuple(problems),
        )


def _crs_of(dataset: Any) -> str:
    if dataset.crs is None:
        return ""
    code = dataset.crs.to_epsg()
    return f"EPSG:{code}" if code else str(dataset.crs.to_wkt())


def _bounds(dataset: Any) -> Bounds:
    corners = np.array([(0, 0), (dataset.width, 0), (0, dataset.height), (dataset.width, dataset.height)])
    xy = _moved(dataset.transform, corners[:, 0], corners[:, 1])
    (x0, y0), (x1, y1) = xy.min(axis=0), xy.max(axis=0)
    return float(x0), float(y0), float(x1), float(y1)


def _moved(transform: Any, x: NDArray[Any], y: NDArray[Any]) -> NDArray[np.float64]:
    """Return an affine transform's images, shape ``(n, 2)``."""
    t = transform
    return np.column_stack([t.a * x + t.b * y + t.c, t.d * x + t.e * y + t.f])


def _valid(seen: Any) -> NDArray[np.float64]:
    values = np.ma.compressed(seen).astype(np.float64)
    return np.asarray(values[np.isfinite(values)])


def _ends(heights: NDArray[np.float64]) -> tuple[float, ...]:
    return (float(heights.min()), float(heights.max())) if heights.size else ()


def read(source: RasterSource, clip: Bounds | None) -> RawLayer:
    """Return the cell centres as points with a height in metres, within the clip (raster's system), thinned if too many."""
    from rasterio.windows import Window

    with _opened(source) as dataset:
        top, left, height, width = _window(dataset, clip, source)
        step = max(1, math.ceil(math.sqrt(height * width / MAX_POINTS)))
        values = dataset.read(1, masked=True, window=Window(left, top, width, height))[::step, ::step]
        notes = [*_cell_notes(dataset, step, clip is not None), *_limit_notes(dataset, values)]
        factor, unit_note = _unit(dataset)
        known = ~np.ma.getmaskarray(values) & np.isfinite(np.ma.getdata(values).astype(np.float64))
        row, column = np.nonzero(known)
        z = np.ma.getdata(values)[row, column].astype(np.float64)
        z = (z * dataset.scales[0] + dataset.offsets[0]) * factor
        xy = _moved(dataset.transform, left + column * step + 0.5, top + row * step + 0.5)
        if not len(z):
            raise DataError(tr("“{file}” holds no heights here.", file=source.shown_name))
        missing = int(known.size - len(z))
        if missing:
            notes.append(tr("{n} cells have no height and were left out.", n=f"{missing:,}"))
        number = (top + row * step) * dataset.width + left + column * step + 1
        return RawLayer(
            rows=number.astype(np.int64),
            wkb=_points(xy),
            columns={HEIGHT_COLUMN: np.round(z, 4)},
            crs=_crs_of(dataset),
            encoding="UTF-8",
            driver=source.format.driver,
            notes=(*notes, unit_note),
        )


def _window(dataset: Any, clip: Bounds | None, source: RasterSource) -> tuple[int, int, int, int]:
    """Return first row, first column, rows and columns of the cells whose centres lie in the clip."""
    if clip is None:
        return 0, 0, dataset.height, dataset.width
    x0, y0, x1, y1 = clip
    cells = _moved(~dataset.transform, np.array([x0, x0, x1, x1]), np.array([y0, y1, y0, y1])) - 0.5
    (first, lowest), (last, highest) = cells.min(axis=0), cells.max(axis=0)
    left, right = max(0, math.ceil(first)), min(dataset.width, math.floor(last) + 1)
    top, bottom = max(0, math.ceil(lowest)), min(dataset.height, math.floor(highest) + 1)
    if left >= right or top >= bottom:
        raise DataError(
            tr(
                "“{file}” covers nothing of the project's area; choose the raster of this place or another coordinate system.",
                file=source.shown_name,
            )
        )
    return top, left, bottom - top, right - left


def _points(xy: NDArray[np.float64]) -> list[bytes | None]:
    records = np.empty(len(xy), dtype=[("order", "u1"), ("type", "<u4"), ("x", "<f8"), ("y", "<f8")])
    records["order"], records["type"] = 1, 1
    records["x"], records["y"] = xy[:, 0], xy[:, 1]
    blob, size = records.tobytes(), records.itemsize
    return [blob[i : i + size] for i in range(0, len(blob), size)]


def _cell_notes(dataset: Any, step: int, is_clipped: bool) -> list[str]:  # noqa: FBT001  private
    cell = math.hypot(dataset.transform.b, dataset.transform.e)
    metres = cell * _DEGREE_M if dataset.crs is not None and dataset.crs.is_geographic else cell
    notes = []
    if is_clipped:
        notes.append(tr("Only the cells of the project's area and 300 m around it were taken."))
    if step == 1:
        notes.append(tr("Cells of {cell} m, all kept.", cell=f"{metres:.3g}"))
    else:
        notes.append(
            tr(
                "Cells of {cell} m are more than {most} points; every {step}th row and column was kept, {kept} m apart.",
                cell=f"{metres:.3g}",
                most=f"{MAX_POINTS:,}",
                step=step,
                kept=f"{metres * step:.3g}",
            )
        )
    return notes


def _limit_notes(dataset: Any, values: Any) -> list[str]:
    """Warn when the highest cell is the greatest number its type can hold: heights above it were cut off."""
    kind = np.dtype(dataset.dtypes[0])
    heights = _valid(values)
    if kind.kind not in "iu" or heights.size == 0 or heights.max() < np.iinfo(kind).max:
        return []
    return [
        tr(
            "The highest cells hold {value}, the greatest number this file can store: heights above it were probably cut off.",
            value=int(heights.max()),
        )
    ]


def _unit(dataset: Any) -> tuple[float, str]:
    """Return metres per unit of the numbers, and how that is known."""
    said = str(dataset.units[0] or "").strip().lower()
    if said in _FEET_M:
        return _FEET_M[said], tr("The heights were in feet and were converted to metres.")
    if said in _METRES:
        return 1.0, tr("The heights are in metres, the file says so.")
    return 1.0, tr("The file does not say the unit of its heights; they were taken as metres.")
