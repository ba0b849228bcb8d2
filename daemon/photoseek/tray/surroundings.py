"""What a desktop has for an icon and a small window, for a report of a fault. Blocks; main thread."""

import asyncio
import sys
from dataclasses import dataclass

from photoseek.tray import xembed
from photoseek.tray.possible import has_display
from photoseek.tray.quick import why_not


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What there is; None for what only Linux has.

    Attributes:
        display: A screen.
        bus: The session has a D-Bus.
        watcher: Somebody shows StatusNotifierItems there.
        xembed: There is a tray of X11's old kind.
        gtk: GTK's binding can be imported, for that kind.
        window: The quick search can be shown.
    """

    display: bool
    bus: bool | None
    watcher: bool | None
    xembed: bool | None
    gtk: bool | None
    window: bool


def look_around() -> Surroundings:
    """Find it out."""
    bus: bool | None = None
    watcher: bool | None = None
    old_kind: bool | None = None
    gtk: bool | None = None
    if sys.platform not in {"win32", "darwin"}:
        bus, watcher = asyncio.run(_ask_bus())
        old_kind, gtk = xembed.has_tray(), xembed.has_gtk()
    return Surroundings(has_display(), bus, watcher, old_kind, gtk, why_not() is None)


async def _ask_bus() -> tuple[bool, bool]:
    from photoseek.tray.notifier import WATCHER, open_session  # noqa: PLC0415 - not on every system

    async with open_session() as bus:
        return bus is not None, bus is not None and await bus.is_taken(WATCHER)
