"""photoseek built as a wheel and installed from it, without the gigabyte that PyTorch takes.

The environment that it is installed into sees the libraries of the one that runs the tests, by the path alone: Python
reads the ``.pth`` files of its own site-packages and of no folder that one of them names, so the editable photoseek
of the tests can't be found from there. The only photoseek is the wheel's.
"""

import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]


def build_wheel(folder: Path) -> Path:
    """The wheel, made from this checkout."""
    _run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder))
    [wheel] = folder.glob("*.whl")
    return wheel


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
    (own / "libraries.pth").write_text(sysconfig.get_path("purelib"), "utf-8")
    return programs


def _run(*command: str) -> str:
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
