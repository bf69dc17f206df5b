"""Reading blobs flat must give what shapely reads, also of what other programs wrote badly."""

from __future__ import annotations

from typing import Any

import apsw
import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from renovate_gui.domain import shapes as flat
from renovate_gui.store import blobs
from renovate_gui.store.features import read_table
from renovate_gui.store.flat_blobs import decode_flat

WORDS = (
    "POINT (1 2)", "POINT Z (1 2 3)", "POINT EMPTY", "LINESTRING (0 0, 1 1)", "LINESTRING Z (0 0 1, 1 1 2, 2 2 777)",
    "LINESTRING EMPTY", "POLYGON ((0 0, 1 0, 1 1, 0 0))", "POLYGON Z ((0 0 1, 4 0 2, 4 4 3, 0 0 1))", "POLYGON EMPTY",
    "POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0), (1 1, 2 1, 2 2, 1 1))", "MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)))",
    "MULTILINESTRING Z ((0 0 1, 1 1 2), (2 2 3, 3 3 4))", "GEOMETRYCOLLECTION (POINT (1 1))", "LINESTRING (777 0, 1 1)",
    "POINT (777 3)", "POLYGON ((0 0, 1 777, 1 1, 0 0))", "POLYGON ((777 0, 1 1, 1 2, 777 0))",
)  # fmt: skip


@st.composite
def blob(draw: st.DrawFn) -> Any:
    """Return a blob as some program may have written it: any envelope, either byte order, cut off or spoiled."""
    shape = shapely.from_wkt(draw(st.sampled_from(WORDS)))
    order, flavor = draw(st.sampled_from([0, 1])), draw(st.sampled_from(["iso", "extended"]))
    body = shapely.to_wkb(shape, byte_order=order, flavor=flavor)
    for number in (np.nan, np.inf):
        spoiled = body.replace(np.float64(777).tobytes(), np.float64(number).tobytes())
        body = draw(st.sampled_from([body, spoiled]))
    code = draw(st.integers(0, 4))
    whole = b"GP\x00" + bytes([code << 1 | 1]) + b"\x00" * 4 + b"\x01" * (0, 32, 48, 48, 64)[code] + body
    ill = draw(st.sampled_from(["no", "no", "no", "cut", "byte", "longer", "none", "text", "short"]))
    if ill == "cut":
        return whole[: draw(st.integers(0, len(whole)))]
    if ill == "byte":
        at = draw(st.integers(0, len(whole) - 1))
        return whole[:at] + bytes([draw(st.integers(0, 255))]) + whole[at + 1 :]
    return {"longer": whole + b"\x00", "none": None, "text": "GP words", "short": b"GP"}.get(ill, whole)


@given(st.lists(blob(), max_size=12))
def test_flat_is_as_shapely_reads_it(found: list[Any]) -> None:
    with np.errstate(invalid="ignore"):  # GEOS compares what is not a number
        wanted = blobs.decode(found)
        read = decode_flat(found)
    assert list(shapely.to_wkb(np.asarray(read), flavor="iso")) == list(shapely.to_wkb(wanted, flavor="iso"))


def test_usual_rows_need_no_bytes_of_their_own() -> None:
    shapes = shapely.from_wkt(WORDS[:2] + WORDS[3:5] + WORDS[6:8])
    read = decode_flat(blobs.encode(shapes, 4545))
    assert len(read.wkb) == 0
    assert list(read.kind) == [1, 1, 2, 2, 3, 3]
    assert read.is_high is not None
    assert list(read.is_high) == [False, True] * 3


def test_a_large_table_is_flat_and_its_words_are_shared(monkeypatch: Any) -> None:
    monkeypatch.setattr(flat, "FEW", 1500)
    db = apsw.Connection(":memory:")
    db.execute("CREATE TABLE t (fid INTEGER PRIMARY KEY, geom BLOB, kind TEXT, floors INTEGER)")
    shapes = shapely.points(np.arange(2500.0), 1.0)
    stored = blobs.encode(shapes, 4545)
    db.executemany(
        "INSERT INTO t VALUES (?,?,?,?)", [(i, b, f"kind {i % 3}", i) for i, b in enumerate(stored)]
    )
    table = read_table(db, "t")
    assert isinstance(table.geometry, flat.Shapes)
    assert shapely.equals(table.geometry, shapes).all()
    assert len({id(v) for v in table.columns["kind"]}) == 3
    assert table.columns["floors"].tolist() == list(range(2500))
    db.execute("DELETE FROM t WHERE fid >= 1500")
    assert isinstance(read_table(db, "t").geometry, np.ndarray)
    db.close()
