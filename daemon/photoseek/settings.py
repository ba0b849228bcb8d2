"""What a person can set: ``config.toml``, overridden by ``PHOTOSEEK_SECTION__KEY`` in the environment.

Read once at the start by ``cli``; passed in everywhere else. An unknown key is an error that names it.
``photoseek model use`` changes the file, and so does the daemon where another model is chosen. Blocks, shortly.
"""

import json
import os
import stat
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from photoseek import durable
from photoseek.errors import SettingsError

_PREFIX = "PHOTOSEEK_"
_NOT_SETTINGS = frozenset(f"PHOTOSEEK_{kind}_DIR" for kind in ("CONFIG", "DATA", "CACHE", "RUNTIME"))

# A description says what a value is; ``_wanted`` adds between which bounds.
Port = Annotated[int, Meta(ge=0, le=65535, description="a whole number")]
Positive = Annotated[int, Meta(ge=1, description="a whole number")]
Seconds = Annotated[float, Meta(ge=0, description="a number of seconds")]
Percent = Annotated[float, Meta(ge=0, le=100, description="a number")]
Manners = Annotated[Literal["go", "slow", "wait"], Meta(description='"go", "slow" or "wait"')]
Name = Annotated[str, Meta(min_length=1, description="a model's name in quotes")]
Device = Annotated[
    str, Meta(pattern=r"^(auto|cpu|cuda(:\d+)?|mps)$", description='"auto", "cpu", "cuda", "cuda:1" or "mps"')
]


class _Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table of config.toml."""


class ServerSettings(_Section, frozen=True):
    """``[server]``: where and how the daemon listens, on this computer only.

    Attributes:
        port: TCP port; 0 takes a free one. Where it is taken, a free one is used too.
        max_upload_mb: Largest uploaded file, in MB.
    """

    port: Port = 7427
    max_upload_mb: Positive = 512


class ModelSettings(_Section, frozen=True):
    """``[model]``: which model finds the pictures.

    Attributes:
        name: ``auto``, a name of ``photoseek model list``, any sentence-transformers model with
            image and text, or the path of a folder that holds one.
        device: ``auto``, ``cpu``, ``cuda`` or ``mps``.
        idle_s: Seconds without work after which model and decode workers leave the memory.
    """

    name: Name = "auto"
    device: Device = "auto"
    idle_s: Seconds = 300


class IndexingSettings(_Section, frozen=True):
    """``[indexing]``: how pictures are taken in.

    Attributes:
        workers: Decode processes.
        max_megapixels: Pictures with more pixels are left out, unless they can be decoded at a reduced size.
        picture_timeout_s: A picture that takes longer to decode is a problem.
    """

    workers: Positive = 2
    max_megapixels: Positive = 200
    picture_timeout_s: Annotated[float, Meta(gt=0, description="a number of seconds")] = 60


class ScanningSettings(_Section, frozen=True):
    """``[scanning]``: how folders are gone through.

    Attributes:
        interval_s: Seconds between two scans of a folder that nothing was heard of.
        events: Whether to listen to what the system says of changes; false: every folder is gone through each minute.
        ignore: Shell patterns; a file or folder whose name or path below its watched folder fits one is left out.
    """

    interval_s: Annotated[float, Meta(ge=1, description="a number of seconds")] = 3600
    events: Annotated[bool, Meta(description="true or false")] = True
    ignore: Annotated[tuple[str, ...], Meta(description='a list such as ["*.tmp.jpg", "backup"]')] = ()


class LibrarySettings(_Section, frozen=True):
    """``[library]``: what is kept of photos that are gone.

    Attributes:
        grace_days: Days for which the vectors and thumbnails of a photo outlive its last file.
    """

    grace_days: Annotated[float, Meta(ge=0, le=36500, description="a number of days")] = 30


class GovernorSettings(_Section, frozen=True):
    """``[governor]``: how the indexing gives way to the person; searching never does.

    ``go`` is full speed, ``slow`` one file at a time with rests between, ``wait`` nothing new is begun. Niced it is
    always.

    Attributes:
        on_battery: What to do on battery. Slow: the few photos of a day come in, a whole library doesn't empty it.
        low_battery_percent: With less charge ``slow`` on battery becomes ``wait``.
        busy: What to do while the person's other programs are busy.
        busy_percent: Busy is: they use at least this share of all processors.
        busy_after_s: And have done so for this many seconds without a break.
        slow_percent: Share of the time that is worked when slowed.
    """

    on_battery: Manners = "slow"
    low_battery_percent: Percent = 20
    busy: Manners = "slow"
    busy_percent: Annotated[float, Meta(gt=0, le=100, description="a number")] = 70
    busy_after_s: Seconds = 30
    slow_percent: Annotated[float, Meta(ge=1, le=100, description="a number")] = 50


class Settings(_Section, frozen=True):
    """All of ``config.toml``."""

    server: ServerSettings = ServerSettings()
    library: LibrarySettings = LibrarySettings()
    model: ModelSettings = ModelSettings()
    indexing: IndexingSettings = IndexingSettings()
    scanning: ScanningSettings = ScanningSettings()
    governor: GovernorSettings = GovernorSettings()


def load_settings(path: Path, environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings; what is not set has its default.

    Args:
        path: ``config.toml``; it need not exist.
        environment: ``PHOTOSEEK_SECTION__KEY`` overrides the file; lists are separated by ``os.pathsep``.

    Raises:
        SettingsError: The file is no TOML, a key is unknown, or a value can't be.
    """
    try:
        tables = tomllib.loads(path.read_text("utf-8")) if path.exists() else {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path} can't be read: {error}", "Correct the file or move it away.") from error
    _check(tables, f"in {path}")
    overrides = _from_environment(environment)
    for section, values in overrides.items():
        tables[section] = tables.get(section, {}) | values
    return _check(tables, "in the environment, as PHOTOSEEK_SECTION__KEY" if overrides else f"in {path}")


