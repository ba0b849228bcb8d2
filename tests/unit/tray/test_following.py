"""What the tray is told of a daemon that is there and says nothing: a real socket on which nobody answers."""

import asyncio
import contextlib
from pathlib import Path

import aiohttp
import pytest

from photoseek.api.wire import StatusBody
from photoseek.instance import Discovery, announce, make_private, own_token
from photoseek.paths import Paths
from photoseek.tray.following import follow


async def test_of_a_daemon_that_hangs_it_is_told_that_none_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("photoseek.client.connection._TIMEOUT", aiohttp.ClientTimeout(total=0.1))
    paths = Paths(*(tmp_path / name for name in ("config", "data", "cache", "runtime")))
    make_private(paths)
    own_token(paths)
    told: asyncio.Queue[tuple[StatusBody | None, Discovery | None]] = asyncio.Queue()
    held: asyncio.Queue[asyncio.StreamWriter] = asyncio.Queue()
    async with await asyncio.start_server(lambda _, writer: held.put_nowait(writer), "127.0.0.1") as server:
        with announce(paths, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}") as announced:
            following = asyncio.create_task(follow(paths, lambda *heard: told.put_nowait(heard)))
            assert await told.get() == (None, announced)
            asked = await asyncio.wait_for(held.get(), 60)
            following.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await following
        asked.close()
        while not held.empty():
            held.get_nowait().close()
