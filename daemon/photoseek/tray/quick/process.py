"""The window's process: ready beside the tray, or for one search. Called by ``cli`` on the main thread."""

import threading

from photoseek.errors import DesktopError
from photoseek.paths import Paths
from photoseek.tray.appearance import is_dark
from photoseek.tray.ending import when_input_ends
from photoseek.tray.quick.possible import why_not
from photoseek.tray.quick.summoning import listening

# The desktop is asked while Tk is loaded; where it hasn't answered by then the window begins light, and follows.
_DESKTOP_PATIENCE_S = 0.15


def run_window(paths: Paths, *, ready: bool, words: str = "") -> None:
    """Show the window and return when it was sent away; or keep it ready, hidden, until standard input ends.

    Args:
        paths: photoseek's folders.
        ready: Whether it waits to be summoned and stays.
        words: A query to begin with.

    Raises:
        DesktopError: There can be no window here, or another one is ready already.
    """
    if (reason := why_not()) is not None:
        raise reason
    desktop = _Desktop()
    import tkinter  # noqa: PLC0415 - not every Python has it

    from photoseek.tray.quick.texts import find_quick_texts  # noqa: PLC0415
    from photoseek.tray.quick.window import Window  # noqa: PLC0415 - loads Tk

    try:
        window = Window(paths, find_quick_texts(), stays=ready, dark=bool(dark := desktop.wait()))
        if dark is None:
            window.look_at_desktop()
    except tkinter.TclError as error:
        raise DesktopError(f"The quick-search window can't be shown: {error}.", "Is this your desktop?") from error
    with listening(paths, window.summoned) as listens:
        if ready:
            if not listens:
                raise DesktopError("A quick-search window is ready already, or its socket can't be made.")
            when_input_ends(window.end)
        else:
            window.show(words)
        window.run()


class _Desktop:
    """Asks whether the desktop is dark, in a thread."""

    def __init__(self) -> None:
        self._is_dark: bool | None = None
        self._thread = threading.Thread(target=self._look, name="appearance", daemon=True)
        self._thread.start()

    def _look(self) -> None:
        self._is_dark = is_dark()

    def wait(self) -> bool | None:
        """What it says; None where it hasn't yet."""
        self._thread.join(_DESKTOP_PATIENCE_S)
        return self._is_dark
