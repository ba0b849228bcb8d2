"""Takes stock of folders: what lies on the disk, compared with what the catalogue knows, becomes rows.

Events are hints, the walk decides. Called by ``library`` at start, by the clock, by watching, and when a file
turned out to be another than expected. Walking and hashing run in threads.
"""

import asyncio
import contextlib
import logging
import os
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from photoseek.catalogue import Catalogue
from photoseek.domain import Changes, FileStamp, Folder, FolderId, FolderState, FoundFile, Md5
from photoseek.errors import DoubtError
from photoseek.library.index import LiveIndex
from photoseek.scanning import Walk, compare, hash_file, walk
from photoseek.settings import ScanningSettings

log = logging.getLogger(__name__)

WHOLE = b""
"""The place that means all of a folder."""
BRAKE_SHARE = 0.5
"""Losing more than this share of a folder's files at once is doubted: an empty mount point looks just so."""
BRAKE_FILES = 3
"""Fewer lost files than this are believed: a person deletes two of three photos, a disk doesn't."""


@dataclass(frozen=True)
class Sight:
    """What the last scan of a whole folder saw beside its files.

    Attributes:
        placeholders: Pictures that are only online.
        closed: Folders in it that could not be read; what is known of them stays as it is.
        forbidden: Those of them, relative, that photoseek may not enter; nobody hears of it when it may.
        linked: Folders in it, relative, that lie elsewhere in truth: nobody hears of changes in them.
    """

    placeholders: int = 0
    closed: int = 0
    forbidden: tuple[bytes, ...] = ()
    linked: tuple[bytes, ...] = ()


class Intake:
    """Turns what is on the disk into rows of the catalogue."""

    def __init__(
        self,
        catalogue: Catalogue,
        index: LiveIndex,
        settings: ScanningSettings,
        *,
        clock: Callable[[], float],
        on_change: Callable[[], None],
    ) -> None:
        self._catalogue = catalogue
        self._index = index
        self._settings = settings
        self._clock = clock
        self._on_change = on_change
        self._sights: dict[FolderId, Sight] = {}
        self._turns: defaultdict[FolderId, asyncio.Lock] = defaultdict(asyncio.Lock)

    def sight(self, folder_id: FolderId) -> Sight:
        """What the last whole scan saw; nothing before the first."""
        return self._sights.get(folder_id, Sight())

    async def take_stock(self, folder: Folder, places: Sequence[bytes] = (WHOLE,)) -> None:
        """Go through a folder, or some places inside it, and record what is different in one transaction.

        Args:
            folder: The watched folder.
            places: Folders or files inside it, relative. Looked at together, so that a move from one
                to the other is a move and not a loss. Whether an offline folder is back, only all of it can tell.
        """
        async with self._turns[folder.id]:
            for now in await self._catalogue.folders():  # it may have gone before its turn came
                if now.id == folder.id:
                    await self._take_stock(now, [WHOLE] if now.state is FolderState.OFFLINE else places)
        self._on_change()

    async def let_missing_go(self, folder: Folder, *, everything: bool) -> int:
        """Let go of the files that are held back as missing: a person said that they are gone.

        Looks again first: what came back stays, and what went after the person was told isn't confirmed.

        Args:
            folder: The watched folder.
            everything: Where the folder can't be reached or is empty, let go of all its files; and of those too that
                went only now.

        Returns:
            Number of files let go. What was computed of them is kept for a while.

        Raises:
            DoubtError: The folder can't be reached or is empty, or more is gone than the person was told.
        """
        async with self._turns[folder.id]:
            told = await self._catalogue.missing_files(folder.id)
            reached = await self._take_stock(folder, [WHOLE])
            if not reached and everything:
                await self._catalogue.mark_missing(folder.id, await self._catalogue.known_files(folder.id))
            missing = await self._catalogue.missing_files(folder.id)
            if not everything:
                _refuse_doubtful(folder, reached, len(missing - told))
            await self._index.change(lambda key: self._catalogue.release_missing(folder.id, key))
        self._on_change()
        log.info("Folder %d: %d missing files were let go, as a person wished", folder.id, len(missing))
        return len(missing)

    async def _take_stock(self, folder: Folder, places: Sequence[bytes]) -> bool:
        """False where nothing can be said: the folder can't be reached, or looks like an empty mount point."""
        started_at, whole = self._clock(), WHOLE in places
        known = await self._known(folder, places)
        try:
            found = await asyncio.to_thread(walk, folder.path, places, ignore=self._settings.ignore)
        except OSError as error:
            await self._go_offline(folder, _why_unreachable(error))
            return False
        if not whole and not set(places).issuperset(found.linked):
            return await self._take_stock(folder, [WHOLE])  # of links to one folder one is followed: it tells which
        if not whole and known and not found.files and await asyncio.to_thread(_is_bare, folder.path):
            return await self._take_stock(folder, [WHOLE])  # its disk may be gone: only the whole can tell
        if whole and known and not found.files and not found.unreadable:
            await self._go_offline(folder, "It is empty. Is its disk connected?")
            return False
        if whole:
            self._sights[folder.id] = Sight(
                found.placeholders,
                len(found.unreadable) - found.placeholders,
                await asyncio.to_thread(find_forbidden, folder.path, found.unreadable),
                tuple(found.linked),
            )
        changes = await self._doubt(folder, found, compare(found, known))
        changes = replace(changes, hashes=await _hash_moved(folder.path, changes, known))
        await self._come_online(folder)
        scanned_at = started_at if whole else None
        await self._index.change(
            lambda key: self._catalogue.record_changes(folder.id, changes, model_key=key, scanned_at=scanned_at)
        )
        return True

    async def _known(self, folder: Folder, places: Sequence[bytes]) -> dict[bytes, FileStamp]:
        known: dict[bytes, FileStamp] = {}
        for place in places:
            known |= await self._catalogue.known_files(folder.id, place)
        return known

    async def _doubt(self, folder: Folder, found: Walk, changes: Changes) -> Changes:
        """Keep files whose loss is doubted: mark them missing, so that they aren't let go.

        What lies at another place too is no loss, in whichever order the two are seen: then it was moved, or is a
        copy. Of a file whose content isn't known there is nothing to keep.
        """
        missing = await self._catalogue.missing_files(folder.id)
        returned = [FoundFile(path, found.files[path]) for path in missing & found.files.keys()]
        seen = {file.path for file in changes.found}
        changes = replace(
            changes,
            found=changes.found + [file for file in returned if file.path not in seen],
            vanished=[path for path in changes.vanished if path not in missing],
        )
        if len(changes.vanished) < BRAKE_FILES:
            return changes
        gone = await self._catalogue.lost_files(folder.id, changes.vanished)
        known = await self._catalogue.known_files(folder.id)
        moved = Counter(file.stamp for file in changes.found)
        lost = sum((Counter(known[path] for path in gone) - moved).values())
        before = len(known) - len(missing) - (len(changes.vanished) - len(gone))
        if lost >= BRAKE_FILES and lost > BRAKE_SHARE * before:
            log.warning("Folder %d lost %d of %d files at once: they are kept as offline", folder.id, lost, before)
            await self._catalogue.mark_missing(folder.id, [path for path, is_known in gone.items() if is_known])
        return changes

    async def _go_offline(self, folder: Folder, note: str) -> None:
        if (folder.state, folder.note) != (FolderState.OFFLINE, note):
            log.warning("Folder %d is offline: %s", folder.id, note)
            await self._catalogue.set_folder_state(folder.id, FolderState.OFFLINE, note)

    async def _come_online(self, folder: Folder) -> None:
        if folder.state is FolderState.OFFLINE:
            log.info("Folder %d is online again", folder.id)
            # What could not be read since it was last gone through may have been of a disk that was going.
            await self._catalogue.retry_problems(folder.id, since=folder.last_scan_at or 0.0)
            await self._catalogue.set_folder_state(folder.id, FolderState.WATCHING)


