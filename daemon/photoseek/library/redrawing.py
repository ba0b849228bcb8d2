"""Draws sketches of photos that were taken in before there were any, or with an older way of drawing.

A task of ``library``, in the background of everything else: a thumbnail that is kept is enough, also of a photo whose
disk is away. What can't be drawn at present is tried again later.
"""

import asyncio
import logging
from collections.abc import Callable

from photoseek.catalogue import Catalogue, CatalogueError
from photoseek.domain import ContentId, UndrawnContent
from photoseek.errors import PictureError
from photoseek.library.governor import Governor
from photoseek.library.work import Work
from photoseek.pictures import DecodersError, FileMovedOnError, PicturePool

log = logging.getLogger(__name__)

LOOK_S = 3600.0
TOGETHER = 64
"""Written in one transaction; so many are drawn again after a kill."""


class Redrawing:
    """Brings the sketches up, one picture at a time.

    Args:
        on_drawn: Called whenever some can be stacked.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        pictures: PicturePool,
        work: Work,
        governor: Governor,
        on_drawn: Callable[[], None],
    ) -> None:
        self._catalogue = catalogue
        self._pictures = pictures
        self._work = work
        self._governor = governor
        self._on_drawn = on_drawn

    async def run(self) -> None:
        """Draw what is due, at the start and once an hour, until cancelled."""
        while True:
            try:
                if number := await self.redraw():
                    log.info("%d photos got a sketch", number)
            except (CatalogueError, DecodersError) as error:
                log.info("Sketches are drawn later: %s", error.message)
            await asyncio.sleep(LOOK_S)

    async def redraw(self) -> int:
        """Draw what is due now; the number of sketches.

        Raises:
            CatalogueError: They can't be written down.
            DecodersError: No worker can be had.
        """
        number, last = 0, ContentId(0)
        while rows := await self._catalogue.undrawn(TOGETHER, last):
            drawn = [(row.content_id, sketch) for row in rows if (sketch := await self._draw(row)) is not None]
            await self._catalogue.keep_sketches(drawn)
            if drawn:
                self._on_drawn()
            number, last = number + len(drawn), rows[-1].content_id
        return number

    async def _draw(self, row: UndrawnContent) -> bytes | None:
        await self._work.rest()
        await self._governor.turn(_nothing_else)
        try:
            return await self._pictures.sketch(row.md5, row.path, row.stamp)
        except (PictureError, FileMovedOnError):
            return None


async def _nothing_else() -> None:
    """One is drawn at a time, so the one before is done with."""
