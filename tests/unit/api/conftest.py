"""A real server on loopback over a small library of real data types and real files."""

import asyncio
import json
import os
import tempfile
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from hashlib import md5
from pathlib import Path
from typing import Any, cast

import aiohttp
import numpy as np
import pytest
import pytest_asyncio

from photoseek.api import ApiLibrary, serve
from photoseek.api.entrance import Entrance
from photoseek.api.keys import Keys
from photoseek.api.live import Live
from photoseek.api.login import Login
from photoseek.api.metrics import Metrics
from photoseek.api.page import PageFile
from photoseek.api.routes import make_routes
from photoseek.domain import (
    Addition,
    ContentId,
    Counts,
    DuplicateGroup,
    DuplicateKind,
    File,
    FileId,
    FileStamp,
    Folder,
    FolderId,
    FolderState,
    FolderStatus,
    Hit,
    Md5,
    ModelInfo,
    ModelStatus,
    NextModel,
    Photo,
    PhotoFile,
    PhotoId,
    PictureFacts,
    Problem,
    Progress,
    Query,
    Received,
    SearchAnswer,
    SeenPicture,
    Status,
    photo_id,
)
from photoseek.errors import DoubtError, FolderError, ModelError, NotFoundError, PictureError, QueryError
from photoseek.library import Listener
from photoseek.library.events import Events
from photoseek.library.tally import Tally

TOKEN = "a" * 43
NEW_TOKEN = "b" * 43
PAGE = [
    PageFile("/", "text/html", b"<!doctype html><title>photoseek</title><script src='/app.js'></script>"),
    PageFile("/app.js", "text/javascript", b"document.title = 'ran'"),
]
# Only the table is looked at: nobody calls what it names.
NO_LIBRARY = cast(ApiLibrary, None)
NO_ONE = Live(NO_LIBRARY)
LOGIN, ENTRANCE = Login(None), Entrance(Keys(TOKEN), "", Path(), str)
TABLE = make_routes(NO_LIBRARY, None, LOGIN, ENTRANCE, NO_ONE, Metrics(NO_LIBRARY, NO_ONE))
BYTES = bytes(range(256)) * 20
TAKEN = datetime(2023, 8, 2, 18, 11, 9, 123456, tzinfo=timezone(timedelta(hours=2)))


def make_photo(path: bytes, *, content: bytes = BYTES, format_name: str = "JPEG", online: bool = True) -> Photo:
    facts = PictureFacts(format_name, 4032, 3024, taken_at=TAKEN, camera="Apple iPhone 12")
    mtime_ns = Path(os.fsdecode(path)).stat().st_mtime_ns if online else 0
    place = PhotoFile(path, 1, online, len(content), mtime_ns)
    return Photo(ContentId(1), Md5(md5(content).digest()), len(content), facts, [place])


