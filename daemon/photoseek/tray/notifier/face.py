"""The StatusNotifierItem itself, and how it comes to be shown. In the tray's event loop.

A watcher keeps the list of items for whoever shows them. It may come later than photoseek, go and come back: each one
that comes is told of the item.
"""

import asyncio
import logging
import os
from collections.abc import Callable
from typing import Annotated, Any

from dbus_fast import DBusError, PropertyAccess
from dbus_fast.annotations import DBusBool, DBusInt32, DBusObjectPath, DBusSignature, DBusStr
from dbus_fast.service import ServiceInterface, dbus_method, dbus_property, dbus_signal

from photoseek.tray.icon import pixmaps
from photoseek.tray.notifier.bus import SessionBus
from photoseek.tray.notifier.menu import Menu
from photoseek.tray.notifier.portal import choose_folder
from photoseek.tray.sight import Mood, Sight, Wish

log = logging.getLogger(__name__)

WATCHER = "org.kde.StatusNotifierWatcher"
_WATCHER_PATH = "/StatusNotifierWatcher"
_ITEM_PATH, _MENU_PATH = "/StatusNotifierItem", "/StatusNotifierItem/Menu"
_READ = PropertyAccess.READ
_Pixmaps = Annotated[list[Any], DBusSignature("a(iiay)")]
_Hint = Annotated[list[Any], DBusSignature("(sa(iiay)ss)")]


class Item(ServiceInterface):
    """The icon as the desktop asks for it; the names are those of the protocol.

    Args:
        act: Does what a click asks for.
    """

    def __init__(self, act: Callable[[Wish], None]) -> None:
        super().__init__("org.kde.StatusNotifierItem")
        self._act = act
        self._mood: Mood = "busy"
        self._lines: tuple[str, ...] = ()

    def show(self, mood: Mood, lines: tuple[str, ...]) -> None:
        """Show this icon and this hint from now on."""
        other_mood, other_lines = mood != self._mood, lines != self._lines
        self._mood, self._lines = mood, lines
        if other_mood:
            self.new_icon()
        if other_mood or other_lines:
            self.new_tool_tip()

    @dbus_property(_READ, "Category")
    def category(self) -> DBusStr:
        """It tells of a program."""
        return "ApplicationStatus"

    @dbus_property(_READ, "Id")
    def id(self) -> DBusStr:
        """By which desktops remember where it stands."""
        return "photoseek"

    @dbus_property(_READ, "Title")
    def title(self) -> DBusStr:
        """For people."""
        return "photoseek"

    @dbus_property(_READ, "Status")
    def status(self) -> DBusStr:
        """Always to be seen, never blinking."""
        return "Active"

    @dbus_property(_READ, "WindowId")
    def window_id(self) -> DBusInt32:
        """It has none."""
        return 0

    @dbus_property(_READ, "IconName")
    def icon_name(self) -> DBusStr:
        """It brings its pixels along: a theme's icon would not tell the mood."""
        return ""

    @dbus_property(_READ, "IconThemePath")
    def icon_theme_path(self) -> DBusStr:
        """See ``icon_name``."""
        return ""

    @dbus_property(_READ, "IconPixmap")
    def icon_pixmap(self) -> _Pixmaps:
        """At several sizes, of which the desktop takes the one that fits."""
        return [list(pixmap) for pixmap in pixmaps(self._mood)]

    @dbus_property(_READ, "OverlayIconName")
    def overlay_icon_name(self) -> DBusStr:
        """None: the badge is part of the icon."""
        return ""

    @dbus_property(_READ, "OverlayIconPixmap")
    def overlay_icon_pixmap(self) -> _Pixmaps:
        """None."""
        return []

    @dbus_property(_READ, "AttentionIconName")
    def attention_icon_name(self) -> DBusStr:
        """None: the status is never NeedsAttention."""
        return ""

    @dbus_property(_READ, "AttentionIconPixmap")
    def attention_icon_pixmap(self) -> _Pixmaps:
        """None."""
        return []

    @dbus_property(_READ, "AttentionMovieName")
    def attention_movie_name(self) -> DBusStr:
        """None."""
        return ""

    @dbus_property(_READ, "ToolTip")
    def tool_tip(self) -> _Hint:
        """What the daemon does, in words."""
        return ["", [], "photoseek", "<br>".join(map(_plain, self._lines))]

    @dbus_property(_READ, "ItemIsMenu")
    def item_is_menu(self) -> DBusBool:
        """A click is more than the menu: see ``activate``."""
        return False

    @dbus_property(_READ, "Menu")
    def menu(self) -> DBusObjectPath:
        """Where it is."""
        return _MENU_PATH

    @dbus_method("Activate")
    def activate(self, x: DBusInt32, y: DBusInt32) -> None:
        """A click."""
        self._act(Wish("quick"))

    @dbus_method("SecondaryActivate")
    def secondary_activate(self, x: DBusInt32, y: DBusInt32) -> None:
        """A click with the middle button."""
        self._act(Wish("open"))

    @dbus_method("ContextMenu")
    def context_menu(self, x: DBusInt32, y: DBusInt32) -> None:
        """Desktops show the menu themselves."""

    @dbus_method("Scroll")
    def scroll(self, delta: DBusInt32, orientation: DBusStr) -> None:
        """Means nothing here."""

    @dbus_signal("NewIcon")
    def new_icon(self) -> None:
        """It looks different."""

    @dbus_signal("NewToolTip")
    def new_tool_tip(self) -> None:
        """It says something else."""


class NotifierFace:
    """The icon on this desktop.

    Args:
        bus: The session's.
        act: Does what an entry or a click asks for.
        opens: Called before the menu is shown.
    """

    def __init__(self, bus: SessionBus, act: Callable[[Wish], None], opens: Callable[[], None]) -> None:
        self._bus = bus
        self._item = Item(act)
        self._menu = Menu(act, opens)
        self._name = f"org.kde.StatusNotifierItem-{os.getpid()}-1"
        self._telling: asyncio.Task[None] | None = None

    async def begin(self, sight: Sight) -> None:
        """Show it, now or as soon as the desktop has a place for it."""
        self.show(sight)
        connection = self._bus.connection
        connection.export(_ITEM_PATH, self._item)
        connection.export(_MENU_PATH, self._menu)
        await connection.request_name(self._name)
        await self._bus.watch(WATCHER, self._watcher_changed)
        if await self._bus.is_taken(WATCHER):
            await self._register()

    def show(self, sight: Sight) -> None:
        """Show this from now on."""
        self._item.show(sight.mood, sight.lines)
        self._menu.show(sight.menu)

    async def notify(self, title: str, text: str) -> bool:
        """Say something to the person; whether the desktop does that."""
        return await self._bus.notify(title, text, "photoseek")

    async def choose_folder(self, title: str) -> str | None:
        """Ask the person for a folder; None where the desktop has no dialog for that."""
        return await choose_folder(self._bus, title)

    def _watcher_changed(self, there: bool) -> None:
        if there:
            self._telling = asyncio.get_running_loop().create_task(self._register())

    async def _register(self) -> None:
        try:
            await self._bus.ask(WATCHER, _WATCHER_PATH, f"{WATCHER}.RegisterStatusNotifierItem", "s", self._name)
        except (DBusError, TimeoutError, OSError) as error:
            log.warning("the desktop does not take the icon: %s", error)
        else:
            log.info("the icon is in the tray")


def _plain(text: str) -> str:
    """Hints may hold a little HTML."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
