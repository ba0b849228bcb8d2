"""Takes what waits in the catalogue through reading, decoding and embedding, until nothing waits.

The queue is rows: a file waits until it is stored, linked as a copy, or has a problem, each in one transaction.
So whatever is killed at whatever moment, the next start goes on from there, and nothing is done twice.
What is held in memory is only which rows are in hand.

Runs in the daemon's event loop; the work is done by the decode workers and the model process.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from photoseek.catalogue import Catalogue
from photoseek.domain import (
    ContentId,
    FileId,
    FileStamp,
    Indexed,
    IndexShift,
    Md5,
    ModelIdentity,
    WaitingContent,
    WaitingFile,
)
from photoseek.embedding import ModelProcessDiedError
from photoseek.errors import PictureError
from photoseek.library.batches import batches
from photoseek.library.governor import Governor
from photoseek.library.index import LiveIndex
from photoseek.library.looks import SecondLooks
from photoseek.library.model import Opened
from photoseek.library.progress import ProgressMeter
from photoseek.pictures import FileMovedOnError, PicturePool, TakenPicture

BATCHES_IN_FLIGHT = 3
"""Enough that the model process never waits for this one, few enough that a kill costs little."""
READS_A_WORKER = 2
"""One being decoded, one waiting in the pipe."""
FETCH = 64
"""Rows looked up at once."""
IN_HAND = 256
"""Rows in hand at most: copies of one picture, which wait for it, could otherwise be any number."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A picture on its way from the decode workers to the model."""

    file_id: FileId
    stamp: FileStamp
    md5: Md5
    picture: TakenPicture


