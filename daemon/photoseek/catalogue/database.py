"""The threads and connections of the catalogue: one writer, a few readers, each with a connection of its own.

A function of this room takes a connection and blocks; ``Database`` ships it to a thread and wraps it in one
transaction. The shape is Datasette's ``database.py``. WAL lets the readers work beside the writer
(https://sqlite.org/wal.html).
"""

import asyncio
import sqlite3
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from photoseek.catalogue.connections import Look, SetUp, open_for_reading, open_for_writing
from photoseek.catalogue.faults import CorruptCatalogueError, DiskFullError, ReadOnlyCatalogueError, in_words
from photoseek.errors import CatalogueError

P = ParamSpec("P")
T = TypeVar("T")

_READERS = 3


class Database:
    """A SQLite file with its threads. Made by ``open``; ``close`` it in the end."""

    def __init__(self, path: Path) -> None:
        self._path = path.absolute()
        self._writer: sqlite3.Connection | None = None
        self._readers: list[sqlite3.Connection] = []
        self._closed = False
        self._damage: asyncio.Queue[CorruptCatalogueError] = asyncio.Queue(1)
        self._there = asyncio.Event()
        self._there.set()
        self._begin()

    def _begin(self) -> None:
        self._writer_thread = ThreadPoolExecutor(1, thread_name_prefix="catalogue-writer")
        self._reader_threads = ThreadPoolExecutor(_READERS, thread_name_prefix="catalogue-reader")
        self._own = threading.local()

    async def open_writer(self, look: Look, set_up: SetUp) -> None:
        """Make the file if there is none, private to this person, and open the writing connection.

        Args:
            look: Sees the file through a connection that can't write, before anything else; may raise.
            set_up: Gets the writing connection before anyone else does, and whether the last one that had the file
                came to no clean end.

        Raises:
            ReadOnlyCatalogueError: It lies where nothing can be written.
            CatalogueError: The file can't be made, opened or set up.
        """
        await self._ship(lambda: self._writer_thread, self._open_writer, look, set_up)

    async def reopen(self, between: Callable[[], T], look: Look, set_up: SetUp) -> T:
        """Close every connection, do something with the file, open it again. Who asks meanwhile has to wait.

        Raises:
            DiskFullError: It could not be done; where ``between`` was done, it can still be read.
            CatalogueError: It could not be done, or the file can't be opened; it is closed from now on.
        """
        self._there.clear()
        self._closed = True
        try:
            await asyncio.to_thread(self._close)
            answer = await explained(asyncio.to_thread(between))
            self._begin()
            self._closed = False
            opening = asyncio.get_running_loop().run_in_executor(self._writer_thread, self._open_writer, look, set_up)
            await explained(opening)
        except DiskFullError:
            raise
        except BaseException:
            self._closed = True
            raise
        finally:
            self._there.set()
            self._clear_damage()
        return answer

    async def damage(self) -> CorruptCatalogueError:
        """The next damage that any read or write meets."""
        return await self._damage.get()

    async def write(
        self, step: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run ``step`` on the writer's thread, in one transaction that is taken back when it raises.

        A caller that is cancelled meanwhile gets no answer, but the transaction ends by itself.

        Raises:
            CatalogueError: SQLite refused, or this catalogue was opened for reading only.
        """

        def run() -> T:
            if self._writer is None:
                raise ReadOnlyCatalogueError(
                    "The catalogue was opened for reading only.", "See that photoseek's data folder can be written."
                )
            writer = self._writer
            return _believing(TypeError, lambda: _in_transaction(writer, lambda one: step(one, *args, **kwargs)))

        return await self._ship(lambda: self._writer_thread, run)

    async def shrink(self) -> None:
        """Write the file anew without the room of what was deleted: who writes waits for it, who reads doesn't.

        Raises:
            CatalogueError: SQLite refused, as where there is no room for both; nothing is lost.
        """

        def run() -> None:
            if self._writer is not None:
                self._writer.execute("VACUUM")

        await self._ship(lambda: self._writer_thread, run)

    async def read(self, step: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run ``step`` on a reader's thread; all it reads is of one moment.

        Raises:
            CatalogueError: SQLite refused.
        """

        def run() -> T:
            reader = self._reader()
            return _believing(
                (TypeError, ValueError), lambda: _at_one_moment(reader, lambda one: step(one, *args, **kwargs))
            )

        return await self._ship(lambda: self._reader_threads, run)

    async def close(self) -> None:
        """Wait for what is under way, then close every connection. May be called twice."""
        self._closed = True
        await asyncio.to_thread(self._close)

    async def _ship(self, threads: Callable[[], ThreadPoolExecutor], run: Callable[..., T], *args: object) -> T:
        """Run it there; the threads are looked up after the wait, since a reopening replaces them."""
        await self._there.wait()
        if self._closed:
            raise CatalogueError("The catalogue is closed.")
        try:
            return await explained(asyncio.get_running_loop().run_in_executor(threads(), run, *args))
        except CorruptCatalogueError as error:
            self.note_damage(error)
            raise

    def note_damage(self, error: CorruptCatalogueError) -> None:
        """Let ``damage`` tell of it; of several one is enough."""
        if self._damage.empty():
            self._damage.put_nowait(error)

    def _clear_damage(self) -> None:
        while not self._damage.empty():
            self._damage.get_nowait()

    def _open_writer(self, look: Look, set_up: SetUp) -> None:
        self._writer = open_for_writing(self._path, look, set_up)

    def _reader(self) -> sqlite3.Connection:
        """This thread's connection."""
        if not hasattr(self._own, "connection"):
            self._own.connection = open_for_reading(self._path)
            self._readers.append(self._own.connection)
        connection: sqlite3.Connection = self._own.connection
        return connection

    def _close(self) -> None:
        """The writer goes last: the last connection of all moves the WAL into the file and removes it."""
        self._reader_threads.shutdown()
        self._writer_thread.shutdown()
        while self._readers:
            self._readers.pop().close()
        if self._writer is not None:
            self._writer.close()
            self._writer = None


async def explained(answer: Awaitable[T]) -> T:
    """What goes wrong, as an error for a person."""
    try:
        return await answer
    except sqlite3.ProgrammingError:
        raise  # a mistake in this room, not in the file
    except sqlite3.Error as error:
        raise in_words(error) from error
    except UnicodeDecodeError as error:  # SQLite quotes the file in its complaint, and Python can't read the quotation
        raise CorruptCatalogueError("The catalogue is damaged.", "Run `photoseek repair`.") from error
    except OSError as error:
        raise CatalogueError(
            f"The catalogue can't be opened: {error.strerror}.", "See that photoseek's data folder can be written."
        ) from error


def _believing(doubts: type[Exception] | tuple[type[Exception], ...], work: Callable[[], T]) -> T:
    """Do the work; a column of a type that it can't have (on a damaged page it can) becomes an error of its own."""
    try:
        return work()
    except doubts as error:
        raise CorruptCatalogueError(
            f"The catalogue is damaged: a row can't be read ({type(error).__name__}).", "Run `photoseek repair`."
        ) from error


def _in_transaction(connection: sqlite3.Connection, step: Callable[[sqlite3.Connection], T]) -> T:
    connection.execute("BEGIN IMMEDIATE")
    try:
        answer = step(connection)
        connection.execute("COMMIT")
    except BaseException:
        connection.rollback()  # nothing where a full disk has made SQLite take it back by itself
        raise
    return answer


def _at_one_moment(connection: sqlite3.Connection, step: Callable[[sqlite3.Connection], T]) -> T:
    """Nothing was written, so there is nothing to commit; and a commit fails where a damaged page was met."""
    connection.execute("BEGIN")
    try:
        return step(connection)
    finally:
        connection.rollback()  # nothing where want of memory has made SQLite take it back by itself
