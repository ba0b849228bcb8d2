"""Which of a photo's files stands for it in an answer: one that the query speaks of, by filters or by words. Pure.

Who asks for a folder or for a name wants the file in it or called so, not a copy elsewhere that comes first otherwise.
"""

import re
from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase

from photoseek.catalogue import spelling, wording
from photoseek.domain import Filter, PhotoFile

_Passes = Callable[[PhotoFile], bool]


def prefer(files: list[PhotoFile], filters: Sequence[Filter], texts: Sequence[str]) -> list[PhotoFile]:
    """The files that pass first, of them those that are there, of them those that are called so; else as they come.

    Args:
        files: Of one photo.
        filters: Of the query; those that ask for something else than a file's folder or name don't count.
        texts: What the query says in words.
    """
    conditions, phrases = _conditions(filters), _phrases(texts)
    if len(files) < 2 or not (conditions or phrases):
        return files

    def place(file: PhotoFile) -> tuple[bool, bool, int]:
        return not all(passes(file) for passes in conditions), not file.online, -_words_in(file, phrases)

    return sorted(files, key=place)


def _phrases(texts: Sequence[str]) -> list[tuple[str, str]]:
    """The words as ``words.matches`` looks for them: cut as names are, and whole."""
    typed = [parts for text in texts for word in text.split() if (parts := wording.words_of(word))]
    return [(" ".join(parts), "".join(parts)) for parts in typed]


def _words_in(file: PhotoFile, phrases: Sequence[tuple[str, str]]) -> int:
    called = f" {wording.file_words(b'', file.path)}"
    return sum(any(f" {phrase}" in called for phrase in each) for each in phrases)


def _conditions(filters: Sequence[Filter]) -> list[_Passes]:
    """All of them have to hold: one for each key, and one for each that is negated."""
    kinds: dict[str, Callable[[Filter], _Passes]] = {"folder": _in_folder, "name": _called}
    found = [_none_of(kinds[one.key](one)) for one in filters if one.negated and one.key in kinds]
    for key, kind in kinds.items():
        if wanted := [kind(one) for one in filters if one.key == key and not one.negated]:
            found.append(_any_of(wanted))
    return found


def _any_of(conditions: Sequence[_Passes]) -> _Passes:
    return lambda file: any(passes(file) for passes in conditions)


def _none_of(condition: _Passes) -> _Passes:
    return lambda file: not condition(file)


def _in_folder(one: Filter) -> _Passes:
    glob = spelling.place_glob(one.value)
    return lambda file: _fits(spelling.place_key(b"", file.path), glob)


def _called(one: Filter) -> _Passes:
    glob, whole = spelling.name_glob(one.value), spelling.is_whole_name(one.value)

    def passes(file: PhotoFile) -> bool:
        name = spelling.name_key(file.path)
        return _fits(name, glob) or (not whole and _fits(name.rpartition(".")[0], glob))

    return passes


def _fits(text: str, glob: str) -> bool:
    """As SQLite's GLOB has it, which writes ``[^a]`` for what is ``[!a]`` in a shell."""
    return fnmatchcase(text, re.sub(r"\[\^", "[!", glob))
