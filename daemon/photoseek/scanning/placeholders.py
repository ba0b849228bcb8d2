"""Files that are only online: a cloud's client shows them, and fetches them as soon as somebody reads.

They are told by what each platform says of a file without opening it: Windows by attributes (learn.microsoft.com, File
Attribute Constants), macOS by the dataless flag (sys/stat.h, SF_DATALESS), Linux not at all; there the clients are FUSE
file systems, and a file with a size but without a block on one of them is taken for one.
"""

import os
import sys
from pathlib import Path

_WINDOWS = 0x1000 | 0x40000 | 0x400000
"""OFFLINE, RECALL_ON_OPEN, RECALL_ON_DATA_ACCESS."""
_DATALESS = 0x40000000
_MOUNTS = Path("/proc/self/mountinfo")


class Placeholders:
    """Tells placeholders, by the file systems that are mounted when it is made."""

    def __init__(self) -> None:
        self._fuse = _fuse_devices() if sys.platform == "linux" else frozenset()

    @property
    def possible(self) -> bool:
        """Whether there can be any on this computer; if not, nobody needs to look."""
        return sys.platform != "linux" or bool(self._fuse)

    def is_one(self, facts: os.stat_result) -> bool:
        """Whether reading this file would fetch it."""
        if sys.platform == "win32":
            return bool(facts.st_file_attributes & _WINDOWS)
        if sys.platform == "darwin":
            return bool(facts.st_flags & _DATALESS)
        return facts.st_blocks == 0 and facts.st_size > 0 and facts.st_dev in self._fuse


def _fuse_devices() -> frozenset[int]:
    """Device numbers of the mounted FUSE file systems (proc(5), mountinfo: field 3 and the one behind the dash)."""
    devices = set()
    try:
        lines = _MOUNTS.read_bytes().splitlines()
    except OSError:
        return frozenset()
    for line in lines:
        before, _, after = line.partition(b" - ")
        if after.startswith(b"fuse"):
            major, _, minor = before.split()[2].partition(b":")
            devices.add(os.makedev(int(major), int(minor)))
    return frozenset(devices)
