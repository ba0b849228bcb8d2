"""What others can do to a daemon with photos, from a page in the person's own browser or from a process of their own.

The person is logged in: in the same browser, in the tab beside, the page of photoseek has its key.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from PIL import Image
from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.flow.scenes import draw
from tests.system.browser import EVIL_HOST, IN_BROWSER, opened_page
from tests.system.evil import FETCH, FRAME, LISTEN, LOAD, SUBMIT, EvilSite, evil_site
from tests.system.home import Home, Process

pytestmark = [IN_BROWSER, pytest.mark.browser, pytest.mark.skipif(os.name == "nt", reason="no such signals")]

SCRIPT = "<img src=x onerror=alert(1)>"
CAMERA = "<script>alert(2)</script>"


@dataclass
class Victim:
    """A person with photos, a daemon, and a browser in which the page of photoseek is open.

    Attributes:
        ids: Of the photos.
        dialogs: What scripts have said in any tab.
    """

    home: Home
    process: Process
    context: BrowserContext
    page: Page
    ids: list[str]
    dialogs: list[str]

    @property
    def url(self) -> str:
        return self.process.daemon.url

    @property
    def port(self) -> str:
        return self.url.rpartition(":")[2]

    def state(self) -> dict[str, Any]:
        """All that a foreign request could have changed."""
        daemon = self.process.daemon
        status = daemon.ask("/status")
        return {
            "folders": [folder["path"] for folder in status["folders"]],
            "photos": status["counts"]["photos"],
            "indexing": status["indexing"]["state"],
            "token": daemon.token,
        }


def make_photos(folder: Path) -> None:
    folder.mkdir(mode=0o755)
    for seed in range(3):
        draw(folder / f"{seed}.png", seed)
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = CAMERA, CAMERA
    Image.new("RGB", (320, 240), "navy").save(folder / f"{SCRIPT}.jpg", exif=exif)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def victim(browser: Browser) -> AsyncIterator[Victim]:
    """One for all of these tests; its folder is where other people can get to, its own ones are closed."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        place.chmod(0o755)
        make_photos(place / "photos")
        home = Home(place)
        with home.running("--folder", str(place / "photos")) as process:
            assert process.settle()["contents"] == 4
            ids = [row["id"] for row in process.daemon.ask("/photos")["photos"]]
            context = await browser.new_context()
            page = await opened_page(await context.new_page(), home)
            victim = Victim(home, process, context, page, ids, [])
            context.on("dialog", lambda dialog: victim.dialogs.append(dialog.message))
            yield victim
            await context.close()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def evil() -> AsyncIterator[EvilSite]:
    async with evil_site() as site:
        yield site


async def test_a_name_that_was_pointed_at_this_computer_reaches_nothing(victim: Victim) -> None:
    page = await victim.context.new_page()
    for path in ("/", "/healthz", "/api/v1/status"):
        answer = await page.goto(f"http://{EVIL_HOST}:{victim.port}{path}")
        assert answer is not None
        assert answer.status == 421
    # As before the name was moved: the attacker's own page. For the browser it and the daemon are one site now, so
    # nothing but the daemon itself keeps the page from reading.
    await page.route("**/kittens", lambda route: route.fulfill(content_type="text/html", body="<title>kittens</title>"))
    await page.goto(f"http://{EVIL_HOST}:{victim.port}/kittens")
    for path in ("/api/v1/status", "/api/v1/photos", "/app.js"):
        kind, status, _ = await page.evaluate(FETCH, [path, {}])
        assert (kind, status) == ("basic", 421)
    key = {"Authorization": f"Bearer {victim.process.daemon.token}"}
    assert (await page.evaluate(FETCH, ["/api/v1/status", {"headers": key}]))[1] == 421, "not even with the token"
    await page.close()


