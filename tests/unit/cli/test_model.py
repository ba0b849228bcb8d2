"""photoseek model: what it writes or asks, and what it says."""

import json
from pathlib import Path

import pytest

from photoseek.api import wire
from photoseek.paths import Paths
from photoseek.settings import load_settings
from tests.unit.cli.conftest import Photoseek
from tests.unit.cli.small_daemon import SmallDaemon, error

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


def test_the_environment_goes_before_and_that_is_said(
    photoseek: Photoseek, mine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PHOTOSEEK_MODEL__NAME", "clip-ViT-B-16")
    result = photoseek("model", "use", "starter")
    assert result.exit_code == 0
    assert 'PHOTOSEEK_MODEL__NAME in the environment goes before it: "clip-ViT-B-16"' in result.stderr


NEXT = wire.NextModelBody(name="clip-ViT-L-14", state="indexing", done=120, total=3000, eta_s=120, note="paused")


def info(name: str, *, in_use: bool = False, pace: float | None = None, photos: int = 0) -> wire.ModelInfoBody:
    return wire.ModelInfoBody(
        name=name,
        languages="English",
        size_mb=605,
        good_at="",
        on_disk=True,
        in_use=in_use,
        s_per_picture=pace,
        photos=photos,
    )


def test_a_running_daemon_changes_its_model_itself(small_daemon: SmallDaemon, photoseek: Photoseek, mine: Path) -> None:
    small_daemon.answers["POST /api/v1/models/use"] = wire.ModelsBody(models=[], next=NEXT)
    result = photoseek("model", "use", "clip-ViT-L-14")
    assert (result.exit_code, "in the background" in result.stdout) == (0, True)
    assert small_daemon.asked[-1].body == b'{"name": "clip-ViT-L-14"}'
    assert mine.read_text("utf-8") == MINE
    small_daemon.answers["POST /api/v1/models/use"] = 409, error("unusable_model", "There is no such model.")
    result = photoseek("model", "use", "nothing")
    assert (result.exit_code, result.stderr) == (1, "This model can't be used: There is no such model.\n")


def test_the_list_of_a_running_daemon_says_what_answers_and_what_comes_next(
    small_daemon: SmallDaemon, photoseek: Photoseek
) -> None:
    models = [info("starter", in_use=True, pace=0.0412, photos=3000), info("clip-ViT-L-14")]
    small_daemon.answers["GET /api/v1/models"] = wire.ModelsBody(models=models, next=NEXT)
    lines = photoseek("model", "list").stdout.splitlines()
    assert lines[0].split() == ["starter", "in", "use", "605", "MB", "English"]
    assert lines[1].strip() == "0.041 s a picture on this computer, 3,000 photos indexed"
    assert "Next: clip-ViT-L-14 (indexing), 120 of 3,000 photos, 2 min left" in lines
    told = json.loads(photoseek("model", "list", "--json").stdout)
    assert (told["models"][0]["in_use"], told["next"]["done"]) == (True, 120)


def test_what_a_model_made_is_forgotten_by_the_daemon(small_daemon: SmallDaemon, photoseek: Photoseek) -> None:
    small_daemon.answers["POST /api/v1/models/forget"] = wire.ForgottenBody(forgotten=3000)
    assert photoseek("model", "forget", "starter").stdout == "What starter made of 3,000 photos is gone.\n"
    small_daemon.answers["POST /api/v1/models/forget"] = 409, error("doubt", "starter answers.", "Use another one.")
    assert photoseek("model", "forget", "starter").exit_code == 1


def test_without_a_daemon_nothing_is_forgotten(photoseek: Photoseek) -> None:
    assert photoseek("model", "forget", "starter").exit_code == 3
