"""What happens in the watched folders, as the system tells it: hints where to look. Opens nothing, decides nothing.

``library`` starts it, gets the hints in the event loop, lets them settle, and walks. The only room with watchdog.
"""

from photoseek.watching.settling import QUIET_S, Settler
from photoseek.watching.watcher import Watcher, WatchMode

__all__ = ["QUIET_S", "Settler", "WatchMode", "Watcher"]
