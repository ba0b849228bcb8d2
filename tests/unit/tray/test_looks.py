"""Sizes, pictures and words of the quick-search window."""

import dataclasses
import io

import pytest
from PIL import Image

from photoseek.tray.language import speaks_german
from photoseek.tray.quick.looks import choose_scale
from photoseek.tray.quick.pictures import cut_tile, draw_lens, draw_ring
from photoseek.tray.quick.texts import ENGLISH, GERMAN


@pytest.mark.parametrize(
    ("dots", "room", "scale"),
    [(96, 9, 1), (72, 9, 1), (120, 9, 1.25), (192, 9, 2), (192, 1.67, 1.5), (192, 0.5, 1), (384, 9, 4)],
)
def test_it_is_as_large_as_the_screen_is_sharp_and_never_larger_than_the_screen(
    dots: float, room: float, scale: float
) -> None:
    assert choose_scale(dots, room) == scale


def picture(size: tuple[int, int], colour: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, "JPEG")
    return file.getvalue()


@pytest.mark.parametrize("size", [(256, 100), (100, 256), (1, 1)])
def test_a_picture_of_any_shape_fills_its_tile_but_for_the_corners(size: tuple[int, int]) -> None:
    tile = cut_tile(picture(size, "red"), (140, 105), "#ffffff")
    assert tile.size == (140, 105)
    assert min(tile.getpixel((0, 0))) > 250  # type: ignore[arg-type]
    for place in ((70, 52), (70, 0), (0, 52), (139, 52), (70, 104)):
        red, green, _ = tile.convert("RGB").getpixel(place)  # type: ignore[misc]
        assert (red > 250, green < 5) == (True, True)


def test_a_photo_whose_file_is_away_is_paler() -> None:
    plain, faded = (cut_tile(picture((99, 99), "black"), (40, 30), "#ffffff", faded=away) for away in (False, True))
    assert plain.convert("L").getpixel((20, 15)) < 5  # type: ignore[operator]
    assert faded.convert("L").getpixel((20, 15)) > 100  # type: ignore[operator]


def test_the_ring_leaves_the_photo_free() -> None:
    ring = draw_ring((140, 105), 3, "#2452cc")
    assert (ring.width - 140) % 2 == 0
    assert ring.getpixel((ring.width // 2, ring.height // 2))[3] == 0  # type: ignore[index]
    assert ring.getpixel((ring.width // 2, 1))[3] == 255  # type: ignore[index]


def test_the_lens_has_soft_edges() -> None:
    assert len(draw_lens(22, "#000000").getchannel("A").getcolors() or ()) > 10


@pytest.mark.parametrize(
    ("environment", "german"),
    [
        ({"LANG": "de_AT.UTF-8"}, True),
        ({"LANGUAGE": "en:de", "LANG": "de_DE.UTF-8"}, False),
        ({"LC_ALL": "C", "LANG": "de_DE.UTF-8"}, False),
    ],
)
def test_it_speaks_as_programs_are_told_to(environment: dict[str, str], german: bool) -> None:
    assert speaks_german(environment) is german


def test_both_languages_have_the_same_places_to_fill_in() -> None:
    for field in dataclasses.fields(ENGLISH):
        english, german = getattr(ENGLISH, field.name), getattr(GERMAN, field.name)
        assert english.count("{}") == german.count("{}"), field.name
        assert german
    assert (ENGLISH.fit(1), ENGLISH.fit(1204)) == ("1 photo fits well", "1,204 photos fit well")
    assert GERMAN.searchable(8310) == "8.310 Fotos zu durchsuchen"
