"""The page in real Chromium, before a real daemon over 2,000 photos of different shapes.

Chromium is headless and draws without a graphics card. The model has RANDOM weights and hardly any work: the page's own
time is measured, not the search's. ``page.js`` does the measuring, inside the page.

First results: from the end of the daemon's answer, as the browser saw it, until a photo of that answer is on screen.
Each query asks in an album that no query before has shown, so nothing is in the browser's memory.
Usable: from the navigation's start until a letter typed into the focused search field takes effect; a new person each
time, so nothing is in the browser's cache either.
Bytes: all that crosses the wire, headers too; the page's files are judged, the daemon's answers stand beside them.
Frames: while the page scrolls, the time from one to the next of ``requestAnimationFrame``. A gap of more than 1.5 frame
times has dropped as many frames as would have fitted in; the frame time is the median at rest.
"""

import argparse
import asyncio
import statistics
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import psutil
from playwright.async_api import Browser, Page

from tests.benchmarks.camera import take_photos
from tests.benchmarks.daemon import Daemon, running_daemon
from tests.benchmarks.random_clip import Shape, make_random_clip
from tests.system.browser import look_for_browser, running_browser

PHOTOS = 2000
ALBUMS = 10
SHAPES = ((640, 480), (480, 640), (640, 360), (640, 640), (640, 240))
LOADS = 7
WINDOW = {"width": 1280, "height": 800}
SPEED_PX_S = 3000
PATIENCE_S = 120
DROPPED = 1.5
MODEL: Shape = "tiny-768"
SCRIPT = Path(__file__).with_suffix(".js").read_text("utf-8")
QUERIES = ("dog", "a beach at night", "red car", "people - indoors", "snow + forest", "cat on a sofa", "bridge",
           "my desk", "breakfast", "a train")  # fmt: skip


@dataclass(frozen=True)
class Bytes:
    """What crossed the wire until the first photo was shown, without pictures."""

    page: int
    answers: int


@dataclass(frozen=True)
class Scroll:
    """Frames of one scroll through all photos, and the most tiles that were in the document at once."""

    dropped: int
    shown: int
    frame_ms: float
    worst_ms: float
    tiles: int


def main(photos: int = PHOTOS) -> None:
    """Print the table; one line where there is no Chromium."""
    if not look_for_browser():
        print("\nThe page: not measured, for there is no Chromium here", flush=True)
        return
    with tempfile.TemporaryDirectory(prefix="photoseek-bench-") as name:
        home = Path(name)
        _take_albums(home / "photos", photos)
        model = make_random_clip(home / "model", MODEL)
        with running_daemon(home / "daemon", MODEL__NAME=str(model), MODEL__IDLE_S="3600") as daemon:
            daemon.take_in(home / "photos")
            asyncio.run(_measure(daemon))


