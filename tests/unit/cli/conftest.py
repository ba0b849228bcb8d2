"""photoseek's folders in a temporary place, and a small daemon in them."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from photoseek.cli import cli
from photoseek.paths import Paths, find_paths
from tests.unit.cli.small_daemon import SmallDaemon


@pytest.fixture
def own_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Paths:
    """photoseek's folders, for this process and those it starts."""
    for name in list(os.environ):
        if name.startswith("PHOTOSEEK_") and name != "PHOTOSEEK_SHARED":
            monkeypatch.delenv(name)
    for kind in ("CONFIG", "DATA", "CACHE", "RUNTIME"):
        monkeypatch.setenv(f"PHOTOSEEK_{kind}_DIR", str(tmp_path / kind.lower()))
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):  # nothing shall come up on the screen of whoever runs the tests
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return find_paths()


@pytest.fixture
def small_daemon(own_paths: Paths) -> Iterator[SmallDaemon]:
    """A daemon that listens and is announced."""
    with SmallDaemon(own_paths) as daemon:
        yield daemon


class Photoseek:
    """The command line, in this process."""

    def __call__(self, *args: str, color: bool = False) -> Result:
        return CliRunner().invoke(cli, list(args), color=color, prog_name="photoseek")


@pytest.fixture
def photoseek(own_paths: Paths) -> Photoseek:
    """Run a command and see what it says."""
    return Photoseek()
