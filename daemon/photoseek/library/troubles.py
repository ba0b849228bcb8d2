"""What keeps the work from going on although no picture is at fault, in words for a person.

Used by ``work``, ``upkeep`` and ``handover``, in the event loop.
"""

import errno
import logging

from photoseek.errors import PhotoseekError

log = logging.getLogger(__name__)

RETRY_S = 60.0
"""After trouble it is tried again so often: a full disk, no model."""

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_NO_WRITING = {errno.EROFS, errno.EACCES, errno.EPERM}


class Trouble:
    """The trouble there is at present. Each kind is logged once until it is over, not at each attempt."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._logged: set[str] = set()
        self.note = ""

    def __bool__(self) -> bool:
        return bool(self.note)

    def met(self, error: BaseException) -> None:
        """Note it."""
        while isinstance(error, BaseExceptionGroup):
            error = error.exceptions[0]
        note = in_words(error)
        if note not in self._logged:
            expected = isinstance(error, PhotoseekError | OSError)
            log.log(
                logging.WARNING if expected else logging.ERROR,
                "%s: %s",
                self._what,
                note,
                exc_info=None if expected else error,
            )
        self._logged.add(note)
        self.note = note

    def over(self) -> None:
        """It went well."""
        if self.note:
            log.info("%s no longer", self._what)
        self._logged.clear()
        self.note = ""


def in_words(error: BaseException) -> str:
    """What is wrong and what can be done."""
    if isinstance(error, PhotoseekError):
        return f"{error.message} {error.hint}".strip()
    if isinstance(error, OSError) and error.errno in _NO_ROOM:
        return "There is no room left on the disk that holds photoseek's cache. Make room on it; nothing was lost."
    if isinstance(error, OSError) and error.errno in _NO_WRITING:
        return "photoseek's cache folder can't be written to. Correct its permissions; nothing was lost."
    if isinstance(error, OSError):
        return f"A disk refuses to work: {error.strerror or 'unknown error'}."
    return "An unexpected error; the log has it."
