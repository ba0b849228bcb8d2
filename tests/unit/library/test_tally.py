"""Numbers only go up, and wake whoever waits for the next."""

import asyncio

from photoseek.library.tally import Tally


async def test_each_happening_has_a_number_of_its_own() -> None:
    tally = Tally(7)
    assert [tally.advance(), tally.advance(), tally.now] == [8, 9, 9]


async def test_all_who_wait_are_woken_by_the_next() -> None:
    tally = Tally(7)
    waiting = [asyncio.create_task(tally.beyond(number)) for number in (7, 7, 8)]
    await asyncio.sleep(0)
    tally.advance()
    await asyncio.gather(*waiting[:2])
    assert not waiting[2].done()
    tally.advance()
    await waiting[2]


async def test_nobody_waits_for_what_has_been() -> None:
    await Tally(7).beyond(6)
