"""``photoseek check``: are photoseek's own files in order? Works beside a running daemon and without one."""

import asyncio
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from photoseek.cli.terminal import harmless, number, show_path
from photoseek.errors import PhotoseekError

if TYPE_CHECKING:
    from pathlib import Path

    from photoseek.catalogue import Catalogue
    from photoseek.paths import Paths

_LEAST_ROOM_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Finding:
    """A sentence for the person, and whether it says that something is wrong."""

    words: str
    wrong: bool = False


@click.command("check")
@click.pass_context
def command(ctx: click.Context) -> None:
    """Check photoseek's own files; works without the daemon.

    Ends with code 1 when something is wrong. Changes nothing.
    """
    from photoseek.paths import find_paths  # noqa: PLC0415 - not needed for --help

    paths = find_paths()
    wrong = 0
    for finding in _findings(paths):
        mark = click.style("wrong", fg="red") if finding.wrong else "ok   "
        click.echo(f"{mark}  {harmless(finding.words)}")
        wrong += finding.wrong
    click.echo(f"{number(wrong, 'thing is', 'things are')} wrong." if wrong else "Nothing is wrong.")
    ctx.exit(1 if wrong else 0)


def _findings(paths: "Paths") -> Iterator[Finding]:
    """Everything that can be looked at, one after the other."""
    yield from _settings_and_models(paths)
    yield from _daemon(paths)
    yield from (_room(folder) for folder in (paths.data, paths.cache) if folder.exists())
    yield from asyncio.run(_catalogue(paths))


def _settings_and_models(paths: "Paths") -> Iterator[Finding]:
    from photoseek.embedding import known_models  # noqa: PLC0415 - not needed for --help
    from photoseek.settings import load_settings  # noqa: PLC0415

    try:
        settings = load_settings(paths.settings)
    except PhotoseekError as error:
        yield Finding(error.message, wrong=True)
        return
    yield Finding(f"The settings in {paths.settings} can be used.")
    here = [model.name for model in known_models([settings.model.name]) if model.on_disk]
    yield Finding(f"Models on this computer: {', '.join(here) or 'none yet; the next start looks for one'}.")


def _daemon(paths: "Paths") -> Iterator[Finding]:
    from photoseek.instance import find_daemon  # noqa: PLC0415 - not needed for --help

    found = find_daemon(paths)
    yield Finding(f"The daemon runs at {found.url}." if found else "The daemon is not running.")
    if sys.platform != "win32" and paths.token.exists() and paths.token.stat().st_mode & 0o077:
        yield Finding(f"Other people can read the token in {paths.token}; the next start makes a new one.", wrong=True)


async def _catalogue(paths: "Paths") -> list[Finding]:
    """The catalogue's own findings, then its folders."""
    from photoseek.catalogue import Catalogue  # noqa: PLC0415 - not needed for --help

    if not paths.catalogue.exists():
        return [Finding("There is no catalogue yet; the first start makes it.")]
    try:
        catalogue = await Catalogue.open(paths.catalogue, read_only=True)
        try:
            wrong = [Finding(words, wrong=True) for words in await catalogue.check()]
            index = await _index(paths, catalogue)
            folders = [_folder(folder.path) for folder in await catalogue.folders()]
        finally:
            await catalogue.close()
    except PhotoseekError as error:
        return [Finding(error.message, wrong=True)]
    return [*(wrong or [Finding(f"The catalogue in {paths.catalogue} is in order.")]), *index, *folders]


async def _index(paths: "Paths", catalogue: "Catalogue") -> list[Finding]:
    """The search index on the disk, where there is one."""
    if not any(paths.vectors.glob("*.faiss")):
        return [Finding("There is no search index on the disk; the next start makes it from the catalogue.")]
    from photoseek.library import check_index  # noqa: PLC0415 - slow to import

    findings = [Finding(words, wrong=True) for words in await check_index(paths, catalogue)]
    return findings or [Finding("The search index on the disk agrees with the catalogue.")]


def _room(folder: "Path") -> Finding:
    """Whether anything can be written into a folder of photoseek's."""
    if not os.access(folder, os.W_OK):
        return Finding(f"{folder} can't be written to; nothing new is indexed.", wrong=True)
    free = shutil.disk_usage(folder).free
    if free < _LEAST_ROOM_BYTES:
        return Finding(f"There is hardly any room left on the disk of {folder}; indexing needs some.", wrong=True)
    return Finding(f"There is room on the disk of {folder}.")


def _folder(path: bytes) -> Finding:
    """A folder that is away is no fault: its pictures stay known until it is back."""
    state = "can be read" if os.access(path, os.R_OK | os.X_OK) else "can't be reached at the moment"
    return Finding(f"The folder {show_path(path)} {state}.")
