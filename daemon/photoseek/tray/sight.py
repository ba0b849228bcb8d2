"""What the tray shows, as data: mood, title, state in words, menu. Pure; made by ``menu``, shown by a face."""

from dataclasses import dataclass
from typing import Literal

Mood = Literal["idle", "busy", "paused", "trouble"]

Act = Literal[
    "quick", "search", "forget", "open", "start", "pause", "resume", "add_folder", "problems", "login", "quit"
]  # fmt: skip


@dataclass(frozen=True)
class Wish:
    """What an entry of the menu asks for; ``words`` are those of a search."""

    act: Act
    words: str = ""


@dataclass(frozen=True)
class Entry:
    """An entry of the menu.

    Attributes:
        key: Its name, the same as long as it stands for the same; a face keeps the entry by it.
        label: Its text; "" for a line between entries.
        wish: What it asks for; None for one that only says something.
        checked: Whether its tick is there; None where it has none.
        entries: A menu of its own.
    """

    key: str
    label: str = ""
    wish: Wish | None = None
    checked: bool | None = None
    entries: "tuple[Entry, ...]" = ()

    @property
    def is_line(self) -> bool:
        """Whether it only stands between others."""
        return not self.label


@dataclass(frozen=True)
class Sight:
    """All of it.

    Attributes:
        mood: Which icon.
        lines: What the daemon does, for the hint under the pointer.
        menu: From top to bottom.
    """

    mood: Mood
    lines: tuple[str, ...]
    menu: tuple[Entry, ...]
