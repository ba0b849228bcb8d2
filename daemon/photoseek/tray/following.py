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
from photoseek.client import Client, EventName
from photoseek.errors import NotRunningError, PhotoseekError
from photoseek.paths import Paths

log = logging.getLogger(__name__)

_LOOK_EVERY_S = 1.0
_WANTED: tuple[EventName, ...] = ("progress", "folder", "status")


async def follow(paths: Paths, tell: Callable[[wire.StatusBody | None], None]) -> None:
    """Tell what the daemon does whenever that changes, and None when none answers; until cancelled."""
    while True:
        try:
            async with Client.find(paths) as client:
                await _listen(client, tell)
        except NotRunningError:
            tell(None)
        except PhotoseekError as error:
            log.info("the daemon can't be listened to: %s", error.code)
            tell(None)
        await asyncio.sleep(_LOOK_EVERY_S)


async def _listen(client: Client, tell: Callable[[wire.StatusBody | None], None]) -> None:
    status = (await client.status()).data
    tell(status)
    async with aclosing(client.events(_WANTED)) as events:
        async for event in events:
            status = renew(status, event)
            tell(status)


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
