"""Photos are opened on the person's screen, over HTTP: by id, and only there where there is a screen."""

import sys
from pathlib import Path

import pytest

from photoseek.desktop import Desktop
from tests.unit.api.conftest import BYTES, Http, SmallLibrary, client_of, make_photo, serve_small


def put(library: SmallLibrary) -> str:
    path = library.folder / "a.jpg"
    path.write_bytes(BYTES)
    return library.add(make_photo(bytes(path)))


@pytest.mark.skipif(sys.platform != "linux", reason="other desktops have other openers")
async def test_a_photo_is_opened_and_shown_by_its_id(
    library: SmallLibrary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opener = tmp_path / "xdg-open"
    opener.write_text(f'#!/bin/sh\nprintf %s "$1" > {tmp_path}/opened\n')
    opener.chmod(0o700)
    monkeypatch.setenv("PATH", str(tmp_path))
    photo_id = put(library)
    path = str(library.folder / "a.jpg")
    async with serve_small(library, desktop=Desktop()) as url, client_of(url) as http:
        assert await http.json("POST", f"/api/v1/photos/{photo_id}/open") == (200, {"path": path})
        assert (tmp_path / "opened").read_text() == path
        assert await http.json("POST", f"/api/v1/photos/{photo_id}/reveal") == (200, {"path": path})
        assert (tmp_path / "opened").read_text() == str(library.folder)


@pytest.mark.parametrize("deed", ["open", "reveal"])
async def test_nothing_is_opened_but_a_photo_that_is_known(http: Http, deed: str) -> None:
    for name in ("0" * 32, "%2Fetc%2Fpasswd", "x"):
        assert (await http.json("POST", f"/api/v1/photos/{name}/{deed}"))[0] == 404


async def test_without_a_screen_it_is_said_what_is_missing(http: Http, library: SmallLibrary) -> None:
    status, body = await http.json("POST", f"/api/v1/photos/{put(library)}/open")
    assert (status, body["error"]["code"]) == (503, "no_desktop")
    assert body["error"]["hint"]
