"""The shapes of a report; ``doctor --json`` shows them as they are. Pure."""

from dataclasses import dataclass, field

from photoseek.embedding import Device
from photoseek.tray.surroundings import Surroundings


@dataclass(frozen=True, slots=True)
class Installation:
    """photoseek and what it is built upon.

    Attributes:
        kind: ``bundle``, ``Debian package``, ``pipx``, ``uv tool``, ``checkout`` or ``pip``.
        missing: Files that photoseek comes with and that are not there.
        libraries: Name to version; None for what is not installed.
    """

    version: str
    kind: str
    python: str
    missing: list[str]
    libraries: dict[str, str | None]


@dataclass(frozen=True, slots=True)
class Computer:
    """The computer and its desktop; ``desktop`` and ``session`` are empty where there is none."""

    system: str
    kernel: str
    machine: str
    processors: int
    memory_mb: int
    desktop: str
    session: str


@dataclass(frozen=True, slots=True)
class Watching:
    """What inotify allows and the daemon uses; None where the system has no such limit, or no daemon runs."""

    max_user_watches: int | None = None
    max_user_instances: int | None = None
    max_queued_events: int | None = None
    used_watches: int | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A folder of photoseek's own.

    Attributes:
        path: With ``~`` for the home; ``elsewhere`` where the person has chosen it.
        moved_by: The variable that moved it; may be empty.
        file_system: Such as ``ext4``; empty where unknown.
        used_mb: By photoseek's own files in it.
    """

    path: str
    moved_by: str
    exists: bool
    writable: bool
    file_system: str
    free_mb: int | None
    used_mb: int | None


@dataclass(frozen=True, slots=True)
class Setup:
    """The settings that are not as they come.

    Attributes:
        usable: Whether they can be read at all; `photoseek check` says what is wrong.
        changed: ``section.key`` to value; of what a person has named only that it is there.
        environment: Variables for photoseek that are set.
    """

    usable: bool
    changed: dict[str, str] = field(default_factory=dict)
    environment: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Model:
    """The model: which one the settings want, which are on the disk, on what it computes."""

    wanted: str
    on_disk: list[str]
    device_wanted: str
    device: Device


@dataclass(frozen=True, slots=True)
class Running:
    """The daemon that runs.

    Attributes:
        trouble: Why it can't be asked; then all else is what is known without.
        folders: State to the number of watched folders in it.
        counts: As in ``/status``.
        notes: How many remarks ``/status`` holds on photoseek's own files.
    """

    trouble: str = ""
    version: str = ""
    usual_port: bool = False
    up_s: int = 0
    memory_mb: int = 0
    children: int = 0
    model: str = ""
    model_state: str = ""
    indexing: str = ""
    folders: dict[str, int] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    notes: int = 0


@dataclass(frozen=True, slots=True)
class Login:
    """Whether photoseek starts at login; ``odd``: `photoseek autostart status` has a remark."""

    installed: bool = False
    how: str = ""
    odd: bool = False
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Tray:
    """The icon: whether it is there, and what the desktop has for it."""

    shown: bool
    desktop: Surroundings


@dataclass(frozen=True, slots=True)
class Report:
    """All of it; ``daemon`` is None where none runs."""

    installation: Installation
    computer: Computer
    places: dict[str, Place]
    settings: Setup
    model: Model
    daemon: Running | None
    watching: Watching
    autostart: Login
    tray: Tray
