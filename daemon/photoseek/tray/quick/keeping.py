"""Keeps a hidden, ready window beside the tray: a child that ends with it. A thread of the tray's process.

The child is told of its parent's end by the end of a pipe, so it ends too where the tray is killed.
"""

import contextlib
import logging
import subprocess
import threading
import time
from collections.abc import Iterator

from photoseek.tray.quick.possible import why_not

log = logging.getLogger(__name__)

_ENDING_S = 2.0
# A window that ended sooner than this has something wrong with it: the next is started after a longer and longer rest.
_SOON_S, _FIRST_REST_S, _LONGEST_REST_S = 30.0, 1.0, 300.0


@contextlib.contextmanager
def keep_ready() -> Iterator[None]:
    """Keep a window process ready as long as the context lasts; one that ends is replaced."""
    keeper = _Keeper()
    thread = threading.Thread(target=keeper.keep, name="quick-window", daemon=True)
    thread.start()
    try:
        yield
    finally:
        keeper.end()
        thread.join(_ENDING_S * 2)


def quick_ready() -> contextlib.AbstractContextManager[None]:
    """The same where there can be such a window; nothing elsewhere."""
    return keep_ready() if why_not() is None else contextlib.nullcontext()


class _Keeper:
    def __init__(self) -> None:
        self._ending = threading.Event()
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None

    def keep(self) -> None:
        rest_s = _FIRST_REST_S
        while self._start():
            began = time.monotonic()
            assert self._child is not None
            code = self._child.wait()
            if self._ending.is_set():
                return
            lived_s = time.monotonic() - began
            rest_s = _FIRST_REST_S if lived_s > _SOON_S else min(rest_s * 2, _LONGEST_REST_S)
            log.warning("the quick-search window ended (%d); another one starts in %.0f s", code, rest_s)
            if self._ending.wait(rest_s):
                return

    def _start(self) -> bool:
        with self._lock:
            if self._ending.is_set():
                return False
            from photoseek.background import own_command  # noqa: PLC0415 - whoever only summons shall not wait for it

            command = own_command("quick", "--ready")
            self._child = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)
            return True

    def end(self) -> None:
        with self._lock:
            self._ending.set()
            child = self._child
        if child is None:
            return
        assert child.stdin is not None
        child.stdin.close()  # which it waits for
        try:
            child.wait(_ENDING_S)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
