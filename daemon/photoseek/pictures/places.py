"""Who may use a worker next: what a person waits for goes before the indexing, but doesn't keep it from its turn.

Used by `PicturePool` on the daemon's event loop.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from photoseek.pictures.results import BusyDecodersError

# With the quickest pictures, some hundred a second on two processors, the last in the line waits for about a second.
_URGENT_WAITING = 128

# While a page full of thumbnails is drawn, every fourth place is the indexing's.
_URGENT_IN_A_ROW = 3


class Places:
    """So many tasks in work at a time; the others wait in two lines."""

    def __init__(self, count: int) -> None:
        self._free = count
        self._urgent: deque[asyncio.Future[None]] = deque()
        self._patient: deque[asyncio.Future[None]] = deque()
        self._urgent_in_a_row = 0

    @asynccontextmanager
    async def place(self, *, urgent: bool) -> AsyncIterator[None]:
        """Wait for a place and hold it.

        Args:
            urgent: Somebody sits there and waits.

        Raises:
            BusyDecodersError: Too many wait in the urgent line.
        """
        await self._take(self._urgent if urgent else self._patient)
        try:
            yield
        finally:
            self._give_back()

    async def _take(self, line: deque[asyncio.Future[None]]) -> None:
        if self._free and not self._urgent and not self._patient:
            self._free -= 1
            return
        if line is self._urgent and len(line) >= _URGENT_WAITING:
            raise BusyDecodersError("Too many pictures are being asked for at once.", "Ask again in a few seconds.")
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        line.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # the place came at the same moment
                self._give_back()
            with suppress(ValueError):
                line.remove(turn)
            raise

    def _give_back(self) -> None:
        while self._urgent or self._patient:
            turn = self._next().popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1

    def _next(self) -> deque[asyncio.Future[None]]:
        if self._urgent and (not self._patient or self._urgent_in_a_row < _URGENT_IN_A_ROW):
            self._urgent_in_a_row += 1
            return self._urgent
        self._urgent_in_a_row = 0
        return self._patient or self._urgent
