"""The icon of the tray: photoseek's mark, with a badge that says how things are. Pure; any thread.

Drawn anew at each size that panels ask for, so that it is sharp at every one. The mark is a patch of its own colour
and the badge stands apart from it by a gap, so both are seen on light and on dark panels alike. Shapes tell the moods
apart, not only colours.

A pixel takes as much of a shape's colour as the distance to the shape's edge says; the distances are those of
https://iquilezles.org/articles/distfunctions2d/. Pillow would draw it too, and take 4 of the tray's 50 MiB.
"""

import functools
from collections.abc import Callable, Iterator, Sequence
from math import atan2, cos, hypot, sin, tau

from photoseek.tray.sight import Mood

SIZES_PX = (16, 22, 24, 32, 48, 64)
"""What panels ask for: 22 and 24 at usual density, the others for small, sharp and large ones."""

Distance = Callable[[float, float], float]
"""From a point to the edge of a shape, below 0 inside; in the measures of webui/icon.svg, which is 32 wide."""
Colour = tuple[int, int, int]
Layer = tuple[Distance, Colour | None]
"""A shape and its colour; None takes away what is below."""

_SIDE = 32
_BLUE, _GREY, _GREEN, _RED = (42, 91, 215), (115, 123, 138), (20, 128, 60), (209, 26, 42)
_WHITE, _SPOT = (255, 255, 255), (255, 209, 102)
_X, _Y, _BADGE, _GAP = 23.0, 23.0, 9.0, 1.6


def draw_icon(mood: Mood, side_px: int) -> bytes:
    """The icon, ``side_px`` wide and high: four bytes a pixel, red, green, blue and alpha."""
    layers, scale = _layers(mood), side_px / _SIDE
    middles = [(place + 0.5) / scale for place in range(side_px)]
    return b"".join(_pixel(layers, scale, x, y) for y in middles for x in middles)


@functools.cache
def pixmaps(mood: Mood) -> tuple[tuple[int, int, bytes], ...]:
    """Width, height and pixels at all sizes, as the tray's protocol wants them: alpha first."""
    return tuple((side_px, side_px, _alpha_first(draw_icon(mood, side_px))) for side_px in SIZES_PX)


def _alpha_first(pixels: bytes) -> bytes:
    turned = bytearray(len(pixels))
    for place in range(4):
        turned[(place + 1) % 4 :: 4] = pixels[place::4]
    return bytes(turned)


def _pixel(layers: Sequence[Layer], scale: float, x: float, y: float) -> bytes:
    red = green = blue = alpha = 0.0  # the colours multiplied with alpha
    for distance, colour in layers:
        covered = min(max(0.5 - distance(x, y) * scale, 0.0), 1.0)
        if not covered:
            continue
        kept = 1 - covered
        r, g, b = colour or (0, 0, 0)
        red, green, blue = red * kept + r * covered, green * kept + g * covered, blue * kept + b * covered
        alpha = alpha * kept + (covered if colour else 0)
    if not alpha:
        return bytes(4)
    return bytes((round(red / alpha), round(green / alpha), round(blue / alpha), round(alpha * 255)))


def _layers(mood: Mood) -> list[Layer]:
    """From the lowest to the topmost."""
    resting = mood == "paused"
    mark: list[Layer] = [
        (_patch(_SIDE, 8), _GREY if resting else _BLUE),
        (_arc(14, 14, 6.5, 2.6), _WHITE),
        (_stroke(19, 19, 25, 25, 3.2), _WHITE),
        (_disc(14, 14, 2.2), _WHITE if resting else _SPOT),
    ]
    if mood == "idle":
        return mark
    colour, *signs = _BADGES[mood]
    return [*mark, (_disc(_X, _Y, _BADGE + _GAP), None), (_disc(_X, _Y, _BADGE), colour), *_in_white(signs)]


def _in_white(shapes: Sequence[Distance]) -> Iterator[Layer]:
    for shape in shapes:
        yield shape, _WHITE


def _disc(x0: float, y0: float, radius: float) -> Distance:
    return lambda x, y: hypot(x - x0, y - y0) - radius


def _stroke(x0: float, y0: float, x1: float, y1: float, width: float) -> Distance:
    """A line with round ends."""
    length = hypot(x1 - x0, y1 - y0)
    along_x, along_y = (x1 - x0) / length, (y1 - y0) / length

    def distance(x: float, y: float) -> float:
        along = min(max((x - x0) * along_x + (y - y0) * along_y, 0), length)
        return hypot(x - x0 - along * along_x, y - y0 - along * along_y) - width / 2

    return distance


def _arc(x0: float, y0: float, radius: float, width: float, whole: float = 1.0) -> Distance:
    """A ring, or the part of one that begins at the right and goes clockwise; its ends are round."""
    end = whole * tau
    end_x, end_y = x0 + radius * cos(end), y0 + radius * sin(end)

    def distance(x: float, y: float) -> float:
        if whole >= 1 or atan2(y - y0, x - x0) % tau <= end:
            return abs(hypot(x - x0, y - y0) - radius) - width / 2
        return min(hypot(x - x0 - radius, y - y0), hypot(x - end_x, y - end_y)) - width / 2

    return distance


def _patch(side: float, corner: float) -> Distance:
    """A square with round corners, from the origin on."""
    straight = side / 2 - corner

    def distance(x: float, y: float) -> float:
        over_x, over_y = abs(x - side / 2) - straight, abs(y - side / 2) - straight
        return hypot(max(over_x, 0), max(over_y, 0)) + min(max(over_x, over_y), 0) - corner

    return distance


# Colour and signs: three quarters of a circle, two bars, an exclamation mark.
_BADGES: dict[Mood, tuple[Colour, *tuple[Distance, ...]]] = {
    "busy": (_GREEN, _arc(_X, _Y, 4.4, 2.6, 0.7)),
    "paused": (_GREY, *(_stroke(x, _Y - 3.2, x, _Y + 3.2, 2.8) for x in (_X - 2.8, _X + 2.8))),
    "trouble": (_RED, _stroke(_X, _Y - 4.4, _X, _Y + 0.6, 2.9), _disc(_X, _Y + 4.9, 1.6)),
}
