"""The log: a rotated file and stderr in one format.

``service`` and ``cli`` open it. It may be sent to others when something is wrong, so it holds no query, token or name
of a file: whoever logs leaves them out, and a traceback comes without the words of its exceptions, which often quote.
"""

import asyncio
import contextlib
import errno
import logging
import os
import sys
import time
import traceback
from collections.abc import Iterator
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import Any

_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_FILE_BYTES = 1_000_000
_OLD_FILES = 3

log = logging.getLogger(__name__)


@contextlib.contextmanager
def logging_to(path: Path | None, *, stderr: bool = True, level: int = logging.INFO) -> Iterator[None]:
    """Log to a file and stderr as long as the context lasts; libraries are heard from WARNING on.

    Args:
        path: The log file; its folder exists. None for no file; where it can't be written there is none either.
        stderr: Whether to log to stderr too.
        level: The lowest level of photoseek's own loggers.
    """
    handlers: list[logging.Handler] = []
    if path is not None and os.access(path if path.exists() else path.parent, os.W_OK):
        handlers.append(
            RotatingFileHandler(path, maxBytes=_FILE_BYTES, backupCount=_OLD_FILES, encoding="utf-8", delay=True)
        )
    if stderr:
        handlers.append(logging.StreamHandler(sys.stderr))
    root, own = logging.getLogger(), logging.getLogger("photoseek")
    level_before, raises_before = own.level, logging.raiseExceptions
    logging.raiseExceptions = False  # a line that a full disk doesn't take is lost; it is no reason for a traceback
    own.setLevel(level)
    for handler in handlers:
        handler.setFormatter(DiscreetFormatter())
        root.addHandler(handler)
    try:
        yield
    finally:
        own.setLevel(level_before)
        logging.raiseExceptions = raises_before
        for handler in handlers:
            root.removeHandler(handler)
            with contextlib.suppress(OSError):  # what is left of a line has no room either
                handler.close()


class DiscreetFormatter(logging.Formatter):
    """One line a record in UTC; tracebacks show where and of which type, not what an exception quotes."""

    converter = staticmethod(time.gmtime)
    default_msec_format = "%s.%03dZ"
    default_time_format = "%Y-%m-%dT%H:%M:%S"

    def __init__(self) -> None:
        super().__init__(_FORMAT)

    def formatException(  # noqa: N802 - logging's name
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        """The traceback without the exceptions' own words."""
        return "" if ei[1] is None else "".join(_lines(ei[1])).rstrip()

    def format(self, record: logging.LogRecord) -> str:
        """The record; a traceback that another handler has formatted already is made anew."""
        record.exc_text = None
        text = super().format(record)
        record.exc_text = None
        return text


def _lines(error: BaseException) -> Iterator[str]:
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None:
        yield from _lines(before)
        yield "which led to:\n"
    yield from traceback.format_tb(error.__traceback__)
    yield f"{_named(error)}\n"
    if isinstance(error, BaseExceptionGroup):
        for number, member in enumerate(error.exceptions, 1):
            yield f"{number} of {len(error.exceptions)} in this group:\n"
            yield from _lines(member)


def _named(error: BaseException) -> str:
    name = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    number = error.errno if isinstance(error, OSError) else None
    return name if number is None else f"{name} ({errno.errorcode.get(number, number)})"


def log_loop_error(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """For ``loop.set_exception_handler``: asyncio's own handler prints tasks with all that they were called with."""
    log.error("asyncio: %s", context.get("message", "an error"), exc_info=context.get("exception"))
