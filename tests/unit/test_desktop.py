"""What the desktop does with a file, with programs of our own on PATH in place of its openers."""

import asyncio
import os
import signal
from pathlib import Path

import pytest

from photoseek.desktop import Desktop
from photoseek.errors import DesktopError

AWKWARD = b"/photos/; rm -rf ~, $(x) \xff 'a\".jpg"


class Programs:
    """A folder that is all of PATH; its programs write down their arguments."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def add(self, name: str, code: int = 0, last: str = "") -> None:
        program = self.folder / name
        script = f'for part in "$@"; do printf "%s\\0" "$part"; done > "{self.folder}/{name}.said"; {last} exit {code}'
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o700)

    def said(self, name: str) -> list[bytes]:
        return (self.folder / f"{name}.said").read_bytes().split(b"\0")[:-1]


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Programs:
    monkeypatch.setenv("PATH", str(tmp_path))
    return Programs(tmp_path)


async def test_a_file_is_opened_by_its_whole_path_whatever_is_in_it(programs: Programs) -> None:
    programs.add("xdg-open")
    await Desktop("linux").open_file(AWKWARD)
    assert programs.said("xdg-open") == [AWKWARD]


async def test_a_file_is_shown_selected_by_the_file_manager(programs: Programs) -> None:
    programs.add("dbus-send")
    await Desktop("linux").show_in_folder(AWKWARD)
    said = programs.said("dbus-send")
    assert said[-2] == b"array:string:file:///photos/%3B%20rm%20-rf%20~%2C%20%24%28x%29%20%FF%20%27a%22.jpg"
    assert b"org.freedesktop.FileManager1.ShowItems" in said


async def test_without_such_a_file_manager_the_folder_is_opened(programs: Programs) -> None:
    programs.add("dbus-send", code=1)
    programs.add("xdg-open")
    await Desktop("linux").show_in_folder(AWKWARD)
    assert programs.said("xdg-open") == [b"/photos"]


async def test_a_mac_has_one_program_for_both(programs: Programs) -> None:
    programs.add("open")
    await Desktop("darwin").open_file(AWKWARD)
    assert programs.said("open") == [AWKWARD]
    await Desktop("darwin").show_in_folder(AWKWARD)
    assert programs.said("open") == [b"-R", AWKWARD]


async def test_windows_explorer_says_one_when_all_went_well(programs: Programs) -> None:
    programs.add("explorer", code=1)
    await Desktop("win32").show_in_folder(b"C:\\photos\\a b.jpg")
    assert programs.said("explorer") == [b"/select,", b"C:\\photos\\a b.jpg"]


@pytest.mark.parametrize("there", [True, False], ids=["refuses", "is missing"])
async def test_a_desktop_that_does_nothing_is_an_error_with_a_way_out(programs: Programs, there: bool) -> None:
    if there:
        programs.add("xdg-open", code=3)
    with pytest.raises(DesktopError) as raised:
        await Desktop("linux").open_file(AWKWARD)
    assert "xdg-utils" in raised.value.hint


async def test_a_viewer_that_stays_open_is_left_alone(programs: Programs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("photoseek.desktop._PATIENCE_S", 0.2)
    pid = programs.folder / "pid"
    programs.add("xdg-open", last=f"echo $$ > {pid}; exec /bin/sleep 30;")
    desktop = Desktop("linux")
    await desktop.open_file(AWKWARD)
    while not pid.exists() or not pid.read_text():  # noqa: ASYNC110 - a shell that begins beside busy programs
        await asyncio.sleep(0.01)
    os.kill(int(pid.read_text()), signal.SIGKILL)  # an error, if it had ended
    await asyncio.gather(*desktop._viewers)


async def test_a_unit_of_systemd_has_its_viewers_started_outside(programs: Programs) -> None:
    programs.add("systemd-run")
    programs.add("dbus-send", code=1)
    await Desktop("linux", apart=True).open_file(AWKWARD)
    said = programs.said("systemd-run")
    assert said[-3:] == [b"--", b"xdg-open", AWKWARD.replace(b"$", b"$$")]  # it puts variables in
    assert b"--property=KillMode=process" in said
    await Desktop("linux", apart=True).show_in_folder(AWKWARD)
    assert programs.said("systemd-run")[-2:] == [b"xdg-open", b"/photos"]


async def test_where_systemd_starts_nothing_the_unit_opens_the_file_itself(programs: Programs) -> None:
    programs.add("systemd-run", code=1)
    programs.add("xdg-open")
    await Desktop("linux", apart=True).open_file(AWKWARD)
    assert programs.said("xdg-open") == [AWKWARD]
