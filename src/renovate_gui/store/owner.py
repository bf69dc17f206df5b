"""The owner file: who has a project open for writing, so that a second start reads only and says why."""

from __future__ import annotations

import getpass
import json
import os
import socket
import sys
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Owner:
    """Who holds a project. ``started`` tells a process from a later one with the same number; empty where unknown."""

    host: str
    user: str
    pid: int
    time: str  # ISO 8601, UTC
    started: str = ""


def owner_path(project: Path) -> Path:
    """Return the path of a project's owner file."""
    return project.with_name(project.name + ".owner")


def user_name() -> str:
    """Return the name of whoever works here."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # no such user in the system's list (containers)
        return "unknown"


def claim(project: Path) -> Owner | None:
    """Take a project for this process; return the living owner when somebody else has it, else None.

    A file left by a process of this machine that is gone, or one that cannot be read, is taken over.
    """
    path = owner_path(project)
    me = Owner(
        socket.gethostname(),
        user_name(),
        os.getpid(),
        datetime.now(UTC).isoformat(timespec="seconds"),
        _started(os.getpid()),
    )
    text = json.dumps(asdict(me), ensure_ascii=False)
    for _attempt in range(2):
        try:
            with path.open("x", encoding="utf-8") as file:
                file.write(text)
        except FileExistsError:
            other = _read(path)
            if other is not None and _is_alive(other):
                return other
            path.unlink(missing_ok=True)
        else:
            return None
    return _read(path)


def release(project: Path) -> None:
    """Give the project back; a file that is not ours stays."""
    path = owner_path(project)
    owner = _read(path)
    if owner is not None and owner.pid == os.getpid() and owner.host == socket.gethostname():
        path.unlink(missing_ok=True)


def _read(path: Path) -> Owner | None:
    try:
        values: Any = json.loads(path.read_text(encoding="utf-8"))
        return Owner(
            str(values["host"]),
            str(values["user"]),
            int(values["pid"]),
            str(values["time"]),
            str(values.get("started", "")),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _is_alive(owner: Owner) -> bool:
    """Return whether the owner may still be at work; from another machine nobody can tell, so it counts as alive."""
    if owner.host != socket.gethostname():
        return True
    if not _exists(owner.pid):
        return False
    started = _started(owner.pid)
    return not (started and owner.started and started != owner.started)


def _exists(pid: int) -> bool:
    if pid <= 0:
        return False
    if sys.platform == "win32":  # there, signal 0 would end the process
        import ctypes

        handle = ctypes.windll.kernel32.OpenProcess(0x1000, 0, pid)  # PROCESS_QUERY_LIMITED_INFORMATION
        if handle:
            ctypes.windll.kernel32.CloseHandle(handle)
        return bool(handle)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


def _started(pid: int) -> str:
    """Return when a process began, in the system's own ticks; empty where the system does not say."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    fields = stat.rpartition(")")[2].split()  # field 2, the name, may hold spaces and brackets
    boot = Path("/proc/sys/kernel/random/boot_id")
    return f"{boot.read_text().strip() if boot.exists() else ''}:{fields[19]}" if len(fields) > 19 else ""
