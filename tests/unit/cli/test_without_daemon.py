"""check and model list: they need no daemon, and no torch."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from photoseek.catalogue import Catalogue
from photoseek.paths import Paths
from tests.unit.cli.conftest import Photoseek
from tests.unit.cli.small_daemon import SmallDaemon


@dataclass
class Usage:
    """Of a disk, in bytes."""

    free: int


def make_catalogue(paths: Paths, *folders: Path) -> None:
    async def make() -> None:
        catalogue = await Catalogue.open(paths.catalogue)
        for folder in folders:
            await catalogue.add_folder(os.fsencode(folder))
        await catalogue.close()

    paths.make()
    asyncio.run(make())


def test_on_a_new_machine_nothing_is_wrong_and_nothing_is_made(photoseek: Photoseek, own_paths: Paths) -> None:
    result = photoseek("check")
    assert result.exit_code == 0, result.output
    assert "no catalogue yet" in result.stdout
    assert "Nothing is wrong." in result.stdout
    assert not own_paths.data.exists()


def test_a_sound_catalogue_is_said_to_be_in_order_with_its_folders(
    photoseek: Photoseek, own_paths: Paths, tmp_path: Path
) -> None:
    make_catalogue(own_paths, tmp_path, tmp_path / "away\x1b[1m")
    result = photoseek("check")
    assert result.exit_code == 0, result.output
    assert "is in order" in result.stdout
    assert f"The folder {tmp_path} can be read." in result.stdout
    assert "away\\x1b[1m can't be reached at the moment." in result.stdout
    assert "The daemon is not running." in result.stdout


def test_beside_a_running_daemon_it_says_where_that_is(small_daemon: SmallDaemon, photoseek: Photoseek) -> None:
    make_catalogue(small_daemon.paths)
    result = photoseek("check")
    assert result.exit_code == 0, result.output
    assert f"The daemon runs at {small_daemon.url}." in result.stdout


def test_a_disk_without_room_is_wrong(photoseek: Photoseek, own_paths: Paths, monkeypatch: pytest.MonkeyPatch) -> None:
    make_catalogue(own_paths)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: Usage(free=4096))
    result = photoseek("check")
    assert result.exit_code == 1
    assert f"hardly any room left on the disk of {own_paths.data}" in result.stdout


def test_a_damaged_catalogue_is_wrong_and_stays_as_it_is(photoseek: Photoseek, own_paths: Paths) -> None:
    own_paths.make()
    own_paths.catalogue.write_bytes(b"this is no database" * 1000)
    before = own_paths.catalogue.read_bytes()
    result = photoseek("check")
    assert result.exit_code == 1
    assert "1 thing is wrong." in result.stdout
    assert own_paths.catalogue.read_bytes() == before


def test_what_is_repaired_is_said_once_and_stands_in_the_log(photoseek: Photoseek, own_paths: Paths) -> None:
    own_paths.make()
    own_paths.catalogue.write_bytes(b"this is no database" * 1000)
    result = photoseek("repair")
    assert result.exit_code == 0, result.output
    assert result.output.count("The catalogue is damaged") == 1
    assert "The catalogue is damaged" in own_paths.log.read_text("utf-8")


def test_settings_that_can_not_be_used_are_wrong(photoseek: Photoseek, own_paths: Paths) -> None:
    own_paths.make()
    own_paths.settings.write_text("[model]\nnam = 1\n")
    result = photoseek("check")
    assert result.exit_code == 1
    assert "There is no setting nam in [model]. Did you mean name?" in result.stdout


def test_a_token_that_others_can_read_is_wrong(small_daemon: SmallDaemon, photoseek: Photoseek) -> None:
    small_daemon.paths.token.chmod(0o644)
    assert photoseek("check").exit_code == 1


def test_the_models_are_listed_with_their_sizes(photoseek: Photoseek) -> None:
    result = photoseek("model", "list")
    assert result.exit_code == 0, result.output
    assert "clip-ViT-L-14" in result.stdout
    assert "1.7 GB" in result.stdout
    assert 'The settings want "auto"' in result.stdout


def test_the_models_as_json_have_the_shape_of_the_api(photoseek: Photoseek) -> None:
    models = json.loads(photoseek("model", "list", "--json").stdout)["models"]
    seen_here = {"on_disk", "in_use", "s_per_picture", "photos"}
    assert {"name", "languages", "size_mb", "good_at"} | seen_here == set(models[0])


def test_neither_loads_torch(own_paths: Paths) -> None:
    script = """if True:
        import sys
        from photoseek.cli import cli
        cli(["check"], standalone_mode=False)
        cli(["model", "list"], standalone_mode=False)
        print([name for name in ("torch", "transformers", "sentence_transformers", "faiss") if name in sys.modules])
    """
    output = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True).stdout
    assert output.splitlines()[-1] == "[]"
