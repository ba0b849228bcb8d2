"""How many may be at one thing at a time; who comes then is told to come again.

Used by the routes; runs in the event loop.
"""

import contextlib
from collections.abc import Iterator

from photoseek.api.refusals import RefusedError


class Crowd:
    """Those who are at it.

    Args:
        most: At a time.
        message: For one more.
    """

    def __init__(self, most: int, message: str) -> None:
        self._most = most
        self._message = message
        self._present = 0

    @contextlib.contextmanager
    def joined(self) -> Iterator[None]:
        """Be one of them as long as the context lasts.

        Raises:
            RefusedError: There are enough.
        """
        if self._present >= self._most:
            raise RefusedError("busy", self._message, "Ask again a little later.")
        self._present += 1
        try:
            yield
        finally:
            self._present -= 1