@dataclass
class SmallLibrary:
    """An ApiLibrary over what the tests put into it; notes what was asked."""

    folder: Path
    photos: dict[str, Photo] = field(default_factory=dict)
    rows: list[tuple[File, PhotoId, bool]] = field(default_factory=list)
    problem_rows: list[Problem] = field(default_factory=list)
    asked: list[Any] = field(default_factory=list)
    failure: BaseException | None = None
    largest_thumbnail_px: int = 1024
    largest_file_bytes: int = 1_000_000
    came_in: list[bytes] = field(default_factory=list)

    def add(self, photo: Photo) -> str:
        self.photos[photo.id] = photo
        return photo.id

    def _note(self, *what: Any) -> None:
        self.asked.append(what)
        if self.failure is not None:
            raise self.failure

    def __post_init__(self) -> None:
        self.tally = Tally(1000)
        self.events = Events(self.tally, self.status, self.name)

    async def name(self, content_ids: Collection[ContentId]) -> dict[ContentId, Md5]:
        return {one: Md5(one.to_bytes(16, "big")) for one in content_ids}

    def mark(self) -> int:
        return self.tally.advance()

    async def wait_for(self, seq: int) -> None:
        if seq:
            self._note("wait_for", seq)

    def listen(self, after: int | None) -> AbstractAsyncContextManager[Listener]:
        return self.events.listen(after)

    async def search(self, query: Query) -> SearchAnswer:
        self._note("search", query)
        if not (query.ranks or query.filters):
            raise QueryError("The query is empty.")
        hits = [Hit(photo, 0.28312345678, 0.97) for photo in self.photos.values()]
        return SearchAnswer(query, "clip-ViT-L-14", 12.3456, len(hits), hits, None, ["The query was cut."])

    async def photo(self, identifier: str) -> Photo:
        self._note("photo", identifier)
        if identifier not in self.photos:
            raise NotFoundError("There is no photo with this id.")
        return self.photos[identifier]

    async def thumbnail(self, identifier: str, size_px: int) -> tuple[Path, int]:
        self._note("thumbnail", identifier, size_px)
        drawn_px = min(size_px, self.largest_thumbnail_px)
        path = self.folder / f"{identifier}-{drawn_px}.jpg"
        path.write_bytes(BYTES[:drawn_px])
        return path, drawn_px

    @asynccontextmanager
    async def inbox_for_photos(self) -> AsyncIterator[Path]:
        self._note("inbox_for_photos")
        folder = self.folder / "inbox"
        folder.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as name:
            yield Path(name)

    inbox_for_search = inbox_for_photos

    async def look_at(self, path: Path) -> SeenPicture:
        self._note("look_at")
        self.came_in.append(path.read_bytes())
        if not self.came_in[-1].startswith(b"picture"):
            raise PictureError("Not a picture that photoseek knows.")
        return SeenPicture(np.array([0.6, 0.8], np.float32), "model")

    async def add_photos(self, received: Sequence[Received]) -> Sequence[Addition]:
        self._note("add_photos", [replace(one, path=Path()) for one in received])
        self.came_in += [b"" if one.refusal else one.path.read_bytes() for one in received]
        return [
            Addition(one.name, "rejected", reason=one.refusal)
            if one.refusal
            else Addition(one.name, "added", photo_id(one.md5), b"/uploads/\xff.jpg")
            for one in received
        ]

    async def file(self, identifier: str) -> bytes:
        return (await self.photo(identifier)).files[0].path

    async def files_page(
        self, limit: int, after: int | None, folder_id: int | None
    ) -> Sequence[tuple[File, PhotoId, bool]]:
        self._note("files_page", limit, after, folder_id)
        fitting = [row for row in self.rows if folder_id in (None, row[0].folder_id)]
        return [row for row in fitting if row[0].id > (after or 0)][:limit]

    def add_rows(self, count: int) -> None:
        for number in range(1, count + 1):
            file = File(FileId(number), FolderId(1 + number % 2), b"/p/%d.jpg" % number, FileStamp(number, 0))
            self.rows.append((file, PhotoId(f"{number:032x}"), number != 3))

    async def duplicates(self, kind: DuplicateKind, limit: int, after: int | None) -> Sequence[DuplicateGroup]:
        self._note("duplicates", kind, limit, after)
        groups = [DuplicateGroup(number, kind, (photo,)) for number, photo in enumerate(self.photos.values(), 1)]
        return [group for group in groups if group.number > (after or 0)][:limit]

    async def folders(self) -> Sequence[FolderStatus]:
        self._note("folders")
        new = Folder(FolderId(1), b"/photos/\xff", FolderState.SCANNING)
        old = Folder(FolderId(2), b"/old", FolderState.OFFLINE, 1690992669.5, "Its disk is away.")
        return [FolderStatus(new, 0, waiting=312, noticed_within_s=90.0), FolderStatus(old, 3)]

    async def add_folder(self, path: str) -> FolderStatus:
        self._note("add_folder", path)
        if not Path(path).is_dir():
            raise FolderError("There is no such folder.", "Look for a typing error.")
        return FolderStatus(Folder(FolderId(3), os.fsencode(path), FolderState.SCANNING), 0)

    async def remove_folder(self, folder_id: int) -> None:
        self._note("remove_folder", folder_id)
        if folder_id != 1:
            raise NotFoundError("There is no folder with this id.")

    async def confirm_missing(self, folder_id: int, *, everything: bool) -> int:
        self._note("confirm_missing", folder_id, everything)
        if folder_id != 2:
            raise NotFoundError("There is no folder with this id.")
        if not everything:
            raise DoubtError("The folder can't be reached.", "Connect its disk.")
        return 42

    async def status(self) -> Status:
        self._note("status")
        progress = Progress("indexing", done=3, total=10, per_s=12.345, eta_s=0.5678)
        model = ModelStatus("clip-ViT-L-14", "loading", 768)
        return Status(model, progress, Counts(5, 4, 3, 2, 1), list(await self.folders()))

    async def pause(self) -> None:
        self._note("pause")

    async def resume(self) -> None:
        self._note("resume")

    async def rescan(self) -> None:
        self._note("rescan")

    async def problems(self, limit: int, after: int | None) -> Sequence[Problem]:
        self._note("problems", limit, after)
        return [row for row in self.problem_rows if row.file_id > (after or 0)][:limit]

    async def retry_problems(self) -> int:
        self._note("retry_problems")
        return 7

    async def models(self) -> Sequence[ModelInfo]:
        self._note("models")
        one = ModelInfo("clip-ViT-B-32", "English", 605, "everything", on_disk=False, s_per_picture=0.25)
        return [replace(one, in_use=True, photos=4)]

    async def next_model(self) -> NextModel | None:
        return NextModel("clip-ViT-L-14", "indexing", 3, 10, 12.345, "paused")

    async def use_model(self, name: str) -> None:
        self._note("use_model", name)
        if name != "clip-ViT-L-14":
            raise ModelError("There is no such model.", "See the list.")

    async def forget_model(self, name: str) -> int:
        self._note("forget_model", name)
        if name == "clip-ViT-B-32":
            raise DoubtError("It answers.", "Use another one first.")
        if name != "clip-ViT-L-14":
            raise NotFoundError("No photo is indexed with it.")
        return 4


