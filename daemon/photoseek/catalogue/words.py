"""What photos are called, as a full-text index: a cache that can be made again from files, contents and descriptions.

Functions that block, called by ``catalogue``. Invariant, looked at by ``photoseek check``: ``words`` has a row for
exactly the contents that lie at some file, with what they are called there. ``refill`` keeps it, called by ``shifts``
at the end of every writing transaction for the contents that were touched in it; so a rename moves the words.
"""

import itertools
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from photoseek.catalogue import wording
from photoseek.catalogue.statements import id_list, load
from photoseek.domain import READING, ContentId, Description, Place, WordMatches

_SQL = load("words")

MOST_WORDS = 16
"""Whoever says more describes a picture."""
_WORDS_OF_A_PLACE = 4
_MOST_PLACES = 200
_ENOUGH = 10_000
"""Where so many are called by the words as they are, nobody misses those that only begin so."""
_LEAST_BEGINNING = 2
"""Letters: with one, everything begins."""


@dataclass(frozen=True, slots=True)
class Called:
    """The contents that are called by all words of a query.

    Attributes:
        whole: Ids ``(n,)`` of those that are called by them as they are.
        begun: Ids ``(m,)`` of others that are called by words that begin so.
    """

    whole: NDArray[np.int64]
    begun: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A word as it was typed, the words that it consists of, and the places that it stands for, or helps to name."""

    typed: str
    parts: tuple[str, ...]
    places: frozenset[str]
    places_begun: frozenset[str]

    @property
    def phrases(self) -> list[str]:
        """Cut as names are, and whole, for those who don't cut: omageburtstag."""
        return list(dict.fromkeys((" ".join(self.parts), "".join(self.parts))))


def refill(connection: sqlite3.Connection) -> None:
    """Bring up the words of the contents that were touched in this transaction; ``orphaned_at`` is right by now."""
    connection.execute(_SQL["clear"])
    connection.execute(_SQL["fill"])


def describe(connection: sqlite3.Connection, content_id: ContentId, said: Description) -> None:
    """Keep what a picture says of itself; of a content that is gone, nothing."""
    columns = {
        "title": said.title,
        "caption": said.caption,
        "keywords": "\n".join(said.keywords),
        "place": ", ".join(dict.fromkeys(place.name for place in said.places)),
        "place_keys": " ".join(place.key for place in said.places),
    }
    connection.execute(_SQL["describe"], {**columns, "content_id": content_id, "reading": READING})
    connection.executemany(_SQL["put_place_name"], ((name, one.key) for one in said.places for name in _names(one)))
    connection.execute(_SQL["touch"], {"content_id": content_id})


def called(connection: sqlite3.Connection, texts: Sequence[str]) -> Called:
    """The contents whose names, texts, camera and places hold all the words of these texts."""
    wanted = _wanted(connection, texts)
    if not wanted:
        return Called(np.empty(0, np.int64), np.empty(0, np.int64))
    whole = _find(connection, " AND ".join(_whole(one) for one in wanted))
    if len(whole) > _ENOUGH:
        return Called(whole, np.empty(0, np.int64))
    begun = _find(connection, " AND ".join(_begun(one) for one in wanted))
    return Called(whole, np.setdiff1d(begun, whole))


def matches(
    connection: sqlite3.Connection, texts: Sequence[str], content_ids: Collection[ContentId]
) -> dict[ContentId, WordMatches]:
    """Which of the words each of the contents is called by, and where; without those that are called by none."""
    wanted = _wanted(connection, texts)
    found = {}
    for content_id, *columns in connection.execute(_SQL["rows"], {"ids": id_list(content_ids)}):
        name, text, camera, place = (f" {column} " for column in columns)
        keys = set(place.split())
        matched = WordMatches(
            name=tuple(one.typed for one in wanted if _stands_in(one, name)),
            text=tuple(one.typed for one in wanted if _stands_in(one, text)),
            camera=tuple(one.typed for one in wanted if _stands_in(one, camera)),
            place=tuple(one.typed for one in wanted if keys & one.places_begun),
        )
        if matched != WordMatches():
            found[ContentId(content_id)] = matched
    return found


def _names(place: Place) -> Iterator[str]:
    """As it is looked up: each name as a whole, and of its own name the beginnings too, such as Rothenburg."""
    own = wording.words_of(place.name)
    beginnings = ("".join(own[:end]) for end in range(1, len(own) + 1))
    return (name for name in {*map(wording.name_of_place, place.names), *beginnings} if name)


def _wanted(connection: sqlite3.Connection, texts: Sequence[str]) -> list[_Wanted]:
    """The words of the texts; none where there are too many."""
    found: list[_Wanted] = []
    for text in texts:
        words = [(typed, tuple(parts)) for typed in text.split() if (parts := wording.words_of(typed))]
        if len(found) + len(words) > MOST_WORDS:
            return []
        places: list[tuple[set[str], set[str]]] = [(set(), set()) for _ in words]
        for start, end in itertools.combinations(range(len(words) + 1), 2):
            if end - start <= _WORDS_OF_A_PLACE:
                name = "".join(part for _, parts in words[start:end] for part in parts)
                for whole, begun in places[start:end]:
                    whole.update(_places(connection, "places_called", name))
                    begun.update(_places(connection, "places_called_like", name))
        found += [
            _Wanted(typed, parts, frozenset(whole), frozenset(begun))
            for (typed, parts), (whole, begun) in zip(words, places, strict=True)
        ]
    return found


def _places(connection: sqlite3.Connection, statement: str, name: str) -> set[str]:
    return {key for (key,) in connection.execute(_SQL[statement], (name, _MOST_PLACES))}


def _whole(one: _Wanted) -> str:
    return _expression([_quoted(phrase) for phrase in one.phrases], one.places)


def _begun(one: _Wanted) -> str:
    if len(one.phrases[0]) < _LEAST_BEGINNING:
        return _whole(one)
    return _expression([f"{_quoted(phrase)} *" for phrase in one.phrases], one.places_begun)


def _expression(phrases: Sequence[str], places: Collection[str]) -> str:
    """Any of them, in FTS5's own language (https://sqlite.org/fts5.html#full_text_query_syntax)."""
    keys = " OR ".join(_quoted(key) for key in sorted(places))
    called = f"{{name text camera}} : ({' OR '.join(phrases)})"
    return f"({called} OR place : ({keys}))" if keys else f"({called})"


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _stands_in(one: _Wanted, column: str) -> bool:
    return any(f" {phrase}" in column for phrase in one.phrases)


def _find(connection: sqlite3.Connection, expression: str) -> NDArray[np.int64]:
    [(ids,)] = connection.execute(_SQL["find"], (expression,)).fetchall()
    return np.fromstring(ids or "", np.int64, sep=",")