def _take_albums(folder: Path, photos: int) -> None:
    """Photos of all shapes in each album."""
    each = max(1, photos // (ALBUMS * len(SHAPES)))
    for album in range(ALBUMS):
        for kind, size in enumerate(SHAPES):
            first = (album * len(SHAPES) + kind) * each
            take_photos(folder / f"album{album}" / f"{kind}", each, first_seed=first, size=size)


async def _measure(daemon: Daemon) -> None:
    load = psutil.getloadavg()[0]
    photos = daemon.ask("/status")["counts"]["contents"]  # two may have turned out alike
    async with running_browser() as browser:
        print(
            f"\nThe page in Chromium {browser.version}, headless, software rendering, {WINDOW['width']} x "
            f"{WINDOW['height']}; {photos:,} photos, {MODEL} with RANDOM weights; load before {load:.1f}",
            flush=True,
        )
        shown = await _time_answers(browser, daemon)
        loads = [await _time_load(browser, daemon) for _ in range(LOADS)]
        weighed = await _weigh(browser, daemon)
        scroll = await _scroll(browser, daemon, photos)
    _print(shown, loads, weighed, scroll)


@asynccontextmanager
async def _tab(browser: Browser, then: str = "") -> AsyncIterator[Page]:
    """A tab of a new person; ``then`` runs in it before the page's own scripts."""
    person = await browser.new_context(viewport=WINDOW, locale="en-GB")  # type: ignore[arg-type]
    try:
        page = await person.new_page()
        await page.add_init_script(SCRIPT + then)
        async with asyncio.timeout(PATIENCE_S):
            yield page
    finally:
        await person.close()


async def _enter(page: Page, daemon: Daemon, query: str = "") -> None:
    """Come in by a new link, to all photos or to the answer to a query."""
    link = daemon.ask("/links", {})["url"]
    await page.goto(link.replace("/#", f"/?{urlencode({'q': query})}#") if query else link)


async def _time_answers(browser: Browser, daemon: Daemon) -> list[float]:
    """Milliseconds from answer to first result, for all queries but the first, which the page is opened with."""
    warming, *queries = (f"{text} folder:album{album}" for album, text in enumerate(QUERIES))
    async with _tab(browser) as page:
        await _enter(page, daemon, warming)
        await page.locator(".tile.loaded").first.wait_for()
        times = []
        for query in queries:
            seen = asyncio.ensure_future(page.evaluate("(query) => bench.untilShown(query)", query))
            await page.evaluate("null")  # the watch has begun
            await page.fill("#query", query)
            times.append(float(await seen))
        return times


async def _time_load(browser: Browser, daemon: Daemon) -> float:
    """Milliseconds."""
    async with _tab(browser, "bench.usable = bench.untilUsable();") as page:
        await _enter(page, daemon)
        return float(await page.evaluate("bench.usable"))


async def _weigh(browser: Browser, daemon: Daemon) -> Bytes:
    async with _tab(browser) as page:
        wire = await page.context.new_cdp_session(page)
        asked: dict[str, str] = {}
        weights = {"page": 0, "answers": 0, "pictures": 0}

        def weigh(event: dict[str, Any]) -> None:
            if event["requestId"] in asked:
                weights[_kind(asked[event["requestId"]])] += int(event["encodedDataLength"])

        wire.on("Network.responseReceived", lambda event: asked.update({event["requestId"]: event["response"]["url"]}))
        wire.on("Network.loadingFinished", weigh)
        await wire.send("Network.enable")
        await _enter(page, daemon)
        await page.locator(".tile.loaded").first.wait_for()
        return Bytes(weights["page"], weights["answers"])


def _kind(url: str) -> str:
    path = urlsplit(url).path
    if not path.startswith("/api/"):
        return "page"
    return "pictures" if path.endswith("/thumbnail") else "answers"


async def _scroll(browser: Browser, daemon: Daemon, photos: int) -> Scroll:
    async with _tab(browser) as page:
        # The drawn photos are so much alike that most would be in stacks, and there would be little to scroll through.
        await page.route("**/api/v1/search?*", lambda route: route.continue_(url=f"{route.request.url}&stack=false"))
        await _enter(page, daemon, "anything")
        await page.locator(".tile.loaded").first.wait_for()
        rest = await page.evaluate("bench.rest(60)")
        moved = await page.evaluate("([photos, speed]) => bench.scrollThrough(photos, speed)", [photos, SPEED_PX_S])
    frame_ms, gaps = statistics.median(rest), moved["gaps"]
    dropped = sum(round(gap / frame_ms) - 1 for gap in gaps if gap > DROPPED * frame_ms)
    return Scroll(dropped, len(gaps), frame_ms, max(gaps), moved["most"])


def _print(shown: list[float], loads: list[float], weighed: Bytes, scroll: Scroll) -> None:
    print(f"{'':40} {'median':>9} {'worst':>9}   goal")
    for what, times, goal in (
        (f"first results on screen, {len(shown)} queries", shown, "150 ms at most after the daemon's answer"),
        (f"load until usable, {len(loads)} loads", loads, "500 ms at most"),
    ):
        print(f"{what:40} {statistics.median(times):6.0f} ms {max(times):6.0f} ms   {goal}")
    print(f"{'page without pictures':40} {weighed.page / 1000:6.1f} kB {'':9}   100 kB at most "
          f"(and {weighed.answers / 1000:.1f} kB of answers)")  # fmt: skip
    share = scroll.dropped / (scroll.dropped + scroll.shown)
    print(f"{f'frames dropped at {SPEED_PX_S:,} pixels a second':40} {share:8.1%} {'':10}   under 5 % "
          f"({scroll.dropped} beside {scroll.shown} drawn; {scroll.frame_ms:.1f} ms a frame, longest gap "
          f"{scroll.worst_ms:.0f} ms; {scroll.tiles} tiles at most in the document)")  # fmt: skip


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=int, default=PHOTOS, help="how many; fewer for a try")
    main(parser.parse_args().photos)
