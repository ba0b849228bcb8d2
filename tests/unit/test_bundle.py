"""What a bundle's starter leaves in the environment, and what of it the desktop's programs may get."""

import subprocess
import sys

import pytest

from photoseek.bundle import give_back_environment

LEFT_BEHIND = {
    "LD_LIBRARY_PATH": "/bundle/_internal:/of/the/person",
    "LD_LIBRARY_PATH_ORIG": "/of/the/person",
    "TCL_LIBRARY": "/bundle/_internal/_tcl_data",
    "TK_LIBRARY": "/bundle/_internal/_tk_data",
    "_PYI_ARCHIVE_FILE": "/bundle/photoseek",
    "_PYI_PARENT_PROCESS_LEVEL": "1",
    "HOME": "/home/person",
}


@pytest.mark.parametrize(
    ("window", "kept"),
    [(False, {}), (True, {name: LEFT_BEHIND[name] for name in ("TCL_LIBRARY", "TK_LIBRARY")})],
)
def test_the_environment_is_the_persons_again(window: bool, kept: dict[str, str]) -> None:
    environment = dict(LEFT_BEHIND)
    give_back_environment(environment, window=window)
    assert environment == {"HOME": "/home/person", "LD_LIBRARY_PATH": "/of/the/person"} | kept


def test_where_the_person_has_no_library_path_none_is_left() -> None:
    environment = {"LD_LIBRARY_PATH": "/bundle/_internal", "HOME": "/home/person"}
    give_back_environment(environment, window=False)
    assert environment == {"HOME": "/home/person"}


def test_a_bundle_does_so_at_its_start() -> None:
    script = """if True:
        import os, sys
        sys.frozen, sys.argv = True, ["photoseek", "--version"]
        from photoseek.__main__ import main
        try:
            main()
        finally:
            print(os.environ["LD_LIBRARY_PATH"], "TCL_LIBRARY" in os.environ)
    """
    ran = subprocess.run([sys.executable, "-c", script], env=LEFT_BEHIND, capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines()[-1] == "/of/the/person False"
