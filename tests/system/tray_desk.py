"""A person's desktop with a tray, and photoseek in it: a bus of its own, a browser that notes where it is led."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image, ImageChops

from photoseek.tray.icon import SIZES_PX, draw_icon
from photoseek.tray.sight import Mood
from tests.system.home import Home, until
from tests.system.tray_host import Host

_BROWSER = """#!/bin/sh
printf '%s' "$1" > "$HOME/part" && /bin/mv "$HOME/part" "$HOME/browsed"
"""


class Desk:
    """The desktop; ``host`` is its tray, once it appears.

    Args:
        home: photoseek's folders.
        address: Of the session's bus.
        display: The screen; without one what needs it is done by the page.
    """

    def __init__(self, home: Home, address: str, display: str = "") -> None:
        self.home = home
        self._said = home.folder / "the tray said"
        self.host = Host(address)
        browser = home.folder / "browser"
        browser.write_text(_BROWSER)
        browser.chmod(0o700)
        own = {"DBUS_SESSION_BUS_ADDRESS": address, "BROWSER": f"{browser} %s", "LANG": "C.UTF-8"}
        nothing = home.folder / "programs"
        nothing.mkdir()
        own["PATH"] = str(nothing)  # no systemctl: the systemd of whoever runs the tests is left alone
        self.environment = home.environment | own
        for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "XDG_CURRENT_DESKTOP"):
            self.environment.pop(name, None)
        if display:
            self.environment["DISPLAY"] = display
        self._trays: list[subprocess.Popen[bytes]] = []

    def tray(self, *args: str) -> "subprocess.Popen[bytes]":
        """Say ``photoseek tray``."""
        command = [*self.home.program, "tray", *args]
        with self._said.open("wb") as said:
            tray = subprocess.Popen(command, env=self.environment, stdin=subprocess.DEVNULL, stderr=said)
        self._trays.append(tray)
        return tray

    @property
    def said(self) -> str:
        """What the last tray has said."""
        return self._said.read_text()

    @contextmanager
    def shown(self, *args: str) -> Iterator["subprocess.Popen[bytes]"]:
        """With an icon; quit at the end unless it has ended by itself."""
        before = len(self.host.items)
        tray = self.tray(*args)
        until(lambda: len(self.host.items) > before or tray.poll() is not None)
        assert tray.poll() is None, self.said
        yield tray
        if tray.poll() is None:
            self.host.choose_quit()
            assert tray.wait(30) == 0, self.said

    def shows(self, mood: Mood) -> bool:
        """Whether the icon says that, at every size, to the pixel."""
        icons = self.host.icons()
        assert tuple(icons) == SIZES_PX
        wanted = {side: Image.frombytes("RGBA", (side, side), draw_icon(mood, side)) for side in icons}
        return all(ImageChops.difference(icons[side], wanted[side]).getbbox() is None for side in icons)

    def until_shows(self, mood: Mood) -> None:
        """Wait for the mood."""
        until(lambda: self.shows(mood), lambda: f"{self.host.hint()} {self.host.labels()}")

    def browsed(self) -> str:
        """Where the file leads that the browser was told to open."""
        file = self.home.folder / "browsed"
        until(file.exists)
        page = Path(file.read_text().removeprefix("file://")).read_text()
        file.unlink()
        return page.partition('href="')[2].partition("#")[0]

    def put_away(self) -> None:
        """End what a failed test has left."""
        for tray in self._trays:
            tray.kill()
            tray.wait()
        self.home.photoseek("stop")
        self.host.close()
