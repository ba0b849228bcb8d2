"""Beside programs that want the processors a real daemon slows down, says so, and still gets there."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.system.conftest import MANY
from tests.system.home import Home


@contextmanager
def busy_programs() -> Iterator[None]:
    """One for each processor."""
    burners = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(os.cpu_count() or 1)]
    try:
        yield
    finally:
        for burner in burners:
            burner.kill()
            burner.wait()


@pytest.mark.long
@pytest.mark.timeout(300)
def test_busy_programs_slow_the_indexing_and_do_not_stop_it(tmp_path: Path, many_pictures: Path) -> None:
    (tmp_path / "home").mkdir()
    eager = {"GOVERNOR__BUSY": "slow", "GOVERNOR__BUSY_PERCENT": "20", "GOVERNOR__BUSY_AFTER_S": "0"}
    home = Home(tmp_path / "home", **eager)
    with home.running("--folder", str(many_pictures)) as process:
        process.until(lambda status: status["counts"]["vectors"])  # a model is slow to load beside them
        with busy_programs():
            status = process.until(lambda status: status["indexing"]["note"])
            assert status["indexing"]["note"] == "slowed: other programs are busy"
            assert "slowed: other programs are busy" in home.photoseek("status").stdout
            done = status["counts"]["vectors"]
            assert done < MANY
            process.until(lambda status: status["counts"]["vectors"] > done + 3)
