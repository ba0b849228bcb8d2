"""Where each photo of an answer stands in the window, and where the arrow keys lead. Pure; any thread.

Photos stand in rows of equal tiles, in two groups: those that fit well, then those that fit less well, each under a
heading. Where none fits well, a heading that says so stands first.
"""

from dataclasses import dataclass
from typing import Literal

Key = Literal["Left", "Right", "Up", "Down", "Prior", "Next"]
_ROWS_SHOWN = 3


@dataclass(frozen=True)
class Measures:
    """Sizes in pixels of the screen.

    Attributes:
        columns: Tiles in a row.
        width: Of a tile.
        height: Of a tile.
        gap: Between tiles.
        margin: Around all of them.
        heading: Height of a heading.
    """

    columns: int
    width: int
    height: int
    gap: int
    margin: int
    heading: int

    @classmethod
    def at(cls, scale: float) -> "Measures":
        """Those of a screen; 1 is an ordinary one."""
        return cls(5, round(140 * scale), round(105 * scale), round(8 * scale), round(16 * scale), round(28 * scale))

    @property
    def whole_width(self) -> int:
        """Of a row with its margins."""
        return 2 * self.margin + self.columns * self.width + (self.columns - 1) * self.gap

    @property
    def shown_height(self) -> int:
        """Of what the window shows at a time."""
        return self.heading + _ROWS_SHOWN * (self.height + self.gap) + self.margin

    @property
    def tile(self) -> tuple[int, int]:
        """Width and height of a tile."""
        return self.width, self.height


@dataclass(frozen=True)
class Tile:
    """Where a photo stands: its row and column, and its upper left corner in pixels."""

    row: int
    column: int
    x: int
    y: int


@dataclass(frozen=True)
class Grid:
    """An answer, laid out.

    Attributes:
        tiles: One for each photo, in the answer's order.
        opening: Upper edge of the first heading: how many fit well, or that none does.
        weak: Upper edge of the heading over those that fit less well; None where there are none.
        height: Of all, in pixels.
    """

    tiles: tuple[Tile, ...]
    opening: int
    weak: int | None
    height: int

    def neighbour(self, index: int, key: Key) -> int:
        """The photo that an arrow key leads to from photo ``index``; the same one where there is none further."""
        last = len(self.tiles) - 1
        if key in {"Left", "Right"}:
            return min(max(index + (1 if key == "Right" else -1), 0), last)
        step = {"Up": -1, "Down": 1, "Prior": 1 - _ROWS_SHOWN, "Next": _ROWS_SHOWN - 1}[key]
        here = self.tiles[index]
        row = min(max(here.row + step, 0), self.tiles[last].row)
        in_row = [at for at, tile in enumerate(self.tiles) if tile.row == row]
        return in_row[min(here.column, len(in_row) - 1)]

    def photo_at(self, x: float, y: float, measures: Measures) -> int | None:
        """The photo under a point, None where there is none."""
        for index, tile in enumerate(self.tiles):
            if tile.x <= x < tile.x + measures.width and tile.y <= y < tile.y + measures.height:
                return index
        return None


def lay_out(good: int, weak: int, measures: Measures) -> Grid:
    """Lay out ``good`` photos that fit well and after them ``weak`` ones that fit less well."""
    tiles: list[Tile] = []
    y = _place(tiles, good, measures.heading, measures)
    if not weak:
        return Grid(tuple(tiles), 0, None, y)
    height = _place(tiles, weak, y + measures.heading, measures) + measures.gap
    return Grid(tuple(tiles), 0, y, height)


def _place(tiles: list[Tile], count: int, y: int, measures: Measures) -> int:
    """Add ``count`` tiles in rows from ``y`` on; where the next thing may stand."""
    row = tiles[-1].row + 1 if tiles else 0
    for number in range(count):
        down, column = divmod(number, measures.columns)
        x = measures.margin + column * (measures.width + measures.gap)
        tiles.append(Tile(row + down, column, x, y + down * (measures.height + measures.gap)))
    return y + -(-count // measures.columns) * (measures.height + measures.gap)
