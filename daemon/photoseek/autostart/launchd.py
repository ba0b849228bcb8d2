"""A LaunchAgent: what launchd starts when the person logs in. macOS; any thread. See launchd.plist(5)."""

import os
from pathlib import Path
from xml.sax.saxutils import escape

from photoseek.autostart.asking import ask_system
from photoseek.autostart.program import Program
from photoseek.autostart.unit_file import UnitFile, fill_template
from photoseek.domain import LoginStart

_LABEL = "photoseek"


class LaunchAgent:
    """``photoseek.plist``.

    Args:
        folder: Of the person's agents.
        program: What it starts.
    """

    def __init__(self, folder: Path, program: Program) -> None:
        self._file = UnitFile(folder / f"{_LABEL}.plist")
        self._program = program

    def can_be_used(self) -> bool:
        """Every Mac knows them."""
        return True

    def install(self) -> None:
        """Write it; launchd reads it at the next login."""
        self._file.write(self._text())
        # It remembers agents that were once disabled; where nobody is logged in on the screen it says no, harmlessly.
        ask_system("launchctl", "enable", f"gui/{os.getuid()}/{_LABEL}")

    def remove(self) -> bool:
        """Take it away. A daemon that runs goes on."""
        return self._file.remove()

    def status(self) -> LoginStart:
        """How things are."""
        there, note = self._file.judge(self._text())
        return LoginStart(there, "launchd", str(self._file.path), note)

    def _text(self) -> str:
        strings = [f"    <string>{escape(part)}</string>" for part in self._program.command]
        return fill_template("photoseek.plist", command="\n".join(strings))
