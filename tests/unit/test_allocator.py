"""Memory that was given back goes to the system."""

import platform
import subprocess
import sys

import pytest

HOLES = """
import psutil
from photoseek.allocator import give_back_at_once, give_back_what_is_left
give_back_at_once()
pieces = [bytes(8_000) for _ in range(4_000)]
last, pieces = pieces[-1], pieces[::200]
before = psutil.Process().memory_info().rss
give_back_what_is_left()
print((before - psutil.Process().memory_info().rss) >> 20)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc can be asked for it")
def test_what_is_free_between_things_that_live_is_given_back() -> None:
    done = subprocess.run([sys.executable, "-c", HOLES], capture_output=True, check=True)
    assert int(done.stdout) >= 20  # of 30 MiB
