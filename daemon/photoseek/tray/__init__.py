"""The icon in the desktop's tray and the quick search: photoseek as a person has it at hand.

Each is a process of its own that talks HTTP with the daemon like any client. ``cli`` starts them, and takes what it
needs from the modules that have it (``process``, ``beside``, ``wishes`` and others): each loads something that few
commands want.
"""

from photoseek.tray.possible import has_display

__all__ = ["has_display"]
