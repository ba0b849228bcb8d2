"""schemathesis asks the running API whatever its document allows, and much that it does not.

It runs in a process of its own and asks over HTTP, with the token, a whole library that has real photos, a copy of one,
and a problem. Every check that it has is on: no server error, no status, shape, header or type that isn't described.
"""

import asyncio
import json
import os
import re
import sys
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import NoReturn

import pytest
from PIL import Image

from photoseek.api import serve
from photoseek.desktop import Desktop
from photoseek.domain import FolderStatus, LoginStart
from photoseek.errors import FolderError
from tests.flow.house import House, open_house
from tests.unit.api.conftest import TABLE

TOKEN = "t" * 43
ROOT = Path(__file__).parents[2]
CONFIG = Path(__file__).with_name("schemathesis.toml")


def fill(folder: Path) -> None:
    folder.mkdir()
    for number in range(3):
        Image.effect_noise((40, 30), 20 * number + 10).save(folder / f"{number}.jpg")
    (folder / "copy.jpg").write_bytes((folder / "0.jpg").read_bytes())
    (folder / "broken.jpg").write_bytes(b"\xff\xd8 no picture")


def keep_inside(house: House, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever path comes to its mind, this computer's own folders are not gone through."""
    add = house.library.add_folder

    async def add_inside(path: str) -> FolderStatus:
        if not Path(path).resolve().is_relative_to(place):
            raise FolderError("It lies outside of this test.")
        return await add(path)

    monkeypatch.setattr(house.library, "add_folder", add_inside)


async def prepare(house: House, tmp_path: Path) -> dict[str, list[str]]:
    """Folders to remove come first, for it tries small ids; then the photos; and folders to add."""
    folders = [tmp_path / f"folder {number}" for number in range(20)]
    for folder in folders:
        folder.mkdir()
    for folder in folders[:10]:
        await house.library.add_folder(str(folder))
    fill(tmp_path / "photos")
    await house.add(tmp_path / "photos")
    ids = sorted({row[1] for row in await house.library.files_page(10)})
    assert len(ids) == 3
    return {"ids": [*ids], "folders": [str(folder) for folder in folders[10:]]}


class QuietDesktop(Desktop):
    """Opens nothing: the person at this computer didn't ask for it."""

    async def open_file(self, path: bytes) -> None:
        assert Path(os.fsdecode(path)).is_file()

    async def show_in_folder(self, path: bytes) -> None:
        assert Path(os.fsdecode(path)).is_file()


class QuietLogin:
    """Remembers what was wished, and leaves this computer's login as it is."""

    installed = False

    def install(self) -> LoginStart:
        self.installed = True
        return self.status()

    def remove(self) -> bool:
        self.installed, was = False, self.installed
        return was

    def status(self) -> LoginStart:
        return LoginStart(self.installed, "xdg", "")


def serve_house(house: House, runtime: Path) -> AbstractAsyncContextManager[str]:
    """Whatever is asked, the token stays as it is."""
    return serve(
        house.library,
        TOKEN,
        0,
        runtime=runtime,
        new_token=lambda: TOKEN,
        desktop=QuietDesktop(),
        autostart=QuietLogin(),
    )


async def run_schemathesis(url: str, tried: dict[str, list[str]], place: Path, *only: str) -> tuple[int | None, str]:
    command = [
        "-m",
        "schemathesis.cli",
        "--config-file",
        str(CONFIG),
        "run",
        f"{url}/api/v1/openapi.json",
        "--no-color",
    ]
    more = {"PYTHONPATH": str(ROOT), "PHOTOSEEK_TRIED": json.dumps(tried), "PHOTOSEEK_TOKEN": TOKEN}
    running = await asyncio.create_subprocess_exec(
        sys.executable,
        *command,
        cwd=place,
        env=os.environ | more,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await running.communicate()
    return running.returncode, said.decode()


@pytest.mark.timeout(300)  # it takes 20 s where the machine has nothing else to do
async def test_no_answer_is_an_error_of_the_server_or_not_described(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_house(tmp_path / "own") as house, serve_house(house, tmp_path) as url:
        keep_inside(house, tmp_path, monkeypatch)
        tried = await prepare(house, tmp_path)
        code, said = await run_schemathesis(url, tried, tmp_path)
    assert code == 0, said
    cases = re.search(r"(\d+) generated, (\d+) passed", said)
    assert cases is not None
    assert cases[1] == cases[2]
    assert int(cases[1]) > 25 * len(TABLE)


async def test_an_error_of_the_server_would_be_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(*_: object) -> NoReturn:
        raise RuntimeError("on purpose")

    async with open_house(tmp_path / "own") as house, serve_house(house, tmp_path) as url:
        monkeypatch.setattr(house.library, "problems", fail)
        only = ["--include-operation-id", "problems", "--phases", "coverage"]
        code, said = await run_schemathesis(url, {"ids": [""], "folders": [""]}, tmp_path, *only)
    assert (code, "Server error: 1" in said) == (1, True), said
