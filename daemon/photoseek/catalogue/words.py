"""What photos are called, as a full-text index: a cache that can be made again from files, contents and descriptions.

Functions that block, called by ``catalogue``. Invariant, looked at by ``photoseek check``: ``words`` has a row for
exactly the contents that lie at some file, with what they are called there. ``refill`` keeps it, called by ``shifts``
at the end of every writing transaction for the contents that were touched in it; so a rename moves the words.
"""

import itertools
import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from photoseek.catalogue import wording
from photoseek.catalogue.statements import id_list, load
from photoseek.domain import READING, ContentId, Description, Place, WordMatches

_SQL = load("words")

MOST_WORDS = 16
"""A query of more words describes a picture; what photos are called is not looked at then."""
_WORDS_OF_A_PLACE = 4
_MOST_PLACES = 200
_ENOUGH = 10_000
"""Where more are called by the words as they are, those that only begin so are not looked for."""
_LEAST_BEGINNING = 2
"""Letters of a word that may be only the beginning of one: too many words begin with a single letter."""


@dataclass(frozen=True, slots=True)
class Called:
    """The contents that a query's words speak of: all of them, or those of a place.

    Attributes:
        whole: Ids ``(n,)`` of those that are called by them as they are.
        begun: Ids ``(m,)`` of others that are called by words that begin so.
        placed: Ids ``(k,)`` of others that lie at all places which some of the words name.
    """

    whole: NDArray[np.int64]
    begun: NDArray[np.int64]
    placed: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A word as it was typed, the words that it consists of, and the places that it stands for, or helps to name.

    Attributes:
        places_named: Those of ``places`` that the typed words name as a whole: New York, not New.
    """

    typed: str
    parts: tuple[str, ...]
    places: frozenset[str]
    places_named: frozenset[str]
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
    names = ((name, one.key, whole) for one in said.places for name, whole in _names(one).items())
    connection.executemany(_SQL["put_place_name"], names)
    connection.execute(_SQL["touch"], {"content_id": content_id})


def called(connection: sqlite3.Connection, texts: Sequence[str]) -> Called:
    """The contents whose names, texts, camera and places hold the words of these texts."""
    wanted, none = _wanted(connection, texts), np.empty(0, np.int64)
    if not wanted:
        return Called(none, none, none)
    whole = _find(connection, " AND ".join(_whole(one) for one in wanted))
    begun = none if len(whole) > _ENOUGH else _find(connection, " AND ".join(_begun(one) for one in wanted))
    at = [one.places_named for one in wanted if one.places_named]
    placed = _find(connection, " AND ".join(_at(keys) for keys in at)) if 0 < len(at) < len(wanted) else none
    begun = np.setdiff1d(begun, whole)
    return Called(whole, begun, np.setdiff1d(placed, np.concatenate((whole, begun))))


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


def _names(place: Place) -> dict[str, bool]:
    """As it is looked up, and whether that is a name as a whole: of its own one also the beginnings, as Rothenburg."""
    own = wording.words_of(place.name)
    names = {"".join(own[:end]): False for end in range(1, len(own))}
    names |= dict.fromkeys(map(wording.name_of_place, (place.name, *place.names)), True)
    return {name: whole for name, whole in names.items() if name}


def _wanted(connection: sqlite3.Connection, texts: Sequence[str]) -> list[_Wanted]:
    """The words of the texts; none where there are too many."""
    found: list[_Wanted] = []
    for text in texts:
        words = [(typed, tuple(parts)) for typed in text.split() if (parts := wording.words_of(typed))]
        if len(found) + len(words) > MOST_WORDS:
            return []
        places: list[tuple[set[str], set[str], set[str]]] = [(set(), set(), set()) for _ in words]
        for start, end in itertools.combinations(range(len(words) + 1), 2):
            if end - start <= _WORDS_OF_A_PLACE:
                name = "".join(part for _, parts in words[start:end] for part in parts)
                exactly = connection.execute(_SQL["places_called"], (name, _MOST_PLACES)).fetchall()
                like = connection.execute(_SQL["places_called_like"], (name, _MOST_PLACES)).fetchall()
                for called, named, begun in places[start:end]:
                    called.update(key for key, _ in exactly)
                    named.update(key for key, whole in exactly if whole)
                    begun.update(key for (key,) in like)
        found += [
            _Wanted(typed, parts, *map(frozenset, each)) for (typed, parts), each in zip(words, places, strict=True)
        ]
    return found


def _whole(one: _Wanted) -> str:
    return _expression([_quoted(phrase) for phrase in one.phrases], one.places)


def _begun(one: _Wanted) -> str:
    if len(one.phrases[0]) < _LEAST_BEGINNING:
        return _whole(one)
    return _expression([f"{_quoted(phrase)} *" for phrase in one.phrases], one.places_begun)


def _expression(phrases: Sequence[str], places: Collection[str]) -> str:
    """Any of them, in FTS5's own language (https://sqlite.org/fts5.html#full_text_query_syntax)."""
    called = f"{{name text camera}} : ({' OR '.join(phrases)})"
    return f"({called} OR {_at(places)})" if places else f"({called})"


def _at(places: Collection[str]) -> str:
    return f"place : ({' OR '.join(_quoted(key) for key in sorted(places))})"


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _stands_in(one: _Wanted, column: str) -> bool:
    return any(f" {phrase}" in column for phrase in one.phrases)


def _find(connection: sqlite3.Connection, expression: str) -> NDArray[np.int64]:
    [(ids,)] = connection.execute(_SQL["find"], (expression,)).fetchall()
    return np.fromstring(ids or "", np.int64, sep=",")
