"""``photoseek token``: the key to the HTTP API, for scripts."""

import click

from photoseek.errors import NotFoundError


@click.command("token")
def command() -> None:
    """Print the key to the HTTP API, for scripts.

    Whoever has it can read all your photos through photoseek while it runs: keep it to yourself.
    """
    from photoseek.paths import find_paths  # noqa: PLC0415 - not needed for --help

    path = find_paths().token
    try:
        click.echo(path.read_text("ascii").strip())
    except FileNotFoundError as error:
        raise NotFoundError("There is no token yet.", "The first start makes it: `photoseek start`") from error
