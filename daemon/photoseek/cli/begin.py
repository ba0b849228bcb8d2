"""``photoseek`` without a command: start in the background where it isn't running, show icon and page.

Called by ``root`` on the main thread.
"""

import os
from typing import TYPE_CHECKING

import click

from photoseek.cli.open import command as open_page
from photoseek.cli.start import start
from photoseek.cli.terminal import remark
from photoseek.errors import PhotoseekError

if TYPE_CHECKING:
    from photoseek.paths import Paths


def begin(ctx: click.Context) -> None:
    """Start, show the icon, then open the page; where there is no tray or no browser, say how to go on.

    Raises:
        PhotoseekError: It doesn't start.
    """
    from photoseek.paths import find_paths  # noqa: PLC0415 - not needed for --help

    _show_icon(find_paths(), start())
    try:
        ctx.invoke(open_page, as_text=False)
    except PhotoseekError as error:
        remark(f"{error.message} {error.hint}")
    else:
        remark("The page is in your browser.")
    remark("All commands: `photoseek --help`")


def _show_icon(paths: "Paths", started: int | None) -> None:
    """Start the tray, which ends the daemon that was started just now; where there is no screen nobody misses it."""
    from photoseek.background import spawn  # noqa: PLC0415 - not needed for --help
    from photoseek.tray import has_display  # noqa: PLC0415

    if not has_display():
        return
    from photoseek.tray.only import is_there  # noqa: PLC0415 - slow to import
    from photoseek.tray.process import why_not_shown  # noqa: PLC0415

    if is_there(paths):
        return
    reason = why_not_shown()
    if reason is not None:
        remark(f"{reason.message} {reason.hint}")
        return
    with open(os.devnull, "wb") as nothing:  # noqa: PTH123 - a device
        tray = spawn(paths, nothing.fileno(), "tray", *([] if started is None else ["--owns", str(started)]))
    tray.returncode = 0  # it lives on: Popen shall not warn of that
    remark("The icon is in your tray." if started is None else "The icon is in your tray; quitting it ends photoseek.")
