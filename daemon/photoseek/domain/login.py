"""Whether photoseek starts when the person logs in. Pure data, made by ``autostart``, shown by ``api`` and ``cli``."""

from dataclasses import dataclass
from typing import Literal

LoginWay = Literal["systemd", "xdg", "launchd", "task"]


@dataclass(frozen=True, slots=True)
class LoginStart:
    """How things are.

    Attributes:
        installed: Whether photoseek starts at the next login.
        how: By what: a systemd user unit, an XDG autostart entry, a LaunchAgent, a logon task. Where it isn't
            installed: by what it would be.
        place: The file, or the name of the task.
        note: What is odd about it, in a sentence or two; may be empty.
    """

    installed: bool
    how: LoginWay
    place: str
    note: str = ""
