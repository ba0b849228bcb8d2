"""The page's first moments: which of its files come first, and what a person does while they are on their way."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Route, expect
from yarl import URL

from tests.system.browser import IN_BROWSER, until_true
from tests.system.webpage import Gallery, Tab, opened_tab

pytestmark = [IN_BROWSER, pytest.mark.browser]

WEBUI = Path(__file__).parents[2] / "webui"
LATER = ("dropping", "viewer", "settings", "problems", "welcome", "help")
FETCHED = """(names) => names.every((name) =>
    performance.getEntriesByType("resource").some((entry) => new URL(entry.name).pathname === `/${name}`))"""

# As if the other tabs were busy.
IMPATIENT = "const { setTimeout } = window; window.setTimeout = (call, ms) => setTimeout(call, ms === 250 ? 0 : ms)"


@pytest_asyncio.fixture(loop_scope="session")
async def tab(browser: Browser, gallery: Gallery) -> AsyncIterator[Tab]:
    async with opened_tab(browser, gallery) as tab:
        yield tab


async def test_what_a_search_needs_is_fetched_at_once_and_nothing_else() -> None:
    page = (WEBUI / "index.html").read_text("utf-8")
    assert sorted(re.findall(r'"modulepreload" href="/(.+?)"', page)) == sorted(closure("app.js"))


def closure(name: str) -> set[str]:
    """All modules without which that one does not begin."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        text = (WEBUI / waiting.pop()).read_text("utf-8")
        new = set(re.findall(r'^import [^;]*? from "\./(.+?)";$', text, re.MULTILINE)) - found
        found |= new
        waiting += new
    return found


async def test_the_rest_is_fetched_ahead_and_is_there_when_it_is_wanted(tab: Tab) -> None:
    page = tab.page
    await tab.open()
    parts = {f"{name}.js" for name in LATER}.union(*(closure(f"{name}.js") for name in LATER))
    await until_true(page, f"({FETCHED})({sorted(parts)})")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(URL(request.url).path))
    await page.locator("#to-settings").click()
    await expect(page.get_by_role("heading", name="Settings")).to_be_visible()
    await page.go_back()
    await page.locator(".tile > a").first.click()
    await expect(page.locator(".facts h2")).to_be_visible()
    assert [path for path in asked if path.endswith(".js")] == []


async def test_what_is_typed_while_the_page_is_on_its_way_is_searched_for(tab: Tab) -> None:
    page = tab.page
    typed = asyncio.Event()

    async def hold(route: Route) -> None:
        await typed.wait()
        await route.continue_()

    await page.route("**/app.js", hold)
    await page.goto(await tab.gallery.link(), wait_until="commit")
    await page.locator("#query").press_sequentially("kitchen")
    typed.set()
    await expect(page.locator(".found")).to_contain_text("fit")
    assert URL(page.url).query["q"] == "kitchen"
    await expect(page.locator("#query")).to_have_value("kitchen")
    await page.unroute_all(behavior="wait")


async def test_a_part_that_can_not_be_had_is_said_and_tried_again(tab: Tab) -> None:
    page = tab.page
    await page.route(re.compile("/(settings|viewer|help)\\.js"), lambda route: route.abort())
    await tab.open()
    await page.locator("#to-settings").click()
    await expect(page.locator(".notice")).to_contain_text("isn't running")
    await page.unroute_all(behavior="wait")
    await expect(page.get_by_role("heading", name="Settings")).to_be_visible()
    tab.forgive("ERR_FAILED")


async def test_without_a_key_nothing_is_asked(browser: Browser, gallery: Gallery) -> None:
    async with opened_tab(browser, gallery) as tab:
        asked: list[str] = []
        tab.page.on("request", lambda request: asked.append(URL(request.url).path))
        await tab.page.goto(f"{gallery.url}/?q=kitchen")
        await expect(tab.page.get_by_role("heading", name="This page needs a key")).to_be_visible()
        assert [path for path in asked if path.startswith("/api/")] == []


async def test_a_tab_that_is_answered_late_by_the_others_is_let_in_all_the_same(
    browser: Browser, gallery: Gallery
) -> None:
    async with opened_tab(browser, gallery) as tab:
        await tab.open()
        other = await tab.page.context.new_page()
        await other.add_init_script(IMPATIENT)
        await other.goto(gallery.url)
        await expect(other.locator(".tile.loaded").first).to_be_visible()
        await other.close()


async def test_a_link_lets_in_the_tab_that_asks_for_one(browser: Browser, gallery: Gallery) -> None:
    async with opened_tab(browser, gallery) as tab:
        await tab.page.goto(gallery.url)
        await expect(tab.page.get_by_role("heading", name="This page needs a key")).to_be_visible()
        await tab.page.goto(await gallery.link())  # which differs behind the # alone
        await expect(tab.page.locator(".tile.loaded").first).to_be_visible()
        assert "code" not in tab.page.url
