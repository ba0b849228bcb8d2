"""The ways that a platform has to start something at login, as one: install, remove, status.

Called by the command ``autostart`` and by the daemon, in any thread. Nothing here starts or stops a daemon.
"""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from photoseek.autostart.launchd import LaunchAgent
from photoseek.autostart.program import Program, find_program
from photoseek.autostart.systemd import SystemdUnit
from photoseek.autostart.windows import LogonTask
from photoseek.autostart.xdg import XdgEntry
from photoseek.domain import LoginStart
from photoseek.errors import AutostartError


class Way(Protocol):
    """One way to start at login. All of it raises AutostartError and OSError."""

    def can_be_used(self) -> bool:
        """Whether this computer has it at present."""
        ...

    def install(self) -> None:
        """Set it up, or renew it."""
        ...

    def remove(self) -> bool:
        """Take it away; whether there was anything of ours."""
        ...

    def status(self) -> LoginStart:
        """How things are."""
        ...


class Autostart:
    """Starting at login.

    Args:
        ways: The best one first; the last can always be used.
    """

    def __init__(self, ways: Sequence[Way]) -> None:
        self._ways = ways

    def install(self) -> LoginStart:
        """Start at login from now on; once is as good as twice.

        Raises:
            AutostartError: The system refuses, or something that isn't ours stands there.
        """
        with _refusals_in_words():
            chosen = self._best()
            chosen.install()
            for other in self._ways:
                if other is not chosen:
                    other.remove()  # two would start two
            return chosen.status()

    def remove(self) -> bool:
        """Start at login no more; whether it did.

        Raises:
            AutostartError: The system refuses.
        """
        with _refusals_in_words():
            removed = [way.remove() for way in self._ways]  # all of them, whatever the first one says
            return any(removed)

    def status(self) -> LoginStart:
        """How things are.

        Raises:
            AutostartError: They can't be found out.
        """
        with _refusals_in_words():
            found = [way.status() for way in self._ways]
            for status in found:
                if status.installed or status.note:
                    return status
            return found[self._ways.index(self._best())]

    def _best(self) -> Way:
        return next((way for way in self._ways if way.can_be_used()), self._ways[-1])


def find_autostart(environment: Mapping[str, str] = os.environ, platform: str = sys.platform) -> Autostart:
    """What this platform has, for the photoseek that runs at this moment.

    Args:
        environment: Where the folders of the person, and photoseek's own, are moved by it.
        platform: As ``sys.platform`` has it.
    """
    return Autostart(_find_ways(environment, platform))


def _find_ways(environment: Mapping[str, str], platform: str) -> Sequence[Way]:
    def program(*arguments: str) -> Program:
        return find_program(*arguments, environment=environment, platform=platform)

    home, both = Path.home(), program("run", "--no-open", "--background")
    if platform == "darwin":
        return [LaunchAgent(home / "Library" / "LaunchAgents", both)]
    if platform == "win32":
        user = "\\".join(environment[name] for name in ("USERDOMAIN", "USERNAME") if environment.get(name))
        return [LogonTask(user, both)]
    config = Path(environment.get("XDG_CONFIG_HOME") or home / ".config")
    entries = config / "autostart"
    runtime = environment.get("XDG_RUNTIME_DIR")
    until_logout = Path(runtime, "systemd", "user") if runtime else None  # see systemd.unit(5), "Unit File Load Path"
    # systemd knows the login but not the desktop, which is what the tray has to be started by.
    icon = XdgEntry(entries, program("tray", "--wait"), "photoseek-tray")
    alone = program("run", "--no-tray", "--no-open", "--background")
    return [SystemdUnit(config, until_logout, alone, icon), XdgEntry(entries, both)]


@contextmanager
def _refusals_in_words() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise AutostartError(
            f"A file for it can't be read or written: {error.strerror or 'unknown error'}.",
            f"Look whether this is yours: {error.filename}" if error.filename else "",
        ) from error
