"""What is started at login: the interpreter or bundle that runs at this moment, with photoseek's own folders.

Used by every way to start. Pure but for ``find_program``; any thread.
"""

import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from photoseek.errors import AutostartError
from photoseek.paths import find_paths, usual_paths


@dataclass(frozen=True)
class Program:
    """A program, by its absolute path, and its arguments."""

    path: str
    arguments: tuple[str, ...]

    @property
    def command(self) -> tuple[str, ...]:
        """All of it.

        Raises:
            AutostartError: A path can't stand in a text file.
        """
        for part in (whole := (self.path, *self.arguments)):
            if not _is_plain(part):
                raise AutostartError(
                    "The path of photoseek, or of one of its folders, holds letters that no unit can hold.",
                    f"Rename it: {part!a}",
                )
        return whole


def find_program(*arguments: str, environment: Mapping[str, str] = os.environ, platform: str = sys.platform) -> Program:
    """The photoseek that runs at this moment, with these arguments.

    Of the environment only what moves photoseek's own folders is kept, as arguments: those every way to start can
    carry. All else belongs into config.toml.
    """
    python = Path(sys.executable)
    if platform == "win32" and (windowless := python.with_name("pythonw.exe")).is_file():
        python = windowless  # the other one opens a console
    module = () if getattr(sys, "frozen", False) else ("-P", "-m", "photoseek")
    places = [part for kind, folder in _moved_folders(environment) for part in ("--place", kind, str(folder))]
    return Program(str(python.absolute()), (*module, *arguments, *places))


def _moved_folders(environment: Mapping[str, str]) -> Iterator[tuple[str, Path]]:
    """Those that lie elsewhere than usual; `photoseek start` names the others to its daemon too.

    Also where ``$XDG_…_HOME`` has moved them: what starts photoseek at login need not know of it.
    """
    here, usual = find_paths(environment), usual_paths()
    for kind in ("config", "data", "cache", "runtime"):
        if getattr(here, kind) != getattr(usual, kind):
            yield kind, getattr(here, kind)


def _is_plain(part: str) -> bool:
    try:
        part.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return not any(ord(letter) < 0x20 or ord(letter) == 0x7F for letter in part)
