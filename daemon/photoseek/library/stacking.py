"""Puts photos that are nearly the same into stacks: copies of another size or quality, crops, moments of a burst.

A stack is one leader and those that are near to *it*, so none grows by way of its members: in a scene that drifts away
the leader's likeness ends the stack, and another begins. Who leads follows from the photos alone and not from the
order in which they came: by ``Rank``, whoever is near no leader of a higher rank leads (the lexicographically first
maximal independent set). So a photo that comes in is compared with leaders only. Where it ranks above some that it is
near to, they follow it, and those that they led wait to be looked at once more; so they do when their leader goes.

The queue is rows, as the indexer's is, and nothing of it hangs on a model. A task of ``library``; the arithmetic is
done in a thread.
"""

import asyncio
import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from photoseek.allocator import give_back_what_is_left
from photoseek.catalogue import Catalogue, CatalogueError
from photoseek.domain import ContentId, Sketched, unpack_greys, unpack_sketches
from photoseek.library.detail import same_detail
from photoseek.library.leaders import Leaders
from photoseek.library.nearness import COPY, HINT, MOMENT, MOMENT_S, MOST_STRETCHED, heads, nearness

log = logging.getLogger(__name__)

TOGETHER = 16
"""Looked at in one turn and written in one transaction: beside 32 leaders each, that is 1 MiB of sketches."""
_FETCH = 512
_RETRY_S = 60.0

Placed = list[tuple[ContentId, ContentId]]


