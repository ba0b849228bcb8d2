"""What every child process of the daemon does first: be nice, leave Ctrl+C to the parent, end with the parent.

Used by the rooms that have processes of their own (``pictures``, ``embedding``). Runs in the child, but for ``spared``.
"""

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Iterator
from multiprocessing import resource_tracker
from multiprocessing.connection import wait

import psutil


@contextlib.contextmanager
def spared() -> Iterator[None]:
    """Have processes that are spawned meanwhile hear no Ctrl+C from their first moment on.

    A terminal sends it to all of them; one that still imports would end with a traceback over the parent's last words.
    What is blocked in the thread that spawns stays so in the child: sigprocmask(2).
    """
    if sys.platform == "win32":
        yield
        return
    resource_tracker.ensure_running()  # where it has to be started, that would unblock the signal again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def become_child(*, nice: bool) -> None:
    """Set up a spawned process; call it first thing.

    Args:
        nice: Whether to give way to the person's other programs, processor and disk.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if nice:
        give_way()
    threading.Thread(target=_end_with_parent, name="end-with-parent", daemon=True).start()


def give_way() -> None:
    """Lower this process's priority for processor and disk, as far as the platform lets it."""
    process = psutil.Process()
    with contextlib.suppress(OSError, psutil.Error, AttributeError):
        if sys.platform == "win32":
            process.nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
            process.ionice(psutil.IOPRIO_LOW)
        else:
            process.nice(10)
            process.ionice(psutil.IOPRIO_CLASS_IDLE)  # macOS has none


def _end_with_parent() -> None:
    """Wait for the parent's end, even by kill -9, and follow at once: nobody would read an answer."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
