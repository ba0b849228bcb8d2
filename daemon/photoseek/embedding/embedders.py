"""All models of the daemon: opens one by its name, knows which there are, and closes whatever is open at the end.

Lives on the daemon's event loop; ``known`` and ``check`` block and are called in threads.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Self

import msgspec

from photoseek.domain import ModelInfo
from photoseek.embedding.choice import choose
from photoseek.embedding.embedder import Embedder
from photoseek.embedding.hub import Hub
from photoseek.embedding.registry import WANTED, known_models
from photoseek.settings import ModelSettings


class Embedders:
    """Makes embedders; an async context manager.

    Args:
        settings: ``[model]``; but for the name, it holds for all of them.
        cache: Folder for what is learnt of models on this machine.
        environment: Says where the hub and its cache are.
    """

    def __init__(self, settings: ModelSettings, cache: Path, *, environment: Mapping[str, str] = os.environ) -> None:
        self._settings = settings
        self._cache = cache
        self._environment = environment
        self._open: list[Embedder] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        while self._open:
            await self._open.pop().close()

    def open(self, name: str) -> Embedder:
        """The model of this name. Nothing is started or looked for before it is needed."""
        self._open = [one for one in self._open if not one.closed]
        settings = msgspec.structs.replace(self._settings, name=name)
        embedder = Embedder(settings, self._cache, environment=self._environment)
        self._open.append(embedder)
        return embedder

    def best(self, name: str) -> str:
        """The model that is meant in the end: ``auto`` begins with what is here, and means a better one."""
        return WANTED if name == "auto" else name

    def check(self, name: str) -> str:
        """By which name a model is opened that a person calls so.

        Raises:
            ModelError: It can't be had; the hint says what can be done.
        """
        return name if name == "auto" else choose(name, Hub(self._environment)).spec

    def known(self, *names: str) -> list[ModelInfo]:
        """The models that a person can choose from; those of these names too."""
        return known_models(names, self._cache, self._environment)
