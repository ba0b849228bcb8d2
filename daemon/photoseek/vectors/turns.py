"""Searches beside each other, changes alone: FAISS crashes where vectors are added or removed beside a search.

A change that waits lets no further search begin, so it isn't starved. For threads.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Turns:
    """A readers-writer lock."""

    def __init__(self) -> None:
        self._free = threading.Condition()
        self._searches = 0
        self._changes_waiting = 0
        self._changing = False

    @contextmanager
    def search(self) -> Iterator[None]:
        """Wait until no change is under way or waits; many searches at a time."""
        with self._free:
            self._free.wait_for(lambda: not self._changing and not self._changes_waiting)
            self._searches += 1
        try:
            yield
        finally:
            with self._free:
                self._searches -= 1
                self._free.notify_all()

    @contextmanager
    def change(self) -> Iterator[None]:
        """Wait until nothing is under way; one change at a time."""
        with self._free:
            self._changes_waiting += 1
            self._free.wait_for(lambda: not self._changing and not self._searches)
            self._changes_waiting -= 1
            self._changing = True
        try:
            yield
        finally:
            with self._free:
                self._changing = False
                self._free.notify_all()
