"""The ways in: links that let a page in once, and a new token in place of the old one.

A link is the address of the page with a code behind ``#``, which a browser sends to nobody; the page exchanges the
code for a key of its own. A browser is called with the path of a private file that leads there: no code stands in the
list of processes. Called by the routes, in the event loop; files are written in threads.
"""

import asyncio
import contextlib
import html
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Self, TypeVar
from urllib.parse import urlencode

import msgspec
from aiohttp import web

from photoseek import durable
from photoseek.api import wire
from photoseek.api.keys import LINK_LASTS_S, Keys
from photoseek.api.routing import Asked
from photoseek.api.sending import json_answer
from photoseek.errors import NoRoomError

_LEADING = """<!doctype html>
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<title>photoseek</title>
<meta http-equiv="refresh" content="0; url={url}">
<a href="{url}">photoseek</a>
"""
_NAMES = "open-*.html"
_Written = TypeVar("_Written")


class Entrance:
    """The routes that have to do with keys.

    Args:
        keys: What the guard goes by.
        url: Where the page is, without a slash at the end.
        folder: A private one for the files that lead to the page.
        new_token: Writes a new token into its file and returns it.
    """

    def __init__(self, keys: Keys, url: str, folder: Path, new_token: Callable[[], str]) -> None:
        self._keys = keys
        self._url = url
        self._folder = folder
        self._new_token = new_token
        self._files: dict[str, tuple[Path, asyncio.TimerHandle]] = {}

    @contextlib.contextmanager
    def opened(self) -> Iterator[Self]:
        """As long as the daemon listens. No file outlives that; those of a daemon that was killed are removed first."""
        for left in self._folder.glob(_NAMES):
            left.unlink(missing_ok=True)
        try:
            yield self
        finally:
            self._forget_all()

    async def make_link(self, asked: Asked[wire.LinkParameters, None]) -> web.StreamResponse:
        """``POST /links``."""
        code = self._keys.make_code()
        place = {name: value for name, value in msgspec.structs.asdict(asked.parameters).items() if value}
        url = f"{self._url}/{'?' if place else ''}{urlencode(place)}#code={code}"
        file = self._folder / _NAMES.replace("*", secrets.token_hex(4))
        leading = _LEADING.format(url=html.escape(url)).encode()
        await _write(lambda: durable.write(file, leading, sync=False))
        ending = asyncio.get_running_loop().call_later(LINK_LASTS_S, self._forget, code)
        self._files[code] = file, ending
        return json_answer(wire.LinkBody(url=url, file=str(file), lasts_s=LINK_LASTS_S), 201)

    async def exchange(self, asked: Asked[wire.NoParameters, wire.KeyRequest]) -> web.StreamResponse:
        """``POST /keys``."""
        key = self._keys.exchange(asked.body.code)
        self._forget(asked.body.code)
        return json_answer(wire.KeyBody(key=key), 201)

    async def tell_token(self, asked: Asked[wire.NoParameters, None]) -> web.StreamResponse:
        """``GET /token``: for the page, when a person wants to write a script; no cache keeps the answer."""
        return json_answer(wire.TokenBody(token=self._keys.token))

    async def renew_token(self, asked: Asked[wire.NoParameters, None]) -> web.StreamResponse:
        """``POST /token/renew``."""
        self._keys.renew(await _write(self._new_token))
        self._forget_all()
        return json_answer(wire.RenewedBody())

    def _forget_all(self) -> None:
        for code in list(self._files):
            self._forget(code)

    def _forget(self, code: str) -> None:
        """Remove the file that leads to a link, if it is there still."""
        if code in self._files:
            file, ending = self._files.pop(code)
            ending.cancel()
            file.unlink(missing_ok=True)


async def _write(write: Callable[[], _Written]) -> _Written:
    """Write a file in a thread.

    Raises:
        NoRoomError: The disk is full or can't be written to.
    """
    try:
        return await asyncio.to_thread(write)
    except OSError as error:
        raise NoRoomError.of(error) from error
