"""The running daemon: the lock that keeps it the only one, where it listens, and the key to it.

``service`` holds the lock and announces; ``client`` and ``cli`` find the daemon and read the token. Blocking, quick;
any thread. What is secret or trusted here counts only in a folder that is this person's own.
"""

import contextlib
import json
import logging
import os
import re
import secrets
import stat
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import filelock
import msgspec
import psutil

from photoseek import __version__, durable
from photoseek.errors import AlreadyRunningError, NoRoomError, NotPrivateError
from photoseek.paths import Paths

log = logging.getLogger(__name__)

# 256 bits from secrets.token_urlsafe(32) are 43 characters.
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43,128}")
_LARGEST_FILE = 64 * 1024
# A daemon writes its pid directly after it has the lock; whoever lost the race looks a few times.
_LOOKS_FOR_HOLDER, _LOOK_PAUSE_S = 10, 0.05


class Discovery(msgspec.Struct, frozen=True):
    """What ``daemon.json`` says: where the daemon listens and where the key to it lies."""

    url: Annotated[str, msgspec.Meta(pattern=r"^http://127\.0\.0\.1:[0-9]{1,5}$")]
    pid: Annotated[int, msgspec.Meta(gt=0)]
    version: str
    token_file: str


@contextlib.contextmanager
def only_daemon(paths: Paths) -> Iterator[None]:
    """Be the one daemon of this data dir as long as the context lasts; the system frees the lock at any death.

    Raises:
        AlreadyRunningError: Another one has it; says which, where that is known.
        NotPrivateError: A folder of photoseek's can't be made, or isn't this person's own.
        NoRoomError: The lock can't be written.
    """
    make_private(paths)
    lock = filelock.FileLock(paths.lock, blocking=False, thread_local=False)
    try:
        lock.acquire()
    except filelock.Timeout as error:
        raise _already_running(paths) from error
    except OSError as error:
        if os.access(paths.data, os.W_OK):
            hint = f"Give yourself the right to write all that lies in {_shown(paths.data)}."
            raise NoRoomError(f"{_shown(paths.lock)} can't be written: {error.strerror}.", hint) from error
        if find_daemon(paths):
            raise _already_running(paths) from error
        log.warning("The data folder can't be written to: there is no lock")
    pid_file = paths.lock.with_suffix(".pid")
    try:
        with contextlib.suppress(OSError):  # only says who has the lock; a full disk shall not keep us from searching
            durable.write(pid_file, str(os.getpid()).encode(), sync=False)
        yield
    finally:
        with contextlib.suppress(OSError):
            pid_file.unlink(missing_ok=True)
        lock.release()


def lock_holder(paths: Paths) -> int | None:
    """The process that has the lock of the data dir: the daemon, also where it doesn't answer or can't be found."""
    try:
        pid = int(paths.lock.with_suffix(".pid").read_bytes())
        if not is_alive(pid):
            return None
        with filelock.FileLock(paths.lock, blocking=False, thread_local=False):
            return None  # a daemon that was killed left its number
    except filelock.Timeout:
        return pid
    except (OSError, ValueError):
        return None


def _already_running(paths: Paths) -> AlreadyRunningError:
    pid = _holder(paths.lock.with_suffix(".pid"))
    found = find_daemon(paths)
    who = f"with process id {pid}" if pid else "somewhere"
    where = f", at {found.url}" if found and found.pid == pid else ""
    return AlreadyRunningError(
        f"A daemon already runs for {_shown(paths.data)} {who}{where}.",
        "Use that one, stop it with `photoseek stop`, or set another data dir in $PHOTOSEEK_DATA_DIR.",
    )


def _holder(pid_file: Path) -> int | None:
    for look in range(_LOOKS_FOR_HOLDER):
        with contextlib.suppress(OSError, ValueError):
            pid = int(pid_file.read_bytes())
            if is_alive(pid):
                return pid
        if look + 1 < _LOOKS_FOR_HOLDER:
            time.sleep(_LOOK_PAUSE_S)
    return None


@contextlib.contextmanager
def announce(paths: Paths, url: str) -> Iterator[Discovery]:
    """Write the discovery file; enter it only once the daemon listens. Removed at the end.

    Raises:
        OSError: The file can't be written.
    """
    found = Discovery(url=url, pid=os.getpid(), version=__version__, token_file=str(paths.token))
    # The standard library's JSON carries a path that is not UTF-8 there and back; msgspec's doesn't.
    durable.write(paths.discovery, json.dumps(msgspec.to_builtins(found)).encode(), sync=False)
    try:
        yield found
    finally:
        if _read_discovery(paths.discovery) == found:
            paths.discovery.unlink(missing_ok=True)


