"""Waits until what the library was told of can be searched: every scan asked for, every file those found.

Called by ``library`` for a search that wants to see a change. Runs in the event loop.
"""

import asyncio

from photoseek.catalogue import Catalogue
from photoseek.domain import FileId
from photoseek.errors import NotYetError
from photoseek.library.index import LiveIndex
from photoseek.library.tally import Tally
from photoseek.library.upkeep import Upkeep
from photoseek.library.work import Work

PATIENCE_S = 10.0
"""A search that waits holds a connection; who needs longer asks again."""


class Arrival:
    """Tells when a number of the library's tally has been reached."""

    def __init__(self, catalogue: Catalogue, index: LiveIndex, upkeep: Upkeep, work: Work, tally: Tally) -> None:
        self._catalogue = catalogue
        self._index = index
        self._upkeep = upkeep
        self._work = work
        self._tally = tally
        self._reached = 0

    async def wait(self, seq: int) -> None:
        """Wait until all that was known at ``seq`` can be searched, or was found to be a problem.

        Raises:
            NotYetError: The number has not been given out, the indexing is paused, or it takes longer than
                ``PATIENCE_S``.
        """
        if seq > self._tally.now:
            raise NotYetError("There is no change with this number yet.", "Take seq of an answer or an event.")
        try:
            async with asyncio.timeout(PATIENCE_S):
                await self._wait(seq)
        except TimeoutError as error:
            raise NotYetError(
                "The change can't be searched yet.", "Ask again in a while; GET /api/v1/status says how far it is."
            ) from error

    async def _wait(self, seq: int) -> None:
        if seq <= self._reached:
            return
        await self._scanned(seq)
        mark = self._upkeep.scanned_up_to
        last = await self._catalogue.last_file()
        while True:
            seen = self._tally.now
            if not await self._waits(last):
                break
            if self._work.paused:
                raise NotYetError("The change can't be searched: the indexing is paused.", "`photoseek resume`")
            await self._tally.beyond(seen)
        await self._index.followed()
        self._reached = max(self._reached, mark)

    async def _scanned(self, seq: int) -> None:
        while self._upkeep.scanned_up_to < seq:
            await self._tally.beyond(self._tally.now)

    async def _waits(self, last: FileId) -> bool:
        """Whether a file that is no newer than ``last`` has not been dealt with."""
        files = await self._catalogue.waiting_files(1)
        if files and files[0].file_id <= last:
            return True
        contents = await self._catalogue.waiting_contents(self._index.model_key, 1)
        return bool(contents) and contents[0].file_id <= last
