"""Firefox for the system tests, spoken to in WebDriver BiDi (https://w3c.github.io/webdriver-bidi/) without a driver.

playwright drives only a Firefox of its own; Debian's takes BiDi by itself. Only what the tests need.
"""

import asyncio
import base64
import itertools
import re
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.system.home import LOOK_S, PATIENCE_S, until

_LISTENS = re.compile(rb"WebDriver BiDi listening on (ws://\S+)")
# A page of this computer is asked without a proxy; nothing is asked of the maker.
_PREFERENCES = """
user_pref("network.proxy.type", 0);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("app.normandy.enabled", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("intl.accept_languages", "en-GB");
user_pref("intl.locale.requested", "en-GB");
"""
KEYS = {"Enter": "\ue007", "Escape": "\ue00c", "ArrowRight": "\ue014", "ArrowDown": "\ue015"}


def find_firefox() -> str:
    """The path of this system's Firefox; skips the test where there is none."""
    for name in ("firefox-esr", "firefox"):
        if path := shutil.which(name):
            return path
    pytest.skip("needs Firefox (on Debian: apt-get install firefox-esr)")


class FirefoxTab:
    """A window of Firefox.

    Attributes:
        troubles: Errors and warnings in its console.
        asked: Addresses that it asked.
    """

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._context = ""
        self.troubles: list[str] = []
        self.asked: list[str] = []

    async def begin(self) -> None:
        """Open a session, and hear what happens."""
        await self._tell("session.new", capabilities={})
        await self._tell("session.subscribe", events=["log.entryAdded", "network.beforeRequestSent"])
        made = await self._tell("browsingContext.create", type="window")  # the first one never has the focus
        self._context = made["context"]
        await self._tell("browsingContext.setViewport", context=self._context, viewport={"width": 1280, "height": 800})

    async def listen(self) -> None:
        """Hear answers and events until the browser ends."""
        async for message in self._socket:
            said = message.json()
            if "id" in said:
                waiting = self._waiting.pop(said["id"])
                if said["type"] == "error":
                    waiting.set_exception(RuntimeError(f"{said['error']}: {said['message']}"))
                else:
                    waiting.set_result(said["result"])
            elif said["method"] == "log.entryAdded" and said["params"]["level"] in {"error", "warn"}:
                self.troubles.append(str(said["params"]["text"]))
            elif said["method"] == "network.beforeRequestSent":
                self.asked.append(str(said["params"]["request"]["url"]))

    async def _tell(self, method: str, **params: Any) -> Any:
        number = next(self._numbers)
        self._waiting[number] = asyncio.get_running_loop().create_future()
        await self._socket.send_json({"id": number, "method": method, "params": params})
        async with asyncio.timeout(PATIENCE_S):
            return await self._waiting[number]

    async def goto(self, url: str) -> None:
        """Load a page."""
        await self._tell("browsingContext.navigate", context=self._context, url=url, wait="complete")

    async def evaluate(self, expression: str) -> Any:
        """What an expression comes to in the page: a text, a number, or whether it is so."""
        told = await self._tell(
            "script.evaluate", expression=expression, target={"context": self._context}, awaitPromise=True
        )
        assert told["type"] == "success", told
        return told["result"].get("value")

    async def until(self, expression: str) -> None:
        """Wait until it holds in the page."""
        async with asyncio.timeout(PATIENCE_S):
            while not await self.evaluate(expression):  # noqa: ASYNC110 - the page is another process
                await asyncio.sleep(LOOK_S)

    async def press(self, *keys: str) -> None:
        """Press keys, one after the other, by their names or letters."""
        values = [KEYS.get(key, key) for key in keys]
        strokes = [{"type": kind, "value": value} for value in values for kind in ("keyDown", "keyUp")]
        actions = [{"type": "key", "id": "keyboard", "actions": strokes}]
        await self._tell("input.performActions", context=self._context, actions=actions)

    async def screenshot(self, path: Path) -> None:
        """What the window shows, as PNG."""
        told = await self._tell("browsingContext.captureScreenshot", context=self._context)
        path.write_bytes(base64.b64decode(told["data"]))


@asynccontextmanager
async def running_firefox(profile: Path) -> AsyncIterator[FirefoxTab]:
    """Start Firefox with an empty profile; ended at the end."""
    profile.mkdir()
    (profile / "user.js").write_text(_PREFERENCES)
    said = profile / "said"
    with said.open("wb") as file:
        process = subprocess.Popen(
            [find_firefox(), "--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", "0"],
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            env={"HOME": str(profile), "PATH": "/usr/bin:/bin"},
        )
    try:
        await asyncio.to_thread(until, lambda: _LISTENS.search(said.read_bytes()) is not None, said.read_text)
        url = f"{_LISTENS.findall(said.read_bytes())[0].decode()}/session"
        async with aiohttp.ClientSession() as session, session.ws_connect(url, max_msg_size=0) as socket:
            tab = FirefoxTab(socket)
            listening = asyncio.create_task(tab.listen())
            try:
                await tab.begin()
                yield tab
            finally:
                listening.cancel()
    finally:
        process.kill()
        process.wait()
