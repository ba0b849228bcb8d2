"""What a page that means ill can do from a real browser to a daemon with photos: nothing."""

import pytest
from playwright.async_api import Page

from tests.system.browser import EVIL_HOST, IN_BROWSER
from tests.system.home import Home

pytestmark = [IN_BROWSER, pytest.mark.browser]


async def test_a_name_that_was_pointed_at_this_computer_reaches_nothing(home: Home, page: Page) -> None:
    with home.running() as process:
        port = process.daemon.url.rpartition(":")[2]
        answer = await page.goto(f"http://{EVIL_HOST}:{port}/healthz")
        assert answer is not None
        assert answer.status == 421
        answer = await page.goto(f"{process.daemon.url}/healthz")
        assert answer is not None
        assert answer.status == 200
