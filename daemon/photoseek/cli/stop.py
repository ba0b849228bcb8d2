"""``photoseek stop``: end the daemon that runs."""

import click

from photoseek.cli.asking import ask_daemon
from photoseek.cli.terminal import remark


@click.command("stop")
def command() -> None:
    """Stop the daemon that runs; what is not yet indexed goes on at the next start."""
    from photoseek.background import stop_daemon  # noqa: PLC0415 - not needed for --help
    from photoseek.instance import find_daemon, has_lock  # noqa: PLC0415
    from photoseek.paths import find_paths  # noqa: PLC0415

    paths = find_paths()
    found = find_daemon(paths)
    # The process that is to end has the daemon's lock, and may hang, or is one that answers as photoseek.
    if found is None or not has_lock(paths, found.pid):
        ask_daemon(lambda client: client.health())
    if found is not None:
        stop_daemon(found.pid)
    remark("photoseek has stopped.")
