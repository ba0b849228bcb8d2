"""``photoseek start``: the daemon in the background, in a session of its own."""

import click

from photoseek.cli.terminal import remark


@click.command("start")
def command() -> None:
    """Start in the background; says where it listens and returns."""
    start()


def start() -> int | None:
    """Start it where it isn't running, and say so; the process id of one that was started."""
    from photoseek.background import start_daemon  # noqa: PLC0415 - not needed for --help
    from photoseek.instance import find_daemon  # noqa: PLC0415
    from photoseek.paths import find_paths  # noqa: PLC0415
    from photoseek.settings import load_settings  # noqa: PLC0415

    paths = find_paths()
    started = start_daemon(paths)
    if started is not None:
        remark(f"photoseek is at {started.url}. How far it is: `photoseek status`")
        port = load_settings(paths.settings).server.port
        if port and not started.url.endswith(f":{port}"):
            remark(f"Another program has port {port}, so it took a free one.")
        return started.pid
    found = find_daemon(paths)
    remark(f"photoseek is running already{f', at {found.url}' if found else '.'}")
    return None
