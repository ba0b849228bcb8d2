"""Writes the copyright file of a package: photoseek's licence, and that of every library that comes with it.

Run as ``python packaging/linux/licences.py LIBRARIES FILE``: LIBRARIES is the site-packages of what is packaged, at
its place below the root of the package. The form: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/.
"""

import importlib.metadata
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

_LICENCE = re.compile(r"(licen[cs]e|copying|copyright|notice)", re.IGNORECASE)
_COPYRIGHT = re.compile(r"^\W*(copyright\s+(\(c\)|©|\d{4}).*|©.*)$", re.IGNORECASE | re.MULTILINE)
_WHERE_IT_IS_NAMED = ("Classifier", "License-Expression", "License")
_HEAD = """\
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: photoseek
Comment: photoseek comes with the libraries that it needs, as PyPI delivers them. The files
 with their licences, word by word, are installed with them and named below. Of these
 libraries x265, in pillow_heif.libs, is under the GPL: so is this package as a whole.

Files: *
Copyright: 2026, the authors of photoseek
License: Apache-2.0
 On Debian systems the full text of the Apache License, version 2.0, can be found
 in /usr/share/common-licenses/Apache-2.0.
"""


def main(libraries: Path, file: Path) -> None:
    """Write it."""
    root = next(above for above in libraries.parents if (above / "usr").is_dir())
    found = importlib.metadata.distributions(path=[str(libraries)])
    others = sorted((one for one in found if one.name != "photoseek"), key=lambda one: one.name.lower())
    file.write_text("\n".join((_HEAD, *(describe(one, libraries.relative_to(root)) for one in others))), "utf-8")


def describe(library: importlib.metadata.Distribution, folder: Path) -> str:
    """A paragraph."""
    paths = [path for file in library.files or () if not (path := file.as_posix()).startswith("../")]
    tops = sorted({path.partition("/")[0] + ("/*" if "/" in path else "") for path in paths})
    texts = [
        path for path in paths if _LICENCE.search(path.rpartition("/")[2]) and (folder_of(library) / path).exists()
    ]
    holders = dict.fromkeys(find_holders(folder_of(library) / path for path in texts))
    where = fold(("The text is in", *(f"/{folder}/{path}" for path in texts))) if texts else "It comes without a text."
    return (
        f"Files: {fold(f'{folder}/{top}' for top in tops)}\n"
        f"Copyright: {fold(holders) or f'the authors of {library.name}'}\n"
        f"License: {library.name}\n {name_licence(library)}\n {where}\n"
    )


def folder_of(library: importlib.metadata.Distribution) -> Path:
    """The site-packages that it is in."""
    return Path(str(library.locate_file("")))


def fold(lines: Iterable[str]) -> str:
    """A field of several lines."""
    return "\n ".join(lines)


def find_holders(texts: Iterable[Path]) -> Iterator[str]:
    """Who says in these files that it is theirs."""
    for text in texts:
        yield from (" ".join(line[0].split()) for line in _COPYRIGHT.findall(text.read_text("utf-8", "replace")))


def name_licence(library: importlib.metadata.Distribution) -> str:
    """In a few words, as its metadata have it: of the three ways to say it, the best that was taken."""
    kinds, expressions, texts = (library.metadata.get_all(key) or [] for key in _WHERE_IT_IS_NAMED)
    kinds = [kind.rpartition(" :: ")[2] for kind in kinds if kind.startswith("License ::")]
    names = (*expressions, ", ".join(kinds), *(text.partition("\n")[0] for text in texts))
    return next((name for name in names if name and name != "UNKNOWN"), "Its metadata name none.")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
