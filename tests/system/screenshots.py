"""``make screenshots``: the main views of the page in light and dark, wide and narrow, from a real daemon.

Writes PNG files into ``.screenshots`` (or the folder that is named). The two that stand in the README are made smaller
and written into ``packaging/screenshots``, with ``--readme``.
"""

import argparse
import asyncio
import shutil
import tempfile
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.async_api import Browser, Page, expect

from tests.conftest import SHARED
from tests.system.browser import running_browser, until_true
from tests.system.home import Home
from tests.system.webpage import Gallery, Tab, opened_tab

ROOT = Path(__file__).parents[2]
WINDOWS = {"wide": (1440, 900), "narrow": (360, 780), "huge": (3840, 2160)}
VIEWS = ("home", "answer", "photo", "nothing", "settings", "problems", "help")
README = {"answer": ("wide", "light"), "photo": ("wide", "dark")}
README_WIDTH = 960
# The larger thumbnails replace the small ones without a sign that could be waited for.
SHARPENING_MS = 1500


async def show(tab: Tab, view: str) -> None:
    """Bring a tab to a view."""
    page = tab.page
    places = {"answer": "/?q=a+bird", "photo": "/?q=an+elephant+in+the+wild", "nothing": "/?q=cat+name:nowhere"}
    await page.goto(tab.gallery.url + (f"/?view={view}" if view in {"settings", "problems"} else places.get(view, "/")))
    if view in {"home", "answer", "photo"}:
        await expect(page.locator(".tile.loaded").first).to_be_visible()
    if view == "photo":
        await page.locator(".tile > a").first.click()
        await expect(page.locator(".facts h2")).to_be_visible()
    if view == "help":
        await page.evaluate("document.activeElement.blur()")
        await page.keyboard.press("?")
    await settle(page)


async def settle(page: Page) -> None:
    """Wait until what shall be seen is there."""
    await until_true(page, "!document.querySelector('.tile:not(.loaded), dialog[open] .stage img:not([src])')")
    await page.wait_for_timeout(SHARPENING_MS)
    await until_true(page, "[...document.images].every((image) => !image.src || image.complete)")
    await page.evaluate("Promise.all(document.getAnimations().map(({ finished }) => finished)).catch(() => {})")


async def take_all(browser: Browser, gallery: Gallery, folder: Path) -> None:
    """A file for each view, window and theme."""
    for name, (width, height) in WINDOWS.items():
        for theme in ("light", "dark"):
            size = {"width": width, "height": height}
            async with opened_tab(browser, gallery, color_scheme=theme, viewport=size, reduced_motion="reduce") as tab:
                await tab.open()
                for view in VIEWS:
                    await show(tab, view)
                    await tab.page.screenshot(path=folder / f"{view}-{name}-{theme}.png")


def write_for_readme(folder: Path) -> None:
    """The README's two, small."""
    target = ROOT / "packaging" / "screenshots"
    target.mkdir(exist_ok=True)
    for view, (window, theme) in README.items():
        picture = Image.open(folder / f"{view}-{window}-{theme}.png").convert("RGB")
        picture.thumbnail((README_WIDTH, README_WIDTH), Image.Resampling.LANCZOS)
        jpeg = BytesIO()
        picture.save(jpeg, "JPEG", quality=80, optimize=True, progressive=True)
        (target / f"{view}.jpg").write_bytes(jpeg.getvalue())


async def main() -> None:
    """Make them all."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / ".screenshots")
    parser.add_argument("--readme", action="store_true", help="write the README's two too")
    asked = parser.parse_args()
    asked.folder.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="photoseek-") as temporary:
        gallery = Gallery(Home(Path(temporary)), Path(temporary) / "Pictures")
        shutil.copytree(SHARED / "photos", gallery.folder)
        gallery.start("--folder", str(gallery.folder))
        try:
            gallery.running.settle()
            async with running_browser() as browser:
                await take_all(browser, gallery, asked.folder)
        finally:
            gallery.running.put_away()
    if asked.readme:
        write_for_readme(asked.folder)


if __name__ == "__main__":
    asyncio.run(main())
