"""What a page lives through: the first run, a daemon that ends and comes back, a key that fits no more."""

import shutil
import socket
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.system.browser import IN_BROWSER, assert_accessible
from tests.system.home import Home, until
from tests.system.webpage import Gallery, copy_photos, opened_tab

pytestmark = [IN_BROWSER, pytest.mark.browser]


def free_port() -> str:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return str(listener.getsockname()[1])


@pytest.mark.timeout(400)  # two daemons, one after the other, each load a model
async def test_the_first_run_asks_for_a_folder_and_shows_the_photos_coming_in_then_lives_through_a_restart(
    browser: Browser, tmp_path: Path, shared_photos: Path
) -> None:
    (tmp_path / "home").mkdir()
    gallery = Gallery(Home(tmp_path / "home", SERVER__PORT=free_port()), tmp_path / "home" / "Pictures")
    try:
        gallery.start()
        # or it would take the pictures folder by itself
        until(lambda: "No folder is watched yet" in gallery.running.said)
        copy_photos(shared_photos, gallery.folder, 24)
        async with opened_tab(browser, gallery, bypass_csp=True) as tab:
            page = tab.page
            await tab.open()
            await expect(page.get_by_role("heading", name="Where are your photos?")).to_be_visible()
            await assert_accessible(page, "first run")
            await expect(page.get_by_label("Folder", exact=True)).to_have_value(str(gallery.folder))
            await page.get_by_role("button", name="Add folder").click()
            await expect(page.locator(".tile").first).to_be_visible()
            await expect(page.locator(".state")).to_contain_text("Watching 1 folder · 25 photos")
            await tab.search("pizza")
            await expect(page.locator(".tile").first).to_be_visible()

            gallery.running.put_away()
            await expect(page.get_by_role("alert").filter(has_text="isn't running")).to_be_visible()
            await expect(page.locator(".tile").first).to_be_visible()  # what was found stays
            await assert_accessible(page, "gone")
            await page.locator("#to-settings").click()  # it was fetched ahead
            await page.get_by_role("button", name="Pause").click()
            await expect(page.locator(".notice")).to_contain_text("isn't running")
            await page.keyboard.press("Escape")
            await page.locator(".tile > a").first.click()
            photo = page.get_by_role("dialog", name="Photo")
            await expect(photo.locator(".lost")).to_contain_text("isn't running")
            gallery.start()
            await expect(page.get_by_role("alert").filter(has_text="isn't running")).to_be_hidden()
            await expect(page.locator(".notice")).to_have_count(0)
            await expect(photo.get_by_role("heading", level=2)).to_be_visible()
            await expect(photo.locator(".lost")).to_have_count(0)
            await page.keyboard.press("Escape")
            await expect(page.locator("#query")).to_have_value("pizza")
            shutil.copy(sorted(shared_photos.glob("*.jpg"))[-1], gallery.folder / "new.jpg")
            await expect(page.locator(".state")).to_contain_text("26 photos")
            # However a connection is told to be cut or refused: ERR_CONNECTION_…, ERR_CONTENT_LENGTH_MISMATCH, …
            tab.forgive("net::ERR_CON", "net::ERR_EMPTY", "net::ERR_INCOMPLETE", "net::ERR_SOCKET")

            assert gallery.home.photoseek("token", "--rotate").returncode == 0
            await expect(page.get_by_role("heading", name="This page needs a key")).to_be_visible()
            tab.forgive("401")
    finally:
        gallery.running.put_away()
