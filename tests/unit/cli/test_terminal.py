"""How this program names itself to a person, and sizes."""

import shutil
import sys

import pytest

from photoseek.cli.terminal import own_name, readable, size


@pytest.mark.parametrize(
    ("called", "on_path", "name"),
    [
        (".venv/bin/photoseek", None, ".venv/bin/photoseek"),
        ("/my programs/photoseek", None, "'/my programs/photoseek'"),
        ("/usr/bin/photoseek", "/usr/bin/photoseek", "photoseek"),
        ("/checkout/daemon/photoseek/__main__.py", None, "photoseek"),
    ],
)
def test_a_hint_names_the_program_so_that_it_can_be_copied(
    called: str, on_path: str | None, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", [called, "run"])
    monkeypatch.setattr(shutil, "which", lambda _: on_path)
    assert own_name() == name
    assert readable("photoseek: `photoseek start`, `photoseek stop`") == f"photoseek: `{name} start`, `{name} stop`"


@pytest.mark.parametrize(
    ("size_bytes", "words"),
    [
        (0, "0 B"), (812, "812 B"), (3_700, "3.7 kB"), (999_499, "999 kB"), (999_500, "1.0 MB"), (141_400, "141 kB"),
        (1.7e9, "1.7 GB"), (12e9, "12 GB"), (3e15, "3000 TB"),
    ],
)  # fmt: skip
def test_a_size_has_two_or_three_figures(size_bytes: float, words: str) -> None:
    assert size(size_bytes) == words
