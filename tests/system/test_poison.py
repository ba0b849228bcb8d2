"""A picture that kills its decoder, as a person meets it: command line and HTTP of a real daemon."""

import json
import os
from pathlib import Path

import pytest
from PIL import Image

from tests.flow.scenes import draw
from tests.system.home import Home, Process, until
from tests.unit.pictures.conftest import has_open, workers_of

PICTURES = 5

pytestmark = pytest.mark.skipif(os.name == "nt", reason="no such signals")


def kill_who_decodes(path: Path, process: Process) -> None:
    for worker in workers_of(process.popen.pid):
        if has_open(worker, path):
            worker.kill()


@pytest.mark.long
def test_a_poison_picture_is_listed_and_can_be_tried_again(home: Home, tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    photos.mkdir()
    for seed in range(PICTURES):
        draw(photos / f"{seed}.png", seed)
    poison = photos / "poison.png"
    # Large enough that it takes a second to decode: time to be killed in.
    Image.new("L", (12_000, 12_000), 128).save(poison, compress_level=1)
    with home.running("--folder", str(photos)) as process:

        def is_given_up() -> bool:
            kill_who_decodes(poison, process)
            return bool(process.daemon.ask("/status")["counts"]["problems"])

        until(is_given_up, lambda: process.said)
        counts = process.settle()
        assert (counts["photos"], counts["vectors"], counts["problems"]) == (PICTURES, PICTURES, 1)

        listed = json.loads(home.photoseek("problems", "--json").stdout)
        assert listed == process.daemon.ask("/problems")
        [problem] = listed["problems"]
        assert problem["path"] == str(poison)
        shown = home.photoseek("problems").stdout
        assert str(poison) in shown
        assert problem["reason"] in shown

        assert "1 file will be tried again" in home.photoseek("problems", "--retry").stdout
        counts = process.settle()
        assert (counts["photos"], counts["problems"]) == (PICTURES + 1, 0)
        assert process.daemon.ask("/problems/retry", {})["retried"] == 0
