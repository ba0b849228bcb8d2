"""``photoseek autostart`` as a person types it, in a temporary home without systemd."""

import json
import sys
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Photoseek
from tests.unit.cli.small_daemon import SmallDaemon

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="an entry of Linux's desktops")


@pytest.fixture
def entry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "xdg"))
    return tmp_path / "xdg" / "autostart" / "photoseek.desktop"


def test_it_is_installed_told_and_removed(photoseek: Photoseek, entry: Path, tmp_path: Path) -> None:
    assert photoseek("autostart", "status").stdout == "photoseek does not start at login.\n"
    installed = photoseek("autostart", "install")
    assert installed.exit_code == 0
    assert f"at your next login, by your desktop: {entry}" in installed.stderr
    assert "To start it now: `photoseek start`" in installed.stderr
    assert f'"--place" "data" "{tmp_path / "data"}"' in entry.read_text()
    assert photoseek("autostart", "status").stdout == f"photoseek starts at login, by your desktop: {entry}\n"
    told = json.loads(photoseek("autostart", "status", "--json").stdout)
    assert told == {"installed": True, "how": "xdg", "note": ""}
    assert photoseek("autostart", "remove").stderr == "photoseek starts at login no more.\n"
    assert not entry.exists()
    again = photoseek("autostart", "remove")
    assert (again.exit_code, again.stderr) == (0, "Nothing to remove: photoseek did not start at login.\n")


def test_where_it_runs_already_nothing_is_said_of_starting_it(
    photoseek: Photoseek, entry: Path, small_daemon: SmallDaemon
) -> None:
    assert "now" not in photoseek("autostart", "install").stderr
    assert entry.is_file()


def test_a_refusal_is_an_error_with_a_way_out(photoseek: Photoseek, entry: Path) -> None:
    entry.parent.mkdir(parents=True)
    entry.write_text("mine")
    refused = photoseek("autostart", "install")
    assert refused.exit_code == 1
    assert refused.stderr.startswith("Starting at login can't be arranged:")
    assert "Move it away" in refused.stderr
