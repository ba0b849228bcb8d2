"""``photoseek rescan``: look through all folders now."""

import click

from photoseek.cli.asking import ask_daemon
from photoseek.cli.terminal import say


@click.command("rescan")
def command() -> None:
    """Look through all folders now, instead of at the next scan."""
    ask_daemon(lambda client: client.indexing("rescan"))
    say("Looking through all folders; `photoseek status` shows how far it is.")
