"""Speaks HTTP with the daemon on this computer, for the command line and the tray. Any asyncio loop.

Finds the daemon by its private discovery file, proves who asks with the token, and turns error bodies back into
the errors they were. The token goes to a loopback address only, past every proxy and along no redirect.
"""

import os
from collections.abc import AsyncGenerator, Collection, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Generic, Literal, Self, TypeVar
from urllib.parse import quote, urlsplit

import msgspec
from msgspec import UnsetType

from photoseek import errors, instance
from photoseek.api import wire
from photoseek.errors import NotRunningError, PhotoseekError, QueryError
from photoseek.paths import Paths

# When it is imported aiohttp reads the system's certificates: 55 ms and 2 MiB for connections that this client never
# makes. The file that OpenSSL takes them from is named by a variable: SSL_CTX_set_default_verify_paths(3).
_certificates = os.environ.get("SSL_CERT_FILE")
os.environ["SSL_CERT_FILE"] = os.devnull
try:
    import aiohttp
finally:
    del os.environ["SSL_CERT_FILE"]
    if _certificates is not None:
        os.environ["SSL_CERT_FILE"] = _certificates

Shape = TypeVar("Shape", bound=msgspec.Struct)
PageView = Literal["", "settings", "problems"]
EventName = Literal["progress", "photo", "folder", "status"]

# What the daemon answers from memory, on a machine that has much else to do; one that hangs shall be noticed.
_TIMEOUT = aiohttp.ClientTimeout(total=60, sock_connect=5)
# A search may have to wait until the model is in memory again; the slowest one seen took a minute.
_WORKING = aiohttp.ClientTimeout(total=300, sock_connect=5)
# Whoever listens hears something every 15 s at least.
_LISTENING = aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=50)


@dataclass(frozen=True, slots=True)
class Answer(Generic[Shape]):
    """What the daemon said.

    Attributes:
        raw: The body, byte for byte.
        data: The same, read.
    """

    raw: bytes
    data: Shape


class Client:
    """A connection to the daemon; an async context manager.

    Args:
        url: Where the daemon listens, on a loopback address.
        token: Its key.

    Raises:
        PhotoseekError: ``url`` leads away from this computer.
    """

    def __init__(self, url: str, token: str) -> None:
        _check_loopback(url)
        self.url = url.rstrip("/")
        self._token = token
        self._session: aiohttp.ClientSession | None = None

    @classmethod
    def find(cls, paths: Paths) -> Self:
        """The client of this person's daemon.

        Raises:
            NotRunningError: There is none.
            NotPrivateError: Its token is not this person's own.
            PhotoseekError: The token can't be read.
        """
        found = instance.find_daemon(paths)
        if found is None:
            raise not_running()
        try:
            return cls(found.url, instance.read_token(Path(found.token_file)))
        except OSError as error:
            raise PhotoseekError(f"The token can't be read: {error}", "Start the daemon again.") from error

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(timeout=_TIMEOUT, trust_env=False, cookie_jar=aiohttp.DummyCookieJar())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

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

    async def duplicates(
        self, kind: Literal["exact", "near"], cursor: str | None = None
    ) -> Answer[wire.DuplicatesBody]:
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
        headers = {"Authorization": f"Bearer {self._token}"}
        with _troubles_in_words():
            async with self._request("GET", "/api/v1/events", headers, timeout=_LISTENING) as answer:
                if answer.status != 200:
                    raise _error_in(await answer.read(), answer.status)
                name, rest = "", b""
                async for part in answer.content.iter_any():
                    *lines, rest = (rest + part).split(b"\n")
                    for line in lines:
                        field, _, value = line.partition(b": ")
                        if field == b"event":
                            name = value.decode()
                        elif field == b"data" and name in names:
                            yield _read(value, wire.EVENTS[name])

    async def health(self) -> None:
        """Make sure that photoseek listens there; shows the token to nobody.

        Raises:
            NotRunningError: Nobody listens there.
            PhotoseekError: Whoever does is not photoseek, or does not answer.
        """
        status, raw = await self._send("GET", "/healthz", {})
        if status != 200 or _read(raw, wire.HealthBody).status != "ok":
            raise PhotoseekError(f"What listens at {self.url} is not photoseek.", "See which program has that port.")

    async def _get(
        self, route: str, shape: type[Shape], query: dict[str, str] | None = None, **request: Any
    ) -> Answer[Shape]:
        return await self._ask("GET", route, shape, params=query or {}, **request)

    async def _ask(self, method: str, route: str, shape: type[Shape], **request: Any) -> Answer[Shape]:
        """Send one request with the token and read its answer.

        Raises:
            NotRunningError: Nobody listens there.
            PhotoseekError: The daemon's own error, or an answer that can't be read.
        """
        raw = await self._ask_raw(method, route, **request)
        return Answer(raw, _read(raw, shape))

    async def _ask_raw(self, method: str, route: str, **request: Any) -> bytes:
        headers = {"Authorization": f"Bearer {self._token}"}
        status, raw = await self._send(method, f"/api/v1{route}", headers, **request)
        if status >= 300:
            raise _error_in(raw, status)
        return raw

    async def _send(self, method: str, path: str, headers: dict[str, str], **request: Any) -> tuple[int, bytes]:
        with _troubles_in_words():
            async with self._request(method, path, headers, **request) as answer:
                return answer.status, await answer.read()

    def _request(
        self, method: str, path: str, headers: dict[str, str], **request: Any
    ) -> AbstractAsyncContextManager[aiohttp.ClientResponse]:
        if self._session is None:
            raise RuntimeError("the client is used outside of `async with`")
        return self._session.request(method, self.url + path, headers=headers, allow_redirects=False, **request)


