"""Starting photoseek when the person logs in: a systemd user unit, an XDG entry, a LaunchAgent, a logon task.

Used by the command ``autostart`` and, through a Protocol of its own, by ``api``. Calls are short and block: they write
a file and ask a program of the system; ``api`` makes them in a thread.
"""

from photoseek.autostart.autostart import Autostart, find_autostart

__all__ = ["Autostart", "find_autostart"]
