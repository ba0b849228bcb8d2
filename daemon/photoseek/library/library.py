"""The library: all that is known of a person's photos, and the work that keeps it true.

``api`` asks it, ``service`` makes it and has it run. Runs in the daemon's event loop and holds no thread or process of
its own: it joins the rooms that do. The work stands in ``running``.
"""

import os
import shutil
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from pathlib import Path

from photoseek.catalogue import Catalogue
from photoseek.domain import (
    Addition,
    DuplicateGroup,
    DuplicateKind,
    File,
    FileId,
    FolderId,
    FolderStatus,
    IndexShift,
    ModelInfo,
    NextModel,
    Photo,
    PhotoId,
    Problem,
    Query,
    Received,
    SearchAnswer,
    SeenPicture,
    Status,
    photo_id,
)
from photoseek.errors import PictureError
from photoseek.library.arrival import Arrival
from photoseek.library.events import Events, Listener
from photoseek.library.folders import Folders
from photoseek.library.forgetting import Forgetting
from photoseek.library.governor import Governor, Lookout, Undisturbed
from photoseek.library.handover import Handover
from photoseek.library.inbox import Inbox
from photoseek.library.index import LiveIndex
from photoseek.library.indexer import Indexer
from photoseek.library.intake import Intake
from photoseek.library.judging import Judge
from photoseek.library.model import Models, Opened
from photoseek.library.progress import ProgressMeter
from photoseek.library.redrawing import Redrawing
from photoseek.library.rereading import Rereading
from photoseek.library.running import Running
from photoseek.library.searching import Searcher
from photoseek.library.shadow import ShadowIndexer
from photoseek.library.showing import Showing
from photoseek.library.stacking import Stacking
from photoseek.library.tally import Tally
from photoseek.library.upkeep import Upkeep
from photoseek.library.uploads import Uploads
from photoseek.library.work import Work
from photoseek.pictures import PicturePool
from photoseek.settings import Settings
from photoseek.vectors import VectorIndex


