"""How single values stand in JSON: texts, paths, times. See ``answers``."""

import base64
from datetime import UTC, datetime

from msgspec import UNSET, UnsetType

from photoseek.api.wire import PhotoState


def text(known: str) -> str:
    """Text for JSON: half characters, as Python has them for bytes that are not UTF-8, become U+FFFD."""
    return known.encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def show_path(path: bytes) -> str:
    """A path for eyes: what is not UTF-8 becomes U+FFFD."""
    return path.decode("utf-8", "replace")


def path_bytes(path: bytes) -> str | UnsetType:
    """The whole path in base64 where ``show_path`` loses something, else UNSET (left out of the JSON)."""
    try:
        path.decode("utf-8")
    except UnicodeDecodeError:
        return base64.b64encode(path).decode("ascii")
    return UNSET


def state_of(online: bool) -> PhotoState:
    """Whether a file can be reached at present."""
    return "online" if online else "offline"


def local_time(taken_at: datetime | None) -> str:
    """When a photo was taken, where it was taken; empty where nobody knows."""
    return "" if taken_at is None else taken_at.replace(tzinfo=None).isoformat(timespec="seconds")


def moment(unix_s: float) -> str:
    """A moment in UTC; a file's time may be one that no calendar has."""
    try:
        return datetime.fromtimestamp(unix_s, UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"
    except (ValueError, OverflowError, OSError):
        return ""