def find_daemon(paths: Paths) -> Discovery | None:
    """Where the running daemon listens; None where none does.

    A file that a dead daemon left, or that another person could have written, counts as none.
    """
    try:
        _require_private(paths.runtime)
    except (OSError, NotPrivateError):
        return None
    found = _read_discovery(paths.discovery)
    return found if found and is_alive(found.pid) else None


def is_alive(pid: int) -> bool:
    """Whether this person has a process of this id that has not ended, a zombie being one that has."""
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        return sys.platform == "win32" or process.uids().effective == os.geteuid()
    except (psutil.Error, ValueError, OverflowError):
        return False


def _read_discovery(path: Path) -> Discovery | None:
    try:
        data, mode = _read_own(path)
        if mode & 0o022:
            return None
        return msgspec.convert(json.loads(data), Discovery)
    except (OSError, ValueError, RecursionError, NotPrivateError):  # ValueError: no JSON, or another shape
        return None


def own_token(paths: Paths) -> str:
    """The key to the HTTP API, for the daemon: made once, then read back.

    A file whose content can't be a key, or that other people could read, gets a new key.

    Raises:
        NotPrivateError: The folder or the file is another person's.
        OSError: It can't be read or written.
    """
    _require_private(paths.token.parent)
    with contextlib.suppress(FileNotFoundError):
        data, mode = _read_own(paths.token)
        token = data.decode("ascii", "replace").strip()
        if _TOKEN.fullmatch(token) and not mode & 0o077:
            return token
    return renew_token(paths)


def renew_token(paths: Paths) -> str:
    """A new key in place of the one before; for the daemon, or for whoever has its lock.

    Raises:
        NotPrivateError: The folder is another person's.
        OSError: It can't be written.
    """
    _require_private(paths.token.parent)
    token = secrets.token_urlsafe(32)
    durable.write(paths.token, token.encode())
    return token


def read_token(path: Path) -> str:
    """The key to the HTTP API, for a client; ``path`` is the ``token_file`` of the discovery file.

    Raises:
        NotPrivateError: The file is another person's, or holds no key.
        OSError: It can't be read.
    """
    token = _read_own(path)[0].decode("ascii", "replace").strip()
    if not _TOKEN.fullmatch(token):
        raise NotPrivateError(f"{_shown(path)} holds no key.", "Start the daemon again: it makes a new one.")
    return token


def make_private(paths: Paths) -> None:
    """Make photoseek's folders, and make sure that those with secrets are this person's own.

    Raises:
        NotPrivateError: One of them can't be made, or is (or lies in) a folder that another person made.
    """
    private = (paths.data, paths.runtime)
    try:
        for folder in private:
            _refuse_planted(folder)
        paths.make()
    except OSError as error:
        hint = "Correct its permissions, or set $PHOTOSEEK_DATA_DIR and its like to folders of your own."
        where = f"{_shown(Path(error.filename))}: " if error.filename else ""
        raise NotPrivateError(f"{where}{error.strerror}.", hint) from error
    for folder in private:
        _require_private(folder)


def _require_private(folder: Path) -> None:
    """Refuse a folder that isn't this person's own, or that others can write into."""
    if sys.platform == "win32":  # a person's folders are closed by their access lists there
        return
    _refuse_planted(folder)
    facts = folder.stat()
    if facts.st_uid != os.geteuid() or facts.st_mode & 0o022 or not stat.S_ISDIR(facts.st_mode):
        raise _not_own(folder)


def _refuse_planted(folder: Path) -> None:
    """Refuse a place that another person laid out beforehand in a shared folder such as /tmp, be it as a link."""
    if sys.platform == "win32":
        return
    for place in (folder, *folder.parents):
        with contextlib.suppress(FileNotFoundError):
            around = place.parent.stat().st_mode
            if around & stat.S_ISVTX and around & stat.S_IWOTH and place.lstat().st_uid not in (os.geteuid(), 0):
                raise _not_own(place)


def _not_own(place: Path) -> NotPrivateError:
    return NotPrivateError(
        f"{_shown(place)} belongs to another person, or others can write there.",
        "Set $PHOTOSEEK_RUNTIME_DIR and $PHOTOSEEK_DATA_DIR to folders of your own, or remove that one.",
    )


def _read_own(path: Path) -> tuple[bytes, int]:
    """A small file of this person's own, with its permissions (0o600 on Windows, which has none)."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with open(os.open(path, flags), "rb") as file:  # noqa: PTH123 - it takes the descriptor over
        facts = os.fstat(file.fileno())
        data = file.read(_LARGEST_FILE) if stat.S_ISREG(facts.st_mode) else b""
    if sys.platform == "win32":
        return data, 0o600
    if facts.st_uid != os.geteuid():
        raise _not_own(path)
    return data, stat.S_IMODE(facts.st_mode)


def _shown(path: Path) -> str:
    return os.fsencode(path).decode("utf-8", "replace")
