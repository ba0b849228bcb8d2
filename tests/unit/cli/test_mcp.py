"""photoseek mcp without its extra; with it, a system test talks to it."""

import subprocess
import sys

HIDDEN = """if True:
    import sys
    sys.modules["mcp"] = None  # as if it were not installed
    from photoseek.cli import cli
    cli(["mcp"], prog_name="photoseek")
"""


def test_without_the_extra_it_says_how_to_install_it() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", HIDDEN], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stdout) == (1, "")
    assert "pip install 'photoseek[mcp]'" in ran.stderr
