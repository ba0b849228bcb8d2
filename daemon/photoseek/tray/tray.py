"""The tray: what it knows becomes what a face shows, and what a person clicks is done.

Runs in an event loop, which is that of the face or, where the face wants the main thread for itself, one beside it.
Nothing in it waits for the daemon: each wish is a task of its own.
"""

import asyncio
import logging
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any, Protocol

from photoseek.api.wire import StatusBody
from photoseek.autostart import Autostart
from photoseek.background import start_daemon, stop_daemon
from photoseek.client import Client
from photoseek.errors import PhotoseekError
from photoseek.instance import Discovery, find_daemon
from photoseek.paths import Paths
from photoseek.renewal import OWN
from photoseek.tray import wishes
from photoseek.tray.following import follow
from photoseek.tray.menu import Known, look
from photoseek.tray.recent import clear_recent, read_recent
from photoseek.tray.sight import Sight, Wish
from photoseek.tray.texts import TrayTexts

log = logging.getLogger(__name__)

# So often at most what is shown changes, however fast the daemon works: who reads a menu wants it to rest.
_SHOW_EVERY_S = 0.5
# So often it is looked whether the quick search has noted another search; most desktops ask before they open the menu,
# and it is looked then too.
_LOOK_EVERY_S = 5.0


class Face(Protocol):
    """How the icon is shown on this desktop."""

    def show(self, sight: Sight) -> None:
        """Show this from now on."""
        ...

    async def notify(self, title: str, text: str) -> bool:
        """Say something to the person; whether the desktop does that, which is no reason to fail."""
        ...

    async def choose_folder(self, title: str) -> str | None:
        """Ask the person for a folder: "" where none is wanted, None where the desktop has no dialog for that."""
        ...


class Tray:
    """The tray.

    Attributes:
        owned: Process id of the daemon that ends with the tray; None: of none.
        is_outdated: It has ended since another program lies in its place.

    Args:
        paths: photoseek's folders.
        texts: In the person's language.
        autostart: What starts photoseek at login.
        owned: Process id of the daemon that was started for this tray and ends with it; None: of none yet.
    """

    def __init__(self, paths: Paths, texts: TrayTexts, autostart: Autostart, owned: int | None = None) -> None:
        self._paths = paths
        self._texts = texts
        self._autostart = autostart
        self.owned = owned
        self.is_outdated = False
        self._known = Known(recent=read_recent(paths))
        self._face: Face | None = None
        self._shown: Sight | None = None
        self._later: asyncio.TimerHandle | None = None
        self._starting: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._ending = asyncio.Event()

    @property
    def sight(self) -> Sight:
        """What is to be seen now."""
        return look(self._known, self._texts)

    async def run(self, face: Face, *, start: bool) -> None:
        """Be there until a person or the system ends it.

        Args:
            face: Shows it.
            start: Start a daemon where there is none.
        """
        self._face = face
        if start and find_daemon(self._paths) is None:
            self._start()
        self._begin(follow(self._paths, self._heard))
        self._begin(self._look_around())
        self._begin(self._look_at_login())
        self._begin(self._go_with_program())
        try:
            await self._ending.wait()
        finally:
            self._face = None
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def end(self) -> None:
        """Leave."""
        self._ending.set()

    async def stop_own_daemon(self) -> None:
        """End the very daemon that was started for this tray, never another that came since; not for a new program."""
        if self._starting is not None:
            await asyncio.gather(self._starting, return_exceptions=True)
        found = find_daemon(self._paths)
        if found is None or found.pid != self.owned or self.is_outdated:
            return
        try:
            await asyncio.to_thread(stop_daemon, found.pid)
        except (PhotoseekError, OSError) as error:
            log.warning("the daemon did not end: %s", error)

    def opens(self) -> None:
        """The menu is about to be shown."""
        self._learn(recent=read_recent(self._paths))
        self._show()
        self._begin(self._look_at_login())

    def act(self, wish: Wish) -> None:
        """Do what a person asks for."""
        self._learn(said="")
        match wish.act:
            case "quit":
                self.end()
            case "start":
                self._start()
            case "forget":
                clear_recent(self._paths)
                self._learn(recent=())
            case _:
                self._begin(self._do(wish))

    async def _do(self, wish: Wish) -> None:
        paths, texts = self._paths, self._texts
        try:
            match wish.act:
                case "quick" | "search":
                    await wishes.search(paths, texts, wish.words)
                case "open":
                    await wishes.open_page(paths, texts)
                case "problems":
                    await wishes.open_page(paths, texts, view="problems")
                case "pause" | "resume" as action:
                    async with Client.find(paths) as client:
                        await client.indexing(action)
                case "add_folder":
                    await self._add_folder()
                case "login":
                    await asyncio.to_thread(self._switch_login)
                    await self._look_at_login()
        except PhotoseekError as error:
            await self._say(texts.failed, f"{error.message} {error.hint}".strip())

    async def _add_folder(self) -> None:
        chosen = await self._face.choose_folder(self._texts.choose_folder) if self._face else ""
        if chosen is None:
            chosen = await wishes.choose_folder(self._paths, self._texts)
        if chosen:
            async with Client.find(self._paths) as client:
                await client.add_folder(chosen)
            await self._say(self._texts.added, chosen)

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a part of the tray failed", exc_info=error)

    # What it knows.

    def _heard(self, status: StatusBody | None, found: Discovery | None) -> None:
        owned = found is not None and found.pid == self.owned
        self._learn(status=status, hangs=status is None and found is not None, owned=owned)

    def _learn(self, **facts: Any) -> None:
        self._known = replace(self._known, **facts)
        if self._later is None:
            self._later = asyncio.get_running_loop().call_later(_SHOW_EVERY_S, self._show_later)
            self._show()

    def _show_later(self) -> None:
        self._later = None
        self._show()

    def _show(self) -> None:
        sight = self.sight
        if self._face is not None and sight != self._shown:
            self._shown = sight
            self._face.show(sight)

    async def _look_around(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_EVERY_S)
            recent = read_recent(self._paths)
            if recent != self._known.recent:
                self._learn(recent=recent)

    async def _go_with_program(self) -> None:
        self.is_outdated = await OWN.until_replaced()
        self.end()

    async def _look_at_login(self) -> None:
        try:
            status = await asyncio.to_thread(self._autostart.status)
        except PhotoseekError as error:
            log.info("whether photoseek starts at login is not known: %s", error.code)
        else:
            self._learn(at_login=status.installed)

    def _switch_login(self) -> None:
        if self._known.at_login:
            self._autostart.remove()
        else:
            self._autostart.install()

    async def _say(self, title: str, text: str) -> None:
        if self._face is not None and not await self._face.notify(title, text):
            self._learn(said=f"{title}: {text}")

    # The daemon.

    def _start(self) -> None:
        if self._starting is None or self._starting.done():
            self._starting = asyncio.get_running_loop().create_task(self._start_daemon())

    async def _start_daemon(self) -> None:
        self._learn(starting=True)
        try:
            started = await asyncio.to_thread(start_daemon, self._paths)
        except PhotoseekError as error:
            await self._say(self._texts.failed, f"{error.message} {error.hint}".strip())
        else:
            self.owned = started.pid if started else None
        finally:
            self._learn(starting=False)
