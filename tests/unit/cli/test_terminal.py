"""How this program names itself to a person."""

import shutil
import sys

import pytest

from photoseek.cli.terminal import own_name


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
