"""``photoseek`` without a command: start in the background where it isn't running, and show the page.

Called by ``root`` on the main thread.
"""

import click

from photoseek.cli.open import command as open_page
from photoseek.cli.start import command as start
from photoseek.cli.terminal import remark
from photoseek.errors import PhotoseekError


def begin(ctx: click.Context) -> None:
    """Start, then open the page; where there is no browser, say how to go on.

    Raises:
        PhotoseekError: It doesn't start.
    """
    ctx.invoke(start)
    try:
        ctx.invoke(open_page, as_text=False)
    except PhotoseekError as error:
        remark(f"{error.message} {error.hint}")
    else:
        remark("The page is in your browser.")
    remark("All commands: `photoseek --help`")
