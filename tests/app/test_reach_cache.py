"""What is kept of networks from opening to opening is bit by bit what would be made anew, or is not used."""

from __future__ import annotations

import os
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
import shapely

from renovate_gui.analysis.reach import ReachEngine
from renovate_gui.app.reach_cache import ReachCache
from renovate_gui.geo import network as network_module
from renovate_gui.geo.network import build_network
from renovate_gui.geo.snapping import anchor_points


def _objects(items: list[object]) -> np.ndarray:
    made = np.empty(len(items), dtype=object)
    made[:] = items
    return made


@pytest.fixture
def town() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return lines with heights, shapes (one missing) and entrances of some of them."""
    rng = np.random.default_rng(4)
    lines = [
        shapely.LineString(np.column_stack([[0, 100, 200], [y, y, y], rng.uniform(0, 9, 3)]))
        for y in range(0, 200, 20)
    ]
    lines += [shapely.LineString([(100, 0, 1), (100, 180, 9)])]
    shapes: list[object] = [shapely.Point(*p).buffer(4) for p in rng.uniform(0, 200, (30, 2))]
    shapes[7] = None
    doors: list[object] = [None] * 30
    doors[3] = shapely.MultiPoint([(3, 3), (120, 61)])
    return _objects(lines), _objects(shapes), _objects(doors)


def _made(cache: ReachCache, town: tuple[np.ndarray, ...]) -> ReachEngine:
    lines, shapes, doors = town
    return cache.engine(cache.network(lines), shapes, doors)


def _assert_same(one: ReachEngine, two: ReachEngine) -> None:
    for name in ("length_m", "tail", "head", "node_xy", "component", "source", "z"):
        assert np.array_equal(getattr(one.network, name), getattr(two.network, name))
    assert (shapely.to_wkb(one.network.lines[:]) == shapely.to_wkb(two.network.lines[:])).all()
    assert (shapely.to_wkb(one.places) == shapely.to_wkb(two.places)).all()
    for field in fields(one.joins):
        assert np.array_equal(getattr(one.joins, field.name), getattr(two.joins, field.name))
    goal = _objects([shapely.Point(37, 44)])
    assert np.array_equal(one.nearest(goal).cost, two.nearest(goal).cost, equal_nan=True)


def _fresh(town: tuple[np.ndarray, ...]) -> ReachEngine:
    lines, shapes, doors = town
    return ReachEngine(build_network(lines), anchor_points(shapes), entrances=doors)


def test_what_is_found_is_what_would_be_made(tmp_path: Path, town, monkeypatch) -> None:
    _assert_same(_made(ReachCache(tmp_path, worth=1), town), _fresh(town))
    again = _fresh(town)

    def never(*_args: object, **_more: object) -> None:
        raise AssertionError("made anew")

    monkeypatch.setattr(network_module, "build_network", never)
    monkeypatch.setattr("renovate_gui.geo.snapping.Snapper._join", never)
    monkeypatch.setattr("renovate_gui.geo.snapping.anchor_points", never)
    found = _made(ReachCache(tmp_path, worth=1), town)
    monkeypatch.undo()
    _assert_same(found, again)


@pytest.mark.parametrize("damage", ["cut", "byte", "empty", "words", "swapped", "arrays", "one array"])
def test_a_damaged_or_foreign_file_is_made_anew(tmp_path: Path, town, damage: str) -> None:
    _made(ReachCache(tmp_path, worth=1), town)
    files = sorted(tmp_path.iterdir())
    assert len(files) == 2
    whole = [f.read_bytes() for f in files]
    for file, data in zip(files, whole, strict=True):
        middle = len(data) // 2
        file.write_bytes(
            {
                "cut": data[:middle],
                "byte": data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :],
                "empty": b"",
                "words": b"not a file of ours",
                "swapped": whole[1] if data is whole[0] else whole[0],
                "arrays": b"",
                "one array": b"",
            }[damage]
        )
        if damage == "arrays":
            np.savez(file, key=np.array(file.stem), other=np.zeros(3))
        elif damage == "one array":
            with file.open("wb") as out:
                np.save(out, np.zeros(3))
    _assert_same(_made(ReachCache(tmp_path, worth=1), town), _fresh(town))
    assert [f.read_bytes() for f in files] == whole  # and kept again


def test_other_contents_are_other_files(tmp_path: Path, town) -> None:
    lines, shapes, doors = town
    cache = ReachCache(tmp_path, worth=1)
    _made(cache, town)
    moved = shapes.copy()
    moved[0] = shapely.Point(11, 12).buffer(4)
    _assert_same(_made(cache, (lines, moved, doors)), _fresh((lines, moved, doors)))
    higher = lines.copy()
    higher[0] = shapely.LineString([(0, 0, 5), (100, 0, 6), (200, 0, 7)])
    _assert_same(_made(cache, (higher, shapes, doors)), _fresh((higher, shapes, doors)))
    without = _objects([None] * len(shapes))
    _assert_same(_made(cache, (lines, shapes, without)), _fresh((lines, shapes, without)))


def test_a_folder_that_cannot_be_made_is_no_hindrance(tmp_path: Path, town) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    _assert_same(_made(ReachCache(tmp_path / "file" / "reach", worth=1), town), _fresh(town))
    _assert_same(_made(ReachCache(None, worth=1), town), _fresh(town))


def test_small_projects_keep_nothing(tmp_path: Path, town) -> None:
    _made(ReachCache(tmp_path), town)
    assert not list(tmp_path.iterdir())


def test_what_was_used_last_stays_when_room_runs_out(tmp_path: Path, town) -> None:
    lines, shapes, doors = town
    cache = ReachCache(tmp_path, worth=1)
    _made(cache, town)
    size = sum(f.stat().st_size for f in tmp_path.iterdir())
    first = {f.name for f in tmp_path.iterdir()}
    for f in tmp_path.iterdir():
        os.utime(f, (1, 1))
    other = lines[:-1]
    small = ReachCache(tmp_path, worth=1, most_bytes=size)
    _made(small, (other, shapes, doors))
    left = {f.name for f in tmp_path.iterdir()}
    assert sum(f.stat().st_size for f in tmp_path.iterdir()) <= size
    assert not left & first
