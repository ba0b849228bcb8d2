"""What is looked at and set up when the catalogue is opened for writing. Functions that block, for ``catalogue``."""

import logging
import sqlite3
from pathlib import Path

from photoseek.catalogue import files, folders, kept, shifts
from photoseek.catalogue.faults import CorruptCatalogueError
from photoseek.catalogue.migrations import MIGRATIONS, migrate, refuse_newer, version

log = logging.getLogger(__name__)


def notice_loss(path: Path) -> list[str]:
    """A note for a person where there is no catalogue, but a copy of its list of folders."""
    if kept.read(path) is None or (path.exists() and path.stat().st_size):
        return []
    words = "The catalogue was gone. A new one was made, with the folders that were watched before."
    log.warning("%s", words)
    return [words]


def look(path: Path, connection: sqlite3.Connection) -> None:
    """Refuse a newer catalogue, but not one whose damaged header looks like it."""
    copy = kept.read(path)
    if copy is not None and copy.schema == len(MIGRATIONS) < version(connection):
        raise CorruptCatalogueError("The catalogue is damaged: wrong version in its header.", "Run `photoseek repair`.")
    refuse_newer(connection)


def set_up(path: Path, connection: sqlite3.Connection, unclean: bool) -> None:
    """Bring the tables up to date, and do what has to be done once for the writing connection.

    A new file takes over what was kept of one that was lost. After a power cut the catalogue can be older than it was.
    """
    migrate(connection)
    copy = kept.read(path)
    if copy is not None and not folders.ever_had_any(connection):
        connection.execute("BEGIN IMMEDIATE")
        kept.restore(connection, copy)
        shifts.leap(connection)
        connection.execute("COMMIT")
    elif unclean:
        shifts.leap(connection)
    shifts.prepare(connection)
    files.prepare(connection)
    kept.keep(connection, path)
