"""What the system tests share: folders of their own, pictures that take a while, and a browser."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from tests.flow.scenes import draw
from tests.system.browser import running_browser
from tests.system.home import Home
from tests.system.webpage import Gallery, copy_photos

MANY = 150


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """photoseek's folders, with nothing in them yet."""
    (tmp_path / "home").mkdir()
    return Home(tmp_path / "home")


@pytest.fixture(scope="session")
def many_pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose indexing lasts for some seconds; read only."""
    folder = tmp_path_factory.mktemp("many")
    for seed in range(MANY):
        draw(folder / f"{seed}.jpg", seed, (640 + seed, 480))
    return folder


@pytest.fixture(scope="session")
def gallery(tmp_path_factory: pytest.TempPathFactory, shared_photos: Path) -> Iterator[Gallery]:
    """A daemon over real photographs, one for all tests of the page: loading its model takes longer than they do."""
    folder = tmp_path_factory.mktemp("photos")
    copy_photos(shared_photos, folder)
    gallery = Gallery(Home(tmp_path_factory.mktemp("home")), folder)
    try:
        gallery.start("--folder", str(folder))
        gallery.running.settle()
        yield gallery
    finally:
        gallery.running.put_away()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Chromium, one for all tests."""
    async with running_browser() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser) -> AsyncIterator[Page]:
    """A tab of a person whom the browser has never seen before."""
    context = await browser.new_context()
    yield await context.new_page()
    await context.close()
