"""A whole library over real files, SQLite, FAISS and decode processes; only the model may be a fake.

Used by the flow tests, in the test's process or (``python -m tests.flow.house``) in one that is killed.
"""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from photoseek.catalogue import Catalogue
from photoseek.domain import (
    Counts,
    ModelIdentity,
    ModelInfo,
    ModelStatus,
    PixelSpec,
    SearchAnswer,
    Status,
    parse_query,
)
from photoseek.embedding import Embedder, TextEmbedding
from photoseek.library import Library, Lookout, Model, Models
from photoseek.paths import Paths
from photoseek.pictures import PicturePool
from photoseek.service import open_rooms
from photoseek.settings import IndexingSettings, Settings
from photoseek.vectors import VectorIndex

PATIENCE_S = 100.0
DIM = 24


def spare_children() -> None:
    """Have the processes that this one spawns not import its main module: photoseek's own is light, a test's is not."""
    main = sys.modules["__main__"]
    main.__spec__ = None
    main.__dict__.pop("__file__", None)


def make_paths(folder: Path) -> Paths:
    """photoseek's own folders, all below ``folder``."""
    paths = Paths(folder / "config", folder / "data", folder / "cache", folder / "runtime")
    paths.make()
    return paths


@dataclass
class FakeEmbedder:
    """Stands in for the model process: a picture's vector is made of its colours, a text's of its letters.

    Attributes:
        embedded: Number of pictures it was given: what a test means by "0 embeddings".
        dim: Length of its vectors, ``DIM`` at most.
        closed: Whether it isn't asked any more.
    """

    name: str = "fake"
    embedded: int = 0
    batches: list[int] = field(default_factory=list)
    dim: int = DIM
    closed: bool = False
    identity: ModelIdentity = field(init=False)

    def __post_init__(self) -> None:
        pixels = PixelSpec("shortest_edge", 32, 32, 32, 32, 3, (0.5, 0.5, 0.5), (0.5, 0.5, 0.5))
        self.identity = ModelIdentity(self.name, f"{self.name}/1", self.dim, pixels, batch=4, spec=self.name)

    async def identify(self) -> ModelIdentity:
        return self.identity

    async def embed_pixels(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        self.embedded += len(pixels)
        self.batches.append(len(pixels))
        return self._vectors(pixels)

    def _vectors(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        coarse = pixels.reshape(len(pixels), 2, 16, 4, 8, 3).mean(axis=(2, 4)).reshape(len(pixels), DIM)
        return _unit((coarse - coarse.mean(axis=1, keepdims=True) + 1e-3)[:, : self.dim])

    async def embed_picture(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        return np.asarray(self._vectors(pixels[np.newaxis])[0])

    async def embed_text(self, text: str) -> TextEmbedding:
        letters = np.zeros(self.dim)
        for letter in text.encode():
            letters[letter % self.dim] += 1
        return TextEmbedding(_unit(letters[np.newaxis])[0], truncated=False)

    async def close(self) -> None:
        self.closed = True

    def status(self) -> ModelStatus:
        return ModelStatus(self.name, "ready", self.dim)


def _unit(rows: NDArray[np.float64]) -> NDArray[np.float32]:
    unit: NDArray[np.float32] = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return unit


@dataclass
class OneModel:
    """The only model there is, whatever it is called."""

    model: Model

    def open(self, name: str) -> Model:
        return self.model

    def best(self, name: str) -> str:
        """Always the one that answers."""
        return self.model.status().name

    def check(self, name: str) -> str:
        return name

    def known(self, *names: str) -> list[ModelInfo]:
        return []


@dataclass
class House:
    """A running library and its rooms."""

    paths: Paths
    library: Library
    catalogue: Catalogue
    vectors: VectorIndex
    pictures: PicturePool
    embedder: FakeEmbedder | Embedder

    async def settle(self) -> Counts:
        """Wait until all that is on the disk has been dealt with."""
        status = await self.wait_until(lambda status: status.progress.state == "idle" and not status.counts.waiting)
        return status.counts

    async def wait_until(self, condition: Callable[..., bool]) -> Status:
        """Wait until the status fulfils the condition; that status."""
        deadline = time.monotonic() + PATIENCE_S
        while not condition(status := await self.library.status()):
            assert time.monotonic() < deadline, f"not within {PATIENCE_S:.0f} s: {status}"
            await asyncio.sleep(0.02)
        return status

    async def add(self, folder: Path) -> Counts:
        """Watch a folder and wait until it is taken in."""
        await self.library.add_folder(str(folder))
        return await self.settle()

    async def rescan(self) -> Counts:
        """Go through all folders and wait until it is done."""
        await self.library.rescan()
        return await self.settle()

    async def search(self, text: str, **page: Any) -> SearchAnswer:
        """What a person gets who types ``text``; ``page`` is limit, cursor and the other fields of a query."""
        return await self.library.search(replace(parse_query(text), **page))

    async def names(self, text: str = "anything", limit: int = 1000) -> list[str]:
        """File names of what a search finds, best first."""
        answer = await self.search(text, limit=limit)
        return [Path(hit.photo.files[0].path.decode(errors="replace")).name for hit in answer.hits]


@asynccontextmanager
async def open_house(
    folder: Path,
    *,
    embedder: FakeEmbedder | Embedder | None = None,
    models: Models | None = None,
    settings: Settings | None = None,
    clock: Callable[[], float] = time.time,
    lookout: Lookout | None = None,
) -> AsyncIterator[House]:
    """Start a library whose own files lie below ``folder``; stop it at the end.

    Args:
        embedder: The only model there is, a fake if not given.
        models: All there are instead; the one of the settings answers first.
        settings: One decode process if not given: a test is most of all waiting for them to start.
        clock: Unix time in seconds, for library and catalogue.
        lookout: What the computer is like; undisturbed if not given, whatever this machine is at.
    """
    settings = settings or Settings(indexing=IndexingSettings(workers=1))
    paths = make_paths(folder)
    embedder = embedder or FakeEmbedder()
    async with open_rooms(settings, paths, models or OneModel(embedder), clock=clock, lookout=lookout) as rooms:
        running = asyncio.create_task(rooms.library.run())
        try:
            yield House(paths, rooms.library, rooms.catalogue, rooms.vectors, rooms.pictures, embedder)
        finally:
            running.cancel()
            await asyncio.wait({running})
            if not running.cancelled() and (error := running.exception()):
                raise error
