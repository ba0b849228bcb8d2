"""The page in a real browser, before a real daemon over real photographs; one daemon for all of these."""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, Route, expect
from yarl import URL

from tests.system.browser import IN_BROWSER, assert_accessible, until_true
from tests.system.webpage import SCRIPT_NAME, Gallery, Tab, opened_tab

pytestmark = [IN_BROWSER, pytest.mark.browser]

DROP = """async ({ files, on }) => {
    const data = new DataTransfer();
    for (const { name, type, bytes } of files) data.items.add(new File([new Uint8Array(bytes)], name, { type }));
    const send = (what, to) =>
        to.dispatchEvent(new DragEvent(what, { dataTransfer: data, bubbles: true, cancelable: true }));
    send("dragover", document.body);
    send("drop", document.querySelectorAll(".dropping .field")[on]);
}"""
ALL_PORTRAIT = """(() => {
    const tiles = [...document.querySelectorAll(".tile")];
    return tiles.length > 0 && tiles.every((tile) => tile.offsetWidth < tile.offsetHeight);
})()"""
PASTE = """({ name, bytes }) => {
    const data = new DataTransfer();
    data.items.add(new File([new Uint8Array(bytes)], name, { type: "image/jpeg" }));
    dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""

SCROLLED_DOWN = "(scrollTo(0, document.body.scrollHeight), scrollY > innerHeight)"
TYPE_AND_SCROLL = """() => {
    const field = document.querySelector("#query");
    field.value = "dog";
    field.dispatchEvent(new Event("input"));
    scrollTo(0, document.body.scrollHeight);
}"""


@pytest_asyncio.fixture(loop_scope="session")
async def tab(browser: Browser, gallery: Gallery) -> AsyncIterator[Tab]:
    async with opened_tab(browser, gallery, permissions=["clipboard-read", "clipboard-write"]) as tab:
        yield tab


def tiles(page: Page) -> Locator:
    return page.locator(".tile > a")


def query_of(page: Page) -> str | None:
    return URL(page.url).query.get("q")


async def test_typing_finds_photos_and_the_address_leads_back_and_forth(tab: Tab) -> None:
    page = tab.page
    await tab.open()
    await expect(page.get_by_role("heading", name="All photos")).to_be_visible()
    await tab.search("kitchen")
    await expect(page.locator(".found")).to_contain_text("fit")
    assert query_of(page) == "kitchen"
    await page.keyboard.press("Enter")
    await tab.search("pizza")
    await page.go_back()
    await expect(page.locator("#query")).to_have_value("kitchen")
    await page.go_back()
    await expect(page.get_by_role("heading", name="All photos")).to_be_visible()
    await page.go_forward()
    await expect(page.locator("#query")).to_have_value("kitchen")
    await page.reload()
    await expect(page.locator("#query")).to_have_value("kitchen")
    await expect(tiles(page).first).to_be_visible()


async def test_an_answer_that_comes_too_late_is_dropped(tab: Tab) -> None:
    page = tab.page
    await tab.open()

    shown = asyncio.Event()

    async def hold(route: Route) -> None:
        await shown.wait()
        await route.continue_()

    await page.route("**/search?q=dog&**", hold)
    async with page.expect_request("**/search?q=dog&**"):
        await page.fill("#query", "dog")
    await tab.search("pizza")
    await expect(page.locator("#working")).to_be_hidden()
    first = await tiles(page).first.get_attribute("aria-label")
    shown.set()
    await page.unroute_all(behavior="wait")
    assert query_of(page) == "pizza"
    assert await tiles(page).first.get_attribute("aria-label") == first


async def more_behind(page: Page) -> list[str]:
    """Let the first page of all photos be long and have a next one, of a model that answers no more; what is asked."""
    asked: list[str] = []

    async def have_more(route: Route) -> None:
        answer = await (await route.fetch()).json()
        await route.fulfill(json=answer | {"photos": answer["photos"] * 5, "next_cursor": "of another model"})

    await page.route(lambda url: "q=after" in url and "cursor" not in url, have_more)
    page.on("request", lambda request: asked.append(request.url) if "/search?" in request.url else None)
    return asked


async def test_a_next_page_that_is_refused_is_asked_for_once_and_the_photos_stay(tab: Tab) -> None:
    page = tab.page
    await tab.open()
    asked = await more_behind(page)
    await page.reload()
    await until_true(page, SCROLLED_DOWN)
    await expect(page.locator(".notice")).to_contain_text("Take next_cursor of the page before.")
    await page.keyboard.press("Home")
    await expect(tiles(page).first).to_be_visible()
    await expect(page.get_by_role("heading", name="All photos")).to_be_visible()
    assert len([url for url in asked if "cursor" in url]) == 1
    tab.forgive("400")


async def test_what_is_typed_is_never_asked_with_the_cursor_of_the_answer_before(tab: Tab) -> None:
    page = tab.page
    await tab.open()
    asked = await more_behind(page)
    await page.reload()
    await expect(tiles(page).first).to_be_visible()
    async with page.expect_response(lambda answer: "q=dog" in answer.url):
        await page.evaluate(TYPE_AND_SCROLL)
    assert [url for url in asked if "cursor" in url] == []


async def test_good_and_weak_matches_are_told_apart(tab: Tab) -> None:
    page = tab.page
    await tab.open("/?q=kitchen")
    line = page.get_by_role("heading", name="These fit less well")
    await expect(line).to_be_visible()
    weak = page.locator(".tile > a[aria-label*='fits less well']").first
    good = page.locator(".tile > a:not([aria-label*='fits less well'])").last
    below, above = await weak.bounding_box(), await good.bounding_box()
    middle = await line.bounding_box()
    assert below is not None
    assert above is not None
    assert middle is not None
    assert above["y"] + above["height"] <= middle["y"] < middle["y"] + middle["height"] <= below["y"] + 1


async def test_nothing_fits_is_said_with_what_one_could_try(tab: Tab) -> None:
    page = tab.page
    await tab.open("/?q=cat+name:nowhere")
    await expect(page.get_by_role("heading", name="Nothing here fits")).to_be_visible()
    await page.get_by_role("button", name="Search without the filters").click()
    await expect(tiles(page).first).to_be_visible()
    assert query_of(page) == "cat"


async def test_where_filters_keep_all_photos_out_they_are_what_can_be_left_out(tab: Tab) -> None:
    page = tab.page
    await tab.open("/?q=-type:jpeg+-type:png")
    await expect(page.get_by_text("No photo passes these filters.")).to_be_visible()
    await page.get_by_role("button", name="Search without the filters").click()
    await expect(page.get_by_role("heading", name="All photos")).to_be_visible()


async def test_a_query_that_cannot_be_understood_is_explained(tab: Tab) -> None:
    await tab.open("/?q=after:soon")
    await expect(tab.page.get_by_role("heading", name="This search can't be understood")).to_be_visible()
    tab.forgive("400")


async def test_the_dates_of_a_query_stand_in_their_fields(tab: Tab) -> None:
    await tab.open("/?q=cat+after:2003+before:2027-5")
    await tab.page.get_by_role("button", name="Date", exact=False).first.click()
    form = tab.page.get_by_role("dialog", name="Date")
    await expect(form.locator("[name=after]")).to_have_value("2003-01-01")
    await expect(form.locator("[name=before]")).to_have_value("2027-05-01")
    await form.locator("[name=before]").fill("2026-12-31")
    await expect(tab.page.locator("#query")).to_have_value("cat after:2003-01-01 before:2026-12-31")


async def test_a_pattern_in_a_filter_stays_one_in_its_chip(tab: Tab) -> None:
    page = tab.page
    await tab.open('/?q=folder:"Ita"*')
    field = page.get_by_label("Its name or path")
    await page.get_by_role("button", name="Folder").first.click()
    await expect(field).to_have_value("Ita*")
    for typed, query in (("Ita*", "folder:Ita*"), ("no one*", 'folder:"no one"*'), ('a"b', 'folder:"a""b"')):
        await field.fill(typed)
        await page.keyboard.press("Enter")
        await expect(page.locator("#query")).to_have_value(query)
        await expect(tiles(page)).to_have_count(1 if typed == "Ita*" else 0)
        await page.get_by_role("button", name="Folder").first.click()
        await expect(field).to_have_value(typed)


async def test_an_address_that_names_no_photo_says_so(tab: Tab) -> None:
    await tab.open("/?photo=..%2Fstatus")
    await expect(tab.page.locator(".lost")).to_contain_text("no longer in the library")
    tab.forgive("404")


async def test_chips_write_the_query_grammar(tab: Tab) -> None:
    page = tab.page
    await tab.open("/?q=cat")
    await page.get_by_role("button", name="Shape").click()
    await page.get_by_role("button", name="Portrait").click()
    await expect(page.locator("#query")).to_have_value("cat orientation:portrait")
    await until_true(page, ALL_PORTRAIT)
    await page.get_by_role("button", name="Folder").click()
    await page.get_by_label("Its name or path").fill("Italy")
    await page.keyboard.press("Enter")
    await expect(page.locator("#query")).to_have_value("cat orientation:portrait folder:Italy")
    await page.get_by_role("button", name="Remove the filter: Shape").click()
    await expect(page.locator("#query")).to_have_value("cat folder:Italy")
    await expect(tiles(page)).to_have_count(1)


async def test_recent_searches_are_kept_here_and_can_be_forgotten(tab: Tab) -> None:
    page = tab.page
    await tab.open()
    await tab.search("pizza")
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Clear the search").click()
    await page.get_by_role("button", name="pizza", exact=True).click()
    await expect(page.locator("#query")).to_have_value("pizza")
    await page.locator("#home").click()
    await page.get_by_role("button", name="Forget recent searches").click()
    await expect(page.get_by_role("button", name="pizza", exact=True)).to_have_count(0)


async def test_the_keyboard_alone_finds_opens_and_leaves_a_photo(tab: Tab) -> None:
    page = tab.page
    await tab.open()
    await page.evaluate("document.activeElement.blur()")
    await page.keyboard.press("/")
    await page.keyboard.type("kitchen")
    await expect(page.locator(".found")).to_contain_text("fit")
    await page.keyboard.press("ArrowDown")
    await expect(tiles(page).first).to_be_focused()
    await page.keyboard.press("ArrowRight")
    await expect(tiles(page).nth(1)).to_be_focused()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("Home")
    await expect(tiles(page).first).to_be_focused()
    await page.keyboard.press("Enter")
    photo = page.get_by_role("dialog", name="Photo")
    await expect(photo).to_be_visible()
    first = await photo.get_by_role("heading", level=2).text_content()
    await page.keyboard.press("ArrowRight")
    await expect(photo.get_by_role("heading", level=2)).not_to_have_text(str(first))
    await page.keyboard.press("+")
    await expect(photo.locator(".stage")).to_have_class("stage zoomed")
    await page.keyboard.press("0")
    await expect(photo.locator(".stage")).to_have_class("stage")
    await page.keyboard.press("Escape")
    await expect(photo).to_be_hidden()
    await expect(tiles(page).nth(1)).to_be_focused()
    assert query_of(page) == "kitchen"
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog", name="Help")).to_be_visible()
    await page.keyboard.press("Escape")
    await page.keyboard.press("Escape")
    await expect(page.locator("#query")).to_be_focused()


async def test_a_photo_that_stays_where_it_is_has_the_new_query_in_its_link(tab: Tab) -> None:
    page = tab.page
    await tab.open("/?q=kitchen")
    await expect(tiles(page).first).to_be_visible()
    name = str(await tiles(page).first.get_attribute("aria-label")).partition(",")[0]
    await page.evaluate("document.querySelector('.tile').dataset.kept = 1")
    await tab.search("1: kitchen")  # the same photos in the same order
    await expect(page.locator(".tile[data-kept] > a")).to_have_attribute("href", re.compile(r"q=1%3A\+kitchen"))
    async with page.context.expect_page() as opened:
        await page.locator(".tile[data-kept] > a").click(modifiers=["ControlOrMeta"])
    other = await opened.value
    await expect(other.locator("#query")).to_have_value("1: kitchen")
    await expect(other.get_by_role("dialog", name="Photo").get_by_role("heading", level=2)).to_have_text(name)
    await other.close()


async def test_more_and_less_like_a_photo_make_it_an_example(tab: Tab) -> None:
    page = tab.page
    await tab.open("/?q=cat")
    await tiles(page).first.focus()
    await page.keyboard.press("+")
    await expect(page.get_by_alt_text("like this photo", exact=True)).to_be_visible()
    await until_true(page, "document.querySelector('.example img').naturalWidth > 0")
    query = query_of(page)
    assert query is not None
    assert re.fullmatch("like:[0-9a-f]{32} cat", query)
    await tiles(page).nth(3).hover()
    await page.locator(".tile:hover").get_by_role("button", name="Less like this").click()
    await expect(page.get_by_alt_text("not like this photo")).to_be_visible()
    assert "-like:" in str(query_of(page))
    await page.get_by_role("button", name="Remove this example").first.click()
    await expect(page.locator(".example")).to_have_count(1)


async def test_what_is_typed_beside_an_example_stays_as_it_is_typed(tab: Tab) -> None:
    page = tab.page
    await tab.open("/?q=red+car")
    await tiles(page).first.focus()
    await page.keyboard.press("+")
    await expect(page.locator(".example")).to_have_count(1)
    field = page.locator("#query")
    await field.focus()
    for _ in " car":
        await page.keyboard.press("ArrowLeft")
    await page.keyboard.type(' or "blue')  # at the space a word is yet to come, and the quote is yet to be closed
    await expect(field).to_have_value('red or "blue car')
    await expect(page.locator(".example")).to_have_count(1)
    assert re.fullmatch('like:[0-9a-f]{32} red or "blue car', str(query_of(page)))
    tab.forgive("400")


async def test_a_photo_that_is_opened_says_all_that_is_known_of_it(tab: Tab) -> None:
    page, gallery = tab.page, tab.gallery
    await tab.open("/?q=folder:Italy")
    await tiles(page).first.click()
    photo = page.get_by_role("dialog", name="Photo")
    await expect(photo.get_by_role("heading", name="2 copies")).to_be_visible()
    assert sorted(await photo.locator(".paths li").all_text_contents()) == [
        str(gallery.folder),
        str(gallery.folder / "Italy"),
    ]
    await until_true(page, "document.querySelector('.stage img').naturalWidth === 640")
    await photo.get_by_role("button", name="Copy path").click()
    await expect(page.get_by_text("on the clipboard")).to_be_visible()
    path = Path(str(await page.evaluate("navigator.clipboard.readText()")))
    assert gallery.folder in path.parents
    async with page.expect_download() as download:
        await photo.get_by_role("button", name="Download").click()
    saved = await (await download.value).path()
    assert saved.read_bytes() == path.read_bytes()
    async with page.expect_response("**/open"):
        await photo.get_by_role("button", name="Open", exact=True).click()
    assert gallery.opened.read_text() == str(path)
    async with page.expect_response("**/reveal"):
        await photo.get_by_role("button", name="Show in folder").click()
    assert gallery.opened.read_text() == str(path.parent)


async def test_a_download_keeps_its_name_when_the_next_photo_is_open_before_it_has_come(tab: Tab) -> None:
    page = tab.page
    await tab.open("/?q=kitchen")
    await tiles(page).first.click()
    heading = page.get_by_role("dialog", name="Photo").get_by_role("heading", level=2)
    name = str(await heading.text_content())
    went_on = asyncio.Event()

    async def hold(route: Route) -> None:
        await went_on.wait()
        await route.continue_()

    await page.route("**/file", hold)
    async with page.expect_download() as download:
        await page.get_by_role("button", name="Download").click()
        await page.keyboard.press("ArrowRight")
        await expect(heading).not_to_have_text(name)
        went_on.set()
    assert (await download.value).suggested_filename == name
    await page.unroute_all(behavior="wait")


async def test_a_photo_whose_file_can_not_be_had_says_why(tab: Tab) -> None:
    page = tab.page
    await tab.open("/?q=kitchen")
    why = {"message": "The photo's files can't be reached at present.", "hint": "Connect the disk that they are on."}
    body = {"error": {"code": "not_found", **why}}
    await page.route("**/file", lambda route: route.fulfill(status=404, json=body))
    await tiles(page).first.click()
    await expect(page.locator(".lost")).to_have_text(" ".join(why.values()))
    await expect(page.locator(".facts h2")).to_be_visible()
    tab.forgive("404")


async def test_a_photo_that_its_name_led_to_says_so(tab: Tab) -> None:
    page = tab.page
    await tab.open("/?q=a+copy")
    first = tiles(page).first
    await expect(first).to_have_attribute("aria-label", re.compile("Found by: its name or folder"))
    await first.hover()
    await expect(first.locator(".caption")).to_contain_text("Found by: its name or folder")
    await first.click()
    facts = page.get_by_role("dialog", name="Photo").locator(".facts dl")
    await expect(facts).to_contain_text("Found by")
    await expect(facts).to_contain_text("its name or folder")


async def test_a_script_in_a_files_name_is_shown_as_text(tab: Tab) -> None:
    await tab.open("/?q=name:<img*")
    await tiles(tab.page).first.click()
    await expect(tab.page.get_by_role("heading", name=SCRIPT_NAME)).to_be_visible()


@pytest.mark.parametrize("way", ["dropped", "pasted", "chosen"])
async def test_a_picture_is_searched_by(tab: Tab, way: str, shared_photos: Path) -> None:
    page = tab.page
    await tab.open()
    picture = sorted(shared_photos.glob("*.jpg"))[1]  # not in the library
    file = {"name": picture.name, "type": "image/jpeg", "bytes": list(picture.read_bytes())}
    async with page.expect_response(lambda answer: answer.request.method == "POST" and "/search" in answer.url):
        if way == "dropped":
            await page.evaluate(DROP, {"files": [file], "on": 0})
        elif way == "pasted":
            await page.evaluate(PASTE, file)
        else:
            await page.set_input_files("#picture-file", picture)
    await expect(page.get_by_alt_text("The picture you gave")).to_be_visible()
    await expect(page.locator(".words")).not_to_be_empty()
    await expect(tiles(page).first).to_be_visible()
    await page.get_by_role("button", name="Remove this example").click()
    await expect(page.get_by_role("heading", name="All photos")).to_be_visible()


async def test_a_picture_stays_whatever_is_taken_away_beside_it_and_clear_takes_all(
    tab: Tab, shared_photos: Path
) -> None:
    page = tab.page
    await tab.open()
    picture = page.get_by_alt_text("The picture you gave")
    await page.set_input_files("#picture-file", sorted(shared_photos.glob("*.jpg"))[1])
    await page.get_by_role("button", name="Type").click()
    await page.get_by_role("button", name="JPEG").click()
    await page.get_by_role("button", name="Remove the filter: Type").click()
    await expect(page.locator("#query")).to_have_value("")
    await expect(picture).to_be_visible()
    await page.fill("#query", "snow")
    await page.fill("#query", "")
    await expect(picture).to_be_visible()
    await page.get_by_role("button", name="Clear the search").click()
    await expect(page.get_by_role("heading", name="All photos")).to_be_visible()
    await expect(picture).to_be_hidden()
    await expect(page.locator("#query")).to_be_focused()
    await page.keyboard.type("  ")
    await page.keyboard.press("Escape")
    await expect(page.locator("#query")).to_have_value("")


async def test_files_that_are_dropped_to_be_added_are_each_answered(tab: Tab, shared_photos: Path) -> None:
    page = tab.page
    await tab.open()
    fresh, known = sorted(shared_photos.glob("*.jpg"))[3], sorted(shared_photos.glob("*.jpg"))[0]
    files = [{"name": photo.name, "type": "image/jpeg", "bytes": list(photo.read_bytes())} for photo in (fresh, known)]
    files.insert(1, {"name": "page.jpg", "type": "image/jpeg", "bytes": list(b"<html>")})
    await page.evaluate(DROP, {"files": files, "on": 1})
    answers = page.locator(".answers li")  # what went wrong stands first
    await expect(answers).to_have_count(3)
    for row, said in zip(range(3), ("not taken", "is there already", "added"), strict=True):
        await expect(answers.nth(row)).to_contain_text(said)


async def test_a_folder_that_is_dropped_is_said_to_belong_into_the_settings(tab: Tab, tmp_path: Path) -> None:
    page = tab.page
    await tab.open()
    await page.wait_for_selector(".dropping", state="attached")
    hand = await page.context.new_cdp_session(page)
    dragged = {"items": [], "files": [str(tmp_path)], "dragOperationsMask": 1}

    async def drag(*steps: str) -> None:
        for step in steps:
            await hand.send("Input.dispatchDragEvent", {"type": step, "x": 900, "y": 400, "data": dragged})

    await drag("dragEnter", "dragOver")
    await expect(page.locator(".dropping")).to_be_visible()
    await drag("dragOver", "drop")
    await expect(page.locator(".notice")).to_contain_text("add this one in the settings")
    await expect(page.locator("#trouble")).to_be_hidden()
    await expect(page.locator(".dropping")).to_be_hidden()


async def test_the_answer_for_a_file_outlives_the_photo_that_was_open_when_it_came(tab: Tab) -> None:
    page = tab.page
    await tab.open("/?q=kitchen")
    is_open = asyncio.Event()

    async def hold(route: Route) -> None:
        await is_open.wait()
        await route.continue_()

    await page.route(re.compile("/api/v1/photos$"), hold)
    await page.evaluate(
        DROP, {"files": [{"name": "page.jpg", "type": "image/jpeg", "bytes": list(b"<html>")}], "on": 1}
    )
    await tiles(page).first.click()
    await expect(page.get_by_role("dialog", name="Photo").get_by_role("heading", level=2)).to_be_visible()
    is_open.set()
    await expect(page.locator(".answers li")).to_contain_text("not taken")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog", name="Photo")).to_be_hidden()
    await expect(page.locator(".answers li")).to_be_visible()
    await page.unroute_all(behavior="wait")


async def test_problems_are_listed_with_their_reasons_and_tried_again(tab: Tab) -> None:
    page = tab.page
    await tab.open()
    await page.get_by_role("link", name="1 problem").click()
    await expect(page.get_by_text("broken.jpg")).to_be_visible()
    await page.get_by_role("button", name="Try all again").click()
    await expect(page.get_by_text("1 file is tried again.")).to_be_visible()
    tab.gallery.running.settle()


async def test_an_answer_follows_its_photos_which_are_shown_while_their_disk_is_away_and_say_where_they_were(
    browser: Browser, tab: Tab, shared_photos: Path
) -> None:
    page, gallery = tab.page, tab.gallery
    disk = gallery.home.folder / "disk"
    disk.mkdir()
    shutil.copy(sorted(shared_photos.glob("*.jpg"))[5], disk / "on the disk.jpg")
    gallery.home.photoseek("folders", "add", str(disk))
    gallery.running.settle()
    await tab.open('/?q=name:"on the disk"')
    before = str(await tiles(page).first.get_attribute("href"))
    shutil.copy(sorted(shared_photos.glob("*.jpg"))[7], disk / "on the disk.jpg")
    await expect(tiles(page)).not_to_have_attribute("href", before)  # one for another: there are as many as before
    gallery.running.settle()
    disk.rename(disk.with_name("away"))
    gallery.home.photoseek("rescan")
    gallery.running.until(lambda status: any(folder["state"] == "offline" for folder in status["folders"]))
    await expect(page.locator(".mark")).to_contain_text("Offline")
    await tiles(page).first.click()
    photo = page.get_by_role("dialog", name="Photo")
    await expect(photo.get_by_text("can't be reached at present")).to_be_visible()
    await expect(photo.locator(".paths")).to_contain_text(str(disk))
    await until_true(page, "document.querySelector('.stage img').naturalWidth > 0")
    await expect(photo.get_by_role("button", name="Open", exact=True)).to_be_disabled()
    tab.forgive("404")  # no large thumbnail was made while the disk was there
    for theme in ("light", "dark"):
        async with opened_tab(browser, gallery, bypass_csp=True, color_scheme=theme) as other:
            await other.open('/?q=name:"on the disk"')
            await expect(other.page.locator(".tile.loaded")).to_be_visible()
            await assert_accessible(other.page, "an offline photo in an answer")
            await tiles(other.page).first.click()
            await expect(other.page.locator(".facts .away")).to_be_visible()
            await assert_accessible(other.page, "an offline photo opened")
            other.forgive("404")
