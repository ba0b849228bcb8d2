"""The walk through a folder: every picture file with its size and time. One ``stat`` a file, no recursion.

Left out, as every program of this kind does: what is hidden; what systems, NAS boxes and desktops keep for
themselves (thumbnails of Synology, trash, resource forks); folders that say so by ``.nomedia`` or ``.noimage``; and
what the person's own patterns name.
"""

import fnmatch
import os
import re
import stat
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from photoseek.domain import FileStamp, has_picture_suffix
from photoseek.scanning.placeholders import Placeholders

_SYSTEM_FOLDERS = frozenset({b"@eaDir", b"#recycle", b"$RECYCLE.BIN", b"System Volume Information", b"lost+found"})
_KEEP_OUT = frozenset({b".nomedia", b".noimage"})


@dataclass
class Walk:
    """What lies in a folder.

    Attributes:
        files: Picture files by path relative to the folder.
        unreadable: Folders that couldn't be read, relative; what is known in them is neither there nor gone.
        placeholders: Pictures that are only online, in somebody's cloud; they were not touched.
    """

    files: dict[bytes, FileStamp] = field(default_factory=dict)
    unreadable: list[bytes] = field(default_factory=list)
    placeholders: int = 0


def walk(root: bytes, *, under: bytes = b"", ignore: Sequence[str] = ()) -> Walk:
    """Go through a folder, or one place in it.

    Args:
        root: The watched folder, absolute.
        under: A folder or file in it, relative; what is not there (any more) gives an empty walk.
        ignore: Shell patterns of names, and of paths relative to the root.

    Raises:
        OSError: The root itself is not there, is no folder, or can't be read.
    """
    with os.scandir(root):
        pass
    return _Walker(root, ignore).walk(under)


class _Walker:
    """One walk."""

    def __init__(self, root: bytes, ignore: Sequence[str]) -> None:
        self._root = root
        self._ignored = _compile(ignore)
        self._placeholders = Placeholders()
        self._found = Walk()
        self._seen: set[tuple[int, int]] = set()

    def walk(self, under: bytes) -> Walk:
        if under and not self._may_enter(under):
            return self._found
        place = os.path.join(self._root, under) if under else self._root  # noqa: PTH118 - bytes
        if under and not os.path.isdir(place):  # noqa: PTH112 - bytes
            self._take_single(under, place)
            return self._found
        waiting = [(under, place)]
        while waiting:
            waiting.extend(self._enter(*waiting.pop()))
        return self._found

    def _may_enter(self, under: bytes) -> bool:
        """Whether a walk from the root would come to a place: nothing on the way there keeps it out."""
        above = self._root
        for depth, name in enumerate(parts := under.split(os.sep.encode())):
            if any(os.path.lexists(os.path.join(above, mark)) for mark in _KEEP_OUT):  # noqa: PTH118 - bytes
                return False
            if self._is_left_out(name, os.sep.encode().join(parts[: depth + 1])):
                return False
            above = os.path.join(above, name)  # noqa: PTH118 - bytes
        return True

    def _take_single(self, relative: bytes, path: bytes) -> None:
        name = os.path.basename(path)  # noqa: PTH119 - bytes
        try:
            if has_picture_suffix(name):
                self._take(relative, os.stat(path))  # noqa: PTH116 - bytes
        except OSError:
            return

    def _enter(self, relative: bytes, folder: bytes) -> list[tuple[bytes, bytes]]:
        """Take the files of one folder; returns the folders in it."""
        try:
            if not self._is_new(folder):
                return []
            with os.scandir(folder) as scanned:
                entries = list(scanned)
        except FileNotFoundError:
            return []
        except OSError:
            self._found.unreadable.append(relative)
            return []
        if any(entry.name in _KEEP_OUT for entry in entries):
            return []
        prefix = os.path.join(relative, b"") if relative else b""  # noqa: PTH118 - bytes
        return list(self._sort_out(entries, prefix))

    def _is_new(self, folder: bytes) -> bool:
        """Whether the walk has not been in this folder: symbolic links may lead in circles, or twice to one place."""
        facts = os.stat(folder)  # noqa: PTH116 - bytes
        place = (facts.st_dev, facts.st_ino)
        if place in self._seen:
            return False
        self._seen.add(place)
        return True

    def _sort_out(self, entries: list[os.DirEntry[bytes]], prefix: bytes) -> Iterator[tuple[bytes, bytes]]:
        for entry in entries:
            name = entry.name
            if name.startswith(b"."):
                continue
            try:
                if has_picture_suffix(name) and not entry.is_dir():
                    if not self._is_ignored(name, prefix + name):
                        self._take(prefix + name, entry.stat())
                elif entry.is_dir() and not self._is_left_out(name, prefix + name):
                    yield prefix + name, entry.path
            except OSError:  # gone meanwhile, or a link to nowhere
                continue

    def _take(self, relative: bytes, facts: os.stat_result) -> None:
        if not stat.S_ISREG(facts.st_mode) or _is_hidden(facts):
            return
        if self._placeholders.is_one(facts):
            self._found.placeholders += 1
        else:
            self._found.files[relative] = FileStamp(facts.st_size, facts.st_mtime_ns)

    def _is_left_out(self, name: bytes, relative: bytes) -> bool:
        return name.startswith(b".") or name in _SYSTEM_FOLDERS or self._is_ignored(name, relative)

    def _is_ignored(self, name: bytes, relative: bytes) -> bool:
        if self._ignored is None:
            return False
        return bool(self._ignored.match(os.fsdecode(name)) or self._ignored.match(os.fsdecode(relative)))


def _compile(patterns: Sequence[str]) -> re.Pattern[str] | None:
    """All patterns as one expression; upper and lower case count as they do to the platform."""
    if not patterns:
        return None
    joined = "|".join(fnmatch.translate(os.path.normcase(pattern)) for pattern in patterns)
    return re.compile(joined, re.IGNORECASE if os.name == "nt" else 0)


def _is_hidden(facts: os.stat_result) -> bool:
    """Whether Windows or macOS hides the file."""
    if sys.platform == "win32":
        return bool(facts.st_file_attributes & stat.FILE_ATTRIBUTE_HIDDEN)
    return bool(getattr(facts, "st_flags", 0) & stat.UF_HIDDEN)
