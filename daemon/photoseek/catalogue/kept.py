"""What outlives even the loss of the catalogue: which folders are watched, and the small facts such as a pause.

A copy in a small file beside the catalogue, replaced as a whole, with a checksum. Functions that block, called by
``catalogue`` in the writer's thread whenever one of these changes, and by ``salvage``.
"""

import logging
import sqlite3
import zlib
from pathlib import Path

import msgspec

from photoseek import durable
from photoseek.catalogue import facts, folders
from photoseek.catalogue.migrations import version

log = logging.getLogger(__name__)


class Kept(msgspec.Struct, frozen=True):
    """The copy.

    Attributes:
        schema: Version of the catalogue's tables.
        folders: Path of each watched folder by its id.
        facts: What ``Catalogue.remember`` keeps.
    """

    schema: int
    folders: dict[int, bytes]
    facts: dict[str, str]


def place(catalogue: Path) -> Path:
    """Where the copy of a catalogue lies."""
    return catalogue.with_suffix(".kept")


def keep(connection: sqlite3.Connection, catalogue: Path) -> None:
    """Bring the copy up to date. That it can't be written is only logged."""
    watched = {int(folder.id): folder.path for folder in folders.folders(connection)}
    kept = Kept(version(connection), watched, facts.all_facts(connection))
    if kept == read(catalogue):
        return
    body = msgspec.json.encode(kept)
    try:
        durable.write(place(catalogue), b"%08x\n" % zlib.crc32(body), body)
    except OSError as error:
        log.warning("The copy of the list of folders could not be written: %s", error.strerror)


def read(catalogue: Path) -> Kept | None:
    """The copy, or None where there is none that is beyond doubt."""
    try:
        head, _, body = place(catalogue).read_bytes().partition(b"\n")
        return msgspec.json.decode(body, type=Kept) if head == b"%08x" % zlib.crc32(body) else None
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return None


def restore(connection: sqlite3.Connection, kept: Kept) -> None:
    """Let a new catalogue watch the folders that the copy knows."""
    for folder_id, path in kept.folders.items():
        folders.put_back(connection, folder_id, path)
    for key, value in kept.facts.items():
        facts.remember(connection, key, value)
