"""The icon as pystray draws it: on Windows and macOS, and on Linux into a tray of X11's old kind, with GTK.

The system wants the main thread for itself there, so the tray's event loop runs in another. pystray's other ways on
Linux are not taken: AppIndicator is what ``notifier`` does without GTK, and its Xorg backend is a picture without a
menu that breaks on titles outside of Latin-1.
"""

import asyncio
import contextlib
import importlib
import logging
import signal
import sys
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from typing import Any

from PIL import Image

from photoseek.environment import variables
from photoseek.errors import DesktopError
from photoseek.tray.ending import Ending
from photoseek.tray.icon import draw_icon
from photoseek.tray.quick import quick_ready
from photoseek.tray.sight import Entry, Sight, Wish
from photoseek.tray.tray import Tray

log = logging.getLogger(__name__)

_BACKEND = {"win32": "win32", "darwin": "darwin"}.get(sys.platform, "gtk")
# GTK says the size in a while, the others shrink what they get.
_SIDE_PX = 24 if _BACKEND == "gtk" else 64
_LONGEST_TITLE = 120  # Windows has room for 127 letters
# A menu that is built anew while it is open vanishes: numbers that only count up may be older by this in it.
_NUMBERS_REST_S = 10.0

Say = Callable[[str, str], Awaitable[bool]]


def run_drawn(tray: Tray, ending: Ending, *, start: bool) -> None:
    """Show the icon until the tray ends. On the main thread.

    Args:
        tray: What is shown.
        ending: Tells when it is time.
        start: Start a daemon where there is none.

    Raises:
        DesktopError: The system doesn't show it.
    """
    face = DrawnFace(_load(), tray.sight)
    failed = threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(_live(tray, face, ending, start=start)), name="tray")

    def begin(icon: Any) -> None:
        if not failed.is_set():
            icon.visible = True
            icon.title = _title(tray.sight)  # GTK is told only of one that changes
            thread.start()

    _take_signals(ending)
    try:
        face.icon.run(setup=begin)
    except Exception as error:
        if thread.ident is None:
            failed.set()
            with contextlib.suppress(Exception):
                face.icon._mark_ready()  # else pystray's own thread waits for ever, and so does this process
            raise DesktopError(f"The icon can't be shown: {error}", "`photoseek open` shows the page.") from error
        # At its end it takes its last message back, which fails where the desktop shows none.
        log.info("pystray ended with %s", type(error).__name__)
    ending.come()
    thread.join()


def _load() -> Any:
    """pystray, with the one backend of this system that has a menu.

    Raises:
        DesktopError: It can't be used here.
    """
    # GTK 3 opens OpenGL with the display, whether it is used or not: with Mesa's LLVM 60 MiB.
    try:
        with variables(PYSTRAY_BACKEND=_BACKEND, GDK_GL="disable"):
            return importlib.import_module("pystray")
    except Exception as error:  # ImportError, ValueError of GTK's binding, errors of the display that are neither
        raise DesktopError(f"The icon can't be shown: {error}", "`photoseek open` shows the page.") from error


async def _live(tray: Tray, face: "DrawnFace", ending: Ending, *, start: bool) -> None:
    """The tray's own thread."""
    loop = asyncio.get_running_loop()

    def soon(function: Callable[..., object], *args: object) -> None:
        with contextlib.suppress(RuntimeError):  # it has ended
            loop.call_soon_threadsafe(function, *args)

    face.act = lambda wish: soon(tray.act, wish)
    ending.tells(lambda: soon(tray.end))
    async with _messages(face.icon) as say:
        face.say = say
        with quick_ready():
            await tray.run(face, start=start)
            face.icon.stop()
    await tray.stop_own_daemon()


@contextlib.asynccontextmanager
async def _messages(icon: Any) -> AsyncIterator[Say]:
    """How something is said to the person: by the desktop's own service on Linux, else by pystray."""
    if _BACKEND == "gtk":
        from photoseek.tray.notifier import open_session  # noqa: PLC0415 - Linux only

        async with open_session() as bus:

            async def over_bus(title: str, text: str) -> bool:
                return bus is not None and await bus.notify(title, text, "photoseek")

            yield over_bus
        return

    async def by_icon(title: str, text: str) -> bool:
        try:
            await asyncio.to_thread(icon.notify, text, title)
        except Exception as error:
            log.info("no message can be shown: %s", type(error).__name__)
            return False
        return True

    yield by_icon


