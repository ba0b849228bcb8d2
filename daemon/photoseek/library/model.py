"""What the library needs of an embedding model; ``embedding.Embedder`` is one."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from photoseek.domain import ModelIdentity, ModelStatus
from photoseek.embedding import TextEmbedding


class Model(Protocol):
    """A joint image-text model in a process of its own."""

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
