"""Where photoseek keeps its own files."""

import stat
from pathlib import Path

import pytest

from photoseek.paths import find_paths


def test_each_folder_is_moved_by_its_variable(tmp_path: Path) -> None:
    kinds = ("CONFIG", "DATA", "CACHE", "RUNTIME")
    paths = find_paths({f"PHOTOSEEK_{kind}_DIR": str(tmp_path / kind) for kind in kinds})
    assert (paths.config, paths.data) == (tmp_path / "CONFIG", tmp_path / "DATA")
    assert (paths.cache, paths.runtime) == (tmp_path / "CACHE", tmp_path / "RUNTIME")
    assert paths.discovery == tmp_path / "RUNTIME" / "daemon.json"
    assert paths.catalogue.parent == paths.token.parent == paths.lock.parent == paths.data
    assert paths.thumbnails.parent == paths.cache
    assert paths.settings == tmp_path / "CONFIG" / "config.toml"


def test_without_variables_each_folder_is_named_after_the_program() -> None:
    paths = find_paths({})
    for folder in (paths.config, paths.data, paths.cache, paths.runtime):
        assert folder.is_absolute()
        assert "photoseek" in folder.parts


def test_an_empty_variable_counts_as_none() -> None:
    assert find_paths({"PHOTOSEEK_DATA_DIR": ""}) == find_paths({})


def test_relative_folders_and_the_home_sign_become_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert find_paths({"PHOTOSEEK_DATA_DIR": "here"}).data == tmp_path / "here"
    assert find_paths({"PHOTOSEEK_DATA_DIR": "~/there"}).data == Path.home() / "there"


def test_the_folders_with_secrets_are_closed_to_others(tmp_path: Path) -> None:
    kinds = ("CONFIG", "DATA", "CACHE", "RUNTIME")
    paths = find_paths({f"PHOTOSEEK_{kind}_DIR": str(tmp_path / "deep" / kind) for kind in kinds})
    paths.make()
    paths.data.chmod(0o755)
    paths.make()
    assert stat.S_IMODE(paths.data.stat().st_mode) == stat.S_IMODE(paths.runtime.stat().st_mode) == 0o700
