"""The desktop's own dialog for a folder, by way of its portal: that of GNOME, KDE and others, on X11 and Wayland alike.

In the tray's event loop. https://flatpak.github.io/xdg-desktop-portal/docs/doc-org.freedesktop.portal.FileChooser.html
"""

import asyncio
import os
import secrets
from urllib.parse import unquote_to_bytes, urlsplit

from dbus_fast import DBusError, Message, MessageType, Variant

from photoseek.tray.notifier.bus import SessionBus

_PORTAL, _PORTAL_PATH = "org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop"
_CHOOSER, _REQUEST = "org.freedesktop.portal.FileChooser", "org.freedesktop.portal.Request"
_KNOWS_FOLDERS = 3


async def choose_folder(bus: SessionBus, title: str) -> str | None:
    """Ask the person for a folder.

    Returns:
        Its path; "" where the person wants none; None where this desktop has no such dialog.
    """
    token = f"photoseek_{secrets.token_hex(8)}"
    sender = (bus.connection.unique_name or "").removeprefix(":").replace(".", "_")
    request = f"{_PORTAL_PATH}/request/{sender}/{token}"
    answered: asyncio.Future[Message] = asyncio.get_running_loop().create_future()

    def heard(message: Message) -> None:
        is_answer = message.message_type is MessageType.SIGNAL and message.member == "Response"
        if is_answer and message.path == request and not answered.done():
            answered.set_result(message)

    bus.connection.add_message_handler(heard)
    try:
        if not await _knows_folders(bus):
            return None
        await bus.hear(f"type='signal',sender='{_PORTAL}',interface='{_REQUEST}',path='{request}'")
        options = {"handle_token": Variant("s", token), "directory": Variant("b", True)}
        await bus.ask(_PORTAL, _PORTAL_PATH, f"{_CHOOSER}.OpenFile", "ssa{sv}", "", title, options)
        return _folder_in(await answered)
    except (DBusError, TimeoutError):
        return None
    finally:
        bus.connection.remove_message_handler(heard)


async def _knows_folders(bus: SessionBus) -> bool:
    member = "org.freedesktop.DBus.Properties.Get"
    [version] = await bus.ask(_PORTAL, _PORTAL_PATH, member, "ss", _CHOOSER, "version")
    return int(version.value) >= _KNOWS_FOLDERS


def _folder_in(answer: Message) -> str:
    """The first of the addresses in it; a person who closed the dialog has chosen none."""
    _, results = answer.body
    addresses = results["uris"].value if "uris" in results else []
    return os.fsdecode(unquote_to_bytes(urlsplit(addresses[0]).path)) if addresses else ""
