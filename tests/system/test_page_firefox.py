"""The page in Firefox: what it needs of a browser is there in more than one. The rest is tested in Chromium.

Not every system has a Firefox that can be had without asking: where there is none this is skipped, in CI too.
"""

from pathlib import Path

from tests.system.firefox import FirefoxTab, running_firefox
from tests.system.webpage import Gallery

RING = "getComputedStyle(document.activeElement.closest('.tile')).boxShadow !== 'none'"
MARKS = """[document.hasFocus(), document.querySelector('.search').matches(':focus-within'),
    getComputedStyle(document.querySelector('.chip')).fontWeight].join()"""


async def test_it_finds_opens_filters_and_sets_in_firefox(tmp_path: Path, gallery: Gallery) -> None:
    async with running_firefox(tmp_path / "profile") as tab:
        await tab.goto(await gallery.link())
        await tab.until("document.querySelector('.tile.loaded') && document.activeElement.id === 'query'")
        assert await tab.evaluate(MARKS) == "true,true,500"
        await tab.press(*"kitchen")
        await tab.until("/fit well/.test(document.querySelector('.found')?.textContent)")
        assert await tab.evaluate("location.search") == "?q=kitchen"
        await tab.press("ArrowDown", "ArrowRight")
        await tab.until(f"document.activeElement.closest('.tile') && {RING}")
        await tab.press("Enter")
        await tab.until(
            "document.querySelector('.facts h2') && document.querySelector('.stage img').naturalWidth === 640"
        )
        first = await tab.evaluate("document.querySelector('.facts h2').textContent")
        await tab.press("ArrowRight", "+")
        await tab.until(f"document.querySelector('.facts h2')?.textContent !== {first!r}")
        await tab.until("document.querySelector('.stage.zoomed')")
        await tab.press("Escape")
        await tab.until("!document.querySelector('dialog[open]') && document.activeElement.closest('.tile')")
        await _filters_and_sets(tab, gallery)
        assert tab.troubles == []
        assert [url for url in tab.asked if not url.startswith((gallery.url, "blob:", "data:", "about:"))] == []


async def _filters_and_sets(tab: FirefoxTab, gallery: Gallery) -> None:
    await tab.evaluate("document.querySelectorAll('.chip')[4].click()")
    await tab.until("document.querySelector('.pop:popover-open button')")
    await tab.evaluate("document.querySelectorAll('.pop:popover-open button')[1].click()")
    await tab.until("document.querySelector('#query').value === 'kitchen orientation:portrait'")
    await tab.goto(f"{gallery.url}/?view=settings")
    await tab.until("document.querySelector('.folder-state') && document.querySelectorAll('.card').length > 4")
    await tab.evaluate("document.querySelector('[value=dark]').click()")
    assert await tab.evaluate("getComputedStyle(document.body).colorScheme") == "dark"
    await tab.evaluate("document.querySelector('[role=group][aria-label=Token] button').click()")
    await tab.until(
        f"document.querySelector('[aria-label=Token] code').textContent === {gallery.running.daemon.token!r}"
    )
