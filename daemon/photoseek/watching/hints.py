"""What watchdog's events mean: files and folders to look at, relative to the watched folder.

Runs in watchdog's dispatching thread, where an exception would end the watching: nothing leaves :class:`HintHandler`.
"""

import logging
import os
import sys
from collections.abc import Callable, Set

from watchdog.events import (
    EVENT_TYPE_DELETED,
    EVENT_TYPE_MOVED,
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)

from photoseek.domain import has_picture_suffix

log = logging.getLogger(__name__)

EVENTS: list[type[FileSystemEvent]] = [
    # A hard link and a file moved in from elsewhere have no other event than "created". On Linux it costs nothing:
    # the system tells of it anyway when folders are watched with all below them.
    FileCreatedEvent,
    FileMovedEvent,
    FileDeletedEvent,
    DirCreatedEvent,
    DirMovedEvent,
    DirDeletedEvent,
    # Other systems don't tell of the closing; Linux would tell of every single write.
    FileClosedEvent if sys.platform == "linux" else FileModifiedEvent,
]
"""With watchdog's own choice, opening and reading too, a burst of files and each foreign walk floods the watching."""

_MARKS = frozenset({b".nomedia", b".noimage"})
"""Their coming and going decides about a whole folder."""


class HintHandler(FileSystemEventHandler):
    """Turns the events of one watched folder into hints."""

    def __init__(self, root: bytes, on_hint: Callable[[Set[bytes], Set[bytes], bool], None]) -> None:
        """Make a handler.

        Args:
            root: The watched folder, absolute.
            on_hint: Called with the files and the folders of one event, relative to the root, and whether that was
                that something went.
        """
        self._root = os.path.join(root, b"")  # noqa: PTH118 - bytes
        self._on_hint = on_hint

    def dispatch(self, event: FileSystemEvent) -> None:
        """Take one event; never raises."""
        try:
            files, folders = self._places(event.src_path, is_folder=event.is_directory)
            there = self._places(event.dest_path, is_folder=event.is_directory)
        except Exception:
            log.exception("An event could not be understood")
            files, folders, there = set(), {b""}, (set(), set())
        is_gone = event.event_type in {EVENT_TYPE_DELETED, EVENT_TYPE_MOVED} and not any(there)
        files, folders = files | there[0], folders | there[1]
        if files or folders:
            self._on_hint(files, folders, is_gone)

    def _places(self, path: bytes | str, *, is_folder: bool) -> tuple[set[bytes], set[bytes]]:
        """Where to look: the file, or the folder to walk; empty where the walk doesn't look."""
        path = os.fsencode(path)
        if os.path.join(path, b"") == self._root:  # noqa: PTH118 - bytes
            return set(), {b""}
        place = path[len(self._root) :]
        above, name = os.path.split(place)
        if not path.startswith(self._root) or b"/." in b"/" + above.replace(os.sep.encode(), b"/"):
            return set(), set()
        if not is_folder and name in _MARKS:
            return set(), {above}
        if is_folder and not name.startswith(b"."):
            return set(), {place}
        return {place} if has_picture_suffix(name) else set(), set()
