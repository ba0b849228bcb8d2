"""One tray for a person: a lock that the system frees at any death. Blocking, quick; any thread."""

import contextlib
from collections.abc import Iterator

import filelock

from photoseek.instance import make_private
from photoseek.paths import Paths


@contextlib.contextmanager
def only_tray(paths: Paths) -> Iterator[bool]:
    """Be the one tray as long as the context lasts.

    Yields:
        Whether it is; not where another one is there.

    Raises:
        NotPrivateError: The folder for it isn't this person's own.
    """
    make_private(paths)
    lock = filelock.FileLock(paths.tray_lock, blocking=False, thread_local=False)
    try:
        lock.acquire()
    except filelock.Timeout:
        yield False
        return
    try:
        yield True
    finally:
        lock.release()


def is_there(paths: Paths) -> bool:
    """Whether a tray is there."""
    if not paths.tray_lock.exists():  # nor shall a folder be made for the question
        return False
    with only_tray(paths) as is_free:
        return not is_free
