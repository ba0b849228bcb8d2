"""The Debian package: what its files say, and that it is installed, works for a person, and goes without a trace.

Made by its own script out of the environment that runs the tests. Two of them: one without the libraries of others, to
look at what is photoseek's own, and the whole one, compressed little. ``$PHOTOSEEK_DEB`` names one to be looked at and
tried instead of both (``make deb`` does).
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from photoseek import __version__
from photoseek.cli import cli
from tests.benchmarks.daemon import Daemon
from tests.system.home import Home, gone, until
from tests.system.installing import CHECKOUT
from tests.system.throwaway import System, borrowed_system

GIVEN = os.environ.get("PHOTOSEEK_DEB", "")
NOBODY = 65534  # somebody who is not root and owns nothing
PHOTOS = 3
WIDE = 500  # letters: no line is broken
PYTHON = f"python{sys.version_info.major}.{sys.version_info.minor}"
# Programs of Debian's that write down what is installed.
BOOKS = ("var/lib/dpkg/", "var/log/", "var/cache/", "usr/share/applications/mimeinfo.cache")

pytestmark = [
    pytest.mark.skipif(not Path("/etc/debian_version").exists(), reason="dpkg is Debian's"),
    pytest.mark.skipif(not Path(f"/usr/bin/{PYTHON}").exists(), reason=f"the system's own Python is no {PYTHON}"),
    pytest.mark.timeout(1800),
    pytest.mark.tool,
]


def make_package(folder: Path, *options: str) -> Path:
    """By the script, which is told of the folder as ``make deb`` does it: from where one stands."""
    need("dpkg-deb", "dpkg-shlibdeps")
    script = CHECKOUT / "packaging" / "linux" / "build.py"
    command = [sys.executable, str(script), folder.name, "--compression", "gzip -1", *options]
    done = subprocess.run(command, cwd=folder.parent, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    [package] = folder.iterdir()
    return package


def need(*programs: str) -> None:
    """Skip where one is missing."""
    for program in programs:
        if shutil.which(program) is None:
            pytest.skip(f"needs {program}; tests/system/fetch_packages.sh says from where")


def judge(*command: str | Path) -> str:
    """What a program of the system says of a file that it must find good."""
    need(str(command[0]))
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ | {"LC_ALL": "C.UTF-8"})
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The one to look at."""
    return Path(GIVEN) if GIVEN else make_package(tmp_path_factory.mktemp("small"), "--without-libraries")


