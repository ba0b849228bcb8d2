"""What of photoseek is installed, where its own files lie and how it is set. Reads; changes nothing. Main thread."""

import importlib.metadata
import os
import platform
import re
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

import msgspec
import psutil

from photoseek import __version__
from photoseek.autostart import find_autostart
from photoseek.cli.diagnosis.report import Installation, Login, Model, Place, Setup
from photoseek.domain import ModelInfo
from photoseek.embedding import find_device
from photoseek.errors import PhotoseekError, SettingsError
from photoseek.paths import Paths
from photoseek.resources import autostart_folder, webui_folder
from photoseek.settings import Settings, load_settings

_MB = 1024 * 1024
# Where photoseek's folders lie unless somebody moved them; all other paths are that person's own affair.
_USUAL = re.compile(
    r"~/(\.config|\.cache|\.local/share|AppData/Local|AppData/Local/Temp|Library/Application Support|Library/Caches)"
    r"(/TemporaryItems)?/photoseek(/Cache)?|/run/user/\d+/photoseek|/tmp/runtime-\d+/photoseek"
)
_MOVERS = {
    "config": ("PHOTOSEEK_CONFIG_DIR", "XDG_CONFIG_HOME"),
    "data": ("PHOTOSEEK_DATA_DIR", "XDG_DATA_HOME"),
    "cache": ("PHOTOSEEK_CACHE_DIR", "XDG_CACHE_HOME"),
    "runtime": ("PHOTOSEEK_RUNTIME_DIR", "XDG_RUNTIME_DIR"),
}
_FOR_DEVELOPERS = re.compile(r"extra == ['\"](dev|bundle)['\"]")
_HEARD = ("HF_HUB_OFFLINE", "HF_HOME", "HF_ENDPOINT", "TRANSFORMERS_OFFLINE", "OMP_NUM_THREADS", "LD_LIBRARY_PATH")
# Values of settings that are words and no names.
_WORDS = re.compile(r"auto|cpu|cuda(:\d+)?|mps|go|slow|wait")


def examine_installation() -> Installation:
    """Versions, and whether all that photoseek comes with is there."""
    return Installation(
        version=__version__,
        kind=_kind(),
        python=platform.python_version(),
        missing=[name for name, there in _own_files() if not there],
        libraries={name: _version(name) for name in sorted(_libraries())},
    )


def examine_places(paths: Paths) -> dict[str, Place]:
    """Photoseek's own folders, and the room on their disks."""
    return {kind: _examine_place(kind, getattr(paths, kind)) for kind in _MOVERS}


def examine_settings(paths: Paths, models: set[str]) -> Setup:
    """What the person has changed.

    Args:
        paths: Where the settings lie.
        models: Names that are known to everybody.
    """
    settings = _load(paths)
    return Setup(settings is not None, dict(_changed(settings or Settings(), models)), _environment())


def examine_model(paths: Paths, known: Sequence[ModelInfo]) -> Model:
    """Which model the settings want, and on what it would compute; takes seconds.

    Args:
        paths: Where the settings lie.
        known: The models that are known to everybody.
    """
    wanted = (_load(paths) or Settings()).model
    return Model(
        wanted=_show_value(wanted.name, {model.name for model in known}),
        on_disk=[model.name for model in known if model.on_disk],
        device_wanted=wanted.device,
        device=find_device(wanted.device),
    )


def _load(paths: Paths) -> Settings | None:
    try:
        return load_settings(paths.settings)
    except SettingsError:
        return None


def examine_autostart() -> Login:
    """Whether photoseek starts at login."""
    try:
        found = find_autostart().status()
    except PhotoseekError as error:
        return Login(trouble=error.title)
    return Login(found.installed, found.how, odd=bool(found.note))


def _kind() -> str:
    if getattr(sys, "frozen", False):
        return "bundle"
    prefix = PurePosixPath(Path(sys.prefix).as_posix())
    if prefix == PurePosixPath("/usr/lib/photoseek"):
        return "Debian package"
    if "pipx" in prefix.parts:
        return "pipx"
    if "uv" in prefix.parts and "tools" in prefix.parts:
        return "uv tool"
    return "pip" if (Path(__file__).parents[2] / "_data").is_dir() else "checkout"


def _own_files() -> Iterator[tuple[str, bool]]:
    yield "page", (webui_folder() / "index.html").is_file()
    yield "templates for the login", (autostart_folder() / "photoseek.service").is_file()


def _libraries() -> set[str]:
    """All that photoseek names in its own package, extras too."""
    try:
        wanted = importlib.metadata.requires("photoseek") or []
    except importlib.metadata.PackageNotFoundError:
        return set()
    return {re.split(r"[^\w.-]", name, maxsplit=1)[0] for name in wanted if not _FOR_DEVELOPERS.search(name)}


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def _examine_place(kind: str, folder: Path) -> Place:
    path = folder.as_posix()
    home = Path.home().as_posix()
    if path.startswith(f"{home}/"):
        path = f"~{path[len(home) :]}"
    mover = next((name for name in _MOVERS[kind] if os.environ.get(name)), "")
    usual = _USUAL.fullmatch(path) is not None
    there = next(place for place in (folder, *folder.parents) if place.exists())
    return Place(
        path=path if usual else "elsewhere",
        moved_by="" if usual else mover,
        exists=folder.is_dir(),
        writable=os.access(there, os.W_OK),
        file_system=_file_system(there),
        free_mb=shutil.disk_usage(there).free // _MB,
        used_mb=_size(folder) // _MB if folder.is_dir() else None,
    )


def _file_system(folder: Path) -> str:
    """The kind of the file system that holds a folder."""
    real = folder.resolve()
    mounts = [m for m in psutil.disk_partitions(all=True) if real.is_relative_to(m.mountpoint)]
    return max(mounts, key=lambda mount: len(mount.mountpoint)).fstype if mounts else ""


def _size(folder: Path) -> int:
    """Bytes of the files in a folder; what goes or is closed meanwhile doesn't count."""
    total = 0
    for above, _, names in os.walk(folder):
        for name in names:
            try:
                total += (Path(above) / name).lstat().st_size
            except OSError:
                continue
    return total


def _changed(settings: Settings, models: set[str]) -> Iterator[tuple[str, str]]:
    for section in msgspec.structs.fields(Settings):
        for key in msgspec.structs.fields(section.type):
            value = getattr(getattr(settings, section.name), key.name)
            if value != key.default:
                yield f"{section.name}.{key.name}", _show_value(value, models)


def _show_value(value: object, models: set[str]) -> str:
    if isinstance(value, bool | int | float):
        return str(value).lower()
    if isinstance(value, tuple):
        return f"{len(value)} given"
    return str(value) if value in models or _WORDS.fullmatch(str(value)) else "one of your own"


def _environment() -> list[str]:
    known = {f"PHOTOSEEK_{section.name}__{key.name}".upper()
             for section in msgspec.structs.fields(Settings)
             for key in msgspec.structs.fields(section.type)}  # fmt: skip
    movers = {name for names in _MOVERS.values() for name in names} - {"XDG_RUNTIME_DIR"}
    return sorted(name for name in os.environ if name in known | movers | set(_HEARD))
