"""A real browser for the system tests: the Chromium of this system, driven by playwright, never a downloaded one.

One browser serves all tests of a run, each in a context of its own (storage, cookies, cache). It lives in the event
loop of the session, so a module that uses it says ``pytestmark = [IN_BROWSER, pytest.mark.browser]``.
"""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, async_playwright

from tests.system.home import LOOK_S, PATIENCE_S, Home

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
    # Chromium's own wall before addresses of this computer, which not every browser has: what is tested is photoseek's.
    "--disable-features=LocalNetworkAccessChecks",
]


def look_for_browser() -> str | None:
    """The path of this system's Chromium, if there is one."""
    names = (os.environ.get("PHOTOSEEK_TEST_BROWSER", ""), *_NAMES)
    return next((path for name in names if name and (path := shutil.which(name))), None)


def find_browser() -> str:
    """The path of this system's Chromium; skips the test where there is none."""
    if path := look_for_browser():
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


async def opened_page(page: Page, home: Home) -> Page:
    """photoseek's page in that tab, let in as a person's is; its daemon runs."""
    made = home.photoseek("open", "--print")
    assert made.returncode == 0, made.stderr
    await page.goto(made.stdout.strip())
    await until_true(page, 'sessionStorage.getItem("photoseek.key")')
    return page


async def until_true(page: Page, expression: str) -> None:
    """Wait until it holds in the page. playwright's own way evaluates text there, which the page's policy forbids."""
    async with asyncio.timeout(PATIENCE_S):
        while not await page.evaluate(expression):
            await page.wait_for_timeout(LOOK_S * 1000)


async def assert_accessible(page: Page, what: str) -> None:
    """axe finds nothing, and had something to look at."""
    results = (await Axe().run(page, options={})).response
    assert [(found["id"], [node["html"] for node in found["nodes"]]) for found in results["violations"]] == [], what
    assert len(results["passes"]) > 10
