"""Where files lie while they are received: a private folder for each request, gone when it is dealt with.

Used by ``library`` for what the API receives. What a killed daemon left is removed by the next one. File work runs
in threads.
"""

import asyncio
import secrets
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from photoseek.errors import NoRoomError


class Inbox:
    """A folder for what comes in; made when it is needed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._in_use: set[str] = set()

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Path]:
        """A new folder, closed to others; removed at the end with all that is in it.

        Raises:
            NoRoomError: The disk is full or can't be written to.
        """
        name = secrets.token_hex(8)
        self._in_use.add(name)
        folder = self._folder / name
        try:
            await asyncio.to_thread(_make, folder)
            yield folder
        finally:
            await asyncio.shield(asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True))
            self._in_use.discard(name)

    async def clean(self) -> None:
        """Remove what an earlier daemon left."""
        await asyncio.to_thread(self._clean)

    def _clean(self) -> None:
        for left in self._folder.glob("*"):
            if left.name not in self._in_use:
                shutil.rmtree(left, ignore_errors=True)


def _make(folder: Path) -> None:
    try:
        for above in (folder.parent.parent, folder.parent):
            above.mkdir(mode=0o700, exist_ok=True)
        folder.mkdir(mode=0o700)
    except OSError as error:
        raise NoRoomError.of(error) from error