def _of_photo(photo_id: str, what: str) -> str:
    return f"/photos/{quote(photo_id, safe='')}/{what}"


def _page_at(cursor: str | None) -> dict[str, str]:
    """The largest page; the first where there is no cursor."""
    return {"limit": str(wire.MAX_LIMIT)} | ({} if cursor is None else {"cursor": cursor})


@contextmanager
def _troubles_in_words() -> Iterator[None]:
    try:
        yield
    except aiohttp.ClientConnectorError as error:
        raise not_running() from error
    except TimeoutError as error:
        raise PhotoseekError(
            "The daemon does not answer.", "Start it anew: `photoseek stop`, then `photoseek start`."
        ) from error
    except aiohttp.ClientError as error:
        raise PhotoseekError(f"The connection to the daemon broke off: {error}", "Try it again.") from error


def not_running() -> NotRunningError:
    """The error of every question that nobody is there to answer."""
    return NotRunningError("No daemon answers.", "Start it: `photoseek start`")


def _check_loopback(url: str) -> None:
    parts = urlsplit(url)
    try:
        own = ip_address(parts.hostname or "").is_loopback
    except ValueError:
        own = parts.hostname == "localhost"
    if not own or parts.scheme != "http":
        raise PhotoseekError(
            f"The daemon's address {url} is not on this computer.",
            "Stop the daemon, delete daemon.json, start it again.",
        )


def _read(raw: bytes, shape: type[Shape]) -> Shape:
    try:
        return msgspec.json.decode(raw, type=shape)
    except msgspec.DecodeError as error:
        raise PhotoseekError(
            f"The daemon's answer can't be read: {error}",
            "It may be of another version than this command: `photoseek stop`, then `photoseek start`.",
        ) from error


def _error_in(raw: bytes, status: int) -> PhotoseekError:
    """The error that the daemon answered with, of the class it had there."""
    try:
        detail = msgspec.json.decode(raw, type=wire.ErrorBody).error
    except msgspec.DecodeError:
        return PhotoseekError(f"The daemon answered {status} without saying why.", "Its log may know more.")
    error = _ERRORS.get(detail.code, PhotoseekError)(detail.message, detail.hint)
    error.code = detail.code
    if isinstance(error, QueryError) and not isinstance(detail.at, UnsetType):
        error.at = detail.at
    return error


_ERRORS = {
    kind.code: kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, PhotoseekError)
}
