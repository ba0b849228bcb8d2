"""One daemon for a data dir, and clean ends, whatever way it ends."""

import os
from pathlib import Path

import psutil
import pytest

from tests.system.conftest import MANY
from tests.system.home import Home, Process, gone, until

pytestmark = pytest.mark.skipif(os.name == "nt", reason="no such signals")

STARTS = 20


@pytest.mark.long
def test_of_twenty_started_at_once_one_runs_and_nineteen_say_who_has_it(home: Home) -> None:
    processes = [home.start() for _ in range(STARTS)]
    try:
        until(lambda: sum(process.popen.poll() is None for process in processes) == 1 and home.discovery.exists())
        [winner] = [process for process in processes if process.popen.poll() is None]
        winner.wait_until_it_listens()
        for loser in processes:
            if loser is not winner:
                assert loser.popen.returncode == 1
                assert "photoseek is running already:" in loser.said
                assert str(winner.popen.pid) in loser.said
                assert "Traceback" not in loser.said
        assert winner.daemon.ask("/status")["counts"]["photos"] == 0
        winner.popen.terminate()
        assert winner.popen.wait(timeout=30) == 0
    finally:
        for process in processes:
            process.put_away()
    assert not home.discovery.exists()


def in_the_middle(process: Process) -> list[psutil.Process]:
    """Wait until some pictures are done and more are to come; the children."""
    process.until(lambda status: status["counts"]["vectors"] and status["counts"]["waiting"])
    children = process.children()
    assert len(children) >= 2
    return children


@pytest.mark.long
@pytest.mark.timeout(400)
def test_a_signal_in_the_middle_of_indexing_ends_it_cleanly(home: Home, many_pictures: Path) -> None:
    with home.running("--folder", str(many_pictures)) as process:
        children = in_the_middle(process)
        process.popen.terminate()
        assert process.popen.wait(timeout=60) == 0
        until(lambda: gone(children))  # Python's own resource tracker ends just after
    assert not home.discovery.exists()
    assert "Traceback" not in home.log + process.said
    assert home.photoseek("check").returncode == 0


@pytest.mark.long
@pytest.mark.timeout(400)  # two daemons, one after the other, each load a model
def test_after_a_kill_no_child_is_left_and_the_next_start_goes_on(home: Home, many_pictures: Path) -> None:
    with home.running("--folder", str(many_pictures)) as process:
        children = in_the_middle(process)
        process.popen.kill()
        until(lambda: gone(children))
    with home.running() as process:
        counts = process.settle()
        assert (counts["photos"], counts["vectors"], counts["problems"]) == (MANY, MANY, 0)
        assert home.photoseek("check").returncode == 0
