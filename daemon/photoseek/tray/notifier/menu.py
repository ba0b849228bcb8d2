"""The menu over D-Bus, ``com.canonical.dbusmenu``: the desktop draws it, photoseek says what is in it.

Used by ``face``, in the tray's event loop. An entry keeps its number as long as it stands for the same, so a menu that
is open stays so while its texts change.

https://github.com/AyatanaIndicators/libdbusmenu/blob/master/libdbusmenu-glib/dbus-menu.xml
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import count
from typing import Annotated, Any

from dbus_fast import DBusError, PropertyAccess, Variant
from dbus_fast.annotations import DBusBool, DBusInt32, DBusSignature, DBusStr, DBusUInt32, DBusVariant
from dbus_fast.service import ServiceInterface, dbus_method, dbus_property, dbus_signal

from photoseek.tray.sight import Entry, Wish

_ROOT = 0
_Numbers = Annotated[list[int], DBusSignature("ai")]
_Names = Annotated[list[str], DBusSignature("as")]
_Properties = dict[str, Variant]
_Node = list[Any]  # number, properties, nodes as variants
_NODE = "(ia{sv}av)"


class Menu(ServiceInterface):
    """The menu.

    Args:
        act: Does what an entry asks for.
        opens: Called when the desktop is about to show it; the last chance to change it.
    """

    def __init__(self, act: Callable[[Wish], None], opens: Callable[[], None]) -> None:
        super().__init__("com.canonical.dbusmenu")
        self._act = act
        self._opens = opens
        self._numbers: dict[str, int] = {}
        self._next = count(_ROOT + 1)
        self._tree = Entry("root")
        self._entries = {_ROOT: self._tree}
        self._revision = 1

    def show(self, menu: tuple[Entry, ...]) -> None:
        """Show these entries from now on."""
        before, shape_before = self._entries, _shape(self._tree)
        self._tree = Entry("root", entries=menu)
        self._entries = {_ROOT: self._tree} | {self._number(entry): entry for entry in _all(menu)}
        if _shape(self._tree) != shape_before:
            self._revision += 1
            self.layout_updated(self._revision, _ROOT)
            return
        changed = [
            [number, _properties(entry)]
            for number, entry in self._entries.items()
            if _properties(entry) != _properties(before[number])
        ]
        if changed:
            self.items_properties_updated(changed)

    def _number(self, entry: Entry) -> int:
        if entry.key not in self._numbers:
            self._numbers[entry.key] = next(self._next)
        return self._numbers[entry.key]

    def _entry(self, number: int) -> Entry:
        try:
            return self._entries[number]
        except KeyError:
            raise DBusError("org.freedesktop.DBus.Error.InvalidArgs", f"There is no entry {number}.") from None

    def _node(self, number: int, entry: Entry, depth: int, names: list[str]) -> _Node:
        """An entry and what is in it; ``depth`` levels of that, -1 for all."""
        inside = entry.entries if depth else ()
        nodes = [self._node(self._number(part), part, depth - 1, names) for part in inside]
        return [number, _only(_properties(entry), names), [Variant(_NODE, node) for node in nodes]]

    # What the desktop asks; the names are those of the protocol.

    @dbus_property(PropertyAccess.READ, "Version")
    def version(self) -> DBusUInt32:
        """Of the protocol."""
        return 3

    @dbus_property(PropertyAccess.READ, "TextDirection")
    def text_direction(self) -> DBusStr:
        """Both languages are written so."""
        return "ltr"

    @dbus_property(PropertyAccess.READ, "Status")
    def status(self) -> DBusStr:
        """Nothing in it is urgent."""
        return "normal"

    @dbus_property(PropertyAccess.READ, "IconThemePath")
    def icon_theme_path(self) -> _Names:
        """No entry has an icon."""
        return []

    @dbus_method("GetLayout")
    def get_layout(
        self, parent: DBusInt32, depth: DBusInt32, names: _Names
    ) -> Annotated[list[Any], DBusSignature(f"u{_NODE}")]:
        """All of it, or a part."""
        return [self._revision, self._node(parent, self._entry(parent), depth, names)]

    @dbus_method("GetGroupProperties")
    def get_group_properties(
        self, numbers: _Numbers, names: _Names
    ) -> Annotated[list[Any], DBusSignature("a(ia{sv})")]:
        """Of some entries, or of all."""
        known = [number for number in numbers or self._entries if number in self._entries]
        return [[number, _only(_properties(self._entries[number]), names)] for number in known]

    @dbus_method("GetProperty")
    def get_property(self, number: DBusInt32, name: DBusStr) -> DBusVariant:
        """One, of one entry."""
        try:
            return _properties(self._entry(number))[name]
        except KeyError:
            raise DBusError("org.freedesktop.DBus.Error.InvalidArgs", f"It has no {name}.") from None

    @dbus_method("Event")
    def event(self, number: DBusInt32, kind: DBusStr, data: DBusVariant, moment: DBusUInt32) -> None:
        """A person did something with an entry."""
        wish = self._entry(number).wish
        if kind == "clicked" and wish is not None:
            self._act(wish)

    @dbus_method("EventGroup")
    def event_group(self, events: Annotated[list[Any], DBusSignature("a(isvu)")]) -> _Numbers:
        """Several at once; returns the numbers of those that aren't there."""
        for number, kind, data, moment in events:
            if number in self._entries:
                Menu.event(self, number, kind, data, moment)
        return [number for number, *_ in events if number not in self._entries]

    @dbus_method("AboutToShow")
    def about_to_show(self, number: DBusInt32) -> DBusBool:
        """The desktop opens it; whether it has changed by that."""
        before = self._revision
        if number == _ROOT:
            self._opens()
        return self._revision != before

    @dbus_method("AboutToShowGroup")
    def about_to_show_group(self, numbers: _Numbers) -> Annotated[list[Any], DBusSignature("aiai")]:
        """Several at once; which of them have changed, and which aren't there."""
        before = self._revision
        if _ROOT in numbers:
            self._opens()
        changed = [_ROOT] if self._revision != before else []
        return [changed, [number for number in numbers if number not in self._entries]]

    @dbus_signal("LayoutUpdated")
    def layout_updated(self, revision: int, parent: int) -> Annotated[list[int], DBusSignature("ui")]:
        """Entries have come or gone."""
        return [revision, parent]

    @dbus_signal("ItemsPropertiesUpdated")
    def items_properties_updated(self, changed: list[Any]) -> Annotated[list[Any], DBusSignature("a(ia{sv})a(ias)")]:
        """Entries look different."""
        return [changed, []]


def _properties(entry: Entry) -> _Properties:
    """As the protocol has them; what is as usual may be left out."""
    if entry.key == "root":
        return {"children-display": Variant("s", "submenu")}
    if entry.is_line:
        return {"type": Variant("s", "separator")}
    # An underscore would mark the letter behind it as the one to press.
    found = {"label": Variant("s", entry.label.replace("_", "__"))}
    found["enabled"] = Variant("b", entry.wish is not None or bool(entry.entries))
    if entry.entries:
        found["children-display"] = Variant("s", "submenu")
    if entry.checked is not None:
        found["toggle-type"] = Variant("s", "checkmark")
        found["toggle-state"] = Variant("i", int(entry.checked))
    return found


def _only(properties: _Properties, names: list[str]) -> _Properties:
    return {name: value for name, value in properties.items() if not names or name in names}


def _all(menu: Iterable[Entry]) -> Iterator[Entry]:
    for entry in menu:
        yield entry
        yield from _all(entry.entries)


def _shape(entry: Entry) -> tuple[Any, ...]:
    """Which entries there are, and in which order."""
    return (entry.key, *map(_shape, entry.entries))
