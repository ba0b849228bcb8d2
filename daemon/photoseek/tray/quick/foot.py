"""The line at the foot of the window: what is said of the chosen photo, or one remark, and what the keys do.

Used by ``view`` on Tk's thread.
"""

import tkinter as tk
from collections.abc import Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING

from photoseek.tray.quick.grid import Measures
from photoseek.tray.quick.looks import Look, shorten
from photoseek.tray.quick.texts import QuickTexts

if TYPE_CHECKING:
    from photoseek.api.wire import HitBody


class Foot:
    """The line.

    Args:
        frame: Where it lies.
        hints: Keys and what they do.
    """

    def __init__(
        self, frame: tk.Frame, look: Look, texts: QuickTexts, measures: Measures, hints: Sequence[tuple[str, str]]
    ) -> None:
        self._look, self._texts, self._hints = look, texts, hints
        self._margin, self._width = measures.margin, measures.whole_width
        self._middle = look.px(18)
        self._letters = look.letters(12)
        self._canvas = tk.Canvas(
            frame, bg=look.colours.sunken, highlightthickness=0, bd=0, width=self._width, height=look.px(36)
        )
        self._canvas.pack(fill="x")

    def draw(self, note: str, photo: "HitBody | None", *, with_hints: bool) -> None:
        """Write it anew.

        Args:
            note: A remark, which goes before all else; may be empty.
            photo: The chosen one.
            with_hints: Whether something is chosen, so that the keys do something.
        """
        look, colours = self._look, self._look.colours
        self._canvas.delete("all")
        x = self._width - self._margin
        if with_hints and not note:
            for key, deed in reversed(self._hints):
                x = self._write_left(x, deed, colours.quiet) - look.px(5)
                x = self._write_left(x, key, colours.ink) - look.px(14)
        if note:
            self._write(self._margin, note, x - self._margin, colours.ink)
        elif photo:
            self._write_photo(photo, x - self._margin)

    def _write_photo(self, photo: "HitBody", room: int) -> None:
        right = self._write(self._margin, photo.name, room, self._look.colours.ink) + self._look.px(10)
        about = self._texts.away if photo.state == "offline" else _about(photo)
        left = room - right + self._margin
        if left > self._look.px(70):
            self._write(right, about, left, self._look.colours.quiet)

    def _write(self, x: int, text: str, room: int, colour: str) -> int:
        """Write so that it begins at ``x``, cut to fit; where it ends."""
        fitting = shorten(self._canvas, text, self._letters, room)
        item = self._canvas.create_text(x, self._middle, text=fitting, anchor="w", font=self._letters, fill=colour)
        return self._canvas.bbox(item)[2]

    def _write_left(self, x: int, text: str, colour: str) -> int:
        """Write so that it ends at ``x``; where it begins."""
        item = self._canvas.create_text(x, self._middle, text=text, anchor="e", font=self._letters, fill=colour)
        return self._canvas.bbox(item)[0]


def _about(photo: "HitBody") -> str:
    """The folder that it lies in, and the day on which it was taken, where the photo itself says so."""
    folder = PurePath(photo.path).parent.name
    day = photo.taken_at[:10] if photo.taken_from == "exif" else ""
    return "  ·  ".join(part for part in (folder, day) if part)
