r"""The one query grammar: from what a person types to terms, examples and filters (``writing`` is the way back).

Called by ``api`` for every way in: page, tray, command line and scripts send the text as it was typed. Pure.

Read from left to right, in items that white space parts:

* A word, or what stands in double quotes, belongs to the phrase that is open. In quotes all is literal but ``""``,
  which is one quote.
* ``+`` or ``-`` before a word or quotes makes a term of that alone. With white space behind it, it opens a phrase of
  all words up to the next such sign or weight, or makes a term of the quotes behind it.
* A number and a colon weigh: ``2: golden sunset``. A digit behind the colon makes it a time or a ratio: ``10:30``.
* ``key:value`` filters; ``-key:value`` keeps out. In a value quotes may begin anywhere, as in a shell.
* A word that holds ``://``, begins with ``data:`` or is a path with a drive (``C:\``) is a word.
"""

import re
from dataclasses import dataclass, field

from photoseek.domain.filters import KINDS, BadValueError, Piece
from photoseek.domain.photos import PhotoId
from photoseek.domain.search import Example, Filter, Query, Term
from photoseek.errors import QueryError

MOST_TERMS = 32
"""Each costs a run of the model."""
MOST_FILTERS = 32
LEAST_WEIGHT, MOST_WEIGHT = 0.01, 100.0

_SPACE = re.compile(r"\s*")
_WORD = re.compile(r"\S+")
_SIGN = re.compile(r"[+-](?![+-])")
_WEIGHT = re.compile(r"([0-9][0-9.,]*|\.[0-9]+):(?![0-9:/\\])\s*")
_KEY = re.compile(r"([^\W\d_][\w-]*):(?!:)")
_DRIVE = re.compile(r"[A-Za-z]:(?=[/\\]|\s|$)")
_QUOTED = re.compile(r'"((?:[^"]|"")*)"')
_BARE = re.compile(r'[^\s"]*')
_APART = re.compile(r"\s+|\Z")

_QUOTE_IT = 'To search for it as words, put it in quotes: "…"'


@dataclass(frozen=True, slots=True)
class Form:
    """A part of the grammar as it is shown to a person; the parser takes each of the examples."""

    form: str
    meaning: str
    examples: tuple[str, ...]


FORMS = (
    Form("words", "What the photo shows, in plain words.", ("dog on the beach",)),
    Form(
        '"words"',
        'Literally these: nothing in quotes has a meaning but `""`, which is one quote.',
        ('"10: the + sign"',),
    ),
    Form(
        "+ words",
        "Adds them. Without a space behind it, the plus takes one word, or the quotes behind it.",
        ('dog + "night sky"', "dog +snow"),
    ),
    Form(
        "- words",
        "Takes them away, since no model understands “without”. Without a space behind it, the minus takes one word, "
        "or the quotes behind it.",
        ("beach - people", 'beach -"red car"', "-people"),
    ),
    Form(
        "2: words",
        f"Weighs them, from {LEAST_WEIGHT:g} to {MOST_WEIGHT:g}; 1 is usual. "
        "With a digit behind the colon it is a time or a ratio.",
        ("2: sunset", "beach + 0.5: sunset", 'beach -2:"red car"'),
    ),
    Form(
        "key:value",
        "Lets only such photos through. Of one key given twice one is enough, of `after` and `before` all count. "
        "Without any words: lists them, newest first.",
        ("folder:Italy after:2023-05", "folder:Italy folder:Spain"),
    ),
    Form("-key:value", "Keeps such photos out.", ("sea -folder:Italy", "-type:png -type:gif")),
)
"""What there is beside the keys, in the order in which it is shown."""


def parse_query(text: str) -> Query:
    """Understand a query; one without anything in it has neither terms nor filters.

    Raises:
        QueryError: It has a mistake; ``at`` is its place in ``text``.
    """
    return _Parser(text).parse()


@dataclass(slots=True)
class _Phrase:
    weight: float
    words: list[str] = field(default_factory=list)


