"""CLIP, SigLIP and their like, loaded by sentence-transformers. Runs in the model process only.

Pictures come as finished pixels and texts are tokenised here: ``SentenceTransformer.encode`` opens strings that
look like addresses or picture files (sentence_transformers.base.modality), which a query must never make it do.
"""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from sentence_transformers import SentenceTransformer

from photoseek.domain import PixelSpec
from photoseek.embedding import precision
from photoseek.embedding.messages import Description, Order, TextEmbedding
from photoseek.embedding.preprocessing import read_pixels
from photoseek.embedding.towers import Normaliser, unit_vectors
from photoseek.errors import ModelError

# No real vocabulary is smaller; transformers 5 makes one of 2 where it does not find the files.
_SMALLEST_VOCABULARY = 1000


class TextTower:
    """The text side of a sentence-transformers model."""

    def __init__(self, model: Any, device: str) -> None:
        self._model = model
        self._device = device
        self._tokenizer = model[0].tokenizer
        config = model[0].config
        text_config = config.get_text_config()
        _check_tokenizer(self._tokenizer, text_config)
        positions = getattr(text_config, "max_position_embeddings", None)
        self._limit = min(limit for limit in (model.max_seq_length, positions) if limit)
        self._prompt = (model.prompts or {}).get(model.default_prompt_name) or ""
        # SigLIP was trained on lower-case texts filled up to 64 tokens, without a mask (big_vision, image_text).
        self._siglip = str(config.model_type).startswith("siglip")

    def embed(self, text: str, max_tokens: int | None = None) -> tuple[torch.Tensor, bool]:
        """``(1, dim)`` as the model gives it, and whether the text was cut at the context length."""
        limit = min(self._limit, max_tokens or self._limit)
        text = self._prompt + (text.lower() if self._siglip else text)
        whole = self._tokenizer(text, verbose=False)["input_ids"]
        features = dict(
            self._tokenizer(
                text,
                truncation=True,
                max_length=limit,
                padding="max_length" if self._siglip else False,
                return_tensors="pt",
            ).to(self._device)
        )
        # A single text needs no mask against its padding: it has none, or (SigLIP) it was trained with it.
        if self._siglip:
            features.pop("attention_mask", None)
        # On the features of a text, `forward` is the arithmetic alone; it is `preprocess` that opens things.
        answer = self._model({"input_ids": None} | features | {"modality": "text"})
        return answer["sentence_embedding"], len(whole) > limit


class ClipTowers:
    """A sentence-transformers model with pictures, and its text tower: its own or that of a second model."""

    def __init__(self, order: Order, device: str) -> None:
        folder, text_folder = order.source.folder, order.source.text_folder
        if folder is None:
            raise ModelError("No model folder was given.")
        self._device = device
        pixels = read_pixels(folder)
        self._pictures = load(folder, device)
        _check_takes_pictures(self._pictures, folder)
        if text_folder is not None:
            _drop_text_tower(self._pictures)
        self._texts = TextTower(load(text_folder, device) if text_folder else self._pictures, device)
        self._normalise = Normaliser(pixels, device)
        self._description = Description(0, pixels, _batch(self._pictures, pixels))
        self._precision = precision.full()
        self._precision = precision.choose(order, device, self._run, self._probe_pixels())
        self._precision.keep_weights(getattr(self._pictures[0].model, "vision_model", None))
        self._description = Description(self._common_dim(), pixels, self._description.batch)

    @property
    def description(self) -> Description:
        """What the daemon keeps of it."""
        return self._description

    @torch.inference_mode()
    def embed_pixels(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Embed ``(n, h, w, 3)`` uint8 to ``(n, dim)`` float32, unit length.

        Raises:
            ModelError: Pixels of another shape, or numbers that are not finite.
        """
        return unit_vectors(self._run(self._normalise(pixels)))

    @torch.inference_mode()
    def embed_text(self, text: str) -> TextEmbedding:
        """Embed a text, whatever it looks like.

        Raises:
            ModelError: The numbers are not finite.
        """
        vectors, truncated = self._texts.embed(text)
        return TextEmbedding(unit_vectors(vectors)[0], truncated)

    def _run(self, pixels: torch.Tensor) -> torch.Tensor:
        with self._precision.context():
            vectors: torch.Tensor = self._pictures({"pixel_values": pixels, "modality": "image"})["sentence_embedding"]
        return vectors

    def _probe_pixels(self) -> torch.Tensor:
        spec = self._description.pixels
        return torch.zeros(1, 3, spec.crop_height, spec.crop_width, device=self._device)

    def _common_dim(self) -> int:
        """Length of the vectors of both towers, from one run of each."""
        with torch.inference_mode():
            of_pictures, of_texts = self._run(self._probe_pixels()).shape[1], self._texts.embed("a photo")[0].shape[1]
        if of_pictures != of_texts:
            raise ModelError(f"The model's pictures have {of_pictures} numbers and its texts {of_texts}.")
        return int(of_pictures)


def load(folder: Path, device: str) -> Any:
    """A model by sentence-transformers' own loader, in float32, ready to answer. Nothing is fetched."""
    return SentenceTransformer(str(folder), device=device, local_files_only=True).float().eval()


def _check_takes_pictures(model: Any, folder: Path) -> None:
    if "image" not in model[0].modalities:
        raise ModelError(
            f"The model in {folder} embeds texts only.", "photoseek needs one that embeds texts and pictures."
        )


def _check_tokenizer(tokenizer: Any, text_config: Any) -> None:
    expected = int(getattr(text_config, "vocab_size", 0) or 0)
    found = len(tokenizer) if tokenizer is not None else 0
    if found < max(_SMALLEST_VOCABULARY, expected // 2):
        raise ModelError(
            f"The model's tokenizer has {found} tokens where {expected or 'thousands'} are expected: its files are "
            "missing or were not understood.",
            "Get the model again, with tokenizer.json (or vocab.json and merges.txt).",
        )


def _drop_text_tower(model: Any) -> None:
    """A second model reads the texts: the memory of this tower is given back."""
    if hasattr(model[0].model, "text_model"):
        del model[0].model.text_model


def _batch(model: Any, pixels: PixelSpec) -> int:
    """Pictures in a batch: 16 where one is at most 50 patches (ViT-B/32 at 224), else 8."""
    patch = getattr(getattr(model[0].config, "vision_config", None), "patch_size", None) or 14
    return 16 if (pixels.crop_width // patch) * (pixels.crop_height // patch) < 64 else 8
