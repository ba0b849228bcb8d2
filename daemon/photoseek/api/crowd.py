"""A limit to the requests of one kind that are dealt with at a time; one more is told to come again later.

Used by the routes; runs in the event loop.
"""

import contextlib
from collections.abc import Iterator

from photoseek.api.refusals import RefusedError


class Crowd:
    """The requests of one kind that are being dealt with.

    Args:
        most: So many at a time.
        message: What one more is told.
    """

    def __init__(self, most: int, message: str) -> None:
        self._most = most
        self._message = message
        self._present = 0

    @contextlib.contextmanager
    def joined(self) -> Iterator[None]:
        """Count as one of them as long as the context lasts.

        Raises:
            RefusedError: There are as many as there may be.
        """
        if self._present >= self._most:
            raise RefusedError("busy", self._message, "Ask again a little later.")
        self._present += 1
        try:
            yield
        finally:
            self._present -= 1
