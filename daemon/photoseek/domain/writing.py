"""Writes queries: the way back from what the parser understood, and from the words of a shell to a query. Pure.

Called by ``api`` to show how a query was understood, and by ``cli``.
"""

import re
from collections.abc import Callable, Sequence

from photoseek.domain.filters import KINDS, LETTER_CLASS
from photoseek.domain.search import Filter, Query

_SAFE = re.compile(r"(?!.*//)[\w.,@/\\-]+")
_PARTS_OF_PATTERN = re.compile(rf"({LETTER_CLASS}|[*?]+)")
_HEAD = re.compile(r"([+-]?)(?:([0-9.,]+):|([^\W\d_][\w-]*):)?\s*")


def quote(text: str) -> str:
    """The query that means literally this text, which is more than white space."""
    return '"' + text.replace('"', '""') + '"'


def format_query(query: Query) -> str:
    """The query in its plainest form; parsed again it gives the same terms, examples and filters."""
    items = [_sign(term.weight, first=place == 0) + quote(term.text) for place, term in enumerate(query.terms)]
    items += [f"{_sign(one.weight, first=True)}like:{one.photo}" for one in query.like]
    items += [f"{'-' if one.negated else ''}{one.key}:{_format_value(one)}" for one in query.filters]
    return " ".join(items)


def _sign(weight: float, *, first: bool) -> str:
    size = abs(weight)
    sign = "-" if weight < 0 else "" if first else "+"
    return sign if size == 1 else f"{sign}{size!r}:"


def _format_value(one: Filter) -> str:
    if not KINDS[one.key].is_pattern:
        return one.value if _SAFE.fullmatch(one.value) else quote(one.value)
    pattern = _quote_parts(one.value, lambda part: _SAFE.fullmatch(part) is None)
    # Empty quotes keep the word from being taken for an address.
    return f'""{pattern}' if "://" in pattern else pattern


def join_words(words: Sequence[str]) -> str:
    """The query that the words of a command line make.

    The shell takes quotes away. Where there are several words, one with white space in it must have stood in quotes:
    it gets them back, behind a sign, a weight or a key. A single word is a whole query.
    """
    return words[0] if len(words) == 1 else " ".join(_requote(word) for word in words)


def _requote(word: str) -> str:
    if '"' in word or len(word.split()) < 2:
        return word
    head = _HEAD.match(word)
    assert head is not None
    key = (head[3] or "").casefold()
    if head[3] and key not in KINDS:
        return head[1] + quote(word[len(head[1]) :])
    rest = word[head.end() :].rstrip()
    if key and KINDS[key].is_pattern:
        return head[0].rstrip() + _quote_parts(rest, lambda part: len(part.split()) > 1 or part != part.strip())
    return head[0].rstrip() + quote(rest)


def _quote_parts(pattern: str, needs_it: Callable[[str], bool]) -> str:
    """The pattern with those parts in quotes that need it; ``*``, ``?`` and ``[…]`` stay bare."""
    parts = _PARTS_OF_PATTERN.split(pattern)
    return "".join(
        quote(part) if part and place % 2 == 0 and needs_it(part) else part for place, part in enumerate(parts)
    )
