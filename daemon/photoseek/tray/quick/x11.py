"""What Tk can't ask of an X server: a window without a frame, the keyboard for it, the monitor under the pointer.

Through python-xlib, over a connection of its own. Used by the window's process on its main thread. What a server or a
window manager doesn't know is left as it is; the window is usable without any of it.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

# Motif hints, which window managers still go by: flags (2: decorations are told), functions, decorations, mode, status
_UNFRAMED = [2, 0, 0, 0, 0]
_FROM_A_PAGER = 2
_DOTS_AT_LEAST = 48


@dataclass(frozen=True)
class Monitor:
    """A monitor's place on the screen, in pixels."""

    x: int
    y: int
    width: int
    height: int


class Screen:
    """The X server; without python-xlib, or where it doesn't answer, one that knows nothing."""

    def __init__(self) -> None:
        self._display: Any = None
        with contextlib.suppress(Exception):  # python-xlib has no common error, and nothing here is indispensable
            from Xlib.display import Display  # noqa: PLC0415 - only where there is an X server

            self._display = Display()

    def unframe(self, window: int) -> None:
        """Have a window drawn without a frame; before it is shown.

        Args:
            window: Tk's own window: the one it lies in is what window managers know.
        """
        with self._asking() as display:
            outer = display.create_resource_object("window", window).query_tree().parent
            hints = display.get_atom("_MOTIF_WM_HINTS")
            outer.change_property(hints, hints, 32, _UNFRAMED)

    def activate(self, window: int) -> None:
        """Ask the window manager to raise a window and give it the keyboard, as a person's own wish.

        A program may not take the keyboard from another; what a pager asks for is what the person asked for:
        https://specifications.freedesktop.org/wm-spec/latest/ (_NET_ACTIVE_WINDOW).
        """
        with self._asking() as display:
            from Xlib import X  # noqa: PLC0415 - only where there is an X server
            from Xlib.protocol.event import ClientMessage  # noqa: PLC0415 - as X

            outer = display.create_resource_object("window", window).query_tree().parent
            root = display.screen().root
            wish = ClientMessage(
                window=outer,
                client_type=display.get_atom("_NET_ACTIVE_WINDOW"),
                data=(32, [_FROM_A_PAGER, X.CurrentTime, 0, 0, 0]),
            )
            root.send_event(wish, event_mask=X.SubstructureRedirectMask | X.SubstructureNotifyMask)

    def monitor_at(self, x: int, y: int) -> Monitor | None:
        """The monitor that a point is on; None where that is not known."""
        with self._asking() as display:
            for one in display.screen().root.xrandr_get_monitors().monitors:
                found = Monitor(one.x, one.y, one.width_in_pixels, one.height_in_pixels)
                if found.x <= x < found.x + found.width and found.y <= y < found.y + found.height:
                    return found
        return None

    def dots_per_inch(self) -> float:
        """What the desktop was set to; 0 where it says nothing."""
        with self._asking() as display:
            from Xlib.Xatom import RESOURCE_MANAGER, STRING  # noqa: PLC0415 - only where there is an X server

            told = display.screen().root.get_full_property(RESOURCE_MANAGER, STRING)
            for line in (told.value if told else b"").decode("latin-1").splitlines():
                name, _, value = line.partition(":")
                if name.strip() == "Xft.dpi":
                    return max(float(value), _DOTS_AT_LEAST)
        return 0.0

    @contextlib.contextmanager
    def _asking(self) -> Iterator[Any]:
        """The connection, for one question; whatever goes wrong ends the question."""
        with contextlib.suppress(Exception):  # as in __init__
            if self._display is not None:
                yield self._display
                self._display.sync()
                return
            raise LookupError
