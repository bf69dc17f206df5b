"""Which machine and which process: what tells a living owner of a project from one that is gone."""

from __future__ import annotations

import getpass
import hashlib
import os
import sys
from functools import lru_cache
from pathlib import Path


def user_name() -> str:
    """Return the name of whoever works here."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # no such user in the system's list (containers)
        return "unknown"


@lru_cache(maxsize=1)
def machine_mark() -> str:
    """Return a mark of this machine that survives a new host name; empty where the system gives none.

    The system's own number is not for strangers, so only a hash of it is given away.
    """
    number = _windows_number() if sys.platform == "win32" else _text(Path("/etc/machine-id"))
    return hashlib.sha256(f"renovate-gui:{number}".encode()).hexdigest()[:16] if number else ""


def _windows_number() -> str:
    if sys.platform == "win32":
        import winreg

        try:
            with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, r"SOFTWARE\Microsoft\Cryptography") as key:
                return str(winreg.QueryValueEx(key, "MachineGuid")[0])
        except OSError:
            return ""
    return ""


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return ""


def exists(pid: int) -> bool:
    """Return whether a process of this number runs here."""
    if pid <= 0:
        return False
    if sys.platform == "win32":  # there, signal 0 would end the process
        return bool(_windows_birth(pid))
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


def started(pid: int) -> str:
    """Return when and where a process began, ``start of the machine:process room:ticks``; empty where unknown.

    A process number is given again and again, its birth is not. Containers of one machine count their processes
    apart, so the room they count in belongs to it.
    """
    if sys.platform == "win32":
        return _windows_birth(pid)
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    fields = stat.rpartition(")")[2].split()  # field 2, the name, may hold spaces and brackets
    if len(fields) <= 19:
        return ""
    return f"{_text(Path('/proc/sys/kernel/random/boot_id'))}:{_process_room()}:{fields[19]}"


def _process_room() -> str:
    try:
        return str(Path("/proc/self/ns/pid").readlink()).strip("pid:[]")
    except OSError:
        return ""


def _windows_birth(pid: int) -> str:
    """Return a process's birth on Windows in 100 ns since 1601, empty when it is gone."""
    if sys.platform == "win32":
        import ctypes

        kernel = ctypes.windll.kernel32
        handle = kernel.OpenProcess(0x1000, 0, pid)  # PROCESS_QUERY_LIMITED_INFORMATION
        if not handle:
            return ""
        try:
            times = [ctypes.c_ulonglong() for _ in range(4)]
            code = ctypes.c_ulong()
            is_known = kernel.GetProcessTimes(handle, *(ctypes.byref(t) for t in times))
            is_running = kernel.GetExitCodeProcess(handle, ctypes.byref(code)) and code.value == 259
            return f"::{times[0].value}" if is_known and is_running else ""
        finally:
            kernel.CloseHandle(handle)
    return ""
