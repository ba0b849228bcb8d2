"""Whether a folder can be watched, said at once and in words."""

import os
from collections.abc import Sequence
from pathlib import Path

from photoseek.domain import Folder
from photoseek.errors import FolderError


def check_new_folder(path: str | bytes, watched: Sequence[Folder], *, inner: bytes = b"") -> bytes:
    """The folder's absolute path, with symbolic links followed.

    Args:
        path: Of the new folder.
        watched: All others.
        inner: One of the others that may lie in the new one: a scan of that one doesn't come to it.

    Raises:
        FolderError: It is not there, is no folder, can't be read, is a whole file system, or overlaps with a
            watched one.
    """
    given = Path(os.fsdecode(path))
    shown = str(given).encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    try:
        real = given.expanduser().resolve(strict=True)
    except (FileNotFoundError, NotADirectoryError):
        raise FolderError(f"There is no folder {shown}.", "Check the spelling, or connect its disk.") from None
    except (OSError, RuntimeError, ValueError):
        raise FolderError(f"{shown} can't be followed to a folder.", "Check its links and permissions.") from None
    if not real.is_dir():
        raise FolderError(f"{shown} is not a folder.", "Name the folder that holds it.")
    if real.parent == real:
        raise FolderError(f"{shown} is a whole disk with its system.", "Name the folders that hold pictures.")
    _check_readable(real, shown)
    for folder in watched:
        old = Path(os.fsdecode(folder.path)).resolve()
        if folder.path != inner or real not in old.parents:
            _check_apart(real, old, shown)
    return os.fsencode(real)


def _check_readable(folder: Path, shown: str) -> None:
    try:
        with os.scandir(folder):
            pass
        if not os.access(folder, os.X_OK):
            raise PermissionError
    except OSError:
        hint = "Give yourself the permission to read it, and on macOS photoseek the access to files."
        raise FolderError(f"{shown} can't be read.", hint) from None


def _check_apart(new: Path, old: Path, shown: str) -> None:
    other = os.fsencode(old).decode("utf-8", "replace")
    if new == old:
        raise FolderError(f"{shown} is watched already.", "There is nothing to do.")
    if new.is_relative_to(old):
        raise FolderError(f"{shown} lies in {other}, which is watched.", "Its pictures are found already.")
    if old.is_relative_to(new):
        raise FolderError(f"{shown} holds {other}, which is watched.", "Remove that one first.")
