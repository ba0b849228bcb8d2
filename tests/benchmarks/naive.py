"""The loop that everybody writes first, for comparison: open, convert, encode, one at a time.

``python -m tests.benchmarks.naive MODEL_FOLDER PICTURES_FOLDER`` prints images a second, without the model's loading.
"""

import sys
import time
from pathlib import Path

from PIL import Image
from sentence_transformers import SentenceTransformer


def main(model_folder: str, pictures: str) -> None:
    """Embed every picture of the folder; the first one warms up and doesn't count."""
    model = SentenceTransformer(model_folder)
    first, *rest = sorted(Path(pictures).iterdir())
    _embed(model, first)
    started = time.perf_counter()
    for path in rest:
        _embed(model, path)
    print(len(rest) / (time.perf_counter() - started))


def _embed(model: SentenceTransformer, path: Path) -> None:
    model.encode(Image.open(path).convert("RGB"))


if __name__ == "__main__":
    main(*sys.argv[1:])
