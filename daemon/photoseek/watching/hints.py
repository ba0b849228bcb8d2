"""What watchdog's events mean: files and folders to look at, relative to the watched folder.

Runs in watchdog's dispatching thread, where an exception would end the watching: nothing leaves :class:`HintHandler`.
"""

import logging
import os
import sys
from collections.abc import Callable, Set

from watchdog.events import (
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

    def __init__(self, root: bytes, on_hint: Callable[[Set[bytes], Set[bytes]], None]) -> None:
        """Make a handler.

        Args:
            root: The watched folder, absolute.
            on_hint: Called with the files and the folders of one event, relative to the root.
        """
        self._root = os.path.join(root, b"")  # noqa: PTH118 - bytes
        self._on_hint = on_hint

    def dispatch(self, event: FileSystemEvent) -> None:
        """Take one event; never raises."""
        try:
            paths = {os.fsencode(path) for path in (event.src_path, event.dest_path) if path}
            files, folders = self._places(paths, are_folders=event.is_directory)
        except Exception:
            log.exception("An event could not be understood")
            files, folders = set(), {b""}
        if files or folders:
            self._on_hint(files, folders)

    def _places(self, paths: set[bytes], *, are_folders: bool) -> tuple[set[bytes], set[bytes]]:
        """Where to look: the files, and the folders to walk."""
        files, folders = set[bytes](), set[bytes]()
        for path in paths:
            if os.path.join(path, b"") == self._root:  # noqa: PTH118 - bytes
                folders.add(b"")
            if not path.startswith(self._root):
                continue
            place = path[len(self._root) :]
            above, name = os.path.split(place)
            if b"/." in b"/" + above.replace(os.sep.encode(), b"/"):
                continue  # hidden: the walk doesn't look there either
            if not are_folders and name in _MARKS:
                folders.add(above)
            elif are_folders and not name.startswith(b"."):
                folders.add(place)
            elif has_picture_suffix(name):
                files.add(place)
        return files, folders
