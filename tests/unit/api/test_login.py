"""Starting at login, over HTTP: real files in a temporary home, and no systemd there."""

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from photoseek.autostart import find_autostart
from tests.unit.api.conftest import Http, SmallLibrary, client_of, serve_small

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="an entry of Linux's desktops")


@pytest_asyncio.fixture
async def at_login(library: SmallLibrary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Http]:
    monkeypatch.setenv("PATH", str(tmp_path))
    autostart = find_autostart({"XDG_CONFIG_HOME": str(tmp_path / "config")}, "linux")
    async with serve_small(library, autostart=autostart) as url, client_of(url) as http:
        yield http


async def test_it_is_switched_on_and_off(at_login: Http, tmp_path: Path) -> None:
    entry = tmp_path / "config" / "autostart" / "photoseek.desktop"
    off, on = ({"installed": installed, "how": "xdg", "note": ""} for installed in (False, True))
    assert await at_login.json("GET", "/api/v1/autostart") == (200, off)
    for _ in range(2):
        assert await at_login.json("POST", "/api/v1/autostart", json={"installed": True}) == (200, on)
        assert entry.is_file()
    assert await at_login.json("GET", "/api/v1/autostart") == (200, on)
    for _ in range(2):
        assert await at_login.json("POST", "/api/v1/autostart", json={"installed": False}) == (200, off)
        assert not entry.exists()


async def test_what_stands_in_the_way_is_said(at_login: Http, tmp_path: Path) -> None:
    entry = tmp_path / "config" / "autostart" / "photoseek.desktop"
    entry.parent.mkdir(parents=True)
    entry.write_text("[Desktop Entry]\nExec=mine\n")
    status, body = await at_login.json("POST", "/api/v1/autostart", json={"installed": True})
    assert (status, body["error"]["code"]) == (503, "no_autostart")
    assert str(entry) in body["error"]["message"]
    assert "left alone" in (await at_login.json("GET", "/api/v1/autostart"))[1]["note"]


async def test_where_nothing_can_start_at_login_both_routes_say_so(http: Http) -> None:
    for method, more in (("GET", {}), ("POST", {"json": {"installed": True}})):
        status, body = await http.json(method, "/api/v1/autostart", **more)
        assert (status, body["error"]["code"]) == (503, "no_autostart")
