"""The command line and the Model Context Protocol against a real daemon with real photographs and the starter."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from PIL import Image

from tests.system.home import Home, Process

NUMBER = 8


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return Home(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def names(shared_photos: Path) -> list[str]:
    captions: dict[str, list[str]] = json.loads((shared_photos / "captions.json").read_text("utf-8"))
    dogs = [name for name, texts in captions.items() if any(" dog " in text for text in texts)]
    others = [name for name in captions if name not in dogs]
    return [*dogs[:2], *others[: NUMBER - 2]]


@pytest.fixture(scope="module")
def daemon(home: Home, shared_photos: Path, names: list[str]) -> Iterator[Process]:
    """A daemon that has taken in a few photographs."""
    folder = home.folder / "photos"
    folder.mkdir()
    for name in names:
        shutil.copyfile(shared_photos / name, folder / name)
    with home.running("--folder", str(folder)) as process:
        assert process.settle()["vectors"] == NUMBER
        yield process


def found(home: Home, *args: str) -> tuple[int, list[str]]:
    """Exit code of a search and the names that it found."""
    ran = home.photoseek("search", "--paths", *args)
    return ran.returncode, [Path(line).name for line in ran.stdout.splitlines()]


@pytest.mark.usefixtures("daemon")
class TestACommandLine:
    """Searches of one daemon."""

    def test_a_picture_finds_the_photo_that_it_was_made_of(self, home: Home, names: list[str], tmp_path: Path) -> None:
        for name in names[:2]:
            with Image.open(home.folder / "photos" / name) as whole:
                whole.convert("RGB").resize((whole.width // 2, whole.height // 2)).save(tmp_path / "sent.webp")
            code, paths = found(home, "--image", str(tmp_path / "sent.webp"))
            assert (code, paths[0], len(paths)) == (0, name, NUMBER)

    def test_a_picture_may_come_from_a_pipe_and_with_words(self, home: Home, names: list[str]) -> None:
        command = [sys.executable, "-m", "photoseek", "search", "--json", "--image", "-", "dog"]
        picture = (home.folder / "photos" / names[-1]).read_bytes()
        ran = subprocess.run(command, env=home.environment, input=picture, capture_output=True, check=False)
        answer = json.loads(ran.stdout)
        assert answer["query"]["text"] == "dog"
        assert Path(answer["photos"][0]["path"]).name == names[-1]

    def test_what_is_no_picture_ends_with_1_and_why(self, home: Home, tmp_path: Path) -> None:
        (tmp_path / "page.jpg").write_text("<html>")
        ran = home.photoseek("search", "--image", str(tmp_path / "page.jpg"))
        assert (ran.returncode, ran.stdout) == (1, "")
        assert "Not a picture" in ran.stderr

    def test_nothing_that_fits_ends_with_4(self, home: Home) -> None:
        code, paths = found(home, "quantum physics equations")
        assert (code, len(paths)) == (4, NUMBER)

    @pytest.mark.skipif(os.name == "nt", reason="Windows hands files to its Explorer")
    def test_the_best_photo_is_handed_to_the_desktop(self, home: Home, tmp_path: Path, names: list[str]) -> None:
        opener = tmp_path / ("open" if sys.platform == "darwin" else "xdg-open")
        opener.write_text(f'#!/bin/sh\nprintf %s "$1" > "{tmp_path}/opened"\n')
        opener.chmod(0o700)
        command = [sys.executable, "-m", "photoseek", "search", "a dog", "--open"]
        path = f"{tmp_path}{os.pathsep}{home.environment['PATH']}"
        ran = subprocess.run(command, env=home.environment | {"PATH": path}, capture_output=True, check=False)
        assert ran.returncode == 0, ran.stderr
        assert Path((tmp_path / "opened").read_text()).name in names[:2]

    async def test_an_assistant_searches_over_the_model_context_protocol(self, home: Home, names: list[str]) -> None:
        mcp = pytest.importorskip("mcp", reason="the extra mcp is not installed")
        command = mcp.StdioServerParameters(
            command=sys.executable, args=["-m", "photoseek", "mcp"], env=home.environment
        )
        async with mcp.Client(mcp.stdio_client(command)) as client:
            tools = (await client.list_tools()).tools
            assert {tool.name for tool in tools} == {"search", "similar", "status"}
            assert all(tool.annotations.read_only_hint and tool.description for tool in tools)
            dogs = await ask(client, "search", query="a dog", limit=3)
            assert len(dogs["photos"]) == 3
            assert dogs["photos"][0]["name"] in names[:2]
            alike = await ask(client, "similar", id=dogs["photos"][0]["id"])
            assert len(alike["photos"]) == NUMBER - 1
            status = await ask(client, "status")
            assert (status["counts"]["vectors"], status["model"]["name"]) == (NUMBER, "starter")
            refused = await client.call_tool("similar", {"id": "0" * 32})
            assert refused.is_error
            assert "There is no photo with this id" in refused.content[0].text
            for wrong in ({"query": "dog", "limit": 0}, {}):
                assert (await client.call_tool("search", wrong)).is_error

    async def test_a_picture_that_is_sent_is_found_and_stays_after_a_kill(
        self, home: Home, daemon: Process, shared_photos: Path
    ) -> None:
        """The last one: it adds a photo, and ends the daemon."""
        name = "sent 🐕.jpg"
        picture = Image.effect_noise((300, 200), 90).convert("RGB")
        picture.save(home.folder / name)
        found = json.loads(home.discovery.read_text("utf-8"))
        headers = {"Authorization": f"Bearer {Path(found['token_file']).read_text('utf-8').strip()}"}
        async with aiohttp.ClientSession(f"{found['url']}/api/v1/", headers=headers) as session:
            form = aiohttp.FormData(quote_fields=False)
            form.add_field("files", (home.folder / name).read_bytes(), filename=name)
            form.add_field("files", b"<html>", filename="page.jpg")
            async with session.post("photos", data=form) as answer:
                assert answer.status == 200
                sent = await answer.json()
            added, rejected = sent["files"]
            assert (added["status"], rejected["status"]) == ("added", "rejected")
            form = aiohttp.FormData({"wait_for": str(sent["seq"]), "limit": "1"})
            form.add_field("image", (home.folder / name).read_bytes(), filename="x")
            async with session.post("search", data=form) as answer:
                best = (await answer.json())["photos"][0]
            assert (best["id"], best["path"]) == (added["id"], added["path"])
            assert best["score"] > 0.999
        uploads = home.folder / "data" / "uploads"
        assert [path.name for path in uploads.iterdir() if path.is_file()] == [name]
        daemon.put_away()
        with home.running() as again:
            counts = again.settle()
            assert (counts["photos"], counts["problems"]) == (NUMBER + 1, 0)


async def ask(client: Any, tool: str, **arguments: Any) -> Any:
    """The structured answer of a tool."""
    answer = await client.call_tool(tool, arguments)
    assert not answer.is_error, answer.content
    return answer.structured_content


async def test_without_a_daemon_an_assistant_is_told_so(tmp_path: Path) -> None:
    mcp = pytest.importorskip("mcp", reason="the extra mcp is not installed")
    environment = Home(tmp_path).environment
    command = mcp.StdioServerParameters(command=sys.executable, args=["-m", "photoseek", "mcp"], env=environment)
    async with mcp.Client(mcp.stdio_client(command)) as client:
        refused = await client.call_tool("search", {"query": "dog"})
        assert refused.is_error
        assert "photoseek start" in refused.content[0].text
