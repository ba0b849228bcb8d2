"""The work that keeps the library true, all of it beside each other, from the start of the daemon to its end.

One task group: what ends it ends all. Only damage of the catalogue does not: that is repaired, and all begins again.
Runs in the event loop.
"""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from typing import Protocol

from photoseek.catalogue import Catalogue, CorruptCatalogueError
from photoseek.library.events import Events
from photoseek.library.handover import Handover
from photoseek.library.index import LiveIndex
from photoseek.library.soundness import Soundness
from photoseek.library.upkeep import Upkeep
from photoseek.library.work import Work

log = logging.getLogger(__name__)


class Task(Protocol):
    """What goes on until it is cancelled."""

    async def run(self) -> None:
        """Go on."""
        ...


class Running:
    """The work.

    Args:
        beside: Tasks that want nothing but a catalogue that can be written.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        index: LiveIndex,
        events: Events,
        upkeep: Upkeep,
        work: Work,
        handover: Handover,
        *,
        beside: Sequence[Task],
    ) -> None:
        self._catalogue = catalogue
        self._index = index
        self._events = events
        self._upkeep = upkeep
        self._work = work
        self._handover = handover
        self._writers: tuple[Task, ...] = (upkeep, work, *beside, handover)
        self._soundness = Soundness(catalogue)
        self._begun = False

    async def begin(self) -> None:
        """Take up what an earlier run left, the pause and the model that answered; damage is left to ``run``."""
        with suppress(CorruptCatalogueError):
            await self._take_up()

    async def _take_up(self) -> None:
        await self._work.recall()
        await self._handover.begin()
        self._begun = True

    async def run(self) -> None:
        """Keep the library true until cancelled; where nothing can be written, only answer.

        Raises:
            CatalogueError: The catalogue is damaged and can't be repaired.
        """
        try:
            while True:
                try:
                    await self._keep_true()
                except* CorruptCatalogueError:
                    log.warning("The catalogue is damaged: it is repaired now")
                await self._soundness.repair()
                self._index.forget()
                self._upkeep.begin_again()
                self._events.start_over()
                self._begun = False
        finally:
            if not self._catalogue.read_only:
                await self._index.save()
            await self._index.close()

    async def _keep_true(self) -> None:
        if not self._begun:
            await self._take_up()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._index.run())
            tasks.create_task(self._events.run())
            if await self._soundness.waited_for_room():
                self._index.forget()
                await self._work.recall()
            if not self._catalogue.read_only:
                tasks.create_task(self._soundness.watch())
                for writer in self._writers:
                    tasks.create_task(writer.run())
