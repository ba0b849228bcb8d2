"""Lets what was heard of a folder come to rest before it is looked at: a file is taken once, whole.

Nothing is due while one file after another goes, so that what a program deletes is looked at together: how much that
is tells a loss from a disk that is away.

``library`` notes hints in the event loop and asks in a thread what is due, since that looks at the files. No clock and
no disk but those passed in.
"""

import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from photoseek.domain import FileStamp

QUIET_S = 2.0
"""A place that nothing was heard of for so long is due."""
LONGEST_S = 30.0
"""A place that doesn't come to rest is due after so long, unless it still grows."""
MANY = 500
"""More files or folders than this at once: the folders that they lie in are scanned instead."""

_SEP = os.sep.encode()


@dataclass
class _Note:
    """One place that was heard of; times by the settler's clock, in seconds."""

    first_at: float
    last_at: float
    stamp: FileStamp | None = None
    measured_at: float = float("-inf")


class Settler:
    """What was heard of one watched folder and not yet looked at. Safe to be used by several threads."""

    def __init__(
        self,
        root: bytes,
        *,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
        measure: Callable[[bytes], FileStamp | None] | None = None,
    ) -> None:
        """Begin with nothing heard.

        Args:
            root: The watched folder, absolute.
            clock: Seconds, never going back.
            wall: Unix time in seconds, as the files' times are.
            measure: Size and time of a file, absolute; None where there is no file.
        """
        self._root = root
        self._clock = clock
        self._wall = wall
        self._measure = measure or _stamp_of
        self._files: dict[bytes, _Note] = {}
        self._folders: dict[bytes, _Note] = {}
        self._going: _Note | None = None
        self._lock = threading.Lock()

    def note(self, files: Iterable[bytes], folders: Iterable[bytes] = (), *, gone: bool = False) -> None:
        """Remember that something happened to files and folders, all relative to the root; ``gone``: some went."""
        now = self._clock()
        with self._lock:
            if gone:
                self._going = self._going or _Note(now, now)
                self._going.last_at = now
            for folder in folders:
                self._note(self._folders, folder, now)
            for file in files:
                self._note(self._files, file, now)

    def due(self) -> list[bytes]:
        """Take out the places that have come to rest: files and folders relative to the root, none inside another.

        Looks at the files that may be due, so it may block.
        """
        with self._lock:
            now = self._clock()
            if self._going is not None and _is_due_at(self._going) > now:
                return []
            self._going = None
            folders = _pop(self._folders, lambda _, note: _is_due_at(note) <= now)
            quiet = [place for place, note in self._files.items() if _is_due_at(note) <= now]
        # Without the lock: a disk may take its time, and the event loop shall not wait for it.
        stamps = {place: self._measure(os.path.join(self._root, place)) for place in quiet}  # noqa: PTH118 - bytes
        with self._lock:
            files = _pop(self._files, lambda place, note: place in stamps and self._has_rested(note, stamps[place]))
        return _outermost([*folders, *files])

    def wait_s(self) -> float | None:
        """Seconds until it is worth asking again what is due; None while there is nothing."""
        with self._lock:
            times = [_is_due_at(note) for notes in (self._files, self._folders) for note in notes.values()]
            going = [_is_due_at(self._going)] if self._going is not None else []
            return max(0.0, max([min(times), *going]) - self._clock()) if times else None

    def _note(self, notes: dict[bytes, _Note], place: bytes, now: float) -> None:
        above = next((folder for folder in _folders_above(place) if folder in self._folders), None)
        if above is not None:
            self._folders[above].last_at = now
            return
        notes.setdefault(place, _Note(now, now)).last_at = now
        if len(self._files) > MANY:
            _lift(self._files, self._folders)
            self._files = {}
        while len(self._folders) > MANY:
            _lift(_pop_deepest(self._folders), self._folders)

    def _has_rested(self, note: _Note, stamp: FileStamp | None) -> bool:
        """Whether a file's size and time have rested; one that is gone has.

        A time that lies back far enough says so at the first look. Otherwise, and where the file's clock is another
        than ours, two looks have to agree.
        """
        now = self._clock()
        before, note.stamp, note.measured_at = note.stamp, stamp, now
        if stamp is None or stamp == before or self._wall() - stamp.mtime_ns / 1e9 >= QUIET_S:
            return True
        return now - note.first_at >= LONGEST_S and before is not None and stamp.size_bytes <= before.size_bytes


def _pop(notes: dict[bytes, _Note], is_meant: Callable[[bytes, _Note], bool]) -> dict[bytes, _Note]:
    meant = {place: note for place, note in notes.items() if is_meant(place, note)}
    for place in meant:
        del notes[place]
    return meant


def _pop_deepest(notes: dict[bytes, _Note]) -> dict[bytes, _Note]:
    deepest = max(map(_depth, notes))
    return _pop(notes, lambda place, _: _depth(place) == deepest)


def _lift(notes: dict[bytes, _Note], folders: dict[bytes, _Note]) -> None:
    """Note the folders that places lie in instead of the places."""
    for place, note in notes.items():
        folder = folders.setdefault(next(_folders_above(place), b""), _Note(note.first_at, note.last_at))
        folder.first_at = min(folder.first_at, note.first_at)
        folder.last_at = max(folder.last_at, note.last_at)


def _is_due_at(note: _Note) -> float:
    """When a place is to be looked at: at rest or at its longest, and not sooner than that after the last look."""
    return max(min(note.last_at + QUIET_S, note.first_at + LONGEST_S), note.measured_at + QUIET_S)


def _folders_above(place: bytes) -> Iterator[bytes]:
    while place:
        place = place.rpartition(_SEP)[0]
        yield place


def _depth(place: bytes) -> int:
    return place.count(_SEP) + 1 if place else 0


def _outermost(places: list[bytes]) -> list[bytes]:
    given = set(places)
    return sorted(place for place in given if given.isdisjoint(_folders_above(place)))


def _stamp_of(path: bytes) -> FileStamp | None:
    try:
        return FileStamp.of(os.stat(path))  # noqa: PTH116 - bytes
    except OSError:
        return None
