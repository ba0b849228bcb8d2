"""Who gets a worker next: people before the indexing, and the indexing all the same."""

import asyncio

import pytest

from photoseek.pictures import BusyDecodersError
from photoseek.pictures.places import _URGENT_WAITING, Places


class Worked:
    """Tasks that note when their turn was; each gives its place back at once."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self.order: list[str] = []
        self.tasks: list[asyncio.Task[None]] = []

    def want(self, name: str, *, urgent: bool) -> asyncio.Task[None]:
        async def work() -> None:
            async with self.places.place(urgent=urgent):
                self.order.append(name)

        self.tasks.append(asyncio.create_task(work(), name=name))
        return self.tasks[-1]

    async def line_up(self) -> None:
        """Let every task come to where it waits."""
        for _ in range(3):
            await asyncio.sleep(0)

    async def end(self) -> None:
        await asyncio.gather(*self.tasks, return_exceptions=True)


async def test_who_is_waited_for_goes_first_and_the_indexing_gets_every_fourth_place() -> None:
    worked = Worked(Places(1))
    async with worked.places.place(urgent=False):
        for number in range(2):
            worked.want(f"index {number}", urgent=False)
        for number in range(7):
            worked.want(f"person {number}", urgent=True)
        await worked.line_up()
        assert worked.order == []
    await worked.end()
    people = [f"person {number}" for number in range(7)]
    assert worked.order == [*people[:3], "index 0", *people[3:6], "index 1", people[6]]


async def test_a_line_that_is_too_long_is_said_at_once_and_the_indexing_may_still_wait() -> None:
    worked = Worked(Places(1))
    async with worked.places.place(urgent=True):
        for number in range(_URGENT_WAITING):
            worked.want(f"person {number}", urgent=True)
        await worked.line_up()
        with pytest.raises(BusyDecodersError):
            async with worked.places.place(urgent=True):
                pass
        worked.want("index", urgent=False)
        await worked.line_up()
    await worked.end()
    assert len(worked.order) == _URGENT_WAITING + 1


async def test_who_goes_away_leaves_no_place_taken() -> None:
    worked = Worked(Places(1))
    async with worked.places.place(urgent=True):
        gone = worked.want("gone", urgent=True)
        too_late = worked.want("too late", urgent=True)
        worked.want("stays", urgent=True)
        await worked.line_up()
        gone.cancel()
        await worked.line_up()
    too_late.cancel()  # its place was given to it just now
    await worked.end()
    assert worked.order == ["stays"]
    async with asyncio.timeout(1), worked.places.place(urgent=False):
        pass


async def test_no_more_work_at_a_time_than_there_are_places() -> None:
    places, at_work, most = Places(3), 0, 0

    async def work(urgent: bool) -> None:
        nonlocal at_work, most
        async with places.place(urgent=urgent):
            at_work += 1
            most = max(most, at_work)
            await asyncio.sleep(0)
            at_work -= 1

    await asyncio.gather(*(work(number % 2 == 0) for number in range(50)))
    assert most == 3
