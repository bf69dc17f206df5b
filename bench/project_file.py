"""The project file: what an edit costs as the project grows, undo, size, readers beside a writer, the first picture."""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from measure import Figure, show
from parcels import CRS, parcels

SIZES = (10_000, 100_000, 1_000_000)
_EDITS = 41
_BARE = "bare apsw transaction with a recorded changeset"
_CLASS_COLUMN = "households"


@dataclass(frozen=True, slots=True)
class _Made:
    session: Any
    layer_id: Any
    seconds: float  # of storing


def project_file(folder: Path) -> None:
    """Measure everything about the project file."""
    growth(folder)
    bulk(folder)
    first_picture(folder)


def _make(path: Path, count: int) -> _Made:
    """Make a project with so many parcels in five classes, as an import stores them (without reading a source file)."""
    from renovate_gui.app.session import Session
    from renovate_gui.domain.ids import LayerId, new_uuid
    from renovate_gui.domain.layer import LayerInfo, LayerTable
    from renovate_gui.domain.roles import SLOT_OF_ROLE, Datum, Role

    session = Session.create(path, crs=CRS)
    geometry, columns = parcels(count)
    info = LayerInfo(
        id=LayerId(0), uuid=new_uuid(), name="parcels", table="", role=Role.PARCELS, slot=SLOT_OF_ROLE[Role.PARCELS],
        position=0, is_visible=True, geometry_type="Polygon", feature_count=count, source_crs=CRS, datum=Datum.CGCS2000,
    )  # fmt: skip
    start = time.perf_counter()
    with session.project.action("Import") as writer:
        stored = writer.add_layer(info, LayerTable(np.arange(count), geometry, columns))
    seconds = time.perf_counter() - start
    session.layers.set_style(
        stored.id, session.layers.suggest_style(stored.id, _CLASS_COLUMN, graduated=True)
    )
    return _Made(session, stored.id, seconds)


# -- one edit -------------------------------------------------------------------------------------------------------
def growth(folder: Path) -> None:
    """Measure one durable edit of each kind at 10k, 100k and 1M features, a bare transaction beside it."""
    made = {count: _make(folder / f"growth{count}.gpkg", count) for count in SIZES}
    bare = {count: _Bare(folder / f"bare{count}.db", count) for count in SIZES}
    edits = {count: {**_edit_kinds(made[count]), _BARE: bare[count].once} for count in SIZES}
    _settle_disk()
    attribute = 0.0
    for name in edits[SIZES[0]]:
        medians = _medians_in_turn({count: edits[count][name] for count in SIZES}, _EDITS)
        goal = None if name == _BARE else 10
        figures = [Figure(f"{count:,} features", ms, "ms", goal, count) for count, ms in medians.items()]
        show(f"durable: {name}, median of {_EDITS}", figures)
        _show_ratio(figures, goal=None if name == _BARE else 1.5)
        attribute = attribute or medians[SIZES[1]]
    print(f"  an attribute's edit at {SIZES[1]:,} against it: {attribute / medians[SIZES[1]]:.1f}")
    scenes = {count: _edits_with_scene(made[count]) for count in SIZES}
    for name in scenes[SIZES[0]]:
        medians = _medians_in_turn({count: scenes[count][name] for count in SIZES}, 9)
        figures = [Figure(f"{count:,} features", ms, "ms", None, count) for count, ms in medians.items()]
        show(f"edit until the new scene is there: {name}", figures)
    for one in made.values():
        one.session.close()
    for other in bare.values():
        other.close()


def _settle_disk() -> None:
    """Let what was written in bulk reach the disk first: an edit would wait for it, the more the larger the file."""
    if hasattr(os, "sync"):
        os.sync()


def _medians_in_turn(works: dict[int, Callable[[], object]], runs: int) -> dict[int, float]:
    """Return the median of each in ms; they take turns, so that whatever else the machine does meets all alike."""
    times: dict[int, list[float]] = {count: [] for count in works}
    for work in works.values():
        work()
    for _ in range(runs):
        for count, work in works.items():
            times[count].append(_median_ms(work, 1))
    return {count: statistics.median(found) for count, found in times.items()}


def _show_ratio(figures: list[Figure], goal: float | None) -> None:
    ratio = figures[-1].value / figures[0].value
    asked = "" if goal is None else f"  goal {goal:.2f}{'' if ratio <= goal else '  MISSED'}"
    print(f"  1M against 10k: {ratio:.2f}{asked}")


