"""How a person's page gets in: the real commands, a real browser, and what lies about meanwhile."""

import os
from pathlib import Path

import pytest
from playwright.async_api import Page

from tests.system.browser import IN_BROWSER, opened_page, until_true
from tests.system.home import Home, Process

pytestmark = [IN_BROWSER, pytest.mark.browser, pytest.mark.skipif(os.name == "nt", reason="calls a shell")]

STATUS = """async () => (await fetch("/api/v1/status", {
    headers: { Authorization: `Bearer ${sessionStorage.getItem("photoseek.key")}` },
})).status"""


async def test_the_browser_is_let_in_and_no_secret_stands_in_the_list_of_processes(
    home: Home, tmp_path: Path, page: Page
) -> None:
    said = tmp_path / "said"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$@" > {said}\n')
    browser.chmod(0o700)
    home.environment["BROWSER"] = f"{browser} %s"
    with home.running() as process:
        assert home.photoseek("open").returncode == 0
        [file] = home.discovery.parent.glob("open-*.html")
        assert said.read_text().strip() == file.as_uri(), "all that the browser was called with"
        await page.goto(file.as_uri())
        await page.wait_for_url(f"{process.daemon.url}/**")
        await until_true(page, 'sessionStorage.getItem("photoseek.key")')
        assert page.url == f"{process.daemon.url}/", "the code is out of the address and of the history"
        assert await page.evaluate(STATUS) == 200
        assert not file.exists()
        assert await page.context.cookies() == []

        await page.reload()
        assert await page.evaluate(STATUS) == 200, "as long as the tab lasts"
        other = await page.context.new_page()
        await other.goto(process.daemon.url)
        await until_true(other, 'sessionStorage.getItem("photoseek.key")')
        assert await other.evaluate(STATUS) == 200, "another tab of the page asks the tabs that have a key"

        old = process.daemon.token
        new = home.photoseek("token", "--rotate").stdout.strip()
        assert await page.evaluate(STATUS) == 401, "the new token ends it"
        assert new != old
        assert home.photoseek("status").returncode == 0
        assert_no_secret_is_written_down(home, process, [old, new])


def assert_no_secret_is_written_down(home: Home, process: Process, secrets: list[str]) -> None:
    for secret in secrets:
        assert secret not in home.log
        assert secret not in process.said


async def test_a_page_opened_by_the_harness_is_in(home: Home, page: Page) -> None:
    with home.running() as process:
        await opened_page(page, home)
        assert page.url.startswith(process.daemon.url)
        assert await page.evaluate(STATUS) == 200