async def test_another_site_reads_nothing(victim: Victim, evil: EvilSite) -> None:
    thumbnail = f"/api/v1/photos/{victim.ids[0]}/thumbnail"
    with_key = {"headers": {"Authorization": f"Bearer {victim.process.daemon.token}"}}
    for origin in evil.origins:
        page = await evil.visited(victim.context, origin)
        for path in ("/healthz", "/", "/app.js", "/api/v1/status", "/api/v1/search?q=x", thumbnail, "/nothing"):
            url = victim.url + path
            assert await page.evaluate(FETCH, [url, {}]) == ["TypeError", 0, 0]
            assert await page.evaluate(FETCH, [url, {"credentials": "include"}]) == ["TypeError", 0, 0]
            assert await page.evaluate(FETCH, [url, with_key]) == ["TypeError", 0, 0], "not even with the token"
            # CORP: in this mode too the browser hands over nothing, not even that there was an answer.
            assert await page.evaluate(FETCH, [url, {"mode": "no-cors"}]) == ["TypeError", 0, 0]
        assert await page.evaluate(LISTEN, f"{victim.url}/api/v1/events") == "error"
        await page.close()


async def test_a_picture_tag_does_not_tell_which_photos_there_are(victim: Victim, evil: EvilSite) -> None:
    there, gone = (f"{victim.url}/api/v1/photos/{photo}/thumbnail" for photo in (victim.ids[0], "0" * 32))
    for origin in evil.origins:
        page = await evil.visited(victim.context, origin)
        for url in (there, gone, there.replace("thumbnail", "file"), f"{victim.url}/icon.svg"):
            assert await page.evaluate(LOAD, ["img", "src", url]) == "error"
        assert await page.evaluate(LOAD, ["script", "src", f"{victim.url}/app.js"]) == "error"
        assert await page.evaluate(LOAD, ["script", "src", f"{victim.url}/api/v1/status"]) == "error"
        assert await page.evaluate(LOAD, ["link", "href", f"{victim.url}/style.css"]) == "error"
        await page.close()


FORMS: list[tuple[str, str, dict[str, str]]] = [
    ("/api/v1/folders", "application/x-www-form-urlencoded", {"path": "/"}),
    ("/api/v1/folders", "text/plain", {'{"path": "/tmp", "x': '": ""}'}),
    ("/api/v1/indexing", "text/plain", {'{"action": "pause", "x': '": ""}'}),
    ("/api/v1/photos", "multipart/form-data", {"files": "picture"}),
    ("/api/v1/search", "multipart/form-data", {"query": "x"}),
    ("/api/v1/token/renew", "text/plain", {}),
    ("/api/v1/links", "text/plain", {}),
    ("/api/v1/keys", "application/x-www-form-urlencoded", {"code": "x"}),
]


async def test_a_form_of_another_site_changes_nothing(victim: Victim, evil: EvilSite) -> None:
    before = victim.state()
    for origin in evil.origins:
        page = await evil.visited(victim.context, origin)
        for path, enctype, names in FORMS:
            url = victim.url + path
            async with page.expect_navigation(url=url) as came:
                await page.evaluate(SUBMIT, [url, enctype, names])
            answer = await came.value
            assert answer is not None
            assert (answer.request.method, answer.status) == ("POST", 403), path
            await page.goto(origin)
        for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
            options: dict[str, Any] = {
                "method": "POST",
                "mode": "no-cors",
                "body": '{"path": "/tmp"}',
                "headers": {"Content-Type": kind},
            }
            assert await page.evaluate(FETCH, [f"{victim.url}/api/v1/folders", options]) == ["TypeError", 0, 0]
        await page.close()
    assert victim.state() == before


async def test_nobody_shows_the_page_in_a_frame(victim: Victim, evil: EvilSite) -> None:
    for origin in evil.origins:
        page = await evil.visited(victim.context, origin)
        for tag, attribute in (("iframe", "src"), ("object", "data"), ("embed", "src")):
            async with page.expect_event("response", lambda answer: answer.url == f"{victim.url}/") as came:
                await page.evaluate(FRAME, [tag, attribute, f"{victim.url}/"])
            assert (await came.value).status == 403
        for frame in page.frames[1:]:
            assert await frame.query_selector("#query") is None, "nothing that could be clicked on"
        await page.close()


async def test_who_opens_the_page_from_elsewhere_holds_no_window_of_it(victim: Victim, evil: EvilSite) -> None:
    page = await evil.visited(victim.context, evil.origins[0])
    async with victim.context.expect_page() as opened:
        await page.evaluate("(url) => { window.opened = window.open(url); }", f"{victim.url}/?q=x")
    other = await opened.value
    await expect(other.locator("#query")).to_be_visible()
    assert await page.evaluate("window.opened.closed"), "cut off by Cross-Origin-Opener-Policy"
    assert await other.evaluate("window.opener") is None
    await other.close()
    await page.close()


