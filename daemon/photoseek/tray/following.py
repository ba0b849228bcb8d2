"""Keeps what the tray knows of the daemon: finds it, listens to its events, looks for it when it is gone.

A coroutine in the tray's event loop.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import aclosing
from typing import assert_never

import msgspec

from photoseek.api import wire
from photoseek.client import Client, EventName, not_running
from photoseek.errors import NotRunningError, PhotoseekError
from photoseek.instance import Discovery, find_daemon
from photoseek.paths import Paths

log = logging.getLogger(__name__)

_LOOK_EVERY_S = 1.0
_Tell = Callable[[wire.StatusBody | None, Discovery | None], None]
_WANTED: tuple[EventName, ...] = ("progress", "folder", "status")


async def follow(paths: Paths, tell: _Tell) -> None:
    """Tell what the daemon does whenever that changes, None when none answers, and which one it is; until cancelled.

    It is looked for once for a connection, not for each event: that takes a file and a look at a process.
    """
    while True:
        found = find_daemon(paths)
        try:
            if found is None:
                raise not_running()
            async with Client.find(paths) as client:
                await _listen(client, found, tell)
        except NotRunningError:
            tell(None, None)
        except PhotoseekError as error:
            log.info("the daemon can't be listened to: %s", error.code)
            tell(None, find_daemon(paths))
        await asyncio.sleep(_LOOK_EVERY_S)


async def _listen(client: Client, found: Discovery, tell: _Tell) -> None:
    status = (await client.status()).data
    tell(status, found)
    async with aclosing(client.events(_WANTED)) as events:
        async for event in events:
            status = renew(status, event)
            tell(status, found)


def renew(status: wire.StatusBody, event: wire.EventBody) -> wire.StatusBody:
    """The status after an event."""
    match event:
        case wire.ProgressEventBody():
            return msgspec.structs.replace(status, indexing=event.indexing, counts=event.counts)
        case wire.FolderEventBody():
            return msgspec.structs.replace(status, folders=event.folders)
        case wire.StatusEventBody():
            return msgspec.structs.replace(status, model=event.model, notes=event.notes)
        case wire.PhotoEventBody():
            return status
        case _:
            assert_never(event)
