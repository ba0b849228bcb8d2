"""A small disk of its own for a test, where the system lets us have one."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


def run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)


@contextmanager
def small_disk(place: Path, size: str) -> Iterator[None]:
    """A tmpfs at ``place``; the test is skipped where none can be mounted."""
    place.mkdir(parents=True)
    if os.name == "nt" or os.geteuid() != 0:
        pytest.skip("only root can mount a disk")
    try:
        run("mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place))
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no disk can be mounted here")
    try:
        yield
    finally:
        run("umount", "--lazy", str(place))


def make_read_only(place: Path) -> None:
    run("mount", "-o", "remount,ro", str(place))


def fill(place: Path) -> Path:
    """Leave no room on the disk; the file that takes it."""
    filler = place / "filler"
    with filler.open("wb", buffering=0) as file:
        for piece in (1 << 20, 1 << 12, 1):
            try:
                while file.write(bytes(piece)) == piece:
                    pass
            except OSError:
                continue
    return filler
