"""The door of the room: coroutines that ship the room's functions to its threads.

``library`` holds the one ``Catalogue`` of the daemon. Changes run one after the other on the writer's thread,
questions beside them on the readers' threads.
"""

import logging
from collections.abc import Collection, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from photoseek.catalogue import (
    contents,
    counting,
    duplicates,
    embeddings,
    facts,
    files,
    folders,
    kept,
    problems,
    shifts,
    sketches,
    words,
)
from photoseek.catalogue import filters as passing_filters
from photoseek.catalogue.opened import OpenCatalogue
from photoseek.catalogue.words import Called
from photoseek.domain import (
    Changes,
    ContentId,
    Counts,
    Description,
    DuplicateGroup,
    DuplicateKind,
    File,
    FileId,
    FileStamp,
    Filter,
    Folder,
    FolderId,
    FolderState,
    FoundFile,
    Indexed,
    IndexShift,
    Md5,
    Photo,
    PictureFacts,
    Problem,
    Sketched,
    UndrawnContent,
    WaitingContent,
    WaitingFile,
    WordMatches,
)

log = logging.getLogger(__name__)


class Catalogue(OpenCatalogue):
    """The truth. Every method may raise CatalogueError, among them CorruptCatalogueError and DiskFullError.

    An IndexShift tells what a change means for the index of ``model_key``. Whoever loses one (cancelled while it
    was under way) sees by the sequence number that the index is stale.
    """

    # Folders

    async def folders(self) -> list[Folder]:
        """The watched folders, the oldest first."""
        return await self._database.read(folders.folders)

    async def add_folder(self, path: bytes) -> Folder:
        """Watch ``path`` (absolute); its state is ``scanning`` at first.

        Raises:
            FolderError: It is watched already.
        """
        folder = await self._database.write(folders.add_folder, path)
        await self._keep()
        return folder

    async def remove_folder(self, folder_id: FolderId, model_key: str) -> IndexShift:
        """Forget a folder and its files. Contents and embeddings stay, orphaned.

        Raises:
            NotFoundError: There is no such folder.
        """
        shift = await self._database.write(folders.remove_folder, folder_id, model_key, self._clock())
        await self._keep()
        return shift

    async def set_folder_state(self, folder_id: FolderId, state: FolderState, note: str = "") -> None:
        """Write down what is done with a folder; kept over a restart. Files of an offline one count as offline."""
        await self._database.write(folders.set_state, folder_id, state, note)

    async def photos_in_folders(self) -> dict[FolderId, int]:
        """Files with a content, by folder; a folder without any is left out."""
        return await self._database.read(folders.photos_in_folders)

    # Files

    async def known_files(self, folder_id: FolderId, under: bytes = b"") -> dict[bytes, FileStamp]:
        """The folder's files by relative path, missing ones included; only ``under`` itself and what is below it."""
        return await self._database.read(files.known_files, folder_id, under)

    async def record_changes(
        self, folder_id: FolderId, changes: Changes, *, model_key: str, scanned_at: float | None = None
    ) -> IndexShift:
        """Take over what a scan found, in one transaction; the same again changes nothing.

        A found file with another stamp than its row's waits again, without its problem; one with a hash whose
        content is known is linked at once; a missing one is there again. Vanished files are deleted unless they
        are flagged as missing; those go, whoever finds it, when their content lies at another place. Of a folder
        that was removed meanwhile nothing is recorded.

        Args:
            folder_id: The folder.
            changes: With paths relative to it.
            model_key: The model in use, or empty.
            scanned_at: Unix seconds when a scan of the whole folder ended; None for a part.
        """
        return await self._database.write(
            files.record_changes, folder_id, changes, model_key, self._clock(), scanned_at
        )

    async def waiting_files(self, limit: int, *, skip: Collection[FileId] = ()) -> list[WaitingFile]:
        """The next files in reachable folders with neither content nor problem; lowest id first."""
        return await self._database.read(files.waiting_files, limit, skip)

    async def record_copies(
        self, copies: Iterable[tuple[FileId, FileStamp, Md5]], *, model_key: str
    ) -> tuple[IndexShift, set[FileId]]:
        """Link files to contents that are known by MD5, if their rows still have that stamp.

        Returns:
            What it means for the index, and the files whose content isn't known.
        """
        return await self._database.write(contents.record_copies, list(copies), model_key, self._clock())

    async def files_page(
        self, limit: int, after: FileId | None = None, folder_id: FolderId | None = None
    ) -> list[tuple[File, Md5, bool]]:
        """Files with a content by id, each with the content's MD5 and whether it can be reached."""
        return await self._database.read(files.files_page, limit, after, folder_id)

    async def last_file(self) -> FileId:
        """The highest id of a file; 0 where there is none. Whatever comes in later has a higher one."""
        return await self._database.read(files.last_file)

    async def missing_files(self, folder_id: FolderId) -> set[bytes]:
        """Relative paths of the files that are flagged as missing."""
        return await self._database.read(files.missing_files, folder_id)

    async def missing_in_folders(self) -> dict[FolderId, int]:
        """Number of files that are flagged as missing, by folder; a folder without any is left out."""
        return await self._database.read(files.missing_in_folders)

    async def lost_files(self, folder_id: FolderId, paths: Iterable[bytes]) -> dict[bytes, bool]:
        """What would be lost with these files: those whose content lies at no other file that can be reached.

        Returns:
            Their relative paths, each with whether its content is known.
        """
        return await self._database.write(files.lost_files, folder_id, list(paths))

    async def mark_missing(self, folder_id: FolderId, paths: Iterable[bytes]) -> None:
        """Flag files that are not there, but that nobody said are gone: they count as offline and stay searchable."""
        await self._database.write(files.mark_missing, folder_id, list(paths))

    async def release_missing(self, folder_id: FolderId, model_key: str) -> IndexShift:
        """Delete the flagged files of a folder: a person said that they are gone."""
        return await self._database.write(files.release_missing, folder_id, model_key, self._clock())

    # Contents and embeddings

    async def waiting_contents(
        self, model_key: str, limit: int, *, skip: Collection[ContentId] = ()
    ) -> list[WaitingContent]:
        """The next contents at a reachable file without an embedding of this model; none if the key is empty."""
        return await self._database.read(contents.waiting_contents, model_key, limit, skip)

    async def store(self, indexed: Sequence[Indexed], *, model_key: str, answering: str | None = None) -> IndexShift:
        """Keep contents and embeddings, and link the files that still are what was read, in one transaction.

        The same again changes nothing; a vector that is there stays. Where the file changed or went meanwhile,
        content and embedding are kept without a link.

        Args:
            indexed: With the vectors of one model.
            model_key: That model.
            answering: The model in use, whose index the shift is for; None for the same.

        Raises:
            ValueError: A vector has another length than this model's others.
        """
        in_use = model_key if answering is None else answering
        return await self._database.write(contents.store, indexed, model_key, in_use, self._clock())

    async def keep_upload(
        self, folder_id: FolderId, file: FoundFile, md5: Md5, facts: PictureFacts, *, model_key: str
    ) -> IndexShift:
        """Keep a picture that was just saved and decoded: known at once, it waits for nothing but its embedding.

        Of a folder that was removed meanwhile the content is kept without a file.
        """
        return await self._database.write(contents.keep_upload, folder_id, file, md5, facts, model_key, self._clock())

    async def undescribed(self, limit: int, after: ContentId) -> list[WaitingContent]:
        """Contents at a reachable file that have to be read for what they say of themselves, by id from there on."""
        return await self._database.read(contents.undescribed, limit, after)

    async def describe(self, said: Sequence[tuple[ContentId, Description]]) -> None:
        """Keep what contents say of themselves, in one transaction; of one that is gone, nothing."""
        await self._database.write(contents.describe, said, self._clock())

    async def md5s(self, content_ids: Collection[ContentId]) -> dict[ContentId, Md5]:
        """By which the contents are known outside, those that lie at no file too."""
        return await self._database.read(contents.md5s, content_ids)

    async def embeddings(
        self, model_key: str, content_ids: Sequence[ContentId] | None = None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The embeddings of contents that lie at some file, offline ones included (None: of all).

        Damaged ones are left out and deleted, so that their contents wait again.

        Returns:
            Content ids ``(n,)`` int64 and vectors ``(n, dim)`` float32, unit length, in no order to rely on;
            ``dim`` is 0 while the model has no embedding at all.
        """
        found = await self._database.read(embeddings.read, model_key, content_ids)
        if found.damaged and not self._read_only:
            count = await self._database.write(embeddings.discard_damaged, found.damaged)
            log.warning("%d damaged embeddings were thrown away; they are made again", count)
        return found.content_ids, found.vectors

    async def forget_embeddings(self, model_key: str, limit: int) -> tuple[IndexShift, int]:
        """Delete at most ``limit`` embeddings of a model that is not in use; how many were deleted."""
        return await self._database.write(embeddings.forget_some, model_key, limit)

    async def shrink(self) -> None:
        """Give the room of what was deleted back to the disk; meanwhile changes wait and questions don't."""
        await self._database.shrink()

    async def forget_orphans(self, before: float) -> list[Md5]:
        """Delete contents, with their embeddings, whose last file went before that time (Unix seconds)."""
        return await self._database.write(contents.forget_orphans, before)

    # What answers are made of

    async def photo(self, md5: Md5) -> Photo | None:
        """The photo with this MD5, unless it lies at no file."""
        return await self._database.read(contents.photo, md5)

    async def photos(
        self, content_ids: Collection[ContentId], filters: Sequence[Filter] = (), texts: Sequence[str] = ()
    ) -> dict[ContentId, Photo]:
        """Those of the contents that lie at some file, in the order asked for; the files that were asked for first."""
        return await self._database.read(contents.photos, content_ids, filters, texts)

    async def passing(self, filters: Sequence[Filter]) -> NDArray[np.int64]:
        """Content ids ``(n,)`` int64 of all that lie at some file and pass the filters; in no order to rely on."""
        return await self._database.read(passing_filters.passing, filters)

    async def newest(
        self, filters: Sequence[Filter], limit: int, behind: tuple[str, int] | None = None, *, stacks: bool = False
    ) -> tuple[list[tuple[ContentId, str]], int]:
        """What passes the filters, newest first, from behind a local time and content on; the number of all that do.

        Each comes with the local time (ISO 8601) by which it is sorted, empty if none is known. With ``stacks`` of each
        stack only one that passes: its leader, else the newest.
        """
        return await self._database.read(passing_filters.newest, filters, limit, behind, stacks=stacks)

    async def called(self, texts: Sequence[str]) -> Called:
        """The contents that are called by all the words of these texts: names, folders, text, camera, place."""
        return await self._database.read(words.called, texts)

    async def word_matches(
        self, texts: Sequence[str], content_ids: Collection[ContentId]
    ) -> dict[ContentId, WordMatches]:
        """Which of the words each of the contents is called by, and where; without those that are called by none."""
        return await self._database.read(words.matches, texts, content_ids)

    async def duplicates(self, kind: DuplicateKind, limit: int, after: int = 0) -> list[DuplicateGroup]:
        """Groups of photos of which there is more than one, by number from there on."""
        return await self._database.read(duplicates.groups, kind, limit, after)

    # Sketches and stacks

    async def undrawn(self, limit: int, after: ContentId) -> list[UndrawnContent]:
        """Contents that lack a sketch, those at unreachable files too, by id from there on."""
        return await self._database.read(sketches.undrawn, limit, after)

    async def keep_sketches(self, drawn: Sequence[tuple[ContentId, bytes]]) -> None:
        """Keep sketches that were drawn later than their contents were stored, in one transaction."""
        await self._database.write(sketches.put_all, drawn)

    async def unstacked(self, limit: int) -> list[Sketched]:
        """The next contents that wait for a stack."""
        return await self._database.read(sketches.unstacked, limit)

    async def leaders(self, content_ids: Collection[ContentId]) -> list[Sketched]:
        """Those of the contents that lead a stack, if only their own."""
        return await self._database.read(sketches.leaders, content_ids)

    async def all_leaders(self, limit: int, after: ContentId) -> list[tuple[ContentId, bytes]]:
        """Leaders with their sketches, by id from there on."""
        return await self._database.read(sketches.all_leaders, limit, after)

    async def led_about(self, photos: Sequence[Sketched], within_s: float) -> list[list[ContentId]]:
        """For each of the photos the leaders that the same camera took about the same time."""
        return await self._database.read(sketches.led_about, photos, within_s)

    async def leaders_of(self, content_ids: NDArray[np.int64]) -> NDArray[np.int64]:
        """For each of the contents ``(n,)`` the one whose stack it is in: itself where it is alone."""
        return await self._database.read(sketches.leaders_of, content_ids)

    async def count_hidden(self, content_ids: NDArray[np.int64]) -> int:
        """How many of the contents are in a stack with another one of them, less one for each such stack."""
        return await self._database.read(sketches.count_hidden, content_ids)

    async def stack(self, placed: Sequence[tuple[ContentId, ContentId]]) -> int:
        """Let contents follow leaders, or lead themselves; tells how many could not any more, and wait on."""
        return await self._database.write(sketches.stack, placed)

    # Problems, numbers, facts

    async def record_problem(
        self, file_id: FileId, stamp: FileStamp, reason: str, *, model_key: str = ""
    ) -> IndexShift:
        """Write down why a file can't be indexed, if its row still has that stamp; a link it had is torn.

        The shift is empty but for a file whose content has an embedding of ``model_key``.
        """
        return await self._database.write(problems.record_problem, file_id, stamp, reason, model_key, self._clock())

    async def problems(self, limit: int, after: FileId | None = None) -> list[Problem]:
        """The problems by file id."""
        return await self._database.read(problems.problems, limit, after)

    async def retry_problems(self, folder_id: FolderId | None = None, *, since: float = 0.0) -> int:
        """Forget problems of a folder (None: of all) since a Unix time, so that their files wait again; how many."""
        return await self._database.write(problems.retry_problems, folder_id, since)

    async def counts(self, model_key: str) -> Counts:
        """The numbers of ``/status``; with an empty key no vectors, and every content waits."""
        return await self._database.read(counting.counts, model_key)

    async def waiting_in_folders(self, model_key: str) -> dict[FolderId, int]:
        """Files at hand that can't be found yet with this model, by folder."""
        return await self._database.read(counting.waiting_in_folders, model_key)

    async def coverage(self, model_key: str) -> tuple[int, int]:
        """Contents that have an embedding of this model, and those at a reachable file that lack one."""
        return await self._database.read(counting.coverage, model_key)

    async def seq(self) -> int:
        """Goes up in each transaction that changes which vectors can be found, of whichever model."""
        return await self._database.read(shifts.seq)

    async def remember(self, key: str, value: str) -> None:
        """Keep a small fact over restarts."""
        await self._database.write(facts.remember, key, value)
        await self._keep()

    async def recall(self, key: str) -> str | None:
        """A small fact that was kept, or None."""
        return await self._database.read(facts.recall, key)

    async def _keep(self) -> None:
        """Bring up the copy of what must survive."""
        await self._database.write(kept.keep, self._path)
