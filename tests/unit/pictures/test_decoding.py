"""What is taken as a picture, at which size it is decoded, and what is said of the rest."""

import io
from pathlib import Path

import pytest
from PIL import Image

from photoseek.errors import PictureError
from photoseek.pictures import decoding, memory, reasons
from photoseek.pictures.decoding import decode

CAP = 200_000_000
FORMATS = ["JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "AVIF", "HEIF"]


def everything(_width: int, _height: int) -> bool:
    """The smallest decode is enough."""
    return True


def nothing(_width: int, _height: int) -> bool:
    """Only the whole picture is enough."""
    return False


def two_halves(size: tuple[int, int] = (200, 100)) -> Image.Image:
    """Blue on the left, red on the right."""
    image = Image.new("RGB", size, "red")
    image.paste("blue", (0, 0, size[0] // 2, size[1]))
    return image


def written(image: Image.Image, picture_format: str, **options: object) -> io.BytesIO:
    file = io.BytesIO()
    image.save(file, picture_format, **options)
    file.seek(0)
    return file


def corners(image: Image.Image) -> str:
    """Colours of the corners, row by row."""
    right, bottom = image.width - 3, image.height - 3
    pixels = [image.getpixel(place) for place in ((2, 2), (right, 2), (2, bottom), (right, bottom))]
    return "".join("r" if isinstance(p, tuple) and p[0] > 128 else "b" for p in pixels)


UPRIGHT = {1: "brbr", 2: "rbrb", 3: "rbrb", 4: "brbr", 5: "bbrr", 6: "bbrr", 7: "rrbb", 8: "rrbb", 9: "brbr"}


@pytest.mark.parametrize("picture_format", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
@pytest.mark.parametrize("orientation", UPRIGHT)
def test_every_orientation_is_turned_upright_once(picture_format: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x112] = orientation
    decoded = decode(written(two_halves(), picture_format, exif=exif), nothing, CAP)
    assert corners(decoded.image) == UPRIGHT[orientation]
    assert (decoded.facts.width, decoded.facts.height) == decoded.image.size


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_heif_is_turned_by_its_own_boxes_and_not_by_exif_again(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x112] = orientation
    image = two_halves()
    image.info["exif"] = exif.tobytes()
    decoded = decode(written(image, "HEIF"), nothing, CAP)
    assert corners(decoded.image) == UPRIGHT[orientation]
    assert (decoded.facts.width, decoded.facts.height) == decoded.image.size


def test_the_landscapes_and_portraits_of_the_orientation_set_all_stand_upright(shared_awkward: Path) -> None:
    for number in range(1, 9):
        decoded = decode(io.BytesIO((shared_awkward / f"Landscape_{number}.jpg").read_bytes()), nothing, CAP)
        assert decoded.image.size == (600, 450)
    for number in (3, 6, 8):
        decoded = decode(io.BytesIO((shared_awkward / f"Portrait_{number}.jpg").read_bytes()), nothing, CAP)
        assert decoded.image.size == (1200, 1800)


def test_a_turned_jpeg_is_reduced_by_its_upright_sides() -> None:
    exif = Image.Exif()
    exif[0x112] = 6
    file = written(two_halves((1600, 800)), "JPEG", exif=exif)
    decoded = decode(file, lambda width, height: width >= 200 and height >= 400, CAP)
    assert decoded.image.size == (200, 400)
    assert (decoded.facts.width, decoded.facts.height) == (800, 1600)


@pytest.mark.parametrize(("least", "got"), [(100, 100), (101, 200), (200, 200), (399, 400), (500, 800)])
def test_a_jpeg_is_decoded_as_small_as_is_enough(least: int, got: int) -> None:
    file = written(two_halves((1600, 800)), "JPEG")
    assert decode(file, lambda _, height: height >= least, CAP).image.height == got


def test_the_first_frame_of_an_animation_is_the_picture() -> None:
    frames = [Image.new("RGB", (40, 40), colour) for colour in ("blue", "red", "red")]
    for picture_format in ("GIF", "WEBP", "PNG", "TIFF", "AVIF"):
        file = written(frames[0], picture_format, save_all=True, append_images=frames[1:])
        assert corners(decode(file, nothing, CAP).image) == "bbbb", picture_format


@pytest.mark.parametrize("picture_format", FORMATS)
def test_a_picture_that_lacks_its_end_is_a_problem_even_when_decoded_small(
    picture_format: str, shared_photos: Path
) -> None:
    photo = Image.open(next(iter(sorted(shared_photos.glob("*.jpg"))))).convert("RGB").resize((960, 720))
    data = written(photo, picture_format).getvalue()
    for share in (0.1, 0.5, 0.9, 0.99):
        with pytest.raises(PictureError) as error:
            decode(io.BytesIO(data[: int(len(data) * share)]), everything, CAP)
        assert error.value.message in {reasons.TRUNCATED, reasons.UNREADABLE}


def test_a_progressive_jpeg_that_lacks_its_end_is_a_problem() -> None:
    data = written(Image.effect_noise((800, 600), 80), "JPEG", progressive=True).getvalue()
    with pytest.raises(PictureError, match="truncated"):
        decode(io.BytesIO(data[:-2000]), everything, CAP)


@pytest.mark.parametrize("picture_format", ["JPEG2000", "EPS", "PCX", "PPM", "TGA", "ICO", "PDF"])
def test_other_formats_that_pillow_knows_are_not_taken(picture_format: str) -> None:
    with pytest.raises(PictureError) as error:
        decode(written(two_halves(), picture_format), nothing, CAP)
    assert error.value.message == reasons.UNKNOWN


def test_a_photo_of_two_pictures_is_a_jpeg() -> None:
    file = written(two_halves(), "MPO", save_all=True, append_images=[Image.new("RGB", (200, 100), "red")])
    decoded = decode(file, nothing, CAP)
    assert decoded.facts.format == "JPEG"
    assert corners(decoded.image) == "brbr"


@pytest.mark.parametrize("picture_format", ["PNG", "WEBP", "GIF", "TIFF", "BMP", "AVIF", "HEIF"])
def test_the_pixel_cap_is_ours_and_holds_for_every_format(picture_format: str) -> None:
    file = written(two_halves((200, 100)), picture_format)
    assert decode(file, nothing, 20_000).image.size == (200, 100)
    file.seek(0)
    with pytest.raises(PictureError, match="max_megapixels"):
        decode(file, nothing, 19_999)


def test_a_jpeg_beyond_the_cap_is_decoded_below_it() -> None:
    file = written(two_halves((1600, 800)), "JPEG")
    decoded = decode(file, nothing, 100_000)
    assert decoded.image.size == (400, 200)
    assert (decoded.facts.width, decoded.facts.height) == (1600, 800)


def test_a_jpeg_beyond_the_cap_at_an_eighth_is_refused() -> None:
    with pytest.raises(PictureError, match="max_megapixels"):
        decode(written(two_halves((1600, 800)), "JPEG"), everything, 100 * 200 - 1)


def test_a_progressive_giant_is_refused_since_its_coefficients_would_not_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    """100 x 100 pixels in three full layers keep 60,000 bytes, at an eighth too."""
    options = {"progressive": True, "subsampling": 0}
    monkeypatch.setattr(memory, "budget_bytes", lambda: 59_000)
    with pytest.raises(PictureError, match="memory"):
        decode(written(two_halves((100, 100)), "JPEG", **options), everything, CAP)
    monkeypatch.setattr(memory, "budget_bytes", lambda: 61_000)
    assert decode(written(two_halves((100, 100)), "JPEG", **options), everything, CAP).image.width == 13


@pytest.mark.parametrize("mode", ["1", "L", "RGB", "CMYK"])
def test_a_very_large_picture_that_comes_whole_is_made_small_first(mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "_LARGE_PIXELS", 1600 * 800)
    file = written(two_halves((1600, 800)).convert(mode), "TIFF")
    decoded = decode(file, lambda _, height: height >= 250, CAP)
    assert decoded.image.size == (534, 267)
    assert (decoded.facts.width, decoded.facts.height) == (1600, 800)
    assert mode in {"1", "L"} or corners(decoded.image) == "brbr"


def test_a_very_large_picture_with_transparency_stays_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "_LARGE_PIXELS", 1)
    file = written(Image.new("L", (160, 80), 3), "PNG", transparency=3)
    decoded = decode(file, everything, CAP)
    assert decoded.image.size == (160, 80)
    assert decoded.image.getpixel((5, 5)) == (255, 255, 255)


def test_no_reason_shows_a_path_or_a_traceback(tmp_path: Path) -> None:
    path = tmp_path / "secret name.tif"
    path.write_bytes(b"II*\0" + b"\xff" * 400)
    with path.open("rb") as file, pytest.raises(PictureError) as error:
        decode(file, nothing, CAP)
    assert "secret" not in error.value.message
    assert "<" not in error.value.message
    assert error.value.message.endswith(".")


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (MemoryError(), reasons.TOO_MUCH_MEMORY),
        (RuntimeError("Memory allocation error: Security limit exceeded"), reasons.TOO_MUCH_MEMORY),
        (OSError("image file is truncated (74 bytes not processed)"), reasons.TRUNCATED),
        (EOFError(), reasons.TRUNCATED),
        (ValueError("bad '/home/me/x.jpg'\nin <_io.BytesIO object at 0x1>"), "The picture is damaged: bad in."),
        (KeyError(), "The picture is damaged."),
    ],
)
def test_whatever_a_decoder_raises_becomes_a_sentence(error: Exception, reason: str) -> None:
    assert reasons.decoding_failed(error).message == reason


def test_a_profile_is_given_for_rgb_only() -> None:
    assert decode(written(two_halves(), "JPEG", icc_profile=b"some"), nothing, CAP).icc_profile == b"some"
    cmyk = two_halves().convert("CMYK")
    assert decode(written(cmyk, "JPEG", icc_profile=b"some"), nothing, CAP).icc_profile is None
