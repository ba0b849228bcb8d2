"""Models in several layouts, made from the tiny random CLIP; and one embedder for the tests that leave it as it was."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from photoseek.embedding.messages import Order, Source

# Before torch is imported, as the model process does it: spinning threads would starve the other tests.
os.environ["OMP_WAIT_POLICY"] = "PASSIVE"

LEGACY_PREPROCESSOR: dict[str, Any] = {
    "crop_size": 64,
    "do_center_crop": True,
    "do_normalize": True,
    "do_resize": True,
    "feature_extractor_type": "CLIPFeatureExtractor",
    "image_mean": [0.48145466, 0.4578275, 0.40821073],
    "image_std": [0.26862954, 0.26130258, 0.27577711],
    "resample": 3,
    "size": 64,
}


def order(folder: Path | None, cache: Path, text_folder: Path | None = None) -> Order:
    kind = "sentence-transformers" if folder else "starter"
    return Order(Source("test", kind, folder, text_folder), "test", "cpu", cache)  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def legacy_clip(tiny_clip: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny CLIP in the layout of sentence-transformers/clip-ViT-*: modules.json, vocab.json and merges.txt."""
    folder = tmp_path_factory.mktemp("clip-ViT-tiny")
    part = folder / "0_CLIPModel"
    part.mkdir()
    module = {"idx": 0, "name": "0", "path": "0_CLIPModel", "type": "sentence_transformers.models.CLIPModel"}
    (folder / "modules.json").write_text(json.dumps([module]))
    for name in ("config.json", "model.safetensors"):
        shutil.copyfile(tiny_clip / name, part / name)
    (part / "preprocessor_config.json").write_text(json.dumps(LEGACY_PREPROCESSOR))
    (part / "tokenizer_config.json").write_text(
        json.dumps({"tokenizer_class": "CLIPTokenizer", "model_max_length": 77, "do_lower_case": True})
    )
    model = json.loads((tiny_clip / "tokenizer.json").read_text("utf-8"))["model"]
    (part / "vocab.json").write_text(json.dumps(model["vocab"]), "utf-8")
    merges = [pair if isinstance(pair, str) else " ".join(pair) for pair in model["merges"]]
    (part / "merges.txt").write_text("#version: 0.2\n" + "\n".join(merges) + "\n", "utf-8")
    return folder
