"""Counts what Prometheus may ask for. Called through ``routes`` in the event loop."""

import asyncio
from bisect import bisect_left
from itertools import accumulate

from aiohttp import web

from photoseek.api import wire
from photoseek.api.live import Live
from photoseek.api.routing import Asked
from photoseek.api.sending import SECURITY_HEADERS
from photoseek.api.status import StatusLibrary
from photoseek.domain import Status

METRICS_TEXT = "text/plain"
# Bounds of the histogram. Each typed letter is a search, so it is finest where a person doesn't notice yet; what takes
# more than some seconds waited for the model to load.
_SECONDS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, float("inf"))


class Metrics:
    """All figures of one library.

    Args:
        library: What is asked, each time somebody wants the figures.
        live: Knows how many listen.
    """

    def __init__(self, library: StatusLibrary, live: Live) -> None:
        self._library = library
        self._live = live
        self._searches = [0] * len(_SECONDS)
        self._searched_s = 0.0

    def note_search(self, took_s: float) -> None:
        """A search has been answered."""
        self._searches[bisect_left(_SECONDS, took_s)] += 1
        self._searched_s += took_s

    async def tell_figures(self, asked: Asked[wire.NoParameters, None]) -> web.StreamResponse:
        """``GET /metrics``."""
        # In a thread: it reads files of the system.
        content_type, text = await asyncio.to_thread(self._write, await self._library.status())
        headers = SECURITY_HEADERS | {"Content-Type": content_type, "Cache-Control": "no-store"}
        return web.Response(body=text, headers=headers)

    def _write(self, status: Status) -> tuple[str, bytes]:
        from photoseek.api.figures import CONTENT_TYPE, Figures  # noqa: PLC0415 - see there

        searches = list(zip(_SECONDS, accumulate(self._searches), strict=True))
        return CONTENT_TYPE, Figures(status, self._live.listeners, searches, self._searched_s).write()
