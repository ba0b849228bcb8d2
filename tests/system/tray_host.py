"""A desktop's tray, as far as D-Bus goes: a session bus of its own, a watcher for icons, eyes and hands for the menu.

``dbus-daemon`` of the system. The watcher runs in a thread with an event loop; tests ask from theirs.
"""

import asyncio
import contextlib
import shutil
import subprocess
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, TypeVar

import pytest
from dbus_fast import DBusError, Message, MessageType, PropertyAccess, Variant
from dbus_fast.aio import MessageBus
from dbus_fast.annotations import DBusBool, DBusInt32, DBusSignature, DBusStr, DBusUInt32
from dbus_fast.service import ServiceInterface, dbus_method, dbus_property, dbus_signal
from PIL import Image

from tests.system.home import until

Answer = TypeVar("Answer")

WATCHER = "org.kde.StatusNotifierWatcher"
_ITEM, _MENU = "org.kde.StatusNotifierItem", "com.canonical.dbusmenu"
_NOTIFICATIONS = "org.freedesktop.Notifications"
_PORTAL, _PORTAL_PATH = "org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop"
_CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:dir={folder}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*"/><allow own="*"/><allow eavesdrop="true"/></policy></busconfig>
"""


@contextmanager
def session_bus(folder: Path) -> Iterator[str]:
    """A session's bus, on which nobody is yet; its address."""
    if not shutil.which("dbus-daemon"):
        pytest.skip("needs a D-Bus (on Debian: apt-get install dbus)")
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / "session.conf"
    config.write_text(_CONFIG.format(folder=folder))
    command = ["dbus-daemon", f"--config-file={config}", "--nofork", "--nopidfile", "--print-address=1"]
    daemon = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert daemon.stdout is not None
    try:
        yield daemon.stdout.readline().strip()
    finally:
        daemon.terminate()
        daemon.wait()
        daemon.stdout.close()


@dataclass(frozen=True)
class Shown:
    """An entry of the menu as the desktop is told of it."""

    number: int
    label: str
    enabled: bool
    checked: bool | None
    entries: "tuple[Shown, ...]"


class _Watcher(ServiceInterface):
    def __init__(self, registered: Callable[[str], None]) -> None:
        super().__init__(WATCHER)
        self._registered = registered

    @dbus_method("RegisterStatusNotifierItem")
    def register(self, service: DBusStr) -> None:
        self._registered(service)
        self.item_registered(service)

    @dbus_property(PropertyAccess.READ, "IsStatusNotifierHostRegistered")
    def has_host(self) -> DBusBool:
        return True

    @dbus_property(PropertyAccess.READ, "ProtocolVersion")
    def version(self) -> DBusInt32:
        return 0

    @dbus_signal("StatusNotifierItemRegistered")
    def item_registered(self, service: str) -> DBusStr:
        return service


class _Notifications(ServiceInterface):
    def __init__(self, said: list[tuple[str, str]]) -> None:
        super().__init__(_NOTIFICATIONS)
        self._said = said

    @dbus_method("Notify")
    def notify(
        self,
        program: DBusStr,
        replaces: DBusUInt32,
        icon: DBusStr,
        title: DBusStr,
        text: DBusStr,
        actions: Annotated[list[str], DBusSignature("as")],
        hints: Annotated[dict[str, Variant], DBusSignature("a{sv}")],
        lasts: DBusInt32,
    ) -> DBusUInt32:
        self._said.append((title, text))
        return len(self._said)


