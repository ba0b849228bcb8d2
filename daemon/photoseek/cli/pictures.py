"""Photos in the terminal itself, where it can show pictures: Sixel or Kitty's protocol.

Which of them it can do, it is asked by textual-image, from the extra ``terminal``. Blocks of colours, which every
terminal can show, are left out: nobody recognises a photo in them. Called by ``search`` on the main thread, before its
question to the daemon.
"""

import io
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from photoseek.cli.terminal import remark
from photoseek.errors import NotFoundError, PictureError

if TYPE_CHECKING:
    from photoseek.client import Client

Drawing = Any
Drawer = Callable[[bytes], Drawing]

_COLUMNS = 32
_MOST = 30
"""More would scroll out of sight."""


def find_drawer() -> Drawer | None:
    """What makes a drawing of a JPEG for this terminal; None, and a remark, where it can't show pictures."""
    if sys.stdout.isatty() and sys.stdin.isatty():
        try:
            # Importing it asks the terminal.
            from textual_image.renderable import Image, SixelImage, TGPImage  # noqa: PLC0415
        except ModuleNotFoundError:
            remark("To show pictures here it wants an extra: pip install 'photoseek[terminal]'")
            return None
        if Image is SixelImage or Image is TGPImage:
            return lambda jpeg: Image(io.BytesIO(jpeg), width=_COLUMNS, height="auto")
    remark("This terminal can't show pictures; kitty, WezTerm, foot, Konsole and iTerm2 can.")
    return None


async def draw_photos(client: "Client", photo_ids: Sequence[str], drawer: Drawer) -> dict[str, Drawing]:
    """Drawings by id; a photo that can't be had small is left out."""
    drawn = {}
    for photo_id in photo_ids[:_MOST]:
        try:
            drawn[photo_id] = drawer(await client.thumbnail(photo_id))
        except (NotFoundError, PictureError):
            continue
    return drawn


def show_drawing(drawing: Drawing) -> None:
    """Print one."""
    from rich.console import Console  # noqa: PLC0415 - slow to import

    Console().print(drawing)
