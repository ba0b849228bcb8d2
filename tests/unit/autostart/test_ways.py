"""Each way to start at login: real files in a temporary home; the system's programs write down what they are asked."""

import configparser
import plistlib
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from photoseek.autostart import autostart
from photoseek.autostart.program import Program
from photoseek.autostart.systemd import SystemdUnit
from photoseek.autostart.xdg import XdgEntry
from photoseek.errors import AutostartError
from tests.unit.autostart.conftest import Computer

UNIT_LEFT = "run/systemd/user/photoseek.service"
UNIT = ".config/systemd/user/photoseek.service"
WANTED = ".config/systemd/user/default.target.wants/photoseek.service"
ENTRY = ".config/autostart/photoseek.desktop"
ICON = ".config/autostart/photoseek-tray.desktop"
AGENT = "Library/LaunchAgents/photoseek.plist"
START = ["-P", "-m", "photoseek", "run", "--no-open", "--background"]
ALONE = ["-P", "-m", "photoseek", "run", "--no-tray", "--no-open", "--background"]
SHOW_ICON = ["-P", "-m", "photoseek", "tray", "--wait"]
TASK = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"


def ini(path: Path) -> configparser.RawConfigParser:
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(path.read_text("utf-8"))
    return parser


def test_systemd_starts_the_interpreter_that_runs_at_each_login(computer: Computer) -> None:
    computer.have_systemd()
    status = computer.find().install()
    assert (status.installed, status.how, status.note) == (True, "systemd", "")
    assert status.place == str(computer.home / UNIT)
    assert computer.said == [
        "--user show --property=Version",
        "--user daemon-reload",
        "--user enable photoseek.service",
    ]
    service = ini(computer.home / UNIT)["Service"]
    assert shlex.split(service["ExecStart"]) == [sys.executable, *ALONE]
    assert (service["Type"], service["Restart"], service["WatchdogSec"]) == ("notify", "on-failure", "60")
    assert (computer.home / UNIT).stat().st_mode & 0o777 == 0o644


def test_beside_systemd_the_desktop_starts_the_icon(computer: Computer) -> None:
    computer.have_systemd()
    computer.environment["PHOTOSEEK_DATA_DIR"] = "/a disk"
    computer.find().install()
    entry = ini(computer.home / ICON)["Desktop Entry"]
    assert shlex.split(entry["Exec"]) == [sys.executable, *SHOW_ICON, "--place", "data", "/a disk"]


def test_an_icon_that_was_switched_off_in_the_desktops_settings_is_no_fault(computer: Computer) -> None:
    computer.have_systemd()
    computer.find().install()
    with (computer.home / ICON).open("a") as entry:
        entry.write("Hidden=true\n")
    assert computer.find().status().note == ""
    (computer.home / ICON).unlink()
    status = computer.find().status()
    assert (status.installed, status.note) == (True, "")


def test_an_icon_of_another_photoseek_is_said_and_renewed(computer: Computer) -> None:
    computer.have_systemd()
    computer.find().install()
    entry = computer.home / ICON
    entry.write_text(entry.read_text().replace("python", "python-of-old"))
    assert "renews it" in computer.find().status().note
    assert computer.find().install().note == ""


def test_to_install_twice_is_as_good_as_once(computer: Computer) -> None:
    computer.have_systemd()
    first = computer.find().install()
    before = (computer.home / UNIT).stat()
    assert computer.find().install() == first
    assert (computer.home / UNIT).stat() == before
    assert computer.files() == [ICON, WANTED, UNIT]


def test_what_was_installed_is_removed_and_nothing_else(computer: Computer) -> None:
    computer.have_systemd()
    other = computer.units / "other.service"
    other.parent.mkdir(parents=True)
    other.write_text("[Service]\n")
    computer.find().install()
    assert computer.find().remove()
    assert computer.files() == [".config/systemd/user/other.service"]
    assert computer.said[-1] == "--user daemon-reload"
    assert not computer.find().status().installed
    assert not computer.find().remove()


