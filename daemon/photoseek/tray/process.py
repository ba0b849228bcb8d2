"""The tray's process: finds out how an icon can be shown here, and shows it. Called by ``cli`` on the main thread."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Callable, Coroutine
from typing import Any, Literal

from photoseek.autostart import find_autostart
from photoseek.errors import DesktopError
from photoseek.paths import Paths
from photoseek.renewal import begin_anew
from photoseek.tray import xembed
from photoseek.tray.ending import Ending, when_input_ends
from photoseek.tray.only import only_tray
from photoseek.tray.possible import no_place
from photoseek.tray.quick import quick_ready
from photoseek.tray.texts import find_tray_texts
from photoseek.tray.tray import Tray

Place = Literal["notifier", "drawn"]
_LOOK_EVERY_S = 2.0


def run_tray(paths: Paths, *, wait: bool, start: bool, owned: int | None = None, beside: bool = False) -> bool:
    """Show the icon until it is quit, or the session ends; after an upgrade go on as the new program.

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
    tray = Tray(paths, find_tray_texts(), find_autostart(), owned)
    with only_tray(paths) as is_only:
        if is_only:
            ending = Ending()
            if beside:
                when_input_ends(ending.come)
            place = asyncio.run(_find_place(ending, wait=wait))
            if place is not None:
                _show(place, tray, ending, start=start)
    if tray.is_outdated:
        begin_anew(os.environ, "--wait", *([] if tray.owned is None else ["--owns", str(tray.owned)]))
    return is_only


def why_not_shown() -> DesktopError | None:
    """What keeps the icon from being shown at this moment; None where nothing does."""
    try:
        asyncio.run(_find_place(Ending(), wait=False))
    except DesktopError as error:
        return error
    return None


def _show(place: Place, tray: Tray, ending: Ending, *, start: bool) -> None:
    if place == "notifier":
        asyncio.run(_notify(tray, ending, start=start))
    else:
        from photoseek.tray.drawn import run_drawn  # noqa: PLC0415 - loads Pillow, and on Linux GTK

        run_drawn(tray, ending, start=start)


async def _find_place(ending: Ending, *, wait: bool) -> Place | None:
    """How an icon can be shown; None where the end comes first.

    Raises:
        DesktopError: It can't, or can't yet where it shall not wait.
    """
    if sys.platform in {"win32", "darwin"}:
        return "drawn"
    from photoseek.tray.notifier import WATCHER, open_session  # noqa: PLC0415 - not on every system

    async with open_session() as bus:
        if bus is not None and await bus.is_taken(WATCHER):
            return "notifier"
        has_tray = await asyncio.to_thread(xembed.has_tray)
        if bus is not None and has_tray and xembed.has_gtk():  # pystray wants a bus with GTK, too
            return "drawn"
        if bus is None or not wait:
            raise no_place(has_bus=bus is not None, has_xembed=has_tray)
        end = asyncio.Event()
        _tell(ending, end.set)
        first = await _first_of(bus.wait_for(WATCHER), _until_embeds(), end.wait(), bus.ended())
        places: tuple[Place | None, ...] = ("notifier", "drawn", None, None)
        return places[first]


async def _until_embeds() -> None:
    """Wait for a tray of X11's old kind, where photoseek can draw into it; nobody tells of one that comes."""
    while True:
        if xembed.may_have_gtk() and await asyncio.to_thread(xembed.has_tray) and xembed.has_gtk():
            return
        await asyncio.sleep(_LOOK_EVERY_S)


async def _notify(tray: Tray, ending: Ending, *, start: bool) -> None:
    """Show it as an item over the session's bus."""
    from photoseek.tray.notifier import NotifierFace, open_session  # noqa: PLC0415 - not on every system

    _tell(ending, tray.end)
    with contextlib.ExitStack() as quick:  # ends when the icon is gone
        async with open_session() as bus:
            if bus is None:
                return  # the session has ended just now
            session = asyncio.create_task(bus.ended())
            session.add_done_callback(lambda _: tray.end())
            face = NotifierFace(bus, tray.act, tray.opens)
            await face.begin(tray.sight)
            quick.enter_context(quick_ready())
            await tray.run(face, start=start)
            session.cancel()
    await tray.stop_own_daemon()


async def _first_of(*works: Coroutine[Any, Any, Any]) -> int:
    """Wait for whichever ends first; which that is. The others are ended."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        return next(number for number, task in enumerate(tasks) if task.done())
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _tell(ending: Ending, end: Callable[[], object]) -> None:
    """Have the loop that runs end in good order: at the end of the session, by Ctrl+C, with whoever started this."""
    loop = asyncio.get_running_loop()

    def soon() -> None:
        with contextlib.suppress(RuntimeError):  # it has ended
            loop.call_soon_threadsafe(end)

    ending.tells(soon)
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        with contextlib.suppress(NotImplementedError, AttributeError):  # Windows has neither
            loop.add_signal_handler(getattr(signal, name), ending.come)
