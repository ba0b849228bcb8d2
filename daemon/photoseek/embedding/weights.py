"""Fetches the large files of a model into the hub's cache: goes on where it was broken off, and proves what has come.

huggingface_hub begins a file anew in each process (github.com/huggingface/huggingface_hub/pull/4228) and compares only
its size. What lies in the cache by the time ``snapshot_download`` asks is taken as it is. Runs in the download process.
"""

from pathlib import Path
from urllib.parse import urlsplit

from photoseek.embedding.digests import SHA256, sha256_of


def fetch_weights(repo: str, name: str, blobs: Path) -> None:
    """Fetch one file, if the hub names it by its SHA-256, as it does with large ones, and it isn't there.

    Args:
        repo: Repository.
        name: Of the file in it.
        blobs: The cache's folder of this repository's contents, by their digests.

    Raises:
        OSError: It isn't what it should be, and is fetched anew the next time; or it can't be written.
        Exception: Whatever huggingface_hub has to say of the network.
    """
    # Only here is the network wanted.
    from huggingface_hub import get_hf_file_metadata, hf_hub_url  # noqa: PLC0415
    from huggingface_hub.file_download import http_get  # noqa: PLC0415
    from huggingface_hub.utils import build_hf_headers  # type: ignore[attr-defined]  # noqa: PLC0415

    url = hf_hub_url(repo, name)
    known = get_hf_file_metadata(url)
    if not SHA256.fullmatch(known.etag or "") or (blobs / str(known.etag)).exists():
        return
    blobs.mkdir(parents=True, exist_ok=True)
    part = blobs / f"{known.etag}.part"
    if part.exists() and known.size is not None and part.stat().st_size > known.size:
        part.unlink()
    # The bytes may lie with another host, which a person's token is none of the business of.
    is_hub = urlsplit(known.location).netloc == urlsplit(url).netloc
    with part.open("ab") as file:
        headers = build_hf_headers(token=None if is_hub else False)
        http_get(known.location, file, resume_size=file.tell(), headers=headers, expected_size=known.size)
    _prove(part, str(known.etag), name)
    part.replace(blobs / str(known.etag))


def _prove(part: Path, sha256: str, name: str) -> None:
    """Remove a file that isn't what it should be."""
    if sha256_of(part) != sha256:
        part.unlink()
        raise OSError(f"{name} was damaged on the way")
