"""Every view of the page: for all eyes and hands, in both themes, in both languages, at every width, quickly there."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, Route, expect
from yarl import URL

from photoseek.api.refusals import STATUS
from tests.system.browser import IN_BROWSER, assert_accessible, until_true
from tests.system.home import LOOK_S, PATIENCE_S
from tests.system.webpage import Gallery, Tab, opened_tab
from tests.unit.test_said import table

pytestmark = [IN_BROWSER, pytest.mark.browser]

VIEWS = {
    "home": "/",
    "answer": "/?q=kitchen",
    "nothing": "/?q=cat+name:nowhere",
    "settings": "/?view=settings",
    "problems": "/?view=problems",
    "error": "/?q=after:soon",
}
ALL_TEXTS = """async () => {
    const shape = (texts) => Object.entries(texts).map(([key, value]) =>
        value && typeof value === "object" ? [key, shape(value)] : [key, typeof value]);
    const [en, de] = await Promise.all(["en", "de"].map((language) => import(`/texts.${language}.js`)));
    return [shape(en.default), shape(de.default), Object.keys(en.default.errors)];
}"""
# What no request of the page can be answered with, or is answered in its own way.
NEVER_SHOWN = {
    "bad_link", "bad_range", "expectation_failed", "foreign_origin", "method_not_allowed", "not_json", "not_yet",
    "too_slow", "wrong_host",
}  # fmt: skip
TWO_NOTES = (
    "3 folders in it can't be read: give photoseek the permission to. Pictures that are known from there are kept. "
    "1,204 pictures only online: left alone, so that nothing is downloaded."
)
TWO_NOTES_IN_GERMAN = (
    "3 Ordner darin nicht lesbar: Gib photoseek das Recht dazu. Bilder, die von dort bekannt sind, bleiben. "
    "1.204 Bilder nur online: bleibt dort, damit nichts heruntergeladen wird."
)
SAY = """async (sentences) => {
    const { sayPlainly } = await import("/said.js");
    return sentences.map(sayPlainly);
}"""
TABBABLE = """() => {
    const root = document.querySelector("dialog[open]") ?? document;
    document.activeElement.blur();
    return Object.fromEntries([...root.querySelectorAll("a[href], button, input, [tabindex]")]
        .filter((element) => element.tabIndex >= 0 && !element.matches(":disabled, [type=radio]:not(:checked)"))
        .filter((element) => element.checkVisibility({ visibilityProperty: true }))
        .map((element, number) => [(element.dataset.number = `n${number}`), element.outerHTML.slice(0, 100)]));
}"""
FOCUSED = """() => {
    const focused = document.activeElement;
    const hasRing = (element) => {
        const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
        return (outlineStyle !== "none" && parseFloat(outlineWidth) > 1) || boxShadow !== "none";
    };
    const around = [focused, focused.closest(".search, .tile"), focused.matches("[type=radio]")
        && focused.nextElementSibling];
    return [focused.dataset.number ?? "", around.filter(Boolean).some(hasRing)];
}"""
SHIFTS = """() => new Promise((found) => new PerformanceObserver((list) =>
    found(list.getEntries().reduce((sum, entry) => sum + entry.value, 0))
).observe({ type: "layout-shift", buffered: true }) || setTimeout(() => found(0), 200))"""
SEEN = """() => [...document.querySelectorAll(".tile")].filter((tile) => {
    const { top, bottom } = tile.getBoundingClientRect();
    return bottom > 0 && top < innerHeight;
}).map((tile) => new URL(tile.querySelector("a").href).searchParams.get("photo"))"""
BYTES = """() => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
    .filter(({ name }) => !name.includes("/api/") && !name.startsWith("blob:"))
    .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)"""


@pytest_asyncio.fixture(loop_scope="session", params=["light", "dark"])
async def tab(browser: Browser, gallery: Gallery, request: pytest.FixtureRequest) -> AsyncIterator[Tab]:
    async with opened_tab(browser, gallery, color_scheme=request.param, bypass_csp=True) as tab:
        yield tab


async def test_axe_finds_nothing_on_any_view_in_either_theme(tab: Tab) -> None:
    page = tab.page
    await tab.open()
    for name, place in VIEWS.items():
        await page.goto(f"{tab.gallery.url}{place}")
        await expect(page.locator("#main > *")).to_be_visible()
        await expect(page.locator("h1, .found").first).to_be_visible()
        await until_true(page, "!document.querySelector('.tile:not(.loaded)')")
        await assert_accessible(page, name)
    await page.goto(f"{tab.gallery.url}/?view=settings")
    await page.get_by_role("button", name="Show the token").click()
    await page.get_by_role("button", name="Look through all folders now").click()
    await expect(page.locator(".notice")).to_be_visible()
    await assert_accessible(page, "settings in use, and a notice")
    await page.get_by_role("button", name="Remove /").first.click()
    await assert_accessible(page, "a question")
    await page.keyboard.press("Escape")
    await page.goto(f"{tab.gallery.url}/?q=cat+orientation:landscape")
    await page.get_by_role("button", name="Date").click()
    await assert_accessible(page, "a filter")
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Keyboard and search help").click()
    await assert_accessible(page, "help")
    await page.keyboard.press("Escape")
    await page.locator(".tile > a").first.click()
    await expect(page.get_by_role("dialog", name="Photo").get_by_role("heading", level=2)).to_be_visible()
    await assert_accessible(page, "a photo opened")
    tab.forgive("400")


async def test_axe_finds_nothing_where_the_page_has_no_key(browser: Browser, gallery: Gallery) -> None:
    async with opened_tab(browser, gallery, bypass_csp=True) as tab:
        await tab.page.goto(gallery.url)
        await expect(tab.page.get_by_role("heading", name="This page needs a key")).to_be_visible()
        await assert_accessible(tab.page, "without a key")


async def test_both_languages_are_complete_and_the_browser_chooses(browser: Browser, gallery: Gallery) -> None:
    async with opened_tab(browser, gallery, locale="de-AT") as tab:
        await tab.open("/?q=kitchen")
        await expect(tab.page.get_by_label("Fotos suchen")).to_be_visible()
        await expect(tab.page.locator(".found")).to_contain_text("gut")
        assert await tab.page.evaluate("document.documentElement.lang") == "de"
        english, german, errors = await tab.page.evaluate(ALL_TEXTS)
        assert json.dumps(english) == json.dumps(german)
        assert set(errors) == STATUS.keys() - NEVER_SHOWN


async def test_what_the_daemon_says_is_said_in_german_too(browser: Browser, gallery: Gallery) -> None:
    sentences = table("de")
    async with opened_tab(browser, gallery, locale="de-DE") as tab:
        await tab.open("/?view=problems")
        await expect(tab.page.locator(".reason")).to_have_text("Kein Bild, das photoseek kennt.")
        await tab.page.goto(f"{gallery.url}/?q=after:soon")
        await expect(tab.page.locator(".nothing")).to_contain_text("Ein Datum wird 2023, 2023-05")
        tab.forgive("400")
        filled = {
            english.replace("{}", "/a b.c"): german.replace("{}", "/a b.c") for english, german in sentences.items()
        }
        assert await tab.page.evaluate(SAY, list(filled)) == list(filled.values())
        assert await tab.page.evaluate(SAY, [TWO_NOTES, "Nobody ever said this."]) == [
            TWO_NOTES_IN_GERMAN,
            "Nobody ever said this.",
        ]


@pytest.mark.parametrize(("width", "height"), [(360, 640), (768, 1024), (3840, 2160)])
async def test_no_view_is_wider_than_the_window(browser: Browser, gallery: Gallery, width: int, height: int) -> None:
    async with opened_tab(browser, gallery, viewport={"width": width, "height": height}) as tab:
        await tab.open()
        for place in VIEWS.values():
            await tab.page.goto(f"{gallery.url}{place}")
            await expect(tab.page.locator("#main > *")).to_be_visible()
            assert await tab.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), place
        tab.forgive("400")


async def test_tab_leads_to_everything_and_shows_where_it_is(browser: Browser, gallery: Gallery) -> None:
    async with opened_tab(browser, gallery) as tab:
        page = tab.page
        await tab.open()
        for place in VIEWS.values():
            await page.goto(f"{gallery.url}{place}")
            await expect(page.locator(".model")).to_be_visible()
            await expect(page.locator("h1, .found").first).to_be_visible()
            await until_true(page, "!document.querySelector('.tile:not(.loaded)')")
            await tab_through(page, place)
        await page.goto(f"{gallery.url}/?q=kitchen")
        await page.locator(".tile > a").first.press("Enter")
        await expect(page.locator(".facts h2")).to_be_visible()
        await tab_through(page, "a photo opened")
        tab.forgive("400")


async def tab_through(page: Page, what: str) -> None:
    """From the beginning with Tab alone."""
    wanted = await page.evaluate(TABBABLE)
    assert len(wanted) > 3
    reached: dict[str, bool] = {}
    for _ in range(3 * len(wanted) + 20):  # the browser's own parts come in between, and what has come since
        if reached.keys() >= wanted.keys():
            break
        await page.keyboard.press("Tab")
        number, ring = await page.evaluate(FOCUSED)
        reached |= {number: ring} if number else {}
    assert [text for number, text in wanted.items() if number not in reached] == [], what
    assert [text for number, text in wanted.items() if not reached[number]] == [], f"no ring: {what}"


async def test_less_motion_is_no_motion(browser: Browser, gallery: Gallery) -> None:
    async with opened_tab(browser, gallery, reduced_motion="reduce") as tab:
        await tab.open("/?q=cat")
        lasts = "parseFloat(getComputedStyle(document.querySelector('.tile img')).transitionDuration)"
        await until_true(tab.page, "document.querySelector('.tile img')")
        assert await tab.page.evaluate(lasts) < 0.001


async def test_ten_thousand_photos_are_scrolled_through_with_few_in_the_document(
    browser: Browser, gallery: Gallery
) -> None:
    pages = 0

    async def multiply(route: Route) -> None:
        """The daemon's own answer, over and over: fifty pages of two hundred rows."""
        nonlocal pages
        url = route.request.url.partition("&cursor=")[0]
        answer = await (await route.fetch(url=url)).json()
        pages += 1
        rows: list[Any] = (answer["photos"] * 200)[:200]
        answer |= {"photos": rows, "good_matches": 120, "next_cursor": str(pages) if pages < 50 else None}
        await route.fulfill(json=answer)

    async with opened_tab(browser, gallery) as tab:
        page = tab.page
        await tab.open()
        await page.route("**/search?**", multiply)
        await tab.search("cat")
        most = 0
        last = page.locator('.tile[aria-setsize="10000"][aria-posinset="10000"]')
        async with asyncio.timeout(PATIENCE_S):
            while not await last.count():
                await page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
                most = max(most, await page.locator(".tile").count())
        assert pages == 50
        assert most < 150
        await page.unroute_all(behavior="wait")