@pytest.mark.parametrize(("runs", "left"), [("active", [UNIT_LEFT]), ("activating", [UNIT_LEFT]), ("inactive", [])])
def test_one_that_runs_keeps_its_unit_until_the_logout(computer: Computer, runs: str, left: list[str]) -> None:
    computer.have_systemd(runs=runs)
    computer.environment["XDG_RUNTIME_DIR"] = str(computer.home / "run")
    computer.find().install()
    text = (computer.home / UNIT).read_text()
    assert computer.find().remove()
    assert computer.files() == left
    assert not left or (computer.home / UNIT_LEFT).read_text() == text
    assert not computer.find().status().installed
    assert not computer.find().remove()


@pytest.mark.parametrize("bus", [1, None], ids=["no manager answers", "there is no systemctl"])
def test_without_systemd_the_desktop_starts_it(computer: Computer, bus: int | None) -> None:
    if bus is None:
        computer.have("systemctl", "#!/nowhere\n")
    else:
        computer.have_systemd(bus)
    assert computer.find().install().how == "xdg"
    assert computer.files() == [ENTRY]
    entry = ini(computer.home / ENTRY)["Desktop Entry"]
    assert shlex.split(entry["Exec"]) == [sys.executable, *START]
    assert (entry["Type"], entry["Terminal"]) == ("Application", "false")


def test_where_systemd_comes_later_it_takes_over_from_the_desktop(computer: Computer) -> None:
    computer.have_systemd(1)
    computer.find().install()
    computer.have_systemd()
    assert computer.find().install().how == "systemd"
    assert computer.files() == [ICON, WANTED, UNIT]
    computer.have_systemd(1)  # and is taken away where it has gone
    assert computer.find().remove()
    assert computer.files() == []


def test_a_mac_has_an_agent_that_is_started_again_after_a_crash_only(computer: Computer) -> None:
    computer.have("launchctl", '#!/bin/sh\necho "$*" >> {said}\n')
    computer.environment["PHOTOSEEK_DATA_DIR"] = "/Volumes/R&D <1>"
    status = computer.find("darwin").install()
    assert (status.installed, status.how, status.note) == (True, "launchd", "")
    agent = plistlib.loads((computer.home / AGENT).read_bytes())
    assert agent["ProgramArguments"] == [sys.executable, *START, "--place", "data", "/Volumes/R&D <1>"]
    assert (agent["RunAtLoad"], agent["KeepAlive"]) == (True, {"SuccessfulExit": False})
    assert computer.said[0].startswith("enable gui/")
    assert computer.find("darwin").remove()
    assert computer.files() == []


def test_windows_has_a_task_of_this_person_without_more_rights(computer: Computer) -> None:
    computer.have_schtasks()
    computer.environment["PHOTOSEEK_CACHE_DIR"] = "/big disk/a & b"
    assert not computer.find("win32").status().installed
    status = computer.find("win32").install()
    assert (status.installed, status.how, status.note) == (True, "task", "")
    task = ElementTree.fromstring(computer.task.read_bytes())  # it was told in UTF-16, as schtasks wants it
    assert computer.task.read_bytes()[:2] in {b"\xff\xfe", b"\xfe\xff"}
    assert [user.text for user in task.iter(f"{TASK}UserId")] == ["DESK\\Jo & Co"] * 2
    assert task.findtext(f".//{TASK}RunLevel") == "LeastPrivilege"
    assert task.find(f"./{TASK}Triggers/{TASK}LogonTrigger") is not None
    assert task.findtext(f".//{TASK}Exec/{TASK}Command") == sys.executable
    wanted = subprocess.list2cmdline([*START, "--place", "cache", "/big disk/a & b"])
    assert task.findtext(f".//{TASK}Exec/{TASK}Arguments") == wanted
    assert computer.find("win32").remove()
    assert computer.said[-1] == "/Delete /TN photoseek "
    assert not computer.task.exists()


