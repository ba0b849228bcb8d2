"""Server-sent events: what the library tells, written as ``text/event-stream`` for as long as a client listens.

Called through ``routes`` in the event loop. A page reads it with fetch, for EventSource can send no token.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from typing import Protocol

import msgspec
from aiohttp import web

from photoseek.api import wire
from photoseek.api.answers import event_body
from photoseek.api.refusals import RefusedError
from photoseek.api.routing import Asked
from photoseek.api.sending import SECURITY_HEADERS
from photoseek.domain import Event
from photoseek.library import Listener

EVENT_STREAM = "text/event-stream"
HEARTBEAT_S = 15.0
"""So often something is sent at least: a client that is gone is noticed, and it notices a daemon that is."""
LISTENERS = 32
"""Pages and programs that listen at once."""
_RETRY_MS = 2000
_STUCK_S = 60.0  # a client that takes nothing for so long is let go; it may come back and go on from where it was


class EventLibrary(Protocol):
    """What this needs of the library."""

    def listen(self, after: int | None) -> AbstractAsyncContextManager[Listener]:
        """Hear of what changes."""
        ...


class Live:
    """All who listen.

    Args:
        library: What tells.
        heartbeat_s: So often something is sent at least.
    """

    def __init__(self, library: EventLibrary, *, heartbeat_s: float = HEARTBEAT_S) -> None:
        self._library = library
        self._heartbeat_s = heartbeat_s
        self._listeners: dict[Listener, web.Request] = {}

    @property
    def listeners(self) -> int:
        """Number of those who listen."""
        return len(self._listeners)

    async def events(self, asked: Asked[wire.EventsParameters, None]) -> web.StreamResponse:
        """``GET /events``."""
        self._let_go()
        if len(self._listeners) >= LISTENERS:
            raise RefusedError("busy", f"{LISTENERS} listen already.", "Close a page, or try again in a while.")
        seconds = asked.parameters.seconds
        until = time.monotonic() + seconds if isinstance(seconds, float | int) else None
        after = _last_event(asked.request.headers.get("Last-Event-ID", ""))
        async with AsyncExitStack() as stack:
            listener = await stack.enter_async_context(self._library.listen(after))
            self._listeners[listener] = asked.request
            stack.callback(self._listeners.pop, listener, None)
            return await self._stream(asked.request, listener, until)

    def end(self) -> None:
        """Let every client go: the daemon stops."""
        for listener in self._listeners:
            listener.end()

    def _let_go(self) -> None:
        """Clients that are gone make room: their streams notice it at the next heartbeat, a page is reloaded sooner."""
        for listener, request in list(self._listeners.items()):
            if request.transport is None or request.transport.is_closing():
                listener.end()
                del self._listeners[listener]

    async def _stream(self, request: web.Request, listener: Listener, until: float | None) -> web.StreamResponse:
        headers = SECURITY_HEADERS | {"Content-Type": EVENT_STREAM, "Cache-Control": "no-store"}
        response = web.StreamResponse(headers=headers)
        try:
            await response.prepare(request)
            if request.method != "HEAD":
                await self._write(response, listener, until)
        except (ConnectionError, TimeoutError):  # the client is gone, or stuck
            if request.transport is not None:
                request.transport.abort()
        return response

    async def _write(self, response: web.StreamResponse, listener: Listener, until: float | None) -> None:
        async for part in self._parts(listener, until):
            async with asyncio.timeout(_STUCK_S):
                await response.write(part)

    async def _parts(self, listener: Listener, until: float | None) -> AsyncIterator[bytes]:
        yield b"retry: %d\n\n" % _RETRY_MS
        ended = False
        while not ended:
            rest_s = self._heartbeat_s if until is None else min(self._heartbeat_s, until - time.monotonic())
            try:
                async with asyncio.timeout(max(rest_s, 0)):
                    news = await listener.next()
                yield b"".join(map(encode, news))
            except TimeoutError:
                yield b": photoseek is here\n\n"
            ended = listener.ended or (until is not None and time.monotonic() >= until)


def encode(event: Event) -> bytes:
    """An event on the wire; JSON holds no line break."""
    name, body = event_body(event)
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (event.seq, name.encode(), msgspec.json.encode(body))


def _last_event(header: str) -> int | None:
    """The number in ``Last-Event-ID``; what is none of ours is one that isn't known any more."""
    if not header:
        return None
    return int(header) if header.isascii() and header.isdigit() and len(header) <= 16 else -1
