"""Model pixels equal those of the model's own processor, to the last bit."""

import io
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from photoseek.domain import PixelSpec
from photoseek.pictures.decoding import decode
from photoseek.pictures.geometry import is_enough, model_pixels

SIZES = [(640, 480), (480, 640), (301, 997), (997, 301), (64, 64), (65, 64), (1, 1), (3, 40), (500, 333), (225, 224)]

# Wanted: the resized side, the crop; a crop that is larger than the picture is padded with black.
SHORTEST = [(64, 64, 64), (224, 224, 224), (224, 256, 240), (65, 64, 33)]


def noise(size: tuple[int, int]) -> Image.Image:
    """A picture that shows every difference."""
    rng = np.random.default_rng(size)
    return Image.fromarray(rng.integers(0, 256, (size[1], size[0], 3), dtype=np.uint8))


def shortest(resize: int, crop_width: int, crop_height: int) -> PixelSpec:
    return PixelSpec("shortest_edge", resize, resize, crop_width, crop_height, 3, (0, 0, 0), (1, 1, 1))


def processed(processor: object, image: Image.Image) -> NDArray[np.uint8]:
    """What transformers' processor makes before it scales to floats."""
    values = processor(image, do_rescale=False, do_normalize=False, return_tensors="np")  # type: ignore[operator]
    return np.asarray(values["pixel_values"][0]).transpose(1, 2, 0)


@pytest.mark.parametrize("size", SIZES)
def test_pixels_equal_those_of_the_clip_processor_on_disk(size: tuple[int, int], tiny_clip: Path) -> None:
    from transformers import CLIPImageProcessorPil  # noqa: PLC0415 - takes seconds

    processor = CLIPImageProcessorPil.from_pretrained(tiny_clip)
    assert (model_pixels(noise(size), shortest(64, 64, 64)) == processed(processor, noise(size))).all()


@pytest.mark.parametrize("wanted", SHORTEST)
@pytest.mark.parametrize("size", SIZES)
def test_pixels_equal_those_of_a_clip_processor_of_any_size(
    size: tuple[int, int], wanted: tuple[int, int, int]
) -> None:
    from transformers import CLIPImageProcessorPil  # noqa: PLC0415 - takes seconds

    resize, width, height = wanted
    processor = CLIPImageProcessorPil(size={"shortest_edge": resize}, crop_size={"width": width, "height": height})
    assert (model_pixels(noise(size), shortest(*wanted)) == processed(processor, noise(size))).all()


@pytest.mark.parametrize("resample", [2, 3])
@pytest.mark.parametrize("size", SIZES)
def test_pixels_equal_those_of_the_siglip_processor(size: tuple[int, int], resample: int) -> None:
    from transformers import SiglipImageProcessorPil  # noqa: PLC0415 - takes seconds

    spec = PixelSpec("exact", 224, 224, 224, 224, resample, (0, 0, 0), (1, 1, 1))
    processor = SiglipImageProcessorPil(size={"height": 224, "width": 224}, resample=resample)
    assert (model_pixels(noise(size), spec) == processed(processor, noise(size))).all()


@pytest.mark.parametrize("size", [(1, 5000), (9000, 3), (20, 400), (401, 20)])
def test_a_very_long_picture_gives_what_the_processor_would_without_its_memory(size: tuple[int, int]) -> None:
    image = Image.linear_gradient("L").convert("RGB").resize(size)
    spec = shortest(32, 32, 32)
    width, height = (32, int(32 * size[1] / size[0])) if size[0] < size[1] else (int(32 * size[0] / size[1]), 32)
    left, top = (width - 32) // 2, (height - 32) // 2
    whole = np.asarray(image.resize((width, height), Image.Resampling.BICUBIC))[top : top + 32, left : left + 32]
    assert np.abs(model_pixels(image, spec).astype(int) - whole).max() <= 1


@pytest.mark.parametrize(
    ("spec", "enough", "too_small"),
    [
        (shortest(224, 224, 224), [(448, 448), (448, 9000)], [(447, 9000), (9000, 447)]),
        (PixelSpec("exact", 256, 384, 256, 384, 3, (0, 0, 0), (1, 1, 1)), [(512, 768)], [(511, 9000), (9000, 767)]),
    ],
)
def test_a_reduced_decode_has_twice_the_side_that_the_model_resizes_to(
    spec: PixelSpec, enough: list[tuple[int, int]], too_small: list[tuple[int, int]]
) -> None:
    assert all(is_enough(width, height, spec) for width, height in enough)
    assert not any(is_enough(width, height, spec) for width, height in too_small)


def test_a_reduced_decode_shows_the_model_the_same_picture(shared_photos: Path) -> None:
    spec = shortest(64, 64, 64)
    for path in sorted(shared_photos.glob("*.jpg"))[:20]:
        large = Image.open(path).convert("RGB").resize((1600, 1200), Image.Resampling.BICUBIC)
        file = io.BytesIO()
        large.save(file, "JPEG", quality=92)
        full = model_pixels(Image.open(file).convert("RGB"), spec).astype(float)
        file.seek(0)
        reduced = decode(file, lambda w, h: is_enough(w, h, spec), 10**9)
        assert reduced.image.width == 200
        mine = model_pixels(reduced.image, spec).astype(float)
        cosine = (full * mine).sum() / np.linalg.norm(full) / np.linalg.norm(mine)
        assert cosine > 0.9995
        assert np.abs(full - mine).mean() < 2.5
