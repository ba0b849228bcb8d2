"""Finds the model of a name: decides which it is, fetches it where it is not on disk, tells it from others.

``Embedder`` calls ``find`` in its thread for upkeep; ``end``, and what is told of the download, may be asked anywhere.
"""

import threading
import time
from dataclasses import dataclass
from pathlib import Path

from photoseek.domain import Fetching
from photoseek.embedding.choice import choose
from photoseek.embedding.hub import Hub
from photoseek.embedding.identity import description_place, model_key
from photoseek.embedding.learnt import recall
from photoseek.embedding.messages import Description, Order
from photoseek.embedding.process import Download
from photoseek.errors import ModelError
from photoseek.settings import ModelSettings


@dataclass(frozen=True, slots=True)
class Found:
    """A model that lies on this computer.

    Attributes:
        spec: By which it is found again.
        note: What a person should know of the choice; may be empty.
        description: None where it has to be loaded for that.
    """

    order: Order
    spec: str
    note: str
    description: Description | None


class Finder:
    """Finds one model, and says how far its download is."""

    def __init__(self, settings: ModelSettings, cache: Path, hub: Hub) -> None:
        self._settings = settings
        self._cache = cache
        self._hub = hub
        self._download: Download | None = None
        self._ended = False
        self._lock = threading.Lock()
        self._fetching = Fetching()
        self._begun: tuple[float, int] | None = None

    @property
    def fetching(self) -> Fetching | None:
        """How far the download is; None where nothing is downloaded."""
        return self._fetching if self._download is not None else None

    def find(self) -> Found:
        """Find it; blocks, for as long as a download takes.

        Raises:
            ModelError: It can't be had; the hint names the ways out.
        """
        choice = choose(self._settings.name, self._hub)
        source = choice.source(self._fetch(choice.to_fetch) if choice.to_fetch else {})
        try:
            key = model_key(source, self._cache)
        except OSError as error:
            raise ModelError(f"The model {source.name} can't be read: {error}") from error
        order = Order(source, key, self._settings.device, self._cache)
        return Found(order, choice.spec, choice.note, recall(description_place(self._cache, key), Description))

    def end(self) -> None:
        """Break a download off, also one that begins later; what came so far stays."""
        with self._lock:
            self._ended = True
            if self._download is not None:
                self._download.kill()

    def _fetch(self, repos: tuple[str, ...]) -> dict[str, Path]:
        with self._lock:
            if self._ended:
                raise ModelError("The model is closed.")
            self._download = download = Download(repos, self._hub.cache)
        try:
            return download.wait(self._note)
        finally:
            with self._lock:
                self._download = None
            download.end()

    def _note(self, done: int, total: int) -> None:
        """Bytes are here; what is left takes as long a byte as those that came since it began."""
        now = time.monotonic()
        self._begun = self._begun or (now, done)
        took_s, came = now - self._begun[0], done - self._begun[1]
        self._fetching = Fetching(done, total, (total - done) * took_s / came if came > 0 else None)
