"""Figures for Prometheus: what the library says of itself, how long searches take, what the process uses.

Called through ``routes`` in the event loop; a registry of its own, so that nothing is counted twice or behind its back.
"""

import asyncio

from aiohttp import web
from prometheus_client import CollectorRegistry, Enum, Gauge, Histogram, Info, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from photoseek import __version__
from photoseek.api import wire
from photoseek.api.handlers import ApiLibrary
from photoseek.api.live import Live
from photoseek.api.routing import Asked
from photoseek.api.sending import SECURITY_HEADERS
from photoseek.domain import FolderState, Status

METRICS_TEXT = CONTENT_TYPE_LATEST.partition(";")[0]
_COUNTS = {
    "photos": "Files that hold photos, offline ones included.",
    "contents": "Distinct contents of those.",
    "vectors": "Contents that the model in use has a vector of.",
    "waiting": "Files and contents that wait to be taken in.",
    "problems": "Files that could not be taken in.",
}
_INDEXING = ["idle", "scanning", "indexing", "paused"]
_MODEL = ["ready", "loading", "downloading", "unloaded", "failed"]
# A typed letter asks anew: below a tenth of a second nobody waits, above some the model was loading.
_SECONDS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60)


class Metrics:
    """All figures of one library.

    Args:
        library: What is asked, each time somebody wants the figures.
        live: Knows how many listen.
    """

    def __init__(self, library: ApiLibrary, live: Live) -> None:
        self._library = library
        self._live = live
        self._registry = registry = CollectorRegistry()
        Info("photoseek", "Version of the daemon.", registry=registry).info({"version": __version__})
        self._counts = {name: Gauge(f"photoseek_{name}", what, registry=registry) for name, what in _COUNTS.items()}
        self._folders = Gauge("photoseek_folders", "Watched folders.", ["state"], registry=registry)
        self._indexing = Enum("photoseek_indexing", "What the indexing does.", states=_INDEXING, registry=registry)
        self._speed = Gauge("photoseek_indexing_files_per_second", "Of the last seconds.", registry=registry)
        self._model = Info("photoseek_model", "The model in use.", registry=registry)
        self._model_is = Enum("photoseek_model_state", "What the model does.", states=_MODEL, registry=registry)
        self._listeners = Gauge("photoseek_listeners", "Clients that listen for events.", registry=registry)
        self._searches = Histogram(
            "photoseek_search_seconds", "From question to answer.", buckets=_SECONDS, registry=registry
        )
        ProcessCollector(registry=registry)

    def note_search(self, took_s: float) -> None:
        """A search has been answered."""
        self._searches.observe(took_s)

    async def tell_figures(self, asked: Asked[wire.NoParameters, None]) -> web.StreamResponse:
        """``GET /metrics``."""
        self._note(await self._library.status())
        text = await asyncio.to_thread(generate_latest, self._registry)  # reads files of the system
        headers = SECURITY_HEADERS | {"Content-Type": CONTENT_TYPE_LATEST, "Cache-Control": "no-store"}
        return web.Response(body=text, headers=headers)

    def _note(self, status: Status) -> None:
        for name, gauge in self._counts.items():
            gauge.set(getattr(status.counts, name))
        states = [status.folder.state for status in status.folders]
        for state in FolderState:
            self._folders.labels(state.value).set(states.count(state))
        self._indexing.state(status.progress.state)
        self._speed.set(status.progress.per_s)
        self._model.info({"name": status.model.name})
        self._model_is.state(status.model.state)
        self._listeners.set(self._live.listeners)
