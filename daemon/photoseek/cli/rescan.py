"""``photoseek rescan``: look through all folders now."""

import click

from photoseek.cli.asking import ask_daemon


@click.command("rescan")
def command() -> None:
    """Look through all folders now, instead of at the next scan."""
    ask_daemon(lambda client: client.indexing("rescan"))
    click.echo("Looking through all folders; `photoseek status` shows how far it is.")
