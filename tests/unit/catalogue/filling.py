"""Short ways to say what is in a catalogue: contents are named by a letter."""

import hashlib
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from photoseek.catalogue import Catalogue
from photoseek.domain import (
    Changes,
    FileStamp,
    Folder,
    FoundFile,
    Indexed,
    IndexShift,
    Md5,
    PictureFacts,
    WaitingFile,
)

MODEL = "model-a"
DIM = 8
FACTS = PictureFacts("JPEG", 4032, 3024, datetime.fromisoformat("2023-08-02T18:11:09+02:00"), "Apple iPhone 12", "wide")


class Clock:
    """Stands still until it is told otherwise."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def md5(name: str) -> Md5:
    return Md5(hashlib.md5(name.encode()).digest())


def vector(name: str) -> NDArray[np.float32]:
    seed = int.from_bytes(md5(name)[:4], "big")
    drawn = np.random.default_rng(seed).standard_normal(DIM).astype(np.float32)
    return drawn / np.linalg.norm(drawn)


def size_of(name: str) -> int:
    """Each content has a size of its own, as most have; the doubled letter shares it with the letter."""
    return 1000 + ord(name[0])


def stamp(name: str, mtime_ns: int = 1) -> FileStamp:
    return FileStamp(size_of(name), mtime_ns)


def found(path: str | bytes, name: str, mtime_ns: int = 1) -> FoundFile:
    return FoundFile(path if isinstance(path, bytes) else path.encode(), stamp(name, mtime_ns))


def indexed(waiting: WaitingFile, name: str) -> Indexed:
    return Indexed(waiting.file_id, waiting.stamp, md5(name), FACTS, vector(name))


async def find(catalogue: Catalogue, folder: Folder, files: dict[str, str]) -> IndexShift:
    """A scan finds files: path to the name of what is in it."""
    return await catalogue.record_changes(
        folder.id, Changes([found(path, name) for path, name in files.items()]), model_key=MODEL
    )


async def fill(catalogue: Catalogue, folder: Folder, files: dict[str, str], model_key: str = MODEL) -> IndexShift:
    """Files are found, and those that wait are indexed; what storing them meant comes back."""
    await find(catalogue, folder, files)
    names = {folder.path + b"/" + path.encode(): name for path, name in files.items()}
    waiting = await catalogue.waiting_files(1000)
    return await catalogue.store([indexed(one, names[one.path]) for one in waiting], model_key=model_key)
