"""Writing files so that a crash leaves the old one or the new one, never half of one.

Used by every room that writes a file of its own; knows nothing of what is in it.
The order (temporary file, fsync, replace, fsync of the folder) is restic's local backend's.
"""

import glob
import os
import secrets
from pathlib import Path


def write(path: Path, *data: bytes | memoryview, mode: int = 0o600, sync: bool = True) -> None:
    """Replace the file at ``path`` by one that holds ``data``.

    Args:
        path: Where the file shall lie; its folder exists.
        data: All of the new content, in one piece or several.
        mode: Permissions of the new file, set before any byte is in it.
        sync: Whether to wait until the disk has it. ``False`` for what can be made again.

    Raises:
        OSError: The folder is missing, read-only or full; an old file is as it was.
    """
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), mode)
        with open(descriptor, "wb") as file:  # noqa: PTH123 - it takes the descriptor over
            file.writelines(data)
            if sync:
                file.flush()
                os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    if sync:
        sync_folder(path.parent)


def remove_drafts(path: Path) -> None:
    """Remove what a kill left of files that were to lie at ``path``. Nobody may be writing one.

    Raises:
        OSError: One can't be removed.
    """
    for draft in path.parent.glob(f".{glob.escape(path.name)}.*.tmp"):
        draft.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Make a rename inside ``folder`` last through a power cut, where the system can (Windows can't)."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
