"""SHA-256 of a model's files: two models differ even if only their last layer was trained anew.

Gigabytes are hashed once: the hub's cache names its weights by their SHA-256 already, and what was hashed is kept in
``digests.json`` by path, size and time. Blocking; called in threads of the daemon.
"""

import hashlib
import logging
import re
from dataclasses import dataclass
from pathlib import Path

import msgspec

from photoseek import durable

_log = logging.getLogger(__name__)

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
            return _hash(real)
        kept = self._read()
        known = kept.get(str(real))
        if known and (known.size_bytes, known.mtime_ns) == (facts.st_size, facts.st_mtime_ns):
            return known.sha256
        digest = _hash(real)
        self._write(kept | {str(real): _Kept(facts.st_size, facts.st_mtime_ns, digest)})
        return digest

    def _read(self) -> dict[str, _Kept]:
        try:
            return msgspec.json.decode(self._place.read_bytes(), type=dict[str, _Kept])
        except FileNotFoundError:
            return {}
        except (OSError, msgspec.DecodeError) as error:
            _log.info("The models' digests can't be read and are computed again: %s", error)
            return {}

    def _write(self, kept: dict[str, _Kept]) -> None:
        try:
            self._place.parent.mkdir(parents=True, exist_ok=True)
            durable.write(self._place, msgspec.json.encode(kept), sync=False)
        except (OSError, UnicodeEncodeError) as error:
            _log.warning("The model's digest can't be kept: %s", error)


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
