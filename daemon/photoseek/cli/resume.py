"""``photoseek resume``: go on with the indexing after ``pause``."""

import click

from photoseek.cli.asking import ask_daemon


@click.command("resume")
def command() -> None:
    """Go on with the indexing after `photoseek pause`."""
    ask_daemon(lambda client: client.indexing("resume"))
    click.echo("Indexing goes on.")
