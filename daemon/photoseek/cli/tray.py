"""``photoseek tray``: the icon in the desktop's tray. A process of its own."""

import logging
import os
import sys

import click

from photoseek.cli.places import places_option
from photoseek.cli.terminal import remark


@click.command("tray")
@click.option("--wait", is_flag=True, help="Wait until the desktop has a tray, and for a daemon: as at login.")
@places_option
@click.option("--beside", is_flag=True, hidden=True, help="For `run`: end with it.")
@click.option("--owns", type=int, hidden=True, help="For `photoseek`: the daemon that ends with the icon.")
@click.option("--choose-folder", is_flag=True, hidden=True, help="Of the tray: ask the person for a folder.")
def command(wait: bool, beside: bool, owns: int | None, choose_folder: bool) -> None:
    """Show an icon in the desktop's tray, with a menu; starts photoseek where it isn't running.

    What it has started ends with it; a photoseek that ran already goes on.
    """
    from photoseek.logs import logging_to  # noqa: PLC0415 - not needed for --help
    from photoseek.paths import find_paths  # noqa: PLC0415

    if choose_folder:
        from photoseek.tray.folder_dialog import choose_folder as ask  # noqa: PLC0415 - loads Tk

        sys.stdout.buffer.write(os.fsencode(ask()))
        return
    from photoseek.tray.process import run_tray  # noqa: PLC0415

    # Not into the log file: two processes can't rotate one.
    with logging_to(None, level=logging.WARNING):
        shown = run_tray(find_paths(), wait=wait, start=not (wait or beside), owned=owns, beside=beside)
    if not shown and not beside:
        remark("The icon is there already.")
