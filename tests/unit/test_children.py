"""Children: they are nice, and end with their parent."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

_PARENT = """
import multiprocessing, sys, time
from photoseek.children import become_child

def child(pipe):
    become_child(nice=True)
    pipe.send("ready")
    time.sleep(600)

if __name__ == "__main__":
    here, there = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=child, args=(there,))
    process.start()
    here.recv()
    print(process.pid, flush=True)
    time.sleep(600)
"""


@pytest.fixture
def parent_and_child(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], psutil.Process]]:
    """A process with one child; both gone afterwards."""
    script = tmp_path / "parent.py"
    script.write_text(_PARENT)
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        yield parent, child
        parent.kill()
        if child.is_running():
            child.kill()


def test_a_child_ends_when_its_parent_is_killed(
    parent_and_child: tuple[subprocess.Popen[bytes], psutil.Process],
) -> None:
    parent, child = parent_and_child
    parent.kill()
    gone, _ = psutil.wait_procs([child], timeout=60)
    assert gone


@pytest.mark.skipif(os.name == "nt", reason="Windows has priority classes instead")
def test_a_child_gives_way_to_other_programs(
    parent_and_child: tuple[subprocess.Popen[bytes], psutil.Process],
) -> None:
    _, child = parent_and_child
    assert child.nice() >= 10
    if psutil.LINUX:
        assert child.ionice().ioclass == psutil.IOPRIO_CLASS_IDLE


@pytest.mark.skipif(os.name == "nt", reason="no such signal")
def test_ctrl_c_is_left_to_the_parent(parent_and_child: tuple[subprocess.Popen[bytes], psutil.Process]) -> None:
    _, child = parent_and_child
    child.send_signal(2)
    # A signal that would end it does so before the next one is delivered.
    child.suspend()
    child.resume()
    assert child.is_running()
    assert child.status() != psutil.STATUS_ZOMBIE
