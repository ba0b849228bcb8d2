"""doctor: what it tells, and that nothing of it is private.

One word stands in every name that a person gives: of the home, of folders, photos, models, patterns, the computer.
"""

import json
import platform
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from photoseek.api import wire
from photoseek.cli.diagnosis import installation
from photoseek.embedding import Device
from photoseek.paths import Paths, find_paths
from photoseek.settings import Settings
from tests.unit.cli.conftest import Photoseek
from tests.unit.cli.small_daemon import SmallDaemon

WORD = "zebrafinch"
ENTRY = "# Written by `photoseek autostart install`.\n[Desktop Entry]\nExec=/home/{0}/{0}\n"


@pytest.fixture(autouse=True)
def device(monkeypatch: pytest.MonkeyPatch) -> None:
    """Finding the real one loads torch; tests of `embedding` do that."""
    monkeypatch.setattr(installation, "find_device", lambda wanted: Device("cpu"))


@pytest.fixture
def private_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Paths:
    """photoseek's folders at their usual places, in the home of a person whose every name is the word."""
    home = tmp_path / WORD
    home.mkdir()
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for kind in ("CONFIG", "DATA", "CACHE"):
        monkeypatch.delenv(f"PHOTOSEEK_{kind}_DIR", raising=False)
    monkeypatch.setenv("PHOTOSEEK_RUNTIME_DIR", str(home / "runtime"))
    for name in ("HOME", "USER", "LOGNAME", "USERNAME", "XDG_CURRENT_DESKTOP", "HF_HOME", "PHOTOSEEK_X"):
        monkeypatch.setenv(name, str(home) if name == "HOME" else f"{WORD}\x1b[1m")
    for module, name in ((platform, "node"), (socket, "gethostname")):
        monkeypatch.setattr(module, name, lambda: WORD)
    monkeypatch.setattr(platform, "release", lambda: f"6.1.0-{WORD}")
    return find_paths()


@pytest.fixture
def private_daemon(private_home: Paths) -> Iterator[SmallDaemon]:
    """A daemon whose every answer holds the word where a name can stand."""
    with SmallDaemon(private_home) as daemon:
        folder = wire.FolderBody(id=1, path=f"/{WORD}", state="offline", photos=3, last_scan="", note=WORD)
        daemon.answers["GET /api/v1/status"] = wire.StatusBody(
            version="0.1.0",
            model=wire.ModelBody(name=f"{WORD}/{WORD}", state="ready", dim=512, note=WORD),
            indexing=wire.IndexingBody(state="idle", done=0, total=0, per_s=0, eta_s=None, note=WORD),
            counts=wire.CountsBody(photos=3, contents=3, vectors=2, waiting=1, problems=1),
            folders=[folder],
            notes=[WORD],
        )
        yield daemon


def read(photoseek: Photoseek) -> Any:
    result = photoseek("doctor", "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_nothing_that_a_person_has_named_is_in_it(private_daemon: SmallDaemon) -> None:
    paths = private_daemon.paths
    paths.make()
    paths.settings.write_text(f'[model]\nname = "{WORD}/{WORD}"\n[scanning]\nignore = ["{WORD}", "*.{WORD}"]\n')
    (paths.data / f"{WORD}.sqlite3").write_bytes(b"x" * 3_000_000)
    entry = paths.config.parent / "autostart" / "photoseek.desktop"
    entry.parent.mkdir(parents=True)
    entry.write_text(ENTRY.format(WORD))
    for args in (("doctor",), ("doctor", "--json")):
        result = Photoseek()(*args)
        assert result.exit_code == 0, result.output
        assert WORD not in result.output.lower()
        assert private_daemon.token not in result.output
        assert str(Path.home().parent) not in result.output
    told = read(Photoseek())
    assert told["settings"]["changed"] == {"model.name": "one of your own", "scanning.ignore": "2 given"}
    assert told["places"]["data"]["path"].startswith("~/")
    assert told["places"]["data"]["used_mb"] >= 2
    assert (
        told["places"]["runtime"] | {"path": "elsewhere", "moved_by": "PHOTOSEEK_RUNTIME_DIR"}
        == told["places"]["runtime"]
    )
    assert (told["autostart"]["installed"], told["autostart"]["odd"]) == (True, True)
    assert told["daemon"]["model"] == "one of your own"


def test_no_setting_that_takes_a_text_of_the_persons_own_is_shown(
    private_home: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = 0
    for section in msgspec.structs.fields(Settings):
        for key in msgspec.structs.fields(section.type):
            monkeypatch.setenv(f"PHOTOSEEK_{section.name}__{key.name}".upper(), WORD)
            usable = installation.examine_settings(private_home, set())
            given += usable.usable
            assert WORD not in repr(usable)
            monkeypatch.delenv(f"PHOTOSEEK_{section.name}__{key.name}".upper())
    assert given == 2  # the others take no such text


def test_beside_a_daemon_it_says_how_that_is(private_daemon: SmallDaemon) -> None:
    told = read(Photoseek())
    daemon = told["daemon"]
    assert daemon["folders"] == {"offline": 1}
    assert daemon["counts"] == {"photos": 3, "contents": 3, "vectors": 2, "waiting": 1, "problems": 1}
    assert (daemon["model_state"], daemon["indexing"], daemon["notes"]) == ("ready", "idle", 1)
    assert daemon["memory_mb"] > 0
    words = Photoseek()("doctor").stdout
    assert "photos 3, contents 3, vectors 2, waiting 1, problems 1" in words
    assert "folders: 1 offline" in words


def test_a_daemon_that_gives_no_answer_is_told_of(small_daemon: SmallDaemon, photoseek: Photoseek) -> None:
    small_daemon.answers["GET /api/v1/status"] = (500, WORD.encode())
    assert read(photoseek)["daemon"]["trouble"] == "Something went wrong"
    assert "DOES NOT ANSWER" in photoseek("doctor").stdout


def test_without_a_daemon_it_tells_the_rest_and_makes_nothing(photoseek: Photoseek, own_paths: Paths) -> None:
    told = read(photoseek)
    assert told["daemon"] is None
    assert told["settings"] == {"usable": True, "changed": {}, "environment": told["settings"]["environment"]}
    assert "PHOTOSEEK_DATA_DIR" in told["settings"]["environment"]
    assert told["installation"]["kind"] == "checkout"
    assert told["installation"]["missing"] == []
    assert "+" in told["installation"]["libraries"]["torch"] or told["installation"]["libraries"]["torch"][0].isdigit()
    assert "pytest" not in told["installation"]["libraries"]
    assert told["places"]["data"]["free_mb"] == pytest.approx(shutil.disk_usage("/tmp").free >> 20, abs=2000)
    assert "is not running" in photoseek("doctor").stdout
    assert not own_paths.data.exists()


def test_settings_that_can_not_be_used_are_told_of_without_their_words(photoseek: Photoseek, own_paths: Paths) -> None:
    own_paths.make()
    own_paths.settings.write_text(f"[model]\n{WORD} = 1\n")
    result = photoseek("doctor")
    assert "CAN NOT BE USED" in result.stdout
    assert WORD not in result.output


@pytest.mark.skipif(platform.system() != "Linux", reason="inotify is Linux's")
def test_the_limits_of_watching_are_the_systems(photoseek: Photoseek) -> None:
    limit = int(Path("/proc/sys/fs/inotify/max_user_watches").read_text())
    assert read(photoseek)["watching"]["max_user_watches"] == limit
    assert f"{limit:,} watches" in photoseek("doctor").stdout
