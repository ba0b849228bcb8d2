"""Where photoseek keeps its own files. The only place that asks platformdirs.

photoseek writes here and nowhere else; never into a person's folders. Found once by each process and passed on.
"""

import os
import stat
import sys
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import platformdirs

_DIRS = platformdirs.PlatformDirs("photoseek", appauthor=False)


@dataclass(frozen=True)
class Paths:
    """photoseek's folders and the files it knows by name in them."""

    config: Path
    data: Path
    cache: Path
    runtime: Path

    @property
    def settings(self) -> Path:
        """The person's settings."""
        return self.config / "config.toml"

    @property
    def catalogue(self) -> Path:
        """The truth: SQLite."""
        return self.data / "catalogue.sqlite3"

    @property
    def vectors(self) -> Path:
        """Folder of the FAISS snapshots, one a model; can be made again."""
        return self.data / "vectors"

    @property
    def lock(self) -> Path:
        """Held by the one daemon of this data dir."""
        return self.data / "daemon.lock"

    @property
    def token(self) -> Path:
        """The key to the HTTP API, in a folder that is closed to other people."""
        return self.data / "token"

    @property
    def discovery(self) -> Path:
        """Says where the running daemon listens; exists only while it does."""
        return self.runtime / "daemon.json"

    @property
    def tray_lock(self) -> Path:
        """Held by the one tray of this person."""
        return self.runtime / "tray.lock"

    @property
    def log(self) -> Path:
        """The log, rotated."""
        return self.data / "photoseek.log"

    @property
    def recent(self) -> Path:
        """The last searches of tray and quick search, for nobody else to read."""
        return self.data / "recent.json"

    @property
    def thumbnails(self) -> Path:
        """Thumbnails by content; can be made again."""
        return self.cache / "thumbnails"

    @property
    def models(self) -> Path:
        """What was found out about models: sizes, speeds, vectors of the reference texts; can be made again."""
        return self.cache / "models"

    @property
    def uploads(self) -> Path:
        """Pictures that a person sent, one of the watched folders from the first one on; hidden in it what comes in."""
        return self.data / "uploads"

    @property
    def places(self) -> Path:
        """Names of the places where photos were taken; made again when missing."""
        return self.cache / "places"

    @property
    def looked_at(self) -> Path:
        """Pictures that somebody searches with, each for as long as its search takes."""
        return self.cache / "looked-at"

    def make(self) -> None:
        """Make the folders, closed to other people.

        Raises:
            OSError: One of them can't be made or closed.
        """
        for folder in (self.config, self.data, self.cache, self.runtime):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for folder in (self.data, self.runtime):
            if stat.S_IMODE(folder.stat().st_mode) != 0o700:  # on a read-only disk even the same again is refused
                folder.chmod(0o700)


def find_paths(environment: Mapping[str, str] = os.environ) -> Paths:
    """The folders of this person, moved by ``$PHOTOSEEK_{CONFIG,DATA,CACHE,RUNTIME}_DIR``."""

    def folder(kind: str, default: str) -> Path:
        return Path(environment.get(f"PHOTOSEEK_{kind}_DIR") or default).expanduser().absolute()

    with warnings.catch_warnings():  # no $XDG_RUNTIME_DIR: ordinary over ssh or in a container, and /tmp does as well
        warnings.simplefilter("ignore")
        runtime = _DIRS.user_runtime_dir

    return Paths(
        config=folder("CONFIG", _DIRS.user_config_dir),
        data=folder("DATA", _DIRS.user_data_dir),
        cache=folder("CACHE", _DIRS.user_cache_dir),
        runtime=folder("RUNTIME", runtime),
    )


def usual_paths() -> Paths:
    """The folders where nobody has moved them, by ``$PHOTOSEEK_…_DIR`` or, on Linux, by ``$XDG_…_HOME``."""
    found = find_paths({})
    if sys.platform in {"win32", "darwin"}:
        return found
    home = Path.home()
    return replace(
        found,
        config=home / ".config" / "photoseek",
        data=home / ".local" / "share" / "photoseek",
        cache=home / ".cache" / "photoseek",
    )


def pictures_folder() -> Path | None:
    """The person's pictures folder, if there is one."""
    folder = Path(platformdirs.user_pictures_dir())
    return folder if folder.is_dir() else None
