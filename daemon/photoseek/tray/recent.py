"""The last searches of tray and quick search: on this computer, in a file that only this person can read.

The icon's menu lists them, the quick search writes them. The page keeps its own in the browser. Blocking, quick; any
thread or process. Losing one matters to nobody: a file that can't be read or written is as if there were none.
"""

import json
import logging

from photoseek import durable
from photoseek.paths import Paths

log = logging.getLogger(__name__)

KEPT = 5


def read_recent(paths: Paths) -> tuple[str, ...]:
    """The last searches, newest first; ``KEPT`` at most."""
    try:
        kept = json.loads(paths.recent.read_text("utf-8"))
    except (OSError, ValueError):
        return ()
    texts = kept if isinstance(kept, list) else []
    return tuple(text for text in texts if isinstance(text, str))[:KEPT]


def note_search(paths: Paths, text: str) -> None:
    """Keep what a person searched for, as the newest; blank ones count for nothing."""
    text = " ".join(text.split())
    if text:
        _write(paths, [text, *(other for other in read_recent(paths) if other != text)][:KEPT])


def clear_recent(paths: Paths) -> None:
    """Forget them."""
    _write(paths, [])


def _write(paths: Paths, texts: list[str]) -> None:
    try:
        durable.write(paths.recent, json.dumps(texts).encode(), sync=False)
    except OSError as error:
        log.warning("the last searches can't be kept: %s", error.strerror)
