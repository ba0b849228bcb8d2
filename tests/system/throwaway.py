"""This computer's own system, to install things into and to throw away: what is written goes into memory. For tests.

An overlay over the whole of it, in namespaces of its own (mounts, processes), so that not even the names of what is
installed appear outside. Only the folders that a test names are the real ones. See overlay in the kernel's
Documentation/filesystems, namespaces(7).
"""

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from tests.system.home import gone, until

_CHROOT = "/usr/sbin/chroot"  # a person's PATH doesn't lead there
_NEEDS = ("unshare", "nsenter", "setpriv", _CHROOT)
_ROOM_MB = 3000
# It ends with the tests, also when those are killed.
_APART = ("setpriv", "--pdeathsig=KILL", "unshare", "--mount", "--pid", "--fork", "--kill-child")
# $0 is an empty folder, then come the folders that are the real ones.
_BEGIN = f"""
set -e
mount -t tmpfs -o size={_ROOM_MB}m tmpfs "$0"
cd "$0" && mkdir changed work all
mount -t overlay -o lowerdir=/,upperdir=changed,workdir=work overlay all
mount -t proc proc all/proc && mount --rbind /dev all/dev && mount --rbind /sys all/sys && mount -t tmpfs tmpfs all/run
for real in "$@"; do mkdir -p "all$real" && mount --bind "$real" "all$real"; done
touch ready
exec sleep infinity
"""


class System:
    """It.

    Args:
        first: Its first process.
        folder: Where it is mounted, as that process sees it.
    """

    def __init__(self, first: int, folder: Path) -> None:
        self._first = first
        self._folder = folder
        self._seen = Path(f"/proc/{first}/root") / folder.relative_to("/")

    @property
    def changed(self) -> Path:
        """Everything that has been written, at its place."""
        return self._seen / "changed"

    @property
    def everything(self) -> Path:
        """The root, to look into it from outside."""
        return self._seen / "all"

    def is_ready(self) -> bool:
        """Whether it can be entered."""
        return (self._seen / "ready").exists()

    def inside(self, *command: str, person: int = 0) -> Sequence[str]:
        """What runs a command in there, as root or as somebody else."""
        as_whom = ("setpriv", f"--reuid={person}", f"--regid={person}", "--clear-groups") if person else ()
        enter = ("nsenter", f"--target={self._first}", "--mount", "--pid", _CHROOT, str(self._folder / "all"))
        return (*enter, *as_whom, *command)

    def tell(self, *command: str) -> str:
        """Run a command as root; what it said."""
        bare = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
        done = subprocess.run(self.inside(*command), env=bare, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
        return done.stdout

    def processes(self) -> list[psutil.Process]:
        """All in there but its first, which buries nobody."""
        return [found for found in psutil.Process(self._first).children(recursive=True) if not gone([found])]


@contextmanager
def borrowed_system(folder: Path, *real: Path) -> Iterator[System]:
    """The system, until the end; skipped where that can't be had.

    Args:
        folder: An empty one.
        real: Folders that are the same inside and outside.
    """
    if os.geteuid() != 0 or any(shutil.which(program) is None for program in _NEEDS):
        pytest.skip(f"only root can have a system to throw away, and only with {', '.join(_NEEDS)}")
    if psutil.virtual_memory().available < _ROOM_MB << 20:
        pytest.skip(f"it takes {_ROOM_MB} MB of memory")
    command = [*_APART, "sh", "-c", _BEGIN, str(folder), *map(str, real)]
    unshare = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        until(lambda: unshare.poll() is not None or _is_ready(unshare, folder))
        if unshare.poll() is not None:
            _, said = unshare.communicate()
            pytest.skip(f"this kernel, or this container, gives nobody an overlay of his own: {said.strip()}")
        yield _system(unshare, folder)
    finally:
        unshare.kill()
        unshare.communicate()


def _system(unshare: "subprocess.Popen[str]", folder: Path) -> System:
    return System(psutil.Process(unshare.pid).children()[0].pid, folder)


def _is_ready(unshare: "subprocess.Popen[str]", folder: Path) -> bool:
    return bool(psutil.Process(unshare.pid).children()) and _system(unshare, folder).is_ready()
