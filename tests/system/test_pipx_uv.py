"""pipx and uv: what they install starts and finds, starts at login, is upgraded while it runs, and ends when removed.

Without a network. Both choose among wheels in a folder: photoseek's, in two versions, and for each of its libraries one
that says what it is and needs but is empty; the libraries themselves are those that the tests run with (``installing``
says how they are seen).
"""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions
from pathlib import Path

import pytest

from photoseek import __version__
from tests.system.home import Home, gone, until
from tests.system.installing import SEEN, build_wheel, version, working_daemon

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="what runs can't be replaced there"),
    pytest.mark.long,
    pytest.mark.timeout(400),
]

NEXT = "99.1.0"
# It looks at itself more often than usual.
SOONER = ("_LOOK_EVERY_S = 30.0", "_LOOK_EVERY_S = 0.2")


@dataclass(frozen=True)
class Installer:
    """pipx or uv, in folders of its own.

    Attributes:
        kind: As ``photoseek doctor`` calls it.
        install: What installs photoseek with its starter out of the folder of wheels.
        upgrade: What renews it.
        remove: What takes it away.
        environment: Where its things go.
        folder: Below which it makes photoseek's environment.
        program: The command that a person has in the ``PATH``.
    """

    kind: str
    install: tuple[str, ...]
    upgrade: tuple[str, ...]
    remove: tuple[str, ...]
    environment: dict[str, str]
    folder: Path
    program: Path

    def run(self, *command: str) -> None:
        """Tell it something."""
        bare = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        done = subprocess.run(command, env=bare | self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of wheels; the next version of photoseek lies in a folder ``next`` in it."""
    folder = tmp_path_factory.mktemp("wheels")
    build_wheel(folder, ("renewal.py", *SOONER))
    build_wheel(folder / "next", ("renewal.py", *SOONER), ("__init__.py", f'"{__version__}"', f'"{NEXT}"'))
    for library in distributions():
        if library.name != "photoseek":
            write_empty_wheel(library, folder)
    return folder


def write_empty_wheel(library: Distribution, folder: Path) -> None:
    """Its name, version and needs; each of them leads to the folder where all libraries really are."""
    name = library.name.replace("-", "_").replace(".", "_").lower()
    info = f"{name}-{library.version}.dist-info"
    files = {
        f"{name}_is_elsewhere.pth": SEEN,
        f"{info}/METADATA": library.read_text("METADATA") or "",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    with zipfile.ZipFile(folder / f"{name}-{library.version}-py3-none-any.whl", "w") as wheel:
        for path, text in files.items():
            wheel.writestr(path, text)
        wheel.writestr(f"{info}/RECORD", "".join(f"{path},,\n" for path in (*files, f"{info}/RECORD")))


@pytest.fixture(params=["pipx", "uv"])
def installer(request: pytest.FixtureRequest, wheels: Path, tmp_path: Path) -> Installer:
    programs = Path(sys.executable).parent
    for program in ("pipx", "uv"):
        if not (programs / program).exists():
            pytest.skip(f"needs {program}, one of the tools of the extra `dev`")
    name, source = (
        "photoseek[starter]",
        ("--no-index", "--find-links", str(wheels), "--find-links", str(wheels / "next")),
    )
    common = {"UV_CACHE_DIR": str(tmp_path / "cache"), "UV_OFFLINE": "1", "UV_PYTHON_DOWNLOADS": "never"}
    if request.param == "uv":
        uv = (str(programs / "uv"), "tool")
        return Installer(
            "uv tool",
            (*uv, "install", *source[:3], "--python", sys.executable, name),
            (*uv, "upgrade", *source, "photoseek"),
            (*uv, "uninstall", "photoseek"),
            common | {"UV_TOOL_DIR": str(tmp_path / "uv" / "tools"), "UV_TOOL_BIN_DIR": str(tmp_path / "bin")},
            tmp_path / "uv",
            tmp_path / "bin" / "photoseek",
        )
    pipx = str(programs / "pipx")
    return Installer(
        "pipx",
        (pipx, "install", f"--pip-args={' '.join(source[:3])}", "--python", sys.executable, name),
        (pipx, "upgrade", f"--pip-args={' '.join(source)}", "photoseek"),
        (pipx, "uninstall", "photoseek"),
        common | {
            "PIPX_HOME": str(tmp_path / "pipx"),
            "PIPX_BIN_DIR": str(tmp_path / "bin"),
            "PIPX_MAN_DIR": str(tmp_path / "man"),
            "PIPX_COMPLETION_DIR": str(tmp_path / "completions"),
            "PIPX_DEFAULT_BACKEND": "uv",  # pip's would fetch a pip
        },
        tmp_path / "pipx",
        tmp_path / "bin" / "photoseek",
    )  # fmt: skip


def test_installed_it_works_goes_on_after_an_upgrade_and_ends_with_its_removal(
    installer: Installer, home: Home, tmp_path: Path
) -> None:
    installer.run(*installer.install)
    home.program = (str(installer.program),)
    nothing = home.folder / "programs"
    nothing.mkdir()
    home.environment["PATH"] = str(nothing)  # no systemctl: the systemd of whoever runs the tests is left alone
    assert home.photoseek("--version").stdout == f"photoseek {__version__}\n"
    installation = json.loads(home.photoseek("doctor", "--json").stdout)["installation"]
    assert (installation["kind"], installation["missing"]) == (installer.kind, [])

    assert home.photoseek("autostart", "install").returncode == 0
    entry = home.folder / ".config" / "autostart" / "photoseek.desktop"
    [line] = [line for line in entry.read_text("utf-8").splitlines() if line.startswith("TryExec=")]
    python = Path(line.removeprefix("TryExec="))
    assert python.is_relative_to(installer.folder), "it is another Python that is started at login"

    with working_daemon(home, tmp_path / "photos") as daemon:
        answer = json.loads(home.photoseek("search", "--json", "something red").stdout)
        assert [photo["name"] for photo in answer["photos"]] == ["red.jpg"]

        installer.run(*installer.upgrade)
        until(lambda: version(home) == NEXT, lambda: home.log)
        assert json.loads(home.discovery.read_text("utf-8"))["pid"] == daemon.process.pid
        assert home.photoseek("--version").stdout == f"photoseek {NEXT}\n"
        assert home.photoseek("autostart", "status").stdout.startswith("photoseek starts at login")
        assert python.exists()

        processes = [daemon.process, *daemon.process.children(recursive=True)]
        installer.run(*installer.remove)
        until(lambda: gone(processes), lambda: home.log)
        assert not home.discovery.exists()
        assert not python.exists(), "or something would be started at the next login"
    assert not shutil.which("photoseek", path=str(installer.program.parent))
