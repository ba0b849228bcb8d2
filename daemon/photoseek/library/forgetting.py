"""Forgets what was computed for photos that have been gone for longer than the grace time, thumbnails included.

Run by ``running``; the files are removed in a thread.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence

from photoseek.catalogue import Catalogue, CatalogueError
from photoseek.domain import Md5
from photoseek.pictures import THUMBNAIL_SIZES_PX, PicturePool

log = logging.getLogger(__name__)

LOOK_S = 3600.0
_DAY_S = 24 * 3600.0


class Forgetting:
    """Keeps embeddings and thumbnails for a grace time after their last file went, then lets them go."""

    def __init__(
        self, catalogue: Catalogue, pictures: PicturePool, grace_days: float, *, clock: Callable[[], float]
    ) -> None:
        self._catalogue = catalogue
        self._pictures = pictures
        self._grace_s = grace_days * _DAY_S
        self._clock = clock

    async def run(self) -> None:
        """Forget what is due, once an hour, until cancelled."""
        while True:
            with contextlib.suppress(CatalogueError):  # a full disk, say; what is due stays due
                await self.forget()
            await asyncio.sleep(LOOK_S)

    async def forget(self) -> int:
        """Forget what is due now; the number of photos."""
        gone = await self._catalogue.forget_orphans(self._clock() - self._grace_s)
        if gone:
            await asyncio.to_thread(self._remove_thumbnails, gone)
            log.info("%d photos have been gone for the grace time and were forgotten", len(gone))
        return len(gone)

    def _remove_thumbnails(self, gone: Sequence[Md5]) -> None:
        for md5 in gone:
            for size_px in THUMBNAIL_SIZES_PX:
                with contextlib.suppress(OSError):  # never drawn, or the cache can't be written
                    self._pictures.thumbnail_path(md5, size_px).unlink()
