"""One question to the running daemon, for a command that is no coroutine. Main thread."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from photoseek.client import Client

Answer = TypeVar("Answer")


def ask_daemon(question: "Callable[[Client], Awaitable[Answer]]") -> Answer:
    """Find the daemon of this person, ask it, and end the connection.

    Args:
        question: Asks with the client it is given.

    Raises:
        NotRunningError: No daemon answers.
        PhotoseekError: What the daemon answered, if that was an error.
    """
    import asyncio  # noqa: PLC0415 - `--help` needs none of these

    from photoseek.client import Client  # noqa: PLC0415
    from photoseek.paths import find_paths  # noqa: PLC0415

    async def ask() -> Answer:
        async with Client.find(find_paths()) as client:
            return await question(client)

    return asyncio.run(ask())
