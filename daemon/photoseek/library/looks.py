"""Looks once more at files that turned out to be others than were found: gone, replaced, or still being written.

Used by ``indexer``, in the event loop.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable

from photoseek.domain import FileId

QUIET_S = 2.0
"""A file that is another than it was, again, is left alone for so long: somebody is writing it."""
LOOKS = 15
"""A file that is still another after so many looks is a problem, until its next change is seen."""


class SecondLooks:
    """Counts the looks of one drain.

    Args:
        look_again: Goes through the place of a path.
    """

    def __init__(self, look_again: Callable[[bytes], Awaitable[None]]) -> None:
        self._look_again = look_again
        self._looks: Counter[FileId] = Counter()

    async def take(self, file_id: FileId, path: bytes) -> bool:
        """Look; False where that was done often enough."""
        self._looks[file_id] += 1
        if self._looks[file_id] > LOOKS:
            return False
        if self._looks[file_id] > 1:
            await asyncio.sleep(QUIET_S)
        await self._look_again(path)
        return True

    def clear(self) -> None:
        """Begin anew."""
        self._looks.clear()
