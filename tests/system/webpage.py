"""photoseek's page as a person has it: one daemon over real photographs, tabs that notice whatever goes wrong in them.

Used by the tests of the page and by ``make screenshots``. All of it is real; the photographs are copies, so that a test
may take them away.
"""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
from playwright.async_api import Browser, Page, expect
from yarl import URL

from tests.system.home import Home, Process

SCRIPT_NAME = "<img src=x onerror=alert(1)>.jpg"
"""A name that would run, were it ever taken for markup."""
OPENER = """#!/bin/sh
printf '%s' "$1" > "$HOME/part" && /bin/mv "$HOME/part" "$HOME/opened"
"""
_NOTICE = "addEventListener('securitypolicyviolation', (e) => console.error('CSP', e.violatedDirective, e.blockedURI))"

PATIENCE_MS = 60_000
"""Other programs may be at work, and a model may have to be loaded."""

expect.set_options(timeout=PATIENCE_MS)


class Gallery:
    """A running daemon with photographs; ``folder`` is the one it watches, ``opened`` what its desktop was told."""

    def __init__(self, home: Home, folder: Path) -> None:
        self.home = home
        self.folder = folder
        self.process: Process | None = None
        programs = home.folder / "programs"
        programs.mkdir()
        opener = programs / "xdg-open"
        opener.write_text(OPENER)
        opener.chmod(0o700)
        systemctl = programs / "systemctl"
        systemctl.write_text("#!/bin/sh\nexit 1\n")  # the systemd of whoever runs the tests is left alone
        systemctl.chmod(0o700)
        home.environment["PATH"] = f"{programs}{os.pathsep}{home.environment['PATH']}"

    @property
    def opened(self) -> Path:
        """What the desktop was last told to open; there once it was."""
        return self.home.folder / "opened"

    @property
    def url(self) -> str:
        """Where the daemon listens."""
        return self.running.daemon.url

    @property
    def running(self) -> Process:
        """The daemon's process."""
        assert self.process is not None
        return self.process

    def start(self, *args: str) -> None:
        """Start the daemon, and wait until it listens."""
        self.process = self.home.start(*args)
        self.process.wait_until_it_listens()

    async def link(self) -> str:
        """A link that lets a page in once."""
        headers = {"Authorization": f"Bearer {self.running.daemon.token}"}
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{self.url}/api/v1/links", headers=headers) as answer,
        ):
            return str((await answer.json())["url"])


def copy_photos(source: Path, folder: Path, number: int = 60) -> None:
    """Photographs with a copy, a subfolder, a name that would run, and a file that is no picture."""
    (folder / "Italy").mkdir(parents=True)
    photos = sorted(source.glob("*.jpg"))[::2][:number]
    for photo in photos:
        shutil.copy(photo, folder / photo.name)
    shutil.copy(photos[0], folder / "Italy" / "a copy.jpg")
    (folder / photos[1].name).rename(folder / SCRIPT_NAME)
    (folder / "broken.jpg").write_bytes(b"no picture")


class Tab:
    """A page, with what must never happen in it.

    Attributes:
        troubles: Errors in its console, the policy's reports and uncaught ones too.
        strangers: Addresses that it asked which are not the daemon's.
    """

    def __init__(self, page: Page, gallery: Gallery) -> None:
        self.page = page
        self.gallery = gallery
        self.troubles: list[str] = []
        self.strangers: list[str] = []
        self._forgiven: list[str] = []
        page.on("console", lambda said: self.troubles.append(said.text) if said.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("request", lambda asked: self._judge(asked.url))
        page.on("dialog", lambda dialog: self.troubles.append(f"a script ran: {dialog.message}"))

    def _judge(self, url: str) -> None:
        if not url.startswith((f"{self.gallery.url}/", "blob:", "data:")):
            self.strangers.append(url)

    async def open(self, place: str = "") -> None:
        """Come in by a link, then go to a place of the page such as ``/?q=dog``."""
        await self.page.goto(await self.gallery.link())
        await self.page.locator("main[data-view]").wait_for()
        if place:
            await self.page.goto(f"{self.gallery.url}{place}")
            await self.page.locator("main[data-view]").wait_for()

    async def search(self, query: str) -> None:
        """Type a query and wait for its answer."""
        async with self.page.expect_response(lambda answer: "/search" in answer.url and _asks(answer.url, query)):
            await self.page.fill("#query", query)

    def forgive(self, *words: str) -> None:
        """What a test brings about on purpose: a refusal is an error in the browser's console, which may be late."""
        self._forgiven += words

    def check(self) -> None:
        """Nothing went wrong in it that was not forgiven."""
        troubles = [trouble for trouble in self.troubles if not any(word in trouble for word in self._forgiven)]
        assert not troubles + self.strangers, f"{troubles}, and it asked {self.strangers}"


def _asks(url: str, query: str) -> bool:
    return URL(url).query.get("q") == query


@asynccontextmanager
async def opened_tab(browser: Browser, gallery: Gallery, **context: Any) -> AsyncIterator[Tab]:
    """A tab of a person whom the browser has never seen before; checked for troubles at its end."""
    usual: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}, "locale": "en-GB"}
    person = await browser.new_context(**(usual | context))
    try:
        person.set_default_timeout(PATIENCE_MS)
        page = await person.new_page()
        await page.add_init_script(_NOTICE)
        tab = Tab(page, gallery)
        yield tab
        await asyncio.sleep(0)  # what the browser has sent by now is heard
        tab.check()
    finally:
        await person.close()
