"""What crosses the pipes between the daemon and the model process. Plain data, no torch; used on both sides."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from photoseek.domain import PixelSpec
from photoseek.errors import ModelError


@dataclass(frozen=True, slots=True)
class Source:
    """Where a model lies on this machine.

    Attributes:
        name: As a person says it.
        kind: ``starter`` comes from installed packages; every other one through sentence-transformers.
        folder: Of the model with the picture tower; None for the starter.
        text_folder: Of the text tower where that is a model of its own; None where ``folder`` holds both.
    """

    name: str
    kind: Literal["starter", "sentence-transformers"]
    folder: Path | None = None
    text_folder: Path | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """What the model process is started for.

    Attributes:
        key: Of the model's identity; what is measured on this machine is kept by it.
        device: ``auto``, ``cpu``, ``cuda`` or ``mps``.
        cache: Folder of what was measured.
    """

    source: Source
    key: str
    device: str
    cache: Path


@dataclass(frozen=True, slots=True)
class Description:
    """What the daemon needs to know of a model; kept on disk, so that a start does without torch."""

    dim: int
    pixels: PixelSpec
    batch: int


@dataclass(frozen=True, slots=True)
class TextEmbedding:
    """Answer to a text: ``vector`` ``(dim,)`` float32, unit length; ``truncated`` where the text was too long."""

    vector: NDArray[np.float32]
    truncated: bool


@dataclass(frozen=True, slots=True)
class Failure:
    """An error, on its way through a pipe.

    Attributes:
        details: Traceback for the log; may be empty.
    """

    message: str
    hint: str = ""
    details: str = ""

    def error(self) -> ModelError:
        """The error that the daemon raises for it."""
        return ModelError(self.message, self.hint)
