"""Builds the rooms, starts them in order, stops them in reverse. Called by ``cli.run``; the daemon's event loop."""

import asyncio
import logging
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from photoseek import __version__
from photoseek.allocator import give_back_at_once
from photoseek.api import StartsAtLogin, read_page, serve
from photoseek.catalogue import Catalogue
from photoseek.desktop import Desktop
from photoseek.domain import Status
from photoseek.embedding import Embedders
from photoseek.errors import FolderError
from photoseek.instance import announce, only_daemon, own_token, renew_token
from photoseek.library import ComputerLookout, Library, Lookout, Models
from photoseek.logs import log_loop_error
from photoseek.paths import Paths
from photoseek.pictures import PicturePool
from photoseek.renewal import OWN
from photoseek.resources import webui_folder
from photoseek.settings import Settings, change_setting
from photoseek.supervision import Supervisor
from photoseek.vectors import VectorIndex

log = logging.getLogger(__name__)

_THREADS = 64
"""For what blocks, made as they are needed. A disk that doesn't answer holds one or two for each folder on it: as few
as Python has by itself, four more than processors, would soon all wait there."""


@dataclass(frozen=True)
class Running:
    """A daemon that listens.

    Attributes:
        status: What it is doing at this moment.
    """

    url: str
    status: Callable[[], Awaitable[Status]]


@dataclass(frozen=True)
class Rooms:
    """The library and the rooms that it uses, open."""

    catalogue: Catalogue
    vectors: VectorIndex
    pictures: PicturePool
    library: Library


async def run_service(
    settings: Settings,
    paths: Paths,
    *,
    folders: Sequence[str] = (),
    autostart: StartsAtLogin | None = None,
    on_ready: Callable[[Running], None],
) -> bool:
    """Be the daemon until SIGTERM, Ctrl+C or cancellation, or until its program was replaced or removed.

    Returns:
        Whether the program was replaced, so that the new one is to go on.

    Args:
        folders: Watched from now on, where they are not already.
        autostart: What has it started at login; None: nobody may ask for that.
        on_ready: Called once it listens.

    Raises:
        AlreadyRunningError: Another daemon has this data dir.
        FolderError: One of the folders can't be watched; nothing was started.
        CatalogueError: The catalogue can't be opened.
    """
    give_back_at_once()
    supervisor = Supervisor(os.environ)
    with only_daemon(paths):
        asyncio.get_running_loop().set_exception_handler(log_loop_error)
        stopped = asyncio.Event()
        _stop_on_signals(stopped)
        async with AsyncExitStack() as stack:
            models = await stack.enter_async_context(Embedders(settings.model, paths.models))
            rooms = await stack.enter_async_context(open_rooms(settings, paths, models, lookout=ComputerLookout()))
            library = rooms.library
            await _watch(library, folders)
            url = await stack.enter_async_context(_serve(library, settings, paths, autostart))
            stack.enter_context(announce(paths, url))
            log.info("photoseek %s listens at %s", __version__, url)
            async with _kept_true(library, stopped):
                on_ready(Running(url, library.status))
                async with supervisor.watching(f"listens at {url}"):
                    if renewed := await _is_replaced(stopped):
                        supervisor.begin_anew()
            log.info("photoseek stops")
    return renewed and not stopped.is_set()  # somebody may have wanted its end meanwhile


async def _is_replaced(stopped: asyncio.Event) -> bool:
    """Wait until the daemon is to stop or has no program any more; whether another one is there to go on."""
    stops, replaced = asyncio.create_task(stopped.wait()), asyncio.create_task(OWN.until_replaced(), name="renewal")
    try:
        await asyncio.wait({stops, replaced}, return_when=asyncio.FIRST_COMPLETED)
        if not replaced.done():
            return False
        log.info("the program was %s", "replaced; the new one goes on" if replaced.result() else "removed")
        return replaced.result()
    finally:
        stops.cancel()
        replaced.cancel()


@asynccontextmanager
async def open_rooms(
    settings: Settings,
    paths: Paths,
    models: Models,
    *,
    clock: Callable[[], float] = time.time,
    lookout: Lookout | None = None,
) -> AsyncIterator[Rooms]:
    """Open the library and the rooms that it uses; close them in reverse.

    Args:
        models: Which the caller opens and closes.
        clock: Unix time in seconds.
        lookout: What the computer is like; None: undisturbed.

    Raises:
        CatalogueError: The catalogue can't be opened.
    """
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(_THREADS))
    async with AsyncExitStack() as stack:
        catalogue = await Catalogue.open_anyhow(paths.catalogue, clock)
        stack.push_async_callback(catalogue.close)
        vectors = VectorIndex(paths.vectors)
        stack.push_async_callback(vectors.close)
        pictures = await stack.enter_async_context(
            PicturePool(
                paths.thumbnails,
                paths.places,
                workers=settings.indexing.workers,
                max_megapixels=settings.indexing.max_megapixels,
                timeout_s=settings.indexing.picture_timeout_s,
                idle_s=settings.model.idle_s,
            )
        )
        library = Library(
            catalogue,
            vectors,
            pictures,
            models,
            settings,
            uploads=paths.uploads,
            looked_at=paths.looked_at,
            learnt=paths.models,
            keep_model=lambda name: change_setting(paths.settings, "model", "name", name),
            clock=clock,
            lookout=lookout,
        )
        await library.begin()
        yield Rooms(catalogue, vectors, pictures, library)


def _serve(
    library: Library, settings: Settings, paths: Paths, autostart: StartsAtLogin | None
) -> AbstractAsyncContextManager[str]:
    return serve(
        library,
        own_token(paths),
        settings.server.port,
        runtime=paths.runtime,
        new_token=lambda: renew_token(paths),
        page=read_page(webui_folder()),
        desktop=Desktop(apart="INVOCATION_ID" in os.environ),  # systemd's name for a run of a unit
        autostart=autostart,
    )


async def _watch(library: Library, folders: Sequence[str]) -> None:
    """Add the folders that were named; one that is watched already is fine."""
    if not folders:
        return  # no watched one is looked at: its disk may not answer, and nobody could search the others
    watched = {_real(os.fsdecode(status.folder.path)) for status in await library.folders()}
    for folder in folders:
        if _real(folder) not in watched:
            await _add(library, folder)


async def _add(library: Library, folder: str) -> None:
    try:
        await library.add_folder(folder)
    except FolderError as error:
        shown = os.fsencode(folder).decode("utf-8", "replace")
        raise FolderError(f"{shown}: {error.message}", error.hint) from error  # which of several it is


def _real(folder: str) -> Path:
    return Path(folder).expanduser().resolve()


@asynccontextmanager
async def _kept_true(library: Library, stopped: asyncio.Event) -> AsyncIterator[None]:
    """Run the library's work beside; should it end by itself, so does the daemon, with its error."""
    work = asyncio.create_task(library.run(), name="library")
    work.add_done_callback(lambda done: None if done.cancelled() else stopped.set())
    try:
        yield
    finally:
        work.cancel()
        await asyncio.wait({work})
    if not work.cancelled() and (error := work.exception()) is not None:
        raise error


def _stop_on_signals(stopped: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    endings = [signal.SIGTERM, signal.SIGINT]
    if sys.platform != "win32" and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        endings.append(signal.SIGHUP)  # its terminal is closed; with nohup it goes on all the same
    for number in endings:
        with suppress(NotImplementedError):  # Windows: Ctrl+C cancels the main task there
            loop.add_signal_handler(number, stopped.set)