@pytest.fixture(scope="module")
def files(package: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is in it."""
    folder = tmp_path_factory.mktemp("files")
    subprocess.run(["dpkg-deb", "--extract", package, folder], check=True)
    return folder


def test_lintian_finds_neither_errors_nor_warnings_but_those_that_are_explained(package: Path) -> None:
    said = judge("lintian", "--no-cfg", "--allow-root", "--fail-on=error,warning", "--tag-display-limit=0", package)
    assert not re.search("^[EW]:", said, re.MULTILINE), said


def test_every_exception_has_a_reason() -> None:
    text = (CHECKOUT / "packaging" / "linux" / "lintian-overrides").read_text("utf-8")
    assert all(part.startswith("# ") for part in text.split("\n\n"))


def test_the_desktop_finds_a_program_with_an_icon_and_a_quick_search(files: Path) -> None:
    share = files / "usr" / "share"
    entry = share / "applications" / "photoseek.desktop"
    assert judge("desktop-file-validate", entry) == ""
    lines = entry.read_text("utf-8").splitlines()
    assert {"Exec=photoseek", "Icon=photoseek", "Exec=photoseek quick", "Exec=photoseek tray"} <= set(lines)
    assert (share / "icons/hicolor/48x48/apps/photoseek.png").is_file()
    assert (share / "icons/hicolor/scalable/apps/photoseek.svg").is_file()


def test_software_centres_can_read_of_it(files: Path) -> None:
    [metainfo] = (files / "usr/share/metainfo").iterdir()
    judge("appstreamcli", "validate", "--no-net", metainfo)
    assert f'<release version="{__version__}"' in metainfo.read_text("utf-8")


def test_man_shows_all_that_the_commands_say_of_themselves_and_warns_of_nothing(
    files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MANWIDTH", str(WIDE))
    page = files / "usr/share/man/man1/photoseek.1.gz"
    shown = judge("man", "--warnings", "--no-hyphenation", "--no-justification", "--encoding=UTF-8", "-l", page)
    assert "warning:" not in shown
    words = " ".join(shown.split())
    ctx = click.Context(cli, info_name="photoseek", **cli.context_settings)
    assert [line for line in said_by_help(cli, ctx) if line not in words] == []


def said_by_help(group: click.Group, ctx: click.Context) -> Iterator[str]:
    """What ``--help`` prints of each command, line by line, without headings and the line on itself."""
    for name in group.list_commands(ctx):
        command = group.resolve_command(ctx, [name])[1]
        assert command is not None
        inner = click.Context(command, info_name=name, parent=ctx, terminal_width=WIDE, max_content_width=WIDE)
        text, _, subcommands = command.get_help(inner).partition("\nCommands:")
        lines = (" ".join(line.split()) for line in text.splitlines())
        yield from (line.removeprefix("Usage: ") for line in lines if not line.startswith(("Options:", "-h, --help")))
        assert bool(subcommands) == isinstance(command, click.Group)
        if isinstance(command, click.Group):
            yield from said_by_help(command, inner)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shells_are_told_how_a_command_goes_on(files: Path, shell: str) -> None:
    places = {
        "bash": "bash-completion/completions/photoseek",
        "zsh": "zsh/vendor-completions/_photoseek",
        "fish": "fish/vendor_completions.d/photoseek.fish",
    }
    assert f"_PHOTOSEEK_COMPLETE={shell}_complete" in (files / "usr/share" / places[shell]).read_text("utf-8")


def test_nothing_in_it_is_started_by_itself(files: Path) -> None:
    parts = {"/".join(path.relative_to(files).parts[:3]) for path in files.rglob("*") if path.is_file()}
    assert not {part for part in parts if part.startswith(("etc", "lib", "usr/lib/systemd"))}


@pytest.fixture(scope="module")
def whole_package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The one to install; not kept, as it is large."""
    made = Path(GIVEN) if GIVEN else make_package(tmp_path_factory.mktemp("whole"))
    yield made
    if not GIVEN:
        made.unlink()


@pytest.fixture(scope="module")
def person() -> Iterator[Home]:
    """The folder of somebody who has a few photos."""
    with tempfile.TemporaryDirectory(prefix="photoseek-person-") as folder:
        home = Home(Path(folder))
        own = {name: value for name, value in home.environment.items() if name.startswith(("PHOTOSEEK_", "HF_"))}
        home.environment = own | {"HOME": folder, "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
        os.chown(folder, NOBODY, NOBODY)
        yield home


@pytest.fixture(scope="module")
def system(
    package: Path, whole_package: Path, person: Home, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[System]:
    """With the package installed, as an upgrade of the one without libraries."""
    folders = (person.folder, package.parent, whole_package.parent)
    with borrowed_system(tmp_path_factory.mktemp("system"), *folders) as system:
        system.tell("dpkg", "--install", str(package))
        system.tell("dpkg", "--install", str(whole_package))
        person.program = system.inside("photoseek", person=NOBODY)
        yield system


@pytest.mark.long
class TestOnASystem:
    """One that it is installed on, used and removed from: in this order."""

    def test_it_is_there_and_nothing_was_started(self, system: System, person: Home) -> None:
        assert person.photoseek("--version").stdout == f"photoseek {__version__}\n"
        assert system.processes() == []
        assert "photoseek" in system.tell("man", "--where", "photoseek")
        fill_in = "COMP_WORDS=(photoseek fol); COMP_CWORD=1; _photoseek_completion photoseek; echo ${COMPREPLY[*]}"
        completions = "/usr/share/bash-completion/completions/photoseek"
        assert system.tell("bash", "-c", f"source {completions}; {fill_in}") == "folders\n"
        if Path("/usr/lib/python3/dist-packages/gi").is_dir():
            system.tell("/usr/lib/photoseek/bin/python3", "-c", "import gi")
        installation = json.loads(person.photoseek("doctor", "--json").stdout)["installation"]
        assert (installation["kind"], installation["missing"]) == ("Debian package", [])

    def test_it_takes_photos_in_and_finds_them(self, system: System, person: Home, shared_photos: Path) -> None:
        folder = person.folder / "photos"
        folder.mkdir()
        for photo in sorted(shared_photos.glob("*.jpg"))[:PHOTOS]:
            shutil.copy(photo, folder)
        written = {path: path.stat().st_mtime_ns for path in (system.everything / "usr/lib/photoseek").rglob("*.pyc")}
        assert len(written) > 1000
        started = person.photoseek("start")
        assert started.returncode == 0, started.stderr
        daemon = Daemon(system.processes()[0].pid, json.loads(person.discovery.read_text("utf-8")))
        assert person.photoseek("folders", "add", str(folder)).returncode == 0
        until(lambda: bool(daemon.ask("/status")["counts"]["vectors"] == PHOTOS), lambda: person.log)
        found = json.loads(person.photoseek("search", "--json", "a photo of something").stdout)
        assert {photo["name"] for photo in found["photos"]} == {path.name for path in folder.iterdir()}
        processes = system.processes()
        loaded = {part.path for process in processes for part in process.memory_maps()}
        assert any("/usr/lib/photoseek/lib/" in path for path in loaded)
        assert not [path for path in loaded if "/.venv/" in path], "it runs with the libraries of the checkout"
        assert person.photoseek("stop").returncode == 0
        until(lambda: gone(processes), lambda: person.log)
        compiled = {path: path.stat().st_mtime_ns for path in (system.everything / "usr/lib/photoseek").rglob("*.pyc")}
        assert compiled == written

    def test_removed_it_leaves_what_is_the_persons_own_and_nothing_else(self, system: System, person: Home) -> None:
        system.tell("dpkg", "--remove", "photoseek")
        assert system.tell("dpkg-query", "--list").count("photoseek") == 0
        system.tell("dpkg", "--purge", "photoseek")
        new = [path.relative_to(system.changed) for path in system.changed.rglob("*") if is_new(system, path)]
        assert [str(path) for path in new if not str(path).startswith(BOOKS)] == []
        assert (person.folder / "data" / "catalogue.sqlite3").exists()
        assert len(list((person.folder / "photos").iterdir())) == PHOTOS


def is_new(system: System, changed: Path) -> bool:
    """Whether something that was written is there, and isn't on the real system."""
    place = changed.relative_to(system.changed)
    return os.path.lexists(system.everything / place) and not os.path.lexists(Path("/") / place)