class Http:
    """A client of the running server that shows the token unless told otherwise."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self.session = session
        self.url = url
        self.port = int(url.rpartition(":")[2])
        self.own = {"Authorization": f"Bearer {TOKEN}"}

    async def ask(self, method: str, path: str, **more: Any) -> tuple[int, aiohttp.ClientResponse, bytes]:
        headers = self.own | more.pop("headers", {})
        async with self.session.request(method, self.url + path, headers=headers, **more) as answer:
            return answer.status, answer, await answer.read()

    async def json(self, method: str, path: str, **more: Any) -> tuple[int, Any]:
        status, answer, body = await self.ask(method, path, **more)
        assert answer.content_type == "application/json"
        return status, json.loads(body)

    async def raw(self, sent: bytes, *, port: int | None = None) -> bytes:
        """What comes back on a connection of its own until the server closes it."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port or self.port)
        try:
            writer.write(sent)
            await writer.drain()
            return await reader.read()
        finally:
            writer.close()
            await writer.wait_closed()


@pytest.fixture
def library(tmp_path: Path) -> SmallLibrary:
    return SmallLibrary(tmp_path)


def serve_small(library: SmallLibrary, port: int = 0, **more: Any) -> AbstractAsyncContextManager[str]:
    """The real server, with its runtime folder beside the library's files."""
    runtime = library.folder / "runtime"
    runtime.mkdir(exist_ok=True)
    usual: dict[str, Any] = {"runtime": runtime, "new_token": lambda: NEW_TOKEN, "page": PAGE}
    return serve(library, TOKEN, port, **(usual | more))


@asynccontextmanager
async def client_of(url: str) -> AsyncIterator[Http]:
    """A client of a server that a test has started by itself."""
    async with aiohttp.ClientSession(auto_decompress=False) as session:
        yield Http(session, url)


@pytest_asyncio.fixture
async def http(library: SmallLibrary) -> AsyncIterator[Http]:
    async with serve_small(library) as url, client_of(url) as http:
        yield http
