"""Watches folders by the system's events, and says where it can't.

``library`` calls it in the event loop and is called back there; watchdog's threads only put hints into a box. An
observer for each folder, so that one that fails is replaced without touching the others.
"""

import asyncio
import contextlib
import logging
import os
import sys
import threading
from collections.abc import Callable, Set
from dataclasses import dataclass, field
from typing import Literal

from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

from photoseek.domain import FolderId
from photoseek.watching.hints import EVENTS, HintHandler
from photoseek.watching.refusals import network_kind, network_note, refusal_note

if sys.platform == "linux":
    from photoseek.watching.inotify import TellingInotify, TellingObserver

log = logging.getLogger(__name__)

OnPaths = Callable[[FolderId, frozenset[bytes], frozenset[bytes], bool, bool], None]


@dataclass(frozen=True, slots=True)
class WatchMode:
    """How a folder is watched.

    Attributes:
        kind: ``polling``: events don't tell all, or nothing; the folder has to be looked at by the clock.
        note: Why it is polled and what a person can do about it; empty for ``native``.
    """

    kind: Literal["native", "polling"] = "native"
    note: str = ""


@dataclass
class _Watched:
    """A folder with its observer; None where it is only polled."""

    mode: WatchMode = field(default_factory=WatchMode)
    observer: BaseObserver | None = None
    ended: bool = False
    told: str = ""


@dataclass
class _Box:
    """Hints of one folder that the event loop hasn't taken yet."""

    files: set[bytes] = field(default_factory=set)
    folders: set[bytes] = field(default_factory=set)
    gone: bool = False
    overflow: bool = False


class Watcher:
    """The watched folders and what is heard of them."""

    def __init__(self, on_paths: OnPaths) -> None:
        """Make a watcher; call it in the event loop that shall be called back.

        Args:
            on_paths: Called in the event loop with a folder, files and folders in it that something happened to
                (relative; ``b""`` is the folder itself), whether some of them went, and whether more happened that
                nobody heard of, or the mode of watching changed: then all of the folder is to be scanned.
        """
        self._on_paths = on_paths
        self._loop = asyncio.get_running_loop()
        self._watched: dict[FolderId, _Watched] = {}
        self._boxes: dict[FolderId, _Box] = {}
        self._lock = threading.Lock()

    async def watch(self, folder_id: FolderId, path: bytes) -> WatchMode:
        """Watch a folder, in place of what watched it before. Scan it after this, not before.

        Args:
            folder_id: Names the folder in the hints.
            path: Absolute.

        Returns:
            How it is watched; ``mode`` tells of later changes.
        """
        before = self._watched.get(folder_id)
        await self.unwatch(folder_id)
        watched = _Watched(told=before.mode.note if before else "")
        self._watched[folder_id] = watched
        await asyncio.to_thread(self._start, folder_id, path, watched)
        return watched.mode

    async def unwatch(self, folder_id: FolderId) -> None:
        """Watch a folder no longer; one that isn't watched is no error."""
        watched = self._watched.pop(folder_id, None)
        if watched is not None:
            with self._lock:
                watched.ended, observer = True, watched.observer
            await asyncio.to_thread(_stop, observer)
        with self._lock:
            self._boxes.pop(folder_id, None)

    async def close(self) -> None:
        """End all watching."""
        for folder_id in list(self._watched):
            await self.unwatch(folder_id)

    def mode(self, folder_id: FolderId) -> WatchMode:
        """How a folder is watched at this moment.

        Raises:
            KeyError: It isn't.
        """
        return self._watched[folder_id].mode

    def is_alive(self, folder_id: FolderId) -> bool:
        """Whether the events of a folder still arrive, where they ever did; if not, ``watch`` it again."""
        watched = self._watched.get(folder_id)
        return watched is not None and (watched.observer is None or _is_watching(watched.observer))

    def _start(self, folder_id: FolderId, path: bytes, watched: _Watched) -> None:
        if kind := network_kind(path):
            _poll(folder_id, watched, network_note(kind))
            return
        observer = None
        try:
            observer = self._make_observer(folder_id, path, watched)
            handler = HintHandler(path, lambda *hint: self._put(folder_id, watched, *hint))
            # As str: watchdog's other systems know no bytes.
            observer.schedule(handler, os.fsdecode(path), recursive=True, event_filter=EVENTS)
            observer.start()
        except OSError as error:
            _stop(observer)
            _poll(folder_id, watched, refusal_note(error))
            return
        with self._lock:
            if not watched.ended:
                watched.observer, observer = observer, None
        _stop(observer)  # nobody waits for it any more

    def _make_observer(self, folder_id: FolderId, path: bytes, watched: _Watched) -> BaseObserver:
        if sys.platform != "linux":
            return Observer()
        inotify = TellingInotify(
            path,
            on_refused=lambda error: self._refuse(folder_id, watched, error),
            on_overflow=lambda: self._put(folder_id, watched, overflow=True),
        )
        return TellingObserver(inotify)

    def _refuse(self, folder_id: FolderId, watched: _Watched, error: OSError) -> None:
        """Some folder inside is not watched: what is heard is still worth it, but all of it has to be polled."""
        if _poll(folder_id, watched, refusal_note(error)):
            self._put(folder_id, watched, overflow=True)

    def _put(
        self,
        folder_id: FolderId,
        watched: _Watched,
        files: Set[bytes] = frozenset(),
        folders: Set[bytes] = frozenset(),
        gone: bool = False,
        *,
        overflow: bool = False,
    ) -> None:
        """Put hints into the box of their folder, from any thread."""
        with self._lock:
            if watched.ended:
                return
            was_empty = not self._boxes
            box = self._boxes.setdefault(folder_id, _Box())
            box.files |= files
            box.folders |= folders
            box.gone |= gone
            box.overflow |= overflow
        if was_empty:
            with contextlib.suppress(RuntimeError):  # the event loop has ended
                self._loop.call_soon_threadsafe(self._deliver)

    def _deliver(self) -> None:
        with self._lock:
            boxes, self._boxes = self._boxes, {}
        for folder_id, box in boxes.items():
            self._on_paths(folder_id, frozenset(box.files), frozenset(box.folders), box.gone, box.overflow)


def _poll(folder_id: FolderId, watched: _Watched, note: str) -> bool:
    """Change over to polling; one line in the log for it, however many folders inside are refused."""
    if watched.mode.kind == "polling":
        return False
    watched.mode = WatchMode("polling", note)
    if note != watched.told:
        log.warning("Folder %d: %s", folder_id, note)
    return True


def _is_watching(observer: BaseObserver) -> bool:
    threads = [observer, *observer.emitters]
    if not observer.emitters or not all(thread.is_alive() for thread in threads):
        return False
    return sys.platform != "linux" or not isinstance(observer, TellingObserver) or observer.is_watching()


def _stop(observer: BaseObserver | None) -> None:
    if observer is None:
        return
    observer.stop()
    if observer.is_alive():
        observer.join()
