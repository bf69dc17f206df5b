"""The noded network and who joins it where, kept on this machine from one opening of a project to the next.

Making them takes seconds for a large town, and the same every time. They are no part of the project: a file named after the
contents it was made from lies in the person's cache folder, so that nothing is recorded, sealed, merged or sent along, a
project that cannot be written is as quick as any, and a file of other contents is never found. What is missing, damaged,
foreign or made by another version of the program is made anew without a word.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import zipfile
import zlib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray

from renovate_gui.domain.layer import ObjectArray
from renovate_gui.domain.shapes import Shapes, coordinates, flat_of, settled

if TYPE_CHECKING:
    from renovate_gui.analysis.reach import ReachEngine
    from renovate_gui.geo.network import WalkNetwork

Arrays = Mapping[str, NDArray[Any]]

MOST_BYTES = 500_000_000
"""The files take no more room than this together; those unused for longest go first."""

_WORTH = 20_000  # fewer lines or places are made in less time than it takes to look
_FORM = "1"
_JOINS = ("row", "edge", "offset_m", "access_m")
_UNREADABLE = (OSError, ValueError, TypeError, KeyError, EOFError, zipfile.BadZipFile, zlib.error)


def usual_folder() -> Path:
    """Return the person's folder for such files; ``RENOVATE_DATA`` names another (tests, portable installations)."""
    own = os.environ.get("RENOVATE_DATA")
    if own:
        return Path(own) / "cache" / "reach"
    import platformdirs

    return platformdirs.user_cache_path("renovate-gui", appauthor=False) / "reach"


class ReachCache:
    """Makes networks and engines, or finds them.

    Parameters
    ----------
    folder
        Where the files lie; made when something is kept. None: nothing is kept.
    worth
        Fewer lines or places than this are not kept.
    most_bytes
        How much room the files may take together.
    """

    def __init__(self, folder: Path | None, *, worth: int = _WORTH, most_bytes: int = MOST_BYTES) -> None:
        self._folder, self._worth, self._most = folder, worth, most_bytes

    def network(self, lines: ObjectArray) -> WalkNetwork:
        """Return the noded network of lines; see :func:`renovate_gui.geo.network.build_network`."""
        from renovate_gui.geo.network import build_network

        if self._folder is None or len(lines) < self._worth:
            return build_network(lines)
        key = _digest("network", lines)
        found = _as_network(self._read(key))
        if found is None:
            found = build_network(lines)
            self._write(key, _of_network(found))
        return found

    def engine(self, network: WalkNetwork, places: ObjectArray, entrances: ObjectArray | None) -> ReachEngine:
        """Return the engine in metres for shapes that are joined by their points, or by their entrances."""
        from renovate_gui.analysis.reach import ReachEngine
        from renovate_gui.geo.snapping import Joins, anchor_points

        if self._folder is None or len(places) < self._worth:
            return ReachEngine(network, anchor_points(places), entrances=entrances)
        key = _digest("joins", *_of_network(network).values(), places, entrances)
        kept = self._read(key)
        if kept is not None and {"xy", "has_point", "count", *_JOINS} <= kept.keys():
            points = settled(Shapes.points(kept["xy"], kept["has_point"]))
            joins = Joins(int(kept["count"]), *(kept[name] for name in _JOINS))
            return ReachEngine(network, points, entrances=entrances, joined=joins)
        made = ReachEngine(network, anchor_points(places), entrances=entrances)
        has_point = ~shapely.is_missing(made.places)
        joins = made.joins_of_doors
        self._write(
            key,
            {
                "xy": coordinates(made.places[has_point]),
                "has_point": has_point,
                "count": np.array(joins.count),
                **{name: getattr(joins, name) for name in _JOINS},
            },
        )
        return made

    # -- files --------------------------------------------------------------------------------------------------
    def _path(self, key: str) -> Path:
        assert self._folder is not None
        return self._folder / f"{key}.npz"

    def _read(self, key: str) -> Arrays | None:
        """Return the arrays kept under a key, None where there are none that can be read whole."""
        path = self._path(key)
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
                found = {
                    name: kept[name] for name in kept.files
                }  # a changed byte fails the archive's own sums
            if str(found.pop("key")) != key:
                return None
            os.utime(path)
        except _UNREADABLE:
            return None
        return found

    def _write(self, key: str, arrays: Arrays) -> None:
        """Keep arrays: all of them or nothing; a folder that cannot be written keeps nothing."""
        path = self._path(key)
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
            part = Path(name)
            try:
                with os.fdopen(handle, "wb") as file:
                    np.savez(file, allow_pickle=False, key=np.array(key), **dict(arrays))
                part.replace(path)
            finally:
                part.unlink(missing_ok=True)
            self._make_room(path)
        except OSError:
            return

    def _make_room(self, newest: Path) -> None:
        files = [(p.stat(), p) for p in newest.parent.iterdir() if p.suffix in {".npz", ".part"}]
        files.sort(key=lambda f: (f[1] == newest, f[0].st_mtime))
        total = sum(stat.st_size for stat, _ in files)
        for stat, path in files:
            if total <= self._most:
                break
            path.unlink(missing_ok=True)
            total -= stat.st_size


def _of_network(network: WalkNetwork) -> dict[str, NDArray[Any]]:
    found = {
        "xy": network.lines.xy,
        "start": network.lines.start,
        **{
            name: getattr(network, name)
            for name in ("length_m", "tail", "head", "node_xy", "component", "source")
        },
    }
    return found if network.z is None else found | {"z": network.z}


def _as_network(kept: Arrays | None) -> WalkNetwork | None:
    from renovate_gui.geo.lines import Lines
    from renovate_gui.geo.network import WalkNetwork

    wanted = ("length_m", "tail", "head", "node_xy", "component", "source")
    if kept is None or not {"xy", "start", *wanted} <= kept.keys():
        return None
    lines = Lines(kept["xy"], kept["start"])
    length_m, tail, head, node_xy, component, source = (kept[name] for name in wanted)
    return WalkNetwork(lines, length_m, tail, head, node_xy, component, source, z=kept.get("z"))


def _digest(what: str, *parts: NDArray[Any] | None) -> str:
    """Return a name for what is made of contents by this version of the program."""
    found = hashlib.blake2b(digest_size=20)
    found.update(f"{_FORM} {what} {_code()}".encode())
    for part in parts:
        if part is None:
            found.update(b"-")
            continue
        shapes = flat_of(part)
        if shapes is not None:
            found.update(b"flat" + shapes.digest())
            continue
        flat = part
        if part.dtype == object:
            bodies = [body or b"" for body in shapely.to_wkb(part)]
            found.update(np.array([len(body) for body in bodies], dtype=np.int64).data)
            flat = np.frombuffer(b"".join(bodies), dtype=np.uint8)
        found.update(f"{flat.dtype} {flat.shape}".encode())
        found.update(np.ascontiguousarray(flat).data)
    return found.hexdigest()


@lru_cache(maxsize=1)
def _code() -> str:
    """Return a digest of what the arrays depend on beside their contents: the code that makes them and its libraries."""
    from renovate_gui import __version__, geo

    found = hashlib.blake2b(digest_size=16)
    libraries = (__version__, np.__version__, shapely.__version__, shapely.geos_version_string)
    found.update(" ".join(libraries).encode())
    for path in sorted(Path(geo.__file__ or "").parent.glob("*.py")):
        found.update(path.read_bytes())
    return found.hexdigest()
