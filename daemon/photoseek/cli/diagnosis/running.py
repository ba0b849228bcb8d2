"""The daemon that runs, asked over HTTP as every client does, and looked at from outside. Main thread."""

import asyncio
import contextlib
import time
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec
import psutil

from photoseek.cli.diagnosis.report import Running
from photoseek.errors import PhotoseekError
from photoseek.settings import ServerSettings

if TYPE_CHECKING:
    from photoseek.api.wire import StatusBody
    from photoseek.instance import Discovery
    from photoseek.paths import Paths

_PATIENCE_S = 10.0


def examine_daemon(found: "Discovery", paths: "Paths", models: set[str]) -> Running:
    """How it is; a daemon that doesn't answer is a finding, no error.

    Args:
        found: Where it listens.
        paths: Where the key to it lies.
        models: Names that are known to everybody.
    """
    seen = _look_from_outside(found)
    try:
        status = asyncio.run(_ask(paths))
    except (PhotoseekError, OSError, TimeoutError) as error:
        return replace(seen, trouble=error.title if isinstance(error, PhotoseekError) else type(error).__name__)
    name = status.model.name
    return replace(
        seen,
        model=name if not name or name in models else "one of your own",
        model_state=status.model.state,
        indexing=status.indexing.state,
        folders=dict(Counter(folder.state for folder in status.folders)),
        counts=msgspec.structs.asdict(status.counts),
        notes=len(status.notes),
    )


def _look_from_outside(found: "Discovery") -> Running:
    seen = Running(version=found.version, usual_port=found.url.endswith(f":{ServerSettings().port}"))
    with contextlib.suppress(psutil.Error):
        process = psutil.Process(found.pid)
        seen = replace(
            seen,
            up_s=int(time.time() - process.create_time()),
            memory_mb=process.memory_info().rss // (1024 * 1024),
            children=len(process.children(recursive=True)),
        )
    return seen


async def _ask(paths: "Paths") -> "StatusBody":
    from photoseek.client import Client  # noqa: PLC0415 - only where a daemon runs

    async with asyncio.timeout(_PATIENCE_S), Client.find(paths) as client:
        return (await client.status()).data
