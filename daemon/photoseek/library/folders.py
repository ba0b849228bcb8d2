"""The watched folders: which they are, one more or one less. Called by ``library`` in the event loop."""

import asyncio
import logging
from dataclasses import replace

from photoseek.catalogue import Catalogue
from photoseek.domain import FolderId, FolderState, FolderStatus
from photoseek.errors import NotFoundError
from photoseek.library.index import LiveIndex
from photoseek.library.intake import Intake
from photoseek.library.upkeep import Upkeep
from photoseek.library.uploads import Uploads
from photoseek.scanning import check_new_folder

log = logging.getLogger(__name__)


class Folders:
    """Watches folders, as a person wishes.

    Args:
        uploads: Around whose folder a person's may lie.
    """

    def __init__(
        self, catalogue: Catalogue, index: LiveIndex, intake: Intake, upkeep: Upkeep, uploads: Uploads
    ) -> None:
        self._catalogue = catalogue
        self._index = index
        self._intake = intake
        self._upkeep = upkeep
        self._uploads = uploads
        self._one_at_a_time = asyncio.Lock()

    async def folders(self) -> list[FolderStatus]:
        """The watched folders."""
        photos = await self._catalogue.photos_in_folders()
        missing = await self._catalogue.missing_in_folders()
        waiting = await self._catalogue.waiting_in_folders(self._index.model_key)
        return [
            _say_missing(
                FolderStatus(
                    self._upkeep.as_seen(folder),
                    photos.get(folder.id, 0),
                    missing=missing.get(folder.id, 0),
                    waiting=waiting.get(folder.id, 0),
                    noticed_within_s=self._upkeep.noticed_within_s(folder),
                )
            )
            for folder in await self._catalogue.folders()
        ]

    async def add_folder(self, path: str) -> FolderStatus:
        """Watch a folder; its photos are taken in at once.

        Raises:
            FolderError: It is not there, can't be read, or overlaps with a watched one.
        """
        async with self._one_at_a_time:  # so that two can't overlap
            watched = await self._catalogue.folders()
            checked = await asyncio.to_thread(check_new_folder, path, watched, inner=self._uploads.path)
            folder = await self._catalogue.add_folder(checked)
        log.info("Folder %d is watched from now on", folder.id)
        self._upkeep.scan_soon(folder.id)
        return FolderStatus(self._upkeep.as_seen(folder), 0)

    async def remove_folder(self, folder_id: int) -> None:
        """Watch a folder no longer. Its files stay as they are; what was computed is kept for a while.

        Raises:
            NotFoundError: No such folder is watched.
        """
        await self._index.change(lambda key: self._catalogue.remove_folder(FolderId(folder_id), key))
        await self._upkeep.let_go(FolderId(folder_id))
        log.info("Folder %d is no longer watched", folder_id)

    async def confirm_missing(self, folder_id: int, *, everything: bool = False) -> int:
        """Let go of the files of a folder that were gone at once, as a person wishes; their number.

        Args:
            folder_id: The folder.
            everything: Where it can't be reached or is empty, let go of all its files.

        Raises:
            NotFoundError: No such folder is watched.
            DoubtError: They may not be gone; see ``Intake.let_missing_go``.
        """
        for folder in await self._catalogue.folders():
            if folder.id == folder_id:
                number = await self._intake.let_missing_go(folder, everything=everything)
                self._upkeep.scan_soon(folder.id)  # an empty folder that nothing is known of is online again
                return number
        raise NotFoundError("No such folder is watched.", "`photoseek folders list` shows them.")


def _say_missing(status: FolderStatus) -> FolderStatus:
    """With a note on files that wait for a person's word; of a folder that is offline all files do."""
    if not status.missing or status.folder.state is FolderState.OFFLINE:
        return status
    gone = "1 picture is" if status.missing == 1 else f"{status.missing:,} pictures are"
    command = f"photoseek folders confirm-missing {status.folder.id}"
    words = f"{gone} gone at once and kept as offline; if you deleted them: `{command}`"
    folder = status.folder
    return replace(status, folder=replace(folder, note=f"{folder.note} {words}".strip()))
