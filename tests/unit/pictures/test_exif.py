"""Facts are read where they are right, and left out where they are broken; the photo stays in any case."""

import io
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from photoseek.domain import PictureFacts
from photoseek.pictures.decoding import decode

MAKE, MODEL, DATE, EXIF, GPS = 271, 272, 306, 0x8769, 0x8825
ORIGINAL, DIGITIZED, OFFSET_ORIGINAL, LENS = 36867, 36868, 36881, 42036


def facts(
    tags: dict[int, Any] | None = None, detail: dict[int, Any] | None = None, gps: dict[int, Any] | None = None
) -> PictureFacts:
    """The facts of a JPEG with these tags."""
    exif = Image.Exif()
    exif.update(tags or {})
    exif.get_ifd(EXIF).update(detail or {})
    exif.get_ifd(GPS).update(gps or {})
    file = io.BytesIO()
    Image.new("RGB", (8, 8)).save(file, "JPEG", exif=exif)
    return facts_of(file.getvalue())


def facts_of(data: bytes) -> PictureFacts:
    return decode(io.BytesIO(data), lambda w, h: False, 10**9).facts


def test_the_time_of_the_shot_comes_before_that_of_the_scan_and_of_the_file() -> None:
    tags, detail = {DATE: "2003:01:01 00:00:00"}, {DIGITIZED: "2002:01:01 00:00:00", ORIGINAL: "2001:02:03 04:05:06"}
    assert facts(tags, detail).taken_at == datetime(2001, 2, 3, 4, 5, 6)  # noqa: DTZ001 - local
    del detail[ORIGINAL]
    assert facts(tags, detail).taken_at == datetime(2002, 1, 1)  # noqa: DTZ001 - local
    assert facts(tags).taken_at == datetime(2003, 1, 1)  # noqa: DTZ001 - local


def test_a_broken_time_gives_way_to_the_next_one() -> None:
    taken_at = facts({DATE: "2003:01:01 10:00:00"}, {ORIGINAL: "0000:00:00 00:00:00"}).taken_at
    assert taken_at == datetime(2003, 1, 1, 10)  # noqa: DTZ001 - local


@pytest.mark.parametrize(
    "text",
    ["0000:00:00 00:00:00", "", "   ", "2001:13:01 00:00:00", "2001:02:30 00:00:00", "yesterday", "    :  :     :  :  ",
     "0001:01:01 00:00:00", "2001:01:01 25:00:00", "\0\0\0\0", "2999:12:31 23:59:59"],
)  # fmt: skip
def test_a_broken_time_is_none(text: str) -> None:
    assert facts(detail={ORIGINAL: text}).taken_at is None


@pytest.mark.parametrize("text", ["2001:02:03 04:05:06", "2001-02-03T04:05:06", "2001/02/03 04:05:06.123"])
def test_times_are_read_as_other_programs_write_them_too(text: str) -> None:
    assert facts(detail={ORIGINAL: text}).taken_at == datetime(2001, 2, 3, 4, 5, 6)  # noqa: DTZ001 - local


@pytest.mark.parametrize(
    ("offset", "zone"),
    [("+02:00", timezone(timedelta(hours=2))), ("-09:30", timezone(timedelta(hours=-9.5))), ("+99:00", None),
     ("Z", None), ("", None)],
)  # fmt: skip
def test_an_offset_counts_where_it_is_one(offset: str, zone: timezone | None) -> None:
    taken_at = facts(detail={ORIGINAL: "2001:02:03 04:05:06", OFFSET_ORIGINAL: offset}).taken_at
    assert taken_at == datetime(2001, 2, 3, 4, 5, 6, tzinfo=zone)


@pytest.mark.parametrize(
    ("make", "model", "camera"),
    [
        ("Apple", "iPhone 12", "Apple iPhone 12"),
        ("Canon", "Canon EOS 90D", "Canon EOS 90D"),
        ("NIKON CORPORATION", "NIKON D90", "NIKON D90"),
        ("Canon", "", "Canon"),
        ("", "X100", "X100"),
        ("  Bad\0rest", "Tab\tbed\x07", "Bad Tab bed"),
        ("", "", ""),
    ],
)
def test_a_camera_is_its_maker_once_and_its_model(make: str, model: str, camera: str) -> None:
    assert facts({MAKE: make, MODEL: model}).camera == camera


