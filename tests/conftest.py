"""What every test may ask for: the shared photographs, the awkward files, the tiny random CLIP."""

import os
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("PHOTOSEEK_SHARED") or Path(__file__).parents[2] / "shared")


def _shared(name: str) -> Path:
    folder = SHARED / name
    if not folder.is_dir():
        pytest.skip(f"needs shared/{name} beside the checkout, or $PHOTOSEEK_SHARED")
    return folder


@pytest.fixture(scope="session")
def shared_photos() -> Path:
    """129 real photographs with captions.json."""
    return _shared("photos")


@pytest.fixture(scope="session")
def shared_awkward() -> Path:
    """74 nasty files with MANIFEST.json."""
    return _shared("awkward")


@pytest.fixture(scope="session")
def tiny_clip() -> Path:
    """A sentence-transformers CLIP folder with RANDOM weights: for the plumbing, never for a ranking."""
    return _shared("models/tiny-random-clip")
