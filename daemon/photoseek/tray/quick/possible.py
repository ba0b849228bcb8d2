"""Whether the window can be shown here. Imports neither Tk nor Pillow; any thread, any process."""

import os
import sys
from collections.abc import Mapping
from importlib.util import find_spec

from photoseek.errors import DesktopError


def why_not(environment: Mapping[str, str] = os.environ, platform: str = sys.platform) -> DesktopError | None:
    """What keeps the window from being shown, with the package that helps; None where nothing does.

    A Python without Tk is common: Debian, Fedora, Homebrew and others have it in a package of its own.
    """
    if not (find_spec("tkinter") and find_spec("_tkinter")):
        return DesktopError(
            "This Python has no Tk, so there is no quick-search window.",
            f"Install {_TK_PACKAGE.get(platform, 'a Python with tkinter')}. Page and `photoseek search` work without.",
        )
    if platform not in {"win32", "darwin"} and not environment.get("DISPLAY"):
        return DesktopError(
            "There is no X display to show the quick-search window on.",
            "In a Wayland session it needs XWayland (package xwayland). `photoseek search` works in any terminal.",
        )
    return None


_TK_PACKAGE = {
    "linux": "python3-tk (Debian, Ubuntu), python3-tkinter (Fedora) or tk (Arch)",
    "darwin": "python-tk with Homebrew",
}
