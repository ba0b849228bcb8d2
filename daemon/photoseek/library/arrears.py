"""Makes what contents lack because an older photoseek took them in, or a repair lost it.

``redrawing`` and ``rereading`` say what. ``running`` runs each in the event loop, behind everything else: one
picture at a time. What can't be made at present, such as of a photo whose disk is away, is tried again later.
"""

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar, Generic, Protocol, TypeVar

from photoseek.catalogue import CatalogueError
from photoseek.domain import ContentId
from photoseek.errors import PictureError
from photoseek.library.governor import Governor
from photoseek.library.work import Work
from photoseek.pictures import DecodersError, FileMovedOnError

log = logging.getLogger(__name__)

LOOK_S = 3600.0
TOGETHER = 64
"""Written in one transaction; so many are made again after a kill."""


class Lacking(Protocol):
    """A content that lacks something."""

    @property
    def content_id(self) -> ContentId:
        """Which."""
        ...


Row = TypeVar("Row", bound=Lacking)
Made = TypeVar("Made")


class Arrears(ABC, Generic[Row, Made]):
    """Makes one such thing.

    Attributes:
        things: What it is called in the log.
    """

    things: ClassVar[str]

    def __init__(self, work: Work, governor: Governor) -> None:
        self._work = work
        self._governor = governor

    async def run(self) -> None:
        """Make what is due, at the start and once an hour, until cancelled."""
        while True:
            try:
                if number := await self.make_up():
                    log.info("%d photos lacked their %s, and have them now", number, self.things)
            except (CatalogueError, DecodersError) as error:
                log.info("Lacking %s are made later: %s", self.things, error.message)
            await asyncio.sleep(LOOK_S)

    async def make_up(self) -> int:
        """Make what is due now; for how many photos.

        Raises:
            CatalogueError: It can't be written down.
            DecodersError: No worker can be had.
        """
        number, last = 0, ContentId(0)
        while rows := await self._due(TOGETHER, last):
            made = [(row.content_id, one) for row in rows if (one := await self._make_in_turn(row)) is not None]
            await self._keep(made)
            number, last = number + len(made), rows[-1].content_id
        return number

    async def _make_in_turn(self, row: Row) -> Made | None:
        await self._work.rest()
        await self._governor.turn(_nothing_else)
        try:
            return await self._make(row)
        except (PictureError, FileMovedOnError):
            return None

    @abstractmethod
    async def _due(self, limit: int, after: ContentId) -> Sequence[Row]:
        """The next contents that lack it, by id from there on."""

    @abstractmethod
    async def _make(self, row: Row) -> Made | None:
        """Make it; None where that can't be done at present."""

    @abstractmethod
    async def _keep(self, made: Sequence[tuple[ContentId, Made]]) -> None:
        """Write it down, in one transaction."""


async def _nothing_else() -> None:
    """One is made at a time, so the one before is done with."""
