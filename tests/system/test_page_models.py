"""Another model by a button: what the page shows of it, from the wish to the moment that it answers, and back."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.system.browser import IN_BROWSER, assert_accessible
from tests.system.home import Home
from tests.system.webpage import Gallery, Tab, copy_photos, opened_tab

PHOTOS = 24

pytestmark = [IN_BROWSER, pytest.mark.browser]


@pytest_asyncio.fixture(loop_scope="session")
async def tab(browser: Browser, gallery: Gallery) -> AsyncIterator[Tab]:
    async with opened_tab(browser, gallery) as tab:
        yield tab


@pytest_asyncio.fixture(loop_scope="session")
async def own_tab(browser: Browser, tmp_path: Path, shared_photos: Path) -> AsyncIterator[Tab]:
    """A page of a daemon whose model may be changed."""
    (tmp_path / "home").mkdir()
    gallery = Gallery(Home(tmp_path / "home"), tmp_path / "photos")
    copy_photos(shared_photos, gallery.folder, PHOTOS)
    try:
        gallery.start("--folder", str(gallery.folder))
        gallery.running.settle()
        async with opened_tab(browser, gallery, bypass_csp=True) as tab:
            yield tab
    finally:
        gallery.running.put_away()


async def picture_of(tab: Tab, name: str) -> None:
    """A screenshot, where somebody wants to look at it."""
    if folder := os.environ.get("PHOTOSEEK_TEST_SCREENSHOTS"):
        await tab.page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


@pytest.mark.timeout(400)  # two models are loaded one after the other
async def test_a_model_is_prepared_in_view_takes_over_and_gives_back_by_a_button(own_tab: Tab, tiny_clip: Path) -> None:
    tab, page, home = own_tab, own_tab.page, own_tab.gallery.home
    await tab.open("/?view=settings")
    used = page.locator(".card.chosen")
    await expect(used).to_contain_text("starter")
    await expect(used.locator(".badge")).to_have_text("in use")
    await expect(used).to_contain_text(f"knows {PHOTOS} photos")
    assert home.photoseek("pause").returncode == 0
    assert home.photoseek("model", "use", str(tiny_clip)).returncode == 0
    coming = page.locator(".card.coming")
    await expect(coming).to_contain_text("looks at your photos · 0%")
    await expect(coming).to_contain_text("Paused")
    state = page.locator(".state .model")
    await expect(state).to_contain_text("Model: starter · next: tiny-random-clip, looks at your photos")
    await assert_accessible(page, "a model is coming")
    await picture_of(tab, "coming")
    assert home.photoseek("resume").returncode == 0
    await expect(used).to_contain_text(str(tiny_clip))
    await expect(coming).to_have_count(0)
    await expect(state).to_have_text("Model: tiny-random-clip")
    await picture_of(tab, "taken over")
    await page.get_by_role("button", name="Use starter").press("Enter")
    await expect(used).to_contain_text("starter")
    await expect(used).to_be_focused()
    await page.get_by_role("button", name=f"Forget what {tiny_clip} knows").click()
    await page.get_by_role("dialog").get_by_role("button", name="Forget").click()
    await expect(page.get_by_text(f"What was known of {PHOTOS} photos is thrown away.")).to_be_visible()
    await expect(page.get_by_role("button", name="Forget")).to_have_count(0)


async def test_a_model_that_can_not_be_had_is_an_error_in_words_and_the_link_in_the_state_line_leads_here(
    tab: Tab,
) -> None:
    page = tab.page
    await tab.open()
    await page.locator(".state .model").click()
    await page.get_by_role("button", name="Use clip-ViT-B-32", exact=True).click()
    notice = page.locator(".notice")
    await expect(notice).to_contain_text("This model can't be used")
    await expect(notice).to_contain_text("clip-ViT-B-32 is not on this computer")
    await expect(page.locator(".card.chosen")).to_contain_text("starter")
    tab.forgive("409")
    await page.set_viewport_size({"width": 360, "height": 740})
    widths = await page.evaluate("[...document.querySelectorAll('.card > div')].map((words) => words.clientWidth)")
    assert min(widths) > 180  # a long button goes below the words
