"""Whether a folder can be watched, said at once and in words; those don't repeat the path that was given."""

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
    try:
        real = given.expanduser().resolve(strict=True)
    except (FileNotFoundError, NotADirectoryError):
        raise FolderError("There is no such folder.", "Check the spelling, or connect its disk.") from None
    except (OSError, RuntimeError, ValueError):
        raise FolderError("This can't be followed to a folder.", "Check its links and permissions.") from None
    if not real.is_dir():
        raise FolderError("This is not a folder.", "Name the folder that holds it.")
    if real.parent == real:
        raise FolderError("This is a whole disk with its system.", "Name the folders that hold pictures.")
    _check_readable(real)
    for folder in watched:
        old = Path(os.fsdecode(folder.path)).resolve()
        if folder.path != inner or real not in old.parents:
            _check_apart(real, old)
    return os.fsencode(real)


def _check_readable(folder: Path) -> None:
    try:
        with os.scandir(folder):
            pass
        if not os.access(folder, os.X_OK):
            raise PermissionError
    except OSError:
        hint = "Give yourself the permission to read it, and on macOS photoseek the access to files."
        raise FolderError("This folder can't be read.", hint) from None


def _check_apart(new: Path, old: Path) -> None:
    other = os.fsencode(old).decode("utf-8", "replace")
    if new == old:
        raise FolderError("This folder is watched already.", "There is nothing to do.")
    if new.is_relative_to(old):
        raise FolderError(f"This folder lies in {other}, which is watched.", "Its pictures are found already.")
    if old.is_relative_to(new):
        raise FolderError(f"This folder holds {other}, which is watched.", "Remove that one first.")
