"""Makes the folder of the installed program: a virtual environment on the system's own Python, for a package.

Run as ``python packaging/linux/environment.py FOLDER WHEEL`` by the Python of the environment that photoseek was tried
in. FOLDER gets photoseek from its wheel, and of that environment exactly what photoseek needs, in the versions that are
there: so what is packaged is what was tested, and nothing has to be downloaded.
"""

import argparse
import importlib.metadata
import shutil
import sys
import zipfile
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

from packaging.requirements import Requirement

HERE = Path(__file__).parent
# As in the bundle: `terminal` is LGPL and no part of what is handed on.
EXTRAS = ("starter", "mcp")
# Tests of the libraries, what they compiled to, what git wants to know of them.
NOT_NEEDED = ("*/tests/*", "joblib/test/*", "__pycache__/*", "*/__pycache__/*", "*/.git*")
PYTHON = f"python{sys.version_info.major}.{sys.version_info.minor}"


def main() -> None:
    """Read the command line and fill the folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("wheel", type=Path, metavar="WHEEL")
    parser.add_argument("--without-libraries", action="store_true", help="photoseek alone, which can't run")
    asked = parser.parse_args()
    libraries = asked.folder / "lib" / PYTHON / "site-packages"
    libraries.mkdir(parents=True)
    left_out = (*NOT_NEEDED, *read_left_out())
    for distribution in () if asked.without_libraries else find_libraries("photoseek", EXTRAS):
        copy_files(distribution, libraries, left_out)
    with zipfile.ZipFile(asked.wheel) as wheel:
        wheel.extractall(libraries)
    # The binding of GTK, which no wheel has, draws the icon in trays of the old kind of X11; only this one is seen.
    (libraries / "gi").symlink_to("../../../../python3/dist-packages/gi")
    make_environment(asked.folder)


def make_environment(folder: Path) -> None:
    """What makes a virtual environment of a folder: https://docs.python.org/3/library/venv.html."""
    version = ".".join(map(str, sys.version_info[:2]))
    (folder / "pyvenv.cfg").write_text(f"home = /usr/bin\ninclude-system-site-packages = false\nversion = {version}\n")
    (folder / "bin").mkdir()
    (folder / "bin" / "python3").symlink_to(f"../../../bin/{PYTHON}")


def read_left_out() -> list[str]:
    """Patterns of paths in site-packages."""
    lines = (HERE.parent / "left-out.txt").read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def find_libraries(name: str, extras: tuple[str, ...]) -> Iterator[importlib.metadata.Distribution]:
    """All that a distribution asks for, and what that asks for, each once."""
    waiting = [(name, extra) for extra in ("", *extras)]
    seen, found = set(waiting), {name}
    while waiting:
        wanted_name, extra = waiting.pop()
        distribution = importlib.metadata.distribution(wanted_name)
        if distribution.name not in found:
            found.add(distribution.name)
            yield distribution
        for wanted in map(Requirement, distribution.requires or []):
            if wanted.marker is None or wanted.marker.evaluate({"extra": extra}):
                new = {(wanted.name, one) for one in ("", *wanted.extras)} - seen
                seen |= new
                waiting += new


def copy_files(distribution: importlib.metadata.Distribution, folder: Path, left_out: tuple[str, ...]) -> None:
    """Those in site-packages; programs of its own a library has for developers."""
    for file in distribution.files or ():
        path = file.as_posix()
        if path.startswith("../") or any(fnmatch(path, pattern) for pattern in left_out):
            continue
        copy = folder / path
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(str(file.locate()), copy)
        copy.chmod(0o755 if copy.parent.name == "bin" else 0o644)


if __name__ == "__main__":
    main()
