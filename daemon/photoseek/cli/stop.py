"""``photoseek stop``: end the daemon that runs."""

import click

from photoseek.cli.asking import ask_daemon
from photoseek.cli.terminal import remark


@click.command("stop")
def command() -> None:
    """Stop the daemon that runs; what is not yet indexed goes on at the next start."""
    from photoseek.background import stop_daemon  # noqa: PLC0415 - not needed for --help
    from photoseek.instance import find_daemon, lock_holder  # noqa: PLC0415
    from photoseek.paths import find_paths  # noqa: PLC0415

    paths = find_paths()
    # The process that is to end has the daemon's lock, and may hang or be without its discovery file, which a cleaner
    # of /tmp took; or it is one that answers as photoseek.
    pid, found = lock_holder(paths), find_daemon(paths)
    if pid is None:
        ask_daemon(lambda client: client.health())
        pid = found.pid if found else None
    if pid is not None:
        stop_daemon(pid)
    remark("photoseek has stopped.")
