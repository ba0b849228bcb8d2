"""A real HTTP server that speaks the daemon's shapes and says what a test puts into its mouth.

In a thread beside a test (``SmallDaemon``), or as a process of its own that ends at SIGTERM (``python -m``).
"""

import asyncio
import signal
import sys
import threading
from contextlib import ExitStack
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import msgspec
from aiohttp import web

from photoseek.api import wire
from photoseek.instance import announce, make_private, own_token
from photoseek.paths import Paths, find_paths


@dataclass
class Asked:
    """A request as it came in."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


@dataclass
class SmallDaemon:
    """Answers with the body set for ``"GET /api/v1/status"`` and its like; anything else is 404.

    Attributes:
        answers: A shape, raw bytes, or (HTTP status, one of both) for each method and path.
        asked: All requests so far.
    """

    paths: Paths
    answers: dict[str, object] = field(default_factory=lambda: {"GET /healthz": wire.HealthBody()})
    asked: list[Asked] = field(default_factory=list)
    url: str = ""
    token: str = ""

    def __enter__(self) -> Self:
        make_private(self.paths)
        self.token = own_token(self.paths)
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()))
        self._thread.start()
        self._ready.wait()
        self._announced = ExitStack()
        self._announced.enter_context(announce(self.paths, self.url))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._announced.close()
        self.hang_up()

    def hang_up(self) -> None:
        """Listen no more, but leave the discovery file."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._end.set)
            self._thread.join()

    async def _serve(self) -> None:
        self._loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        self._ready.set()
        await self._end.wait()
        await runner.cleanup()

    async def _answer(self, request: web.Request) -> web.Response:
        body = await request.read()
        self.asked.append(Asked(request.method, request.path, dict(request.query), dict(request.headers), body))
        wants_token = request.path != "/healthz"
        if wants_token and request.headers.get("Authorization") != f"Bearer {self.token}":
            return _response((401, error("unauthorized", "No token.")))
        missing = (404, error("not_found", "There is no such route."))
        return _response(self.answers.get(f"{request.method} {request.path}", missing))


def error(code: str, message: str, hint: str = "") -> wire.ErrorBody:
    """An error in the one shape."""
    return wire.ErrorBody(error=wire.ErrorDetail(code=code, message=message, hint=hint))


def _response(answer: object) -> web.Response:
    status, body = answer if isinstance(answer, tuple) else (200, answer)
    raw = body if isinstance(body, bytes) else msgspec.json.encode(body)
    return web.Response(status=status, body=raw, content_type="application/json", headers={"Location": "/elsewhere"})


def main() -> None:
    """Be a process that listens until SIGTERM."""
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    with SmallDaemon(find_paths()):
        sys.stdout.write("listening\n")
        sys.stdout.flush()
        ended.wait()


if __name__ == "__main__":
    main()
