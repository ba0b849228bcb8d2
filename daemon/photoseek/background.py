"""Other processes of this photoseek: how they are started; the daemon in the background. Blocks; any thread.

Used by ``cli`` and by the tray.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil

from photoseek.errors import PhotoseekError
from photoseek.instance import Discovery, find_daemon, is_alive, make_private
from photoseek.paths import Paths
from photoseek.settings import load_settings

# It listens before it loads a model; opening a large catalogue on a slow disk takes seconds.
_LONGEST_START_S = 60.0
# It ends within 5 s by itself; a disk that is slow to take the last writes may need more.
_LONGEST_END_S = 30.0
_LOOK_EVERY_S = 0.05


def start_daemon(paths: Paths) -> Discovery | None:
    """Start the daemon and wait until it listens.

    Returns:
        Where it listens; None where one ran already.

    Raises:
        PhotoseekError: It ended before, or takes too long.
    """
    if find_daemon(paths) is not None:
        return None
    load_settings(paths.settings)  # a mistake in them is said here, not in a log
    make_private(paths)
    can_log = os.access(paths.log if paths.log.exists() else paths.data, os.W_OK)
    with (paths.log if can_log else Path(os.devnull)).open("ab") as log:
        log_begins = log.tell()
        child = spawn(paths, log.fileno(), "run", "--no-tray", "--no-open", "--background")
    deadline = time.monotonic() + _LONGEST_START_S
    while time.monotonic() < deadline:
        ended = child.poll() is not None
        found = find_daemon(paths)
        if found is not None:
            threading.Thread(target=child.wait, name="reap-daemon", daemon=True).start()  # if it ends before this one
            return found if _is_of(found.pid, child.pid) else None
        if ended:
            if not can_log:
                raise PhotoseekError("It ended at once.", f"Nothing can be written to {paths.data}: make it writable.")
            raise PhotoseekError(_last_words(paths, log_begins), f"The log is {paths.log}")
        time.sleep(_LOOK_EVERY_S)
    raise PhotoseekError("It has not begun to listen within a minute.", f"The log is {paths.log}")


def stop_daemon(pid: int) -> None:
    """End the daemon that has this process id; returns once it has ended.

    Raises:
        PhotoseekError: It takes too long.
        OSError: It can't be told.
    """
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + _LONGEST_END_S
    while is_alive(pid):
        if time.monotonic() > deadline:
            raise PhotoseekError(
                f"Process {pid} has not ended yet.", f"Look at the log, or end it by force: kill -9 {pid}"
            )
        time.sleep(_LOOK_EVERY_S)


def spawn(paths: Paths, log: int, *arguments: str) -> "subprocess.Popen[bytes]":
    """Start this photoseek detached from the terminal; its working directory is photoseek's own, to hold no disk back.

    Args:
        paths: photoseek's folders, which it is told.
        log: Descriptor of the file that takes what it says.
        arguments: Of ``photoseek``.
    """
    folders = {"CONFIG": paths.config, "DATA": paths.data, "CACHE": paths.cache, "RUNTIME": paths.runtime}
    flags = 0
    if sys.platform == "win32":
        flags = subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP
    return subprocess.Popen(
        own_command(*arguments),
        cwd=paths.data,
        env=os.environ | {f"PHOTOSEEK_{kind}_DIR": str(folder) for kind, folder in folders.items()},
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        start_new_session=True,
        creationflags=flags,
    )


def own_command(*arguments: str) -> list[str]:
    """What starts this photoseek once more, without a console."""
    if getattr(sys, "frozen", False):
        return [sys.executable, *arguments]
    python = Path(sys.executable)
    if sys.platform == "win32" and (windowless := python.with_name("pythonw.exe")).is_file():
        python = windowless  # the other one opens a console
    return [os.fspath(python), "-P", "-m", "photoseek", *arguments]


def _is_of(pid: int, child: int) -> bool:
    """Whether it is this child, or was started by it: some systems put a starter between."""
    try:
        return pid == child or any(process.pid == pid for process in psutil.Process(child).children(recursive=True))
    except psutil.NoSuchProcess:
        return False


def _last_words(paths: Paths, begin: int) -> str:
    """What the daemon wrote before it ended."""
    with paths.log.open("rb") as log:
        log.seek(begin)
        lines = log.read()[-4000:].decode("utf-8", "replace").split("\n")
    words = " ".join(line.strip() for line in lines[-8:] if line.strip())
    return words or "It ended at once, without a word."
