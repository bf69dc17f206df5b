"""Kill an import and an export in the middle: no half layer, no half package."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import apsw

from crash_harness import checks, children
from crash_harness.checks import Wrong
from crash_harness.parts import Bench
from crash_harness.scripts import CRS, NAME
from crash_harness.shim import CHANGING, Counting, Killing, install
from renovate_gui.app.session import Session

ROWS = 300


@dataclass
class Plain:
    """A command's run without a fault: how long it takes and how often it changes the disk."""

    folder: Path
    seconds: float
    calls: int


_plain: dict[str, Plain] = {}


def _words(command: str, folder: Path) -> list[str]:
    project = str(folder / NAME)
    if command == "import":
        return ["import", project, str(folder / "楼栋.geojson"), "--as", "buildings", "--json"]
    return ["export", project, "--out", str(folder / "out"), "--paper", "A4", "--class", "working", "--json"]


def get_import(bench: Bench, _case: int) -> None:
    """Run an import without a fault."""
    plain(bench, "import")


def get_export(bench: Bench, _case: int) -> None:
    """Run an export without a fault."""
    plain(bench, "export")


def plain(bench: Bench, command: str) -> Plain:
    """Return a command's run without a fault."""
    if command not in _plain:
        folder = bench.folder / "commands" / command
        folder.mkdir(parents=True)
        _make_source(folder / "楼栋.geojson")
        prepare_project = [["new", str(folder / NAME), "--crs", CRS]]
        if command == "export":
            prepare_project.append(_words("import", folder))
        for words in prepare_project:
            _run(words, folder)
        _draw(folder / NAME)
        copy = _copy(folder, folder.with_name(command + "-plain"))
        counted: list[int] = []
        started = time.monotonic()
        counted.append(_count(_words(command, copy), copy))
        _plain[command] = Plain(folder, time.monotonic() - started, counted[0])
        _CHECKS[command](copy, True, Random(0))
    return _plain[command]


def _copy(source: Path, target: Path) -> Path:
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target)
    return target


def _make_source(path: Path) -> None:
    features = []
    for n in range(ROWS):
        lon, lat = 106.577 + n % 20 * 0.0003, 29.557 + n // 20 * 0.0003
        ring = [[lon, lat], [lon + 0.0002, lat], [lon + 0.0002, lat + 0.0001], [lon, lat]]
        properties = {"name": f"{n} 号楼", "floors": n % 7 + 1, "residents": 40 + n % 9}
        features.append(
            {
                "type": "Feature",
                "properties": properties,
                "geometry": {"type": "Polygon", "coordinates": [ring]},
            }
        )
    text = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
    path.write_text(text, encoding="utf-8")


def _draw(project: Path) -> None:
    import shapely

    def work() -> int:
        with Session.open(project) as session:
            session.proposals.add(shapely.Point(652_900, 3_272_100), title="加装电梯")
            session.proposals.add(shapely.box(652_950, 3_272_100, 652_980, 3_272_120), title="口袋公园")
        return 0

    if children.fork(work, project.with_suffix(".err")).finish():
        raise Wrong("the project could not be filled")


def _run(words: Sequence[str], folder: Path) -> None:
    child = children.fork(lambda: children.run_command(words), folder / "run.err")
    if child.finish():
        raise Wrong(f"{words[0]} failed without a fault: {child.complaint()[-500:]}")


def _count(words: Sequence[str], folder: Path) -> int:
    told = folder / "count"

    def work() -> int:
        watcher = Counting()
        install(watcher, str(folder))
        status = children.run_command(words)
        told.write_text(str(sum(kind in CHANGING for kind in watcher.calls)), encoding="utf-8")
        return status

    child = children.fork(work, folder / "run.err")
    if child.finish():
        raise Wrong(f"{words[0]} failed without a fault: {child.complaint()[-500:]}")
    return int(told.read_text(encoding="utf-8"))


# -- the cases ------------------------------------------------------------------------------------------------
def kill_import(bench: Bench, case: int, _cases: int) -> str:
    """Kill ``renovate-gui import`` at a moment or at a call."""
    return _kill(bench, case, "import")


