"""watchdog's inotify observer, made to report refused watches, lost events and its own end. Linux only.

Stock watchdog leaves a sub-folder unwatched without a word where the system refuses the watch, writes an overflow to
its log and no further, and its reading thread ends with the first exception. Runs in watchdog's threads.
"""

import errno
import logging
import os
from collections.abc import Callable

from watchdog.observers.api import BaseObserver
from watchdog.observers.inotify import InotifyEmitter
from watchdog.observers.inotify_c import (
    CallbackId,
    InotifyConstants,
    InotifyEvent,
    InotifyFD,
    Mask,
    WatchCallback,
    WatchDescriptor,
)

log = logging.getLogger(__name__)

_REFUSALS = frozenset({errno.ENOSPC, errno.ENOMEM, errno.EMFILE})
"""inotify_add_watch(2): limit of watches, kernel memory. Other errors are of folders that went or are closed to us."""


class TellingInotify(InotifyFD):
    """An inotify instance for one watched folder."""

    def __init__(self, root: bytes, *, on_refused: Callable[[OSError], None], on_overflow: Callable[[], None]) -> None:
        """Open the instance.

        Args:
            root: The watched folder.
            on_refused: Called for every folder that the system refuses to watch.
            on_overflow: Called when events were lost.

        Raises:
            OSError: There are too many instances.
        """
        super().__init__()
        self._root = root
        self._root_watch: WatchDescriptor | None = None
        self._on_refused = on_refused
        self._on_overflow = on_overflow

    @property
    def watches_root(self) -> bool:
        """Whether the root is still watched: its end and its unmounting end the watch."""
        return self._root_watch is not None

    def add_callback(self, path: bytes, mask: Mask, callback: WatchCallback, id_: CallbackId) -> WatchDescriptor:
        """Watch one folder.

        Raises:
            OSError: It can't be watched; watchdog passes over it, unless it is the root.
        """
        if not os.access(path, os.R_OK):
            # watchdog would take "permission denied" for a watch, of number -1. Scanning raises what is the matter.
            os.scandir(path).close()
        try:
            watch = super().add_callback(path, mask, callback, id_)
        except OSError as error:
            if error.errno in _REFUSALS:
                self._on_refused(error)
            raise
        if path == self._root:
            self._root_watch = watch
        return watch

    def _add_callback(self, path: bytes, mask: Mask, callback: WatchCallback, id_: CallbackId) -> WatchDescriptor:
        """As watchdog does it, but a folder that was moved out and comes back in is no reason for a warning."""
        watch = self._get_or_create_watch(path, mask)
        watch.callbacks[id_] = callback
        return watch.wd

    def handle_event(self, event: InotifyEvent) -> None:
        """Pass an event on; where watchdog fails with it, treat it as lost."""
        try:
            super().handle_event(event)
        except Exception:
            log.exception("An event was lost")
            self._on_overflow()
        if event.is_queue_overflow:
            self._on_overflow()
        if event.wd == self._root_watch and event.mask & (InotifyConstants.IN_IGNORED | InotifyConstants.IN_UNMOUNT):
            self._root_watch = None


class TellingObserver(BaseObserver):
    """Observer over one :class:`TellingInotify`, which it starts and stops."""

    def __init__(self, inotify: TellingInotify) -> None:
        super().__init__(InotifyEmitter, inotify_fd=inotify)
        self._inotify = inotify
        inotify.start()

    def on_thread_stop(self) -> None:
        """Stop the emitters, then the reading."""
        super().on_thread_stop()
        self._inotify.stop()
        self._inotify.join()

    def is_watching(self) -> bool:
        """Whether every thread is at work and the root is watched."""
        return self._inotify.is_alive() and self._inotify.watches_root
