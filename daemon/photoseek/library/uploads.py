"""Pictures that a person sends: known ones are told apart, the others proven to be pictures and saved.

They are saved in the uploads folder, one of the watched folders from the first of them on; nothing in it is ever
overwritten, and nothing is saved of what is no picture. Called by ``library`` in the event loop; file work runs in
threads.
"""

import asyncio
import contextlib
import filecmp
import logging
import os
from collections.abc import Callable, Sequence
from pathlib import Path

from photoseek import durable
from photoseek.catalogue import Catalogue
from photoseek.domain import (
    Addition,
    FileStamp,
    Folder,
    FolderId,
    FolderState,
    FoundFile,
    Md5,
    PhotoFile,
    Received,
    photo_id,
)
from photoseek.errors import NoRoomError, PictureError
from photoseek.library.inbox import Inbox
from photoseek.library.index import LiveIndex
from photoseek.library.naming import safe_names, suffix_refusal
from photoseek.pictures import PicturePool, Verified
from photoseek.scanning import is_ignored

log = logging.getLogger(__name__)

_INBOX = ".incoming"
"""Hidden in the uploads folder: no scan looks there, and what is saved is moved on the same disk."""


class Uploads:
    """Takes in what a person sends.

    Args:
        folder: Where it is saved; made with the first picture.
        ignore: Patterns of names that no scan takes.
        scan_soon: Has a watched folder gone through.
        wake: Tells the indexer that something waits.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        index: LiveIndex,
        pictures: PicturePool,
        folder: Path,
        *,
        ignore: Sequence[str],
        scan_soon: Callable[[FolderId], None],
        wake: Callable[[], None],
    ) -> None:
        self._catalogue = catalogue
        self._index = index
        self._pictures = pictures
        self._folder = folder
        self._ignore = ignore
        self._scan_soon = scan_soon
        self._wake = wake
        self._one_at_a_time = asyncio.Lock()
        self.inbox = Inbox(folder / _INBOX)

    @property
    def path(self) -> bytes:
        """The uploads folder as the catalogue knows it."""
        return os.fsencode(self._folder.resolve())

    async def add(self, received: Sequence[Received]) -> list[Addition]:
        """What becomes of each file, in their order.

        Raises:
            NoRoomError: It can't be saved; those before it are.
            CatalogueError: It can't be written down; those before it are.
            BusyDecodersError: Too many pictures are being asked for.
            DecodersError: No worker can be had.
        """
        additions = []
        for one in received:
            async with self._one_at_a_time:  # so that two equal ones can't both be new
                additions.append(await self._add(one))
        added = sum(addition.status == "added" for addition in additions)
        log.info("Files that were sent: %d, photos added: %d", len(additions), added)
        return additions

    async def _add(self, one: Received) -> Addition:
        if refusal := one.refusal:
            return Addition(one.name, "rejected", reason=refusal)
        if (known := await self._known(one.md5)) is not None:
            return Addition(one.name, "duplicate", photo_id(one.md5), known)
        if refusal := suffix_refusal(one.name):
            return Addition(one.name, "rejected", reason=refusal)
        try:
            verified = await self._pictures.verify(os.fsencode(one.path))
        except PictureError as error:
            return Addition(one.name, "rejected", reason=error.message)
        if is_ignored(os.fsencode(next(safe_names(one.name, verified.facts.format))), self._ignore):
            return Addition(one.name, "rejected", reason="The settings ignore files of such a name.")
        return Addition(one.name, "added", photo_id(one.md5), await self._keep(one, verified))

    async def _known(self, md5: Md5) -> bytes | None:
        """Where the photo can be reached at this moment. One whose disk is away is worth another copy."""
        photo = await self._catalogue.photo(md5)
        for file in photo.files if photo else []:
            if file.online and await asyncio.to_thread(_is_there, file):
                return file.path
        return None

    async def _keep(self, one: Received, verified: Verified) -> bytes:
        """Save the picture and write it down; its absolute path."""
        try:
            saved, is_new = await asyncio.to_thread(_save, one, self._folder, verified.facts.format)
        except OSError as error:
            raise NoRoomError.of(error) from error
        try:
            folder = await self._watched()
            stamp = await asyncio.to_thread(_stamp, saved)
            file = FoundFile(os.fsencode(saved.name), stamp)
            await self._index.change(
                lambda key: self._catalogue.keep_upload(folder.id, file, one.md5, verified.facts, model_key=key)
            )
        except BaseException:
            if is_new:
                await asyncio.shield(asyncio.to_thread(saved.unlink, missing_ok=True))
            raise
        self._wake()
        return os.path.join(folder.path, file.path)  # noqa: PTH118 - bytes

    async def _watched(self) -> Folder:
        """The uploads folder as one of the watched ones; a person who has removed it gets it back with a new upload."""
        for folder in await self._catalogue.folders():
            if folder.path == self.path:
                if folder.state is FolderState.OFFLINE:
                    self._scan_soon(folder.id)
                return folder
        folder = await self._catalogue.add_folder(self.path)
        self._scan_soon(folder.id)
        return folder


def _is_there(file: PhotoFile) -> bool:
    with contextlib.suppress(OSError):
        return FileStamp.of(os.stat(file.path)) == (file.size_bytes, file.mtime_ns)  # noqa: PTH116 - bytes
    return False


def _stamp(path: Path) -> FileStamp:
    return FileStamp.of(path.stat())


def _save(one: Received, folder: Path, format_name: str) -> tuple[Path, bool]:
    """Give the file a name in the folder for good: where it lies, and whether it is new there.

    Raises:
        OSError: The disk is full, or the folder can't be written to.
    """
    _set_up(folder)
    with one.path.open("r+b") as file:
        os.fsync(file.fileno())
    for name in safe_names(one.name, format_name):
        path = folder / name
        try:
            _move(one.path, path)
        except FileExistsError:
            if path.is_file() and filecmp.cmp(one.path, path, shallow=False):
                return path, False
        else:
            durable.sync_folder(folder)
            return path, True
    raise AssertionError("names don't end")


def _set_up(folder: Path) -> None:
    folder.mkdir(mode=0o700, exist_ok=True)
    # Who watches a folder around photoseek's own needs not find these pictures twice.
    (folder.parent / ".nomedia").touch(mode=0o600)


def _move(source: Path, target: Path) -> None:
    """Move a file within its disk, never over another one.

    Raises:
        FileExistsError: The name is taken.
        OSError: It can't be moved.
    """
    try:
        os.link(source, target)
    except FileExistsError:
        raise
    except OSError:  # a file system without links, such as exFAT
        target.touch(mode=0o600, exist_ok=False)
        try:
            source.replace(target)
        except OSError:
            target.unlink()
            raise
