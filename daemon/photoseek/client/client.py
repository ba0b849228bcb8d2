"""What can be asked of the daemon: a method for a route. Any asyncio loop."""

from collections.abc import AsyncGenerator, Collection
from typing import BinaryIO, Literal
from urllib.parse import quote

from photoseek.api import wire
from photoseek.client.connection import Answer, Connection, read_body
from photoseek.domain import DuplicateKind
from photoseek.errors import QueryError
from photoseek.loopback import aiohttp

PageView = Literal["", "settings", "problems"]
EventName = Literal["progress", "photo", "folder", "status"]

# A search may have to wait until the model is in memory again; the slowest one seen took a minute.
_WORKING = aiohttp.ClientTimeout(total=300, sock_connect=5)
# Whoever listens hears something every 15 s at least.
_LISTENING = aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=50)


class Client(Connection):
    """A connection, and all that can be asked over it. Each method may raise the daemon's own error."""

    async def search(
        self,
        text: str,
        limit: int = wire.DEFAULT_LIMIT,
        *,
        picture: BinaryIO | None = None,
        explain: bool = False,
        stack: bool = True,
    ) -> Answer[wire.SearchBody]:
        """Photos that fit ``text``, best first.

        Args:
            text: In the query grammar; may be empty where there is a picture.
            limit: Photos at most.
            picture: A picture to search with, alone or with the text; read to its end.
            explain: Let the answer say how the query was understood.
            stack: Whether photos that are nearly the same come as one.

        Raises:
            QueryError: The daemon doesn't understand it, or it is no text.
            PhotoseekError: What else the daemon answered.
        """
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise QueryError("The query is not valid UTF-8.", "Type it again, in letters.") from error
        page = {"limit": str(limit)} | ({"explain": "true"} if explain else {}) | ({} if stack else {"stack": "false"})
        if picture is None:
            return await self._get("/search", wire.SearchBody, {"q": text} | page, timeout=_WORKING)
        form = aiohttp.FormData({"query": text} | page)
        form.add_field("image", picture, filename="picture", content_type="application/octet-stream")
        return await self._ask("POST", "/search", wire.SearchBody, data=form, timeout=_WORKING)

    async def similar(self, photo_id: str, limit: int = wire.DEFAULT_LIMIT) -> Answer[wire.SearchBody]:
        """Photos like one of the library.

        Raises:
            NotFoundError: There is no such photo.
        """
        route = _of_photo(photo_id, "similar")
        return await self._get(route, wire.SearchBody, {"limit": str(limit)}, timeout=_WORKING)

    async def thumbnail(self, photo_id: str, size_px: int = 256) -> bytes:
        """A JPEG of a photo.

        Raises:
            NotFoundError: There is no such photo, or nothing to draw it from.
            PictureError: It can't be drawn.
        """
        route = _of_photo(photo_id, "thumbnail")
        return await self._ask_raw("GET", route, params={"size": str(size_px)}, timeout=_WORKING)

    async def open_photo(self, photo_id: str) -> Answer[wire.OpenedBody]:
        """Open a photo's file with its program, on this computer's screen.

        Raises:
            NotFoundError: There is no such photo, or its file can't be reached.
            DesktopError: The desktop doesn't do it.
        """
        return await self._ask("POST", _of_photo(photo_id, "open"), wire.OpenedBody)

    async def show_photo(self, photo_id: str) -> Answer[wire.OpenedBody]:
        """Show a photo's file in its folder, on this computer's screen.

        Raises:
            NotFoundError: There is no such photo, or its file can't be reached.
            DesktopError: The desktop doesn't do it.
        """
        return await self._ask("POST", _of_photo(photo_id, "reveal"), wire.OpenedBody)

    async def status(self) -> Answer[wire.StatusBody]:
        """What the daemon is doing."""
        return await self._get("/status", wire.StatusBody)

    async def folders(self) -> Answer[wire.FoldersBody]:
        """All watched folders."""
        return await self._get("/folders", wire.FoldersBody)

    async def add_folder(self, path: str) -> Answer[wire.FolderBody]:
        """Watch a folder; ``path`` is absolute.

        Raises:
            FolderError: It can't be watched.
        """
        return await self._ask("POST", "/folders", wire.FolderBody, json={"path": path})

    async def remove_folder(self, folder_id: int) -> Answer[wire.RemovedBody]:
        """Watch a folder no more.

        Raises:
            NotFoundError: There is no such folder.
        """
        return await self._ask("DELETE", f"/folders/{folder_id}", wire.RemovedBody)

    async def confirm_missing(self, folder_id: int, *, everything: bool = False) -> Answer[wire.LetGoBody]:
        """Say that the pictures of a folder that were gone at once are gone; ``everything`` also where it is offline.

        Raises:
            NotFoundError: There is no such folder.
            DoubtError: They may not be gone.
        """
        asked = {"all": "true"} if everything else {}
        return await self._ask(
            "POST", f"/folders/{folder_id}/confirm-missing", wire.LetGoBody, params=asked, timeout=_WORKING
        )

    async def indexing(self, action: Literal["pause", "resume", "rescan"]) -> Answer[wire.IndexingAnswerBody]:
        """Pause the indexing, go on with it, or look through all folders now."""
        return await self._ask("POST", "/indexing", wire.IndexingAnswerBody, json={"action": action})

    async def duplicates(self, kind: DuplicateKind, cursor: str | None = None) -> Answer[wire.DuplicatesBody]:
        """A page of the groups of photos of which there is more than one."""
        page = {"kind": kind} | _page_at(cursor)
        return await self._get("/duplicates", wire.DuplicatesBody, page, timeout=_WORKING)

    async def problems(self, cursor: str | None = None) -> Answer[wire.ProblemsBody]:
        """A page of the files that could not be indexed."""
        return await self._get("/problems", wire.ProblemsBody, _page_at(cursor))

    async def retry_problems(self) -> Answer[wire.RetriedBody]:
        """Try those files again."""
        return await self._ask("POST", "/problems/retry", wire.RetriedBody)

    async def models(self) -> Answer[wire.ModelsBody]:
        """The models to choose from."""
        return await self._get("/models", wire.ModelsBody)

    async def use_model(self, name: str) -> Answer[wire.ModelsBody]:
        """Let another model answer, once it knows all photos.

        Raises:
            UnusableModelError: It can't be had.
        """
        return await self._ask("POST", "/models/use", wire.ModelsBody, json={"name": name}, timeout=_WORKING)

    async def forget_model(self, name: str) -> Answer[wire.ForgottenBody]:
        """Throw away what a model made of the photos.

        Raises:
            NotFoundError: It made nothing.
            DoubtError: It answers, or shall answer next.
        """
        return await self._ask("POST", "/models/forget", wire.ForgottenBody, json={"name": name}, timeout=_WORKING)

    async def make_link(self, query: str = "", view: PageView = "") -> Answer[wire.LinkBody]:
        """A link that lets a page in once, within a minute; the page begins with that search, or that view."""
        return await self._ask("POST", "/links", wire.LinkBody, params={"q": query, "view": view})

    async def renew_token(self) -> Answer[wire.RenewedBody]:
        """Have a new token made; this client's fits no more."""
        return await self._ask("POST", "/token/renew", wire.RenewedBody)

    async def events(self, names: Collection[EventName]) -> AsyncGenerator[wire.EventBody, None]:
        """What changes, as it happens, and first all as it is; ends when the daemon does.

        Args:
            names: The events that are wanted; ``photo`` can be many.

        Raises:
            NotRunningError: Nobody listens there.
            PhotoseekError: The daemon refuses, or the connection broke off.
        """
        async with self._answering("GET", "/events", timeout=_LISTENING) as answer:
            name, rest = "", b""
            async for part in answer.content.iter_any():
                *lines, rest = (rest + part).split(b"\n")
                for line in lines:
                    field, _, value = line.partition(b": ")
                    if field == b"event":
                        name = value.decode()
                    elif field == b"data" and name in names:
                        yield read_body(value, wire.EVENTS[name])


def _of_photo(photo_id: str, what: str) -> str:
    return f"/photos/{quote(photo_id, safe='')}/{what}"


def _page_at(cursor: str | None) -> dict[str, str]:
    """The largest page; the first where there is no cursor."""
    return {"limit": str(wire.MAX_LIMIT)} | ({} if cursor is None else {"cursor": cursor})
