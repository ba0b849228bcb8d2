"""Whether the program on the disk is still the one that runs: an upgrade, or a removal, beside a running daemon.

A daemon has its modules in memory, but its children begin from the disk: after an upgrade the next model process would
be of another version than the daemon that it serves. Nobody tells the daemons of all persons: packages, pip, pipx and
uv know of none of them. So each looks for itself, begins anew as the new version in the same process, and ends when the
program is gone. So does the icon in the tray. Used by ``service``, ``cli.run`` and ``tray``.
"""

import asyncio
import multiprocessing.resource_tracker
import os
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

# Twice this has the new program to rest: libraries are installed before and beside it.
_LOOK_EVERY_S = 30.0
# So many looks it has to be gone: pipx and uv, told to install by force, take it away before they fetch the libraries.
_LOOKS_WHEN_GONE = 10


@dataclass(frozen=True)
class Program:
    """A program as it was at some moment.

    Attributes:
        file: One that every version brings anew.
        stamp: Of the file at that moment; None where there was none.
    """

    file: Path
    stamp: tuple[int, int, int] | None

    @classmethod
    def look(cls, file: Path) -> "Program":
        """As it is now."""
        try:
            found = file.stat()
        except OSError:
            return cls(file, None)
        return cls(file, (found.st_ino, found.st_size, found.st_mtime_ns))

    async def until_replaced(self, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> bool:
        """Wait until another one lies there: True, or none: False.

        Args:
            sleep: Between two looks; takes seconds.
        """
        if sys.platform == "win32":
            await asyncio.Event().wait()  # there what runs can't be replaced
        before, rested = self, 0
        while True:
            now = self.look(self.file)
            rested = rested + 1 if now == before != self else 0
            if rested >= (1 if now.stamp else _LOOKS_WHEN_GONE):
                return now.stamp is not None
            before = now
            await sleep(_LOOK_EVERY_S)


# Taken with the code: whatever comes while the daemon starts is another program already.
OWN = Program.look(Path(sys.executable) if getattr(sys, "frozen", False) else Path(__file__).with_name("__init__.py"))


def begin_anew(environment: Mapping[str, str], *options: str) -> NoReturn:
    """Become the program that lies on the disk now, with the same arguments and the same process id.

    Args:
        environment: That this process was given; some of it has been taken out since.
        options: Further arguments.

    Raises:
        OSError: It can't be started.
    """
    # Nobody could wait for this helper of Python's any more. It has no public way to end.
    multiprocessing.resource_tracker._resource_tracker._stop()  # type: ignore[attr-defined]
    os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:], *options], dict(environment))  # noqa: S606 - its own
