"""The numbers of what happens to the library: they only go up, over restarts too, and wake who waits for the next.

One for the whole library, made by ``library``; ``arrival``, ``events`` and ``upkeep`` use it. Runs in the event loop.
"""

import asyncio


class Tally:
    """Counts.

    Args:
        start: Larger than any number of an earlier run; Unix time in milliseconds is, for fewer things happen.
    """

    def __init__(self, start: int) -> None:
        self._now = start
        self._moved = asyncio.Event()

    @property
    def now(self) -> int:
        """Of the last thing that happened."""
        return self._now

    def advance(self) -> int:
        """Something happened; its number."""
        self._now += 1
        self._moved.set()
        self._moved = asyncio.Event()
        return self._now

    async def beyond(self, number: int) -> None:
        """Wait until more happened than ``number``."""
        while self._now <= number:
            await self._moved.wait()
