"""Fills in the Homebrew formula and the winget manifests for a release, whose files lie in one folder.

Run as ``python packaging/recipes.py DIST FOLDER --homepage URL --files URL``: DIST holds the release's sdist and setup,
below the second address people will find them, and what is filled in comes into FOLDER.
"""

import argparse
import datetime
import hashlib
import tomllib
from collections.abc import Iterator
from pathlib import Path
from string import Template

HERE = Path(__file__).parent
RECIPES = (*HERE.glob("homebrew/*.rb"), *HERE.glob("winget/*.yaml"))


def main() -> None:
    """Read the command line and write the recipes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dist", type=Path, metavar="DIST")
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--homepage", required=True, metavar="URL")
    parser.add_argument("--files", required=True, metavar="URL", help="where people download what is in DIST")
    asked = parser.parse_args()
    facts = {"homepage": asked.homepage, "date": datetime.datetime.now(datetime.UTC).date().isoformat()}
    facts |= dict(describe_files(asked.dist, asked.files.rstrip("/")))
    asked.folder.mkdir(parents=True, exist_ok=True)
    for recipe in RECIPES:
        (asked.folder / recipe.name).write_text(Template(recipe.read_text("utf-8")).substitute(facts), "utf-8")


def describe_files(dist: Path, address: str) -> Iterator[tuple[str, str]]:
    """Version, address and SHA-256 of what a release consists of.

    Raises:
        FileNotFoundError: One of the files has not been built.
    """
    version = read_version()
    yield "version", version
    for kind, name in (("sdist", f"photoseek-{version}.tar.gz"), ("setup", f"photoseek-{version}-setup.exe")):
        yield f"{kind}_url", f"{address}/{name}"
        yield f"{kind}_sha256", hashlib.sha256((dist / name).read_bytes()).hexdigest()


def read_version() -> str:
    """The version that hatchling takes, from the same line."""
    project = tomllib.loads((HERE.parent / "pyproject.toml").read_text("utf-8"))
    source = HERE.parent / project["tool"]["hatch"]["version"]["path"]
    [line] = [line for line in source.read_text("utf-8").splitlines() if line.startswith("__version__ = ")]
    return str(line.split('"')[1])


if __name__ == "__main__":
    main()
