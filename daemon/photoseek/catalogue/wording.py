"""Takes names and texts apart into the words that are searched for, alike in what is kept and in what is asked. Pure.

A word is a run of letters and digits, without case and without marks over its letters: ``Łódź`` is ``lodz``. Names
are cut where their makers left out a space too: ``IMG2041`` at the digits, ``OmaGeburtstag`` at the capital, which
is kept as one word besides. Scripts that write no spaces give a word for each letter, so that a run of them is found
inside a longer one (as Lucene's CJKAnalyzer once did); SQLite's own tokenizer takes a whole sentence for one word.
"""

import os
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_RUNS = re.compile(r"[A-Za-z0-9]+")
_LAST_MARK = "\u0900"
"""Marks below are accents, points and the like, which may be left out; behind them they are vowels."""
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i", "ð": "d", "þ": "th"}  # noqa: RUF001
)
"""Those that Unicode doesn't take apart."""
_UNSPACED = (
    ("\u0e00", "\u0eff"), ("\u0f00", "\u0fff"), ("\u1000", "\u109f"), ("\u1780", "\u17ff"), ("\u3005", "\u30ff"),
    ("\u31f0", "\u31ff"), ("\u3400", "\u9fff"), ("\uf900", "\ufaff"), ("\U00020000", "\U0003ffff"),
)  # fmt: skip
"""Thai and Lao, Tibetan, Burmese, Khmer, Japanese syllables, Han."""


def words_of(text: str) -> list[str]:
    """The words of a text in their order, as they are asked for."""
    return [part for run in _runs(text) for part in _parts(run)]


def all_words(text: str) -> str:
    """The words of a text as they are kept: with spaces between, and behind them those that were cut, whole."""
    parts, whole = [], []
    for run in _runs(text):
        cut = _parts(run)
        parts += cut
        if len(cut) > 1 and not _is_unspaced(run[0]):
            whole.append("".join(cut))
    return " ".join(parts + whole)


def file_words(root: bytes, path: bytes) -> str:
    """What a file is called, as it is kept: its name and those of the folders that it lies in, from the root on."""
    folder, name = os.path.split(path)
    words = all_words(name.decode("utf-8", "replace"))
    return f"{_folder_words(os.path.basename(root), folder)} {words}".strip()  # noqa: PTH119 - bytes


@lru_cache(4096)
def _folder_words(root: bytes, folder: bytes) -> str:
    return all_words(f"{root.decode('utf-8', 'replace')} {folder.decode('utf-8', 'replace')}")


def name_of_place(name: str) -> str:
    """The name of a place as it is looked up: all its words in one, so that one of them alone doesn't find it."""
    return "".join(words_of(name))


def _runs(text: str) -> Iterator[str]:
    """Unbroken runs of letters and digits with their marks; of an unspaced script a run for each letter."""
    if text.isascii():
        yield from _RUNS.findall(text)
        return
    run = ""
    for letter in unicodedata.normalize("NFKC", text):
        kind = unicodedata.category(letter)[0]
        alone = kind == "L" and _is_unspaced(letter)
        if run and (kind not in "LNM" or alone or (kind != "M" and _is_unspaced(run[0]))):
            yield run
            run = ""
        if kind in "LN" or (kind == "M" and run):
            run += letter
    if run:
        yield run


def _is_unspaced(letter: str) -> bool:
    return letter >= "\u0e00" and any(first <= letter <= last for first, last in _UNSPACED)


def _parts(run: str) -> list[str]:
    """Cut at digits and capitals, and folded."""
    if run.isascii():
        return [part.lower() for part in _PARTS.findall(run)]
    return [_fold(part) for part in _cut(run)]


def _cut(run: str) -> Iterator[str]:
    start = 0
    for place in range(1, len(run)):
        before, letter = run[place - 1], run[place]
        digit_begins_or_ends = before.isdecimal() != letter.isdecimal() and unicodedata.category(letter)[0] != "M"
        if digit_begins_or_ends or (before.islower() and letter.isupper()):
            yield run[start:place]
            start = place
    yield run[start:]


def _fold(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    bare = "".join(letter for letter in apart if letter >= _LAST_MARK or unicodedata.category(letter) != "Mn")
    return unicodedata.normalize("NFC", bare)
