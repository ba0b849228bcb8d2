"""The page under fingers: a telephone's window, touches as Chromium makes them."""

import time
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, CDPSession, expect

from tests.system.browser import IN_BROWSER, until_true
from tests.system.webpage import Gallery, Tab, opened_tab

pytestmark = [IN_BROWSER, pytest.mark.browser]

TELEPHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
PLACES = (
    "/",
    "/?q=kitchen",
    "/?q=cat+orientation:landscape",
    "/?q=cat+name:nowhere",
    "/?view=settings",
    "/?view=problems",
)
# What stands for a smaller thing counts: its label, its tile.
SMALL = """() => [...document.querySelectorAll("button, a:not(.skip), input, [role=switch]")]
    .filter((element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
    .filter((element) => (document.querySelector("dialog[open]") ?? document).contains(element))
    .map((element) => element.closest("label, .tile") ?? element)
    .map((element) => [element.outerHTML.slice(0, 90), element.offsetWidth, element.offsetHeight])
    .filter(([, width, height]) => width < 44 || height < 44)"""


@pytest_asyncio.fixture(loop_scope="session")
async def tab(browser: Browser, gallery: Gallery) -> AsyncIterator[Tab]:
    async with opened_tab(browser, gallery, **TELEPHONE) as tab:
        yield tab


async def open_photo(tab: Tab) -> CDPSession:
    """Tap the first photo of an answer; what moves fingers."""
    await tab.open("/?q=kitchen")
    await tab.page.locator(".tile > a").first.tap()
    await until_true(tab.page, "document.querySelector('.stage img')?.naturalWidth === 640")
    return await tab.page.context.new_cdp_session(tab.page)


async def move(fingers: CDPSession, *paths: tuple[tuple[float, float], tuple[float, float]]) -> None:
    """Fingers go down, in eight steps from one point to the other, and up again."""

    def points(share: float) -> list[dict[str, float]]:
        return [
            {"x": x + (to_x - x) * share, "y": y + (to_y - y) * share, "id": number}
            for number, ((x, y), (to_x, to_y)) in enumerate(paths)
        ]

    await fingers.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": points(0)})
    for step in range(1, 9):
        await fingers.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": points(step / 8)})
    await fingers.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


async def test_two_fingers_zoom_and_one_moves_what_is_larger_than_the_screen(tab: Tab) -> None:
    page, fingers = tab.page, await open_photo(tab)
    place = await page.locator(".place").text_content()
    await move(fingers, ((180, 200), (100, 200)), ((210, 200), (290, 200)))
    await expect(page.locator(".stage")).to_have_class("stage zoomed")
    matrix = "new DOMMatrix(getComputedStyle(document.querySelector('.stage img')).transform)"
    assert await page.evaluate(f"{matrix}.a") == pytest.approx(190 / 30, rel=0.05)
    before = await page.evaluate(f"{matrix}.e")
    await move(fingers, ((300, 200), (220, 200)))
    assert await page.evaluate(f"{matrix}.e") == pytest.approx(before - 80, abs=2)
    assert await page.locator(".place").text_content() == place  # no neighbour
    assert await page.evaluate("visualViewport.scale") == 1  # the photo grew, not the page
    await move(fingers, ((60, 200), (180, 200)), ((330, 200), (210, 200)))
    await expect(page.locator(".stage.zoomed")).to_have_count(0)
    assert await page.locator(".place").text_content() == place


async def test_a_finger_leads_to_the_neighbour_and_closes_the_photo(tab: Tab) -> None:
    page, fingers = tab.page, await open_photo(tab)
    name = page.locator(".facts h2")
    first = str(await name.text_content())
    await move(fingers, ((300, 200), (120, 210)))
    await expect(page.locator(".place")).to_contain_text("2 of")
    await expect(name).not_to_have_text(first)
    await move(fingers, ((120, 200), (300, 190)))
    await expect(name).to_have_text(first)
    await move(fingers, ((200, 200), (180, 205)))  # too short for anything
    await expect(name).to_have_text(first)
    await move(fingers, ((200, 120), (205, 300)))
    await expect(page.get_by_role("dialog", name="Photo")).to_be_hidden()


async def test_a_tap_twice_zooms_in_and_out(tab: Tab) -> None:
    page, fingers = tab.page, await open_photo(tab)
    for zoomed, (x, y) in ((1, (200, 200)), (0, (90, 300))):  # far from each other: not four taps
        at = time.time()
        for number, kind in enumerate(("touchStart", "touchEnd") * 2):  # so soon after each other by their own clock
            points = [{"x": x, "y": y}] if kind == "touchStart" else []
            event = {"type": kind, "touchPoints": points, "timestamp": at + number * 0.02}
            await fingers.send("Input.dispatchTouchEvent", event)
        await expect(page.locator(".stage.zoomed")).to_have_count(zoomed)


async def test_whatever_can_be_tapped_is_large_enough_for_a_finger(tab: Tab) -> None:
    page = tab.page
    await tab.open()
    for place in PLACES:
        await page.goto(f"{tab.gallery.url}{place}")
        await expect(page.locator("#main > *")).to_be_visible()
        await expect(page.locator(".model")).to_be_visible()
        assert await page.evaluate(SMALL) == [], place
    await page.goto(f"{tab.gallery.url}/?q=cat")
    await page.get_by_role("button", name="Date").tap()
    assert await page.evaluate(SMALL) == [], "a filter"
    await page.keyboard.press("Escape")
    await page.locator(".tile > a").first.tap()
    await expect(page.locator(".facts h2")).to_be_visible()
    assert await page.evaluate(SMALL) == [], "a photo opened"
