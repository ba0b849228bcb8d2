"""The tray as a child of ``photoseek run``, which ends with it, even if it is killed. In the daemon's event loop."""

import asyncio
import contextlib
import logging
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator

from photoseek.background import own_command

log = logging.getLogger(__name__)

_ENDING_S = 3.0


@contextlib.asynccontextmanager
async def tray_beside(*, wait: bool) -> AsyncIterator[None]:
    """Show the icon as long as the context lasts; why it can't be shown it says itself.

    Args:
        wait: Wait until the desktop has a place for it.
    """
    command = own_command("tray", "--beside", *(["--wait"] if wait else []))
    try:
        tray = await asyncio.create_subprocess_exec(*command, stdin=PIPE, start_new_session=True)
    except OSError as error:
        log.warning("the tray can't be started: %s", error.strerror)
        yield
        return
    try:
        yield
    finally:
        assert tray.stdin is not None
        tray.stdin.close()  # which it waits for
        try:
            async with asyncio.timeout(_ENDING_S):
                await tray.wait()
        except TimeoutError:
            tray.kill()
            await tray.wait()
