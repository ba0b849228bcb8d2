"""The HTTP server: listens on loopback, lets the guard judge every request, puts every error into the one shape.

Opened by ``service``; runs in its event loop. Built so that the guard stands before aiohttp's routing: an unknown
route, a wrong method and an ``Expect`` header are judged like any other request.
"""

import contextlib
import errno
import logging
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path

from aiohttp import web

from photoseek.api.entrance import Entrance
from photoseek.api.guard import Guard
from photoseek.api.handlers import ApiLibrary, Handlers
from photoseek.api.keys import Keys
from photoseek.api.page import PageFile, page_routes
from photoseek.api.reading import MAX_JSON_BYTES
from photoseek.api.refusals import STATUS, from_aiohttp, internal_error, malformed, refusal
from photoseek.api.routes import make_routes
from photoseek.api.routing import Route
from photoseek.desktop import Desktop
from photoseek.errors import PhotoseekError

_logger = logging.getLogger(__name__)

_HOST = "127.0.0.1"
# Also how long a client may take to send its headers.
_KEEPALIVE_S = 15
# How long the rest of a refused body is read, so that the client sees the answer and not a broken connection.
_LINGERING_S = 3
# Requests that are being answered when the daemon ends have twice this long (aiohttp waits, then cancels and waits);
# all of the end has 5 s.
_SHUTDOWN_S = 1
# 4,096 characters of four bytes, each written as %XX, fit into the address: then the query's own limit is what counts.
_LONGEST_LINE_BYTES = 64 * 1024

_Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


def make_app(routes: Sequence[Route], page: Sequence[PageFile] = ()) -> web.Application:
    """The routes alone. Without a guard: only ``serve`` opens them to anyone."""
    app = web.Application(client_max_size=MAX_JSON_BYTES)
    app.add_routes([route.served() for route in routes])
    app.add_routes(page_routes(page))
    return app


@contextlib.asynccontextmanager
async def serve(
    library: ApiLibrary,
    token: str,
    port: int,
    *,
    runtime: Path,
    new_token: Callable[[], str],
    page: Sequence[PageFile] = (),
    desktop: Desktop | None = None,
) -> AsyncIterator[str]:
    """Answer requests on 127.0.0.1 as long as the context lasts.

    Args:
        library: What is asked.
        token: The key that a client must show.
        port: TCP port; 0 for any, and any other is taken too where this one can't be had.
        runtime: A private folder, for the files that let a page in.
        new_token: Writes a new token into its file and returns it.
        page: The files of the web page.
        desktop: Where photos can be opened; None: nowhere.

    Yields:
        The url, such as ``http://127.0.0.1:7427``; whoever comes now is answered.

    Raises:
        OSError: No port at all can be had.
    """
    async with contextlib.AsyncExitStack() as stack:
        listener = stack.enter_context(_listen(port))
        taken: int = listener.getsockname()[1]
        url = f"http://{_HOST}:{taken}"
        keys = Keys(token)
        entrance = stack.enter_context(Entrance(keys, url, runtime, new_token).opened())
        routes = make_routes(Handlers(library, desktop), entrance)
        app = web.AppRunner(make_app(routes, page))
        await app.setup()
        stack.push_async_callback(app.cleanup)
        assert app.server is not None
        open_paths = {route.path for route in routes if route.open} | {file.path for file in page}
        front = web.ServerRunner(_Front(app.server, Guard(keys, taken, open_paths)), shutdown_timeout=_SHUTDOWN_S)
        await front.setup()
        stack.push_async_callback(front.cleanup)
        await web.SockSite(front, listener).start()
        yield url


def _listen(port: int) -> socket.socket:
    try:
        return socket.create_server((_HOST, port))
    except OSError as error:
        # Windows says "access denied" of ports that it keeps for itself.
        if port == 0 or error.errno not in {errno.EADDRINUSE, errno.EACCES}:
            raise
        _logger.info("port %d can't be had, taking another", port)
        return socket.create_server((_HOST, 0))


class _Front(web.Server):
    """Takes the connections; hands to the app what the guard lets pass."""

    def __init__(self, app: web.Server, guard: Guard) -> None:
        handler = _in_shape(guard, app.request_handler)
        super().__init__(handler, request_factory=app.request_factory)

    def __call__(self) -> web.RequestHandler:
        return _Connection(
            self,
            loop=self._loop,
            keepalive_timeout=_KEEPALIVE_S,
            lingering_time=_LINGERING_S,
            max_line_size=_LONGEST_LINE_BYTES,
            auto_decompress=False,  # no body is taken compressed: nothing can blow up
            access_log=None,  # type: ignore[arg-type] # would hold queries; aiohttp's runners pass None themselves
            logger=_logger,
        )


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
            _logger.error("an answer broke off", exc_info=exc)
            raise ConnectionError("an answer broke off")
        if status == 400:
            return malformed()
        _logger.error("a request failed", exc_info=exc)
        answer = internal_error()
        answer.force_close()
        return answer


def _in_shape(guard: Guard, handler: _Handler) -> _Handler:
    """``handler`` behind ``guard``, with every error of both as an answer."""

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        try:
            guard.judge(request)
            return await handler(request)
        except PhotoseekError as error:
            if STATUS.get(error.code, 500) >= 500:
                _logger.warning("a request ended with %s", error.code)
            return refusal(error)
        except web.HTTPException as error:
            return refusal(from_aiohttp(error))
        except Exception:
            if request.writer.output_size > 0 or request.transport is None:
                raise  # the answer has begun, or nobody is there to read it
            _logger.exception("a request failed")
            return internal_error()

    return answer
