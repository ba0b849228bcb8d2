"""Which of a photo's files stands for it in an answer: one that the query's filters by file let through. Pure.

Who asks for a folder wants the file in it, not a copy elsewhere that comes first otherwise.
"""

import re
from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase

from photoseek.catalogue import spelling
from photoseek.domain import Filter, PhotoFile

_Passes = Callable[[PhotoFile], bool]


def prefer(files: list[PhotoFile], filters: Sequence[Filter]) -> list[PhotoFile]:
    """The files that pass first; else in the order they have.

    Args:
        files: Of one photo.
        filters: Of the query; those that ask for something else than a file's folder or name don't count.
    """
    conditions = _conditions(filters)
    if not conditions or len(files) < 2:
        return files
    return sorted(files, key=lambda file: not all(passes(file) for passes in conditions))


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
