"""The quick-search window, small and typed into at once. A process of its own, since Tk wants a main thread.

For the tray: ``why_not`` says what keeps the window from being shown here, ``quick_ready`` keeps a hidden window ready
where nothing does, ``summon`` shows it. For ``cli``: ``summon``, and ``process.run_window``, which is that process.
Nothing heavy is imported before it is needed: whoever summons a window shall not wait for the toolkit.
"""

from photoseek.tray.quick.keeping import keep_ready, quick_ready
from photoseek.tray.quick.possible import why_not
from photoseek.tray.quick.summoning import summon

__all__ = ["keep_ready", "quick_ready", "summon", "why_not"]
