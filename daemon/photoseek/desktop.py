"""What the person's desktop does with a file: opens it with its program, shows it in its folder.

Used by ``api``, with paths that the catalogue knows. Commands are lists of arguments, never lines for a shell. Runs in
the event loop; programs that stay open (a viewer, where there is no desktop to hand the file to) are left alone.
"""

import asyncio
import logging
import os
import sys
from asyncio.subprocess import DEVNULL
from collections.abc import Sequence
from urllib.parse import quote_from_bytes

from photoseek.errors import DesktopError

log = logging.getLogger(__name__)

# Openers hand the file over and end; one that is still there has become the viewer.
_PATIENCE_S = 3.0

Command = Sequence[str | bytes]


class Desktop:
    """The desktop of the person whose daemon this is.

    Args:
        platform: As ``sys.platform`` has it.
        apart: This process belongs to a unit of systemd. What it starts would be bound by the unit's limits, end with
            it, and miss what the desktop has told systemd since (which screen it is): so systemd starts it instead.
    """

    def __init__(self, platform: str = sys.platform, *, apart: bool = False) -> None:
        self._platform = platform
        self._apart = apart and platform not in {"darwin", "win32"}
        self._viewers: set[asyncio.Task[int]] = set()

    async def open_file(self, path: bytes) -> None:
        """Open a file, by its absolute path, with the program that the person has chosen for its kind.

        Raises:
            DesktopError: There is no desktop, or it refuses.
        """
        await self._first_that_works([_opening(path, self._platform)])

    async def show_in_folder(self, path: bytes) -> None:
        """Show a file, by its absolute path, selected in the file manager; where that can't select, show its folder.

        Raises:
            DesktopError: There is no desktop, or it refuses.
        """
        await self._first_that_works(_showing(path, self._platform))

    async def _first_that_works(self, commands: Sequence[Command]) -> None:
        for command in [*commands[:-1], _outside(commands[-1]), commands[-1]] if self._apart else commands:
            if await self._works(command):
                return
        raise DesktopError(
            "The desktop didn't take the file.",
            "Is photoseek running in your desktop session? On Linux it needs xdg-open, from the package xdg-utils.",
        )

    async def _works(self, command: Command) -> bool:
        try:
            program = await asyncio.create_subprocess_exec(
                *command, stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL, start_new_session=True
            )
        except OSError as error:
            log.info("a program of the desktop can't be started: %s", type(error).__name__)
            return False
        ending = asyncio.create_task(program.wait(), name="viewer")
        self._viewers.add(ending)
        ending.add_done_callback(self._viewers.discard)
        ended, _ = await asyncio.wait({ending}, timeout=_PATIENCE_S)
        return not ended or ending.result() == 0 or self._platform == "win32"  # explorer says 1 when all went well


class NoDesktop(Desktop):
    """Where nobody sits before a screen: every wish is refused."""

    async def _works(self, command: Command) -> bool:
        return False


def _outside(command: Command) -> Command:
    """The same, started by the person's own systemd, for itself; see systemd-run(1)."""
    run = ["systemd-run", "--user", "--quiet", "--collect", "--wait", "--property=KillMode=process", "--"]
    # It puts the environment's variables in; file names with a dollar in them are none.
    return [*run, *(part.replace(b"$", b"$$") if isinstance(part, bytes) else part for part in command)]


def _opening(path: bytes, platform: str) -> Command:
    if platform == "win32":
        return ["explorer", os.fsdecode(path)]
    return ["open" if platform == "darwin" else "xdg-open", path]


def _showing(path: bytes, platform: str) -> list[Command]:
    if platform == "darwin":
        return [["open", "-R", path]]
    if platform == "win32":
        return [["explorer", "/select,", os.fsdecode(path)]]
    # The file managers' common interface: https://www.freedesktop.org/wiki/Specifications/file-manager-interface/
    address = f"file://{quote_from_bytes(path)}"  # commas quoted too: dbus-send splits arrays at them
    ask = ["dbus-send", "--session", "--print-reply", "--reply-timeout=2000", "--dest=org.freedesktop.FileManager1"]
    ask += ["/org/freedesktop/FileManager1", "org.freedesktop.FileManager1.ShowItems"]
    return [[*ask, f"array:string:{address}", "string:"], _opening(os.path.dirname(path), platform)]  # noqa: PTH120 - bytes
