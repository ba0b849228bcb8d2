"""What was learnt of models on this computer: small JSON files in a cache folder that may be lost.

Used by the modules that find something out (digests, paces, number formats, descriptions), in the daemon's threads and
in the model process. Blocks.
"""

import logging
from pathlib import Path
from typing import TypeVar

import msgspec

from photoseek import durable

log = logging.getLogger(__name__)

T = TypeVar("T")


def recall(place: Path, kind: type[T]) -> T | None:
    """What was kept there; None where nothing was, or where it can't be read: then it is found out again."""
    try:
        return msgspec.json.decode(place.read_bytes(), type=kind)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError) as error:
        log.info("What was learnt of models (%s) can't be read: %s", place.name, type(error).__name__)
        return None


def remember(place: Path, learnt: object) -> None:
    """Keep it; a cache that can't be written costs only time."""
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        durable.write(place, msgspec.json.encode(learnt), sync=False)
    except (OSError, UnicodeEncodeError) as error:  # a path that is no UTF-8 can't stand in JSON
        log.warning("What was learnt of models (%s) can't be kept: %s", place.name, type(error).__name__)
