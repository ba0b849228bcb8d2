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
    hidden = tuple(os.path.join(folder, b"") for folder in on_disk.unreadable)  # noqa: PTH118 - bytes
    return Changes(
        found=[FoundFile(path, stamp) for path, stamp in files.items() if known.get(path) != stamp],
        vanished=[path for path in known if path not in files and not _is_below(path, hidden)],
    )


def _is_below(path: bytes, folders: tuple[bytes, ...]) -> bool:
    """Whether a path lies in a folder that couldn't be read: nobody knows whether it is gone."""
    return bool(folders) and (b"" in folders or path.startswith(folders))
