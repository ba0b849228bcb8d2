"""Tells models apart.

A model is what its files hold, wherever they lie: its key stays when the folder is moved or renamed.
Blocking; called in threads of the daemon.
"""

import hashlib
from pathlib import Path

from photoseek.embedding import preprocessing
from photoseek.embedding.digests import Digests
from photoseek.embedding.hub import model_parts, weight_files
from photoseek.embedding.messages import Source
from photoseek.embedding.registry import find_starter


def model_key(source: Source, cache: Path) -> str:
    """Key of the space that a model's picture tower embeds into.

    A text tower of its own is not in it: that one was trained into the picture tower's space, so the pictures'
    embeddings serve both.

    Raises:
        OSError: A file of the model can't be read.
    """
    digests = Digests(cache)
    said = "".join(f"{path.name} {digests.of(path)}\n" for path in _files(source))
    return f"{source.kind}-{hashlib.sha256(said.encode()).hexdigest()[:24]}-p{preprocessing.VERSION}"


def _files(source: Source) -> list[Path]:
    if source.folder is None:
        starter = find_starter()
        return [starter.network, *weight_files(starter.sentences), starter.tables] if starter else []
    files: list[Path] = []
    for part in dict.fromkeys([source.folder, *model_parts(source.folder)]):
        files += [part / name for name in ("modules.json", "config.json", "preprocessor_config.json")]
        files += weight_files(part)
    return [path for path in files if path.is_file()]


def description_place(cache: Path, key: str) -> Path:
    """Where the description of the model with this key is kept."""
    return cache / f"{key}.json"
