"""``photoseek duplicates``: photos of which there is more than one."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from photoseek.cli.asking import ask_daemon
from photoseek.cli.terminal import dim, number, remark, show_path, size

if TYPE_CHECKING:
    from photoseek.api.wire import DuplicateBody, DuplicateGroupBody, DuplicatesBody
    from photoseek.client import Client
    from photoseek.domain import DuplicateKind

_HEADS = {"exact": "The same file more than once:", "near": "Nearly the same picture:"}


@click.command("duplicates")
@click.option("--kind", type=click.Choice(["exact", "near"]), help="Only the same files, or only similar pictures.")
@click.option("--json", "as_json", is_flag=True, help="All groups as the HTTP API gives them.")
def command(kind: "DuplicateKind | None", as_json: bool) -> None:
    """List photos of which there is more than one, what takes most room first.

    Nothing is deleted: photoseek never writes into your folders.
    """
    kinds: tuple[DuplicateKind, ...] = (kind,) if kind else ("exact", "near")
    body = ask_daemon(lambda client: _all_groups(client, kinds))
    if as_json:
        import msgspec  # noqa: PLC0415 - the list needs no encoder

        click.echo(msgspec.json.encode(body))
        return
    for one in kinds:
        _show([group for group in body.groups if group.kind == one], _HEADS[one])
    spare = sum(group.spare_bytes for group in body.groups if group.kind == "exact")
    said = [f"{number(sum(group.kind == one for group in body.groups), f'{one} group')}" for one in kinds]
    remark(f"{', '.join(said)}." + (f" Copies of the same file take {size(spare)}." if "exact" in kinds else ""))


async def _all_groups(client: "Client", kinds: "Sequence[DuplicateKind]") -> "DuplicatesBody":
    """All pages of all kinds as one."""
    from photoseek.api.wire import DuplicatesBody  # noqa: PLC0415 - came with the client

    groups: list[DuplicateGroupBody] = []
    for kind in kinds:
        cursor, some = None, []
        while True:
            page = (await client.duplicates(kind, cursor)).data
            some += page.groups
            if (cursor := page.next_cursor) is None:
                break
        groups += sorted(some, key=lambda group: -group.spare_bytes)
    return DuplicatesBody(groups=groups, next_cursor=None)


def _show(groups: "Sequence[DuplicateGroupBody]", head: str) -> None:
    if groups:
        click.echo(dim(head))
    for group in groups:
        for photo in group.photos:
            _show_photo(photo)
        click.echo()


def _show_photo(photo: "DuplicateBody") -> None:
    from photoseek.api.wire import real_path  # noqa: PLC0415 - came with the client

    about = f"{size(photo.size_bytes):>9}  {photo.width} x {photo.height}"
    for place in photo.paths:
        away = "  (offline)" if place.state == "offline" else ""
        click.echo(f"{about:24}  {show_path(real_path(place))}{away}")
