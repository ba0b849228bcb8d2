"""Settings: defaults, file, environment, and errors that name the key."""

from pathlib import Path

import pytest
from msgspec.structs import fields

from photoseek.errors import SettingsError
from photoseek.settings import Settings, load_settings


def test_without_a_file_all_is_default(tmp_path: Path) -> None:
    assert load_settings(tmp_path / "config.toml", {}) == Settings()
    assert Settings().server.port == 7427


def test_the_environment_overrides_the_file_and_the_file_the_default(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[server]\nport = 8000\n[model]\nname = "clip-ViT-B-32"\nidle_s = 5\n')
    settings = load_settings(path, {"PHOTOSEEK_SERVER__PORT": "0", "PHOTOSEEK_MODEL__IDLE_S": "1.5"})
    assert (settings.server.port, settings.model.name, settings.model.idle_s) == (0, "clip-ViT-B-32", 1.5)
    assert settings.server.max_upload_mb == 512


def test_every_setting_says_what_it_takes() -> None:
    kinds = [kind for section in fields(Settings) for kind in (field.type for field in fields(section.type))]
    assert len(kinds) > 10
    assert all(kind.__metadata__[0].description for kind in kinds)


def test_lists_in_the_environment_are_separated_like_paths(tmp_path: Path) -> None:
    settings = load_settings(tmp_path / "none", {"PHOTOSEEK_SCANNING__IGNORE": "*.tmp:cache/*"})
    assert settings.scanning.ignore == ("*.tmp", "cache/*")


def test_other_variables_are_not_settings(tmp_path: Path) -> None:
    environment = {"PHOTOSEEK_DATA_DIR": "/x", "PHOTOSEEK_SHARED": "/y", "PATH": "/bin", "OTHER__PORT": "1"}
    assert load_settings(tmp_path / "none", environment) == Settings()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[server]\nprot = 1\n", "There is no setting prot in [server]. Did you mean port?"),
        ("[model]\nzzz = 1\n", "There is no setting zzz in [model]. ("),
        ("[sever]\nport = 1\n", "There is no section [sever]. Did you mean server?"),
        ("[server]\nport = 70000\n", "port in [server] can't be 70000: it takes a whole number from 0 to 65535."),
        ("[server]\nport = -1\n", "port in [server] can't be -1"),
        ('[server]\nport = "http"\n', 'port in [server] can\'t be "http": it takes a whole number'),
        ('[model]\ndevice = "tpu"\n', 'it takes "auto", "cpu", "cuda", "cuda:1" or "mps".'),
        ('[model]\nname = ""\n', 'name in [model] can\'t be ""'),
        ("[indexing]\nworkers = 0\n", "workers in [indexing] can't be 0: it takes a whole number from 1 on."),
        ("[indexing]\npicture_timeout_s = 0\n", "it takes a number of seconds above 0."),
        ("[governor]\nbusy_percent = 0\n", "it takes a number above 0, up to 100."),
        ("[governor]\non_battery = 1\n", 'it takes "go", "slow" or "wait".'),
        ('[scanning]\nignore = "x"\n', 'ignore in [scanning] can\'t be "x": it takes a list'),
        ("[library]\ngrace_days = 1979-05-27\n", 'grace_days in [library] can\'t be "1979-05-27"'),
        ("server = 1\n", "write [server] above its settings"),
        ("no toml", "can't be read"),
    ],
)
def test_a_setting_that_can_not_be_is_an_error_that_says_what_can_and_names_the_file(
    tmp_path: Path, text: str, said: str
) -> None:
    path = tmp_path / "config.toml"
    path.write_text(text)
    with pytest.raises(SettingsError) as caught:
        load_settings(path, {})
    assert said in caught.value.message
    assert str(path) in caught.value.message


@pytest.mark.parametrize("name", ["PHOTOSEEK_SERVER__PROT", "PHOTOSEEK_NOSUCH__KEY"])
def test_an_unknown_key_in_the_environment_is_an_error_that_says_so(tmp_path: Path, name: str) -> None:
    with pytest.raises(SettingsError, match="environment"):
        load_settings(tmp_path / "none", {name: "1"})


def test_a_file_that_can_not_be_read_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError, match="can't be read"):
        load_settings(tmp_path / "config.toml", {})
    with pytest.raises(SettingsError, match="can't be read"):
        load_settings(tmp_path, {})
