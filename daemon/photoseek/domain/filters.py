"""The keys of ``key:value`` in a query, and how each value is read. Pure.

The one table of them: the parser reads by it, and the API shows it.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from photoseek.domain.files import PICTURE_FORMATS
from photoseek.domain.photos import photo_md5

ORIENTATIONS = ("portrait", "landscape", "square")

_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?")
_WILD = "*?["
LETTER_CLASS = r"\[[!^]?+\]?+[^\]]*\]"
"""In a pattern: one of these letters, or with ``!`` none of them."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a value; ``literal`` where it stood in quotes."""

    text: str
    literal: bool


class BadValueError(ValueError):
    """A value that its key doesn't take; the message says what it takes instead."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a key means.

    Attributes:
        meaning: A sentence for a person.
        examples: Whole filters, each of which the parser takes.
        read: Brings the value into the form that ``Filter.value`` has; raises BadValueError.
        is_pattern: Whether the value is a shell pattern, in which quotes take the meaning from ``*``, ``?`` and ``[``.
    """

    meaning: str
    examples: tuple[str, ...]
    read: Callable[[Sequence[Piece]], str]
    is_pattern: bool = False


def _plain(pieces: Sequence[Piece]) -> str:
    return "".join(piece.text for piece in pieces)


def _pattern(pieces: Sequence[Piece]) -> str:
    return "".join(_escape(piece.text) if piece.literal else _complete(piece.text) for piece in pieces)


def _escape(text: str) -> str:
    return "".join(f"[{letter}]" if letter in _WILD else letter for letter in text)


def _complete(pattern: str) -> str:
    """With every ``[`` that no ``]`` ends as a letter."""
    return re.sub(rf"{LETTER_CLASS}|\[", lambda found: found[0] if len(found[0]) > 1 else "[[]", pattern)


def _place(pieces: Sequence[Piece]) -> str:
    return re.sub(r"(?<=.)/+$", "", _pattern(pieces))


def _day(pieces: Sequence[Piece]) -> str:
    found = _DATE.fullmatch(_plain(pieces))
    try:
        if found is None:
            raise ValueError
        return date(*(int(part or 1) for part in found.groups())).isoformat()
    except ValueError as error:
        raise BadValueError("A date is written 2023, 2023-05 or 2023-05-17.") from error


def _type(pieces: Sequence[Piece]) -> str:
    name = _plain(pieces).lower().removeprefix(".")
    if name not in PICTURE_FORMATS:
        raise BadValueError(f"A type is one of {', '.join(PICTURE_FORMATS)}.")
    return name


def _orientation(pieces: Sequence[Piece]) -> str:
    name = _plain(pieces).lower()
    if name not in ORIENTATIONS:
        raise BadValueError(f"An orientation is one of {', '.join(ORIENTATIONS)}.")
    return name


def _photo(pieces: Sequence[Piece]) -> str:
    identifier = _plain(pieces).lower()
    if photo_md5(identifier) is None:
        raise BadValueError("A photo's id is 32 characters of 0 to 9 and a to f, as every answer has it.")
    return identifier


KINDS = {
    "folder": Kind(
        "Lies in such a folder, at any depth. A name or several joined by `/`, or a path from the root on. "
        "`*` stands for any letters, `?` for one, `[ab]` for one of these.",
        ("folder:Italy", 'folder:"My Photos"', "folder:2023*/Italy"),
        _place,
        is_pattern=True,
    ),
    "name": Kind(
        "A file of it is called so, with or without its suffix. `*`, `?` and `[ab]` as in folders.",
        ("name:*.png", "name:IMG_1234", 'name:"at the sea"*'),
        _pattern,
        is_pattern=True,
    ),
    "after": Kind(
        "Taken in that year, month or day or later: `after:2023-05` is from 1 May 2023 on.",
        ("after:2023", "after:2023-05", "after:2023-05-17"),
        _day,
    ),
    "before": Kind(
        "Taken earlier than that year, month or day: `before:2024` is up to 31 December 2023.",
        ("before:2024", "before:2024-02", "before:2024-02-29"),
        _day,
    ),
    "camera": Kind("Maker and model of the camera contain this.", ("camera:canon", 'camera:"iPhone 12"'), _plain),
    "type": Kind(f"Its format: {', '.join(PICTURE_FORMATS)}.", ("type:heic", "type:png"), _type),
    "orientation": Kind(
        f"Its shape as seen upright: {', '.join(ORIENTATIONS)}.",
        ("orientation:portrait", "orientation:square"),
        _orientation,
    ),
    "stack": Kind(
        "Is in the same stack as this photo, told by its id: nearly the same picture. All of them are shown.",
        ("stack:0cc175b9c0f1b6a831c399e269772661",),
        _photo,
    ),
    "like": Kind(
        "Looks like this photo, told by its id. Counts as a word does: it can be weighed or taken away.",
        ("like:0cc175b9c0f1b6a831c399e269772661", "-like:0cc175b9c0f1b6a831c399e269772661"),
        _photo,
    ),
}
"""Every key, in the order in which they are shown."""
