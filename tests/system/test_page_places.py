"""Places of the page, and the ways between them: back, forward, Escape, links that lead to what is gone."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.system.browser import IN_BROWSER, until_true
from tests.system.webpage import Gallery, Tab, opened_tab

pytestmark = [IN_BROWSER, pytest.mark.browser]

DOWN = 400


@pytest_asyncio.fixture(loop_scope="session")
async def tab(browser: Browser, gallery: Gallery) -> AsyncIterator[Tab]:
    async with opened_tab(browser, gallery) as tab:
        yield tab


async def scroll_down(page: Page) -> None:
    """As far as the tests look for, and until the page has noted it."""
    await expect(page.locator(".tile.loaded").first).to_be_visible()
    await page.evaluate(f"scrollTo(0, {DOWN})")
    await until_true(page, f"history.state?.scrolled === {DOWN}")


async def test_whoever_comes_back_is_where_they_were(tab: Tab) -> None:
    page = tab.page
    await tab.open("/?q=kitchen")
    await scroll_down(page)
    await page.locator("#to-settings").dispatch_event("click")  # playwright's own click scrolls first
    await expect(page.get_by_role("heading", name="Settings")).to_be_visible()
    await until_true(page, "scrollY === 0")
    await page.go_back()
    await until_true(page, f"document.querySelector('.tile') && scrollY === {DOWN}")
    await page.evaluate("document.querySelector('#query').value = 'pizza'")  # playwright's own typing scrolls first
    await page.locator("#query").dispatch_event("change")
    await expect(page.locator(".found")).to_contain_text("fit")
    await until_true(page, "location.search === '?q=pizza' && scrollY === 0")
    await page.go_back()
    await until_true(page, f"location.search === '?q=kitchen' && scrollY === {DOWN}")
    await page.reload()
    await until_true(page, f"scrollY === {DOWN}")
    await expect(page.locator("#query")).to_have_value("kitchen")


async def test_escape_leads_back_from_the_settings_to_what_was_searched(tab: Tab) -> None:
    page = tab.page
    await tab.open("/?q=kitchen")
    await scroll_down(page)
    await page.locator(".state .model").evaluate("(link) => (link.focus({ preventScroll: true }), link.click())")
    await expect(page.get_by_role("heading", name="Settings")).to_be_visible()
    await page.keyboard.press("Escape")
    await until_true(page, f"location.search === '?q=kitchen' && scrollY === {DOWN}")
    await expect(page.locator("#query")).to_have_value("kitchen")


async def test_a_link_to_a_photo_that_is_gone_says_so_in_the_middle(tab: Tab) -> None:
    page = tab.page
    await tab.open(f"/?q=kitchen&photo={'0' * 32}")
    photo = page.get_by_role("dialog", name="Photo")
    await expect(photo.locator(".stage")).to_contain_text("no longer in the library")
    tab.forgive("404")
    await page.keyboard.press("Escape")
    await expect(photo).to_be_hidden()
    await page.locator(".tile > a").first.click()
    await expect(photo.locator(".facts h2")).to_be_visible()
    await expect(photo.locator(".lost")).to_have_count(0)
