"""The client: whom it trusts, what it sends, and how errors come back."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from photoseek.api import wire
from photoseek.client import Client
from photoseek.errors import FolderError, NotFoundError, NotRunningError, PhotoseekError, QueryError
from photoseek.paths import Paths
from tests.unit.cli.small_daemon import SmallDaemon, error

TOKEN = "t" * 43


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(*(tmp_path / name for name in ("config", "data", "cache", "runtime")))


@pytest.fixture
def daemon(paths: Paths) -> Iterator[SmallDaemon]:
    with SmallDaemon(paths) as daemon:
        yield daemon


async def test_it_finds_the_daemon_and_shows_it_the_token(daemon: SmallDaemon, paths: Paths) -> None:
    daemon.answers["GET /api/v1/folders"] = wire.FoldersBody(folders=[])
    async with Client.find(paths) as client:
        answer = await client.folders()
    assert answer.data == wire.FoldersBody(folders=[])
    assert answer.raw == b'{"folders":[],"suggested":""}'
    assert daemon.asked[0].headers["Authorization"] == f"Bearer {daemon.token}"


async def test_the_health_check_shows_the_token_to_nobody(daemon: SmallDaemon, paths: Paths) -> None:
    async with Client.find(paths) as client:
        await client.health()
    assert "Authorization" not in daemon.asked[0].headers


async def test_another_program_on_the_port_is_not_taken_for_photoseek(daemon: SmallDaemon, paths: Paths) -> None:
    daemon.answers["GET /healthz"] = b"<html>hello</html>"
    async with Client.find(paths) as client:
        with pytest.raises(PhotoseekError):
            await client.health()


async def test_without_a_discovery_file_no_daemon_runs(paths: Paths) -> None:
    with pytest.raises(NotRunningError):
        Client.find(paths)


async def test_a_port_where_nobody_listens_means_that_no_daemon_runs(daemon: SmallDaemon, paths: Paths) -> None:
    client = Client.find(paths)
    daemon.hang_up()
    async with client:
        with pytest.raises(NotRunningError):
            await client.status()


@pytest.mark.parametrize(
    "url", ["http://192.168.1.7:7427", "http://example.org", "https://127.0.0.1", "http://127.0.0.1.example.org", "x"]
)
async def test_an_address_that_leads_away_from_this_computer_is_refused(url: str) -> None:
    with pytest.raises(PhotoseekError, match="not on this computer"):
        Client(url, TOKEN)


async def test_a_proxy_in_the_environment_is_not_used(
    daemon: SmallDaemon, paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    daemon.answers["GET /api/v1/folders"] = wire.FoldersBody(folders=[])
    async with Client.find(paths) as client:
        assert (await client.folders()).data.folders == []


async def test_a_redirect_is_not_followed(daemon: SmallDaemon, paths: Paths) -> None:
    daemon.answers["GET /api/v1/folders"] = (302, b"")
    async with Client.find(paths) as client:
        with pytest.raises(PhotoseekError, match="302"):
            await client.folders()
    assert len(daemon.asked) == 1


@pytest.mark.parametrize(
    ("code", "kind"), [("bad_query", QueryError), ("bad_folder", FolderError), ("not_found", NotFoundError)]
)
async def test_an_error_comes_back_as_what_it_was(
    daemon: SmallDaemon, paths: Paths, code: str, kind: type[PhotoseekError]
) -> None:
    daemon.answers["GET /api/v1/search"] = (400, error(code, "It is so.", "Do this."))
    async with Client.find(paths) as client:
        with pytest.raises(kind) as caught:
            await client.search("dog")
    assert (caught.value.message, caught.value.hint) == ("It is so.", "Do this.")


async def test_a_token_that_fits_no_more_is_said_with_what_a_person_can_do(daemon: SmallDaemon, paths: Paths) -> None:
    paths.token.write_text("x" * 43)
    async with Client.find(paths) as client:
        with pytest.raises(PhotoseekError, match="token") as caught:
            await client.status()
    assert (caught.value.code, "photoseek stop" in caught.value.hint) == ("unauthorized", True)


async def test_an_error_of_a_code_it_does_not_know_keeps_its_words(daemon: SmallDaemon, paths: Paths) -> None:
    daemon.answers["GET /api/v1/status"] = (503, error("starting", "Not yet."))
    async with Client.find(paths) as client:
        with pytest.raises(PhotoseekError, match="Not yet") as caught:
            await client.status()
    assert caught.value.code == "starting"


async def test_a_search_sends_the_words_as_they_are(daemon: SmallDaemon, paths: Paths) -> None:
    daemon.answers["GET /api/v1/search"] = wire.SearchBody(
        query=wire.QueryBody(text=""), model="m", took_ms=1, good_matches=0, photos=[], next_cursor=None
    )
    text = 'a&b=c #d ?e +f %20 "g h" — ü http://x/y'
    async with Client.find(paths) as client:
        await client.search(text, 7)
    assert daemon.asked[0].query == {"q": text, "limit": "7"}


async def test_a_query_that_is_no_text_is_refused_before_it_is_sent(daemon: SmallDaemon, paths: Paths) -> None:
    async with Client.find(paths) as client:
        with pytest.raises(QueryError):
            await client.search("dog \udcff")
    assert daemon.asked == []


async def test_an_answer_of_another_version_is_said_in_words(daemon: SmallDaemon, paths: Paths) -> None:
    daemon.answers["GET /api/v1/status"] = b'{"something": "else"}'
    async with Client.find(paths) as client:
        with pytest.raises(PhotoseekError, match="can't be read"):
            await client.status()


EVENTS = (
    b"retry: 2000\n\n"
    b'id: 1\nevent: photo\ndata: {"seq":1,"added":[],"removed":[],"added_count":0,"removed_count":0}\n\n'
    b": photoseek is here\n\n"
    b'id: 2\nevent: folder\ndata: {"seq":2,"folders":[]}\n\n'
    b"id: 3\nevent: of a later version\ndata: {}\n\n"
)


async def test_it_hears_the_events_that_are_wanted(daemon: SmallDaemon, paths: Paths) -> None:
    daemon.answers["GET /api/v1/events"] = EVENTS
    async with Client.find(paths) as client:
        heard = [event async for event in client.events(["folder", "status"])]
    assert heard == [wire.FolderEventBody(seq=2, folders=[])]
    assert daemon.asked[0].headers["Authorization"] == f"Bearer {daemon.token}"


async def test_where_too_many_listen_it_says_so(daemon: SmallDaemon, paths: Paths) -> None:
    daemon.answers["GET /api/v1/events"] = (429, error("busy", "32 listen already."))
    async with Client.find(paths) as client:
        with pytest.raises(PhotoseekError, match="32 listen already"):
            await anext(client.events(["folder"]))
