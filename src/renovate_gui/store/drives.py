"""What kind of place a folder is: a drive of this machine, a network share, or one that somebody may pull out."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePosixPath

from renovate_gui.assets import tr

_NETWORK = {
    "nfs", "nfs4", "cifs", "smb3", "smbfs", "smb2", "ncpfs", "afs", "ceph", "glusterfs", "lustre", "beegfs", "davfs",
    "vboxsf", "fuse.sshfs", "fuse.davfs2", "fuse.davfs", "fuse.rclone", "fuse.gvfsd-fuse", "fuse.smbnetfs",
    "fuse.glusterfs", "fuse.ceph", "fuse.s3fs", "fuse.vmhgfs-fuse", "fuse.curlftpfs",
}  # fmt: skip
_PULLED_OUT = ("/media/", "/run/media/")


class DriveKind(StrEnum):
    """What kind of place a folder is."""

    LOCAL = "local"
    NETWORK = "network"
    REMOVABLE = "removable"


@dataclass(frozen=True, slots=True)
class Mount:
    """One line of the system's list of mounts."""

    point: str
    kind: str
    device: str  # "major:minor"
    options: str


DriveOf = Callable[[Path], DriveKind]


def drive_kind(place: Path) -> DriveKind:
    """Return what kind of place a file or folder lies in; LOCAL where the system does not say."""
    if sys.platform == "win32":
        return windows_kind(str(place), _windows_type)
    mounts = read_mounts(Path("/proc/self/mountinfo"))
    return linux_kind(place, mounts, Path("/sys"))


def drive_words(kind: str) -> str:
    """Return what a place is called in a sentence, by the kind of its drive; “the drive” where that is unknown."""
    if kind == DriveKind.NETWORK:
        return tr("the share")
    if kind == DriveKind.REMOVABLE:
        return tr("the removable drive")
    return tr("the drive")


def read_mounts(path: Path) -> tuple[Mount, ...]:
    """Return the mounts that ``/proc/self/mountinfo`` lists, later ones lie over earlier ones."""
    try:
        lines = path.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return ()
    found = []
    for line in lines:
        left, _, right = line.partition(" - ")
        before, after = left.split(" "), right.split(" ")
        if len(before) > 5 and len(after) > 1:
            found.append(Mount(_plain(before[4]), after[0], before[2], after[2] if len(after) > 2 else ""))
    return tuple(found)


def _plain(words: str) -> str:
    """Return a path whose blanks and tabs stand as octal numbers in the list."""
    for code, letter in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        words = words.replace(code, letter)
    return words


def linux_kind(place: Path, mounts: tuple[Mount, ...], system: Path) -> DriveKind:
    """Return what kind of place it is by the list of mounts and the system's list of drives."""
    mount = _mount_of(PurePosixPath(place), mounts)
    if mount is None:
        return DriveKind.LOCAL
    if mount.kind in _NETWORK or _is_network_9p(mount):
        return DriveKind.NETWORK
    point = mount.point.rstrip("/") + "/"
    if point.startswith(_PULLED_OUT) or _is_removable(system, mount.device):
        return DriveKind.REMOVABLE
    return DriveKind.LOCAL


def _mount_of(place: PurePosixPath, mounts: tuple[Mount, ...]) -> Mount | None:
    found: Mount | None = None
    for mount in mounts:
        point = PurePosixPath(mount.point)
        is_longer = found is None or len(point.parts) >= len(PurePosixPath(found.point).parts)
        if place.is_relative_to(point) and is_longer:
            found = mount
    return found


def _is_network_9p(mount: Mount) -> bool:
    """Whether a 9p mount goes over the network; containers and small virtual machines use it for their own disk."""
    return mount.kind == "9p" and any(f"trans={way}" in mount.options for way in ("tcp", "rdma", "unix"))


def _is_removable(system: Path, device: str) -> bool:
    """Whether the drive of a partition is marked as removable."""
    block = system / "dev" / "block" / device
    for folder in (block, block / ".."):  # the drive itself, or the drive of the partition
        try:
            if (folder / "removable").read_text(encoding="ascii").strip() == "1":
                return True
        except OSError:
            continue
    return False


def windows_kind(place: str, type_of: Callable[[str], int]) -> DriveKind:
    """Return what kind of place a Windows path is; ``type_of`` answers like ``GetDriveTypeW``."""
    if place.startswith(("\\\\?\\UNC\\", "//?/UNC/")):
        return DriveKind.NETWORK
    plain = place.removeprefix("\\\\?\\")
    if plain.startswith(("\\\\", "//")):
        return DriveKind.NETWORK
    kinds = {2: DriveKind.REMOVABLE, 4: DriveKind.NETWORK}
    return kinds.get(type_of(plain[:2] + "\\"), DriveKind.LOCAL)


def _windows_type(root: str) -> int:
    if sys.platform == "win32":
        import ctypes

        return int(ctypes.windll.kernel32.GetDriveTypeW(root))
    return 0


def is_same_drive(one: Path, other: Path) -> bool:
    """Whether two folders lie on one file system, so that a copy from one to the other would protect from nothing."""
    try:
        return one.stat().st_dev == other.stat().st_dev
    except OSError:
        return False