def test_texts_are_utf_8_where_they_can_be_and_never_endless() -> None:
    assert facts({MODEL: "Größe".encode()}).camera == "Größe"
    assert len(facts({MODEL: "x" * 5000}, {LENS: "y" * 5000}).camera) == 200
    assert len(facts(detail={LENS: "y" * 5000}).lens) == 200
    assert facts({MODEL: 12345}).camera in {"", "12345"}


def place(latitude: Any, longitude: Any, ref: str = "N", ref_2: str = "E") -> tuple[float | None, float | None]:
    found = facts(gps={1: ref, 2: latitude, 3: ref_2, 4: longitude})
    return found.latitude, found.longitude


def test_a_position_has_its_sign() -> None:
    assert place((50.0, 30.0, 0.0), (8.0, 15.0, 36.0)) == pytest.approx((50.5, 8.26))
    assert place((50.0, 30.0, 0.0), (8.0, 15.0, 36.0), "S", "W") == pytest.approx((-50.5, -8.26))


@pytest.mark.parametrize(
    ("latitude", "longitude", "ref"),
    [
        ((999.0, 0.0, 0.0), (8.0, 0.0, 0.0), "N"),
        ((50.0, 0.0, 0.0), (181.0, 0.0, 0.0), "N"),
        ((IFDRational(1, 0), 0.0, 0.0), (8.0, 0.0, 0.0), "N"),
        ((IFDRational(0, 0), IFDRational(0, 0), IFDRational(0, 0)), (8.0, 0.0, 0.0), "N"),
        ((0.0, 0.0, 0.0), (0.0, 0.0, 0.0), "N"),
        ((50.0, 0.0, 0.0), (8.0, 0.0, 0.0), "X"),
        ((50.0, 0.0, 0.0), (8.0, 0.0, 0.0), ""),
    ],
)
def test_a_broken_position_is_none(latitude: Any, longitude: Any, ref: str) -> None:
    assert place(latitude, longitude, ref) == (None, None)


def test_half_a_position_is_none() -> None:
    found = facts(gps={1: "N", 2: (50.0, 0.0, 0.0)})
    assert (found.latitude, found.longitude) == (None, None)


@pytest.mark.parametrize("name", ["date_zero", "date_future", "gps_out_of_range", "gps_zero_denominator"])
def test_the_awkward_facts_cost_their_field_and_not_the_photo(name: str, shared_awkward: Path) -> None:
    found = facts_of((shared_awkward / f"{name}.jpg").read_bytes())
    assert found == PictureFacts("JPEG", 320, 213)


def test_a_photo_whose_exif_is_rubbish_is_a_photo() -> None:
    good = io.BytesIO()
    exif = Image.Exif()
    exif[MAKE] = "Maker"
    exif.get_ifd(EXIF)[ORIGINAL] = "2001:02:03 04:05:06"
    Image.new("RGB", (8, 8)).save(good, "JPEG", exif=exif)
    data = good.getvalue()
    begin = data.index(b"Exif\0\0") + 6
    for place_of_damage in range(begin, begin + 80):
        for byte in (0x00, 0xFF, 0x80):
            broken = bytearray(data)
            broken[place_of_damage] = byte
            assert facts_of(bytes(broken)).format == "JPEG"


def test_an_iphone_says_when_where_and_with_what(shared_awkward: Path) -> None:
    found = facts_of((shared_awkward / "immich_IMG_2682.heic").read_bytes())
    assert found.camera == "Apple iPhone 7"
    assert found.lens == "iPhone 7 back camera 3.99mm f/1.8"
    assert found.taken_at == datetime(2019, 3, 21, 11, 4, 22)  # noqa: DTZ001 - local
    assert (found.latitude, found.longitude) == pytest.approx((41.2203, -96.0716), abs=1e-4)
    assert (found.format, found.width, found.height) == ("HEIF", 4032, 3024)
