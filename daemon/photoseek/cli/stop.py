"""``photoseek stop``: end the daemon that runs."""

import os
import signal
import time

import click

from photoseek.cli.asking import ask_daemon
from photoseek.cli.terminal import remark
from photoseek.errors import PhotoseekError

# It ends within 5 s by itself; a disk that is slow to take the last writes may need more.
_LONGEST_S = 30.0
_LOOK_EVERY_S = 0.05


@click.command("stop")
def command() -> None:
    """Stop the daemon that runs; what is not yet indexed goes on at the next start."""
    from photoseek.instance import find_daemon  # noqa: PLC0415 - not needed for --help
    from photoseek.paths import find_paths  # noqa: PLC0415

    ask_daemon(lambda client: client.health())  # the process that is to end is one that answers as photoseek
    found = find_daemon(find_paths())
    if found is not None:
        os.kill(found.pid, signal.SIGTERM)
        _wait_for_end(found.pid)
    remark("photoseek has stopped.")


def _wait_for_end(pid: int) -> None:
    deadline = time.monotonic() + _LONGEST_S
    while _is_there(pid):
        if time.monotonic() > deadline:
            raise PhotoseekError(
                f"Process {pid} has not ended yet.", f"Look at the log, or end it by force: kill -9 {pid}"
            )
        time.sleep(_LOOK_EVERY_S)


def _is_there(pid: int) -> bool:
    """Whether the process still does anything: one that its parent has not buried yet doesn't."""
    import psutil  # noqa: PLC0415 - not needed for --help

    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
