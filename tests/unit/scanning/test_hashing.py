"""The hash of a file's content."""

import hashlib
import os
from pathlib import Path

import pytest

from photoseek.scanning import hash_file


@pytest.mark.parametrize("content", [b"", b"x", bytes(range(256)) * 20_000])
def test_the_hash_is_the_md5_of_all_bytes(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a").write_bytes(content)
    assert hash_file(os.fsencode(tmp_path / "a")) == hashlib.md5(content).digest()


def test_a_file_that_is_gone_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        hash_file(os.fsencode(tmp_path / "gone"))
