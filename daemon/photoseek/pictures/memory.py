"""How much memory a worker may take: no picture, however made, brings it over 1 GiB. Runs in the worker."""

import contextlib
import sys

import psutil

LIMIT_BYTES = 1 << 30

# Pages mapped before the limit was set, of libraries mostly, that a picture is the first to touch.
_UNTOUCHED_BYTES = 64 << 20


def budget_bytes() -> int:
    """What a picture may take in this process as it stands, in bytes."""
    return LIMIT_BYTES - _UNTOUCHED_BYTES - int(psutil.Process().memory_info().rss)


def limit_memory() -> None:
    """Let this process map no more than what it has and the budget; where the system has no such limit, do nothing.

    The limit is on address space, so what the imports have mapped (far more than they use) comes on top.
    """
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - Windows has none

    wanted = int(psutil.Process().memory_info().vms) + budget_bytes()
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    with contextlib.suppress(ValueError, OSError):  # macOS knows the limit and refuses to set it
        resource.setrlimit(resource.RLIMIT_AS, (wanted, hard))
