"""Decides how fast the indexing may go, so that photoseek is a good neighbour on a person's computer.

The indexer asks before each new file. What the computer is like at the moment is told by a ``Lookout``; the real one
stands in ``lookout``. The decision is pure; runs in the event loop, the looks in a thread.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from photoseek.settings import GovernorSettings, Manners

log = logging.getLogger(__name__)

LOOK_S = 2.0
"""Nothing here changes faster than a person notices."""
STALE_S = 120.0
"""After a longer time without a look nothing is known of how long the others have been busy."""
LONGEST_REST_S = 10.0
"""However slow the model is: a person who looks at the status shall see it move."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the computer is like.

    Attributes:
        on_battery: Whether it runs on its battery.
        charge_percent: Of the battery, 0 to 100; None without a battery, or unknown.
        others_percent: Share of all processors that other programs used since the look before, 0 to 100. Programs
            that give way by themselves (niced ones) don't count. None at the first look.
    """

    on_battery: bool = False
    charge_percent: float | None = None
    others_percent: float | None = None


class Lookout(Protocol):
    """Looks at the computer."""

    def look(self) -> Surroundings:
        """What it is like now. May block for some milliseconds; one call at a time, on any thread."""


class Undisturbed:
    """A lookout that never sees anything: for work that nobody waits beside."""

    def look(self) -> Surroundings:
        """Mains power, nobody else at work."""
        return Surroundings()


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the indexing does and, in words for a person, why; no words for ``go``."""

    manners: Manners = "go"
    note: str = ""


class Governor:
    """Lets files begin, one after the other, at the pace that fits the surroundings.

    Args:
        settings: ``[governor]``.
        lookout: Tells what the computer is like.
        clock: Monotonic seconds.
        rest: Sleeps for so many seconds.
    """

    def __init__(
        self,
        settings: GovernorSettings,
        lookout: Lookout,
        *,
        clock: Callable[[], float] = time.monotonic,
        rest: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._settings = settings
        self._lookout = lookout
        self._clock = clock
        self._rest = rest
        self._ruling = Ruling()
        self._looked_at: float | None = None
        self._busy_since: float | None = None

    @property
    def note(self) -> str:
        """Why the indexing is slow or waits, at the last look; empty when it goes as fast as it can."""
        return self._ruling.note

    @property
    def slowed(self) -> bool:
        """Whether one file is done at a time."""
        return self._ruling.manners != "go"

    async def turn(self, finished: Callable[[], Awaitable[None]]) -> None:
        """Wait until the next file may begin.

        Args:
            finished: Returns when no file is in work any more. Asked only when slowed, right after the file before
                began: so the time it takes is that file's, and the rest that follows is in proportion to it.
        """
        while (await self._rule()).manners == "wait":
            await self._rest(LOOK_S)
        if self.slowed:
            asked_at = self._clock()
            await finished()
            worked_s = self._clock() - asked_at
            await self._rest(min(worked_s * (100 / self._settings.slow_percent - 1), LONGEST_REST_S))

    async def _rule(self) -> Ruling:
        """The ruling of the last look, or of a new one where that is too long ago."""
        if self._looked_at is None or self._clock() - self._looked_at >= LOOK_S:
            seen = await asyncio.to_thread(self._lookout.look)
            ruling = self._judge(seen, self._clock())
            if ruling.manners != self._ruling.manners:
                log.info("Indexing %s", ruling.note or "goes on at full speed")
            self._ruling = ruling
        return self._ruling

    def _judge(self, seen: Surroundings, now: float) -> Ruling:
        self._note_load(seen, now)
        settings = self._settings
        if seen.on_battery and settings.on_battery == "slow" and _is_low(seen, settings.low_battery_percent):
            return Ruling("wait", f"waits: the battery is low ({seen.charge_percent:.0f} %)")
        busy = self._busy_since is not None and now - self._busy_since >= settings.busy_after_s
        reasons: list[tuple[Manners, str]] = []
        if seen.on_battery:
            reasons.append((settings.on_battery, "on battery"))
        if busy:
            reasons.append((settings.busy, "other programs are busy"))
        return _strictest(reasons)

    def _note_load(self, seen: Surroundings, now: float) -> None:
        """Remember since when the others have been busy without a break."""
        known = self._looked_at is not None and now - self._looked_at <= STALE_S
        self._looked_at = now
        busy = seen.others_percent is not None and seen.others_percent >= self._settings.busy_percent
        if not known or not busy:
            self._busy_since = None
        elif self._busy_since is None:
            self._busy_since = now


def _strictest(reasons: list[tuple[Manners, str]]) -> Ruling:
    strict: tuple[tuple[Manners, str], ...] = (("wait", "waits"), ("slow", "slowed"))
    for manners, words in strict:
        why = [reason for wanted, reason in reasons if wanted == manners]
        if why:
            return Ruling(manners, f"{words}: {', '.join(why)}")
    return Ruling()


def _is_low(seen: Surroundings, least_percent: float) -> bool:
    return seen.charge_percent is not None and seen.charge_percent < least_percent
