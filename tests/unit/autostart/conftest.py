"""A person's home in a temporary place, and programs of our own on PATH in place of the system's."""

import shlex
import sys
from pathlib import Path

import pytest

from photoseek.autostart import Autostart, find_autostart

# Does what systemctl does to the files of the person, and writes down what it was asked.
_SYSTEMCTL = """#!/bin/sh
echo "$*" >> {said}
units={units}
case "$2" in
  show) echo {runs}; exit {bus};;
  enable) mkdir -p "$units/default.target.wants" && ln -sf "$units/$3" "$units/default.target.wants/$3";;
esac
"""
# Keeps one task as it was told, which schtasks does in UTF-16.
_SCHTASKS = """#!/bin/sh
echo "$1 $2 $3 $6" >> {said}
case "$1" in
  /Query) [ -f {task} ] && cat {task};;
  /Create) cp "$5" {task};;
  /Delete) rm {task};;
esac
"""


class Computer:
    """A home, what was asked of the system's programs, and how photoseek finds them."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "a home"
        self.home.mkdir()
        self.programs = folder / "bin"
        self.programs.mkdir()
        self.units = self.home / ".config" / "systemd" / "user"
        self.task = folder / "task.xml"
        self.environment = {"USERDOMAIN": "DESK", "USERNAME": "Jo & Co"}
        self._said = folder / "said"

    def have(self, name: str, script: str, **parts: object) -> None:
        """Put a program on PATH."""
        places = {"said": self._said, "units": self.units, "task": self.task}
        quoted = {key: shlex.quote(str(value)) for key, value in (places | parts).items()}
        program = self.programs / name
        program.write_text(script.format(**quoted))
        program.chmod(0o700)

    def have_systemd(self, bus: int = 0, runs: str = "inactive") -> None:
        """A manager of the person's that answers, or with another code than 0 none; how its units are."""
        self.have("systemctl", _SYSTEMCTL, bus=bus, runs=runs)

    def have_schtasks(self) -> None:
        """A Task Scheduler."""
        self.have("schtasks", _SCHTASKS)

    def find(self, platform: str = "linux") -> Autostart:
        """What photoseek does on it."""
        return find_autostart(self.environment, platform)

    @property
    def said(self) -> list[str]:
        """What the system's programs were asked, in order."""
        return self._said.read_text().splitlines() if self._said.exists() else []

    def files(self) -> list[str]:
        """All files in the home."""
        return sorted(str(path.relative_to(self.home)) for path in self.home.rglob("*") if not path.is_dir())


@pytest.fixture
def computer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Computer:
    if sys.platform == "win32":
        pytest.skip("its programs are shell scripts")
    computer = Computer(tmp_path)
    monkeypatch.setenv("HOME", str(computer.home))
    monkeypatch.setenv("PATH", f"{computer.programs}:/usr/bin:/bin")
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    return computer
