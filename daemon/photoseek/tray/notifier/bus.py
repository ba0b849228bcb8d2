"""The session's D-Bus: who has which name there, and questions with their answers. In the tray's event loop."""

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from dbus_fast import DBusError, Message, MessageType, Variant
from dbus_fast.aio import MessageBus
from dbus_fast.errors import AuthError, InvalidAddressError

log = logging.getLogger(__name__)

_BUS, _BUS_PATH = "org.freedesktop.DBus", "/org/freedesktop/DBus"
_NOTIFICATIONS, _NOTIFICATIONS_PATH = "org.freedesktop.Notifications", "/org/freedesktop/Notifications"
_PATIENCE_S = 5.0
_AS_LONG_AS_USUAL = -1


class SessionBus:
    """The bus; ``connection`` is for those who offer something on it.

    Args:
        connection: One that is open.
    """

    def __init__(self, connection: MessageBus) -> None:
        self.connection = connection

    async def ask(self, name: str, path: str, member: str, signature: str = "", *body: object) -> list[Any]:
        """Call a method, named with its interface (``org.freedesktop.DBus.NameHasOwner``).

        Raises:
            DBusError: Whoever is asked refuses, or nobody has that name.
            TimeoutError: No answer comes.
        """
        interface, _, method = member.rpartition(".")
        question = Message(
            destination=name, path=path, interface=interface, member=method, signature=signature, body=list(body)
        )
        async with asyncio.timeout(_PATIENCE_S):
            answer = await self.connection.call(question)
        if answer.message_type is MessageType.ERROR:
            raise DBusError._from_message(answer)
        return answer.body

    async def is_taken(self, name: str) -> bool:
        """Whether somebody has that name."""
        return bool((await self.ask(_BUS, _BUS_PATH, f"{_BUS}.NameHasOwner", "s", name))[0])

    async def watch(self, name: str, tell: Callable[[bool], None]) -> None:
        """Tell, from now on, when somebody takes that name, and when nobody has it any more."""

        def heard(message: Message) -> None:
            if message.member == "NameOwnerChanged" and message.sender == _BUS and message.body[0] == name:
                tell(bool(message.body[2]))

        self.connection.add_message_handler(heard)
        await self.hear(f"type='signal',sender='{_BUS}',member='NameOwnerChanged',arg0='{name}'")

    async def hear(self, rule: str) -> None:
        """Have the bus pass on such signals from now on."""
        await self.ask(_BUS, _BUS_PATH, f"{_BUS}.AddMatch", "s", rule)

    async def wait_for(self, name: str) -> None:
        """Wait until somebody has that name."""
        taken = asyncio.Event()
        await self.watch(name, lambda there: taken.set() if there else None)
        if not await self.is_taken(name):
            await taken.wait()

    async def notify(self, title: str, text: str, icon: str) -> bool:
        """Have the desktop show a message for a while; whether it does."""
        whose = {"desktop-entry": Variant("s", "photoseek")}
        body: list[object] = ["photoseek", 0, icon, title, text, [], whose, _AS_LONG_AS_USUAL]
        member = f"{_NOTIFICATIONS}.Notify"
        try:
            await self.ask(_NOTIFICATIONS, _NOTIFICATIONS_PATH, member, "susssasa{sv}i", *body)
        except (DBusError, TimeoutError, OSError) as error:
            log.info("the desktop shows no messages: %s", type(error).__name__)
            return False
        return True

    async def ended(self) -> None:
        """Wait for the end of the session."""
        try:
            await self.connection.wait_for_disconnect()  # type: ignore[no-untyped-call]
        except (OSError, EOFError) as error:
            log.info("the session's bus is gone: %s", type(error).__name__)


@asynccontextmanager
async def open_session() -> AsyncIterator[SessionBus | None]:
    """The bus of this person's session; None where there is none."""
    connection = await _connect()
    if connection is None:
        yield None
        return
    try:
        yield SessionBus(connection)
    finally:
        connection.disconnect()


async def _connect() -> MessageBus | None:
    address = os.environ.get("DBUS_SESSION_BUS_ADDRESS") or _usual_address()
    if not address:
        return None
    try:
        return await MessageBus(bus_address=address, auth_timeout=_PATIENCE_S).connect()
    except (OSError, EOFError, ValueError, AuthError, InvalidAddressError) as error:
        log.info("the session's bus does not answer: %s", type(error).__name__)
        return None


def _usual_address() -> str:
    """Where systemd has it; see sd_bus_default_user(3)."""
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    if not runtime or not (socket := Path(runtime) / "bus").exists():
        return ""
    return f"unix:path={socket}"
