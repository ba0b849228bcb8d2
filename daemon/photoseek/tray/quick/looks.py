"""How the window looks: colours, light and dark, and letters. The colours are the page's (``webui/style.css``).

Used by the window's process on its main thread; all but ``find_family`` is pure.
"""

import math
from dataclasses import dataclass
from tkinter import font


@dataclass(frozen=True)
class Colours:
    """A palette."""

    paper: str
    raised: str
    sunken: str
    ink: str
    quiet: str
    line: str
    accent: str
    on_accent: str
    bad: str


LIGHT = Colours(
    paper="#fdfdfc", raised="#ffffff", sunken="#f2f2ef", ink="#17181b", quiet="#5a5d65", line="#e3e3df",
    accent="#2452cc", on_accent="#ffffff", bad="#b3261e",
)  # fmt: skip
DARK = Colours(
    paper="#121316", raised="#1d1f23", sunken="#24272c", ink="#eeeff1", quiet="#a6aab2", line="#30343a",
    accent="#93b6ff", on_accent="#0c1630", bad="#ff9a91",
)  # fmt: skip

# The desktops' own, then what is drawn well everywhere.
_FAMILIES = (
    "Segoe UI Variable Text", "Segoe UI", ".AppleSystemUIFont", "Adwaita Sans", "Cantarell", "Ubuntu", "Inter",
    "Noto Sans", "Open Sans", "Roboto", "DejaVu Sans",
)  # fmt: skip


def find_family() -> str:
    """The letters to write with."""
    there = set(font.families())
    return next((name for name in _FAMILIES if name in there), "sans-serif")


def choose_scale(dots_per_inch: float, room: float) -> float:
    """How much larger than on an ordinary screen (96 dots an inch) everything is drawn, in quarters.

    Args:
        dots_per_inch: What the desktop says of the screen.
        room: How many times the window would fit beside itself on the screen, were it drawn at 1: never more than that.
    """
    wanted = min(round(dots_per_inch / 96 * 4), math.floor(room * 4))
    return max(wanted, 4) / 4
