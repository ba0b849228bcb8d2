"""Sketches: what people do to pictures leaves them near, other pictures are far, and some pictures have none."""

import io
import itertools
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from photoseek.domain import (
    GREY_SIDE,
    SKETCH_BYTES,
    SKETCH_SIDE,
    Md5,
    PixelSpec,
    pack_sketch,
    unpack_greys,
    unpack_sketches,
)
from photoseek.library.detail import same_detail
from photoseek.library.nearness import COPY, HINT, MOMENT, heads, nearness
from photoseek.pictures.cache import INDEX_SIZE_PX, thumbnail_path
from photoseek.pictures.sketching import draw_sketch
from photoseek.pictures.worker import read_picture, sketch_picture, verify_picture
from tests.benchmarks.lookalikes import Random, article, chat, invoice, letter, portrait
from tests.flow.scenes import cropped, draw_scene, lighter, on_screen
from tests.unit.pictures.conftest import stamp_of

CAP = 200_000_000
Kind = Callable[[Random], Image.Image]


def compressed(picture: Image.Image, quality: int) -> Image.Image:
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=quality)
    return Image.open(file).convert("RGB")


def near(one: Image.Image, other: Image.Image, *, moments: bool = False) -> float:
    sketches, _ = unpack_sketches([draw_sketch(one), draw_sketch(other)])
    return float(nearness(sketches[0], sketches[1:], moments=moments)[0])


def same(one: Image.Image, other: Image.Image) -> bool:
    return same_sketched(drawn(one), drawn(other))


def same_sketched(one: bytes, other: bytes) -> bool:
    greys, barred = unpack_greys([one, other])
    return bool(same_detail(greys[0], greys[1:], barred[1:] != barred[:1])[0])


def drawn(picture: Image.Image) -> bytes:
    """Its sketch, by its thumbnail."""
    return draw_sketch(shrunk(picture))


def shrunk(picture: Image.Image) -> Image.Image:
    small = picture.copy()
    small.thumbnail((INDEX_SIZE_PX, INDEX_SIZE_PX), Image.Resampling.LANCZOS)
    return small


DONE: dict[str, Callable[[Image.Image], Image.Image]] = {
    "smaller": lambda picture: picture.resize((160, 120)),
    "compressed": lambda picture: compressed(picture, 20),
    "without a strip": lambda picture: cropped(picture, 0, 0, 0.05, 0),
    "without two strips": lambda picture: cropped(picture, 0.05, 0.05, 0, 0),
    "without its rim": lambda picture: cropped(picture, 0.03, 0.03, 0.03, 0.03),
    "lighter": lambda picture: lighter(picture, 1.3),
    "darker": lambda picture: lighter(picture, 0.6),
    "all at once": lambda picture: compressed(
        lighter(cropped(picture, 0.02, 0, 0.01, 0.04).resize((300, 225)), 0.8), 40
    ),
    "on a screen": lambda picture: on_screen(picture, (540, 1170)),
}


@pytest.mark.parametrize("done", DONE)
def test_a_copy_is_near(done: str) -> None:
    for seed in range(8):
        picture = draw_scene(seed)
        copy = DONE[done](picture)
        assert near(picture, copy) >= COPY
        assert near(copy, picture) >= COPY
        assert same(picture, copy)
        assert same(copy, picture)
        one, other = heads(unpack_sketches([draw_sketch(picture), draw_sketch(copy)])[0])
        assert one @ other >= HINT


def test_a_moment_later_is_near() -> None:
    for seed in range(8):
        picture = draw_scene(seed)
        before, behind = cropped(picture, 0.05, 0, 0, 0.03), cropped(picture, 0, 0.03, 0.05, 0).rotate(1)
        assert near(before, behind, moments=True) >= MOMENT


def test_other_pictures_are_far() -> None:
    sketches, _ = unpack_sketches([draw_sketch(draw_scene(seed)) for seed in range(30)])
    for number, one in enumerate(sketches):
        assert max(nearness(one, np.delete(sketches, number, 0), moments=True)) < MOMENT


@pytest.mark.parametrize("kind", [letter, chat, article])
def test_papers_of_one_firm_and_screens_of_one_program_differ_in_detail(kind: Kind) -> None:
    pictures = [kind(np.random.default_rng(seed)) for seed in range(12)]
    sketched = [drawn(one) for one in pictures]
    looks, _ = unpack_sketches(sketched)
    assert max(nearness(looks[0], looks[1:])) >= COPY
    assert not any(same_sketched(one, other) for one, other in itertools.combinations(sketched, 2))
    assert all(
        same_sketched(sketch, drawn(compressed(one.reduce(2), 60)))
        for one, sketch in zip(pictures, sketched, strict=True)
    )


def test_what_is_done_to_all_places_of_one_grey_makes_no_difference() -> None:
    darker = [round(255 * (level / 255) ** 2) for level in range(256)] * 3
    for seed in range(4):
        picture = draw_scene(seed).convert("L").convert("RGB")
        for other in (lighter(picture, 1.8), picture.point(darker)):
            assert same(picture, other)
            assert same(other, picture)


