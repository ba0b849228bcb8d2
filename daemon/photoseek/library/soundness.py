"""Sees to it that the catalogue is sound: every row is looked at from time to time, and damage is put right.

Runs in the event loop beside the other work, which is ended while a repair goes on.
"""

import asyncio
import contextlib
import time

from photoseek.catalogue import Catalogue, CatalogueError, CorruptCatalogueError, DiskFullError
from photoseek.library.troubles import RETRY_S

LOOK_OVER_S = 24 * 3600.0
"""Bits rot slowly. A look reads every vector: a second for 100,000 photos."""
MANY_REPAIRS, WITHIN_S = 3, 3600.0
"""Damage that comes again and again is no accident of the file: the disk or the memory is failing."""


class Soundness:
    """Notices damage and repairs it."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._repairs: list[float] = []

    async def waited_for_room(self) -> bool:
        """Where the start met a full disk, wait until the catalogue can be written; whether that was so.

        Raises:
            CatalogueError: It can't be opened any more.
        """
        waited = self._catalogue.waits_for_room
        while self._catalogue.waits_for_room:
            await asyncio.sleep(RETRY_S)
            with contextlib.suppress(DiskFullError):
                await self._catalogue.become_writable()
        return waited

    async def watch(self) -> None:
        """Look over every row now and then, and hear of damage that others meet.

        Raises:
            CorruptCatalogueError: There is some; ``repair`` should be called once nobody works any more.
        """
        while True:
            with contextlib.suppress(CatalogueError):  # it can't be looked at now; another time
                await self._look_over()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_OVER_S):
                    raise await self._catalogue.damage()

    async def _look_over(self) -> None:
        findings = await self._catalogue.check()
        if findings:
            self._catalogue.note_damage(CorruptCatalogueError(findings[0]))

    async def repair(self) -> None:
        """Put right what is wrong.

        Raises:
            CatalogueError: It can't be, or it was needed too often.
        """
        now = time.monotonic()
        self._repairs = [moment for moment in self._repairs if moment > now - WITHIN_S] + [now]
        if len(self._repairs) > MANY_REPAIRS:
            raise CatalogueError(
                "The catalogue was damaged again and again.",
                "Its disk or this computer's memory may be failing: check them before you start photoseek again.",
            )
        await self._catalogue.repair()
