"""The recipes for packages that can't be built on Linux: filled in for a release, and read by what would read them."""

import hashlib
import plistlib
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from photoseek import __version__
from tests.system.installing import CHECKOUT

PACKAGING = CHECKOUT / "packaging"
SCRIPTS = sorted([*PACKAGING.rglob("*.sh"), *(CHECKOUT / "tests").rglob("*.sh")])
SETUP = b"a setup"
FILES = "https://files.example"
# What winget's schemas of version 1.10.0 ask for, by the kind of manifest: https://aka.ms/winget-manifest.schema
WINGET = {
    "version": {"PackageIdentifier", "PackageVersion", "DefaultLocale", "ManifestType", "ManifestVersion"},
    "installer": {"PackageIdentifier", "PackageVersion", "Installers", "ManifestType", "ManifestVersion"},
    "defaultLocale": {
        "PackageIdentifier", "PackageVersion", "PackageLocale", "Publisher", "PackageName", "License",
        "ShortDescription", "ManifestType", "ManifestVersion",
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def recipes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The recipes of a release whose files say nothing."""
    dist, folder = tmp_path_factory.mktemp("dist"), tmp_path_factory.mktemp("recipes")
    (dist / f"photoseek-{__version__}.tar.gz").write_bytes(b"sources")
    (dist / f"photoseek-{__version__}-setup.exe").write_bytes(SETUP)
    addresses = ["--homepage", "https://photoseek.example", "--files", f"{FILES}/"]
    subprocess.run([sys.executable, PACKAGING / "recipes.py", dist, folder, *addresses], check=True)
    return folder


def lint(*command: str | Path) -> None:
    """Ask a program of the system for its opinion."""
    if not shutil.which(command[0]):
        pytest.skip(f"needs {command[0]} (on Debian: apt-get install {command[0]})")
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.tool
def test_the_formula_is_ruby(recipes: Path) -> None:
    lint("ruby", "-wc", recipes / "photoseek.rb")


def test_the_formula_names_the_release(recipes: Path) -> None:
    formula = (recipes / "photoseek.rb").read_text("utf-8")
    assert f'url "{FILES}/photoseek-{__version__}.tar.gz"' in formula
    assert f'sha256 "{hashlib.sha256(b"sources").hexdigest()}"' in formula
    assert "$" not in formula


def test_wingets_manifests_have_what_its_schemas_ask_for(recipes: Path) -> None:
    manifests: dict[str, Any] = {}
    for file in recipes.glob("*.yaml"):
        manifest = yaml.safe_load(file.read_text("utf-8"))
        kind = manifest["ManifestType"]
        manifests[kind] = manifest
        assert WINGET[kind] <= manifest.keys()
        assert re.search(rf"\$schema=\S+winget-manifest\.{kind}\.1\.10\.0\.", file.read_text("utf-8"), re.IGNORECASE)
        assert (manifest["PackageVersion"], manifest["ManifestVersion"]) == (__version__, "1.10.0")
    assert manifests.keys() == WINGET.keys()
    [installer] = manifests["installer"]["Installers"]
    assert installer["InstallerUrl"] == f"{FILES}/photoseek-{__version__}-setup.exe"
    assert installer["InstallerSha256"] == hashlib.sha256(SETUP).hexdigest()


def test_winget_and_the_setup_speak_of_the_same_program(recipes: Path) -> None:
    setup = (PACKAGING / "windows" / "photoseek.iss").read_text("utf-8")
    [known] = re.findall(r"^AppId=\{(\{.*\})$", setup, re.MULTILINE)
    manifest = yaml.safe_load((recipes / "photoseek.photoseek.installer.yaml").read_text("utf-8"))
    assert manifest["AppsAndFeaturesEntries"][0]["ProductCode"] == f"{known}_is1"
    tasks = re.findall(r'^Name: "(\w+)"; Description', setup, re.MULTILINE)
    assert manifest["InstallerSwitches"]["Custom"].removeprefix("/MERGETASKS=") in tasks


def test_every_message_of_the_setup_is_there_in_both_languages() -> None:
    setup = (PACKAGING / "windows" / "photoseek.iss").read_text("utf-8")
    own = {language: set(re.findall(rf"^{language}\.(\w+)=", setup, re.MULTILINE)) for language in ("en", "de")}
    assert own["en"] == own["de"] == set(re.findall(r"\{cm:(\w+)\}", setup))


@pytest.mark.parametrize("name", ["Info.plist", "entitlements.plist"])
def test_a_mac_can_read_what_the_app_says_of_itself(name: str) -> None:
    facts = plistlib.loads((PACKAGING / "macos" / name).read_bytes())
    assert facts
    assert all(facts.values())


@pytest.mark.tool
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_the_scripts_are_sound(script: Path) -> None:
    lint("shellcheck", script)


@pytest.mark.parametrize("script", ["windows/build.ps1", "windows/photoseek.iss", "macos/build.sh"])
def test_what_a_recipe_takes_from_the_checkout_is_there(script: str) -> None:
    text = (PACKAGING / script).read_text("utf-8").replace("\\", "/")
    for named in re.findall(r"(?<![./\w])packaging/[\w./]+\w|LICENSE", text):
        assert (CHECKOUT / named).is_file(), named
    assert set(re.findall(r"\b(photoseek\w*)\.exe", text)) <= {"photoseek"}


def test_what_was_never_tried_says_so() -> None:
    for folder in ("homebrew", "macos", "windows", "winget"):
        for file in (PACKAGING / folder).iterdir():
            assert "Untested: no " in file.read_text("utf-8"), file
