"""Tells models apart, and remembers what was learnt of one, so that a later start does without torch.

A model is what its files hold, wherever they lie: its key stays when the folder is moved or renamed.
Blocking; called in threads of the daemon.
"""

import hashlib
import logging
from pathlib import Path

import msgspec

from photoseek import durable
from photoseek.domain import ModelIdentity
from photoseek.embedding import preprocessing
from photoseek.embedding.digests import Digests
from photoseek.embedding.hub import model_parts, weight_files
from photoseek.embedding.messages import Description, Source
from photoseek.embedding.registry import find_starter

_log = logging.getLogger(__name__)


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


def recall(cache: Path, key: str) -> Description | None:
    """What is known of a model, or None; a file that is broken counts as none."""
    try:
        return msgspec.json.decode(_place(cache, key).read_bytes(), type=Description)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError) as error:
        _log.info("What was known of the model can't be read and is found out again: %s", error)
        return None


def remember(cache: Path, key: str, description: Description) -> None:
    """Keep what is known of a model; a cache that can't be written costs only time."""
    try:
        cache.mkdir(parents=True, exist_ok=True)
        durable.write(_place(cache, key), msgspec.json.encode(description), sync=False)
    except OSError as error:
        _log.warning("What is known of the model can't be kept: %s", error)


def identity(source: Source, key: str, description: Description, spec: str) -> ModelIdentity:
    """The model as other rooms know it."""
    return ModelIdentity(source.name, key, description.dim, description.pixels, description.batch, spec)


def _place(cache: Path, key: str) -> Path:
    return cache / f"{key}.json"
