"""Pausing, by command line and over HTTP, on a real daemon and over its restarts."""

import json
import os
from pathlib import Path

import pytest

from tests.flow.scenes import draw
from tests.system.home import Home

PICTURES = 6

pytestmark = pytest.mark.skipif(os.name == "nt", reason="no such signals")


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    for seed in range(PICTURES):
        draw(folder / f"{seed}.png", seed)
    return folder


@pytest.mark.long
def test_a_pause_holds_over_restarts_and_kills_while_search_goes_on(home: Home, photos: Path) -> None:
    with home.running() as process:
        assert home.photoseek("pause").returncode == 0
        assert home.photoseek("folders", "add", str(photos)).returncode == 0
        status = process.until(lambda status: status["counts"]["waiting"] == PICTURES)
        assert (status["indexing"]["state"], status["counts"]["vectors"]) == ("paused", 0)
        process.popen.terminate()
        assert process.popen.wait(timeout=30) == 0

    with home.running() as process:
        status = process.until(lambda status: status["counts"]["waiting"] == PICTURES)
        assert status["indexing"]["state"] == "paused"
        answer = process.daemon.ask("/indexing", {"action": "resume"})
        assert answer["indexing"]["state"] != "paused"
        assert process.settle()["vectors"] == PICTURES
        answer = process.daemon.ask("/indexing", {"action": "pause"})
        assert answer["indexing"]["state"] == "paused"
        draw(photos / "later.png", 99)
        assert home.photoseek("rescan").returncode == 0
        process.until(lambda status: status["counts"]["waiting"] == 1)
        assert len(process.daemon.search("a dog", 50)["photos"]) == PICTURES
        process.popen.kill()
        process.popen.wait()

    with home.running() as process:
        said = json.loads(home.photoseek("status", "--json").stdout)
        assert said["indexing"]["state"] == "paused"
        assert home.photoseek("resume").returncode == 0
        assert process.settle()["vectors"] == PICTURES + 1
