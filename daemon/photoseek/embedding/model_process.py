"""The model process: holds torch and the model, answers batches of pictures and queries, each over a pipe of its own.

Spawned by ``process.ModelProcess``. The first message on each pipe says whether the model could be loaded. After
that queries have their own thread, so that none, text or picture, waits behind a batch; the main thread takes the
batches and gives way to the person's other programs. Ends when its pipes are closed, and with the daemon.
"""

import contextlib
import os
import threading
import traceback
import warnings
from collections.abc import Callable
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from photoseek.allocator import keep_for_the_next
from photoseek.children import become_child, give_way
from photoseek.embedding.messages import Failure, Order
from photoseek.errors import PhotoseekError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from photoseek.embedding.towers import Towers

# Read by the libraries when they are imported. A waiting OpenMP thread that spins takes the processor from the
# decoders: beside one busy process ViT-B/32 fell from 96 to 16 pictures a second. All files are on disk by now.
_ENVIRONMENT = {
    "OMP_WAIT_POLICY": "PASSIVE",
    "KMP_BLOCKTIME": "0",
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "TRANSFORMERS_VERBOSITY": "error",
    "TOKENIZERS_PARALLELISM": "false",
}


def run(order: Order, pictures: Connection, queries: Connection) -> None:
    """Main of the model process; returns when the daemon has closed ``pictures``.

    Args:
        order: What to load.
        pictures: Takes ``(n, h, w, 3)`` uint8, answers ``(n, dim)`` float32 or ``Failure``.
        queries: Takes ``str``, answers ``TextEmbedding`` or ``Failure``; takes pixels as ``pictures`` does.
    """
    os.environ.update(_ENVIRONMENT)
    _keep_to_own_folder(order.cache)
    keep_for_the_next()
    # Not nice yet: somebody waits for the model, and on Linux threads keep the niceness that they were born with.
    become_child(nice=False)
    try:
        towers = _load(order)
    except Exception as error:
        _tell_all((pictures, queries), _failure_of(error, "The model could not be loaded"))
        return
    _tell_all((pictures, queries), towers.description)
    threading.Thread(target=_serve, args=(queries, partial(_embed_query, towers)), name="queries", daemon=True).start()
    give_way()
    _serve(pictures, towers.embed_pixels)


def _keep_to_own_folder(cache: Path) -> None:
    """Torch makes a folder for its compiler when it is imported, though nothing is compiled: not in /tmp, for all."""
    folder = cache / "torch"
    with contextlib.suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        os.environ["TORCHINDUCTOR_CACHE_DIR"] = str(folder)


def _embed_query(towers: "Towers", query: "str | NDArray[np.uint8]") -> object:
    return towers.embed_text(query) if isinstance(query, str) else towers.embed_pixels(query)


def _load(order: Order) -> "Towers":
    warnings.simplefilter("ignore")
    import torch  # noqa: PLC0415 - only now is the environment as it must be
    from transformers.utils import logging as transformers_logging  # noqa: PLC0415

    transformers_logging.disable_progress_bar()
    from photoseek.embedding.towers import pick_device  # noqa: PLC0415

    device = pick_device(order.device)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    # A CLIP model outweighs its decoders: two cores gave 12.7 pictures a second, one 7.4 (B/32, float32). The starter
    # is as light as they are, and two threads that wait for each other beside busy decoders are slower than one.
    starter = order.source.kind == "starter"
    torch.set_num_threads(max(1, cores // 2) if starter else cores)
    if starter:
        from photoseek.embedding.starter import StarterTowers  # noqa: PLC0415

        return StarterTowers(order, device)
    from photoseek.embedding.clip import ClipTowers  # noqa: PLC0415

    return ClipTowers(order, device)


def _serve(connection: Connection, answer: Callable[[Any], object]) -> None:
    while True:
        try:
            request = connection.recv()
        except (EOFError, OSError):
            return
        try:
            reply = answer(request)
        except Exception as error:
            reply = _failure_of(error, "The model could not answer")
        try:
            connection.send(reply)
        except OSError:
            return


def _tell_all(connections: tuple[Connection, ...], message: object) -> None:
    for connection in connections:
        connection.send(message)


def _failure_of(error: Exception, what: str) -> Failure:
    """An error as the daemon can pass it on to a person."""
    details = "".join(traceback.format_exception(error))
    if isinstance(error, PhotoseekError):
        return Failure(error.message, error.hint, details)
    said = f"{type(error).__name__}: {error}"
    if isinstance(error, MemoryError) or "out of memory" in said.lower() or "can't allocate memory" in said.lower():
        return Failure(f"{what}: there is not enough memory.", "Close other programs or take a smaller model.", details)
    return Failure(f"{what}: {said[:500]}", "See photoseek model list for models that are known to work.", details)