def change_setting(path: Path, section: str, key: str, value: str) -> None:
    """Write one setting into the file; all else in it, comments too, stays as the person wrote it.

    Args:
        path: ``config.toml``; it need not exist. A link to it stays a link.

    Raises:
        SettingsError: The file is no TOML or can't be written, or it would no longer be read after this.
    """
    import tomlkit  # noqa: PLC0415 - a MiB, and whoever only reads needs none of it

    place = path.resolve()
    try:
        document = tomlkit.parse(place.read_text("utf-8")) if place.exists() else tomlkit.document()
        document.setdefault(section, tomlkit.table())[key] = value
        written = tomlkit.dumps(document)
        _check(tomllib.loads(written), f"in {path}")
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        mode = stat.S_IMODE(place.stat().st_mode) if place.exists() else 0o600
        durable.write(place, written.encode(), mode=mode)
    except (OSError, ValueError, TypeError, tomlkit.exceptions.TOMLKitError) as error:
        raise SettingsError(f"{path} can't be changed: {error}", "Correct the file or its permissions.") from error


def _from_environment(environment: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for name, value in environment.items():
        if not name.startswith(_PREFIX) or "__" not in name or name in _NOT_SETTINGS:
            continue
        section, _, key = name.removeprefix(_PREFIX).lower().partition("__")
        found.setdefault(section, {})[key] = value.split(os.pathsep) if key == "ignore" else value
    return found


def _check(tables: dict[str, Any], where: str) -> Settings:
    try:
        return msgspec.convert(tables, Settings, strict=False)
    except msgspec.ValidationError as error:
        hint = "The manual lists every setting; what is not set has its default."
        raise SettingsError(f"{_first_mistake(tables)} ({where})", hint) from error


def _first_mistake(tables: dict[str, Any]) -> str:
    """In the words of a person; msgspec speaks to programmers."""
    sections = {field.name: field.type for field in msgspec.structs.fields(Settings)}
    for section, values in tables.items():
        if section not in sections:
            return f"There is no section [{section}].{_meant(section, sections)}"
        if not isinstance(values, dict):
            return f"{section} is no setting but a section: write [{section}] above its settings."
        kinds = {field.name: field.type for field in msgspec.structs.fields(sections[section])}
        for key, value in values.items():
            if key not in kinds:
                return f"There is no setting {key} in [{section}].{_meant(key, kinds)}"
            try:
                msgspec.convert(value, kinds[key], strict=False)
            except msgspec.ValidationError:
                wanted = _wanted(kinds[key].__metadata__[0])
                return f"{key} in [{section}] can't be {json.dumps(value, default=str)}: it takes {wanted}."
    raise AssertionError("msgspec found a mistake that is none")


def _wanted(kind: Meta) -> str:
    """What a setting takes, with its bounds: ``a whole number from 0 to 65535``."""
    if kind.gt is not None:
        return f"{kind.description} above {kind.gt}" + ("" if kind.le is None else f", up to {kind.le}")
    if kind.ge is not None:
        return f"{kind.description} from {kind.ge} " + ("on" if kind.le is None else f"to {kind.le}")
    return str(kind.description)


def _meant(word: str, known: Iterable[str]) -> str:
    import difflib  # noqa: PLC0415 - only for a mistake

    alike = difflib.get_close_matches(word, known, 1)
    return f" Did you mean {alike[0]}?" if alike else ""
