"""How names are compared, so that a search finds them however they are written. Pure.

Case doesn't count, and neither does whether an accent is a letter of its own: macOS takes names apart, others don't
(Unicode 15, section 3.13, canonical caseless matching). Paths have ``/`` between their folders, on Windows too.
"""

import os
import re
import unicodedata
from functools import lru_cache

from photoseek.domain import LETTER_CLASS


def fold(text: str) -> str:
    """The text as it is compared."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", text).casefold())


def name_key(path: bytes) -> str:
    """The name of a file as it is compared; letters that can't be read are U+FFFD."""
    return fold(os.path.basename(path).decode("utf-8", "replace"))  # noqa: PTH119 - bytes


def place_key(root: bytes, path: bytes) -> str:
    """The absolute path of the folder that a file lies in as it is compared: ``/home/ann/pictures/``."""
    return _place_key(os.path.dirname(os.path.join(root, path)))  # noqa: PTH118, PTH120 - bytes


@lru_cache(4096)
def _place_key(folder: bytes) -> str:
    names = _with_slashes(fold(folder.decode("utf-8", "replace"))).strip("/")
    return f"/{names}/" if names else "/"


def name_glob(pattern: str) -> str:
    """A pattern for names (``Filter.value``) as SQLite's GLOB takes it, for what ``name_key`` gives."""
    return _glob(fold(pattern))


def is_whole_name(pattern: str) -> bool:
    """Whether a pattern for names speaks of suffixes, as ``*.png`` does; any other one means names without, too."""
    return "." in pattern and any(letter in pattern for letter in "*?[")


def place_glob(pattern: str) -> str:
    """A pattern for folders as GLOB takes it, for what ``place_key`` gives: of a path from the root on, or a part."""
    folders = _with_slashes(_glob(fold(pattern)))
    return f"{folders.rstrip('/')}/*" if folders.startswith("/") else f"*/{folders.rstrip('/')}/*"


def _glob(pattern: str) -> str:
    return re.sub(LETTER_CLASS, lambda found: found[0].replace("[!", "[^", 1), pattern)


def _with_slashes(path: str) -> str:
    return path.replace("\\", "/") if os.sep == "\\" else path
