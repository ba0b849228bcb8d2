"""A web site that means ill, on a port of this computer, and what its pages try. Used by the browser's attack tests."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web
from playwright.async_api import BrowserContext, Page

from tests.system.browser import EVIL_HOST


class EvilSite:
    """An empty page under two names, from which scripts are tried.

    Attributes:
        port: TCP port on 127.0.0.1.
    """

    def __init__(self, port: int) -> None:
        self.port = port

    @property
    def origins(self) -> list[str]:
        """Another name, and another port of the same address: both are other sites."""
        return [f"http://{EVIL_HOST}:{self.port}", f"http://127.0.0.1:{self.port}"]

    async def visited(self, context: BrowserContext, origin: str) -> Page:
        """A tab of the person that shows it."""
        page = await context.new_page()
        await page.goto(origin)
        return page


@asynccontextmanager
async def evil_site() -> AsyncIterator[EvilSite]:
    """Serve it as long as the context lasts."""

    async def serve(request: web.Request) -> web.Response:
        return web.Response(text="<!doctype html><title>kittens</title><body></body>", content_type="text/html")

    app = web.Application()
    app.router.add_get("/", serve)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield EvilSite(runner.addresses[0][1])
    finally:
        await runner.cleanup()


# Each answers with what the evil page learns of photoseek.
FETCH = """async ([url, options]) => {
    try {
        const answer = await fetch(url, options);
        return [answer.type, answer.status, (await answer.text()).length];
    } catch (error) {
        return [error.name, 0, 0];
    }
}"""

LOAD = """([tag, attribute, url]) => new Promise((tell) => {
    const element = document.createElement(tag);
    element.onload = () => tell("loaded");
    element.onerror = () => tell("error");
    if (tag === "link") element.rel = "stylesheet";
    element[attribute] = url;
    document.body.append(element);
})"""

LISTEN = """(url) => new Promise((tell) => {
    const source = new EventSource(url);
    source.onopen = () => tell("open");
    source.onerror = () => tell("error");
})"""

FRAME = """([tag, attribute, url]) => new Promise((tell) => {
    const element = document.createElement(tag);
    element.onload = element.onerror = () => tell();
    element[attribute] = url;
    document.body.append(element);
})"""

SUBMIT = """([url, enctype, names]) => {
    const form = document.createElement("form");
    Object.assign(form, { method: "POST", action: url, enctype });
    for (const [name, value] of Object.entries(names)) {
        const field = document.createElement("textarea");
        Object.assign(field, { name, value });
        form.append(field);
    }
    document.body.append(form);
    form.submit();
}"""