def kill_export(bench: Bench, case: int, _cases: int) -> str:
    """Kill ``renovate-gui export`` at a moment or at a call."""
    return _kill(bench, case, "export")


def _kill(bench: Bench, case: int, command: str) -> str:
    random = bench.random(command, case)
    known = plain(bench, command)
    folder = _copy(known.folder, bench.place(command, case))
    prepare, seconds, how = None, random.uniform(0.05, known.seconds), "at a moment"
    if case % 2:
        watcher = Killing(random.randint(1, known.calls), random.choice(("before", "after")))
        prepare, seconds, how = (lambda: install(watcher, str(folder))), 60.0, "at a call"
    words = _words(command, folder)
    child = children.fork(lambda: children.run_command(words), folder / "run.err", prepare=prepare)
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and child.read(deadline - time.monotonic()):
        pass
    is_told = bool(child.lines)
    child.kill()
    child.finish()
    is_told = is_told or bool(child.lines)
    _no_orphans(child.pid)
    state = _CHECKS[command](folder, is_told, random)
    return f"{how}, {state}"


def _no_orphans(session: int) -> None:
    """A child that the command had started to read a file must end by itself."""
    deadline = time.monotonic() + 10.0
    while time.monotonic() < deadline:
        if not _processes_of(session):
            return
        time.sleep(0.05)
    raise Wrong(f"child processes of the killed command live on: {_processes_of(session)}")


def _processes_of(session: int) -> list[str]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == session and fields[0] != "Z":
            found.append(stat.parent.name)
    return found


def _check_import(folder: Path, is_told: bool, random: Random) -> str:
    project = folder / NAME
    count = _layers_whole(project)
    if is_told and count != 1:
        raise Wrong("the import was acknowledged and is lost")
    if random.random() < 0.3:
        checks.check_ogrinfo(project)
        _run(_words("import", folder), folder)
        if _layers_whole(project) != count + 1:
            raise Wrong("it cannot be imported again")
    return "layer there" if count else "no layer"


def _layers_whole(project: Path) -> int:
    """Return how many layers there are, each of them whole and none without its registry row."""
    with Session.open(project) as session:
        if session.project.is_read_only or len(session.proposals.all()) != 2:
            raise Wrong(f"not as it was: {session.project.read_only_reason}, {len(session.proposals.all())}")
        infos = session.layers.all()
        for info in infos:
            if not len(session.layers.table(info.id)) == info.feature_count == ROWS:
                raise Wrong(f"a half layer: {len(session.layers.table(info.id))} of {info.feature_count}")
    checks.check_file(project)
    db = apsw.Connection(str(project), flags=apsw.SQLITE_OPEN_READWRITE)
    try:
        tables = {
            r[0]
            for r in db.execute("SELECT name FROM sqlite_master WHERE name GLOB 'lyr_*' AND type='table'")
        }
    finally:
        db.close()
    if tables != {info.table for info in infos}:
        raise Wrong(f"a table without a layer: {tables}")
    return len(infos)


def _check_export(folder: Path, is_told: bool, random: Random) -> str:
    project, out = folder / NAME, folder / "out"
    remembered, found = _packages_whole(project, out)
    if is_told and (not remembered or not found):
        raise Wrong("the export was acknowledged and is lost")
    if remembered and not found:
        raise Wrong("the project remembers a package that is not there")
    if random.random() < 0.25:
        _run(_words("export", folder), folder)
        again = _packages_whole(project, out)
        if again != (remembered + 1, found + 1):
            raise Wrong(f"it cannot be exported again: {again}")
    return f"{found} package, {remembered} remembered"


def _packages_whole(project: Path, out: Path) -> tuple[int, int]:
    """Return how many packages the project remembers and how many there are, each of them whole."""
    from renovate_gui.io.package.verify import verify_folder

    _layers_whole(project)
    with Session.open(project) as session:
        remembered = len(session.project.packages())
    folders = [p for p in out.iterdir() if not p.name.startswith(".")] if out.exists() else []
    for folder in folders:
        problems = verify_folder(folder).problems
        if problems:
            raise Wrong(f"a half package: {problems[:2]}")
    return remembered, len(folders)


_CHECKS: dict[str, Callable[[Path, bool, Random], str]] = {"import": _check_import, "export": _check_export}
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