class DrawnFace:
    """The icon.

    Attributes:
        icon: pystray's.
        act: Does what an entry asks for; called on the main thread.
        say: Says something to the person.

    Args:
        pystray: The library.
        sight: What is shown at first.
    """

    def __init__(self, pystray: Any, sight: Sight) -> None:
        self._pystray = pystray
        self._sight = sight
        self._side_px = _SIDE_PX
        self._menu_made_at = time.monotonic()
        self._later: asyncio.TimerHandle | None = None
        self.act: Callable[[Wish], None] = lambda wish: None
        self.say: Say = _say_nothing
        self.icon = pystray.Icon("photoseek", self._picture(), "photoseek", self._menu(sight.menu))
        if (drawn_by_gtk := getattr(self.icon, "_status_icon", None)) is not None:
            drawn_by_gtk.connect("size-changed", self._resize)

    def show(self, sight: Sight) -> None:
        """Show this from now on. In the tray's loop."""
        before, self._sight = self._sight, sight
        if sight.mood != before.mood:
            _on_main_thread(lambda: setattr(self.icon, "icon", self._picture()))
        if sight.lines != before.lines:
            _on_main_thread(lambda: setattr(self.icon, "title", _title(sight)))
        rest_s = self._menu_made_at + _NUMBERS_REST_S - time.monotonic()
        if rest_s <= 0 or _without_numbers(sight.menu) != _without_numbers(before.menu):
            self._make_menu()
        elif self._later is None and sight.menu != before.menu:
            self._later = asyncio.get_running_loop().call_later(rest_s, self._make_menu)

    def _make_menu(self) -> None:
        if self._later is not None:
            self._later.cancel()
            self._later = None
        self._menu_made_at = time.monotonic()
        _on_main_thread(lambda: setattr(self.icon, "menu", self._menu(self._sight.menu)))

    async def notify(self, title: str, text: str) -> bool:
        """Say something to the person; whether the desktop does that."""
        return await self.say(title, text)

    async def choose_folder(self, title: str) -> str | None:
        """Not by this desktop."""
        return None

    def _resize(self, drawn_by_gtk: object, side_px: int) -> bool:
        """The panel has told its size: what GTK would shrink is drawn anew."""
        if side_px > 0 and side_px != self._side_px:
            self._side_px = side_px
            self.icon.icon = self._picture()
        return False

    def _picture(self) -> Image.Image:
        pixels = draw_icon(self._sight.mood, self._side_px)
        return Image.frombytes("RGBA", (self._side_px, self._side_px), pixels)

    def _menu(self, entries: Iterable[Entry]) -> Any:
        return self._pystray.Menu(*map(self._item, entries))

    def _item(self, entry: Entry) -> Any:
        if entry.is_line:
            return self._pystray.Menu.SEPARATOR
        text = entry.label.replace("&", "&&") if _BACKEND == "win32" else entry.label
        if entry.entries:
            return self._pystray.MenuItem(text, self._menu(entry.entries))
        return self._pystray.MenuItem(
            text,
            self._action(entry.wish) if entry.wish else None,
            checked=None if entry.checked is None else lambda _: bool(entry.checked),
            default=entry.key in {"quick", "start"},  # a click on the icon, where the system tells of one
            enabled=entry.wish is not None,
        )

    def _action(self, wish: Wish) -> Callable[[], None]:
        return lambda: self.act(wish)


async def _say_nothing(title: str, text: str) -> bool:
    return False


def _without_numbers(menu: Iterable[Entry]) -> list[Entry | str]:
    """The entries; of those that say what the daemon does, only that they are there."""
    return [entry.key if entry.key.startswith("state") else entry for entry in menu]


def _title(sight: Sight) -> str:
    return " · ".join(("photoseek", *sight.lines))[:_LONGEST_TITLE]


def _on_main_thread(change: Callable[[], None]) -> None:
    """Only the main thread may change what macOS shows; GTK is the same, and pystray knows that."""
    if _BACKEND == "darwin":
        importlib.import_module("PyObjCTools.AppHelper").callAfter(change)
    else:
        change()


def _take_signals(ending: Ending) -> None:
    """GTK's loop doesn't let Python's handlers run, and pystray resets that of Ctrl+C when the loop begins."""
    if _BACKEND != "gtk":
        return
    glib = importlib.import_module("gi.repository.GLib")

    def take() -> bool:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            glib.unix_signal_add(glib.PRIORITY_HIGH, number, ending.come)
        return False

    glib.idle_add(take)
