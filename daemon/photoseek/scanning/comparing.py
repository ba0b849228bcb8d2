"""The decision what changed. Pure."""

import os
from collections.abc import Mapping

from photoseek.domain import Changes, FileStamp, FoundFile
from photoseek.scanning.walking import Walk


def compare(on_disk: Walk, known: Mapping[bytes, FileStamp]) -> Changes:
    """How a folder differs from what is known of it.

    Args:
        on_disk: What the walk found, of the whole folder or of the places that ``known`` covers.
        known: The catalogue's files of the same places, by relative path.
    """
    files = on_disk.files
    if files == known:
        return Changes()
    unknown = frozenset(on_disk.unreadable)
    return Changes(
        found=[FoundFile(path, stamp) for path, stamp in files.items() if known.get(path) != stamp],
        vanished=[path for path in known if path not in files and not _lies_in(path, unknown)],
    )


def _lies_in(path: bytes, places: frozenset[bytes]) -> bool:
    """Whether a path is or lies in a place that wasn't looked into: nobody knows whether it is gone."""
    if not places:
        return False
    while path not in places:
        if not path:
            return False
        path = os.path.dirname(path)  # noqa: PTH120 - bytes
    return True
