"""What a picture says of itself: when, with what and where it was taken. Runs in the worker.

EXIF is written by thousands of programs, half of them wrong: whatever is broken costs its field, never the photo.
Tags and their meaning: CIPA DC-008 (Exif 2.32), sections 4.6.4 to 4.6.6.
"""

import math
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any, TypeVar

from PIL import ExifTags, Image, ImageFile

from photoseek.domain import Description, PictureFacts
from photoseek.pictures.describing import read_description

_T = TypeVar("_T")
_Tags = dict[int, Any]

_MAX_TEXT = 200
_AHEAD = timedelta(days=1)  # no place is further ahead of here; what is later was a camera whose clock was never set
_FIRST_YEAR = 1826  # of the oldest photograph there is
_DATE = re.compile(r"\s*(\d{4})[:/.-](\d\d)[:/.-](\d\d)(?:[ T]+(\d\d):(\d\d)(?::(\d\d))?)?")
_OFFSET = re.compile(r"\s*([+-])(\d\d):(\d\d)")

_DATE_TAGS = (
    (ExifTags.Base.DateTimeOriginal, ExifTags.Base.OffsetTimeOriginal),
    (ExifTags.Base.DateTimeDigitized, ExifTags.Base.OffsetTimeDigitized),
    (ExifTags.Base.DateTime, ExifTags.Base.OffsetTime),
)


def read_orientation(image: Image.Image) -> int:
    """How to turn the picture upright, 1 to 8 as EXIF has it; 1 where that is missing or broken."""
    value = _try(lambda: int(image.getexif().get(ExifTags.Base.Orientation, 1)), 1)
    return value if 1 <= value <= 8 else 1


def read_facts(image: ImageFile.ImageFile, picture_format: str, width: int, height: int) -> PictureFacts:
    """Collect the facts of a decoded picture.

    Args:
        image: As Pillow opened it.
        picture_format: Pillow's name of the format.
        width: In pixels, as seen upright.
        height: In pixels, as seen upright.
    """
    exif = _try(image.getexif, Image.Exif())
    main = _tags(lambda: exif)
    detail = main | _tags(lambda: exif.get_ifd(ExifTags.IFD.Exif))
    gps = _tags(lambda: exif.get_ifd(ExifTags.IFD.GPSInfo))
    latitude, longitude = _position(gps)
    return PictureFacts(
        format=picture_format,
        width=width,
        height=height,
        taken_at=_taken_at(detail),
        camera=_camera(_text(main, ExifTags.Base.Make), _text(main, ExifTags.Base.Model)),
        lens=_text(detail, ExifTags.Base.LensModel),
        latitude=latitude,
        longitude=longitude,
        description=_try(lambda: read_description(image, main, detail), Description()),
    )


def _try(read: Callable[[], _T], otherwise: _T) -> _T:
    """The one edge towards Pillow's EXIF parser, which raises nearly anything on broken bytes."""
    try:
        return read()
    except Exception:
        return otherwise


def _tags(directory: Callable[[], Mapping[int, Any]]) -> _Tags:
    nothing: _Tags = {}
    return _try(lambda: dict(directory()), nothing)


def _text(tags: _Tags, tag: int) -> str:
    value = tags.get(tag, "")
    if isinstance(value, str):  # Pillow takes ASCII fields for Latin-1; many programs write UTF-8
        value = _try(value.encode("latin-1").decode, value)
    elif isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    else:
        return ""
    text = value.split("\0")[0]
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:_MAX_TEXT]


def _camera(make: str, model: str) -> str:
    """Maker and model; makers write their own name into the model in a shorter form (NIKON CORPORATION, NIKON D90)."""
    maker = make.partition(" ")[0].lower()
    return model if maker and model.lower().startswith(maker) else f"{make} {model}".strip()[:_MAX_TEXT]


def _taken_at(tags: _Tags) -> datetime | None:
    for date_tag, offset_tag in _DATE_TAGS:
        taken_at = _date(_text(tags, date_tag))
        if taken_at is not None:
            return taken_at.replace(tzinfo=_offset(_text(tags, offset_tag)))
    return None


def _date(text: str) -> datetime | None:
    match = _DATE.match(text)
    if match is None or int(match[1]) < _FIRST_YEAR:
        return None
    try:
        moment = datetime(*(int(part or 0) for part in match.groups()))  # type: ignore[arg-type] # noqa: DTZ001 - local
    except ValueError:
        return None
    return moment if moment < datetime.now() + _AHEAD else None  # noqa: DTZ005 - local


def _offset(text: str) -> timezone | None:
    match = _OFFSET.match(text)
    if match is None:
        return None
    minutes = int(match[2]) * 60 + int(match[3])
    if minutes > 14 * 60:  # the furthest there is: the Line Islands
        return None
    return timezone(timedelta(minutes=-minutes if match[1] == "-" else minutes))


def _position(gps: _Tags) -> tuple[float | None, float | None]:
    latitude = _degrees(gps, ExifTags.GPS.GPSLatitude, ExifTags.GPS.GPSLatitudeRef, "NS", 90)
    longitude = _degrees(gps, ExifTags.GPS.GPSLongitude, ExifTags.GPS.GPSLongitudeRef, "EW", 180)
    # Half a position is none, and 0, 0 is what devices without a fix write.
    if latitude is None or longitude is None or (latitude == 0 and longitude == 0):
        return None, None
    return latitude, longitude


def _degrees(gps: _Tags, tag: int, ref_tag: int, signs: str, most: float) -> float | None:
    """Degrees with their sign; a value without north or south might lie on the other side of the world: None."""
    ref = _text(gps, ref_tag).upper()[:1]
    parts: list[float] = _try(lambda: [float(part) for part in gps[tag]], [])
    if not ref or ref not in signs or not 1 <= len(parts) <= 3:
        return None
    degrees = math.fsum(part / (1, 60, 3600)[place] for place, part in enumerate(parts))
    if not math.isfinite(degrees) or min(parts) < 0 or degrees > most:
        return None
    return -degrees if ref == signs[1] else degrees
