"""The MD5 of a file: what tells one content from another. Not a matter of security."""

import hashlib

from photoseek.domain import Md5


def hash_file(path: bytes) -> Md5:
    """Read a file and hash it, in small pieces.

    Raises:
        OSError: It is gone or can't be read.
    """
    with open(path, "rb") as file:  # noqa: PTH123 - bytes
        return Md5(hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).digest())
