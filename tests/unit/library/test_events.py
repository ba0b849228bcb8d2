"""What listeners are told: all of the state, the sum of what changed, and when to ask anew."""

import asyncio
from collections.abc import AsyncIterator, Collection
from dataclasses import replace

import pytest
import pytest_asyncio

from photoseek.catalogue import CatalogueError
from photoseek.domain import (
    ContentId,
    Counts,
    Event,
    FoldersChanged,
    IndexShift,
    Md5,
    ModelStatus,
    PhotoId,
    PhotosChanged,
    Progress,
    ProgressChanged,
    Status,
    StatusChanged,
)
from photoseek.library import Listener, events
from photoseek.library.events import NAMED, Events
from photoseek.library.tally import Tally

START = 1000


class Place:
    """A library as far as events go: a state to look at, contents to name."""

    def __init__(self) -> None:
        self.status = Status(ModelStatus("m", "ready", 3), Progress(), Counts())
        self.looks = 0
        self.failures = 0
        self.named = asyncio.Event()
        self.events = Events(Tally(START), self.look, self.name)

    async def look(self) -> Status:
        self.looks += 1
        return self.status

    async def name(self, content_ids: Collection[ContentId]) -> dict[ContentId, Md5]:
        if self.failures:
            self.failures -= 1
            raise CatalogueError("not now")
        self.named.set()
        return {one: Md5(one.to_bytes(16, "big")) for one in content_ids}

    def come(self, *numbers: int) -> None:
        self.events.note(IndexShift(0, appeared=[ContentId(number) for number in numbers]))

    def go(self, *numbers: int) -> None:
        self.events.note(IndexShift(0, vanished=[ContentId(number) for number in numbers]))

    def work(self, done: int) -> None:
        self.status = replace(self.status, progress=Progress("indexing", done, 100))
        self.events.note(IndexShift(0))


@pytest_asyncio.fixture
async def place(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Place]:
    monkeypatch.setattr(events, "TICK_S", 0.002)
    place = Place()
    running = asyncio.create_task(place.events.run())
    yield place
    running.cancel()
    await asyncio.wait({running})


def ids(*numbers: int) -> list[PhotoId]:
    return [PhotoId(number.to_bytes(16, "big").hex()) for number in numbers]


async def photos(listener: Listener) -> PhotosChanged:
    """The next change of photos; whatever else is told before is passed over."""
    while True:
        for event in await listener.next():
            if isinstance(event, PhotosChanged):
                return event


def kinds(news: list[Event]) -> set[type[Event]]:
    return {type(event) for event in news}


async def test_who_begins_to_listen_gets_the_state_as_it_is(place: Place) -> None:
    async with place.events.listen(None) as listener:
        news = await listener.next()
    assert kinds(news) == {StatusChanged, FoldersChanged, ProgressChanged}
    assert [event.seq for event in news] == sorted(event.seq for event in news)
    assert not any(event.reset for event in news if isinstance(event, StatusChanged))


async def test_only_what_changed_is_told(place: Place) -> None:
    async with place.events.listen(None) as listener:
        await listener.next()
        place.work(7)
        news = await listener.next()
    assert [type(event) for event in news] == [ProgressChanged]
    assert isinstance(news[0], ProgressChanged)
    assert news[0].progress.done == 7


async def test_a_change_that_nobody_reported_is_seen_all_the_same(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "LOOK_S", 0.01)
    async with place.events.listen(None) as listener:
        await listener.next()
        place.status = replace(place.status, model=ModelStatus("m", "unloaded", 3))
        assert kinds(await listener.next()) == {StatusChanged}


async def test_nobody_looks_while_nobody_listens(place: Place) -> None:
    place.come(1)
    await place.named.wait()
    assert place.looks == 0


async def test_photos_are_told_by_their_public_ids(place: Place) -> None:
    async with place.events.listen(None) as listener:
        place.come(1, 2)
        change = await photos(listener)
        assert (change.added, change.added_count) == (ids(1, 2), 2)
        place.go(2)
        change = await photos(listener)
        assert (change.added, change.removed, change.removed_count) == ([], ids(2), 1)


