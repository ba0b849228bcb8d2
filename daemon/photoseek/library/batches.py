"""Puts what comes one by one into batches. Used by ``indexer``, in the event loop."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import TypeVar

T = TypeVar("T")

FILL_S = 0.25
"""A batch that doesn't fill goes off after this time: the last pictures, or a single new one, shouldn't wait."""


async def batches(queue: asyncio.Queue[T | None], size: Callable[[], int]) -> AsyncIterator[list[T]]:
    """Full batches, and what there is where no more comes for ``FILL_S``; ends at None."""
    batch: list[T] = []
    while True:
        try:
            async with asyncio.timeout(FILL_S if batch else None):
                one = await queue.get()
        except TimeoutError:
            yield batch
            batch = []
            continue
        if one is not None:
            batch.append(one)
        if batch and (one is None or len(batch) >= size()):
            yield batch
            batch = []
        if one is None:
            return
