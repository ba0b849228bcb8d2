"""A stack on the page: a tile with a number that opens it, from the gallery and from the photo opened."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from PIL import Image
from playwright.async_api import Browser, expect
from yarl import URL

from tests.system.browser import IN_BROWSER, assert_accessible
from tests.system.webpage import Gallery, Tab, opened_tab

pytestmark = [IN_BROWSER, pytest.mark.browser]

SHOW = "Show 3 nearly the same"


@pytest_asyncio.fixture(loop_scope="session")
async def tab(browser: Browser, gallery: Gallery) -> AsyncIterator[Tab]:
    async with opened_tab(browser, gallery, bypass_csp=True) as tab:
        yield tab


@pytest.fixture
def copies(gallery: Gallery) -> Iterator[set[str]]:
    """Names of a photo and of two copies of it, which are there for this test."""
    original = sorted(gallery.folder.glob("*.jpg"))[5]
    made = [gallery.folder / "half.jpg", gallery.folder / "worse.jpg"]
    picture = Image.open(original).convert("RGB")
    picture.resize((picture.width // 2, picture.height // 2)).save(made[0], quality=90)
    picture.save(made[1], quality=30)
    yield {path.name for path in [original, *made]}
    for path in made:
        path.unlink()


async def names_shown(tab: Tab) -> set[str]:
    labels = [await link.get_attribute("aria-label") or "" for link in await tab.page.locator(".tile > a").all()]
    return {label.partition(",")[0] for label in labels}


async def test_a_tile_stands_for_its_stack_and_opens_it(tab: Tab, copies: set[str]) -> None:
    page = tab.page
    await tab.open(f"/?q={'+'.join(f'name:{Path(name).stem}' for name in sorted(copies))}")
    number = page.get_by_role("button", name=SHOW)
    await expect(number).to_have_text("3")
    shown = await names_shown(tab) & copies
    assert len(shown) == 1
    assert shown != {"half.jpg"}  # the largest one stands for them
    await number.click()
    await expect(page.locator(".tile > a")).to_have_count(3)
    assert await names_shown(tab) == copies
    await expect(page.locator(".found")).to_have_text("3 photos that are nearly the same")
    assert (URL(page.url).query["q"]).startswith("stack:")
    await expect(page.locator("#query")).to_have_value("")
    await expect(page.get_by_alt_text("nearly the same as this photo")).to_be_visible()
    await expect(number).to_have_count(0)
    await assert_accessible(page, "a stack")
    await page.go_back()
    await expect(number).to_be_visible()
    await assert_accessible(page, "a gallery with a stack")


async def test_a_photo_that_is_open_leads_to_its_stack(tab: Tab, copies: set[str]) -> None:
    page = tab.page
    await tab.open(f"/?q={'+'.join(f'name:{Path(name).stem}' for name in sorted(copies))}")
    await expect(page.get_by_role("button", name=SHOW)).to_be_visible()
    await page.locator(".tile", has=page.get_by_role("button", name=SHOW)).locator("> a").click()
    dialog = page.get_by_role("dialog", name="Photo")
    await dialog.get_by_role("button", name=SHOW).click()
    await expect(dialog).to_be_hidden()
    await expect(page.locator(".tile > a")).to_have_count(3)
    assert await names_shown(tab) == copies
    await page.get_by_role("button", name="Remove this example").click()
    await expect(page.get_by_role("heading", name="All photos")).to_be_visible()