class Library:
    """Everything that can be asked of the photos, and told to the daemon about them."""

    def __init__(
        self,
        catalogue: Catalogue,
        vectors: VectorIndex,
        pictures: PicturePool,
        models: Models,
        settings: Settings,
        *,
        uploads: Path,
        looked_at: Path,
        learnt: Path,
        keep_model: Callable[[str], None] = lambda _: None,
        clock: Callable[[], float] = time.time,
        lookout: Lookout | None = None,
    ) -> None:
        self._catalogue = catalogue
        self._pictures = pictures
        self._settings = settings
        self._tally = Tally(int(time.time() * 1000))
        self._events = Events(self._tally, self.status, catalogue.md5s)
        self._index = LiveIndex(catalogue, vectors, models.open(settings.model.name), on_change=self._note)
        self._stacking = Stacking(catalogue)
        self._intake = Intake(catalogue, self._index, settings.scanning, clock=clock, on_change=self._wake)
        self._upkeep = Upkeep(catalogue, self._intake, self._index, settings.scanning, self._tally, clock=clock)
        progress = ProgressMeter(time.monotonic)
        self._governor = Governor(settings.governor, lookout or Undisturbed())
        workers, look_again = settings.indexing.workers, self._upkeep.look_again
        indexer = Indexer(
            catalogue, self._index, pictures, progress, self._governor, workers=workers, look_again=look_again
        )
        self._work = Work(catalogue, indexer, progress, self._governor)
        self._arrival = Arrival(catalogue, self._index, self._upkeep, self._work, self._tally)
        judge = Judge(learnt)
        self._searcher = Searcher(catalogue, self._index, judge)
        self._handover = self._make_handover(judge, models, keep_model, uploads.parent)
        self._uploads = Uploads(
            catalogue,
            self._index,
            pictures,
            uploads,
            ignore=settings.scanning.ignore,
            scan_soon=self._upkeep.scan_soon,
            wake=self._wake,
        )
        self._folders = Folders(catalogue, self._index, self._intake, self._upkeep, self._uploads)
        self._showing = Showing(catalogue, pictures)
        self._looked_at = Inbox(looked_at)
        self._rereading = Rereading(catalogue, pictures, self._work, self._governor)
        self._redrawing = Redrawing(catalogue, pictures, self._work, self._governor, self._stacking.wake)
        self._forgetting = Forgetting(catalogue, pictures, settings.library.grace_days, clock=clock)
        beside = (self._forgetting, self._rereading, self._redrawing, self._stacking)
        self._running = Running(
            catalogue, self._index, self._events, self._upkeep, self._work, self._handover, beside=beside
        )

    def _make_handover(self, judge: Judge, models: Models, keep_model: Callable[[str], None], data: Path) -> Handover:
        meter = ProgressMeter(time.monotonic)

        def make_shadow(opened: Opened) -> ShadowIndexer:
            return ShadowIndexer(
                opened,
                self._catalogue,
                self._index,
                self._pictures,
                meter,
                self._governor,
                workers=self._settings.indexing.workers,
                look_again=self._upkeep.look_again,
                rest=self._work.rest,
            )

        return Handover(
            self._catalogue,
            self._index,
            judge,
            models,
            self._work,
            wanted=self._settings.model.name,
            keep=keep_model,
            shadow=make_shadow,
            meter=meter,
            free_bytes=lambda: shutil.disk_usage(data).free,
        )

    def _note(self, shift: IndexShift) -> None:
        self._stacking.follow()
        self._events.note(shift)

    def _wake(self) -> None:
        self._work.wake()

    async def begin(self) -> None:
        """Take up what an earlier run left, before anybody asks: a pause, and the model that answered."""
        await self._running.begin()

    async def run(self) -> None:
        """Keep the library true until cancelled; where nothing can be written, only answer.

        Raises:
            CatalogueError: The catalogue is damaged and can't be repaired.
        """
        await self._looked_at.clean()
        await self._uploads.inbox.clean()
        await self._running.run()

    async def search(self, query: Query) -> SearchAnswer:
        """Photos that show what the query says; see ``Searcher.search``."""
        return await self._searcher.search(query)

    @property
    def largest_file_bytes(self) -> int:
        """No larger file is taken in, nor searched with."""
        return self._settings.server.max_upload_mb * 1_000_000

    def inbox_for_photos(self) -> AbstractAsyncContextManager[Path]:
        """A private folder to receive what shall be added; gone at the end with what is left in it.

        Raises:
            ReadOnlyCatalogueError: Nothing can be added.
            NoRoomError: The disk is full or can't be written to.
        """
        self._catalogue.check_writable()
        return self._uploads.inbox.open()

    async def add_photos(self, received: Sequence[Received]) -> list[Addition]:
        """Take in what was received; see ``Uploads.add``."""
        return await self._uploads.add(received)

    def inbox_for_search(self) -> AbstractAsyncContextManager[Path]:
        """A private folder to receive a picture that somebody searches with; gone at the end, for nothing is kept.

        Raises:
            NoRoomError: The disk is full or can't be written to.
        """
        return self._looked_at.open()

    async def look_at(self, path: Path) -> SeenPicture:
        """Look at a picture that need not be a photo of the library: see ``Query.picture``.

        Raises:
            PictureError: It is no usable picture.
            BusyDecodersError: Too many pictures are being asked for.
            DecodersError: It can't be decoded at present.
            ModelError: There is no model at present.
        """
        async with self._index.asking() as answering:
            try:
                pixels = await self._pictures.pixels(os.fsencode(path), answering.identity.pixels)
            except PictureError as error:
                raise PictureError(error.message, "Take another picture, or save this one anew as JPEG.") from error
            vector = await answering.embedder.embed_picture(pixels)
            return SeenPicture(vector, answering.identity.full_key)

    def mark(self) -> int:
        """A number for this moment, to wait for all that photoseek was told of so far; they only go up."""
        return self._tally.advance()

    async def wait_for(self, seq: int) -> None:
        """Wait until all that photoseek was told of before a ``mark`` can be searched, or is a problem.

        Or before an event: that is told only when it can.

        Raises:
            NotYetError: It takes longer than ten seconds, or was never given out.
            CatalogueError: Nobody can tell.
        """
        if not self._events.was_told(seq):
            await self._arrival.wait(seq)

    def listen(self, after: int | None) -> AbstractAsyncContextManager[Listener]:
        """Hear of what changes, from behind the event with the number ``after`` on; see ``Events.listen``."""
        return self._events.listen(after)

    async def photo(self, identifier: str) -> Photo:
        """One photo with all its files; see ``Showing.photo``."""
        return await self._showing.photo(identifier)

    async def thumbnail(self, identifier: str, size_px: int) -> tuple[Path, int]:
        """A JPEG of a photo, and for which size it was drawn; see ``Showing.thumbnail``."""
        return await self._showing.thumbnail(identifier, size_px)

    async def file(self, identifier: str) -> bytes:
        """Absolute path of a file that holds the photo and is there; see ``Showing.file``."""
        return await self._showing.file(identifier)

    async def folders(self) -> list[FolderStatus]:
        """The watched folders."""
        return await self._folders.folders()

    async def add_folder(self, path: str) -> FolderStatus:
        """Watch a folder; see ``Folders.add_folder``."""
        return await self._folders.add_folder(path)

    async def remove_folder(self, folder_id: int) -> None:
        """Watch a folder no longer; see ``Folders.remove_folder``."""
        await self._folders.remove_folder(folder_id)

    async def confirm_missing(self, folder_id: int, *, everything: bool = False) -> int:
        """Let go of the files of a folder that were gone at once; see ``Folders.confirm_missing``."""
        return await self._folders.confirm_missing(folder_id, everything=everything)

    async def status(self) -> Status:
        """What the daemon is doing."""
        coming = await self._handover.status()  # asked first, or the one before could seem to be the right one
        scanning = self._upkeep.scanning  # before counting: what a scan that ends meanwhile found may not be counted
        counts = await self._catalogue.counts(self._index.model_key)
        return Status(
            model=replace(self._index.embedder.status(), next=coming),
            progress=self._work.progress(
                counts.waiting,
                following=self._index.following or self._stacking.behind,
                scanning=scanning or self._upkeep.scanning,
                scan_trouble=self._upkeep.trouble,
            ),
            counts=counts,
            folders=await self.folders(),
            notes=self._catalogue.notes,
        )

    async def pause(self) -> None:
        """Stop indexing until ``resume``, over restarts too; search goes on."""
        await self._work.pause()

    async def resume(self) -> None:
        """Go on indexing."""
        await self._work.resume()

    async def rescan(self) -> None:
        """Go through all folders, soon.

        Raises:
            ReadOnlyCatalogueError: What is found could not be written down.
        """
        self._catalogue.check_writable()
        for folder in await self._catalogue.folders():
            self._upkeep.scan_soon(folder.id)

    async def problems(self, limit: int, after: int | None = None) -> list[Problem]:
        """Files that could not be indexed, in the order they came in, from the one behind ``after`` on."""
        return await self._catalogue.problems(limit, None if after is None else FileId(after))

    async def retry_problems(self) -> int:
        """Try all of them again; their number."""
        number = await self._catalogue.retry_problems()
        self._wake()
        return number

    async def files_page(
        self, limit: int, after: int | None = None, folder_id: int | None = None
    ) -> list[tuple[File, PhotoId, bool]]:
        """Files that hold photos, each with its photo's id and whether it is online, from behind ``after`` on."""
        rows = await self._catalogue.files_page(
            limit, None if after is None else FileId(after), None if folder_id is None else FolderId(folder_id)
        )
        return [(file, photo_id(md5), online) for file, md5, online in rows]

    async def duplicates(self, kind: DuplicateKind, limit: int, after: int | None = None) -> list[DuplicateGroup]:
        """Groups of photos of which there is more than one, from behind the number ``after`` on."""
        return await self._catalogue.duplicates(kind, limit, after or 0)

    async def models(self) -> list[ModelInfo]:
        """The models that a person can choose from."""
        return await self._handover.known()

    async def next_model(self) -> NextModel | None:
        """The one that is to answer next, and how far it is; None where the right one answers."""
        return await self._handover.status()

    async def use_model(self, name: str) -> None:
        """Let another model answer, as soon as it knows all photos; see ``Handover.use``.

        Raises:
            ReadOnlyCatalogueError: What it makes of them could not be written down.
        """
        self._catalogue.check_writable()
        await self._handover.use(name)

    async def forget_model(self, name: str) -> int:
        """Throw away what a model made of the photos; see ``Handover.forget``."""
        return await self._handover.forget(name)
