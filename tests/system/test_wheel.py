"""The wheel: all that belongs to photoseek is in it, and what is installed from it starts, finds and shows the page."""

import json
import subprocess
import sys
import urllib.request
import zipfile
from pathlib import Path

import psutil
import pytest
from PIL import Image

from tests.system.home import Home
from tests.system.installing import CHECKOUT, build_wheel, install_wheel

# Where the parts of the checkout lie in the wheel.
PARTS = {
    "daemon/photoseek": "photoseek",
    "webui": "photoseek/_data/webui",
    "packaging/autostart": "photoseek/_data/autostart",
}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made from this checkout."""
    return build_wheel(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def programs(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment with the wheel in it."""
    return install_wheel(wheel, tmp_path_factory.mktemp("installed"))


def test_every_file_of_the_program_its_page_and_its_templates_is_in_the_wheel(wheel: Path) -> None:
    wanted = {
        f"{inside}/{file.relative_to(CHECKOUT / part).as_posix()}"
        for part, inside in PARTS.items()
        for file in (CHECKOUT / part).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    with zipfile.ZipFile(wheel) as archive:
        there = {name for name in archive.namelist() if ".dist-info/" not in name}
        licences = [name for name in archive.namelist() if name.endswith("licenses/LICENSE")]
        assert archive.read(licences[0]) == (CHECKOUT / "LICENSE").read_bytes()
    assert {"photoseek/_data/webui/index.html", "photoseek/_data/autostart/photoseek.service"} <= wanted
    assert there == wanted


def test_the_photoseek_that_runs_is_the_wheels(programs: Path, home: Home, tmp_path: Path) -> None:
    code = "import photoseek, importlib.metadata as m; print(photoseek.__file__, m.version('photoseek'))"
    python = programs / Path(sys.executable).name
    said = subprocess.run([python, "-c", code], cwd=tmp_path, env=home.environment, capture_output=True, check=True)
    where, version = said.stdout.decode().split()
    assert Path(where).is_relative_to(programs.parent)
    home.program = (str(programs / "photoseek"),)
    assert home.photoseek("--version").stdout == f"photoseek {version}\n"
    installation = json.loads(home.photoseek("doctor", "--json").stdout)["installation"]
    assert (installation["kind"], installation["missing"]) == ("pip", [])


def test_installed_it_starts_takes_pictures_in_finds_them_and_shows_its_page(
    programs: Path, home: Home, tmp_path: Path
) -> None:
    photos = tmp_path / "photos"
    photos.mkdir()
    for colour in ("red", "green", "blue"):
        Image.new("RGB", (64, 48), colour).save(photos / f"{colour}.jpg")
    home.program = (str(programs / "photoseek"),)
    with home.running("--folder", str(photos)) as process:
        assert process.settle()["vectors"] == 3
        found = home.photoseek("search", "--json", "something", "red")
        assert {Path(photo["path"]).name for photo in json.loads(found.stdout)["photos"]} == {
            "red.jpg", "green.jpg", "blue.jpg",
        }  # fmt: skip
        with urllib.request.urlopen(process.daemon.url) as page:
            assert b"<title>photoseek" in page.read()
        for child in [psutil.Process(process.popen.pid), *process.children()]:
            assert str(programs) in " ".join(child.cmdline())
        assert home.photoseek("stop").returncode == 0
        assert process.popen.wait(30) == 0


def test_the_wheels_templates_start_the_wheels_photoseek_at_login(programs: Path, home: Home) -> None:
    nothing = home.folder / "programs"
    nothing.mkdir()
    home.environment["PATH"] = str(nothing)  # no systemctl: the systemd of whoever runs the tests is left alone
    home.program = (str(programs / "photoseek"),)
    assert home.photoseek("autostart", "install").returncode == 0
    entry = home.folder / ".config" / "autostart" / "photoseek.desktop"
    assert f'Exec="{programs}' in entry.read_text("utf-8")
    assert home.photoseek("autostart", "remove").returncode == 0
    assert not entry.exists()
