"""The file of the catalogue: how it is opened, put right where it is damaged, and closed.

What is asked of it and changed in it stands in ``catalogue``. Same threads.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Self, TypeVar

from photoseek.catalogue import checking, database, mending, opening, salvage
from photoseek.catalogue.database import Database
from photoseek.catalogue.faults import CorruptCatalogueError, DiskFullError, ReadOnlyCatalogueError
from photoseek.catalogue.migrations import refuse_newer, refuse_older
from photoseek.errors import CatalogueError

log = logging.getLogger(__name__)

T = TypeVar("T")


class OpenCatalogue:
    """A catalogue that is open, for reading at least."""

    def __init__(self, path: Path, database: Database, clock: Callable[[], float], *, read_only: bool = False) -> None:
        self._path = path
        self._database = database
        self._clock = clock
        self._read_only = read_only
        self._waits_for_room = False
        self._notes: list[str] = []

    @property
    def read_only(self) -> bool:
        """Whether every change is refused."""
        return self._read_only

    def check_writable(self) -> None:
        """Say before anything is done that a change would be refused.

        Raises:
            ReadOnlyCatalogueError: It would be; the message says why.
        """
        if self._read_only:
            raise ReadOnlyCatalogueError(" ".join(self._notes))

    @property
    def waits_for_room(self) -> bool:
        """Whether it is only read because its disk was full when it was opened; see ``become_writable``."""
        return self._waits_for_room

    @property
    def notes(self) -> list[str]:
        """What a person should know of this file, such as that it was damaged and made again; in sentences."""
        return list(self._notes)

    @classmethod
    async def open(cls, path: Path, clock: Callable[[], float] = time.time, *, read_only: bool = False) -> Self:
        """Open the catalogue at ``path``; one that is new or of an older photoseek is brought up to date.

        Args:
            path: The file; its folder exists.
            clock: Unix time in seconds.
            read_only: Make and migrate nothing; every change is refused.

        Raises:
            CatalogueError: The file can't be made or opened, is damaged, or was made by a newer photoseek.
        """
        database = Database(path)
        try:
            if read_only:
                await database.read(refuse_newer)
                await database.read(refuse_older)
            else:
                await database.open_writer(partial(opening.look, path), partial(opening.set_up, path))
        except BaseException:
            await database.close()
            raise
        return cls(path, database, clock, read_only=read_only)

    @classmethod
    async def open_anyhow(cls, path: Path, clock: Callable[[], float] = time.time) -> Self:
        """Open the catalogue; a damaged one is put aside and made again, one that can't be written is only read.

        ``notes`` then say so. On a full disk it ``waits_for_room``.

        Raises:
            CatalogueError: It can't be made or opened for another reason.
        """
        finished = await database.explained(asyncio.to_thread(salvage.finish, path))
        notes = finished or await asyncio.to_thread(opening.notice_loss, path)
        try:
            catalogue = await cls.open(path, clock)
        except CorruptCatalogueError as error:
            notes = await database.explained(asyncio.to_thread(salvage.rebuild, path, error.message, clock()))
            catalogue = await cls.open(path, clock)
        except ReadOnlyCatalogueError as error:
            notes = [f"{error.message} {error.hint}"]
            catalogue = await cls.open(path, clock, read_only=True)
        except DiskFullError as error:
            notes = [f"{error.message} {error.hint}"]
            catalogue = await cls._open_without_room(path, clock, error)
        catalogue._notes = notes
        return catalogue

    @classmethod
    async def _open_without_room(cls, path: Path, clock: Callable[[], float], full: DiskFullError) -> Self:
        try:
            catalogue = await cls.open(path, clock, read_only=True)
        except CatalogueError:
            raise full from None  # there is nothing yet that could be read
        catalogue._waits_for_room = True
        return catalogue

    async def become_writable(self) -> None:
        """Open for writing what ``waits_for_room``. Vectors that were read before may be those of another moment.

        Raises:
            DiskFullError: There is still no room; it can be read as before.
            CatalogueError: It can't be opened any more.
        """
        await self._reopen(lambda: None)
        self._read_only = self._waits_for_room = False
        self._notes = []

    async def close(self) -> None:
        """Wait for the changes under way, move the log into the file, close every connection."""
        await self._database.close()

    async def check(self) -> list[str]:
        """Look at every row; every finding as a sentence, none if all is well."""
        return await self._database.read(checking.check)

    async def damage(self) -> CorruptCatalogueError:
        """Wait for the next damage that anyone meets."""
        return await self._database.damage()

    def note_damage(self, error: CorruptCatalogueError) -> None:
        """Let ``damage`` tell of what was found."""
        self._database.note_damage(error)

    async def repair(self) -> list[str]:
        """Look at every row and put right what is wrong; who else asks meanwhile may have to wait.

        Damaged rows are thrown away, so that they wait and are made again. A damaged file is put aside (renamed,
        never deleted) and a new one is made with all that is beyond doubt. Content ids stay; whoever keeps an index
        has to build it again.

        Returns:
            What was done, in sentences; nothing if all was well.

        Raises:
            CatalogueError: It could not be done, such as on a full disk.
        """
        found = await self._database.read(checking.look_over)
        done: list[str] = []
        if found.in_rows and not found.in_file:
            done = await self._database.write(mending.mend, self._clock())
            log.warning("The catalogue was put right. %s", " ".join(done))
            found = await self._database.read(checking.look_over)
        if found:
            rebuild = partial(salvage.rebuild, self._path, (found.in_file + found.in_rows)[0], self._clock())
            done += await self._reopen(rebuild)
        self._notes += done
        return done

    async def _reopen(self, between: Callable[[], T]) -> T:
        return await self._database.reopen(
            between, partial(opening.look, self._path), partial(opening.set_up, self._path)
        )
