"""The page's settings in a real browser, before a real daemon."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.flow.scenes import draw
from tests.system.browser import IN_BROWSER
from tests.system.webpage import Gallery, Tab, opened_tab

pytestmark = [IN_BROWSER, pytest.mark.browser]

STANDS = """(token) => [document.body.outerHTML, location.href, JSON.stringify([sessionStorage, localStorage])]
    .some((text) => text.includes(token))"""


@pytest_asyncio.fixture(loop_scope="session")
async def tab(browser: Browser, gallery: Gallery) -> AsyncIterator[Tab]:
    async with opened_tab(browser, gallery, permissions=["clipboard-read", "clipboard-write"]) as tab:
        yield tab


async def test_settings_pause_go_on_and_choose_the_theme(tab: Tab) -> None:
    page = tab.page
    await tab.open("/?view=settings")
    await page.get_by_role("button", name="Pause").click()
    await expect(page.locator(".state")).to_contain_text("Paused")
    await page.get_by_role("button", name="Go on").click()
    await expect(page.locator(".state")).to_contain_text("Watching")
    await page.get_by_text("Dark", exact=True).click()
    assert await page.evaluate("getComputedStyle(document.body).colorScheme") == "dark"
    await page.reload()
    assert await page.evaluate("getComputedStyle(document.body).colorScheme") == "dark"
    await expect(page.get_by_text("curl -H")).to_be_visible()


async def test_what_did_not_work_is_said_and_not_that_it_did(tab: Tab) -> None:
    page = tab.page
    await tab.open("/?view=settings")
    refused = {"error": {"code": "busy", "message": "Too many searches are waiting.", "hint": ""}}
    await page.route("**/indexing", lambda route: route.fulfill(status=429, json=refused))
    await page.get_by_role("button", name="Look through all folders now").click()
    await expect(page.locator(".notice")).to_have_text("photoseek is busyToo many searches are waiting.")
    await page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('not now')) }")
    await page.get_by_role("button", name="Copy", exact=True).first.click()
    await expect(page.locator(".notice")).to_have_count(2)
    await expect(page.locator(".notice").last).to_contain_text("Something went wrong")
    tab.forgive("429")


async def test_the_token_is_shown_and_copied_when_a_person_asks_and_stands_nowhere_before_and_after(tab: Tab) -> None:
    page, token = tab.page, tab.gallery.running.daemon.token
    await tab.open("/?view=settings")
    shown = page.get_by_role("group", name="Token")
    await expect(shown.locator("code")).to_have_text("•" * 24)
    await shown.get_by_role("button", name="Copy the token").click()
    await expect(page.get_by_text("Copied.")).to_be_visible()
    assert await page.evaluate("navigator.clipboard.readText()") == token
    assert not await page.evaluate(STANDS, token)
    await shown.get_by_role("button", name="Show the token").click()
    await expect(shown.locator("code")).to_have_text(token)
    await shown.get_by_role("button", name="Hide the token").click()
    assert not await page.evaluate(STANDS, token)
    await shown.get_by_role("button", name="Show the token").press("Enter")
    await expect(shown.locator("code")).to_have_text(token)
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("heading", name="All photos")).to_be_visible()
    assert not await page.evaluate(STANDS, token)
    assert token not in tab.gallery.home.log


async def test_settings_say_how_far_behind_each_folder_is(tab: Tab, tmp_path: Path) -> None:
    page, gallery = tab.page, tab.gallery
    await tab.open("/?view=settings")
    card = page.locator(".card", has_text=str(gallery.folder))
    await expect(card).to_contain_text("All of it can be found")
    await expect(card).to_contain_text("changes are noticed within 2 s")
    await expect(card).to_contain_text(re.compile("looked through (just now|[0-9]+ minutes? ago)"))
    await page.get_by_role("button", name="Pause").click()
    await expect(page.locator(".state")).to_contain_text("Paused")
    more = tmp_path / "behind"
    more.mkdir()
    for number in range(3):
        draw(more / f"{number}.jpg", 500 + number, (64, 48))
    gallery.home.photoseek("folders", "add", str(more))
    behind = page.locator(".card", has_text=str(more))
    await expect(behind).to_contain_text("3 waiting")
    remove = behind.get_by_role("button", name=f"Remove {more}")
    await remove.focus()
    await page.evaluate("document.activeElement.dataset.same = 1")
    gallery.home.photoseek("resume")
    gallery.running.settle()
    await expect(behind).to_contain_text("All of it can be found")
    await expect(behind).to_contain_text("3 photos")
    assert await page.evaluate("document.activeElement.dataset.same") == "1"  # what has the focus keeps it
    gallery.home.photoseek("folders", "remove", str(more))
    await expect(behind).to_have_count(0)


async def test_it_is_said_whether_photoseek_starts_at_login_and_changed_by_keyboard(tab: Tab) -> None:
    page = tab.page
    entry = tab.gallery.home.folder / ".config" / "autostart" / "photoseek.desktop"
    await tab.open("/?view=settings")
    toggle = page.get_by_role("switch", name="Start at login")
    await expect(toggle).to_be_enabled()
    await expect(toggle).not_to_be_checked()
    async with page.expect_response("**/autostart"):  # a reload would call back what has not been answered
        await toggle.press("Space")
    await expect(toggle).to_be_checked()
    await page.reload()
    await expect(toggle).to_be_checked()
    assert entry.is_file()
    entry.write_text("[Desktop Entry]")  # as if a person had written another one
    await page.reload()
    await expect(page.get_by_text("left alone")).to_be_visible()
    await toggle.press("Space")
    await expect(page.get_by_text("Move it away")).to_be_visible()
    await expect(toggle).not_to_be_checked()
    tab.forgive("503")
    entry.unlink()


async def test_a_folder_is_added_and_removed(tab: Tab, tmp_path: Path) -> None:
    page = tab.page
    await tab.open("/?view=settings")
    await page.get_by_label("Folder", exact=True).fill(str(tmp_path / "nowhere"))
    await page.get_by_role("button", name="Add folder").click()
    await expect(page.get_by_role("alert").filter(has_text="can't be watched")).to_be_visible()
    tab.forgive("400")
    await page.get_by_label("Folder", exact=True).fill("  ")
    await page.get_by_role("button", name="Add folder").click()
    await expect(page.get_by_label("Folder", exact=True)).to_have_value(
        ""
    )  # and nothing was asked: that would be a 400
    more = tmp_path / "more photos"
    more.mkdir()
    await page.get_by_label("Folder", exact=True).fill(str(more))
    await page.get_by_role("button", name="Add folder").click()
    await expect(page.get_by_text(str(more), exact=True)).to_be_visible()
    await page.get_by_role("button", name=f"Remove {more}").click()
    await page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    await expect(page.get_by_text(str(more), exact=True)).to_have_count(0)
