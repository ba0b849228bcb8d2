"""Whether the person's desktop is light or dark, where that can be known. Blocking: asks a program; any thread.

Linux: the setting that desktops share, through the portal that speaks for GNOME, KDE, Xfce and others:
https://flatpak.github.io/xdg-desktop-portal/docs/doc-org.freedesktop.portal.Settings.html
"""

import subprocess
import sys

# Nobody waits for it, and at a login beside many other programs the portal is a while in coming.
_PATIENCE_S = 10.0
_PORTAL = ["dbus-send", "--session", "--print-reply", "--reply-timeout=5000", "--dest=org.freedesktop.portal.Desktop"]
_PORTAL += ["/org/freedesktop/portal/desktop", "org.freedesktop.portal.Settings.Read"]
_PORTAL += ["string:org.freedesktop.appearance", "string:color-scheme"]
_GNOME = ["gsettings", "get", "org.gnome.desktop.interface", "color-scheme"]
_MACOS = ["defaults", "read", "-g", "AppleInterfaceStyle"]


def is_dark() -> bool:
    """Whether the desktop is dark; where it doesn't say, it counts as light."""
    if sys.platform == "win32":
        return _windows_is_dark()
    if sys.platform == "darwin":
        return _say(_MACOS) == "Dark"
    told = _say(_PORTAL)
    if "uint32" in told:
        return told.split()[-1] == "1"
    return "dark" in _say(_GNOME)


def _say(command: list[str]) -> str:
    """What a program says; nothing where there is none, or it takes long."""
    try:
        said = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=_PATIENCE_S, check=True, text=True
        )
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError):
        return ""
    return said.stdout.strip()


if sys.platform == "win32":
    import winreg

    _PLACE = r"Software\Microsoft\Windows\CurrentVersion\Themes\Personalize"

    def _windows_is_dark() -> bool:
        try:
            with winreg.OpenKey(winreg.HKEY_CURRENT_USER, _PLACE) as place:
                return winreg.QueryValueEx(place, "AppsUseLightTheme")[0] == 0
        except OSError:
            return False
else:

    def _windows_is_dark() -> bool:
        return False
