"""The connections: how many, how long they may take, and that every request is judged and every error is in shape.

Made by the server; runs in the event loop. The guard stands before aiohttp's routing: an unknown route, a wrong method
and an ``Expect`` header are judged like any other request.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from aiohttp import web

from photoseek.api.guard import Guard
from photoseek.api.refusals import STATUS, crowded, from_aiohttp, internal_error, malformed, refusal
from photoseek.errors import PhotoseekError

log = logging.getLogger(__name__)

MOST_CONNECTIONS = 128
"""At a time. A browser opens six, and a listener of the events keeps one."""

# How long a connection may be silent, and how long a client may take to send its headers, however it dribbles.
_KEEPALIVE_S = 10
# How long the rest of a refused body is read, so that the client sees the answer and not a broken connection.
_LINGERING_S = 3
# 4,096 characters of four bytes, each written as %XX, fit into the address: then the query's own limit is what counts.
_LONGEST_LINE_BYTES = 64 * 1024

_Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


class Front(web.Server):
    """Takes the connections; hands to the app what the guard lets pass.

    Args:
        app: What answers.
        guard: What judges.
    """

    def __init__(self, app: web.Server, guard: Guard) -> None:
        self._trusted: set[web.RequestHandler] = set()
        self._guard = guard
        super().__init__(_in_shape(self._judged(app.request_handler)), request_factory=app.request_factory)

    def __call__(self) -> web.RequestHandler:
        """A new connection's handler."""
        return _Connection(
            self,
            loop=self._loop,
            keepalive_timeout=_KEEPALIVE_S,
            lingering_time=_LINGERING_S,
            max_line_size=_LONGEST_LINE_BYTES,
            auto_decompress=False,  # no body is taken compressed: nothing can blow up
            access_log=None,  # type: ignore[arg-type] # would hold queries; aiohttp's runners pass None themselves
            logger=log,
        )

    def connection_made(self, handler: web.RequestHandler, transport: asyncio.Transport) -> None:
        """Take one more. Of too many the oldest that answers nobody with a key is closed; it may be this one."""
        super().connection_made(handler, transport)
        there = [one for one in self.connections if one.transport is not None]  # in the order in which they came
        if len(there) <= MOST_CONNECTIONS:
            return
        oldest = next(one for one in there if one not in self._trusted)
        if oldest is handler:
            transport.write(crowded())
        oldest.force_close()

    def _judged(self, handler: _Handler) -> _Handler:
        """``handler`` behind the guard; as long as it answers somebody who has a key, the connection stays."""

        async def answer(request: web.BaseRequest) -> web.StreamResponse:
            if not self._guard.judge(request):
                return await handler(request)
            self._trusted.add(request.protocol)
            try:
                return await handler(request)
            finally:
                self._trusted.discard(request.protocol)

        return answer


class _Connection(web.RequestHandler):
    """A connection that answers what is no HTTP in our shape, and logs none of its bytes."""

    __slots__ = ()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """The answer to what never reached ``_in_shape`` or broke behind it."""
        if request.writer.output_size > 0:
            if isinstance(exc, ConnectionError):  # a browser goes away in the midst of many with each page that is left
                log.debug("who asked has gone: %s", exc)
            else:
                log.error("an answer broke off", exc_info=exc)
            raise ConnectionError("an answer broke off")
        if status == 400:
            return malformed()
        log.error("a request failed", exc_info=exc)
        answer = internal_error()
        answer.force_close()
        return answer


def _in_shape(handler: _Handler) -> _Handler:
    """``handler`` with every error as an answer."""

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        try:
            return await handler(request)
        except PhotoseekError as error:
            if STATUS.get(error.code, 500) >= 500:
                log.warning("a request ended with %s", error.code)
            return refusal(error)
        except web.HTTPException as error:
            return refusal(from_aiohttp(error))
        except Exception:
            if request.writer.output_size > 0 or request.transport is None:
                raise  # the answer has begun, or nobody is there to read it
            log.exception("a request failed")
            return internal_error()

    return answer
