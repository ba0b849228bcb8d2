"""Tells listeners what changes, each as fast as it can read and never faster than a person can look.

What is told is kept once for all of them: the state as it was seen last, and the latest changes of photos. A listener
is no more than two numbers up to which it was told, so a slow one takes no memory: it gets the present state and the
sum of the changes it missed, or, where those are no longer remembered, the advice to ask anew.

``LiveIndex`` says which photos changed, as soon as they can be searched; everything else is looked at while somebody
listens. ``api.live`` does, by way of ``library``. Runs in the event loop.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from itertools import chain, islice

from photoseek.catalogue import CatalogueError
from photoseek.domain import (
    ContentId,
    Event,
    FoldersChanged,
    IndexShift,
    Md5,
    PhotoId,
    PhotosChanged,
    ProgressChanged,
    Status,
    StatusChanged,
    photo_id,
)
from photoseek.library.tally import Tally

TICK_S = 0.25
"""So often at most anything is told."""
LOOK_S = 1.0
"""So often the state is looked at where nothing is known to have happened: a model loads, a disk goes."""
REMEMBERED = 1024
"""Changes of photos that are remembered: four minutes of a burst, or of a listener that doesn't read."""
NAMED = 100
"""Photos that one change names; who needs to know of more asks for them."""


class Events:
    """What there is to tell.

    Args:
        tally: The library's.
        look: At the state.
        name: The MD5s of contents.
    """

    def __init__(
        self,
        tally: Tally,
        look: Callable[[], Awaitable[Status]],
        name: Callable[[Collection[ContentId]], Awaitable[dict[ContentId, Md5]]],
    ) -> None:
        self._tally = tally
        self._look = look
        self._name = name
        self._added: dict[ContentId, None] = {}
        self._removed: dict[ContentId, None] = {}
        self.state: dict[type[Event], Event] = {}
        self.changes: deque[PhotosChanged] = deque(maxlen=REMEMBERED)
        self.known_since = tally.now
        self._told = Tally(0)
        self._numbers: deque[int] = deque(maxlen=4 * REMEMBERED)
        self._listeners = 0
        self._looking = asyncio.Lock()
        self._looked_at = 0

    def note(self, shift: IndexShift) -> None:
        """Photos can be found that could not before, or the other way round."""
        for content_id in shift.appeared:
            if content_id not in self._removed:
                self._added[content_id] = None
            self._removed.pop(content_id, None)
        for content_id in shift.vanished:
            if content_id not in self._added:
                self._removed[content_id] = None
            self._added.pop(content_id, None)
        self._tally.advance()

    def start_over(self) -> None:
        """What was told of the photos may be wrong: everyone should ask anew."""
        self._added.clear()
        self._removed.clear()
        self.changes.clear()
        self.known_since = self._tally.advance()
        self._told.advance()

    def was_told(self, seq: int) -> bool:
        """Whether this is the number of an event, of the latest ones: what it tells can be searched."""
        return seq in self._numbers

    async def run(self) -> None:
        """Tell what happens, until cancelled."""
        while True:
            await self._rest()
            with suppress(CatalogueError):  # soundness and upkeep see to it; the next look may go well
                await self._tell_photos()
                if self._listeners:
                    await self.look()

    async def _rest(self) -> None:
        """Until something is to be told, a tick at least; with listeners not longer than ``LOOK_S``."""
        await asyncio.sleep(TICK_S)
        with suppress(TimeoutError):
            async with asyncio.timeout(LOOK_S - TICK_S if self._listeners else None):
                await self._tally.beyond(self._looked_at)
        self._looked_at = self._tally.now

    async def _tell_photos(self) -> None:
        if not self._added and not self._removed:
            return
        added, removed = self._added, self._removed
        self._added, self._removed = {}, {}
        try:
            named = await self._name([*islice(added, NAMED), *islice(removed, NAMED)])
        except BaseException:
            later = IndexShift(0, list(self._added), list(self._removed))
            self._added, self._removed = added, removed
            self.note(later)
            raise
        change = PhotosChanged(
            self._number(),
            [photo_id(named[one]) for one in islice(added, NAMED) if one in named],
            [photo_id(named[one]) for one in islice(removed, NAMED) if one in named],
            len(added),
            len(removed),
        )
        if len(self.changes) == REMEMBERED:
            self.known_since = self.changes[0].seq
        self.changes.append(change)
        self._told.advance()

    async def look(self) -> None:
        """Look at the state, and tell what of it is new."""
        async with self._looking:
            status = await self._look()
            told = 0
            for event in (
                StatusChanged(0, status.model, status.notes),
                FoldersChanged(0, status.folders),
                ProgressChanged(0, status.progress, status.counts),
            ):
                before = self.state.get(type(event))
                if before is None or replace(event, seq=before.seq) != before:
                    self.state[type(event)] = replace(event, seq=self._number())
                    told += 1
            if told:
                self._told.advance()

    def _number(self) -> int:
        self._numbers.append(self._tally.advance())
        return self._numbers[-1]

    @asynccontextmanager
    async def listen(self, after: int | None) -> AsyncIterator["Listener"]:
        """Listen.

        Args:
            after: The number of the last event that was heard; None to begin with the state as it is.

        Raises:
            CatalogueError: The state can't be looked at.
        """
        self._listeners += 1
        self._tally.advance()
        try:
            await self.look()
            yield Listener(self, self._told, after, self._tally.now)
        finally:
            self._listeners -= 1


