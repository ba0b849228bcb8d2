"""The tray's process: finds out how an icon can be shown here, and shows it. Called by ``cli`` on the main thread."""

import asyncio
import contextlib
import os
import signal
import sys
import threading
from collections.abc import Coroutine
from typing import Any

from photoseek.autostart import find_autostart
from photoseek.errors import DesktopError
from photoseek.paths import Paths
from photoseek.tray.only import is_there, only_tray
from photoseek.tray.possible import no_place
from photoseek.tray.quick import keep_ready, why_not
from photoseek.tray.texts import find_tray_texts
from photoseek.tray.tray import Tray


def run_tray(paths: Paths, *, wait: bool, start: bool, owned: int | None = None, beside: bool = False) -> bool:
    """Show the icon until it is quit, or the session ends.

    Args:
        paths: photoseek's folders.
        wait: Wait until the desktop has a place for icons, as at login.
        start: Start a daemon where there is none; it ends with the tray.
        owned: Process id of a daemon that ends with the tray; None: of none.
        beside: End when standard input does: whoever started it holds the other end.

    Returns:
        Whether it was shown; not where another tray is there already.

    Raises:
        DesktopError: No icon can be shown here.
    """
    with only_tray(paths) as is_only:
        if is_only:
            asyncio.run(_live(paths, wait=wait, start=start, owned=owned, beside=beside))
        return is_only


def why_not_shown(paths: Paths) -> DesktopError | None:
    """What keeps the icon from being shown at this moment; None where nothing does, or where it is shown already."""

    async def find() -> DesktopError | None:
        from photoseek.tray.notifier import WATCHER, open_session  # noqa: PLC0415 - not on every system

        async with open_session() as bus:
            if bus is not None and await bus.is_taken(WATCHER):
                return None
            return no_place(has_bus=bus is not None)

    return None if is_there(paths) else asyncio.run(find())


async def _live(paths: Paths, *, wait: bool, start: bool, owned: int | None, beside: bool) -> None:
    tray = Tray(paths, find_tray_texts(), find_autostart(), owned)
    _end_on_signals(tray)
    if beside:
        _end_with_input(tray)
    await _be_shown(tray, wait=wait, start=start)
    await tray.stop_own_daemon()


async def _be_shown(tray: Tray, *, wait: bool, start: bool) -> None:
    from photoseek.tray.notifier import WATCHER, NotifierFace, open_session  # noqa: PLC0415 - not on every system

    async with open_session() as bus:
        if bus is None or not (wait or await bus.is_taken(WATCHER)):
            raise no_place(has_bus=bus is not None)
        session = asyncio.create_task(bus.ended())
        session.add_done_callback(lambda _: tray.end())
        try:
            if await _comes_first(bus.wait_for(WATCHER), tray.ended()):
                face = NotifierFace(bus, tray.act, tray.opens)
                await face.begin(tray.sight)
                with keep_ready() if why_not() is None else contextlib.nullcontext():
                    await tray.run(face, start=start)
        finally:
            session.cancel()


async def _comes_first(one: Coroutine[Any, Any, None], other: Coroutine[Any, Any, None]) -> bool:
    """Wait for whichever ends first; whether that is the first one."""
    tasks = [asyncio.create_task(work) for work in (one, other)]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        return tasks[0].done() and tasks[0].result() is None and not tasks[1].done()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _end_on_signals(tray: Tray) -> None:
    """End in good order at the end of the session, and by Ctrl+C."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        with contextlib.suppress(NotImplementedError, AttributeError):  # Windows has neither
            asyncio.get_running_loop().add_signal_handler(getattr(signal, name), tray.end)


def _end_with_input(tray: Tray) -> None:
    """Whoever started this holds the other end of standard input, as long as it lives."""
    loop = asyncio.get_running_loop()

    def wait() -> None:
        while os.read(sys.stdin.fileno(), 1024):
            pass
        with contextlib.suppress(RuntimeError):  # it has ended anyway
            loop.call_soon_threadsafe(tray.end)

    threading.Thread(target=wait, name="end-with-starter", daemon=True).start()
