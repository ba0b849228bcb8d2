"""photoseek model use: what it writes, and what it says."""

from pathlib import Path

import pytest

from photoseek.paths import Paths
from photoseek.settings import load_settings
from tests.unit.cli.conftest import Photoseek
from tests.unit.cli.small_daemon import SmallDaemon

MINE = """# mine
[scanning]
ignore = ["*.tmp.jpg"]   # scratch

[model]  # which
idle_s = 60
"""


@pytest.fixture(autouse=True)
def no_hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hub"))


@pytest.fixture
def mine(own_paths: Paths) -> Path:
    own_paths.make()
    own_paths.settings.write_text(MINE, "utf-8")
    return own_paths.settings


def test_the_name_is_written_and_all_else_stays_as_it_was(photoseek: Photoseek, mine: Path) -> None:
    result = photoseek("model", "use", "starter")
    assert result.exit_code == 0, result.output
    assert "stands in" in result.stderr
    assert mine.read_text("utf-8") == MINE + 'name = "starter"\n'
    assert load_settings(mine, {}).model.name == "starter"
    assert photoseek("model", "use", "auto").exit_code == 0
    assert mine.read_text("utf-8") == MINE + 'name = "auto"\n'
    assert [path.name for path in mine.parent.iterdir()] == [mine.name]


def test_without_settings_the_file_is_made(photoseek: Photoseek, own_paths: Paths) -> None:
    assert photoseek("model", "use", "starter").exit_code == 0
    assert own_paths.settings.read_text("utf-8") == '[model]\nname = "starter"\n'


def test_settings_that_are_a_link_stay_one(photoseek: Photoseek, mine: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "dotfiles.toml"
    mine.rename(elsewhere)
    elsewhere.chmod(0o644)
    mine.symlink_to(elsewhere)
    assert photoseek("model", "use", "starter").exit_code == 0
    assert mine.is_symlink()
    assert 'name = "starter"' in elsewhere.read_text("utf-8")
    assert elsewhere.stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("name", ["clip-ViT-B-32", "no-such-model", "not a name!", "/no/such/folder"])
def test_a_model_that_can_not_be_had_is_refused_and_nothing_is_written(
    photoseek: Photoseek, mine: Path, name: str
) -> None:
    result = photoseek("model", "use", name)
    assert result.exit_code == 1
    assert result.stderr.startswith("No model:")
    assert mine.read_text("utf-8") == MINE


@pytest.mark.parametrize("broken", ["[model", "[model]\nnmae = 3\n", "model = 3\n"])
def test_settings_that_can_not_be_read_are_left_alone(photoseek: Photoseek, mine: Path, broken: str) -> None:
    mine.write_text(broken, "utf-8")
    result = photoseek("model", "use", "starter")
    assert (result.exit_code, mine.read_text("utf-8")) == (1, broken)
    assert result.stderr.startswith("The settings can't be used:")


def test_a_running_daemon_and_the_environment_are_spoken_of(
    small_daemon: SmallDaemon, photoseek: Photoseek, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PHOTOSEEK_MODEL__NAME", "clip-ViT-B-16")
    result = photoseek("model", "use", "starter")
    assert result.exit_code == 0
    assert 'PHOTOSEEK_MODEL__NAME in the environment goes before it: "clip-ViT-B-16"' in result.stderr
    assert "photoseek stop" in result.stderr
