"""A real browser for the system tests: the Chromium of this system, driven by playwright, never a downloaded one.

One browser serves all tests of a run, each in a context of its own (storage, cookies, cache). It lives in the event
loop of the session, so a module that uses it says ``pytestmark = [IN_BROWSER, pytest.mark.browser]``.
"""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, async_playwright

IN_BROWSER = pytest.mark.asyncio(loop_scope="session")

# By this name an attacker's pages are reached; it leads to this computer, as after a DNS rebinding.
EVIL_HOST = "evil.test"

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = [
    "--no-sandbox",  # root in a container has none
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--host-resolver-rules=MAP {EVIL_HOST} 127.0.0.1",
]


def find_browser() -> str:
    """The path of this system's Chromium; skips the test where there is none."""
    for name in (os.environ.get("PHOTOSEEK_TEST_BROWSER", ""), *_NAMES):
        if name and (path := shutil.which(name)):
            return path
    pytest.skip("needs Chromium (on Debian: apt-get install chromium), or its path in $PHOTOSEEK_TEST_BROWSER")


@asynccontextmanager
async def running_browser() -> AsyncIterator[Browser]:
    """Start the browser; closed at the end."""
    path = find_browser()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=_FLAGS)
        try:
            yield browser
        finally:
            await browser.close()
