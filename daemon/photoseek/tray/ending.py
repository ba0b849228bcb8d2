"""The end that comes from outside: a signal, or the end of whoever started the process. Any thread.

Used by the tray and by its children, the quick-search window and the dialog for a folder.
"""

import os
import sys
import threading
from collections.abc import Callable


class Ending:
    """Tells whoever shows the icon at the moment; one who comes too late is told at once."""

    def __init__(self) -> None:
        self._lock = threading.RLock()  # a signal may come while it is held
        self._tell: Callable[[], object] | None = None
        self._has_come = False

    def tells(self, tell: Callable[[], object]) -> None:
        """Have it told from now on to this one, which may be called in any thread, and not to the one before."""
        with self._lock:
            self._tell = tell
            has_come = self._has_come
        if has_come:
            tell()

    def come(self) -> None:
        """It is time."""
        with self._lock:
            self._has_come = True
            tell = self._tell
        if tell is not None:
            tell()


def when_input_ends(end: Callable[[], object]) -> None:
    """Call it, in a thread, when standard input ends: whoever started this holds the other end, as long as it lives."""

    def wait() -> None:
        while os.read(sys.stdin.fileno(), 1024):
            pass
        end()

    threading.Thread(target=wait, name="end-with-starter", daemon=True).start()