async def test_a_script_in_a_file_name_and_in_exif_is_shown_as_text(victim: Victim) -> None:
    page = victim.page
    await page.locator("#query").fill("dark blue")
    await page.locator("#query").press("Enter")
    link = page.get_by_role("link", name=f"{SCRIPT}.jpg")
    await link.hover()
    await expect(link).to_contain_text(f"{SCRIPT}.jpg")
    await link.click()
    await expect(page.get_by_text(CAMERA).first).to_be_visible()
    assert await page.locator("img[src='x']").count() == 0
    assert victim.dialogs == []
    photo = victim.process.daemon.ask("/search?q=dark%20blue")["photos"]
    assert SCRIPT in {hit["name"].removesuffix(".jpg") for hit in photo}


async def test_what_would_run_in_the_page_all_the_same_is_stopped_by_its_policy(victim: Victim) -> None:
    stopped = await victim.page.evaluate("""async () => {
        const broken = new Set();
        const all = new Promise((seen) => document.addEventListener("securitypolicyviolation", (event) => {
            broken.add(event.effectiveDirective);
            if (["require-trusted-types-for", "img-src", "connect-src"].every((kind) => broken.has(kind))) seen();
        }));
        const inline = document.createElement("script");
        inline.append("alert(3)");
        document.body.append(inline);
        try { document.body.setAttribute("onclick", "alert(4)"); } catch { broken.add("onclick"); }
        document.body.click();
        const picture = new Image();
        picture.src = "http://evil.test/collect";
        try { document.body.innerHTML = "<img src=x onerror=alert(5)>"; } catch { broken.add("innerHTML"); }
        try { await fetch("http://evil.test/collect"); } catch { broken.add("fetch"); }
        await all;
        return [...broken];
    }""")
    assert {"innerHTML", "onclick", "fetch", "require-trusted-types-for", "img-src", "connect-src"} == set(stopped)
    assert victim.dialogs == []


async def test_no_way_up_leads_out_of_the_addresses(victim: Victim) -> None:
    key = await victim.page.evaluate('sessionStorage.getItem("photoseek.key")')
    photo = f"/api/v1/photos/{victim.ids[0]}"
    for path in (
        "/..%2f..%2f..%2fetc/passwd",
        "/%2e%2e%2fetc%2fpasswd",
        "/..%5c..%5cetc%5cpasswd",
        "/app.js/..%2f..%2fpyproject.toml",
        f"{photo}%2f..%2f..%2fstatus/file",
        f"{photo}/..%2f..%2f..%2f..%2fetc%2fpasswd",
        "/api/v1/photos/..%2f..%2f..%2fetc%2fpasswd/file",
    ):
        options = {"headers": {"Authorization": f"Bearer {key}"}}
        kind, status, length = await victim.page.evaluate(FETCH, [path, options])
        assert (kind, status) == ("basic", 404), path
        assert length < 300


TRY_ALL = """
import encodings.idna, os, socket, sys, urllib.error, urllib.request
os.setgid(65534); os.setuid(65534)
url, *paths = sys.argv[1:]
for path in paths:
    try:
        socket.socket(socket.AF_UNIX).connect(path) if path.endswith(".sock") else open(path, "rb").read()
        print("read", path)
    except PermissionError:
        pass
for route in ("/api/v1/status", "/api/v1/links", "/api/v1/token/renew", "/api/v1/keys"):
    try:
        urllib.request.urlopen(urllib.request.Request(url + route, b"" if "status" not in route else None))
        print("answered", route)
    except urllib.error.HTTPError as error:
        print(error.code)
"""


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs root to be another person")
async def test_another_person_on_this_computer_reads_nothing_and_gets_nothing(victim: Victim) -> None:
    data, runtime = victim.home.folder / "data", victim.home.folder / "runtime"
    assert victim.home.photoseek("open", "--print").returncode == 0
    [link] = runtime.glob("open-*.html")
    private = [data / "token", data / "photoseek.log", data / "catalogue.sqlite3", link]
    private += [runtime / "daemon.json", runtime / "photoseek.sock"]
    assert all(path.exists() for path in private)
    command = [sys.executable, "-I", "-c", TRY_ALL, victim.url, *map(str, private)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert said.split() == ["401", "401", "401", "415"]
    arguments = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    assert victim.process.daemon.token not in arguments
