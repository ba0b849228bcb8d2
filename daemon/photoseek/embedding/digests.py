"""SHA-256 of a model's files: two models differ even if only their last layer was trained anew.

Gigabytes are hashed once: the hub's cache names its weights by their SHA-256 already, and what was hashed is kept in
``digests.json`` by path, size and time. Blocking; called in threads of the daemon.
"""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from photoseek.embedding.learnt import recall, remember

SHA256 = re.compile(r"[0-9a-f]{64}")
# Below it, hashing costs less than remembering.
_SMALL_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Kept:
    size_bytes: int
    mtime_ns: int
    sha256: str


class Digests:
    """The digests of files, remembered over starts in a folder that may be lost."""

    def __init__(self, cache: Path) -> None:
        self._place = cache / "digests.json"

    def of(self, path: Path) -> str:
        """SHA-256 of a file's content, in hexadecimal.

        Raises:
            OSError: The file can't be read.
        """
        real = path.resolve()
        if real.parent.name == "blobs" and SHA256.fullmatch(real.name):
            return real.name
        facts = real.stat()
        if facts.st_size < _SMALL_BYTES:
            return sha256_of(real)
        kept = recall(self._place, dict[str, _Kept]) or {}
        known = kept.get(str(real))
        if known and (known.size_bytes, known.mtime_ns) == (facts.st_size, facts.st_mtime_ns):
            return known.sha256
        digest = sha256_of(real)
        remember(self._place, kept | {str(real): _Kept(facts.st_size, facts.st_mtime_ns, digest)})
        return digest


def sha256_of(path: Path) -> str:
    """Of a file's content, in hexadecimal; reads all of it."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
