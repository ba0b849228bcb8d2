"""What the library needs of embedding models, and what belongs together while one of them answers.

``embedding`` has the models; the rest of ``library`` asks them in the event loop, and in a thread what blocks.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from photoseek.domain import ModelIdentity, ModelInfo, ModelStatus
from photoseek.embedding import TextEmbedding
from photoseek.errors import ModelError
from photoseek.vectors import VectorIndex


class ModelChangedError(ModelError):
    """What was asked belongs to another model than the one that answers by now; asked again, it is answered."""


class Model(Protocol):
    """A joint image-text model in a process of its own; ``embedding.Embedder`` is one."""

    async def identify(self) -> ModelIdentity:
        """Which model it is.

        Raises:
            ModelError: None can be had.
        """

    async def embed_pixels(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Vectors ``(n, dim)`` float32, unit length, of ``(n, height, width, 3)`` uint8 pixels.

        Raises:
            ModelProcessDiedError: The process died over them.
            ModelError: It doesn't load.
        """

    async def embed_picture(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        """The vector ``(dim,)`` of one picture ``(height, width, 3)`` that somebody searches with.

        Raises:
            ModelError: It doesn't load, or the process died over it.
        """

    async def embed_text(self, text: str) -> TextEmbedding:
        """The vector of a text, as text.

        Raises:
            ModelError: It doesn't load.
        """

    def status(self) -> ModelStatus:
        """What it is doing."""

    async def close(self) -> None:
        """End its process, at once; it isn't asked any more."""


class Models(Protocol):
    """All models there are; ``embedding.Embedders`` is one."""

    def open(self, name: str) -> Model:
        """The model of this name; nothing is looked for or started before it is asked."""

    def best(self, name: str) -> str:
        """Which model a name means in the end."""

    def check(self, name: str) -> str:
        """By which name it is opened. Blocks.

        Raises:
            ModelError: It can't be had.
        """

    def known(self, *names: str) -> list[ModelInfo]:
        """Those that a person can choose from, and those of these names. Blocks."""


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """A model that was opened, and which it turned out to be."""

    identity: ModelIdentity
    embedder: Model


@dataclass(frozen=True, slots=True, eq=False)
class Answering(Opened):
    """A model with its vectors: one object, so that no query ever meets two models.

    Attributes:
        vectors: Of all contents that can be found.
    """

    vectors: VectorIndex
