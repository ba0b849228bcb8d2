"""Starting at login, over HTTP: whether photoseek does, and the wish that it does or doesn't.

Used by the server. What it asks may block for seconds, so it is asked in a thread, one wish at a time.
"""

import asyncio
from typing import Protocol

from aiohttp import web

from photoseek.api import wire
from photoseek.api.routing import Asked
from photoseek.api.sending import json_answer
from photoseek.domain import LoginStart
from photoseek.errors import AutostartError


class StartsAtLogin(Protocol):
    """What has photoseek started at login. All of it blocks, and raises AutostartError."""

    def install(self) -> LoginStart:
        """Start at login from now on."""
        ...

    def remove(self) -> bool:
        """Start at login no more; whether it did."""
        ...

    def status(self) -> LoginStart:
        """How things are."""
        ...


class Login:
    """The routes.

    Args:
        autostart: What is asked; None: nothing here starts at login.
    """

    def __init__(self, autostart: StartsAtLogin | None) -> None:
        self._autostart = autostart
        self._one_at_a_time = asyncio.Lock()

    async def autostart(self, asked: Asked[wire.NoParameters, None]) -> web.StreamResponse:
        """``GET /autostart``."""
        return json_answer(_body(await asyncio.to_thread(self._known.status)))

    async def set_autostart(self, asked: Asked[wire.NoParameters, wire.AutostartRequest]) -> web.StreamResponse:
        """``POST /autostart``."""
        autostart = self._known
        async with self._one_at_a_time:
            await asyncio.to_thread(autostart.install if asked.body.installed else autostart.remove)
            return json_answer(_body(await asyncio.to_thread(autostart.status)))

    @property
    def _known(self) -> StartsAtLogin:
        if self._autostart is None:
            raise AutostartError("This photoseek was started so that it can't be started at login.")
        return self._autostart


def _body(status: LoginStart) -> wire.AutostartBody:
    return wire.AutostartBody(installed=status.installed, how=status.how, note=status.note)
