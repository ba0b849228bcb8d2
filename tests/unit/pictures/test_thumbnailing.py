"""Thumbnails are small, carry nothing of the file's own data, and lie by content."""

import io
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from photoseek.domain import Md5, PixelSpec
from photoseek.pictures import cache, worker
from photoseek.pictures.decoding import Decoded, decode
from photoseek.pictures.results import FileMovedOnError
from photoseek.pictures.thumbnailing import encode, shrink
from tests.unit.pictures.conftest import stamp_of

CAP = 200_000_000
MD5 = Md5(bytes(range(16)))


def drawn(image: Image.Image, size_px: int, **options: object) -> Image.Image:
    file = io.BytesIO()
    image.save(file, "PNG", **options)
    file.seek(0)
    return Image.open(io.BytesIO(encode(shrink(decode(file, lambda w, h: False, CAP), size_px))))


@pytest.mark.parametrize(
    ("size", "small"),
    [((1000, 500), (256, 128)), ((500, 1000), (128, 256)), ((100, 60), (100, 60)), ((9000, 3), (256, 1))],
)
def test_the_longer_side_fits_and_nothing_is_enlarged(size: tuple[int, int], small: tuple[int, int]) -> None:
    assert drawn(Image.new("RGB", size, "red"), 256).size == small


def test_a_thumbnail_tells_nothing_of_person_and_place() -> None:
    exif = Image.Exif()
    exif[271] = "Maker"
    exif.get_ifd(0x8825)[1] = "N"
    file = io.BytesIO()
    Image.new("RGB", (400, 300)).save(file, "JPEG", exif=exif, comment=b"my home", xmp=b"<xmp>me</xmp>")
    file.seek(0)
    for size_px in (256, 1024):
        jpeg = encode(shrink(decode(file, lambda w, h: False, CAP), size_px))
        file.seek(0)
        thumbnail = Image.open(io.BytesIO(jpeg))
        assert set(thumbnail.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        assert not dict(thumbnail.getexif())


def test_transparent_parts_are_white() -> None:
    assert drawn(Image.new("RGBA", (400, 300), (0, 0, 0, 0)), 256).getpixel((9, 9)) == (255, 255, 255)


def test_a_thumbnail_is_in_the_colours_of_the_screen() -> None:
    swapped = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    facts = decode(io.BytesIO(_png(Image.new("RGB", (8, 8)))), lambda w, h: False, CAP).facts
    picture = Decoded(Image.new("RGB", (300, 300), (200, 60, 60)), facts, swapped)
    pixel = np.asarray(Image.open(io.BytesIO(encode(shrink(picture, 256)))))[100, 100]
    assert np.abs(pixel.astype(int) - (200, 60, 60)).max() <= 4


def _png(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def test_thumbnails_lie_by_content_and_size(tmp_path: Path) -> None:
    path = cache.thumbnail_path(tmp_path, MD5, 256)
    assert path == tmp_path / "00" / "000102030405060708090a0b0c0d0e0f-256.jpg"
    with pytest.raises(ValueError, match="300"):
        cache.thumbnail_path(tmp_path, MD5, 300)


def test_an_empty_file_in_the_cache_is_no_thumbnail(tmp_path: Path) -> None:
    path = cache.thumbnail_path(tmp_path, MD5, 256)
    assert not cache.is_kept(path)
    cache.keep(path, b"")
    assert not cache.is_kept(path)
    cache.keep(path, b"jpeg")
    assert cache.is_kept(path)
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_a_reading_keeps_the_thumbnail_and_draws_it_once(tmp_path: Path, clip_224: PixelSpec) -> None:
    path = tmp_path / "a.png"
    Image.new("RGB", (600, 400), "red").save(path)
    reading = worker.read_picture(os.fsencode(path), stamp_of(path), clip_224, tmp_path, tmp_path, CAP)
    kept = cache.thumbnail_path(tmp_path, reading.md5, 256)
    assert Image.open(io.BytesIO(kept.read_bytes())).size == (256, 171)
    kept.write_bytes(b"already there")
    worker.read_picture(os.fsencode(path), stamp_of(path), clip_224, tmp_path, tmp_path, CAP)
    assert kept.read_bytes() == b"already there"


def test_a_hash_alone_decodes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "no picture.jpg"
    path.write_bytes(b"just text")
    reading = worker.read_picture(os.fsencode(path), stamp_of(path), None, tmp_path, tmp_path, CAP)
    assert reading.picture is None
    assert not list(tmp_path.glob("*/*.jpg"))


def test_no_thumbnail_is_drawn_from_a_file_that_holds_another_picture(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Image.new("RGB", (600, 400), "red").save(path)
    with pytest.raises(FileMovedOnError):
        worker.make_thumbnail(MD5, os.fsencode(path), 512, tmp_path, CAP)


def segments(jpeg: bytes) -> list[str]:
    """The application segments and comments of a JPEG, in hexadecimal; and what lies behind its end."""
    found, at = [], 2
    while jpeg[at + 1] != 0xDA:  # start of scan
        if jpeg[at + 1] == 0xFE or 0xE0 <= jpeg[at + 1] <= 0xEF:
            found.append(f"{jpeg[at + 1]:x}")
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
    return found + ([] if jpeg.index(b"\xff\xd9", at) == len(jpeg) - 2 else ["more"])


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("immich_meta_datetimeoriginal-gps.jpg", b"Exif\0\0"),
        ("immich_meta_gps-datetime.jpg", b"Exif\0\0"),
        ("immich_meta_thompson-springs.jpg", b"Exif\0\0"),
        ("immich_meta_picasa.jpg", b"http://ns.adobe.com/xap"),
        ("gain-map.jpg", b"MPF\0"),
        ("Landscape_6.jpg", b"Exif\0\0"),
        ("immich_IMG_2682.heic", b"Apple"),
        ("immich_denali.webp", b"EXIF"),
        ("immich_10bit-HDR-P3-nclx.avif", b"nclx"),
    ],
)
def test_a_thumbnail_of_a_real_photo_is_a_jpeg_and_nothing_else(name: str, told: bytes, shared_awkward: Path) -> None:
    assert told in (shared_awkward / name).read_bytes()  # or this would show nothing
    with (shared_awkward / name).open("rb") as file:
        picture = decode(file, lambda w, h: False, CAP)
    for size_px in cache.THUMBNAIL_SIZES_PX:
        jpeg = encode(shrink(picture, size_px))
        assert segments(jpeg) == ["e0"]  # JFIF: version and density
        with Image.open(io.BytesIO(jpeg)) as thumbnail:
            assert (thumbnail.format, thumbnail.mode) == ("JPEG", "RGB")
            assert max(thumbnail.size) <= size_px
