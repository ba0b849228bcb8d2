"""``photoseek start``: the daemon in the background, in a session of its own."""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from photoseek.cli.terminal import remark
from photoseek.errors import PhotoseekError

if TYPE_CHECKING:
    from photoseek.instance import Discovery
    from photoseek.paths import Paths

# It listens before it loads a model; opening a large catalogue on a slow disk takes seconds.
_LONGEST_S = 60.0
_LOOK_EVERY_S = 0.05


@click.command("start")
def command() -> None:
    """Start in the background; says where it listens and returns."""
    from photoseek.instance import find_daemon, make_private  # noqa: PLC0415 - not needed for --help
    from photoseek.paths import find_paths  # noqa: PLC0415
    from photoseek.settings import load_settings  # noqa: PLC0415

    paths = find_paths()
    found = find_daemon(paths)
    if found is not None:
        remark(f"photoseek is running already, at {found.url}")
        return
    load_settings(paths.settings)  # a mistake in them is said here, not in a log
    make_private(paths)
    found = _start(paths)
    remark(f"photoseek is at {found.url}. How far it is: `photoseek status`")


def _start(paths: "Paths") -> "Discovery":
    """Start the daemon and wait until it listens.

    Raises:
        PhotoseekError: It ended before, or takes too long.
    """
    from photoseek.instance import find_daemon  # noqa: PLC0415 - not needed for --help

    can_log = os.access(paths.log if paths.log.exists() else paths.data, os.W_OK)
    with (paths.log if can_log else Path(os.devnull)).open("ab") as log:
        log_begins = log.tell()
        child = _spawn(paths, log.fileno())
    deadline = time.monotonic() + _LONGEST_S
    while time.monotonic() < deadline:
        ended = child.poll() is not None
        found = find_daemon(paths)
        if found is not None:
            child.returncode = child.returncode or 0  # it lives on: Popen shall not warn of that
            return found
        if ended:
            if not can_log:
                raise PhotoseekError("It ended at once.", f"Nothing can be written to {paths.data}: make it writable.")
            raise PhotoseekError(_last_words(paths, log_begins), f"The log is {paths.log}")
        time.sleep(_LOOK_EVERY_S)
    raise PhotoseekError("It has not begun to listen within a minute.", f"The log is {paths.log}")


def _spawn(paths: "Paths", log: int) -> "subprocess.Popen[bytes]":
    """Start ``run`` detached from this terminal; its working directory is photoseek's own, to hold no disk back."""
    program = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-P", "-m", "photoseek"]
    folders = {"CONFIG": paths.config, "DATA": paths.data, "CACHE": paths.cache, "RUNTIME": paths.runtime}
    flags = 0
    if sys.platform == "win32":
        flags = subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP
    return subprocess.Popen(
        [*program, "run", "--no-tray", "--no-open", "--background"],
        cwd=paths.data,
        env=os.environ | {f"PHOTOSEEK_{kind}_DIR": str(folder) for kind, folder in folders.items()},
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        start_new_session=True,
        creationflags=flags,
    )


def _last_words(paths: "Paths", begin: int) -> str:
    """What the daemon wrote before it ended."""
    with paths.log.open("rb") as log:
        log.seek(begin)
        lines = log.read()[-4000:].decode("utf-8", "replace").split("\n")
    words = " ".join(line.strip() for line in lines[-8:] if line.strip())
    return words or "It ended at once, without a word."
