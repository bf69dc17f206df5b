"""What is written when the program itself makes a mistake: enough to find it, nothing about whoever worked with it.

A report names types of exceptions, places and lines in this program's own source, versions and the system. It never
holds messages, values, names or paths: those may be a resident's. The log is written in the same way.
"""

from __future__ import annotations

import linecache
import logging
import logging.handlers
import os
import platform
import re
import sys
import tempfile
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path, PurePath
from types import FrameType, TracebackType

from platformdirs import user_log_path

import renovate_gui

LOG_NAME = "renovate-gui.log"
_LOG_BYTES = 500_000
_OURS = Path(renovate_gui.__file__).resolve().parent
_MOST_FRAMES = 40
_MOST_CAUSES = 8
_LIBRARIES = ("numpy", "shapely", "pyproj", "apsw", "PySide6-Essentials", "pyqtgraph", "pyogrio", "scipy")


def log_folder() -> Path:
    """Return where logs and reports lie; ``RENOVATE_CONFIG`` names another place (tests, portable installations)."""
    folder = os.environ.get("RENOVATE_CONFIG")
    return Path(folder) / "log" if folder else user_log_path("renovate-gui", appauthor=False)


# -- the report -----------------------------------------------------------------------------------------------
def report_of(error: BaseException) -> str:
    """Return the report of an exception as lines of text."""
    return "\n".join([*_chain(error), "", *_about(), ""])


def _about() -> Iterator[str]:
    yield f"renovate-gui {renovate_gui.__version__}"
    yield f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
    yield f"{platform.system()} {_number(platform.release())} {platform.machine()}, Python {platform.python_version()}"
    versions = [f"{name} {version}" for name, version in _versions()]
    for start in range(0, len(versions), 4):
        yield ", ".join(versions[start : start + 4])


def _number(release: str) -> str:
    """Return the leading number of a system's release; what people add behind it may be a name."""
    found = re.match(r"[\d.]+", release)
    return found.group() if found else ""


def _versions() -> Iterator[tuple[str, str]]:
    from importlib.metadata import PackageNotFoundError, version

    for name in _LIBRARIES:
        try:
            yield name, version(name)
        except PackageNotFoundError:
            continue


def _chain(error: BaseException) -> list[str]:
    """Return types and places of an exception and of what led to it, the first cause last."""
    lines: list[str] = []
    seen: set[int] = set()
    waiting: list[tuple[str, BaseException]] = [("", error)]
    while waiting and len(seen) < _MOST_CAUSES:
        before, one = waiting.pop(0)
        if id(one) in seen:
            continue
        seen.add(id(one))
        lines += [f"{before}{_type_name(type(one))}", *_places(one.__traceback__)]
        if isinstance(one, BaseExceptionGroup):
            waiting += [("with ", e) for e in one.exceptions]
        cause = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
        if cause is not None:
            waiting.append(("after ", cause))
    return lines


def _type_name(kind: type[BaseException]) -> str:
    """Return a type's name; one made in a file that is not ours says only its family."""
    known = kind.__module__.split(".")[0]
    if (
        known in {"builtins", "renovate_gui", "apsw", "shapely", "numpy", "pyproj"}
        or known in sys.stdlib_module_names
    ):
        return kind.__name__ if known == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    return next((_type_name(k) for k in kind.__mro__[1:] if k.__module__ == "builtins"), "Exception")


def _places(trace: TracebackType | None) -> list[str]:
    lines: list[str] = []
    for frame, number in list(traceback.walk_tb(trace))[-_MOST_FRAMES:]:
        lines += _place(frame, number)
    return lines


def _place(frame: FrameType, number: int) -> list[str]:
    code = frame.f_code
    name = plain_place(code.co_filename)
    function = code.co_name if name != _ELSEWHERE else "–"
    lines = [f"  {name}:{number} {function}"]
    if name.startswith("renovate_gui/"):
        source = linecache.getline(code.co_filename, number).strip()
        lines += [f"    {source}"] if source else []
    return lines


_ELSEWHERE = "(elsewhere)"


