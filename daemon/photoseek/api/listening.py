"""Where the server listens: a port of the loopback address, and a socket file that only this person can open.

Opened by the server; blocking, quick.
"""

import contextlib
import errno
import logging
import os
import socket
import stat
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

log = logging.getLogger(__name__)

HOST = "127.0.0.1"
# The system puts a path of 108 bytes (104 on macOS), its end included, into a socket's address.
_LONGEST_PATH_BYTES = 103
_WAITING = 512
_CREDENTIALS = struct.Struct("3i")  # process, user, group: what SO_PEERCRED tells (unix(7))


def listen_on_port(port: int) -> socket.socket:
    """Listen on 127.0.0.1, on another port where this one can't be had.

    Raises:
        OSError: No port at all can be had.
    """
    try:
        return socket.create_server((HOST, port), backlog=_WAITING)
    except OSError as error:
        # Windows says "access denied" of ports that it keeps for itself.
        if port == 0 or error.errno not in {errno.EADDRINUSE, errno.EACCES}:
            raise
        log.info("port %d can't be had, taking another", port)
        return socket.create_server((HOST, 0), backlog=_WAITING)


@contextlib.contextmanager
def listening_at(path: Path) -> Iterator[socket.socket | None]:
    """Listen on a socket file as long as the context lasts; None where the system has none, or not at this path.

    Args:
        path: In a private folder. What a daemon that was killed has left there is replaced.
    """
    if sys.platform == "win32":  # Python has no Unix sockets there
        yield None
        return
    listener = _bind(path)
    if listener is None:
        yield None
        return
    with listener:
        own = path.lstat()
        try:
            yield listener
        finally:
            with contextlib.suppress(OSError):
                if os.path.samestat(path.lstat(), own):  # not that of a daemon that came later
                    path.unlink()


def _bind(path: Path) -> socket.socket | None:
    if len(os.fsencode(path)) > _LONGEST_PATH_BYTES:
        log.warning("there is no socket file: the path of the runtime folder is too long for one")
        return None
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        if path.exists() and stat.S_ISSOCK(path.lstat().st_mode):
            path.unlink()
        listener.bind(os.fspath(path))
        path.chmod(0o600)
        listener.listen(_WAITING)
    except OSError as error:
        listener.close()
        log.warning("there is no socket file: %s", errno.errorcode.get(error.errno or 0, "it can't be made"))
        return None
    return listener


def is_own_process(connection: socket.socket) -> bool:
    """Whether a connection came through the socket file, and from a process of this person or of the administrator.

    The file's permissions let nobody else near it; where the system tells who it is, that is looked at too.
    """
    if sys.platform == "win32" or connection.family != socket.AF_UNIX:
        return False
    if not hasattr(socket, "SO_PEERCRED"):
        return True
    told = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    return _CREDENTIALS.unpack(told)[1] in {os.geteuid(), 0}
