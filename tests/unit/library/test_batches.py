import asyncio

from photoseek.library.batches import batches


async def collect(numbers: list[int | None], size: int) -> list[list[int]]:
    queue: asyncio.Queue[int | None] = asyncio.Queue()
    for number in numbers:
        queue.put_nowait(number)
    return [batch async for batch in batches(queue, lambda: size)]


async def test_batches_are_full_but_for_the_last() -> None:
    assert await collect([1, 2, 3, 4, 5, 6, 7, None], 3) == [[1, 2, 3], [4, 5, 6], [7]]


async def test_a_last_batch_that_is_full_is_followed_by_none() -> None:
    assert await collect([1, 2, None], 2) == [[1, 2]]


async def test_nothing_decoded_is_no_batch() -> None:
    assert await collect([None], 4) == []


async def test_a_picture_does_not_wait_for_a_batch_that_does_not_fill() -> None:
    queue: asyncio.Queue[int | None] = asyncio.Queue()
    queue.put_nowait(1)
    coming = batches(queue, lambda: 16)
    assert await anext(coming) == [1]
    queue.put_nowait(None)
    assert [batch async for batch in coming] == []
