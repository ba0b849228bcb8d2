"""Where the window stands, how large it is drawn, and what the system makes of it. For ``window``, in Tk's thread."""

import sys
import tkinter as tk

from photoseek.tray.quick.grid import Measures
from photoseek.tray.quick.looks import choose_scale
from photoseek.tray.quick.x11 import Monitor, Screen

_FROM_TOP = 0.18
# The window is higher than its photos, by field and foot.
_WINDOW_TO_PHOTOS = 1.3


def make_root() -> tk.Tk:
    """The window, hidden, without a frame where the system takes that."""
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415 - only there

        ctypes.windll.shcore.SetProcessDpiAwareness(1)  # else Windows enlarges a small picture of the window
    root = tk.Tk(className="photoseek")
    root.withdraw()
    root.title("photoseek")
    root.resizable(False, False)
    match root.tk.call("tk", "windowingsystem"):
        case "x11":
            root.attributes("-type", "dialog")
        case "win32":
            root.overrideredirect(True)
        case "aqua":
            root.tk.call("::tk::unsupported::MacWindowStyle", "style", root, "plain", "none")
    return root


def find_scale(root: tk.Tk, screen: Screen | None) -> float:
    """How many of the screen's pixels one of the drawn ones takes; tells Tk of it."""
    told = screen.dots_per_inch() if screen else 0
    if told:
        # Tk turns a letter's pixels into points by its own idea of the screen, Xft turns them back by this one.
        root.tk.call("tk", "scaling", told / 72)
    plain = Measures.at(1)
    room = min(
        root.winfo_screenwidth() / plain.whole_width,
        root.winfo_screenheight() / (plain.shown_height * _WINDOW_TO_PHOTOS),
    )
    return choose_scale(told or root.winfo_fpixels("1i"), room)


def place(root: tk.Tk, screen: Screen | None) -> None:
    """The middle of the monitor that the pointer is on, somewhat above."""
    monitor = screen.monitor_at(*root.winfo_pointerxy()) if screen else None
    monitor = monitor or Monitor(0, 0, root.winfo_screenwidth(), root.winfo_screenheight())
    x = monitor.x + (monitor.width - root.winfo_reqwidth()) // 2
    y = monitor.y + min(round(monitor.height * _FROM_TOP), max(monitor.height - root.winfo_reqheight(), 0) // 2)
    root.geometry(f"+{max(x, monitor.x)}+{y}")
