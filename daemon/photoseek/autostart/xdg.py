"""An entry that desktops start after the login: the tray's, and where there is no systemd for the person the daemon's.

Linux, BSD; any thread.

How it is written: https://specifications.freedesktop.org/desktop-entry-spec/latest/exec-variables.html
"""

import re
from pathlib import Path

from photoseek.autostart.program import Program
from photoseek.autostart.unit_file import UnitFile, fill_template
from photoseek.domain import LoginStart

_TEMPLATE = "photoseek.desktop"
# How the settings of desktops switch an entry off.
_OFF = re.compile(r"^\s*(Hidden\s*=\s*true|X-GNOME-Autostart-enabled\s*=\s*false)\s*$", re.MULTILINE)


class XdgEntry:
    """``photoseek.desktop``, or one of another name.

    Args:
        folder: Of the person's entries.
        program: What it starts.
        name: Of the file.
    """

    def __init__(self, folder: Path, program: Program, name: str = "photoseek") -> None:
        self._file = UnitFile(folder / f"{name}.desktop")
        self._program = program

    def can_be_used(self) -> bool:
        """Every desktop knows them."""
        return True

    def install(self) -> None:
        """Write it."""
        self._file.write(self._text())

    def remove(self) -> bool:
        """Take it away."""
        return self._file.remove()

    def status(self) -> LoginStart:
        """How things are."""
        there, note = self._file.judge(self._text())
        if there and not self.is_on():
            there, note = False, "The desktop's own settings have switched it off."
        return LoginStart(there, "xdg", str(self._file.path), note)

    def is_on(self) -> bool:
        """Whether it is there, whoever has made it, and the desktop's settings have not switched it off."""
        text = self._file.read()
        return text is not None and not _OFF.search(text)

    def _text(self) -> str:
        command = self._program.command
        return fill_template(
            _TEMPLATE, command=" ".join(map(_quote, command)), program=command[0].replace("\\", "\\\\")
        )


def _quote(part: str) -> str:
    r"""Two layers: quoting in a command line, then the ``\\`` of any string in such a file."""
    quoted = re.sub(r'(["`$\\])', r"\\\1", part).replace("%", "%%")
    return '"{}"'.format(quoted.replace("\\", "\\\\"))
