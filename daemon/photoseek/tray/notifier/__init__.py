"""The icon as Linux desktops have it: a StatusNotifierItem with its menu, spoken over the session's D-Bus.

KDE, GNOME with its extension, Xfce, Cinnamon, LXQt, Budgie, waybar and others show such items. No toolkit is needed,
which would take several times the tray's memory and a Python binding that a virtual environment doesn't see. All of it
runs in the tray's event loop.

https://www.freedesktop.org/wiki/Specifications/StatusNotifierItem/
"""

from photoseek.tray.notifier.bus import SessionBus, open_session
from photoseek.tray.notifier.face import WATCHER, NotifierFace

__all__ = ["WATCHER", "NotifierFace", "SessionBus", "open_session"]
