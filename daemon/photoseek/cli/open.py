"""``photoseek open``: the page in the browser, let in by a link that is good once and for a minute."""

import webbrowser
from pathlib import Path

import click

from photoseek.cli.asking import ask_daemon
from photoseek.errors import PhotoseekError


@click.command("open")
@click.option("--print", "as_text", is_flag=True, help="Print the link instead, for a browser of your choice.")
def command(as_text: bool) -> None:
    """Open the page in the browser.

    The browser gets in by a link that works once and for a minute. It is handed over in a file that only you can
    read, so that it doesn't stand in the list of processes.
    """
    link = ask_daemon(lambda client: client.make_link()).data
    if as_text:
        click.echo(link.url)
    elif not webbrowser.open(Path(link.file).as_uri()):
        raise PhotoseekError("There is no browser that could be opened.", "Print the link: `photoseek open --print`")