class Listener:
    """One who listens, and how far it was told.

    A number of another run, or one that is too old, is not known any more: then everything begins anew.
    """

    def __init__(self, events: Events, told: Tally, after: int | None, now: int) -> None:
        resumed = after is not None and events.known_since <= after <= now
        self._events = events
        self._told = told
        self._state_seq = after if resumed and after is not None else 0
        self._photos_seq = after if resumed and after is not None else now
        self._reset = after is not None and not resumed
        self.ended = False

    def end(self) -> None:
        """Nothing more is wanted."""
        self.ended = True
        self._told.advance()

    async def next(self) -> list[Event]:
        """Wait for news: all that is new by now, the oldest first. Empty at the end."""
        while not self.ended:
            told = self._told.now
            if news := self._take():
                return news
            await self._told.beyond(told)
        return []

    def _take(self) -> list[Event]:
        if self._reset or self._photos_seq < self._events.known_since:
            return self._begin_anew()
        changes = [change for change in self._events.changes if change.seq > self._photos_seq]
        news: list[Event] = [event for event in self._events.state.values() if event.seq > self._state_seq]
        if changes:
            news.append(_sum(changes))
            self._photos_seq = changes[-1].seq
        news.sort(key=lambda event: event.seq)
        self._state_seq = max([event.seq for event in news], default=self._state_seq)
        return news

    def _begin_anew(self) -> list[Event]:
        """All of the state, with the advice to ask anew for photos."""
        self._reset = False
        state = sorted(self._events.state.values(), key=lambda event: event.seq)
        last = max([event.seq for event in chain(state, self._events.changes)], default=0)
        self._photos_seq = self._state_seq = max(last, self._events.known_since)
        return [
            replace(event, seq=self._state_seq, reset=True) if isinstance(event, StatusChanged) else event
            for event in sorted(state, key=lambda event: isinstance(event, StatusChanged))
        ]


def _sum(changes: list[PhotosChanged]) -> PhotosChanged:
    """Several changes as one."""
    if len(changes) == 1:
        return changes[0]
    added: list[PhotoId] = list(islice(chain.from_iterable(one.added for one in changes), NAMED))
    removed: list[PhotoId] = list(islice(chain.from_iterable(one.removed for one in changes), NAMED))
    return PhotosChanged(
        changes[-1].seq,
        added,
        removed,
        sum(one.added_count for one in changes),
        sum(one.removed_count for one in changes),
    )
