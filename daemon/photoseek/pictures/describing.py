"""What a picture says of itself in words: title, caption and keywords. Runs in the worker.

Three standards write them, and programs follow one, two or all: EXIF (CIPA DC-008 4.6.4, and the tags of Windows'
Explorer), IPTC-IIM (4.2, record 2) and XMP (ISO 16684-1; IPTC Photo Metadata 2023.1). XMP is the newest and goes first,
as in the Metadata Working Group's guidelines (2.0, chapter 5). Whatever is broken costs its field, never the photo.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar
from xml.etree import ElementTree

from PIL import ExifTags, Image, ImageFile, IptcImagePlugin

from photoseek.domain import Description

_MOST_LETTERS = 2000
_MOST_KEYWORDS = 100
_MOST_XMP_BYTES = 1 << 20
_TIFF_XMP = 700

_DC = "{http://purl.org/dc/elements/1.1/}"
_PHOTOSHOP = "{http://ns.adobe.com/photoshop/1.0/}"
_EXT = "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}"
_CORE = "{http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/}"
_LIGHTROOM = "{http://ns.adobe.com/lightroom/1.0/}"
_REGIONS = "{http://www.metadataworkinggroup.com/schemas/regions/}"
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_XMP_FIELDS = {
    f"{_DC}title": "title",
    f"{_PHOTOSHOP}Headline": "title",
    f"{_DC}description": "caption",
    f"{_DC}subject": "keywords",
    f"{_LIGHTROOM}hierarchicalSubject": "keywords",
    f"{_EXT}PersonInImage": "keywords",
    f"{_REGIONS}Name": "keywords",  # of faces
    f"{_CORE}Location": "keywords",
    f"{_PHOTOSHOP}City": "keywords",
    f"{_PHOTOSHOP}State": "keywords",
    f"{_PHOTOSHOP}Country": "keywords",
}
_IPTC_FIELDS = {
    5: "title", 105: "title", 120: "caption", 25: "keywords", 92: "keywords", 90: "keywords", 95: "keywords",
    101: "keywords",
}  # fmt: skip
_XP_FIELDS = {0x9C9B: "title", 0x9C9F: "title", 0x9C9C: "caption", 0x9C9E: "keywords"}
_PNG_FIELDS = {"Title": "title", "Description": "caption", "Comment": "caption"}

_BY_CAMERAS = re.compile(
    r"(olympus|minolta|konica minolta|kodak|samsung|vivitar|sony)? ?(digital|dsc|digital still)? ?camera|sony dsc"
    r"|exif_jpeg_picture|dcim|dav|oznor\w*|cof|hdrplus|hdr|sdr|default|picture|null|image|screenshot",
    re.IGNORECASE,
)
"""What cameras write into each picture's caption."""

_Found = defaultdict[str, list[str]]
_Source = TypeVar("_Source")


def read_description(image: ImageFile.ImageFile, main: Mapping[int, Any], detail: Mapping[int, Any]) -> Description:
    """Collect it; without places.

    Args:
        image: As Pillow opened it.
        main: EXIF tags of the picture itself.
        detail: All its EXIF tags.
    """
    found: _Found = defaultdict(list)
    for read in (_read_xmp, _read_iptc, _read_png):
        _collect(found, read, image)
    _collect(found, _read_exif, {**main, **detail})
    keywords = (part for words in found["keywords"] for part in re.split(r"[;|\n]", words))
    return Description(
        next(iter(found["title"]), ""),
        next((text for text in found["caption"] if not _BY_CAMERAS.fullmatch(text)), ""),
        tuple(dict.fromkeys(word.strip() for word in keywords if word.strip()))[:_MOST_KEYWORDS],
    )


def _collect(found: _Found, read: Callable[[_Source], Iterator[tuple[str, str]]], source: _Source) -> None:
    """The one edge towards parsers of what anybody may have written."""
    try:
        for field, text in read(source):
            if clean := _clean(text):
                found[field].append(clean)
    except Exception:
        return


def _clean(text: str) -> str:
    """Printable, with single spaces, and lines where there were some."""
    lines = (_printable(line).split() for line in text.partition("\0")[0].splitlines())
    return "\n".join(" ".join(words) for words in lines if words)[:_MOST_LETTERS]


def _printable(line: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in line)


def _read_xmp(image: Image.Image) -> Iterator[tuple[str, str]]:
    packet = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp") or ""
    if not packet and hasattr(image, "tag_v2"):
        packet = image.tag_v2.get(_TIFF_XMP, "")
    text = packet.decode("utf-8", "replace") if isinstance(packet, bytes) else packet
    text = text.strip("\0\ufeff \n")
    # XMP has no document type, so nothing is lost with those that declare entities.
    if not text or len(text) > _MOST_XMP_BYTES or "<!" in text:
        return
    for element in ElementTree.fromstring(text).iter():  # noqa: S314 - see above
        if field := _XMP_FIELDS.get(str(element.tag)):
            items = element.findall(f".//{_RDF}li")
            yield from ((field, one.text or "") for one in _preferred(items))
            if not items:
                yield field, element.text or ""
        for name, value in element.attrib.items():
            if field := _XMP_FIELDS.get(name):
                yield field, value


def _preferred(items: list[ElementTree.Element]) -> Iterable[ElementTree.Element]:
    """All but other languages' versions of the same: the first is the default."""
    language = "{http://www.w3.org/XML/1998/namespace}lang"
    return items[:1] if items and language in items[0].attrib else items


def _read_iptc(image: ImageFile.ImageFile) -> Iterator[tuple[str, str]]:
    for (record, number), values in (IptcImagePlugin.getiptcinfo(image) or {}).items():
        if record == 2 and number in _IPTC_FIELDS:
            for value in values if isinstance(values, list) else [values]:
                yield _IPTC_FIELDS[number], _decode(value)


def _read_png(image: Image.Image) -> Iterator[tuple[str, str]]:
    for name, field in _PNG_FIELDS.items():
        if isinstance(text := image.info.get(name), str):
            yield field, text


def _read_exif(tags: Mapping[int, Any]) -> Iterator[tuple[str, str]]:
    for tag, field in _XP_FIELDS.items():
        value = tags.get(tag)
        if isinstance(value, bytes | tuple):
            yield field, bytes(value).decode("utf-16-le", "replace")
    said = tags.get(ExifTags.Base.ImageDescription, "")
    # Pillow takes ASCII fields for Latin-1; many programs write UTF-8.
    yield "caption", _decode(said.encode("latin-1", "replace")) if isinstance(said, str) else ""
    comment = tags.get(ExifTags.Base.UserComment, b"")
    if isinstance(comment, bytes) and comment[:8] == b"ASCII\0\0\0":
        yield "caption", _decode(comment[8:])


def _decode(value: bytes) -> str:
    """UTF-8, whatever the field says of itself; where it isn't, Latin-1."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")
