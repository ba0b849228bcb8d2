"""A person who logs in: a systemd that manages this person's services, apart from the machine's. For the system tests.

It lives in namespaces of its own (mounts, processes, cgroups), with an empty /run, and without any capability, as that
of a person does. Files and network are the machine's. See namespaces(7), systemd(1) and sd_booted(3).
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from tests.system.home import until

_SYSTEMD = "/usr/lib/systemd/systemd"
_RUNTIME = "/run/user/0"
_APART = ("unshare", "--mount", "--pid", "--cgroup", "--fork", "--kill-child", "--mount-proc")
_WITHOUT_RIGHTS = ("setpriv", "--bounding-set=-all", "--inh-caps=-all")
_NEEDS = ("systemctl", "systemd-run", _SYSTEMD, "unshare", "nsenter", "setpriv")
# /run/systemd/system says that systemd has booted the machine. The shell stays, as this world's first process.
_BEGIN = f"""
mount -t tmpfs tmpfs /run && mount -t cgroup2 cgroup2 /sys/fs/cgroup || exit
mkdir -p /run/systemd/system && mkdir -p -m 700 {_RUNTIME}
{" ".join(_WITHOUT_RIGHTS)} {_SYSTEMD} --user
exit
"""


class Login:
    """From the login to the logout.

    Args:
        first: The first process of its world.
        environment: What every program of the person knows.
    """

    def __init__(self, first: int, environment: dict[str, str]) -> None:
        self._first = first
        self._environment = environment

    def run(self, *command: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        """Run a program of the person to its end; variables are its own."""
        enter = ("nsenter", f"--target={self._first}", "--mount", "--pid", "--cgroup", *_WITHOUT_RIGHTS)
        return subprocess.run(
            [*enter, *command], env=self._environment | environment, capture_output=True, text=True, check=False
        )

    def answers(self) -> bool:
        """Whether the person's systemd does."""
        return self.run("systemctl", "--user", "show-environment").returncode == 0

    def systemctl(self, *command: str) -> str:
        """Ask the person's systemd, which must not refuse."""
        done = self.run("systemctl", "--user", *command)
        assert done.returncode == 0, f"{command}: {done.stderr}"
        return done.stdout

    def show(self, unit: str, *properties: str) -> dict[str, str]:
        """What systemd knows of a unit."""
        shown = self.systemctl("show", unit, *(f"--property={name}" for name in properties))
        return dict(line.split("=", 1) for line in shown.splitlines())

    def process(self, unit: str) -> psutil.Process:
        """The main process of a unit, as it is known outside of the person's world."""
        number = self.show(unit, "MainPID")["MainPID"]
        world = psutil.Process(self._first).children(recursive=True)
        [found] = [process for process in world if _inner_pid(process) == number]
        return found


@contextmanager
def logged_in(home: Path) -> Iterator[Login]:
    """Log in, and out at the end; the test is skipped where that can't be done."""
    for program in _NEEDS:
        if shutil.which(program) is None:
            pytest.skip(f"needs {program}")
    if not Path("/usr/lib/systemd/user/dbus.socket").exists():
        pytest.skip("needs a bus for each person: dbus-user-session")
    environment = {"HOME": str(home), "XDG_RUNTIME_DIR": _RUNTIME, "PATH": os.environ["PATH"], "HF_HUB_OFFLINE": "1"}
    enter = f'echo $$ > "$0"/cgroup.procs && exec {" ".join(_APART)} sh -c "$1"'
    with _cgroup() as cgroup:
        systemd = subprocess.Popen(["sh", "-c", enter, str(cgroup), _BEGIN], env=environment, stdin=subprocess.DEVNULL)
        try:
            until(lambda: systemd.poll() is not None or bool(psutil.Process(systemd.pid).children()))
            assert systemd.poll() is None, "it could not be let into its world"
            login = Login(psutil.Process(systemd.pid).children()[0].pid, environment)
            until(lambda: systemd.poll() is not None or login.answers())
            assert systemd.poll() is None, "systemd did not begin"
            yield login
            login.run("systemctl", "--user", "exit")
            systemd.wait(30)
        finally:
            systemd.kill()
            systemd.wait()


@contextmanager
def _cgroup() -> Iterator[Path]:
    """A cgroup that is the root of the person's."""
    roots = [line.split() for line in Path("/proc/self/mounts").read_text("utf-8").splitlines()]
    root = next((Path(place) for _, place, kind, *_ in roots if kind == "cgroup2"), None)
    if os.geteuid() != 0 or root is None:
        pytest.skip("only root can give a systemd a world of its own, and only with cgroups")
    attempt = [*_APART, "mount", "-t", "cgroup2", "cgroup2", "/sys/fs/cgroup"]
    probe = subprocess.run(attempt, capture_output=True, check=False)
    if probe.returncode != 0:
        pytest.skip(f"this kernel, or this container, lets nobody have namespaces: {probe.stderr.decode().strip()}")
    try:
        cgroup = Path(tempfile.mkdtemp(prefix="photoseek-test-", dir=root))
    except OSError as error:
        pytest.skip(f"no cgroup can be made here: {error.strerror}")
    try:
        yield cgroup
    finally:
        until(lambda: "populated 0" in (cgroup / "cgroup.events").read_text("utf-8"))
        for folder, _, _ in os.walk(cgroup, topdown=False):
            Path(folder).rmdir()


def _inner_pid(process: psutil.Process) -> str:
    """By what number its own world knows it."""
    status = Path(f"/proc/{process.pid}/status").read_text("utf-8")
    return next(line for line in status.splitlines() if line.startswith("NSpid:")).split()[-1]