def test_invoices_with_as_many_rows_and_portraits_before_one_backdrop_are_not_the_same() -> None:
    for kind, seeds in ((invoice, (35, 84)), (invoice, (53, 88)), (portrait, (1, 63))):
        one, other = (kind(np.random.default_rng(seed)) for seed in seeds)
        assert near(one, other) >= COPY
        assert not same(one, other)


def test_greys_are_kept_to_the_level() -> None:
    greys = np.random.default_rng(1).integers(0, 256, (2, GREY_SIDE, GREY_SIDE), np.uint8)
    looks = np.ones((SKETCH_SIDE, SKETCH_SIDE), np.float32)
    kept, barred = unpack_greys([pack_sketch(looks, 1.5, one, barred=bool(one[0, 0] > 99)) for one in greys])
    assert (kept == greys).all()
    assert barred.tolist() == (greys[:, 0, 0] > 99).tolist()
    assert (unpack_greys([pack_sketch(looks, 1.5)])[0] == 0).all()


def test_two_pictures_without_detail_are_the_same_and_none_is_the_same_as_one_with() -> None:
    nothing = np.full((GREY_SIDE, GREY_SIDE), 127, np.uint8)
    something = np.random.default_rng(1).integers(0, 256, nothing.shape, np.uint8)
    assert same_detail(nothing, np.stack((nothing, something)), np.zeros(2, np.bool_)).tolist() == [True, False]
    assert same_detail(something, np.stack((nothing, something)), np.zeros(2, np.bool_)).tolist() == [False, True]


@pytest.mark.parametrize("colour", ["black", "white", "#7f8c8d", "#030303"])
def test_a_picture_of_one_colour_has_no_sketch(colour: str) -> None:
    assert draw_sketch(Image.new("RGB", (640, 480), colour)) == b""
    assert draw_sketch(compressed(Image.new("RGB", (640, 480), colour), 30)) == b""


def test_neither_has_a_gradient() -> None:
    levels = np.linspace(0, 255, 480).astype(np.uint8)
    sky = np.repeat(np.repeat(levels[:, np.newaxis, np.newaxis], 640, axis=1), 3, axis=2)
    assert draw_sketch(Image.fromarray(sky)) == b""
    assert draw_sketch(compressed(Image.fromarray(sky), 60)) == b""


def test_neither_has_a_mere_horizon() -> None:
    field = Image.new("RGB", (640, 480), (205, 205, 205))
    field.paste((240, 240, 240), (0, 200, 640, 480))
    assert draw_sketch(field) == b""
    assert draw_sketch(compressed(field, 60)) == b""
    field.paste((60, 70, 60), (300, 150, 340, 300))
    assert draw_sketch(field) != b""


def test_neither_has_noise_in_the_dark() -> None:
    noise = np.random.default_rng(1).integers(0, 12, (480, 640, 3), np.uint8)
    assert draw_sketch(Image.fromarray(noise)) == b""


@pytest.mark.parametrize("size", [(1, 1), (15, 400), (5000, 1), (16, 16), (3, 9000)])
def test_the_smallest_pictures_break_nothing(size: tuple[int, int]) -> None:
    assert len(draw_sketch(draw_scene(1).resize(size))) in (0, SKETCH_BYTES)


def test_a_black_screen_breaks_nothing() -> None:
    black = Image.new("RGB", (640, 480))
    for at in itertools.product((0, 639), (0, 479)):
        picture = black.copy()
        picture.putpixel(at, (255, 255, 255))
        assert len(draw_sketch(picture)) in (0, SKETCH_BYTES)


def test_it_comes_with_the_facts_and_again_from_thumbnail_or_file(tmp_path: Path, clip_224: PixelSpec) -> None:
    path, thumbnails, places = tmp_path / "photo.jpg", tmp_path / "thumbnails", tmp_path / "places"
    draw_scene(1, (1200, 900)).save(path, quality=90)
    stamp, name = stamp_of(path), bytes(path)
    reading = read_picture(name, stamp, clip_224, thumbnails, places, CAP)
    assert reading.picture is not None
    again = read_picture(name, stamp, clip_224, thumbnails, places, CAP)  # its thumbnail is there by now
    assert again.picture is not None
    drawn = [reading.picture.facts.sketch, again.picture.facts.sketch, verify_picture(name, places, CAP).facts.sketch]
    drawn.append(sketch_picture(reading.md5, b"", None, thumbnails, CAP))
    thumbnail_path(thumbnails, reading.md5, INDEX_SIZE_PX).write_bytes(b"no JPEG")
    drawn.append(sketch_picture(reading.md5, name, stamp, thumbnails, CAP))
    whole = [one for one in drawn if one]
    assert len(whole) == 5
    sketches, aspects = unpack_sketches(whole)
    assert min(nearness(sketches[0], sketches[1:])) > 0.99
    assert np.allclose(aspects, 4 / 3, rtol=0.02)
    assert sketch_picture(Md5(bytes(16)), b"", None, thumbnails, CAP) is None
