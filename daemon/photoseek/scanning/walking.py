"""The walk through a folder: every picture file with its size and time. One ``stat`` a file, no recursion.

Links to other folders are followed once each, after everything else; so a file has one path, whichever way the
system lists its folders, and no link leads in circles.

Left out, as every program of this kind does: what is hidden; what systems, NAS boxes and desktops keep for
themselves (thumbnails of Synology, trash, resource forks); folders that say so by ``.nomedia`` or ``.noimage``; and
what the person's own patterns name.
"""

import errno
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
        unreadable: Folders and files that weren't looked into, relative: closed to us, or only online. What is known of
            them is neither there nor gone.
        placeholders: Pictures that are only online, in somebody's cloud; they were not touched.
        linked: Folders outside of this one that a link in it leads to, relative; nobody hears of changes in them.
    """

    files: dict[bytes, FileStamp] = field(default_factory=dict)
    unreadable: list[bytes] = field(default_factory=list)
    placeholders: int = 0
    linked: list[bytes] = field(default_factory=list)


def walk(root: bytes, places: Sequence[bytes] = (b"",), *, ignore: Sequence[str] = ()) -> Walk:
    """Go through a folder, or some places in it.

    Args:
        root: The watched folder, absolute.
        places: Folders or files in it, relative; what is not there (any more) adds nothing. Links of the same folder
            that are named together are followed as by a walk through all of it.
        ignore: Shell patterns of names, and of paths relative to the root.

    Raises:
        OSError: The root itself is not there, is no folder, or can't be read; or its disk went meanwhile, and what
            had not been looked at seems gone.
    """
    disk = _disk_of(root)
    found = _Walker(root, ignore).walk(places)
    if _disk_of(root) != disk:
        raise FileNotFoundError(errno.ENOENT, "Another disk is at this place.")
    return found


def is_ignored(name: bytes, ignore: Sequence[str]) -> bool:
    """Whether a walk leaves out a file of this name right in the root because of these patterns."""
    pattern = _compile(ignore)
    return pattern is not None and pattern.match(os.fsdecode(name)) is not None


class _Walker:
    """One walk."""

    def __init__(self, root: bytes, ignore: Sequence[str]) -> None:
        self._root = root
        self._ignored = _compile(ignore)
        self._placeholders = Placeholders()
        self._all_are_plain = sys.platform == "linux" and not self._placeholders.possible
        self._found = Walk()
        self._real_root = os.path.realpath(root)
        self._links: list[tuple[bytes, bytes]] = []
        self._seen: set[tuple[int, int]] = set()
        self._names: dict[bytes, frozenset[bytes]] = {}

    def walk(self, places: Sequence[bytes]) -> Walk:
        for place in sorted(places):
            self._begin_at(place)
        while self._links:
            self._links.sort(reverse=True)
            self._go_through(*self._links.pop())
        return self._found

    def _begin_at(self, under: bytes) -> None:
        place = os.path.join(self._root, under) if under else self._root  # noqa: PTH118 - bytes
        try:
            facts = os.stat(place)  # noqa: PTH116 - bytes
            if not stat.S_ISDIR(facts.st_mode) and not self._is_called_so(place):
                return
        except OSError as error:
            self._miss(error, os.path.dirname(under))  # noqa: PTH120 - bytes
            return
        if under and not self._may_enter(under):
            return
        if stat.S_ISDIR(facts.st_mode):
            self._go_through(under, place)
        elif has_picture_suffix(os.path.basename(under)):  # noqa: PTH119 - bytes
            self._take(under, facts)

    def _is_called_so(self, place: bytes) -> bool:
        """Whether this is the name of a file: where case doesn't count, its name of before leads to it as well."""
        folder, name = os.path.split(place)
        if folder not in self._names:
            self._names[folder] = frozenset(os.listdir(folder))  # noqa: PTH208 - bytes
        return name in self._names[folder]

    def _go_through(self, relative: bytes, folder: bytes) -> None:
        waiting = [(relative, folder)]
        while waiting:
            waiting.extend(self._enter(*waiting.pop()))

    def _may_enter(self, under: bytes) -> bool:
        """Whether a walk from the root would come to a place: nothing on the way there keeps it out."""
        above = self._root
        for depth, name in enumerate(parts := under.split(os.sep.encode())):
            if any(os.path.lexists(os.path.join(above, mark)) for mark in _KEEP_OUT):  # noqa: PTH118 - bytes
                return False
            if self._is_left_out(name, os.sep.encode().join(parts[: depth + 1])):
                return False
            above = os.path.join(above, name)  # noqa: PTH118 - bytes
            if os.path.islink(above) and os.path.isdir(above) and not self._leads_away(above):  # noqa: PTH112, PTH114
                return False
        return True

    def _miss(self, error: OSError, folder: bytes) -> None:
        """Something in a folder could not be looked at: what is gone is gone, of all else nobody knows."""
        gone = isinstance(error, (FileNotFoundError, NotADirectoryError)) or error.errno == errno.ELOOP
        if not gone and folder not in self._found.unreadable:
            self._found.unreadable.append(folder)

    def _enter(self, relative: bytes, folder: bytes) -> list[tuple[bytes, bytes]]:
        """Take the files of one folder; returns the folders in it."""
        try:
            if not self._is_new(folder):
                return []
            with os.scandir(folder) as scanned:
                entries = list(scanned)
        except OSError as error:
            self._miss(error, relative)
            return []
        if any(entry.name in _KEEP_OUT for entry in entries):
            return []
        return list(self._sort_out(entries, relative))

    def _is_new(self, folder: bytes) -> bool:
        """Whether the walk has not been in this folder: symbolic links may lead in circles, or twice to one place."""
        facts = os.stat(folder)  # noqa: PTH116 - bytes
        place = (facts.st_dev, facts.st_ino)
        if place in self._seen:
            return False
        self._seen.add(place)
        return True

    def _sort_out(self, entries: list[os.DirEntry[bytes]], folder: bytes) -> Iterator[tuple[bytes, bytes]]:
        prefix = os.path.join(folder, b"") if folder else b""  # noqa: PTH118 - bytes
        entries.reverse()
        while entries:
            entry = entries.pop()  # let go of at once: each keeps its stat, 5 MiB for 10,000 in one folder
            name = entry.name
            try:
                if has_picture_suffix(name) and not entry.is_dir():
                    if self._ignored is None or not self._is_ignored(name, prefix + name):
                        self._take(prefix + name, entry.stat())
                elif entry.is_dir() and not self._is_left_out(name, prefix + name):
                    if not entry.is_symlink():
                        yield prefix + name, entry.path
                    elif self._leads_away(entry.path):
                        self._found.linked.append(prefix + name)
                        self._links.append((prefix + name, entry.path))
            except OSError as error:
                self._miss(error, folder)

    def _leads_away(self, link: bytes) -> bool:
        """Whether a link leads to a place that the walk doesn't come to anyway, and not out to all of a disk."""
        target = os.path.realpath(link)
        return not _is_in(target, self._real_root) and not _is_in(self._real_root, target)

    def _take(self, relative: bytes, facts: os.stat_result) -> None:
        if not stat.S_ISREG(facts.st_mode):
            return
        if self._all_are_plain:
            self._found.files[relative] = FileStamp.of(facts)
        elif _is_hidden(facts):
            return
        elif self._placeholders.is_one(facts):
            self._found.placeholders += 1
            self._found.unreadable.append(relative)
        else:
            self._found.files[relative] = FileStamp.of(facts)

    def _is_left_out(self, name: bytes, relative: bytes) -> bool:
        return name.startswith(b".") or name in _SYSTEM_FOLDERS or self._is_ignored(name, relative)

    def _is_ignored(self, name: bytes, relative: bytes) -> bool:
        if self._ignored is None:
            return False
        return bool(self._ignored.match(os.fsdecode(name)) or self._ignored.match(os.fsdecode(relative)))


def _disk_of(root: bytes) -> int:
    with os.scandir(root) as entries:
        next(entries, None)  # some disks are opened all the same when they are gone
        return os.stat(root).st_dev  # noqa: PTH116 - bytes


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


def _is_in(path: bytes, folder: bytes) -> bool:
    return os.path.join(path, b"").startswith(os.path.join(folder, b""))  # noqa: PTH118 - bytes
