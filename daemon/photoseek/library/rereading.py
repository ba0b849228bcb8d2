"""Reads once more what pictures say of themselves, where that was read by an older photoseek or not at all.

A task of ``library``, in the background of everything else: nothing is decoded or embedded again. What can't be read at
present, such as on a disk that is away, is tried again later.
"""

import asyncio
import logging

from photoseek.catalogue import Catalogue, CatalogueError
from photoseek.domain import ContentId, Description, WaitingContent
from photoseek.errors import PictureError
from photoseek.library.governor import Governor
from photoseek.library.work import Work
from photoseek.pictures import DecodersError, FileMovedOnError, PicturePool

log = logging.getLogger(__name__)

LOOK_S = 3600.0
TOGETHER = 64
"""Written in one transaction; so many are read again after a kill."""


class Rereading:
    """Brings the descriptions up, one picture at a time."""

    def __init__(self, catalogue: Catalogue, pictures: PicturePool, work: Work, governor: Governor) -> None:
        self._catalogue = catalogue
        self._pictures = pictures
        self._work = work
        self._governor = governor

    async def run(self) -> None:
        """Read what is due, at the start and once an hour, until cancelled."""
        while True:
            try:
                if number := await self.reread():
                    log.info("%d photos were read once more for what they say of themselves", number)
            except (CatalogueError, DecodersError) as error:
                log.info("What photos say of themselves is read later: %s", error.message)
            await asyncio.sleep(LOOK_S)

    async def reread(self) -> int:
        """Read what is due now; the number of photos.

        Raises:
            CatalogueError: It can't be written down.
            DecodersError: No worker can be had.
        """
        number, last = 0, ContentId(0)
        while rows := await self._catalogue.undescribed(TOGETHER, last):
            read = [(row.content_id, said) for row in rows if (said := await self._read(row)) is not None]
            await self._catalogue.describe(read)
            number, last = number + len(read), rows[-1].content_id
        return number

    async def _read(self, row: WaitingContent) -> Description | None:
        await self._work.rest()
        await self._governor.turn(_nothing_else)
        try:
            return await self._pictures.describe(row.path, row.stamp)
        except (PictureError, FileMovedOnError):
            return None


async def _nothing_else() -> None:
    """One is read at a time, so the one before is done with."""