def test_a_task_of_the_same_name_that_somebody_else_made_is_left_alone(computer: Computer) -> None:
    computer.have_schtasks()
    computer.task.write_text("<Task/>")
    with pytest.raises(AutostartError, match="another task"):
        computer.find("win32").install()
    assert not computer.find("win32").remove()
    assert computer.find("win32").status().note
    assert computer.task.read_text() == "<Task/>"


def test_a_unit_that_a_person_wrote_is_left_alone(computer: Computer) -> None:
    computer.have_systemd()
    own = computer.home / UNIT
    own.parent.mkdir(parents=True)
    own.write_text("[Service]\nExecStart=/opt/mine\n")
    with pytest.raises(AutostartError) as refused:
        computer.find().install()
    assert refused.value.hint
    assert not computer.find().remove()
    status = computer.find().status()
    assert (status.installed, "left alone" in status.note) == (False, True)
    assert own.read_text() == "[Service]\nExecStart=/opt/mine\n"


def test_own_folders_that_were_moved_are_kept_and_those_at_their_usual_place_are_not_named(computer: Computer) -> None:
    computer.have_systemd()
    computer.environment |= {
        "PHOTOSEEK_DATA_DIR": "/disk/50% $HOME",
        "PHOTOSEEK_CONFIG_DIR": str(Path("~/.config/photoseek").expanduser()),
    }
    computer.find().install()
    service = ini(computer.home / UNIT)["Service"]
    assert service["ExecStart"].endswith(' "--place" "data" "/disk/50%% $$HOME"')
    assert "config" not in service["ExecStart"]


def test_folders_that_a_shell_has_moved_are_kept_too(computer: Computer, monkeypatch: pytest.MonkeyPatch) -> None:
    computer.have_systemd(runs=f'"/etc/systemd/user" "{computer.units}"')  # so it answers to all questions
    for kind in ("CONFIG", "DATA", "CACHE"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", f"/moved/{kind}")
        computer.environment[f"XDG_{kind}_HOME"] = f"/moved/{kind}"
    computer.environment["XDG_CONFIG_HOME"] = str(computer.home / "moved")
    computer.find().install()
    service = ini(computer.home / UNIT)["Service"]
    assert shlex.split(service["ExecStart"])[len(ALONE) + 1 :] == [
        *("--place", "config", "/moved/CONFIG/photoseek"),
        *("--place", "data", "/moved/DATA/photoseek"),
        *("--place", "cache", "/moved/CACHE/photoseek"),
    ]
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name)
    del computer.environment["XDG_CONFIG_HOME"]
    moved = {kind: f"/moved/{kind}/photoseek" for kind in ("CONFIG", "DATA", "CACHE")}
    computer.environment |= {f"PHOTOSEEK_{kind}_DIR": folder for kind, folder in moved.items()}
    status = computer.find().status()  # as the daemon sees it, which was told of them
    assert (status.installed, status.note) == (True, "")


def test_what_was_installed_for_another_photoseek_is_said_and_renewed(computer: Computer) -> None:
    computer.have_systemd()
    computer.find().install()
    computer.environment["PHOTOSEEK_DATA_DIR"] = "/elsewhere"
    assert "renews it" in computer.find().status().note
    assert computer.find().install().note == ""


def test_a_unit_that_was_disabled_is_not_called_installed(computer: Computer) -> None:
    computer.have_systemd()
    computer.find().install()
    (computer.home / WANTED).unlink()
    status = computer.find().status()
    assert (status.installed, "disabled" in status.note) == (False, True)
    assert computer.find().install().installed


