"""Names for pictures that somebody sends: safe on every system, whatever was sent."""

import os
from itertools import islice

import pytest

from photoseek.domain import has_picture_suffix
from photoseek.library.naming import safe_names, suffix_refusal


@pytest.mark.parametrize(
    ("sent", "format_name", "saved"),
    [
        ("cat.jpg", "JPEG", "cat.jpg"),
        ("CAT.JPEG", "JPEG", "CAT.JPEG"),
        ("Zoë & Bjørn 日本.heic", "HEIF", "Zoë & Bjørn 日本.heic"),
        ("cat.jpg", "PNG", "cat.png"),
        ("cat", "WEBP", "cat.webp"),
        ("", "JPEG", "photo.jpg"),
        ("../../.ssh/authorized_keys.jpg", "JPEG", "authorized_keys.jpg"),
        ("..\\..\\C:\\Windows\\cat.jpg", "JPEG", "cat.jpg"),
        ("/etc/passwd", "JPEG", "passwd.jpg"),
        ("C:cat.jpg", "JPEG", "C_cat.jpg"),
        ("cat.jpg:stream.jpg", "JPEG", "cat.jpg_stream.jpg"),
        (".hidden.jpg", "JPEG", "hidden.jpg"),
        ("...jpg", "JPEG", "jpg.jpg"),
        ("cat.jpg. . ", "JPEG", "cat.jpg"),
        ("cat .jpg", "JPEG", "cat.jpg"),
        ("con.jpg", "JPEG", "con_.jpg"),
        ("LPT1.jpg", "JPEG", "LPT1_.jpg"),
        ("aux.tar.png", "PNG", "aux_.tar.png"),
        ('a<b>c"d|e?f*g.jpg', "JPEG", "a_b_c_d_e_f_g.jpg"),
        ("new\nline\t\x00\x1b[31m.jpg", "JPEG", "newline[31m.jpg"),
        ("photo\u202egpj.png", "PNG", "photogpj.png"),
        ("half\udcff.jpg", "JPEG", "half.jpg"),
        ("%2e%2e%2fcat.jpg", "JPEG", "%2e%2e%2fcat.jpg"),
        ("cafe\u0301.jpg", "JPEG", "caf\u00e9.jpg"),
        ("👩\u200d👧.jpg", "JPEG", "👩\u200d👧.jpg"),
    ],
)
def test_a_name_is_made_safe_and_stays_as_near_as_it_can(sent: str, format_name: str, saved: str) -> None:
    assert next(safe_names(sent, format_name)) == saved


@pytest.mark.parametrize("letter", ["a", "é", "日", "😀"])
def test_a_long_name_fits_every_file_system_and_keeps_its_suffix(letter: str) -> None:
    for name in islice(safe_names(letter * 500 + ".jpeg", "JPEG"), 20):
        assert len(os.fsencode(name)) < 230
        assert name.endswith(".jpeg")
        assert has_picture_suffix(os.fsencode(name))


def test_a_name_that_is_taken_is_numbered() -> None:
    assert list(islice(safe_names("cat.jpg", "JPEG"), 3)) == ["cat.jpg", "cat (2).jpg", "cat (3).jpg"]


@pytest.mark.parametrize("name", ["x.html", "x.jpg.html", "x.HTML. ", "a/x.svg", "x.exe", "x.jpg\u202e.php", "x.pdf"])
def test_what_calls_itself_something_else_is_refused(name: str) -> None:
    assert suffix_refusal(name)


@pytest.mark.parametrize("name", ["x.jpg", "x.HEIC", "x", "", "IMG_0001", ".jpg", "a.b/x", "x.html\x00.jpg"])
def test_what_may_be_a_picture_is_not_refused_by_its_name(name: str) -> None:
    assert not suffix_refusal(name)
