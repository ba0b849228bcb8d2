"""Why a folder can't be watched by events, in words and with what a person can do about it."""

import errno
import os
import sys
from pathlib import Path

import psutil

_NETWORK = frozenset(
    {"nfs", "nfs4", "cifs", "smb2", "smb3", "smbfs", "ncpfs", "afpfs", "webdav", "davfs", "afs", "9p", "ceph", "lustre"}
    | {"glusterfs", "beegfs", "orangefs", "virtiofs", "vboxsf", "prl_fs", "vmhgfs", "fuse", "osxfuse", "macfuse"}
)
"""File systems whose files are changed by others, of which the system here hears nothing (inotify(7), limitations)."""
_LIMITS = Path("/proc/sys/fs/inotify")


def network_kind(path: bytes) -> str:
    """The kind of file system where a folder, or one mounted inside it, hears nothing of changes; empty if none."""
    if sys.platform == "win32" and path.startswith(b"\\\\"):
        return "network"
    real = os.path.realpath(path)
    own = ""
    inside = set()
    for mount in sorted(psutil.disk_partitions(all=True), key=lambda mount: len(mount.mountpoint)):
        point = os.fsencode(mount.mountpoint)
        kind = "network" if "remote" in mount.opts.split(",") else mount.fstype
        if _is_in(real, point):
            own = kind
        elif _is_in(point, real) and b"/." not in point[len(real) :]:  # where the walk goes, too
            inside.add(kind)
    return next((kind for kind in (own, *sorted(inside)) if _is_network(kind)), "")


def network_note(kind: str) -> str:
    """What a person should know of a folder on such a file system."""
    return f"Its file system ({kind}) doesn't tell of all changes: it is looked at every minute instead."


def refusal_note(error: OSError) -> str:
    """What a person should know of a folder whose watching was refused."""
    if sys.platform == "linux" and error.errno in (errno.ENOSPC, errno.EMFILE):
        name = "max_user_watches" if error.errno == errno.ENOSPC else "max_user_instances"
        return (
            "The system's limit of watched folders is reached: it is looked at every minute instead. "
            f"To raise the limit: sudo sysctl fs.inotify.{name}={_higher(name)}"
        )
    reason = error.strerror or type(error).__name__
    return f"The system doesn't watch it ({reason}): it is looked at every minute instead."


def _is_in(path: bytes, folder: bytes) -> bool:
    return os.path.join(path, b"").startswith(os.path.join(folder, b""))  # noqa: PTH118 - bytes


def _is_network(kind: str) -> bool:
    """Whether it is a network file system; ``fuseblk`` is a local disk behind FUSE."""
    return kind == "network" or kind.lower() in _NETWORK or kind.startswith("fuse.")


def _higher(name: str) -> int:
    """Four times the limit, and not below what desktops are shipped with."""
    floor = 524_288 if name == "max_user_watches" else 1024
    try:
        return max(floor, 4 * int((_LIMITS / name).read_text("ascii")))
    except (OSError, ValueError):
        return floor
