"""CLIP models of the real shape with RANDOM weights: for speed where no real one can be had, not for ranking."""

import json
import shutil
from pathlib import Path
from typing import Literal

from tests.conftest import SHARED

Shape = Literal["B/32", "L/14", "tiny-768"]

_TOKENS = {"bos_token_id": 49406, "eos_token_id": 49407, "pad_token_id": 49407}
# The openai/clip-vit-base-patch32 and openai/clip-vit-large-patch14 configurations.
_SHAPES = {
    "B/32": {
        "text_config": {"hidden_size": 512, "intermediate_size": 2048, "num_attention_heads": 8} | _TOKENS,
        "vision_config": {"hidden_size": 768, "intermediate_size": 3072, "num_attention_heads": 12, "patch_size": 32},
        "projection_dim": 512,
    },
    "L/14": {
        "text_config": {"hidden_size": 768, "intermediate_size": 3072, "num_attention_heads": 12} | _TOKENS,
        "vision_config": {
            "hidden_size": 1024,
            "intermediate_size": 4096,
            "num_attention_heads": 16,
            "num_hidden_layers": 24,
            "patch_size": 14,
        },
        "projection_dim": 768,
    },
    # Of no real model: hardly any work, but vectors as long as those of L/14.
    "tiny-768": {
        "text_config": {"hidden_size": 32, "intermediate_size": 64, "num_attention_heads": 2} | _TOKENS,
        "vision_config": {
            "hidden_size": 32,
            "intermediate_size": 64,
            "num_attention_heads": 2,
            "num_hidden_layers": 2,
            "patch_size": 32,
        },
        "projection_dim": 768,
    },
}


def make_random_clip(folder: Path, shape: Shape, *, tokenizer_from: Path | None = None) -> Path:
    """Make a folder that ``SentenceTransformer`` loads: 605 MB for B/32, 1710 MB for L/14, seed 0.

    Args:
        folder: Made; left as it is where a model is in it already.
        shape: Of which model.
        tokenizer_from: A CLIP folder with tokenizer and processor; shared/models/tiny-random-clip by default.

    Returns:
        ``folder``.
    """
    import torch  # noqa: PLC0415 - who only asks for the folder's name needs none of it
    from transformers import CLIPConfig, CLIPModel  # noqa: PLC0415
    from transformers.utils import logging  # noqa: PLC0415

    logging.disable_progress_bar()

    if (folder / "model.safetensors").is_file():
        return folder
    source = tokenizer_from or SHARED / "models" / "tiny-random-clip"
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(0)
    CLIPModel(CLIPConfig(**_SHAPES[shape])).save_pretrained(folder)
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copyfile(source / name, folder / name)
    preprocessor = json.loads((source / "preprocessor_config.json").read_text())
    preprocessor |= {"size": {"shortest_edge": 224}, "crop_size": {"height": 224, "width": 224}}
    (folder / "preprocessor_config.json").write_text(json.dumps(preprocessor))
    processor = {"processor_class": "CLIPProcessor", "image_processor": preprocessor}
    (folder / "processor_config.json").write_text(json.dumps(processor))
    return folder