def plain_place(path: str) -> str:
    """Return a source file's name without where it is installed; of a file that is neither ours nor a library's, nothing."""
    parts = PurePath(path.replace("\\", "/")).parts
    try:
        return "/".join((_OURS.name, *Path(path).resolve().relative_to(_OURS).parts))
    except (ValueError, OSError):
        pass
    if path.startswith("<frozen "):
        return path
    for mark in ("site-packages", "dist-packages"):
        if mark in parts:
            return "/".join(parts[len(parts) - parts[::-1].index(mark) :])
    is_library = any(re.fullmatch(r"python3\.\d+", p) or p.lower() == "lib" for p in parts[:-1])
    return (
        f"python/{parts[-1]}"
        if is_library and parts[-1].removesuffix(".py") in sys.stdlib_module_names
        else _ELSEWHERE
    )


_FAULT_FILE = re.compile(r'\s*File "(?P<path>.*)", line (?P<line>\d+|\?\?\?) in (?P<name>\S+)')


def report_of_fault(text: str) -> str:
    """Return the report of what ``faulthandler`` left behind when the system stopped the process."""
    lines = []
    for line in text.splitlines():
        place = _FAULT_FILE.fullmatch(line)
        if place is not None:
            name = plain_place(place["path"])
            lines.append(f"  {name}:{place['line']} {place['name'] if name != _ELSEWHERE else '–'}")
        elif re.match(r"(Fatal Python error|Windows fatal exception|Current thread|Thread)\b", line):
            lines.append(re.sub(r" \[[^\]]*\]", "", line))  # a thread's name
    return "\n".join([*lines, "", *_about(), ""])


# -- where it goes --------------------------------------------------------------------------------------------
def keep_report(error: BaseException) -> Path | None:
    """Write an exception's report to a file of its own and return it; None when nowhere can be written."""
    name = f"fault-{datetime.now(UTC):%Y%m%d-%H%M%S}-{os.getpid()}.txt"
    for folder in (log_folder(), Path(tempfile.gettempdir())):
        path = folder / name
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path.write_text(report_of(error), encoding="utf-8")
        except OSError:
            continue
        return path
    return None


class PlainFormatter(logging.Formatter):
    """Writes a record's words without the values put into them, and an exception as its report."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, and the report below it."""
        words = record.msg if isinstance(record.msg, str) and _is_ours(record) else "…"
        time = datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%d %H:%M:%S")
        line = f"{time} {record.levelname} {record.name} {words}"
        error = record.exc_info[1] if record.exc_info else None
        return line if error is None else "\n".join([line, *_about(), *_chain(error)])


def _is_ours(record: logging.LogRecord) -> bool:
    return record.name.split(".")[0] == "renovate_gui"


def start_log() -> Path | None:
    """Write faults to a small rotating file; return it, or None when no folder can be written."""
    path = log_folder() / LOG_NAME
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = logging.handlers.RotatingFileHandler(
            path, maxBytes=_LOG_BYTES, backupCount=2, encoding="utf-8", delay=True
        )
    except OSError:
        return None
    handler.setFormatter(PlainFormatter())
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    return path


# -- hard faults ----------------------------------------------------------------------------------------------
class FaultWatch:
    """Lets the system's faults (a broken library, a bad pointer) leave a trace that the next start finds.

    The file is the mark: a process that ends well takes its own away; one that was killed leaves it empty, one that
    crashed leaves what ``faulthandler`` wrote.
    """

    _NAME = "running-{pid}.txt"

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or log_folder()
        self._path = self._folder / self._NAME.format(pid=os.getpid())
        self._file: int | None = None

    def start(self) -> str:
        """Begin to watch; return the report of a crash that nobody was told of yet, else an empty text."""
        import faulthandler

        found = self._left_behind()
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._file = os.open(self._path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        except OSError:
            return found
        faulthandler.enable(self._file, all_threads=True)
        return found

    def stop(self) -> None:
        """End well."""
        import faulthandler

        if self._file is not None:
            faulthandler.disable()
            os.close(self._file)
            self._file = None
            self._path.unlink(missing_ok=True)

    def _left_behind(self) -> str:
        from renovate_gui.store.machine import exists

        found = ""
        for path in sorted(self._folder.glob(self._NAME.format(pid="*"))):
            pid = path.stem.partition("-")[2]
            if pid != str(os.getpid()) and pid.isdigit() and exists(int(pid)):
                continue  # another window at work
            try:
                text = path.read_text(encoding="utf-8", errors="replace")
                path.unlink()
                if text.strip():
                    found = report_of_fault(text)
                    path.with_name(path.name.replace("running", "crash")).write_text(found, encoding="utf-8")
            except OSError:
                continue
        return found
