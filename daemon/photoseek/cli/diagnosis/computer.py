"""The computer that photoseek runs on: system, desktop, limits of watching. Reads; main thread."""

import contextlib
import os
import platform
import re
from pathlib import Path

import psutil

from photoseek.cli.diagnosis.report import Computer, Tray, Watching
from photoseek.paths import Paths
from photoseek.tray.only import is_there
from photoseek.tray.surroundings import look_around

_LIMITS = Path("/proc/sys/fs/inotify")
# Names of desktops, versions of kernels. What a person compiled may bear any name: its number is enough.
_PLAIN = re.compile(r"[A-Za-z0-9 :+-]{1,40}")
_NUMBER = re.compile(r"[\d.]+")


def examine_computer() -> Computer:
    """What it is; its name is left out."""
    kernel = _NUMBER.match(platform.release())
    return Computer(
        system=_system(),
        kernel=f"{platform.system()} {kernel[0] if kernel else ''}".strip(),
        machine=platform.machine(),
        processors=os.cpu_count() or 0,
        memory_mb=psutil.virtual_memory().total // (1024 * 1024),
        desktop=_variable("XDG_CURRENT_DESKTOP"),
        session=_session(),
    )


def examine_watching(pid: int | None) -> Watching:
    """The limits of inotify.

    Args:
        pid: Of the daemon, where one runs.
    """
    return Watching(
        max_user_watches=_limit("max_user_watches"),
        max_user_instances=_limit("max_user_instances"),
        max_queued_events=_limit("max_queued_events"),
        used_watches=_watches(pid) if pid and _LIMITS.is_dir() else None,
    )


def examine_tray(paths: Paths) -> Tray:
    """Whether the icon is in the tray, and what there is for it."""
    return Tray(is_there(paths), look_around())


def _system() -> str:
    if platform.system() == "Darwin":
        return f"macOS {platform.mac_ver()[0]}"
    with contextlib.suppress(OSError, KeyError):
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    return f"{platform.system()} {platform.version()}"


def _session() -> str:
    if named := _variable("XDG_SESSION_TYPE"):
        return named
    return next(
        (kind for kind, name in (("wayland", "WAYLAND_DISPLAY"), ("x11", "DISPLAY")) if os.environ.get(name)), ""
    )


def _variable(name: str) -> str:
    value = os.environ.get(name, "")
    return value if _PLAIN.fullmatch(value) else ""


def _limit(name: str) -> int | None:
    try:
        return int((_LIMITS / name).read_text())
    except (OSError, ValueError):
        return None


def _watches(pid: int) -> int | None:
    """Watches that a process has, by proc_pid_fdinfo(5)."""
    count = 0
    try:
        for entry in Path(f"/proc/{pid}/fdinfo").iterdir():
            with contextlib.suppress(FileNotFoundError):  # closed meanwhile
                count += entry.read_bytes().count(b"inotify wd:")
    except OSError:
        return None
    return count
