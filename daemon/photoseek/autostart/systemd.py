"""A unit of the person's own systemd: started at login, watched while it runs. Linux; any thread.

How the texts are quoted: systemd.syntax(7), systemd.service(5) "Command lines".
"""

import contextlib
import functools
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from photoseek.autostart.asking import ask_system, tell_system
from photoseek.autostart.program import Program
from photoseek.autostart.unit_file import UnitFile, fill_template, is_ours
from photoseek.autostart.xdg import XdgEntry
from photoseek.domain import LoginStart

_NAME = "photoseek.service"
# What the path of a unit's program can't hold, quoted or not.
_AWKWARD = re.compile(r"""["'\\*?\[$]""")


class SystemdUnit:
    """``photoseek.service``.

    Args:
        config: Folder of the person's settings.
        until_logout: Of the person's units that are gone at the logout; None where there is none.
        program: What it starts.
        icon: Starts the tray, with the desktop; installed and removed with the unit.
    """

    def __init__(self, config: Path, until_logout: Path | None, program: Program, icon: XdgEntry) -> None:
        self._config = config
        self._left = UnitFile(until_logout / _NAME) if until_logout else None
        self._program = program
        self._icon = icon

    def can_be_used(self) -> bool:
        """Whether a manager of this person's answers; in a container or without a login there is none."""
        asked = ask_system("systemctl", "--user", "show", "--property=Version")
        return asked is not None and asked.returncode == 0

    def install(self) -> None:
        """Write it and have it started at each login. A daemon that runs goes on as it is."""
        self._file.write(self._text())
        tell_system("systemctl", "--user", "daemon-reload")
        tell_system("systemctl", "--user", "enable", _NAME)
        self._icon.install()

    def remove(self) -> bool:
        """Take it away, also where no manager answers. A daemon that runs goes on, and so does what its unit says."""
        self._leave_to_the_one_that_runs()
        self._icon.remove()
        if not self._file.remove():
            return False
        if os.path.lexists(self._wanted):
            self._wanted.unlink()
        ask_system("systemctl", "--user", "daemon-reload")
        return True

    def status(self) -> LoginStart:
        """How things are."""
        there, note = self._file.judge(self._text())
        enabled = there and os.path.lexists(self._wanted)
        if there and not enabled:
            note = "The unit is there but disabled: `photoseek autostart install` enables it."
        if enabled and not note and self._icon.is_on():
            note = self._icon.status().note
        return LoginStart(enabled, "systemd", str(self._file.path), note)

    @functools.cached_property
    def _file(self) -> UnitFile:
        return UnitFile(self._folder / _NAME)

    @property
    def _wanted(self) -> Path:
        """What `enable` makes."""
        return self._folder / "default.target.wants" / _NAME

    @functools.cached_property
    def _folder(self) -> Path:
        """Of the person's units: an ``$XDG_CONFIG_HOME`` that a shell has set the manager need not know of."""
        folders = [config / "systemd" / "user" for config in (self._config, Path.home() / ".config")]
        if folders[0] != folders[1]:
            asked = ask_system("systemctl", "--user", "show", "--property=UnitPath", "--value")
            known = _without_escapes(os.fsdecode(asked.stdout)) if asked is not None else ""
            moved, usual = (_without_escapes(str(folder)) in known for folder in folders)
            if usual and not moved:
                return folders[1]
        return folders[0]

    def _leave_to_the_one_that_runs(self) -> None:
        """Without its unit, systemd would kill it at the logout instead of stopping it, and not restart it before."""
        asked = ask_system("systemctl", "--user", "show", "--property=ActiveState", "--value", _NAME)
        text = self._file.read()
        runs = asked is not None and asked.stdout.strip() not in {b"", b"inactive", b"failed"}
        if self._left and text is not None and runs and is_ours(text):
            with contextlib.suppress(OSError):  # it runs all the same
                self._left.write(text)

    def _text(self) -> str:
        command = self._program.command
        return fill_template(_NAME, command=" ".join(_as_line(command)), program=command[0].replace("%", "%%"))


def _as_line(command: Sequence[str]) -> Iterator[str]:
    """Quoted for ExecStart."""
    if _AWKWARD.search(command[0]):
        command = ["/bin/sh", "-c", 'exec "$0" "$@"', *command]
    yield _quote(command[0])
    # Variables are replaced in arguments, never in the program's path.
    yield from (_quote(part).replace("$", "$$") for part in command[1:])


def _without_escapes(text: str) -> str:
    """To compare paths with what systemctl shows, quoted for a shell."""
    return text.replace("\\", "")


def _quote(part: str) -> str:
    escaped = part.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{escaped}"'
