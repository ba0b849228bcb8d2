"""The HTTP server: puts routes, guard and listeners together.

Opened by ``service``; runs in its event loop.
"""

import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

from aiohttp import web

from photoseek.api.connections import Front
from photoseek.api.entrance import Entrance
from photoseek.api.guard import Guard
from photoseek.api.keys import Keys
from photoseek.api.listening import HOST, listen_on_port, listening_at
from photoseek.api.live import HEARTBEAT_S, Live
from photoseek.api.login import Login, StartsAtLogin
from photoseek.api.metrics import Metrics
from photoseek.api.page import PageFile, page_routes
from photoseek.api.reading import MAX_JSON_BYTES
from photoseek.api.routes import ApiLibrary, make_routes
from photoseek.api.routing import Route
from photoseek.desktop import Desktop

# Requests that are being answered when the daemon ends have twice this long (aiohttp waits, then cancels and waits);
# all of the end has 5 s.
_SHUTDOWN_S = 1
_SOCKET = "photoseek.sock"


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
    autostart: StartsAtLogin | None = None,
    heartbeat_s: float = HEARTBEAT_S,
) -> AsyncIterator[str]:
    """Answer requests on 127.0.0.1, and on a socket file where the system has such, as long as the context lasts.

    Args:
        library: What is asked.
        token: The key that a client must show.
        port: TCP port; 0 for any, and any other is taken too where this one can't be had.
        runtime: A private folder, for the socket file and the files that let a page in.
        new_token: Writes a new token into its file and returns it.
        page: The files of the web page.
        desktop: Where photos can be opened; None: nowhere.
        autostart: What has photoseek started at login; None: nobody may ask for that.
        heartbeat_s: So often something is sent at least to those who listen for events.

    Yields:
        The url, such as ``http://127.0.0.1:7427``; whoever comes now is answered.

    Raises:
        OSError: No port at all can be had.
    """
    async with contextlib.AsyncExitStack() as stack:
        listener = stack.enter_context(listen_on_port(port))
        taken: int = listener.getsockname()[1]
        url = f"http://{HOST}:{taken}"
        own_socket = stack.enter_context(listening_at(runtime / _SOCKET))
        keys = Keys(token)
        entrance = stack.enter_context(Entrance(keys, url, runtime, new_token).opened())
        live = Live(library, heartbeat_s=heartbeat_s)
        metrics = Metrics(library, live)
        routes = make_routes(library, desktop, Login(autostart), entrance, live, metrics)
        app = web.AppRunner(make_app(routes, page))
        await app.setup()
        stack.push_async_callback(app.cleanup)
        assert app.server is not None
        open_paths = {route.path for route in routes if route.open} | {file.path for file in page}
        front = web.ServerRunner(Front(app.server, Guard(keys, taken, open_paths)), shutdown_timeout=_SHUTDOWN_S)
        await front.setup()
        stack.push_async_callback(front.cleanup)
        stack.callback(live.end)
        await web.SockSite(front, listener).start()
        if own_socket is not None:
            await web.SockSite(front, own_socket).start()
        yield url
