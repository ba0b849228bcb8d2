"""``photoseek status``: what is going on."""

from typing import TYPE_CHECKING

import click

from photoseek.cli.asking import ask_daemon
from photoseek.cli.model import next_words
from photoseek.cli.terminal import ago, dim, duration, harmless, number, print_body, readable, say, show_path

if TYPE_CHECKING:
    from photoseek.api.wire import CountsBody, FolderBody, IndexingBody, StatusBody
    from photoseek.client import Answer, Client


@click.command("status")
@click.option("--json", "as_json", is_flag=True, help="The body of the HTTP answer, unchanged.")
def command(as_json: bool) -> None:
    """What is going on: model, indexing, folders."""
    url, answer = ask_daemon(_url_and_status)
    if as_json:
        print_body(answer.raw)
        return
    _show(url, answer.data)


async def _url_and_status(client: "Client") -> "tuple[str, Answer[StatusBody]]":
    return client.url, await client.status()


def _show(url: str, status: "StatusBody") -> None:
    click.echo(f"photoseek {harmless(status.version)} at {url}")
    _row("Model", f"{harmless(status.model.name) or 'not known yet'} ({status.model.state})", status.model.note)
    if status.model.next is not None:
        _row("Next", next_words(status.model.next), status.model.next.note)
    # Where it waits for a model, that note stands above already.
    note = "" if status.indexing.note == status.model.note else status.indexing.note
    _row("Indexing", _indexing_words(status.indexing), note)
    _row("Photos", _counts_words(status.counts))
    _row("Folders", "" if status.folders else "none yet; add one: `photoseek folders add DIR`")
    for folder in status.folders:
        for line in folder_lines(folder):
            click.echo(f"  {line}")
    for note in status.notes:
        _row("Note", note)


def _row(name: str, words: str, note: str = "") -> None:
    say(f"{name:9} {words}".rstrip())
    if note:
        click.echo(f"{'':9} {dim(readable(note))}")


def _indexing_words(indexing: "IndexingBody") -> str:
    """How far it is, such as ``indexing, 120 of 3,000 files, 31.2 a second, 2 min left``."""
    if indexing.state == "idle":
        return "idle, everything is dealt with"
    words: list[str] = [indexing.state]
    if indexing.total:
        words.append(f"{indexing.done:,} of {number(indexing.total, 'file')}")
    if indexing.per_s:
        words.append(f"{indexing.per_s:.1f} a second")
    if indexing.eta_s is not None:
        words.append(f"{duration(indexing.eta_s)} left")
    return ", ".join(words)


def _counts_words(counts: "CountsBody") -> str:
    words = [f"{number(counts.contents, 'photo')} in {number(counts.photos, 'file')}", f"{counts.vectors:,} searchable"]
    if counts.waiting:
        words.append(f"{counts.waiting:,} waiting")
    if counts.problems:
        words.append(f"{number(counts.problems, 'problem')} (`photoseek problems` lists them)")
    return ", ".join(words)


def folder_lines(folder: "FolderBody") -> list[str]:
    """A watched folder: its numbers and path, and its note below."""
    from photoseek.api.wire import real_path  # noqa: PLC0415 - came with the client

    scanned = f"scanned {ago(folder.last_scan)}" if folder.last_scan else "not scanned yet"
    state = click.style(folder.state, fg="yellow") if folder.state == "offline" else folder.state
    behind = f"{folder.waiting:,} waiting, " if folder.waiting else ""
    noticed = "" if folder.noticed_within_s is None else f", changes noticed within {duration(folder.noticed_within_s)}"
    lines = [
        f"{folder.id:>3}  {show_path(real_path(folder))}",
        f"     {state}, {number(folder.photos, 'file')}, {behind}{scanned}{noticed}",
    ]
    return [*lines, f"     {dim(readable(folder.note))}"] if folder.note else lines
