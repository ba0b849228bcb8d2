"""Why an icon can't be shown here, in words that help. Any thread."""

import os
import sys

from photoseek.errors import DesktopError

_GTK = "python3-gi and gir1.2-gtk-3.0 (Debian, Ubuntu), python3-gobject and gtk3 (Fedora) or python-gobject (Arch)"
_ALL_THE_SAME = "Page, quick search and commands work without the icon."


def has_display() -> bool:
    """Whether there is a screen that somebody may sit before."""
    if sys.platform in {"win32", "darwin"}:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def no_place(*, has_bus: bool, has_xembed: bool) -> DesktopError:
    """What is missing, on Linux.

    Args:
        has_bus: Whether the session has a D-Bus.
        has_xembed: Whether there is a tray, of X11's old kind.
    """
    if not has_display():
        return DesktopError("There is no display, so no tray to show the icon in.", _ALL_THE_SAME)
    if not has_bus:
        return DesktopError(
            "This session has no D-Bus, over which an icon gets into the tray.",
            f"Start the session with dbus-run-session, from the package dbus. {_ALL_THE_SAME}",
        )
    if has_xembed:
        return DesktopError(
            "The tray of this panel is of X11's old kind, for which photoseek needs GTK, and its Python has none.",
            f"Install {_GTK}; a virtual environment sees it if it was made with --system-site-packages. "
            + _ALL_THE_SAME,
        )
    if "GNOME" in os.environ.get("XDG_CURRENT_DESKTOP", "").upper().split(":"):
        return DesktopError(
            "GNOME shows no icons of programs by itself.",
            "Install its extension, gnome-shell-extension-appindicator (Debian, Ubuntu, Fedora), and log in anew. "
            + _ALL_THE_SAME,
        )
    return DesktopError(
        "This desktop has no tray at present.",
        "Add the one of your panel: StatusNotifier or AppIndicator it may be called. " + _ALL_THE_SAME,
    )
