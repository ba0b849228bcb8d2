"""photoseek built as a wheel and installed from it, without the gigabyte that PyTorch takes.

The environment that it is installed into sees the libraries of the one that runs the tests, by the path alone: Python
reads the ``.pth`` files of its own site-packages and of no folder that one of them names, so the editable photoseek
of the tests can't be found from there. The only photoseek is the wheel's.
"""

import json
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image

from tests.benchmarks.daemon import Daemon
from tests.system.home import Home, gone, until

CHECKOUT = Path(__file__).parents[2]
SEEN = sysconfig.get_path("purelib")
"""The line of a ``.pth`` file by which the libraries are seen."""
_PARTS = ("daemon", "webui", "packaging/autostart")


def build_wheel(folder: Path, *changes: tuple[str, str, str]) -> Path:
    """The wheel, made from this checkout.

    Args:
        folder: That it is put into.
        changes: A module, what stands there, and what shall stand there instead.
    """
    with tempfile.TemporaryDirectory() as copy:
        source = _copy(Path(copy), changes) if changes else CHECKOUT
        _run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder), cwd=source)
    [wheel] = folder.glob("*.whl")
    return wheel


def _copy(folder: Path, changes: tuple[tuple[str, str, str], ...]) -> Path:
    for part in _PARTS:
        shutil.copytree(CHECKOUT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(CHECKOUT / name, folder)
    for name, old, new in changes:
        module = folder / "daemon" / "photoseek" / name
        text = module.read_text("utf-8")
        assert old in text
        module.write_text(text.replace(old, new), "utf-8")
    return folder


def install_wheel(wheel: Path, folder: Path) -> Path:
    """A virtual environment in ``folder`` with the wheel in it; its ``bin`` or ``Scripts``."""
    venv.create(folder, symlinks=sys.platform != "win32")
    programs = folder / ("Scripts" if sys.platform == "win32" else "bin")
    python = programs / Path(sys.executable).name
    _run(
        sys.executable,
        "-m",
        "pip",
        "--python",
        str(python),
        "install",
        "--no-index",
        "--no-deps",
        "--quiet",
        str(wheel),
    )
    own = Path(_run(str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip())
    (own / "libraries.pth").write_text(SEEN, "utf-8")
    return programs


def _run(*command: str, cwd: Path = CHECKOUT) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextmanager
def working_daemon(home: Home, photos: Path) -> Iterator[Daemon]:
    """A daemon that was started in the background by the home's program and has taken in a photo, ``red.jpg``."""
    photos.mkdir()
    Image.new("RGB", (64, 48), "red").save(photos / "red.jpg")
    assert home.photoseek("start").returncode == 0
    found = json.loads(home.discovery.read_text("utf-8"))
    daemon = Daemon(found["pid"], found)
    try:
        assert home.photoseek("folders", "add", str(photos)).returncode == 0
        until(lambda: bool(daemon.ask("/status")["counts"]["vectors"] == 1), lambda: home.log)
        yield daemon
    finally:
        if not gone([daemon.process]):
            daemon.process.kill()  # its children follow


def version(home: Home) -> str:
    """Of the daemon that listens; empty where none does."""
    try:
        return str(json.loads(home.discovery.read_text("utf-8"))["version"])
    except FileNotFoundError:
        return ""