class _Parser:
    """One reading of one text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._phrases: list[_Phrase] = []
        self._open: _Phrase | None = None
        self._like: list[Example] = []
        self._filters: list[Filter] = []

    def parse(self) -> Query:
        while self._skip_space():
            self._take_item()
        terms = tuple(Term(" ".join(phrase.words), phrase.weight) for phrase in self._phrases)
        return Query(self._text, terms, tuple(self._like), tuple(self._filters))

    def _skip_space(self) -> bool:
        """Go to the next item; False where there is none."""
        self._take(_SPACE)
        return self._at < len(self._text)

    def _take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Read on where the pattern fits here."""
        found = pattern.match(self._text, self._at)
        if found:
            self._at = found.end()
        return found

    def _take_item(self) -> None:
        start = self._at
        sign = self._take(_SIGN)
        opens = bool(sign and self._take(_APART))
        weight = self._take_weight()
        opens = opens or weight is not None
        factor = (-1 if sign and sign[0] == "-" else 1) * (1.0 if weight is None else weight)
        if opens:
            self._open = None
            self._expect_operand(start)
        if self._starts('"'):
            self._take_words(self._take_quoted(), factor, alone=bool(sign) or opens)
        elif (key := self._take_key()) is not None:
            self._take_filter(key, start, factor, signed_apart=opens or self._text[start] == "+")
        else:
            self._take_words(self._take_word(), factor, alone=bool(sign) and not opens)
        self._check_number(start)

    def _starts(self, letter: str) -> bool:
        return self._text.startswith(letter, self._at)

    def _take_weight(self) -> float | None:
        start = self._at
        found = None if self._is_word() else self._take(_WEIGHT)
        if found is None:
            return None
        try:
            weight = float(found[1])
        except ValueError:
            weight = 0
        if not LEAST_WEIGHT <= weight <= MOST_WEIGHT:
            hint = f"A weight is a number from {LEAST_WEIGHT:g} to {MOST_WEIGHT:g}, such as 2: or 0.5:. {_QUOTE_IT}"
            raise _mistake("There is no such weight", start, hint)
        return weight

    def _expect_operand(self, start: int) -> None:
        """Behind a sign that stands alone, and behind a weight, there must be something to apply it to."""
        if self._at == len(self._text) or _SIGN.match(self._text, self._at) or _WEIGHT.match(self._text, self._at):
            raise _mistake("Nothing follows here", start, f"Say what to add, take away or weigh. {_QUOTE_IT}")

    def _check_number(self, start: int) -> None:
        if len(self._phrases) + len(self._like) > MOST_TERMS or len(self._filters) > MOST_FILTERS:
            hint = f"At most {MOST_TERMS} words or phrases with signs, and {MOST_FILTERS} filters."
            raise _mistake("The query has too many parts", start, hint)

    def _take_quoted(self) -> str:
        """What stands in quotes, with what follows the closing one without white space."""
        start = self._at
        text = self._take_quotes()
        if not text.strip():
            raise _mistake("Nothing stands in these quotes", start, "Take them away, or say something in them.")
        return text + self._take_word()

    def _take_quotes(self) -> str:
        found = self._take(_QUOTED)
        if found is None:
            hint = 'Add the closing quote; a quote itself is written "" within quotes.'
            raise _mistake("This quote is never closed", self._at, hint)
        return found[1].replace('""', '"')

    def _take_word(self) -> str:
        """What stands here up to the next white space; may be nothing."""
        word = self._take(_WORD)
        return word[0] if word else ""

    def _take_words(self, words: str, factor: float, *, alone: bool) -> None:
        if alone or self._open is None:
            phrase = _Phrase(factor)
            self._phrases.append(phrase)
            if not alone:
                self._open = phrase
        else:
            phrase = self._open
        phrase.words.append(words)

    def _is_word(self) -> bool:
        """Whether what comes is text in spite of its colon; what stands in quotes doesn't count."""
        found = _BARE.match(self._text, self._at)
        bare = found[0] if found else ""
        return "://" in bare or bare.lower().startswith("data:") or _DRIVE.match(self._text, self._at) is not None

    def _take_key(self) -> str | None:
        start = self._at
        found = None if self._is_word() else _KEY.match(self._text, self._at)
        if found is None:
            return None
        key = found[1].casefold()
        nothing_follows = found.end() == len(self._text) or self._text[found.end()].isspace()
        if key not in KINDS and nothing_follows:
            return None  # a colon as people write it: like this
        if key not in KINDS:
            from difflib import get_close_matches  # noqa: PLC0415 - half a MiB for a rare mistake

            near = get_close_matches(key, KINDS, 1)
            guess = f"Did you mean {near[0]}:? " if near else ""
            raise _mistake("There is no such filter", start, f"{guess}Filters are {', '.join(KINDS)}. {_QUOTE_IT}")
        if nothing_follows:
            hint = f"Write the value behind the colon, without a space: {KINDS[key].examples[0]}. {_QUOTE_IT}"
            raise _mistake(f"{key}: has no value", start, hint)
        self._at = found.end()
        return key

    def _take_filter(self, key: str, start: int, factor: float, *, signed_apart: bool) -> None:
        value_at = self._at
        try:
            pieces = self._take_pieces()
            value = KINDS[key].read(pieces)
            if not "".join(piece.text for piece in pieces).strip():
                raise BadValueError(f"Write something such as {KINDS[key].examples[0]}.")
        except BadValueError as error:
            raise _mistake(f"{key}: doesn't take this", value_at, f"{error} {_QUOTE_IT}") from error
        if key == "like":
            self._like.append(Example(PhotoId(value), factor))
        elif signed_apart:
            hint = f"Write {key}: alone, or -{key}: without a space to keep such photos out."
            raise _mistake("A filter can't be added or weighed", start, hint)
        else:
            self._filters.append(Filter(key, value, negated=factor < 0))

    def _take_pieces(self) -> list[Piece]:
        pieces = []
        while self._at < len(self._text) and not self._text[self._at].isspace():
            if self._starts('"'):
                pieces.append(Piece(self._take_quotes(), literal=True))
            elif bare := self._take(_BARE):
                pieces.append(Piece(bare[0], literal=False))
        return pieces


def _mistake(what: str, at: int, hint: str) -> QueryError:
    """The text itself stays out of the words: errors go into logs of others."""
    return QueryError(f"{what} (character {at + 1}).", hint, at=at)
