"""``photoseek folders``: list, add and remove the folders that are watched."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from photoseek.cli.asking import ask_daemon
from photoseek.cli.status import folder_lines
from photoseek.cli.terminal import number, print_body, remark, show_path
from photoseek.errors import FolderError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from photoseek.api.wire import FolderBody
    from photoseek.client import Client


@click.group("folders")
def command() -> None:
    """List, add and remove the folders that are watched.

    photoseek writes nothing into them.
    """


@command.command("list", short_help="List the folders that are watched.")
@click.option("--json", "as_json", is_flag=True, help="The body of the HTTP answer, unchanged.")
def list_folders(as_json: bool) -> None:
    """List the folders that are watched."""
    answer = ask_daemon(lambda client: client.folders())
    if as_json:
        print_body(answer.raw)
        return
    for folder in answer.data.folders:
        for line in folder_lines(folder):
            click.echo(line)
    if not answer.data.folders:
        remark("No folder is watched yet. Add one: `photoseek folders add DIR`")


@command.command("add", short_help="Watch a folder and all below it.")
@click.argument("folder", type=click.Path(readable=False))
def add_folder(folder: str) -> None:
    """Watch FOLDER and all below it; its photos are indexed at once."""
    path = absolute(folder)
    real = os.path.realpath(os.fsencode(path))
    if not ask_daemon(lambda client: _add(client, path, real)):
        remark(f"{show_path(real)} is watched already.")
        return
    click.echo(f"{show_path(real)} is watched from now on.")
    remark("Its photos are indexed now, and can be found one by one. How far it is: `photoseek status`")


@command.command("remove", short_help="Watch a folder no more.")
@click.argument("folder", type=click.Path(readable=False))
def remove_folder(folder: str) -> None:
    """Watch FOLDER (its path, or its number in the list) no more.

    Your files stay as they are; only photoseek forgets them.
    """
    removed = ask_daemon(lambda client: _remove(client, folder))
    click.echo(
        f"{show_path(_path_of(removed))} is watched no more; {number(removed.photos, 'file')} can't be found now."
    )
    remark("The files themselves were not touched.")


async def _add(client: "Client", path: str, real: bytes) -> bool:
    """Whether it wasn't watched before; to ask twice for the same is no mistake."""
    if any(_path_of(folder) == real for folder in (await client.folders()).data.folders):
        return False
    await client.add_folder(path)
    return True


async def _remove(client: "Client", name: str) -> "FolderBody":
    folder = _pick((await client.folders()).data.folders, name)
    await client.remove_folder(folder.id)
    return folder


@command.command("confirm-missing", short_help="Say that pictures that were gone at once are gone for good.")
@click.argument("folder", type=click.Path(readable=False))
@click.option("--all", "everything", is_flag=True, help="Also where the folder is offline: let go of all its pictures.")
def confirm_missing(folder: str, everything: bool) -> None:
    """Say that the pictures of FOLDER (path or number) that were gone at once are gone for good.

    Until then they are kept as offline: their disk might only be away. What was computed of them is kept for a
    while, so that nothing is lost should they come back.
    """
    let_go = ask_daemon(lambda client: _confirm(client, folder, everything))
    click.echo(f"{number(let_go, 'picture')} let go." if let_go else "Nothing is missing in this folder.")


async def _confirm(client: "Client", name: str, everything: bool) -> int:
    folder = _pick((await client.folders()).data.folders, name)
    return (await client.confirm_missing(folder.id, everything=everything)).data.let_go


def _pick(folders: "Sequence[FolderBody]", name: str) -> "FolderBody":
    """The folder with this number, else with this path; a relative path counts from the working directory.

    Raises:
        NotFoundError: No folder has it.
        FolderError: It is empty.
    """
    path = os.fsencode(_whole(name))
    paths = {path, os.path.realpath(path)}
    numbered = [folder for folder in folders if str(folder.id) == name]
    found = numbered or [folder for folder in folders if _path_of(folder) in paths]
    if not found:
        raise NotFoundError(f"{name} is not a folder that is watched.", "`photoseek folders list` shows them.")
    return found[0]


def _path_of(folder: "FolderBody") -> bytes:
    from photoseek.api.wire import real_path  # noqa: PLC0415 - came with the client

    return real_path(folder)


def _whole(name: str) -> str:
    """From the root on. ``~nobody`` is a name like any other where there is no such person."""
    if not name:  # from a variable that is not set; it would mean the working directory
        raise FolderError("The name of the folder is empty.", "Name it; the one you are in is called `.`")
    return str(Path(os.path.expanduser(name)).absolute())  # noqa: PTH111 - Path's own raises for ~nobody


def absolute(folder: str) -> str:
    """The path as it can be sent to the daemon, whose working directory is another one.

    Raises:
        FolderError: It is empty; or not UTF-8, and JSON can't carry it.
    """
    path = _whole(folder)
    try:
        path.encode()
    except UnicodeEncodeError as error:
        raise FolderError(
            f"The name {path} is not valid UTF-8.", "Watch the folder above it; files below may have any name."
        ) from error
    return path
