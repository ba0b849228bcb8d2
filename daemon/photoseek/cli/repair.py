"""``photoseek repair``: puts photoseek's own files right. Works only without a running daemon."""

import asyncio

import click

from photoseek.cli.terminal import harmless, remark


@click.command("repair")
def command() -> None:
    """Put photoseek's own files right; stop the daemon first.

    What is damaged is thrown away and made again at the next start. A catalogue that is damaged as a whole is put
    aside, never deleted, and made again. Your photos are not touched.
    """
    from photoseek.instance import only_daemon  # noqa: PLC0415 - not needed for --help
    from photoseek.library import repair  # noqa: PLC0415
    from photoseek.logs import logging_to  # noqa: PLC0415
    from photoseek.paths import find_paths  # noqa: PLC0415

    paths = find_paths()
    # What is found goes into the log too, and not a second time to the person.
    with only_daemon(paths), logging_to(paths.log, stderr=False):
        for sentence in asyncio.run(repair(paths)):
            click.echo(harmless(sentence))
    remark("`photoseek check` looks at everything again; `photoseek start` goes on.")
