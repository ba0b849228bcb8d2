"""Asks the person for a folder. A process of its own, on its main thread; see ``wishes``."""

import os
import tkinter
from tkinter import filedialog

from photoseek.errors import DesktopError
from photoseek.paths import pictures_folder
from photoseek.tray.ending import when_input_ends
from photoseek.tray.texts import find_tray_texts


def choose_folder() -> str:
    """The folder; "" where the person wants none, and the end where standard input ends, as the tray does.

    Raises:
        DesktopError: There is no screen to ask on.
    """
    when_input_ends(lambda: os._exit(1))
    try:
        root = tkinter.Tk(className="photoseek")
    except tkinter.TclError as error:
        raise DesktopError(f"The dialog can't be shown: {error}.", "Is this your desktop?") from error
    root.withdraw()
    chosen = filedialog.askdirectory(
        parent=root,
        title=find_tray_texts().choose_folder,
        initialdir=pictures_folder() or "~",
        mustexist=True,
    )
    root.destroy()
    return chosen or ""  # closed, Tk gives an empty tuple