async def test_a_photo_that_comes_and_goes_at_once_is_not_told(place: Place) -> None:
    async with place.events.listen(None) as listener:
        place.come(1, 2)
        place.go(1)
        place.go(3)
        place.come(3)
        change = await photos(listener)
    assert (change.added, change.removed, change.added_count, change.removed_count) == (ids(2), [], 1, 0)


async def test_of_very_many_photos_all_are_counted_and_the_first_are_named(place: Place) -> None:
    async with place.events.listen(None) as listener:
        place.come(*range(1, 20_001))
        change = await photos(listener)
    assert (len(change.added), change.added_count) == (NAMED, 20_000)


async def test_a_slow_listener_gets_the_sum_and_takes_no_memory(place: Place) -> None:
    async with place.events.listen(None) as slow, place.events.listen(None) as quick:
        await slow.next()
        for number in range(1, 31):
            place.come(number)
            await photos(quick)
        news = [event for event in await slow.next() if isinstance(event, PhotosChanged)]
    assert [(event.added, event.added_count) for event in news] == [(ids(*range(1, 31)), 30)]


async def test_who_was_away_goes_on_where_it_was(place: Place) -> None:
    async with place.events.listen(None) as listener:
        place.come(1)
        heard = (await photos(listener)).seq
    place.come(2)
    place.come(3)
    place.work(5)
    async with place.events.listen(heard) as listener:
        change = await photos(listener)
    assert (change.added, change.added_count) == (ids(2, 3), 2)


async def test_who_heard_the_last_event_is_told_nothing_twice(place: Place) -> None:
    async with place.events.listen(None) as listener:
        heard = (await listener.next())[-1].seq
    async with place.events.listen(heard) as listener:
        place.work(5)
        assert kinds(await listener.next()) == {ProgressChanged}


@pytest.mark.parametrize("after", [-1, 0, START - 1, START + 1_000_000])
async def test_who_heard_what_nobody_remembers_is_told_to_ask_anew(place: Place, after: int) -> None:
    async with place.events.listen(after) as listener:
        news = await listener.next()
        assert kinds(news) == {StatusChanged, FoldersChanged, ProgressChanged}
        assert [event.reset for event in news if isinstance(event, StatusChanged)] == [True]
        place.come(1)
        assert (await photos(listener)).added == ids(1)


async def test_a_listener_that_falls_too_far_behind_is_told_to_ask_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "TICK_S", 0.002)
    monkeypatch.setattr(events, "REMEMBERED", 4)
    place = Place()
    running = asyncio.create_task(place.events.run())
    async with place.events.listen(None) as slow, place.events.listen(None) as quick:
        await slow.next()
        for number in range(1, 10):
            place.come(number)
            await photos(quick)
        assert len(place.events.changes) == 4
        news = await slow.next()
        assert [event.reset for event in news if isinstance(event, StatusChanged)] == [True]
        assert PhotosChanged not in kinds(news)
        place.come(10)
        assert (await photos(slow)).added == ids(10)
    running.cancel()
    await asyncio.wait({running})


async def test_everyone_is_told_to_ask_anew_when_the_photos_are_in_doubt(place: Place) -> None:
    async with place.events.listen(None) as listener:
        await listener.next()
        place.events.start_over()
        news = await listener.next()
        assert [event.reset for event in news if isinstance(event, StatusChanged)] == [True]


async def test_no_photo_is_lost_where_the_catalogue_does_not_answer(place: Place) -> None:
    place.failures = 3
    async with place.events.listen(None) as listener:
        place.come(1, 2)
        place.go(9)
        change = await photos(listener)
    assert (set(change.added), change.removed) == (set(ids(1, 2)), ids(9))
    assert place.failures == 0


async def test_the_number_of_an_event_is_known_as_one(place: Place) -> None:
    async with place.events.listen(None) as listener:
        told = [event.seq for event in await listener.next()]
    assert all(place.events.was_told(seq) for seq in told)
    assert not place.events.was_told(START)


async def test_a_listener_that_is_let_go_hears_the_end(place: Place) -> None:
    async with place.events.listen(None) as listener:
        await listener.next()
        waiting = asyncio.create_task(listener.next())
        await asyncio.sleep(0)
        listener.end()
        assert await waiting == []