def find_forbidden(root: bytes, places: Sequence[bytes]) -> tuple[bytes, ...]:
    """Those of the folders in a root that photoseek may not enter."""
    return tuple(place for place in places if not os.access(os.path.join(root, place), os.R_OK | os.X_OK))  # noqa: PTH118


def _is_bare(root: bytes) -> bool:
    """Whether nothing lies in a folder, as in the place of a disk that is away."""
    with contextlib.suppress(OSError), os.scandir(root) as entries:
        return next(entries, None) is None
    return False


async def _hash_moved(root: bytes, changes: Changes, known: Mapping[bytes, FileStamp]) -> dict[bytes, Md5]:
    """Hash the found files that have the size of a vanished one: recorded together, a move loses nothing.

    One by one: the end of the daemon waits for a thread, and shall not wait for a whole album.
    """
    sizes = {known[path].size_bytes for path in changes.vanished}
    hashes = {}
    for file in changes.found:
        if file.stamp.size_bytes in sizes:
            with contextlib.suppress(OSError):  # then it waits to be read like any new file
                path = os.path.join(root, file.path)  # noqa: PTH118 - bytes
                hashes[file.path] = await asyncio.to_thread(hash_file, path)
    return hashes


def _refuse_doubtful(folder: Folder, reached: bool, new: int) -> None:
    """Raises DoubtError where a person can't know yet what would be let go."""
    if not reached:
        raise DoubtError(
            "The folder can't be reached, or is empty.",
            f"Connect its disk. If all its pictures are gone: `photoseek folders confirm-missing {folder.id} --all`",
        )
    if new:
        raise DoubtError(
            f"{new:,} more files are gone by now.", "Look at `photoseek folders list`; if that is right, say it again."
        )


def _why_unreachable(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "It is not there. Was it moved, or is its disk not connected?"
    if isinstance(error, PermissionError):
        return "photoseek may not read it. Give it the permission to."
    return f"It can't be read: {error.strerror or 'unknown error'}."
