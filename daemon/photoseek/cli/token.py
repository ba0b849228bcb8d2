"""``photoseek token``: the key to the HTTP API, for scripts."""

import click

from photoseek.errors import NoRoomError, NotFoundError, NotRunningError


@click.command("token")
@click.option("--rotate", is_flag=True, help="Make a new one first; the old one and all open pages are shut out.")
def command(rotate: bool) -> None:
    """Print the key to the HTTP API, for scripts.

    Whoever has it can read all your photos through photoseek while it runs: keep it to yourself.
    """
    from photoseek.paths import find_paths  # noqa: PLC0415 - not needed for --help

    if rotate:
        _rotate()
    path = find_paths().token
    try:
        click.echo(path.read_text("ascii").strip())
    except FileNotFoundError as error:
        raise NotFoundError("There is no token yet.", "The first start makes it: `photoseek start`") from error


def _rotate() -> None:
    """Have the daemon make a new token; where none runs, make it here."""
    from photoseek.cli.asking import ask_daemon  # noqa: PLC0415 - rarely needed
    from photoseek.instance import only_daemon, renew_token  # noqa: PLC0415
    from photoseek.paths import find_paths  # noqa: PLC0415

    try:
        ask_daemon(lambda client: client.renew_token())
    except NotRunningError:
        paths = find_paths()
        try:
            with only_daemon(paths):  # one that starts meanwhile waits for it or says so
                renew_token(paths)
        except OSError as error:
            raise NoRoomError.of(error) from error
