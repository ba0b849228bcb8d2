"""Killed at any step on the way from one model to another, the next start answers, and goes on from there."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from photoseek.catalogue import Catalogue
from photoseek.settings import load_settings
from tests.flow.handing_over import STEPS
from tests.flow.two_models import PHOTOS, answers_with, at_home, make_shelf, photos, until

__all__ = ["photos"]


@pytest.mark.parametrize(("step", "nth"), [*((step, 1) for step in STEPS), ("after store", 2)])
async def test_after_a_kill_the_next_start_answers_at_once_and_hands_over(
    tmp_path: Path, photos: Path, step: str, nth: int
) -> None:
    home = tmp_path / "home"
    async with at_home(home, make_shelf()) as house:
        await house.add(photos)
    command = [sys.executable, "-m", "tests.flow.handing_over", str(home), step, str(nth)]
    killed = subprocess.run(command, cwd=Path(__file__).parents[2], env=os.environ, check=False, timeout=120)
    assert killed.returncode == -signal.SIGKILL
    assert load_settings(house.paths.settings, {}).model.name == "new"
    catalogue = await Catalogue.open(house.paths.catalogue)
    done, lacking = await catalogue.coverage("new/1")
    await catalogue.close()
    assert done + lacking == PHOTOS
    shelf = make_shelf()
    async with at_home(home, shelf) as house:
        answer = await house.search("anything", limit=1000)
        assert answer.model == ("new" if step == "after remember" else "old")
        assert len(answer.hits) == PHOTOS
        shelf.models["new"].gate.set()
        await until(house, answers_with("new"))
        assert len(await house.names()) == PHOTOS
        assert await house.catalogue.check() == []
    assert (shelf.models["new"].embedded, shelf.models["old"].embedded) == (lacking, 0)