async def test_small_thumbnails_come_first_and_larger_ones_where_nothing_moves(
    browser: Browser, gallery: Gallery
) -> None:
    async with opened_tab(browser, gallery, device_scale_factor=3) as tab:
        page = tab.page
        asked: list[tuple[str, str]] = []

        def note(url: URL) -> None:
            if url.name == "thumbnail":
                asked.append((url.parts[-2], url.query["size"]))

        await tab.open()
        await page.goto("about:blank")  # nothing is heard any more of what the page before asked
        page.on("request", lambda request: note(URL(request.url)))
        await page.goto(f"{gallery.url}/?q=cat")
        await until_all_seen_are_asked_large(page, asked)
        sizes = [size for _, size in asked]
        seen = await page.locator(".tile").count()
        assert sizes[: sizes.index("512")].count("256") >= seen
        await page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
        await until_true(page, "scrollY > innerHeight")
        await until_all_seen_are_asked_large(page, asked)
        assert len(set(asked)) == len(asked)  # nothing is fetched twice
        await expect(page.locator(".gallery.moving")).to_have_count(0)


async def test_a_larger_thumbnail_that_failed_is_asked_for_again_without_a_reload(
    browser: Browser, gallery: Gallery
) -> None:
    async with opened_tab(browser, gallery, device_scale_factor=3) as tab:
        page = tab.page
        await page.route("**/thumbnail?size=512", lambda route: route.abort())
        async with page.expect_event("requestfailed", lambda request: request.url.endswith("size=512")) as event:
            await tab.open("/?q=cat")
        failed = await event.value
        async with page.expect_response(lambda answer: answer.url == failed.url and answer.ok):
            await page.unroute_all(behavior="wait")
            await page.evaluate("scrollBy(0, 1)")
        tab.forgive("ERR_FAILED")


async def until_all_seen_are_asked_large(page: Page, asked: Sequence[tuple[str, str]]) -> None:
    """Not until they are large: a photo may be small itself."""
    async with asyncio.timeout(PATIENCE_S):
        while not (seen := await page.evaluate(SEEN)) or not {(photo, "512") for photo in seen} <= set(asked):
            await page.wait_for_timeout(LOOK_S * 1000)


async def test_the_page_is_small_and_nothing_jumps(browser: Browser, gallery: Gallery) -> None:
    async with opened_tab(browser, gallery) as tab:
        await tab.open()
        assert 10_000 < await tab.page.evaluate(BYTES) < 100_000
        for place in ("/", "/?q=cat"):
            await tab.page.goto(f"{gallery.url}{place}")
            await expect(tab.page.locator(".tile.loaded").first).to_be_visible()
            assert await tab.page.evaluate(SHIFTS) < 0.01, place
