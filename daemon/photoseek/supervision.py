"""What the daemon tells the program that watches over it: systemd, where that started it as a unit of Type=notify.

Used by ``service``; runs in the event loop, so a loop that hangs says nothing and systemd starts it anew.
The protocol is sd_notify(3): lines in a datagram. The packages for it are no longer kept (sdnotify) or want a compiler
(systemd-python), for what is one call of sendto.
"""

import asyncio
import contextlib
import logging
import os
import socket
import time
from collections.abc import AsyncIterator, MutableMapping

log = logging.getLogger(__name__)


class Supervisor:
    """Whoever watches over this process; maybe nobody.

    Args:
        environment: Of this process. What was said in it to this process alone is taken out, so that no child
            believes that it is meant.
    """

    def __init__(self, environment: MutableMapping[str, str]) -> None:
        self._address = environment.pop("NOTIFY_SOCKET", "")
        wanted_by = environment.pop("WATCHDOG_PID", str(os.getpid()))
        within_us = environment.pop("WATCHDOG_USEC", "")
        is_wanted = within_us.isdecimal() and wanted_by == str(os.getpid())
        self._every_s = int(within_us) / 1e6 / 2 if is_wanted else 0.0
        self._begins_anew = False

    def begin_anew(self) -> None:
        """What comes next is no end: the process goes on, as another program that will say when it is ready."""
        self._begins_anew = True

    @contextlib.asynccontextmanager
    async def watching(self, what: str) -> AsyncIterator[None]:
        """Say that the start is over, then again and again that the loop turns, and at the end that it stops.

        Args:
            what: The daemon does now, on one line.
        """
        self._tell("READY=1", f"STATUS=photoseek {what}")
        turning = asyncio.create_task(self._say_that_it_turns(), name="watchdog")
        try:
            yield
        finally:
            if self._begins_anew:
                self._tell(
                    "RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1000}", "STATUS=photoseek begins anew"
                )
            else:
                self._tell("STOPPING=1", "STATUS=photoseek stops")
            turning.cancel()

    async def _say_that_it_turns(self) -> None:
        while self._every_s:
            self._tell("WATCHDOG=1")
            await asyncio.sleep(self._every_s)

    def _tell(self, *lines: str) -> None:
        if not self._address:
            return
        # An address that begins with an @ is no file but a name in the kernel's own list.
        address = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notes:
                notes.setblocking(False)
                notes.sendto("\n".join(lines).encode(), address)
        except OSError as error:
            log.warning("systemd can't be told how photoseek is: %s", error.strerror)
