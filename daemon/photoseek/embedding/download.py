"""The download process: fetches what of a model is needed from the hub, and says how far it is.

Spawned by ``process.Download`` and gone when it is done; the daemon itself never talks to the hub but to ask whether
it is there. Imports huggingface_hub, not torch.
"""

import contextlib
import os
import threading
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path, PurePosixPath

from photoseek.children import become_child
from photoseek.embedding.hub import repo_folder
from photoseek.embedding.messages import Failure
from photoseek.embedding.weights import fetch_weights

_PROGRESS_EVERY_S = 1.0
_NEEDED_SUFFIXES = frozenset({".json", ".txt", ".model", ".safetensors", ".bin"})
# The same weights for other runtimes, and what only training needs.
_OTHER_FOLDERS = frozenset({"onnx", "openvino", "flax", "tf", "coreml", "original", ".git"})
_OTHER_FILES = frozenset({"training_args.bin", "optimizer.bin", "scheduler.bin", "trainer_state.json"})


def run(repos: tuple[str, ...], cache: Path, progress: Connection) -> None:
    """Main of the download process.

    Args:
        repos: Repositories to fetch.
        cache: The hub's cache folder.
        progress: Gets ``(bytes done, bytes in all)`` now and then, at the end ``{repo: folder}`` or ``Failure``.
    """
    os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"
    become_child(nice=True)
    try:
        reply: object = fetch(repos, cache, progress)
    except Exception as error:
        reply = Failure(
            f"The model could not be downloaded: {type(error).__name__}: {str(error)[:300]}",
            "Check the network and the free space of the disk; the download goes on where it was.",
        )
    with contextlib.suppress(OSError):
        progress.send(reply)


def fetch(repos: Sequence[str], cache: Path, progress: Connection) -> dict[str, Path]:
    """Fetch the needed files of all ``repos``; returns the folder of each."""
    from huggingface_hub import HfApi, snapshot_download  # noqa: PLC0415 - only here is the network wanted

    wanted: dict[str, dict[str, int]] = {}
    for repo in repos:
        files = HfApi().model_info(repo, files_metadata=True).siblings or []
        sizes = {file.rfilename: file.size or 0 for file in files}
        wanted[repo] = {name: sizes[name] for name in needed_files(list(sizes))}
    total = sum(sum(sizes.values()) for sizes in wanted.values())
    done = threading.Event()
    watcher = threading.Thread(target=_watch, args=(repos, cache, total, progress, done), name="progress")
    watcher.start()
    try:
        for repo, sizes in wanted.items():
            for name in filter(_is_weights, sizes):
                fetch_weights(repo, name, _blobs(cache, repo))
        return {
            repo: Path(snapshot_download(repo, cache_dir=cache, allow_patterns=sorted(sizes)))
            for repo, sizes in wanted.items()
        }
    finally:
        done.set()
        watcher.join()


def needed_files(names: Sequence[str]) -> list[str]:
    """Of the files of a repository, those that the model is loaded from; weights once, safetensors if there are."""
    kept = [name for name in names if _is_needed(PurePosixPath(name))]
    with_safetensors = {PurePosixPath(name).parent for name in kept if name.endswith(".safetensors")}
    return [
        name
        for name in kept
        if not (name.endswith((".bin", ".bin.index.json")) and PurePosixPath(name).parent in with_safetensors)
    ]


def _is_needed(path: PurePosixPath) -> bool:
    return (
        path.suffix in _NEEDED_SUFFIXES
        and path.name not in _OTHER_FILES
        and not _OTHER_FOLDERS.intersection(part.lower() for part in path.parent.parts)
    )


def _is_weights(name: str) -> bool:
    return name.endswith((".safetensors", ".bin"))


def _blobs(cache: Path, repo: str) -> Path:
    """Where the hub's cache has the contents of a repository."""
    return repo_folder(cache, repo) / "blobs"


def _watch(repos: Sequence[str], cache: Path, total: int, progress: Connection, done: threading.Event) -> None:
    """Say how much of it lies on the disk: that holds for every way in which huggingface_hub fetches."""
    while not done.wait(_PROGRESS_EVERY_S):
        folders = [_blobs(cache, repo) for repo in repos]
        with contextlib.suppress(OSError):
            progress.send((min(sum(_size(folder) for folder in folders), total), total))


def _size(folder: Path) -> int:
    sizes = 0
    with contextlib.suppress(OSError):
        for entry in os.scandir(folder):
            with contextlib.suppress(OSError):
                sizes += entry.stat().st_size
    return sizes