class Stacking:
    """Works off what waits for a stack."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._leaders: Leaders | None = None
        self._something_waits = asyncio.Event()
        self._behind = False

    @property
    def behind(self) -> bool:
        """Whether photos that can be searched may not be in their stacks yet."""
        return self._behind

    def follow(self) -> None:
        """Photos came or went."""
        self._behind = True
        self._something_waits.set()

    def wake(self) -> None:
        """Something may wait that nobody waits for."""
        self._something_waits.set()

    async def run(self) -> None:
        """Stack whatever waits, until cancelled."""
        self._leaders = None  # the catalogue may be another one by now
        self._something_waits.set()
        loop = asyncio.get_running_loop()
        while True:
            await self._something_waits.wait()
            self._something_waits.clear()
            try:
                while await self.stack_some():
                    pass
            except CatalogueError as error:
                log.info("Photos are stacked later: %s", error.message)
                loop.call_later(_RETRY_S, self.wake)
            if not self._something_waits.is_set():  # it is the last thing that is done about new photos
                await asyncio.to_thread(give_back_what_is_left)
            self._behind = self._something_waits.is_set() and self._behind

    async def stack_some(self) -> bool:
        """Place the next that wait; False if none did.

        Raises:
            CatalogueError: It can't be read or written.
        """
        waiting = await self._catalogue.unstacked(TOGETHER)
        if not waiting:
            return False
        leaders = self._leaders = self._leaders or await self._load()
        sketches = unpack_sketches([one.sketch for one in waiting])[0]
        coarse = heads(sketches)
        hinted = await asyncio.to_thread(leaders.hints, coarse)
        about = await self._catalogue.led_about(waiting, MOMENT_S)
        candidates = {one.content_id: {*hints, *ids} for one, hints, ids in zip(waiting, hinted, about, strict=True)}
        known = await self._catalogue.leaders(set().union(*candidates.values()))
        placed = await asyncio.to_thread(place, waiting, known, candidates)
        if await self._catalogue.stack(placed):
            self._leaders = None  # some went meanwhile
        else:
            _follow(leaders, placed, {one.content_id: head for one, head in zip(waiting, coarse, strict=True)})
        return True

    async def _load(self) -> Leaders:
        leaders, last = Leaders(), ContentId(0)
        while rows := await self._catalogue.all_leaders(_FETCH, last):
            ids, sketches = zip(*rows, strict=True)
            leaders.add(ids, await asyncio.to_thread(lambda some: heads(unpack_sketches(some)[0]), sketches))
            last = ids[-1]
        return leaders


def place(
    waiting: Sequence[Sketched], known: Sequence[Sketched], candidates: Mapping[ContentId, Collection[ContentId]]
) -> Placed:
    """Decide whom each of the photos follows, or that it leads itself; and which leaders follow it.

    Args:
        waiting: The photos.
        known: Leaders.
        candidates: Of each photo those that it may be near to. What leads from now on is seen to here.

    Returns:
        In this order, photos and leaders with the one that they follow from now on.
    """
    placed: Placed = []
    leading = {one.photo.content_id: one for one in _drawn(known)}
    new: list[_Drawn] = []
    for one in sorted(_drawn(waiting), key=lambda drawn: drawn.photo.rank):
        content_id = one.photo.content_id
        others = [leading[other] for other in candidates[content_id] if other in leading]
        near = one.near_ones(others + [other for other in new if one.hints_at(other)])
        above = {other: nearness for other, nearness in near.items() if leading[other].photo.rank < one.photo.rank}
        if above:
            placed.append((content_id, max(above, key=lambda other: above[other])))
            continue
        placed += [(content_id, content_id), *((other, content_id) for other in near)]
        for other in near:
            del leading[other]
        leading[content_id] = one
        new.append(one)
    return placed


@dataclass(frozen=True, eq=False)
class _Drawn:
    """A photo with its sketch unpacked."""

    photo: Sketched
    sketch: NDArray[np.float32]
    head: NDArray[np.float32]
    aspect: float

    def hints_at(self, other: "_Drawn") -> bool:
        """Whether it is worth a closer look."""
        return self._same_moment(other) or float(self.head @ other.head) > HINT

    def near_ones(self, others: Sequence["_Drawn"]) -> dict[ContentId, float]:
        """Those of the others that it is near to, and how near."""
        alike = [one for one in others if one.aspect / MOST_STRETCHED < self.aspect < one.aspect * MOST_STRETCHED]
        moments = [one for one in alike if self._same_moment(one)]
        copies = [one for one in alike if not self._same_moment(one)]
        return self._copies(copies) | self._nearer(moments, MOMENT, moments=True)

    def _copies(self, others: Sequence["_Drawn"]) -> dict[ContentId, float]:
        found = self._nearer(others, COPY)
        near = [one.photo for one in others if one.photo.content_id in found]
        if not near:
            return {}
        (mine,), barred = unpack_greys([self.photo.sketch])
        greys, others_barred = unpack_greys([one.sketch for one in near])
        same = same_detail(mine, greys, others_barred != barred)
        return {one.content_id: found[one.content_id] for one, is_same in zip(near, same, strict=True) if is_same}

    def _nearer(self, others: Sequence["_Drawn"], limit: float, *, moments: bool = False) -> dict[ContentId, float]:
        if not others:
            return {}
        found = nearness(self.sketch, np.stack([one.sketch for one in others]), moments=moments)
        return {
            one.photo.content_id: value for one, value in zip(others, found.tolist(), strict=True) if value >= limit
        }

    def _same_moment(self, other: "_Drawn") -> bool:
        one, two = self.photo, other.photo
        if one.taken_at is None or two.taken_at is None or one.camera != two.camera:
            return False
        return abs((one.taken_at - two.taken_at).total_seconds()) <= MOMENT_S


def _drawn(photos: Sequence[Sketched]) -> list[_Drawn]:
    sketches, aspects = unpack_sketches([one.sketch for one in photos])
    parts = zip(photos, sketches, heads(sketches), aspects.tolist(), strict=True)
    return [_Drawn(photo, sketch, head, aspect) for photo, sketch, head, aspect in parts]


def _follow(leaders: Leaders, placed: Placed, coarse: Mapping[ContentId, NDArray[np.float32]]) -> None:
    """Bring up what is held in memory of them."""
    new = [content_id for content_id, leader_id in placed if content_id == leader_id]
    if gone := [content_id for content_id, leader_id in placed if content_id != leader_id and content_id not in coarse]:
        leaders.remove(gone)
    if new:
        leaders.add(new, np.stack([coarse[content_id] for content_id in new]))
