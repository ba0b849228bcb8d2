"""Under which name a picture is saved that somebody sends: a name that is safe on every system. Pure.

The name decides nothing: what a file is has been found out by decoding it. So a picture with another picture's suffix
gets its own, but a file that calls itself something else, such as a page or a program, is refused.
"""

import unicodedata
from collections.abc import Iterator

from photoseek.domain import PICTURE_FORMATS, has_picture_suffix

# File systems take 255; this leaves room for " (12)", the suffix, and what other systems make of letters.
_STEM_BYTES = 180
# Controls, marks that turn the direction of what follows and other invisible ones, halves of characters, line breaks.
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_JOINERS = "\u200c\u200d"  # Persian words and families of emoji are written with them


def suffix_refusal(name: str) -> str:
    """Why a file of this name is refused, in a sentence; empty if it may be a picture. No suffix at all is fine."""
    base = _base(name)
    stem, dot, suffix = base.rpartition(".")
    if not dot or not stem or has_picture_suffix(b"x." + suffix.encode("utf-8", "replace")):
        return ""
    return "By its name this is no picture: photoseek takes .jpg, .png, .heic and their like."


def safe_names(name: str, format_name: str) -> Iterator[str]:
    """Names to save a picture under, the best one first: ``cat.jpg``, ``cat (2).jpg`` and so on without end.

    Args:
        name: As the sender calls it; anything at all.
        format_name: Of the picture, as its facts have it.
    """
    from pathvalidate import sanitize_filename  # noqa: PLC0415 - only who adds pictures over HTTP needs it

    base = _base(name)
    stem, dot, suffix = base.rpartition(".")
    if not dot or not stem:
        stem, suffix = base, ""
    fitting = [f".{one}" for one, its_format in PICTURE_FORMATS.items() if its_format == format_name]
    suffix = f".{suffix}" if suffix else ""
    if fitting and suffix.lower() not in fitting:
        suffix = fitting[0]
    stem = sanitize_filename(stem, platform="universal", replacement_text="_")
    stem = stem.encode()[:_STEM_BYTES].decode("utf-8", "ignore").strip(" .") or "photo"
    yield stem + suffix
    number = 2
    while True:
        yield f"{stem} ({number}){suffix}"
        number += 1


def _base(name: str) -> str:
    """The last part of a path of any system, without what can't be seen and without what hides a file."""
    visible = "".join(c for c in name if c in _JOINERS or unicodedata.category(c) not in _INVISIBLE)
    return unicodedata.normalize("NFC", visible.replace("\\", "/").rpartition("/")[2]).strip(" .")
