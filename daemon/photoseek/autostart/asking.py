"""Asks a program of the system. Used by the ways that need one; blocks for as long as the program takes."""

import subprocess

from photoseek.errors import AutostartError

# Such programs answer at once, or wait for a bus that is not there.
_PATIENCE_S = 20.0


def ask_system(*command: str) -> "subprocess.CompletedProcess[bytes] | None":
    """Run it to its end; None where it is missing or doesn't end."""
    try:
        return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=_PATIENCE_S)
    except (OSError, subprocess.TimeoutExpired):
        return None


def tell_system(*command: str) -> None:
    """Run it to its end.

    Raises:
        AutostartError: It refuses, is missing or doesn't end.
    """
    done = ask_system(*command)
    if done is None or done.returncode != 0:
        words = b"" if done is None else done.stderr or done.stdout
        said = " ".join(words.decode("utf-8", "replace").split()) or "it gave no reason"
        raise AutostartError(f"{command[0]} refuses: {said}", f"Try it by hand: {' '.join(command)}")
