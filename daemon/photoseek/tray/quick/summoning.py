"""How a window that is ready is told to show itself: a Unix socket of this person's, on Windows a named pipe.

``summon`` is the caller's end, in any process; ``listening`` is the window's, with a thread of its own. What is sent is
a query in UTF-8, what comes back says that the window is on the screen. Never a pickle: only bytes are read.
"""

import contextlib
import hashlib
import os
import sys
import threading
from collections.abc import Callable, Iterator
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Listener

from photoseek.errors import NotPrivateError
from photoseek.paths import Paths

_LONGEST_BYTES = 64 * 1024
_LONGEST_SOCKET_PATH_BYTES = 103
PATIENCE_S = 10.0
"""Until a window that is ready is shown: seconds, on a busy machine, and a second window would help nobody there."""
_MORE_S = 1.0
_SHOWN = b"shown"
_TROUBLES = (OSError, EOFError, ValueError, AuthenticationError, NotPrivateError)


def summon(paths: Paths, words: str = "") -> bool:
    """Show the window that is ready; returns once it is on the screen.

    Args:
        paths: photoseek's folders.
        words: A query to begin with; "" leaves what was there.

    Returns:
        Whether there is one, and it came.
    """
    try:
        with Client(_address(paths), authkey=_key(paths)) as window:
            window.send_bytes(words.encode())
            return window.poll(PATIENCE_S + _MORE_S) and window.recv_bytes(len(_SHOWN)) == _SHOWN
    except _TROUBLES:
        return False


@contextlib.contextmanager
def listening(paths: Paths, show: Callable[[str], bool]) -> Iterator[bool]:
    """Listen for summons as long as the context lasts.

    Args:
        paths: photoseek's folders.
        show: Shows the window, with a query to begin with; whether it is on the screen. Called in a thread of its own.

    Yields:
        Whether it listens; not where another window does already, or where there can be no such socket.
    """
    listener = _listen(paths)
    if listener is None:
        yield False
        return
    ending = threading.Event()
    answering = threading.Thread(target=_answer_all, args=(listener, show, ending), name="summons", daemon=True)
    answering.start()
    try:
        yield True
    finally:
        ending.set()
        with contextlib.suppress(*_TROUBLES):
            Client(_address(paths), authkey=_key(paths)).close()  # wakes the thread
        listener.close()  # removes the socket too


def _listen(paths: Paths) -> Listener | None:
    from photoseek.instance import make_private  # noqa: PLC0415 - whoever summons shall not wait for it

    address = _address(paths)
    try:
        make_private(paths)
        if sys.platform != "win32":
            if len(os.fsencode(address)) > _LONGEST_SOCKET_PATH_BYTES or _is_answered(address):
                return None
            with contextlib.suppress(FileNotFoundError):
                os.unlink(address)  # noqa: PTH108 - of a window that was killed; Listener wants a string
        return Listener(address, authkey=_key(paths))
    except _TROUBLES:
        return None


def _is_answered(address: str) -> bool:
    with contextlib.suppress(OSError):
        Client(address).close()
        return True
    return False


def _answer_all(listener: Listener, show: Callable[[str], bool], ending: threading.Event) -> None:
    while True:
        try:
            caller = listener.accept()
        except (EOFError, AuthenticationError):
            continue  # on Windows: it hung up, or is nobody we know
        except OSError:
            return
        with caller, contextlib.suppress(*_TROUBLES):
            if ending.is_set():
                return
            if caller.poll(PATIENCE_S) and show(caller.recv_bytes(_LONGEST_BYTES).decode()):
                caller.send_bytes(_SHOWN)


def _address(paths: Paths) -> str:
    if sys.platform == "win32":
        whose = hashlib.sha256(os.fsencode(paths.runtime)).hexdigest()[:16]
        return rf"\\.\pipe\photoseek-quick-{whose}"
    return str(paths.runtime / "quick.sock")


def _key(paths: Paths) -> bytes | None:
    """Proves who is at the other end where that is no file: a pipe's name can be taken by anybody."""
    if sys.platform == "win32":
        from photoseek.instance import read_token  # noqa: PLC0415 - whoever summons shall not wait for it

        return read_token(paths.token).encode()
    return None
