"""Where a page of an answer ended, as text that a client gives back for the next one. Pure.

A cursor names the last photo by what it was sorted by, so photos that come and go meanwhile shift nothing. It also
knows which question it belongs to: behind another one's photos there is no next page.
"""

import base64
import binascii
import zlib
from typing import Annotated, TypeVar

import msgspec

from photoseek.domain import Query, format_query
from photoseek.errors import QueryError

RowId = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]


class Mark(msgspec.Struct, frozen=True, array_like=True):
    """How far a list of photos has been shown: down to this score, and of equal ones to this content."""

    score: float
    content_id: RowId


class RankedCursor(msgspec.Struct, frozen=True, array_like=True, tag="r"):
    """The end of a page of the best: how far each of the lists that it was merged of has been shown.

    Attributes:
        question: Which it belongs to.
        marks: Of each list, in their order; None where nothing of it has been shown.
        shown: Photos on all pages so far: how deep the next one has to look at least.
    """

    question: int
    marks: Annotated[tuple[Mark | None, ...], msgspec.Meta(min_length=4, max_length=4)]
    shown: Annotated[int, msgspec.Meta(ge=0, le=2**40)]


class ListedCursor(msgspec.Struct, frozen=True, array_like=True, tag="l"):
    """The end of a page of a list: it stands at this moment, and of equal ones at this content."""

    question: int
    taken: Annotated[str, msgspec.Meta(max_length=19)]
    content_id: RowId


Cursor = TypeVar("Cursor", RankedCursor, ListedCursor)


def question_of(query: Query, model: str = "") -> int:
    """What tells a question from others whose pages are other ones: 32 bits of all that decides on the order."""
    picture = b"" if query.picture is None else query.picture.vector.tobytes()
    words = f"{format_query(query)}\0{query.without or ''}\0{model}\0{query.stacks}"
    return zlib.crc32(picture, zlib.crc32(words.encode("utf-8", "surrogatepass")))


def write_cursor(cursor: RankedCursor | ListedCursor) -> str:
    """The cursor as it stands in an answer."""
    return base64.urlsafe_b64encode(msgspec.msgpack.encode(cursor)).decode().rstrip("=")


def read_cursor(text: str | None, kind: type[Cursor], question: int) -> Cursor | None:
    """Read it back; None for the first page.

    Raises:
        QueryError: It is none of ours, or belongs to another question.
    """
    if text is None:
        return None
    try:
        packed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        cursor = msgspec.msgpack.decode(packed, type=kind)
    except (ValueError, binascii.Error, msgspec.DecodeError) as error:
        raise QueryError("The cursor is not one of photoseek's.", "Take next_cursor of the page before.") from error
    if cursor.question != question:
        raise QueryError("The cursor belongs to another question, or to another model.", "Begin with the first page.")
    return cursor
