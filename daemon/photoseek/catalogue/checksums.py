"""The checksums of contents: against chance, not against an enemy. Pure.

A CRC-32 over the columns md5, size_bytes, format, width, height, taken_at, camera, lens, latitude, longitude and
filed_at; the last one counts only where it isn't NULL, as rows from before there was one have it.
"""

import json
import zlib
from collections.abc import Sequence
from typing import Any


def of_content(columns: Sequence[Any]) -> int:
    """The checksum of a content with these columns."""
    md5, *others = columns
    counted = others if others[-1] is not None else others[:-1]
    return zlib.crc32(json.dumps(counted).encode(), zlib.crc32(md5))


def is_sound(columns: Sequence[Any], expected: int) -> bool:
    """Whether the columns are what was stored."""
    try:
        return of_content(columns) == expected
    except (TypeError, ValueError):  # a damaged page can hold a column of another type
        return False


def after_filing(moment: str, checksum: int, *columns: Any) -> int:
    """The checksum of a content that gets another ``filed_at``; a damaged one stays damaged."""
    return of_content([*columns[:-1], moment]) if is_sound(columns, checksum) else checksum
