"""``photoseek pause``: no more indexing until ``resume``."""

import click

from photoseek.cli.asking import ask_daemon


@click.command("pause")
def command() -> None:
    """Pause the indexing until `photoseek resume`; searching goes on."""
    ask_daemon(lambda client: client.indexing("pause"))
    click.echo("Indexing is paused; `photoseek resume` goes on with it.")
