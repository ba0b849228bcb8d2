"""The tray's icon: like the mark, told apart at every size, seen on light and on dark panels."""

import io
import itertools
from pathlib import Path

import pytest
import resvg_py
from PIL import Image, ImageChops, ImageStat

from photoseek.tray.icon import SIZES_PX, draw_icon, pixmaps
from photoseek.tray.sight import Mood

MOODS: tuple[Mood, ...] = ("idle", "busy", "paused", "trouble")
MARK = Path(__file__).parents[3] / "webui" / "icon.svg"
LIGHT, DARK = (246, 246, 246), (30, 30, 30)


def icon(mood: Mood, side_px: int) -> Image.Image:
    return Image.frombytes("RGBA", (side_px, side_px), draw_icon(mood, side_px))


def on(panel: tuple[int, int, int], picture: Image.Image) -> Image.Image:
    below = Image.new("RGB", picture.size, panel)
    below.paste(picture, (0, 0), picture)
    return below


def apart(one: Image.Image, other: Image.Image) -> float:
    return sum(ImageStat.Stat(ImageChops.difference(one, other)).mean) / 3


@pytest.mark.parametrize("side_px", SIZES_PX)
def test_idle_is_the_mark_as_others_draw_it(side_px: int) -> None:
    drawn = resvg_py.svg_to_bytes(svg_path=str(MARK), width=side_px, height=side_px)
    mark = Image.open(io.BytesIO(drawn)).convert("RGBA")
    for panel in (LIGHT, DARK):
        assert apart(on(panel, icon("idle", side_px)), on(panel, mark)) < 3


@pytest.mark.parametrize("panel", [LIGHT, DARK])
@pytest.mark.parametrize("side_px", SIZES_PX)
def test_moods_are_told_apart_and_seen_on_every_panel(panel: tuple[int, int, int], side_px: int) -> None:
    empty = Image.new("RGB", (side_px, side_px), panel)
    seen = {mood: on(panel, icon(mood, side_px)) for mood in MOODS}
    grey = {mood: picture.convert("L").convert("RGB") for mood, picture in seen.items()}
    for one, other in itertools.combinations(MOODS, 2):
        assert apart(seen[one], seen[other]) > 9, (one, other)
        assert apart(grey[one], grey[other]) > 4, f"{one} and {other} are told apart by colour only"
    assert all(apart(picture, empty) > 50 for picture in seen.values())


@pytest.mark.parametrize("mood", MOODS)
def test_edges_are_sharp(mood: Mood) -> None:
    """Of a shape's outline one pixel is mixed, not several: as drawn at that size, and not shrunk or enlarged."""
    large = icon(mood, 64).getchannel("A")
    row = [large.getpixel((x, 20)) for x in range(64)]
    assert sum(0 < int(str(alpha)) < 255 for alpha in row) <= 2


def test_the_protocol_wants_alpha_first() -> None:
    for side, height, data in pixmaps("trouble"):
        assert side == height
        assert len(data) == 4 * side * side
        pixels = draw_icon("trouble", side)
        middle = (side // 2 * side + side // 2) * 4
        red, green, blue, alpha = pixels[middle : middle + 4]
        assert tuple(data[middle : middle + 4]) == (alpha, red, green, blue)
    assert [side for side, *_ in pixmaps("idle")] == list(SIZES_PX)
