"""``photoseek run``: be the daemon, in the foreground, until Ctrl+C or SIGTERM."""

import asyncio
import contextlib
import gc
import logging
import os
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from photoseek.cli.folders import absolute
from photoseek.cli.places import places_option
from photoseek.cli.terminal import remark, show_error
from photoseek.errors import DesktopError, FolderError

if TYPE_CHECKING:
    from photoseek.cli.progress import Display
    from photoseek.paths import Paths
    from photoseek.service import Running
    from photoseek.settings import Settings


log = logging.getLogger(__name__)


@click.command("run")
@click.option("--folder", "folders", multiple=True, metavar="DIR", type=click.Path(readable=False),
              help="Watch this folder too; may be given more than once.")  # fmt: skip
@click.option("--no-tray", is_flag=True, help="Show no icon.")
@click.option("--no-open", is_flag=True, help="Open no page.")
@click.option("--background", is_flag=True, hidden=True, help="For `start`: all that is said goes to the log.")
@places_option
def command(folders: tuple[str, ...], no_tray: bool, no_open: bool, background: bool) -> None:
    """Run in the foreground: index and answer until Ctrl+C.

    On a desktop it also shows the icon in the tray and opens the page.

    Without --folder it goes on with the folders it knows; at the very first start that is your pictures folder.
    """
    from photoseek.instance import make_private  # noqa: PLC0415 - not needed for --help
    from photoseek.logs import logging_to  # noqa: PLC0415
    from photoseek.paths import find_paths  # noqa: PLC0415
    from photoseek.renewal import begin_anew  # noqa: PLC0415
    from photoseek.settings import load_settings  # noqa: PLC0415

    given = dict(os.environ)
    paths = find_paths()
    settings = load_settings(paths.settings)
    names = [absolute(folder) for folder in folders]
    make_private(paths)
    # A log line would break the moving line of a terminal; what matters is said there in other words.
    log_to_stderr = not background and not sys.stderr.isatty()
    renewed = False
    with contextlib.suppress(KeyboardInterrupt), logging_to(paths.log, stderr=log_to_stderr):
        person = Person(paths, None if background else _display(), tray=not no_tray, page=not no_open)
        renewed = asyncio.run(_serve(settings, paths, names, person))
    if renewed:
        begin_anew(given, "--no-open")
    if not background:
        remark("photoseek has stopped.")


@dataclass(frozen=True)
class Person:
    """Whom the daemon is run for.

    Attributes:
        paths: photoseek's folders.
        display: Shows the progress in a terminal; None in the background.
        tray: Whether an icon is wanted.
        page: Whether the page is.
    """

    paths: "Paths"
    display: "Display | None"
    tray: bool
    page: bool


async def _serve(settings: "Settings", paths: "Paths", folders: list[str], person: Person) -> bool:
    """Run the daemon and, beside it, what the person sees of it; whether another program is to go on."""
    gc.disable()  # what is loaded now is no garbage; looking for some took a tenth of the time until it listens
    import photoseek.arithmetic  # noqa: F401, PLC0415 - before whatever imports numpy
    from photoseek.autostart import find_autostart  # noqa: PLC0415 - not needed for --help
    from photoseek.service import run_service  # noqa: PLC0415 - loads the whole daemon

    listening: asyncio.Future[Running] = asyncio.get_running_loop().create_future()

    def listens(running: "Running") -> None:
        gc.enable()
        listening.set_result(running)

    beside = asyncio.create_task(_accompany(listening, person), name="accompany")
    try:
        return await run_service(settings, paths, folders=folders, autostart=find_autostart(), on_ready=listens)
    finally:
        gc.enable()
        beside.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await beside


async def _accompany(listening: "asyncio.Future[Running]", person: Person) -> None:
    """Say where it listens, add the pictures folder at the very first start, then show how far it is."""
    from photoseek.cli.progress import follow  # noqa: PLC0415 - not needed for --help

    running = await listening
    if person.display is not None:
        remark(f"photoseek is at {running.url} (Ctrl+C ends it). Ask it: `photoseek search dog on the beach`")
    try:
        if not (await running.status()).folders:
            await _add_pictures_folder(person.paths)
        async with _on_desktop(person):
            if person.display is not None:
                await follow(running.status, person.display)
            await asyncio.Event().wait()  # until it is cancelled
    except Exception:
        log.exception("the progress is shown no more; the daemon goes on")


@contextlib.asynccontextmanager
async def _on_desktop(person: Person) -> AsyncIterator[None]:
    """With the icon in the tray, after the page was opened; nothing of it where there is no screen."""
    from photoseek.tray import has_display  # noqa: PLC0415 - not needed for --help

    async with contextlib.AsyncExitStack() as stack:
        if has_display():
            if person.tray:
                from photoseek.tray.beside import tray_beside  # noqa: PLC0415

                await stack.enter_async_context(tray_beside(wait=person.display is None))
            if person.page:
                await _open_page(person.paths)
        yield


async def _open_page(paths: "Paths") -> None:
    from photoseek.tray.texts import find_tray_texts  # noqa: PLC0415 - rarely needed
    from photoseek.tray.wishes import open_page  # noqa: PLC0415

    try:
        await open_page(paths, find_tray_texts())
    except DesktopError as error:
        remark(error.message)


async def _add_pictures_folder(paths: "Paths") -> None:
    from photoseek.client import Client  # noqa: PLC0415 - rarely needed
    from photoseek.paths import pictures_folder  # noqa: PLC0415

    folder = pictures_folder()
    if folder is None:
        remark("No folder is watched yet. Add one: `photoseek folders add DIR`")
        return
    try:
        async with Client.find(paths) as client:
            await client.add_folder(absolute(str(folder)))
    except FolderError as error:
        show_error(error)
        remark("Add another folder: `photoseek folders add DIR`")
        return
    remark(f"No folder was given: watching your pictures folder, {folder}")


def _display() -> "Display":
    from photoseek.cli.progress import MovingLine, PlainLines  # noqa: PLC0415 - not needed for --help

    if not sys.stderr.isatty():
        return PlainLines(remark, time.monotonic)
    from rich.console import Console  # noqa: PLC0415 - slow to import

    return MovingLine(Console(stderr=True))
