"""When the indexer works: as soon as something waits, unless paused, and again after trouble.

``run`` is the only place that starts a drain. Runs in the event loop.
"""

import asyncio

from photoseek.catalogue import Catalogue
from photoseek.domain import Progress
from photoseek.library.governor import Governor
from photoseek.library.indexer import Indexer
from photoseek.library.progress import ProgressMeter
from photoseek.library.troubles import RETRY_S, Trouble

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
        self._trouble = Trouble("Indexing waits")
        self._drain: asyncio.Task[None] | None = None
        self._resting = asyncio.Event()

    @property
    def paused(self) -> bool:
        """Whether nothing is taken in until ``resume``."""
        return self._paused

    @property
    def held_by(self) -> str:
        """Why pictures wait or come slowly, other than by themselves; may be empty."""
        return "paused" if self._paused else self._governor.note

    async def rest(self) -> None:
        """Wait until no pictures are being taken in and nobody paused: then others may have the decoders."""
        await self._resting.wait()

    def _note_rest(self) -> None:
        if self._paused or self._drain is not None:
            self._resting.clear()
        else:
            self._resting.set()

    async def recall(self) -> None:
        """Take up the pause of an earlier run; where nothing can be written, there is nothing but a pause."""
        self._paused = self._catalogue.read_only or await self._catalogue.recall(_PAUSED) == "yes"
        self._note_rest()
        self._trouble.over()
        if self._catalogue.read_only:
            self._trouble.note = " ".join(self._catalogue.notes)

    def wake(self) -> None:
        """Something may wait now."""
        self._something_waits.set()

    async def pause(self) -> None:
        """Put the work down; what is in hand goes on waiting in the catalogue."""
        await self._catalogue.remember(_PAUSED, "yes")
        self._paused = True
        self._note_rest()
        if self._drain is not None:
            self._drain.cancel()

    async def resume(self) -> None:
        """Take it up again."""
        await self._catalogue.remember(_PAUSED, "no")
        self._paused = False
        self._note_rest()
        self.wake()

    def start_over(self) -> None:
        """Put the work down and take it up again: another model answers now."""
        if self._drain is not None:
            self._drain.cancel()
        self.wake()

    def progress(self, waiting: int, *, following: bool, scanning: bool, scan_trouble: str = "") -> Progress:
        """How far it is.

        Args:
            waiting: Files that wait, by the catalogue.
            following: Whether the last of those that don't may not be searchable yet: it is not idle, then.
            scanning: Whether folders are being gone through: more may come.
            scan_trouble: What keeps the folders from being gone through.
        """
        trouble = self._trouble.note or scan_trouble
        if self._paused:
            return Progress("paused", self._meter.done, self._meter.done + waiting, note=trouble)
        if not waiting and (scanning or not following):
            return Progress("scanning" if scanning else "idle", note=scan_trouble)
        speed = self._meter.per_s()
        return Progress(
            "indexing",
            self._meter.done,
            self._meter.done + waiting,
            speed,
            waiting / speed if speed else None,
            trouble or self._governor.note,
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
            await self._work_off()
            if self._trouble:
                loop.call_later(RETRY_S, self.wake)

    async def _work_off(self) -> None:
        """Drain once, and note what went wrong."""
        self._drain = asyncio.create_task(self._indexer.drain())
        self._note_rest()
        try:
            await asyncio.wait({self._drain})
        finally:
            self._drain.cancel()
            outcome = (await asyncio.gather(self._drain, return_exceptions=True))[0]
            self._drain = None
            self._note_rest()
        if outcome is None:
            self._trouble.over()
        elif not isinstance(outcome, asyncio.CancelledError):
            self._trouble.met(outcome)
