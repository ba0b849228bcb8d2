"""The model hub as seen from the daemon: what of it lies in the cache on disk, and whether it answers.

Reads the cache's documented layout (huggingface.co/docs/huggingface_hub/guides/manage-cache) by itself: importing
huggingface_hub costs the daemon 15 MB. Blocking; called in threads. Nothing is downloaded here.
"""

import json
import logging
import threading
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

log = logging.getLogger(__name__)

# A hub that can be used answers in a fraction of it; a start without a network waits no longer.
PROBE_TIMEOUT_S = 1.5
_TRUE = frozenset({"1", "on", "yes", "true"})
# Parts of a sentence-transformers model that are nothing without weights of their own.
_WITH_WEIGHTS = ("Transformer", "CLIPModel", "Dense")
# What comes of reading JSON that anybody may have written, or half of it.
_DAMAGED = (OSError, ValueError, TypeError, KeyError, AttributeError)

Reach = Literal["there", "missing", "unreachable", "offline"]


class Hub:
    """The hub and its cache, as the environment says (``HF_ENDPOINT``, ``HF_HOME``, ``HF_HUB_OFFLINE`` and so on)."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.endpoint = (environment.get("HF_ENDPOINT") or "https://huggingface.co").rstrip("/")
        self.offline = any(
            environment.get(name, "").lower() in _TRUE for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")
        )
        self.cache = _hub_cache(environment)
        sentences = environment.get("SENTENCE_TRANSFORMERS_HOME")
        self._caches = [self.cache, *([Path(sentences).expanduser()] if sentences else [])]

    def folder(self, repo: str) -> Path | None:
        """Where a repository lies in the cache, whole and ready to load; None where it doesn't."""
        for cache in self._caches:
            held = repo_folder(cache, repo)
            try:
                folder = held / "snapshots" / (held / "refs" / "main").read_text("utf-8").strip()
            except (OSError, UnicodeDecodeError):
                continue
            if is_whole(folder):
                return folder
        return None

    def look(self, repo: str) -> Reach:
        """Whether the hub has a repository; asks once and waits for ``PROBE_TIMEOUT_S`` at most."""
        if self.offline:
            return "offline"
        answers: list[Reach] = []
        # Its own thread, left behind: a name that is looked up without a network ignores every time limit.
        prober = threading.Thread(target=lambda: answers.append(self._ask(repo)), name="hub-probe", daemon=True)
        prober.start()
        prober.join(PROBE_TIMEOUT_S)
        return answers[0] if answers else "unreachable"

    def _ask(self, repo: str) -> Reach:
        url = f"{self.endpoint}/api/models/{repo}/revision/main"
        try:
            with urllib.request.urlopen(url, timeout=PROBE_TIMEOUT_S) as answer:  # noqa: S310 - the person's own endpoint
                return "there" if isinstance(json.load(answer), dict) else "unreachable"
        except urllib.error.HTTPError as error:
            error.close()
            return "missing" if error.code in {401, 403, 404} and error.headers.get("X-Error-Code") else "unreachable"
        except (OSError, ValueError) as error:
            log.debug("The model hub did not answer: %s", error)
            return "unreachable"


def repo_folder(cache: Path, repo: str) -> Path:
    """Where a cache of the hub's has what it holds of a repository."""
    return cache / f"models--{repo.replace('/', '--')}"


def _hub_cache(environment: Mapping[str, str]) -> Path:
    for name in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"):
        if environment.get(name):
            return Path(environment[name]).expanduser()
    home = environment.get("HF_HOME")
    general = environment.get("XDG_CACHE_HOME") or "~/.cache"
    return (Path(home) if home else Path(general) / "huggingface").expanduser() / "hub"


def is_whole(folder: Path) -> bool:
    """Whether a model folder has the weights of all its parts: an interrupted download lacks some."""
    parts = model_parts(folder)
    return bool(parts) and all(weight_files(part) for part in parts)


def model_parts(folder: Path) -> list[Path]:
    """The folders of a model's parts that hold weights; ``folder`` itself for a plain transformers model."""
    try:
        modules = json.loads((folder / "modules.json").read_bytes())
        return [folder / module["path"] for module in modules if module["type"].endswith(_WITH_WEIGHTS)]
    except FileNotFoundError:
        return [folder] if (folder / "config.json").is_file() else []
    except _DAMAGED:
        return []


def weight_files(folder: Path) -> list[Path]:
    """The weights that are loaded from a part's folder; empty where one of them is missing."""
    for index in ("model.safetensors.index.json", "pytorch_model.bin.index.json"):
        if (folder / index).is_file():
            return _shards(folder / index)
    single = next(
        (folder / name for name in ("model.safetensors", "pytorch_model.bin") if (folder / name).is_file()), None
    )
    return [single] if single else []


def _shards(index: Path) -> list[Path]:
    """All files that an index of weights names; empty where one of them is missing or the index is damaged."""
    try:
        names = set(json.loads(index.read_bytes())["weight_map"].values())
        shards = [index.parent / name for name in sorted(names)]
    except _DAMAGED:
        return []
    return shards if all(shard.is_file() for shard in shards) else []
