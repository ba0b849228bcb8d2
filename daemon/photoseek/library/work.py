"""When the indexer works: as soon as something waits, unless paused, and again after trouble.

``run`` is the only place that starts a drain. Runs in the event loop.
"""

import asyncio
import logging

from photoseek.catalogue import Catalogue
from photoseek.domain import Progress
from photoseek.errors import PhotoseekError
from photoseek.library.governor import Governor
from photoseek.library.indexer import Indexer
from photoseek.library.progress import ProgressMeter

log = logging.getLogger(__name__)

RETRY_S = 60.0
"""After trouble that is no picture's fault: a full disk, no model."""
_PAUSED = "indexing.paused"


class Work:
    """Starts, pauses and resumes the indexing, and tells how far it is."""

    def __init__(self, catalogue: Catalogue, indexer: Indexer, progress: ProgressMeter, governor: Governor) -> None:
        self._catalogue = catalogue
        self._indexer = indexer
        self._meter = progress
        self._governor = governor
        self._something_waits = asyncio.Event()
        self._paused = False
        self._trouble = ""
        self._drain: asyncio.Task[None] | None = None

    async def recall(self) -> None:
        """Take up the pause of an earlier run."""
        self._paused = await self._catalogue.recall(_PAUSED) == "yes"

    def wake(self) -> None:
        """Something may wait now."""
        self._something_waits.set()

    async def pause(self) -> None:
        """Put the work down; what is in hand goes on waiting in the catalogue."""
        await self._catalogue.remember(_PAUSED, "yes")
        self._paused = True
        if self._drain is not None:
            self._drain.cancel()

    async def resume(self) -> None:
        """Take it up again."""
        await self._catalogue.remember(_PAUSED, "no")
        self._paused = False
        self.wake()

    def progress(self, waiting: int, *, scanning: bool) -> Progress:
        """How far it is.

        Args:
            waiting: Files that wait, by the catalogue.
            scanning: Whether folders are being gone through: more may come.
        """
        if self._paused:
            return Progress("paused", self._meter.done, self._meter.done + waiting, note=self._trouble)
        if not waiting:
            return Progress("scanning" if scanning else "idle")
        speed = self._meter.per_s()
        return Progress(
            "indexing",
            self._meter.done,
            self._meter.done + waiting,
            speed,
            waiting / speed if speed else None,
            self._trouble or self._governor.note,
        )

    async def run(self) -> None:
        """Work whenever something waits, until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            await self._something_waits.wait()
            self._something_waits.clear()
            if self._paused:
                continue
            if not self._trouble:
                self._meter.begin()
            self._trouble = await self._work_off()
            if self._trouble:
                loop.call_later(RETRY_S, self.wake)

    async def _work_off(self) -> str:
        """Drain once; what went wrong in words for a person, or nothing."""
        self._drain = asyncio.create_task(self._indexer.drain())
        try:
            await asyncio.wait({self._drain})
        finally:
            self._drain.cancel()
            outcome = (await asyncio.gather(self._drain, return_exceptions=True))[0]
            self._drain = None
        if outcome is None or isinstance(outcome, asyncio.CancelledError):
            return ""
        return _explain(outcome)


def _explain(outcome: BaseException) -> str:
    while isinstance(outcome, BaseExceptionGroup):
        outcome = outcome.exceptions[0]
    if isinstance(outcome, PhotoseekError):
        log.warning("Indexing waits: %s %s", outcome.message, outcome.hint)
        return f"{outcome.message} {outcome.hint}".strip()
    log.error("Indexing broke off", exc_info=outcome)
    return "An unexpected error; the log has it."
