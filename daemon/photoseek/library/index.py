"""Keeps the vectors in FAISS equal to the catalogue, for the model in use.

Invariant: whenever the lock is free, FAISS holds exactly the contents that lie at some file and have an
embedding of the model in use, and its sequence number is the catalogue's. So every write that can change this
goes through ``change``, which holds the lock from before the write until FAISS has followed. ``take_over`` holds it
too while another model takes the place; who is asking one meanwhile goes on with what they were given.

Used by all of ``library`` that writes or searches, in the event loop.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager

import numpy as np

from photoseek.catalogue import Catalogue, CatalogueError
from photoseek.domain import ContentId, IndexShift, ModelIdentity
from photoseek.errors import ModelError
from photoseek.library.model import Answering, Model, Opened
from photoseek.vectors import VectorIndex

log = logging.getLogger(__name__)

RETRY_S = 60.0
"""A model that can't be had is looked for again after this time: a network may have come."""


class LiveIndex:
    """The searchable vectors, and the model that they belong to.

    Args:
        on_change: Called after each write, as soon as what it means can be searched.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        vectors: VectorIndex,
        embedder: Model,
        *,
        on_change: Callable[[IndexShift], None] = lambda _: None,
    ) -> None:
        self._catalogue = catalogue
        self._vectors = vectors
        self._embedder = embedder
        self._on_change = on_change
        self._answering: Answering | None = None
        self._failure: ModelError | CatalogueError | None = None
        self._decided = asyncio.Event()
        self._stale = asyncio.Event()
        self._stale.set()
        self._following = asyncio.Lock()
        self._is_behind = False
        self._asking: Counter[int] = Counter()
        self._left = asyncio.Event()

    @property
    def model_key(self) -> str:
        """Key of the model in use; empty until it is known."""
        return self._answering.identity.key if self._answering else ""

    @property
    def in_use(self) -> ModelIdentity | None:
        """The model in use; None while it isn't known, or can't be had."""
        return self._answering.identity if self._answering else None

    @property
    def embedder(self) -> Model:
        """The model in use, whether or not it can be had."""
        return self._embedder

    async def answering(self) -> Answering:
        """The model in use, once it is known and its vectors can be searched.

        Raises:
            ModelError: There is none at present.
            CatalogueError: Its vectors can't be read at present.
        """
        await self._decided.wait()
        if self._answering is None:
            raise self._failure or ModelError("No model is in use.")
        return self._answering

    @asynccontextmanager
    async def asking(self) -> AsyncIterator[Answering]:
        """The same for a question: what it is given stays open until the question is answered.

        Raises:
            ModelError: There is no model at present.
            CatalogueError: Its vectors can't be read at present.
        """
        answering = await self.answering()
        self._asking[id(answering.embedder)] += 1
        try:
            yield answering
        finally:
            self._asking[id(answering.embedder)] -= 1
            self._left.set()

    async def run(self) -> None:
        """Find out the model and open its vectors, whenever they are forgotten; where that fails, again and again."""
        while True:
            await self._stale.wait()
            try:
                await self._open()
            except (ModelError, CatalogueError) as error:
                log.warning("%s %s", error.message, error.hint)
                self._failure = error
                self._decided.set()
                await asyncio.sleep(RETRY_S)
            else:
                self._stale.clear()
                self._decided.set()

    async def begin_with(self, embedder: Model) -> None:
        """Let this model answer instead of the one that was given; before ``run``."""
        before, self._embedder = self._embedder, embedder
        await before.close()

    def forget(self) -> None:
        """Doubt the index: the vectors are taken from the catalogue again before the next search."""
        self._answering = None
        self._decided.clear()
        self._stale.set()

    async def _open(self) -> None:
        embedder = self._embedder
        model = await embedder.identify()
        async with self._following:
            if embedder is self._embedder:  # else another one took over meanwhile
                self._answering = await self._open_vectors(Answering(model, embedder, self._vectors))

    async def _open_vectors(self, answering: Answering) -> Answering:
        model, vectors = answering.identity, answering.vectors
        good = await vectors.open(
            model.key, model.dim, await self._catalogue.seq(), lambda: self._catalogue.embeddings(model.key)
        )
        origin = "read from the snapshot" if good else "taken from the catalogue"
        log.info("Model %s: %d vectors %s", model.name, vectors.count, origin)
        return answering

    async def take_over(self, opened: Opened, skip: Collection[ContentId] = ()) -> bool:
        """Let another model answer from now on, unless a photo that can be reached lacks its embedding of it.

        Args:
            opened: That model.
            skip: Contents that may lack one.

        Returns:
            Whether it does. The one before is closed once everybody who was asking it has their answer.

        Raises:
            CatalogueError: The vectors can't be read; the one before answers.
        """
        model, embedder = opened.identity, opened.embedder
        async with self._following:
            if await self._catalogue.waiting_contents(model.key, 1, skip=skip):
                return False
            vectors = self._vectors.beside()
            try:
                answering = await self._open_vectors(Answering(model, embedder, vectors))
            except BaseException:
                await vectors.close()
                raise
            before = Answering(model, self._embedder, self._vectors) if self._answering is None else self._answering
            self._answering, self._embedder, self._vectors = answering, embedder, vectors
            self._stale.clear()
            self._decided.set()
        await self._close(before)
        return True

    async def _close(self, before: Answering) -> None:
        await before.vectors.save()  # with it, going back takes no time
        while self._asking[id(before.embedder)]:
            self._left.clear()
            await self._left.wait()
        del self._asking[id(before.embedder)]
        await before.vectors.close()
        await before.embedder.close()

    async def change(self, write: Callable[[str], Awaitable[IndexShift]]) -> None:
        """Write to the catalogue and let the vectors follow.

        A caller that is cancelled has to wait until both is done: the write itself can't be called back.

        Args:
            write: Gets the key of the model in use and returns what the write means for its index.
        """
        work = asyncio.create_task(self._write_and_follow(write))
        try:
            await asyncio.shield(work)
        except asyncio.CancelledError:
            await asyncio.wait({work})
            if not work.cancelled() and (error := work.exception()) is not None:
                log.warning("A change that nobody waits for any more failed: %s", type(error).__name__)
            raise

    async def _write_and_follow(self, write: Callable[[str], Awaitable[IndexShift]]) -> None:
        async with self._following:
            self._is_behind = True
            try:
                shift = await write(self.model_key)
                await self._follow(shift)
            finally:
                self._is_behind = False
            self._on_change(shift)

    @property
    def following(self) -> bool:
        """Whether FAISS may lack something that is written already."""
        return self._is_behind

    async def followed(self) -> None:
        """Wait until FAISS has followed whatever is written by now."""
        async with self._following:
            pass

    async def _follow(self, shift: IndexShift) -> None:
        if self._answering is None:
            return
        try:
            if shift.vanished:
                await self._vectors.remove(np.array(shift.vanished, np.int64), shift.seq)
            if shift.appeared:
                ids, vectors = await self._catalogue.embeddings(self.model_key, shift.appeared)
                await self._vectors.add(ids, vectors, shift.seq)
            if self._vectors.seq != shift.seq:  # it went up for another model's vectors
                await self._vectors.remove(np.empty(0, np.int64), shift.seq)
        except BaseException:
            self.forget()
            raise

    async def forget_snapshot(self, model_key: str) -> None:
        """Remove the snapshot of another model, whose embeddings are about to go."""
        await self._vectors.forget_snapshot(model_key)

    async def save(self) -> None:
        """Write the snapshot, where the model is known."""
        async with self._following:
            if self._answering is not None:
                await self._vectors.save()

    async def close(self) -> None:
        """Wait for what is under way; nothing can be searched any more."""
        async with self._following:
            await self._vectors.close()
