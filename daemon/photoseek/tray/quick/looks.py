"""How the window looks: colours, light and dark, and letters. The colours are the page's (``webui/style.css``).

Used by the window's process on its main thread; all but ``find_family`` and ``shorten`` is pure.
"""

import math
import tkinter as tk
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


@dataclass(frozen=True)
class Look:
    """How it is drawn on this screen."""

    colours: Colours
    family: str
    scale: float

    def px(self, size: float) -> int:
        """A size on this screen, in its pixels."""
        return round(size * self.scale)

    def letters(self, size: float, weight: str = "normal") -> tuple[str, int, str]:
        """A font for Tk; negative sizes are pixels there."""
        return (self.family, -self.px(size), weight)


LIGHT = Colours(
    paper="#fdfdfc", raised="#ffffff", sunken="#f2f2ef", ink="#17181b", quiet="#5a5d65", line="#e3e3df",
    accent="#2452cc", on_accent="#ffffff",
)  # fmt: skip
DARK = Colours(
    paper="#121316", raised="#1d1f23", sunken="#24272c", ink="#eeeff1", quiet="#a6aab2", line="#30343a",
    accent="#93b6ff", on_accent="#0c1630",
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


def shorten(widget: tk.Misc, text: str, letters: tuple[str, int, str], room: int) -> str:
    """A text that fits into so many pixels, with an ellipsis where it was cut; what can't be shown is marked."""
    face = font.Font(root=widget, font=letters)
    text = "".join(letter if letter.isprintable() else "\ufffd" for letter in text)
    if face.measure(text) <= room:
        return text
    while text and face.measure(text + "…") > room:
        text = text[: -max(len(text) // 20, 1)]
    return text + "…"


def choose_scale(dots_per_inch: float, room: float) -> float:
    """How much larger than on an ordinary screen (96 dots an inch) everything is drawn, in quarters.

    Args:
        dots_per_inch: What the desktop says of the screen.
        room: How many times the window would fit beside itself on the screen, were it drawn at 1: never more than that.
    """
    wanted = min(round(dots_per_inch / 96 * 4), math.floor(room * 4))
    return max(wanted, 4) / 4