class Indexer:
    """Works off what waits. One ``drain`` at a time."""

    def __init__(
        self,
        catalogue: Catalogue,
        index: LiveIndex,
        pictures: PicturePool,
        progress: ProgressMeter,
        governor: Governor,
        *,
        workers: int,
        look_again: Callable[[bytes], Awaitable[None]],
    ) -> None:
        self._catalogue = catalogue
        self._index = index
        self._pictures = pictures
        self._progress = progress
        self._governor = governor
        self._workers = workers
        self._reads = asyncio.Semaphore(workers * READS_A_WORKER)
        self._flights = asyncio.Semaphore(BATCHES_IN_FLIGHT)
        self._alone = asyncio.Lock()
        self._in_hand: dict[FileId, ContentId | None] = {}
        self._contents: set[Md5] = set()
        self._twins: defaultdict[Md5, list[WaitingFile]] = defaultdict(list)
        self._looks = SecondLooks(look_again)
        self._let_go = asyncio.Event()

    async def drain(self) -> None:
        """Work until nothing waits.

        Raises:
            ExceptionGroup: Of ModelError (none can be had, or it doesn't load), of CatalogueError (it can't be
                written). The rows go on waiting.
        """
        opened = await self._opened()
        model = opened.identity
        decoded: asyncio.Queue[Decoded | None] = asyncio.Queue(2 * model.batch)
        # New ones: a task that was cancelled before it began has not given back what was acquired for it.
        self._reads = asyncio.Semaphore(self._workers * READS_A_WORKER)
        self._flights = asyncio.Semaphore(BATCHES_IN_FLIGHT)
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._read_all(model, decoded))
                tasks.create_task(self._embed_all(opened, decoded))
        finally:
            for memory in (self._in_hand, self._contents, self._twins, self._looks):
                memory.clear()

    async def _read_all(self, model: ModelIdentity, decoded: asyncio.Queue[Decoded | None]) -> None:
        async with asyncio.TaskGroup() as tasks:
            async for row in self._waiting(model):
                await self._turn()
                await self._reads.acquire()
                tasks.create_task(self._take(row, model, decoded))
        await decoded.put(None)

    async def _opened(self) -> Opened:
        """The model that pictures are taken in for."""
        return await self._index.answering()

    async def _turn(self) -> None:
        """Wait until the next picture may begin."""
        await self._governor.turn(self._rest_is_dealt_with)

    async def _rest_is_dealt_with(self) -> None:
        """Wait until only one row is in hand: the one whose turn it is."""
        while len(self._in_hand) > 1:
            self._let_go.clear()
            await self._let_go.wait()

    async def _waiting(self, model: ModelIdentity) -> AsyncIterator[WaitingFile | WaitingContent]:
        """Every row that waits, until none does and none is in hand."""
        while True:
            self._let_go.clear()
            rows = await self._rows(model) if len(self._in_hand) < IN_HAND else []
            if not rows and not self._in_hand:
                return
            if not rows:
                await self._let_go.wait()
            for row in rows:
                self._in_hand[row.file_id] = row.content_id if isinstance(row, WaitingContent) else None
                yield row

    async def _rows(self, model: ModelIdentity) -> Sequence[WaitingFile | WaitingContent]:
        return await self._catalogue.waiting_files(FETCH, skip=self._in_hand) or await self._known_rows(model)

    async def _known_rows(self, model: ModelIdentity, skip: Iterable[ContentId] = ()) -> Sequence[WaitingContent]:
        known = [content_id for content_id in self._in_hand.values() if content_id is not None]
        return await self._catalogue.waiting_contents(model.key, FETCH, skip=[*known, *skip])

    async def _take(
        self, row: WaitingFile | WaitingContent, model: ModelIdentity, decoded: asyncio.Queue[Decoded | None]
    ) -> None:
        """Read one file; whatever is wrong with it becomes a row."""
        moved_on = False
        try:
            picture = await self._read(row, model)
            if picture is not None:
                await decoded.put(picture)
        except PictureError as error:
            await self._give_up(row, error.message)
        except FileMovedOnError:
            moved_on = True
        finally:
            self._reads.release()
        if moved_on:
            await self._look_later(row)

    async def _read(self, row: WaitingFile | WaitingContent, model: ModelIdentity) -> Decoded | None:
        """The decoded picture, or None if the file turns out to be a copy of a known one or of one in hand."""
        if isinstance(row, WaitingFile) and row.size_known:
            md5 = (await self._pictures.read(row.path, row.stamp, pixels=None)).md5
            if not await self._claim(row, md5):
                return None
            try:
                return await self._decode(row, model)
            except (PictureError, FileMovedOnError):
                self._abandon(md5)
                raise
        one = await self._decode(row, model)
        if isinstance(row, WaitingFile) and one.md5 in self._contents:
            self._twins[one.md5].append(row)
            return None
        self._contents.add(one.md5)
        return one

    async def _decode(self, row: WaitingFile | WaitingContent, model: ModelIdentity) -> Decoded:
        reading = await self._pictures.read(row.path, row.stamp, pixels=model.pixels)
        assert reading.picture is not None
        return Decoded(row.file_id, row.stamp, reading.md5, reading.picture)

    async def _claim(self, row: WaitingFile, md5: Md5) -> bool:
        """Whether this content is for this row to decode; otherwise the row is, or will be, linked as a copy."""
        if md5 in self._contents:
            self._twins[md5].append(row)
            return False
        self._contents.add(md5)
        if await self._link([row], md5):
            await self._settle(md5, [row.file_id])
            return False
        return True

    async def _link(self, rows: Sequence[WaitingFile], md5: Md5) -> bool:
        """Record the rows as copies; False if their content isn't known."""
        copies = [(row.file_id, row.stamp, md5) for row in rows]
        unknown: set[FileId] = set()

        async def write(key: str) -> IndexShift:
            shift, strangers = await self._catalogue.record_copies(copies, model_key=key)
            unknown.update(strangers)
            return shift

        await self._index.change(write)
        return not unknown

    async def _settle(self, md5: Md5, files: Sequence[FileId]) -> None:
        """A content has been dealt with, by these files; its copies in hand follow."""
        self._contents.discard(md5)
        twins = self._twins.pop(md5, [])
        if twins:
            await self._link(twins, md5)
        self._done([*files, *(row.file_id for row in twins)])

    def _abandon(self, md5: Md5) -> None:
        """This content could not be taken from its file; its copies in hand wait for a turn of their own."""
        self._contents.discard(md5)
        self._release([row.file_id for row in self._twins.pop(md5, [])])

    def _done(self, files: Sequence[FileId]) -> None:
        self._progress.count(len(files))
        self._release(files)

    def _release(self, files: Sequence[FileId]) -> None:
        for file_id in files:
            self._in_hand.pop(file_id, None)
        self._let_go.set()

    async def _give_up(self, row: WaitingFile | WaitingContent | Decoded, reason: str) -> None:
        await self._index.change(
            lambda key: self._catalogue.record_problem(row.file_id, row.stamp, reason, model_key=key)
        )
        self._done([row.file_id])

    async def _look_later(self, row: WaitingFile | WaitingContent) -> None:
        """The file is not the one that was found."""
        if await self._looks.take(row.file_id, row.path):
            self._release([row.file_id])
        else:
            await self._give_up(row, "It kept changing while it was read.")

    async def _embed_all(self, opened: Opened, decoded: asyncio.Queue[Decoded | None]) -> None:
        async with asyncio.TaskGroup() as tasks:
            async for batch in batches(decoded, lambda: 1 if self._governor.slowed else opened.identity.batch):
                await self._flights.acquire()
                tasks.create_task(self._embed(batch, opened))

    async def _embed(self, batch: list[Decoded], opened: Opened) -> None:
        try:
            vectors = await opened.embedder.embed_pixels(np.stack([one.picture.pixels for one in batch]))
        except ModelProcessDiedError:
            vectors = None
        finally:
            self._flights.release()
        if vectors is None:
            await self._embed_alone(batch, opened)
        else:
            await self._store(batch, vectors, opened.identity)

    async def _embed_alone(self, batch: list[Decoded], opened: Opened) -> None:
        """The model process died over one of these: each is tried once more, with nothing else in flight."""
        async with self._alone:
            for _ in range(BATCHES_IN_FLIGHT):
                await self._flights.acquire()
            try:
                for one in batch:
                    try:
                        vectors = await opened.embedder.embed_pixels(one.picture.pixels[np.newaxis])
                    except ModelProcessDiedError:
                        await self._broke_down(one)
                    else:
                        await self._store([one], vectors, opened.identity)
            finally:
                for _ in range(BATCHES_IN_FLIGHT):
                    self._flights.release()

    async def _broke_down(self, one: Decoded) -> None:
        """The model process died over this picture alone."""
        self._abandon(one.md5)
        await self._give_up(one, "The model broke down over it, twice.")

    async def _store(self, batch: list[Decoded], vectors: NDArray[np.float32], model: ModelIdentity) -> None:
        indexed = [
            Indexed(one.file_id, one.stamp, one.md5, one.picture.facts, vector)
            for one, vector in zip(batch, vectors, strict=True)
        ]
        await self._index.change(lambda key: self._catalogue.store(indexed, model_key=model.key, answering=key))
        for one in batch:
            await self._settle(one.md5, [one.file_id])