class Host:
    """The desktop: it has a tray from ``appear`` on, until ``vanish``.

    Attributes:
        items: Names of the icons that came, in their order, over all times.
        said: Titles and texts of the messages that were shown.
        signals: What the icon has announced, by the names of the signals.
        asked: Titles of the dialogs for a folder that were shown.
        chosen: What the person chooses in one; "" closes it.
    """

    def __init__(self, address: str) -> None:
        self.items: list[str] = []
        self.said: list[tuple[str, str]] = []
        self.signals: list[str] = []
        self.asked: list[str] = []
        self.chosen = ""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="tray host", daemon=True)
        self._thread.start()
        self._bus = self._do(self._connect(address))

    async def _connect(self, address: str) -> MessageBus:
        bus = await MessageBus(bus_address=address).connect()
        bus.export("/StatusNotifierWatcher", _Watcher(self.items.append))
        bus.export("/org/freedesktop/Notifications", _Notifications(self.said))
        bus.add_message_handler(self._heard)
        await bus.call(
            Message(
                destination="org.freedesktop.DBus",
                path="/org/freedesktop/DBus",
                interface="org.freedesktop.DBus",
                member="AddMatch",
                signature="s",
                body=["type='signal',path_namespace='/StatusNotifierItem'"],
            )
        )
        return bus

    def _heard(self, message: Message) -> Message | None:
        if message.message_type is MessageType.SIGNAL and (message.path or "").startswith("/StatusNotifierItem"):
            self.signals.append(str(message.member))
        if message.message_type is not MessageType.METHOD_CALL or message.path != _PORTAL_PATH:
            return None
        if message.member == "Get":
            return Message.new_method_return(message, "v", [Variant("u", 4)])
        _, title, options = message.body
        assert options["directory"].value is True
        self.asked.append(title)
        sender = str(message.sender).removeprefix(":").replace(".", "_")
        request = f"{_PORTAL_PATH}/request/{sender}/{options['handle_token'].value}"
        self._loop.call_soon(self._answer, request, self.chosen)
        return Message.new_method_return(message, "o", [request])

    def _answer(self, request: str, chosen: str) -> None:
        body = [int(not chosen), {"uris": Variant("as", [Path(chosen).as_uri()])} if chosen else {}]
        response = ("org.freedesktop.portal.Request", "Response", "ua{sv}", body)
        self._bus.send(Message.new_signal(request, *response))

    def _do(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    def appear(self) -> None:
        """There is a tray from now on."""
        self._do(self._bus.request_name(WATCHER))

    def vanish(self) -> None:
        """There is none any more."""
        self._do(self._bus.release_name(WATCHER))

    def show_messages(self) -> None:
        """The desktop can show messages from now on."""
        self._do(self._bus.request_name(_NOTIFICATIONS))

    def show_dialogs(self) -> None:
        """The desktop has a dialog for folders from now on."""
        self._do(self._bus.request_name(_PORTAL))

    def close(self) -> None:
        """End."""
        self._do(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _end(self) -> None:
        self._bus.disconnect()
        await self._bus.wait_for_disconnect()  # type: ignore[no-untyped-call]

    @property
    def is_there(self) -> bool:
        """Whether the last icon that came still is."""
        bus = "org.freedesktop.DBus"
        return bool(self._ask(bus, "/org/freedesktop/DBus", f"{bus}.NameHasOwner", "s", self.items[-1])[0])

    def _ask(self, name: str, path: str, member: str, signature: str = "", *body: Any) -> list[Any]:
        interface, _, method = member.rpartition(".")
        message = Message(
            destination=name, path=path, interface=interface, member=method, signature=signature, body=list(body)
        )
        answer = self._do(self._bus.call(message))
        if answer.message_type is MessageType.ERROR:
            raise DBusError._from_message(answer)
        return list(answer.body)

    def facts(self) -> dict[str, Any]:
        """All properties of the icon."""
        [facts] = self._ask(self.items[-1], "/StatusNotifierItem", "org.freedesktop.DBus.Properties.GetAll", "s", _ITEM)
        return {name: value.value for name, value in facts.items()}

    def icons(self) -> dict[int, Image.Image]:
        """The icon, by its width."""
        return {width: _from_argb(width, height, data) for width, height, data in self.facts()["IconPixmap"]}

    def hint(self) -> str:
        """What is said where the pointer rests on the icon."""
        return str(self.facts()["ToolTip"][3])

    def menu(self) -> tuple[Shown, ...]:
        """The menu, opened."""
        self._ask(self.items[-1], self._menu_path, f"{_MENU}.AboutToShow", "i", 0)
        _, root = self._ask(self.items[-1], self._menu_path, f"{_MENU}.GetLayout", "iias", 0, -1, [])
        return _shown(root).entries

    @property
    def _menu_path(self) -> str:
        return str(self.facts()["Menu"])

    def labels(self) -> list[str]:
        """Its texts, "-" for a line."""
        return [entry.label for entry in self.menu()]

    def find(self, label: str) -> Shown:
        """The entry of that text, at any depth."""
        for entry in _flat(self.menu()):
            if entry.label == label:
                return entry
        raise AssertionError(f"there is no {label!r} in {[entry.label for entry in _flat(self.menu())]}")

    def has(self, label: str) -> bool:
        """Whether there is one."""
        return any(entry.label == label for entry in _flat(self.menu()))

    def until_there(self, label: str) -> None:
        """Wait for an entry."""
        until(lambda: self.has(label), lambda: str(self.labels()))

    def choose(self, label: str) -> None:
        """Click an entry."""
        entry = self.find(label)
        assert entry.enabled, f"{label} can't be clicked"
        event = ("isvu", entry.number, "clicked", Variant("i", 0), 0)
        self._ask(self.items[-1], self._menu_path, f"{_MENU}.Event", *event)

    def choose_quit(self) -> None:
        """Click the last entry, whichever way it is called; the icon may be gone before it answers."""
        event = ("isvu", self.menu()[-1].number, "clicked", Variant("i", 0), 0)
        with contextlib.suppress(DBusError):
            self._ask(self.items[-1], self._menu_path, f"{_MENU}.Event", *event)

    def click(self) -> None:
        """Click the icon itself."""
        self._ask(self.items[-1], "/StatusNotifierItem", f"{_ITEM}.Activate", "ii", 0, 0)

    def call_menu(self, method: str, signature: str, *body: Any) -> list[Any]:
        """Ask the menu as the protocol has it."""
        return self._ask(self.items[-1], self._menu_path, f"{_MENU}.{method}", signature, *body)


def _shown(node: list[Any]) -> Shown:
    number, properties, nodes = node
    facts = {name: value.value for name, value in properties.items()}
    is_line = facts.get("type") == "separator"
    label = "-" if is_line else str(facts.get("label", "")).replace("__", "_")
    checked = bool(facts["toggle-state"]) if facts.get("toggle-type") == "checkmark" else None
    return Shown(
        number, label, not is_line and facts.get("enabled", True), checked, tuple(_shown(part.value) for part in nodes)
    )


def _flat(entries: tuple[Shown, ...]) -> Iterator[Shown]:
    for entry in entries:
        yield entry
        yield from _flat(entry.entries)


def _from_argb(width: int, height: int, data: bytes) -> Image.Image:
    alpha, red, green, blue = Image.frombytes("RGBA", (width, height), bytes(data)).split()
    return Image.merge("RGBA", (red, green, blue, alpha))
