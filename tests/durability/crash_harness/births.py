"""Power cuts while a project is made, copied, or brought up to date from an older version."""

from __future__ import annotations

import pickle
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import apsw

from crash_harness import checks, children
from crash_harness.checks import Wrong
from crash_harness.disk import MODES, Disk, read_folder, write_folder
from crash_harness.parts import Bench
from crash_harness.scripts import CRS
from crash_harness.shim import Call, Recording, install
from renovate_gui.app.session import Session
from renovate_gui.store import schema
from renovate_gui.store.backups import backups_of, fault_of

OLD_VERSIONS = Path(__file__).resolve().parents[2] / "store" / "old_versions"
ORIGINAL, NEW = "a.gpkg", "b.gpkg"


@dataclass
class Birth:
    """One way a file comes to be: what is done, and what must be found once that was acknowledged or before."""

    work: Callable[[Path], None]
    check: Callable[[Path, bool], None]
    begin: Callable[[Path], None]


def cut_power(bench: Bench, case: int, _cases: int) -> str:
    """Cut the power at a random call of one of the ways."""
    random = bench.random("births", case)
    kind = _kind(case)
    folder, files, calls = recorded(bench, kind)
    at = len(calls) if random.random() < 0.25 else random.randint(0, len(calls))  # the end is where it counts
    disk = Disk(files)
    for call in calls[:at]:
        disk.play(call)
    place = bench.place("births", case)
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    mode = MODES[case // len(BIRTHS) % len(MODES)]
    write_folder(disk.survivors(mode, random).items(), folder, place)
    is_acknowledged = any(c.kind == "acknowledged" for c in calls[:at])
    BIRTHS[kind].check(place, is_acknowledged)
    return kind


def _kind(case: int) -> str:
    return list(BIRTHS)[case % len(BIRTHS)]


def get_recording(bench: Bench, case: int) -> None:
    """Record the way a case cuts off."""
    recorded(bench, _kind(case))


_recordings: dict[str, tuple[Path, dict[str, bytes], list[Call]]] = {}


def recorded(bench: Bench, kind: str) -> tuple[Path, dict[str, bytes], list[Call]]:
    """Return the folder, the files before, and the calls of one way, acknowledgement included."""
    if kind not in _recordings:
        folder = bench.folder / "births" / kind
        folder.mkdir(parents=True)
        BIRTHS[kind].begin(folder)
        files = read_folder(folder)
        told = folder.with_suffix(".calls")

        def work() -> int:
            watcher = Recording(str(folder))
            install(watcher, str(folder))
            BIRTHS[kind].work(folder)
            watcher.mark("acknowledged", 0)
            with told.open("wb") as file:
                pickle.dump(watcher.calls, file)
            return 0

        child = children.fork(work, folder.with_suffix(".err"))
        if child.finish():
            raise Wrong(f"{kind} failed without a fault: {child.complaint()[-600:]}")
        _recordings[kind] = (folder, files, pickle.loads(told.read_bytes()))
    return _recordings[kind]


# -- the ways -------------------------------------------------------------------------------------------------
def _make(path: Path) -> None:
    from renovate_gui.bootstrap import create_session

    create_session(path, title="小区", crs=CRS).close()


def _make_with_content(folder: Path) -> None:
    def work() -> int:
        _make(folder / ORIGINAL)
        with Session.open(folder / ORIGINAL) as session:
            for n in range(3):
                session.set_title(f"小区 {n}")
        return 0

    if children.fork(work, folder.with_suffix(".err")).finish():
        raise Wrong("the project to copy could not be made")


def _copy(folder: Path) -> None:
    with Session.open(folder / ORIGINAL) as session:
        session.save_copy(folder / NEW)


def _migrate(folder: Path) -> None:
    Session.open(folder / ORIGINAL).close()


def _take_old_version(folder: Path) -> None:
    shutil.copy(_old_versions()[0], folder / ORIGINAL)


def _old_versions() -> list[Path]:
    return sorted(p for p in OLD_VERSIONS.glob("*.gpkg") if _version(p) < schema.SCHEMA_VERSION)


def _version(path: Path) -> int:
    db = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
    try:
        return int(str(db.execute("SELECT value FROM rg_meta WHERE key='schema'").fetchall()[0][0]))
    finally:
        db.close()


def _is_there(path: Path, is_acknowledged: bool) -> None:
    """A file that was acknowledged is there; one that is there is whole."""
    if not path.exists():
        if is_acknowledged:
            raise Wrong(f"“{path.name}” was acknowledged and is gone")
        return
    with Session.open(path) as session:
        if session.settings().crs != CRS or session.project.is_read_only:
            raise Wrong(f"“{path.name}” is not whole: {session.settings()}")
    checks.check_file(path)
    checks.check_goes_on(path)


def _check_migrated(folder: Path, is_acknowledged: bool) -> None:
    """Old or new, whole in either case; and when new, the old version is among the backups."""
    path = folder / ORIGINAL
    version = _version(path)
    if version != schema.SCHEMA_VERSION and is_acknowledged:
        raise Wrong("bringing it up to date was acknowledged and is lost")
    if version == schema.SCHEMA_VERSION:
        good = [b for b in backups_of(path) if not fault_of(b) and _version(b) < schema.SCHEMA_VERSION]
        if not good:
            raise Wrong("it was brought up to date, and no whole backup of the old version is there")
    found, wanted = checks.drawn(path), checks.drawn(_reference(folder))
    if found != wanted:
        raise Wrong("what is drawn is not what it was")
    checks.check_file(path)
    checks.check_goes_on(path)


def _reference(folder: Path) -> Path:
    reference = folder / "reference" / ORIGINAL
    reference.parent.mkdir()
    shutil.copy(_old_versions()[0], reference)
    return reference


BIRTHS: dict[str, Birth] = {
    "made": Birth(
        lambda folder: _make(folder / NEW),
        lambda folder, is_done: _is_there(folder / NEW, is_done),
        lambda _folder: None,
    ),
    "copied": Birth(_copy, lambda folder, is_done: _is_there(folder / NEW, is_done), _make_with_content),
}
if _old_versions():
    BIRTHS["brought up to date"] = Birth(_migrate, _check_migrated, _take_old_version)
