"""Whether there is a tray of X11's old kind (XEmbed), and whether photoseek can draw into it. Any thread; quick.

https://specifications.freedesktop.org/systemtray-spec/latest/
"""

import contextlib
from importlib.util import find_spec


def has_tray() -> bool:
    """Whether the X server has one; not where there is no X server."""
    with contextlib.suppress(Exception):  # python-xlib has no common error
        from Xlib.display import Display  # noqa: PLC0415 - only where there is an X server

        display = Display()
        try:
            name = display.get_atom(f"_NET_SYSTEM_TRAY_S{display.get_default_screen()}")
            return bool(display.get_selection_owner(name))
        finally:
            display.close()
    return False


def may_have_gtk() -> bool:
    """Whether GTK's binding is there: a package of the system, which few virtual environments see."""
    return find_spec("gi") is not None


def has_gtk() -> bool:
    """Whether it can be imported, and there is a GTK for it."""
    if not may_have_gtk():
        return False
    import gi  # noqa: PLC0415 - not everywhere

    try:
        gi.require_version("Gtk", "3.0")
    except ValueError:
        return False
    return True
