"""How words, paths, sizes and times look in a terminal.

Called by every command, on its thread. Pure but for ``say``, ``show_error``, ``remark`` and ``print_body``.
"""

import os
import shlex
import shutil
import sys
import unicodedata
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from photoseek.errors import PhotoseekError

# Controls, halves of surrogate pairs, line and paragraph separators: what moves a cursor or breaks a line.
_HARMFUL = frozenset({"Cc", "Cs", "Zl", "Zp"})
# Of a long text so many characters are shown around a place.
_SHOWN = 60
# Letters that turn the direction of what follows, so that a name reads as another one (CVE-2021-42574).
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def harmless(text: str) -> str:
    r"""``text`` on one line, with what could steer a terminal shown as its code (``\x1b``)."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_code(letter) if _is_harmful(letter) else letter for letter in text)


def _is_harmful(letter: str) -> bool:
    return letter in _TURNING or unicodedata.category(letter) in _HARMFUL


def _code(letter: str) -> str:
    return letter.encode("unicode_escape", "surrogatepass").decode("ascii")


def show_path(path: bytes) -> str:
    r"""A path for eyes; bytes that are no letters show as their code (``\udcff``)."""
    return harmless(os.fsdecode(path))


def own_name() -> str:
    """How a person calls this program from here: by its name where the shell finds it, else as it was called."""
    called = sys.argv[0]
    if shutil.which("photoseek") or Path(called).name != "photoseek":
        return "photoseek"
    return shlex.quote(called)


def readable(text: str) -> str:
    """Harmless, and with commands such as ```photoseek start``` as they can be typed from here."""
    return harmless(text).replace("`photoseek ", f"`{own_name()} ")


def say(text: str) -> None:
    """A sentence that is a result."""
    click.echo(readable(text))


def show_error(error: "PhotoseekError") -> None:
    """Title, message and what to do, on stderr."""
    click.echo(f"{click.style(f'{error.title}:', fg='red', bold=True)} {readable(error.message)}", err=True)
    if error.hint:
        click.echo(readable(error.hint), err=True)


def remark(text: str) -> None:
    """Something for the person that is no result: on stderr, so that a pipe doesn't get it."""
    click.echo(readable(text), err=True)


def print_body(raw: bytes) -> None:
    """The body of an HTTP answer, unchanged, for programs."""
    click.echo(raw, nl=not raw.endswith(b"\n"))


def point_at(text: str, place: int) -> None:
    """Show a text on stderr with a mark below the character that has ``place`` others before it."""
    from rich.cells import cell_len  # noqa: PLC0415 - only for a mistake

    begin = max(0, place - _SHOWN // 2)
    before = ("…" if begin else "") + harmless(text[begin:place])
    after = harmless(text[place : begin + _SHOWN]) + ("…" if len(text) > begin + _SHOWN else "")
    click.echo(f"  {before}{after}\n  {' ' * cell_len(before)}^", err=True)


def dim(text: str) -> str:
    """Less important."""
    return click.style(text, dim=True)


def duration(seconds: float) -> str:
    """``45 s``, ``3 min``, ``2 h 5 min``, ``3 days``."""
    if seconds < 60:
        return f"{seconds:.0f} s"
    if seconds < 3600:
        return f"{seconds / 60:.0f} min"
    if seconds < 48 * 3600:
        return f"{seconds // 3600:.0f} h {seconds % 3600 // 60:.0f} min"
    return f"{seconds / 86400:.0f} days"


def size(size_bytes: float) -> str:
    """``812 B``, ``3.7 kB``, ``141 kB``, ``1.7 GB``: in decimal units, as file managers have it."""
    value, units = size_bytes, ["B", "kB", "MB", "GB", "TB"]
    while value >= 999.5 and len(units) > 1:
        value /= 1000
        units.pop(0)
    return f"{value:.1f} {units[0]}" if value < 9.95 and units[0] != "B" else f"{value:.0f} {units[0]}"


def ago(moment: str) -> str:
    """How long ago a UTC moment of the API was (``2023-08-02T16:11:09Z``); empty where it is empty or no moment."""
    try:
        then = datetime.fromisoformat(moment)
    except ValueError:
        return ""
    seconds = (datetime.now(UTC) - then).total_seconds()
    return f"{duration(max(seconds, 0))} ago"


def number(count: int, one: str, many: str = "") -> str:
    """``1 photo``, ``1,200 photos``."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
