"""The daemon's ends of the model process and the download process: spawn, ask, end. No torch.

All of it blocks and is called in ``Embedder``'s threads, but for ``kill``, which may be called anywhere, also while
another thread waits for an answer: that one then gets the end of the pipe.
"""

import logging
import multiprocessing
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TypeVar

from photoseek.children import spared
from photoseek.embedding import download, model_process
from photoseek.embedding.messages import Description, Failure, Order
from photoseek.errors import ModelError

T = TypeVar("T")

log = logging.getLogger(__name__)

_SPAWN = multiprocessing.get_context("spawn")
_END_S = 2.0


class ModelProcessDiedError(ModelError):
    """The model process ended in the middle of an answer; the next call starts another one."""

    title = "The model process died"


class _Child:
    """A spawned process and the daemon's ends of its pipes."""

    def __init__(self, name: str, main: Callable[..., None], arguments: tuple[object, ...], pipes: int) -> None:
        ends = [_SPAWN.Pipe() for _ in range(pipes)]
        self._connections: list[Connection] = [ours for ours, _ in ends]
        theirs = [their for _, their in ends]
        self._process = _SPAWN.Process(target=main, args=(*arguments, *theirs), name=name, daemon=True)
        self._killed = False
        try:
            with spared():
                self._process.start()
        except BaseException:
            self._close_pipes()
            raise
        finally:
            # Only if the child alone holds its ends does its death show as the end of the pipe.
            for their in theirs:
                their.close()

    @property
    def pid(self) -> int:
        """Of the process."""
        return self._process.pid or 0

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return not self._killed and self._process.is_alive()

    def kill(self) -> None:
        """End the process at once; does not wait."""
        self._killed = True
        self._process.kill()

    def end(self) -> None:
        """End the process, wait for it, and give everything back."""
        self._close_pipes()
        self._process.join(0 if self._killed else _END_S)
        if self._process.exitcode is None:
            self._process.kill()
            self._process.join()
        log.debug("%s ended with %s", self._process.name, self._process.exitcode)
        self._process.close()

    def _receive(self, pipe: int) -> Any:
        """The next message. Raises EOFError or OSError where the process is gone."""
        return self._connections[pipe].recv()

    def _send(self, pipe: int, message: object) -> None:
        """Send a message. Raises OSError where the process is gone."""
        self._connections[pipe].send(message)

    def _close_pipes(self) -> None:
        for connection in self._connections:
            connection.close()


class ModelProcess(_Child):
    """One model process. Each pipe may be used by one thread at a time."""

    PICTURES, QUERIES = 0, 1

    def __init__(self, order: Order) -> None:
        super().__init__("photoseek-model", model_process.run, (order,), 2)

    def wait_loaded(self) -> Description:
        """Wait until the model is loaded.

        Raises:
            ModelError: It could not be.
        """
        try:
            self._receive(self.PICTURES)  # both pipes say the same
            reply = self._receive(self.QUERIES)
        except (EOFError, OSError) as error:
            raise ModelProcessDiedError(
                "The model process died while it loaded the model.",
                "The memory may be too small for this model; a smaller one is clip-ViT-B-32.",
            ) from error
        return _checked(reply, Description)

    def ask(self, pipe: int, request: object) -> Any:
        """Send a request and wait for its answer.

        Raises:
            ModelProcessDiedError: The process is gone.
            ModelError: The model could not answer this request.
        """
        try:
            self._send(pipe, request)
            return _checked(self._receive(pipe), object)
        except (EOFError, OSError, ValueError) as error:
            raise ModelProcessDiedError("The model process died while it worked.", "It is started again.") from error


class Download(_Child):
    """One download process; what it fetched before it is killed stays."""

    def __init__(self, repos: tuple[str, ...], cache: Path) -> None:
        super().__init__("photoseek-download", download.run, (repos, cache), 1)

    def wait(self, on_progress: Callable[[int, int], None]) -> dict[str, Path]:
        """Wait until all is there.

        Args:
            on_progress: Called in this thread with bytes done and bytes in all.

        Raises:
            ModelError: It could not be downloaded.
        """
        while True:
            try:
                reply = self._receive(0)
            except (EOFError, OSError) as error:
                raise ModelError("The download of the model was broken off.", "Try again.") from error
            if not isinstance(reply, tuple):
                return dict(_checked(reply, dict))
            on_progress(*reply)


def _checked(reply: Any, kind: type[T]) -> T:
    if isinstance(reply, Failure):
        log.debug("The model's own error: %s", reply.details)
        raise reply.error()
    if not isinstance(reply, kind):
        raise ModelError(f"The model process answered with {type(reply).__name__}.")
    return reply