def _median_ms(work: Callable[[], object], runs: int) -> float:
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def _edit_kinds(made: _Made) -> dict[str, Callable[[], object]]:
    from renovate_gui.app.editing import apply_operation

    session, layer, layers = made.session, made.layer_id, made.session.layers
    table = layers.table(layer)
    rim = int(np.argmax(shapely.bounds(table.geometry)[:, 2]))
    inside = iter(range(len(table) // 2, len(table)))
    numbers = iter(range(1_000_000))
    offsets = _signs()

    def attribute() -> None:
        layers.set_values(layer, int(table.ids[next(inside)]), {"floors": 7 + next(numbers)})

    def move(row: int, metres: float) -> None:
        layers.set_geometry(layer, int(table.ids[row]), _moved(table.geometry[row], metres))

    def add() -> None:
        place = {"type": "Point", "coordinates": [360_000.0 + next(numbers), 3_273_000.0]}
        apply_operation(
            session,
            {
                "op": "add",
                "layer": "proposals",
                "id": f"p{next(numbers)}",
                "geometry": place,
                "properties": {},
            },
        )

    return {
        "attribute": attribute,
        "geometry inside": lambda: move(next(inside), 0.5),
        "geometry at the rim": lambda: move(rim, next(offsets)),
        "delete": lambda: layers.delete_features(layer, [int(table.ids[next(inside)])]),
        "add a proposal": add,
        "undo": session.undo,
    }


def _edits_with_scene(made: _Made) -> dict[str, Callable[[], object]]:
    from renovate_gui.app.scenes import SceneRequest

    session, layer, layers = made.session, made.layer_id, made.session.layers
    table = layers.table(layer)
    numbers = iter(range(1_000_000))

    def attribute() -> None:
        layers.set_values(layer, int(table.ids[next(numbers)]), {_CLASS_COLUMN: 3.0 + next(numbers) % 20})
        session.scenes.build(SceneRequest())

    def geometry() -> None:
        row = next(numbers)
        layers.set_geometry(layer, int(table.ids[row]), _moved(table.geometry[row], 0.5))
        session.scenes.build(SceneRequest())

    return {"attribute": attribute, "geometry": geometry}


def _signs() -> Iterator[float]:
    while True:
        yield 1.0
        yield -1.0


def _moved(geometry: Any, metres: float) -> Any:
    return shapely.transform(geometry, lambda xy: xy + metres)


class _Bare:
    """One changed row with its changeset kept, by apsw alone, as durable as ours."""

    def __init__(self, path: Path, count: int) -> None:
        import apsw

        self._session = apsw.Session
        self._db = db = apsw.Connection(str(path))
        for name, value in (("journal_mode", "DELETE"), ("synchronous", "EXTRA"), ("secure_delete", 1)):
            db.pragma(name, value)
        db.execute("CREATE TABLE t (fid INTEGER PRIMARY KEY, geom BLOB, floors INTEGER)").fetchall()
        db.execute("CREATE TABLE h (seq INTEGER PRIMARY KEY, changeset BLOB)").fetchall()
        with db:
            db.executemany("INSERT INTO t VALUES (?,?,1)", ((i, bytes(180)) for i in range(count)))
        self._numbers = iter(range(count // 2, count))

    def once(self) -> None:
        """Change one row."""
        self._db.execute("BEGIN IMMEDIATE")
        recording = self._session(self._db, "main")
        recording.attach("t")
        self._db.execute("UPDATE t SET floors=7 WHERE fid=?", (next(self._numbers),))
        self._db.execute("INSERT INTO h (changeset) VALUES (?)", (recording.changeset(),))
        recording.close()
        self._db.execute("COMMIT")

    def close(self) -> None:
        """Close the file."""
        self._db.close()


# -- bulk -----------------------------------------------------------------------------------------------------------
def bulk(folder: Path) -> None:
    """Measure an import of 100k features: its undo, the file beside a plain GeoPackage, and readers that must not wait."""
    count = 100_000
    path = folder / "bulk.gpkg"
    source = _plain(folder, count)
    imported = _imported(path, source)
    with imported.session as session:
        undone = _median_ms(session.undo, 1) / 1000
        redone = _median_ms(session.redo, 1) / 1000
        waits = _reader_waits(session)
    show(
        f"import of {count:,} features",
        [
            Figure("import, reading the source in a process of its own", imported.seconds, "s"),
            Figure("undo of the import", undone, "s", 1),
            Figure("redo of the import", redone, "s", 1),
        ],
    )
    show(
        f"another thread reads the list of layers while {count:,} features are stored",
        [
            Figure("storing", waits[0], "s"),
            Figure("longest wait of a reader", waits[1], "ms", 50),
            Figure("readings meanwhile", waits[2], ""),
        ],
    )
    _show_sizes(folder, source, count)


def _plain(folder: Path, count: int) -> Path:
    """Write the same data as other programs keep it."""
    from pyogrio.raw import write

    geometry, columns = parcels(count)
    path = folder / f"plain{count}.gpkg"
    write(
        path, shapely.to_wkb(geometry), list(columns.values()), list(columns), layer="parcels",
        geometry_type="Polygon", crs=CRS, driver="GPKG",
    )  # fmt: skip
    return path


def _imported(path: Path, source: Path) -> _Made:
    from dataclasses import replace

    from renovate_gui.app.session import Session
    from renovate_gui.domain.roles import Datum, Role

    session = Session.create(path, crs=CRS)
    reports = session.survey.prepare_inspect([source]).run()
    plan = replace(session.survey.propose(reports)[0], role=Role.PARCELS, datum=Datum.CGCS2000)
    start = time.perf_counter()
    session.survey.prepare_import(plan).run()
    seconds = time.perf_counter() - start
    return _Made(session, session.layers.all()[0].id, seconds)


def _reader_waits(session: Any) -> tuple[float, float, float]:
    """Return seconds of storing, the longest wait of a reader in ms, and how many readings came through."""
    from dataclasses import replace

    from renovate_gui.domain.ids import LayerId, Uuid

    info, table = session.layers.all()[0], session.layers.table(session.layers.all()[0].id)
    done = threading.Event()
    waits: list[float] = []

    def read() -> None:
        while not done.is_set():
            start = time.perf_counter()
            session.project.layers()
            waits.append((time.perf_counter() - start) * 1000)
            time.sleep(0.005)

    reader = threading.Thread(target=read)
    reader.start()
    start = time.perf_counter()
    with session.project.action("Import again") as writer:
        writer.add_layer(replace(info, id=LayerId(0), uuid=Uuid(""), name="again"), table)
    seconds = time.perf_counter() - start
    done.set()
    reader.join()
    return seconds, max(waits), len(waits)


def _show_sizes(folder: Path, source: Path, count: int) -> None:
    path = folder / "size.gpkg"
    _imported(path, source).session.close()
    ours, plain = path.stat().st_size / 1e6, source.stat().st_size / 1e6
    title = f"file after an import of {count:,} features"
    show(title, [Figure("ours", ours, "MB", 1.3 * plain), Figure("plain GeoPackage", plain, "MB")])
    print(f"  ours against plain: {ours / plain:.2f}  goal 1.30")


# -- the first picture ----------------------------------------------------------------------------------------------
def first_picture(folder: Path) -> None:
    """Measure opening a project of 100k parcels until its first picture, each time in a fresh process, beside QGIS."""
    count = 100_000
    plain = _plain(folder, count)
    path = folder / "picture.gpkg"
    _make(path, count).session.close()
    python = _qgis_python()
    runs: list[dict[str, float]] = []
    others: list[dict[str, float]] = []
    for _ in range(5):  # in turn, so that whatever else the machine does meets both alike
        runs.append(_child([sys.executable, "first_picture.py", str(path)]))
        if python is not None:
            others.append(_child([python, "first_picture_qgis.py", str(plain), _CLASS_COLUMN]))
    ours = _best(runs)
    theirs = _best(others) if others else None
    goal = None if theirs is None else theirs["together_s"]
    figures = [
        Figure(f"ours: {name[:-2]}", value, "s") for name, value in ours.items() if name != "together_s"
    ]
    figures.append(Figure("ours: open, check, classes, first picture", ours["together_s"], "s", goal))
    if theirs is not None:
        figures += [
            Figure(f"QGIS: {name[:-2]}", value, "s") for name, value in theirs.items() if name != "together_s"
        ]
        figures.append(Figure("QGIS: open, classify, first picture", theirs["together_s"], "s"))
    show(
        f"opening {count:,} parcels, 1600 × 1000 pixels, fresh process, file not in memory, best of 5, in turn",
        figures,
        2,
    )
    if theirs is None:
        print("  QGIS is not installed here, so there is nothing to compare with (Debian: qgis python3-qgis)")


def _qgis_python() -> str | None:
    """Return the interpreter that knows QGIS (a system package's, never this one), or None."""
    for name in ("/usr/bin/python3", shutil.which("python3")):
        if name and Path(name).exists():
            asked = [name, "-c", "import qgis.core"]
            if subprocess.run(asked, capture_output=True, env=_clean(), check=False).returncode == 0:
                return name
    return None


def _clean() -> dict[str, str]:
    left_out = {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"}
    return {k: v for k, v in os.environ.items() if k not in left_out} | {"QT_QPA_PLATFORM": "offscreen"}


def _child(words: list[str]) -> dict[str, float]:
    words[1] = str(Path(__file__).with_name(words[1]))
    _drop_from_memory(Path(words[2]))
    done = subprocess.run(words, capture_output=True, text=True, env=_clean(), check=False)
    if done.returncode:
        raise RuntimeError(f"{Path(words[1]).name}: {done.stderr.strip().splitlines()[-1:]}")
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _best(runs: list[dict[str, float]]) -> dict[str, float]:
    return min(runs, key=lambda found: found["together_s"])


def _drop_from_memory(path: Path) -> None:
    """Let the next reading come from the disk, where the system can do that."""
    if hasattr(os, "posix_fadvise"):
        with path.open("rb") as file:
            os.fsync(file.fileno())
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
