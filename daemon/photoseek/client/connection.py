"""A connection to the daemon on this computer: requests that prove who asks, and errors as they were.

Finds the daemon by its private discovery file. The token goes to a loopback address only, past every proxy and along
no redirect. Any asyncio loop.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from types import TracebackType
from typing import Any, Generic, Self, TypeVar
from urllib.parse import urlsplit

import msgspec
from msgspec import UnsetType

from photoseek import errors, instance
from photoseek.api import wire
from photoseek.errors import NotRunningError, PhotoseekError, QueryError
from photoseek.loopback import aiohttp
from photoseek.paths import Paths

Shape = TypeVar("Shape", bound=msgspec.Struct)

# What the daemon answers from memory, on a machine that has much else to do; one that hangs shall be noticed.
_TIMEOUT = aiohttp.ClientTimeout(total=60, sock_connect=5)
_START_ANEW = "Start it anew: `photoseek stop`, then `photoseek start`."


@dataclass(frozen=True, slots=True)
class Answer(Generic[Shape]):
    """What the daemon said.

    Attributes:
        raw: The body, byte for byte.
        data: The same, read.
    """

    raw: bytes
    data: Shape


class Connection:
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

    async def health(self) -> None:
        """Make sure that photoseek listens there; shows the token to nobody.

        Raises:
            NotRunningError: Nobody listens there.
            PhotoseekError: Whoever does is not photoseek, or does not answer.
        """
        with _troubles_in_words():
            async with self._request("GET", "/healthz", {}) as answer:
                status, raw = answer.status, await answer.read()
        if status != 200 or read_body(raw, wire.HealthBody).status != "ok":
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
        return Answer(raw, read_body(raw, shape))

    async def _ask_raw(self, method: str, route: str, **request: Any) -> bytes:
        async with self._answering(method, route, **request) as answer:
            return await answer.read()

    @asynccontextmanager
    async def _answering(self, method: str, route: str, **request: Any) -> AsyncIterator[aiohttp.ClientResponse]:
        """The answer to a request with the token, to be read; the daemon's own error is raised."""
        headers = {"Authorization": f"Bearer {self._token}"}
        with _troubles_in_words():
            async with self._request(method, f"/api/v1{route}", headers, **request) as answer:
                if answer.status >= 300:
                    raise _error_in(await answer.read(), answer.status)
                yield answer

    def _request(
        self, method: str, path: str, headers: dict[str, str], **request: Any
    ) -> AbstractAsyncContextManager[aiohttp.ClientResponse]:
        if self._session is None:
            raise RuntimeError("the client is used outside of `async with`")
        return self._session.request(method, self.url + path, headers=headers, allow_redirects=False, **request)


@contextmanager
def _troubles_in_words() -> Iterator[None]:
    try:
        yield
    except aiohttp.ClientConnectorError as error:
        raise not_running() from error
    except TimeoutError as error:
        raise PhotoseekError("The daemon does not answer.", _START_ANEW) from error
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


def read_body(raw: bytes, shape: type[Shape]) -> Shape:
    """Read what the daemon said.

    Raises:
        PhotoseekError: It is something else.
    """
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
    if detail.code == "unauthorized":  # its own hint is for who writes a program
        error = PhotoseekError("The daemon doesn't take the token that lies in its file.", _START_ANEW)
    error.code = detail.code
    if isinstance(error, QueryError) and not isinstance(detail.at, UnsetType):
        error.at = detail.at
    return error


_ERRORS = {
    kind.code: kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, PhotoseekError)
}
