"""The keys that open the API: the token, and a key for each page that came in by a link.

The guard asks whether a key fits; ``entrance`` makes links and changes the token. A page's key is signed with the token
instead of being remembered: it outlives the daemon, so that an open page goes on when it is back, and ends with the
token. Nothing is written. Pure but for the clock; runs in the event loop.

Whoever has a key may be told the token: a page's key opens all that the token opens, and for as long, so nobody
gains by it.
"""

import base64
import hmac
import secrets
import time
from collections import deque
from collections.abc import Callable, Iterable

from photoseek.api.refusals import RefusedError

LINK_LASTS_S = 60.0
# A person opens a few at a time; whoever opens more ends the oldest.
_MOST_LINKS = 8


class Keys:
    """All keys of one daemon; each has 256 bits and is compared in constant time.

    Args:
        token: The one that lies in the token file.
        clock: Monotonic, in seconds.
    """

    def __init__(self, token: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._token = token
        self._clock = clock
        self._links: deque[tuple[str, float]] = deque(maxlen=_MOST_LINKS)

    @property
    def token(self) -> str:
        """The one that fits at present."""
        return self._token

    def fits(self, given: str) -> bool:
        """Whether this is the token or the key of a page."""
        return _same_as_any(given, (self._token, self._page_key(given.partition(".")[0])))

    def make_code(self) -> str:
        """The code of a new link: good for one page, for a minute."""
        code = secrets.token_urlsafe(32)
        self._links.append((code, self._clock() + LINK_LASTS_S))
        return code

    def exchange(self, code: str) -> str:
        """The key of the page that shows the code of a link; the code is used up.

        Raises:
            RefusedError: It was used, is too old, or never was.
        """
        now = self._clock()
        fresh = [known for known, ends_at in self._links if now < ends_at]
        if not _same_as_any(code, fresh):
            raise RefusedError("bad_link", "This link was used, or is older than a minute.", "Open it anew.")
        self._links = deque((link for link in self._links if link[0] != code), maxlen=_MOST_LINKS)
        return self._page_key(secrets.token_urlsafe(16))

    def _page_key(self, name: str) -> str:
        """The key of the page of this name (RFC 2104, with SHA-256)."""
        signed = hmac.digest(self._token.encode(), b"page " + name.encode("utf-8", "surrogateescape"), "sha256")
        return f"{name}.{base64.urlsafe_b64encode(signed).decode().rstrip('=')}"

    def renew(self, token: str) -> None:
        """Take another token; the one before, all links and the keys of all pages fit no more."""
        self._token = token
        self._links.clear()


def _same_as_any(given: str, known: Iterable[str]) -> bool:
    """Whether they hold ``given``; how long that takes doesn't say how much of it was right."""
    shown = given.encode("utf-8", "surrogateescape")
    same = [hmac.compare_digest(shown, key.encode("utf-8", "surrogateescape")) for key in known]
    return any(same)
