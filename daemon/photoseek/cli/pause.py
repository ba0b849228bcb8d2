"""``photoseek pause``: no more indexing until ``resume``."""

import click

from photoseek.cli.asking import ask_daemon
from photoseek.cli.terminal import say


@click.command("pause")
def command() -> None:
    """Pause the indexing until `photoseek resume`; searching goes on."""
    ask_daemon(lambda client: client.indexing("pause"))
    say("Indexing is paused; `photoseek resume` goes on with it.")
