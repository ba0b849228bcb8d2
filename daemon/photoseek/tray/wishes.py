"""What the tray does for a person: page, quick search, folders. Coroutines in the tray's event loop."""

import asyncio
import os
import webbrowser
from asyncio.subprocess import PIPE
from pathlib import Path

from photoseek.background import own_command
from photoseek.client import Client, PageView
from photoseek.errors import DesktopError, PhotoseekError
from photoseek.paths import Paths
from photoseek.tray.quick import summon, why_not
from photoseek.tray.texts import TrayTexts


async def open_page(paths: Paths, texts: TrayTexts, query: str = "", view: PageView = "") -> None:
    """Show the page in the browser.

    Raises:
        NotRunningError: There is no daemon.
        DesktopError: There is no browser.
    """
    async with Client.find(paths) as client:
        link = (await client.make_link(query, view)).data
    if not await asyncio.to_thread(webbrowser.open, Path(link.file).as_uri()):
        raise DesktopError(texts.no_browser)


async def search(paths: Paths, texts: TrayTexts, words: str = "") -> None:
    """Show the quick search, with these words in it; where there can be none, the page.

    Raises:
        PhotoseekError: The page can't be shown either.
    """
    if not await asyncio.to_thread(summon, paths, words):
        await open_page(paths, texts, words)


async def choose_folder(paths: Paths, texts: TrayTexts) -> str:
    """Ask for a folder with Tk's dialog; where there can be none, the page asks.

    Returns:
        The folder; "" where none was chosen here.

    Raises:
        PhotoseekError: The dialog fails, or the page can't be shown.
    """
    if why_not() is not None:  # no Tk, or no screen for it
        await open_page(paths, texts, view="settings")
        return ""
    return await _ask_with_tk()


async def _ask_with_tk() -> str:
    """The dialog is a process of its own: Tk would double the tray's memory, and never give it back."""
    child = await asyncio.create_subprocess_exec(*own_command("tray", "--choose-folder"), stdin=PIPE, stdout=PIPE)
    assert child.stdout is not None
    try:
        said = await child.stdout.read()  # its standard input stays open: by that it knows that the tray is there
        await child.wait()
    except asyncio.CancelledError:
        child.kill()
        await child.wait()
        raise
    if child.returncode:
        raise PhotoseekError("The dialog for the folder ended with an error.", "`photoseek folders add DIR` works.")
    return os.fsdecode(said)
