"""What every model has in the model process: a picture tower and a text tower that embed into one space.

Runs in the model process only; imports torch.
"""

from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray

from photoseek.domain import PixelSpec
from photoseek.embedding.messages import Description, TextEmbedding
from photoseek.errors import ModelError


class Towers(Protocol):
    """A loaded model. ``embed_pixels`` and ``embed_text`` may run at the same time in two threads, and twice each."""

    @property
    def description(self) -> Description:
        """What the daemon keeps of it."""

    def embed_pixels(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Embed ``(n, h, w, 3)`` uint8 to ``(n, dim)`` float32, unit length."""

    def embed_text(self, text: str) -> TextEmbedding:
        """Embed a text, whatever it looks like."""


class Normaliser:
    """Makes of uint8 pixels what a network wants: ``(pixel / 255 - mean) / std``, channels first."""

    def __init__(self, pixels: PixelSpec, device: str) -> None:
        self._shape = (pixels.crop_height, pixels.crop_width, 3)
        self._device = device
        mean, std = (torch.tensor(each, device=device).view(1, 3, 1, 1) for each in (pixels.mean, pixels.std))
        self._scale = 1 / (255 * std)
        self._shift = -mean / std

    def __call__(self, pixels: NDArray[np.uint8]) -> torch.Tensor:
        """``(n, h, w, 3)`` uint8 to ``(n, 3, h, w)`` float32.

        Raises:
            ModelError: The pixels are not of the model's shape.
        """
        if pixels.ndim != 4 or pixels.shape[1:] != self._shape or pixels.dtype != np.uint8:
            raise ModelError(f"The model wants pixels (n, {self._shape}) uint8, not {pixels.shape} {pixels.dtype}.")
        channels_first = torch.from_numpy(pixels).to(self._device).permute(0, 3, 1, 2)
        return torch.addcmul(self._shift, channels_first.to(torch.float32), self._scale).contiguous()


def unit_vectors(vectors: Any) -> NDArray[np.float32]:
    """Rows of unit length as numpy has them, ``(n, dim)`` float32.

    Raises:
        ModelError: A row is not finite or has no length.
    """
    rows = vectors.float()
    lengths = torch.linalg.vector_norm(rows, dim=1, keepdim=True)
    if not bool(torch.isfinite(lengths).all()) or not bool((lengths > 0).all()):
        raise ModelError("The model answered with numbers that are not finite.", "Its weights may be damaged.")
    found: NDArray[np.float32] = (rows / lengths).cpu().numpy()
    return found


def pick_device(wanted: str) -> str:
    """The device to compute on: the one that is wanted, or the fastest there is.

    Raises:
        ModelError: The wanted one is not there.
    """
    there = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if wanted == "auto":
        return next(device for device in ("cuda", "mps", "cpu") if there[device])
    kind, _, number = wanted.partition(":")
    if not there.get(kind) or (number and int(number) >= torch.cuda.device_count()):
        raise ModelError(f"There is no device {wanted} for the model.", "Set [model] device to auto.")
    return wanted
