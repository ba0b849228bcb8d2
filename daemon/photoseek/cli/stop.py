"""``photoseek stop``: end the daemon that runs."""

import click

from photoseek.cli.asking import ask_daemon
from photoseek.cli.terminal import remark


@click.command("stop")
def command() -> None:
    """Stop the daemon that runs; what is not yet indexed goes on at the next start."""
    from photoseek.background import stop_daemon  # noqa: PLC0415 - not needed for --help
    from photoseek.instance import find_daemon  # noqa: PLC0415
    from photoseek.paths import find_paths  # noqa: PLC0415

    ask_daemon(lambda client: client.health())  # the process that is to end is one that answers as photoseek
    found = find_daemon(find_paths())
    if found is not None:
        stop_daemon(found.pid)
    remark("photoseek has stopped.")