@pytest.mark.parametrize("line", ["Hidden=true", "X-GNOME-Autostart-enabled=false"])
def test_an_entry_that_the_desktop_switched_off_is_not_called_installed(computer: Computer, line: str) -> None:
    computer.have_systemd(1)
    computer.find().install()
    with (computer.home / ENTRY).open("a") as entry:
        entry.write(f"{line}\n")
    assert not computer.find().status().installed
    assert computer.find().install().installed


def test_a_systemd_that_refuses_says_why(computer: Computer) -> None:
    refusing = '#!/bin/sh\ncase "$2" in enable) echo "Unit is masked." >&2; exit 1;; esac\n'
    computer.have("systemctl", refusing)
    with pytest.raises(AutostartError, match=r"Unit is masked\.") as refused:
        computer.find().install()
    assert "systemctl --user enable photoseek.service" in refused.value.hint


def test_a_folder_that_cannot_be_written_to_is_named(computer: Computer) -> None:
    computer.have_systemd(1)
    (computer.home / ".config").write_text("a file")
    with pytest.raises(AutostartError) as refused:
        computer.find().install()
    assert str(computer.home / ".config") in refused.value.hint


def test_a_path_that_no_unit_can_hold_is_refused(computer: Computer) -> None:
    computer.have_systemd()
    computer.environment["PHOTOSEEK_DATA_DIR"] = "/disk/\udcff"
    with pytest.raises(AutostartError, match="no unit can hold"):
        computer.find().install()
    assert computer.files() == []


AWKWARD = Program("/opt/a 'b' \"c\" \\d/50%/python", ("$HOME `x`", "%h\\", "ü"))


def test_awkward_letters_are_quoted_as_the_desktop_entry_specification_says(tmp_path: Path) -> None:
    XdgEntry(tmp_path, AWKWARD).install()
    entry = ini(tmp_path / "photoseek.desktop")["Desktop Entry"]
    line = entry["Exec"]
    assert entry["TryExec"].replace("\\\\", "\\") == AWKWARD.path
    # The value is a string first (\\ is \), then words in quotes as a shell reads them, then fields (%% is %).
    words = shlex.split(line.replace("\\\\", "\\").replace("\\`", "`").replace("\\$", "$"))
    assert [word.replace("%%", "%") for word in words] == list(AWKWARD.command)


@pytest.mark.tool
@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
@pytest.mark.parametrize("letters", ["50% of a disk", "'a' \"b\" $HOME \\x [c]*"])
def test_systemd_finds_no_fault_with_the_unit(
    computer: Computer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, letters: str
) -> None:
    awkward = tmp_path / letters / "python"
    awkward.parent.mkdir()
    awkward.symlink_to(sys.executable)
    monkeypatch.setattr("sys.executable", str(awkward))
    computer.environment["PHOTOSEEK_DATA_DIR"] = '/disk/50% $HOME \\ "x"'
    computer.have_systemd()
    computer.find().install()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    assert verify(computer.home / UNIT) == ""  # it ends with 0 in any case
    broken = computer.home / UNIT
    broken.write_text(broken.read_text() + "\n[Service]\nNice=a lot\n")
    assert "nice priority" in verify(broken)


def verify(unit: Path) -> str:
    done = subprocess.run(
        ["systemd-analyze", "--user", "verify", "--man=no", "--recursive-errors=no", str(unit)],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stderr


@pytest.mark.tool
@pytest.mark.skipif(shutil.which("desktop-file-validate") is None, reason="needs desktop-file-validate")
def test_the_desktop_entry_is_valid(computer: Computer) -> None:
    computer.have_systemd(1)
    computer.find().install()
    done = subprocess.run(
        ["desktop-file-validate", str(computer.home / ENTRY)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_every_way_is_of_the_shape_that_is_asked_for(tmp_path: Path) -> None:
    entry = XdgEntry(tmp_path, AWKWARD)
    ways: list[autostart.Way] = [SystemdUnit(tmp_path, None, AWKWARD, entry), entry]
    assert [way.status().how for way in ways] == ["systemd", "xdg"]
