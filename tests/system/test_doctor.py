"""doctor beside a real daemon with real work done: what it tells is so, and nothing private is in it."""

import json
import os
from pathlib import Path

import pytest

from tests.flow.scenes import draw
from tests.system.home import Home

WORD = "zebrafinch"


@pytest.mark.skipif(os.name == "nt", reason="counts inotify's watches")
def test_it_tells_of_a_real_daemon_what_is_so_and_nothing_private(home: Home, tmp_path: Path) -> None:
    photos = tmp_path / f"photos of {WORD}"
    (photos / WORD).mkdir(parents=True)
    draw(photos / f"{WORD}.jpg", 1)
    (photos / WORD / "broken.jpg").write_bytes(b"\xff\xd8 no picture")
    with home.running("--folder", str(photos)) as process:
        process.settle()
        home.photoseek("search", WORD)
        words, told = home.photoseek("doctor"), home.photoseek("doctor", "--json")
        assert (words.returncode, told.returncode) == (0, 0), words.stderr + told.stderr
        for private in (WORD, process.daemon.token, str(home.folder), str(tmp_path)):
            assert private not in words.stdout + told.stdout
        report = json.loads(told.stdout)
    assert report["daemon"]["counts"] == {"photos": 1, "contents": 1, "vectors": 1, "waiting": 0, "problems": 1}
    assert report["daemon"]["folders"] == {"watching": 1}
    assert (report["daemon"]["model"], report["daemon"]["model_state"]) == ("starter", "ready")
    assert report["settings"]["changed"]["model.name"] == "starter"
    assert report["model"]["device"]["kind"] in {"cpu", "cuda", "mps"}
    assert report["watching"]["used_watches"] >= 2
    assert report["places"]["data"]["path"] == "elsewhere"
