"""A shelf of photos with vectors of a test's choice, over a real catalogue and index; only the model is a stand-in."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from photoseek.catalogue import Catalogue
from photoseek.domain import (
    Changes,
    Description,
    FileStamp,
    Folder,
    FoundFile,
    Indexed,
    Md5,
    PhotoId,
    PictureFacts,
    Query,
    SearchAnswer,
    parse_query,
    photo_id,
)
from photoseek.embedding import TextEmbedding
from photoseek.library.index import LiveIndex
from photoseek.library.reference_texts import REFERENCE_TEXTS
from photoseek.library.searching import Searcher
from tests.flow.house import DIM, FakeEmbedder

AXES = {"dog": 0, "cat": 1, "sea": 2}


def axis(word: str) -> NDArray[np.float32]:
    """Of its own where the word has one; any other word means something that no photo shows."""
    vector = np.zeros(DIM, np.float32)
    vector[AXES.get(word, len(AXES))] = 1
    return vector


def unit(vector: NDArray[Any]) -> NDArray[np.float32]:
    return np.asarray(vector / np.linalg.norm(vector), np.float32)


@dataclass
class Words(FakeEmbedder):
    """A model to which each word is an axis; ``asked`` are the texts it was given."""

    asked: list[str] = field(default_factory=list)

    async def embed_text(self, text: str) -> TextEmbedding:
        if text in REFERENCE_TEXTS:
            arbitrary = np.random.default_rng(REFERENCE_TEXTS.index(text)).standard_normal(DIM)
            return TextEmbedding(unit(arbitrary), truncated=False)
        self.asked.append(text)
        return TextEmbedding(axis(text), truncated=False)


@dataclass
class Shelf:
    """A library of photos with vectors of the test's choice."""

    catalogue: Catalogue
    index: LiveIndex
    searcher: Searcher
    words: Words
    folder: Folder

    async def add(
        self, name: str, vector: NDArray[np.float32], taken: datetime | None = None, said: Description | None = None
    ) -> PhotoId:
        md5, stamp = Md5(name.encode().rjust(16, b"_")[-16:]), FileStamp(100, 0)
        change = Changes([FoundFile(name.encode(), stamp)])
        await self.index.change(lambda key: self.catalogue.record_changes(self.folder.id, change, model_key=key))
        [row] = await self.catalogue.waiting_files(10)
        facts = PictureFacts("JPEG", 4, 3, taken, description=said or Description())
        one = Indexed(row.file_id, stamp, md5, facts, vector)
        await self.index.change(lambda key: self.catalogue.store([one], model_key=key))
        return photo_id(md5)

    async def remove(self, *names: str) -> None:
        change = Changes(vanished=[name.encode() for name in names])
        await self.index.change(lambda key: self.catalogue.record_changes(self.folder.id, change, model_key=key))

    async def ask(self, query: str | Query, **page: Any) -> SearchAnswer:
        asked = parse_query(query) if isinstance(query, str) else query
        return await self.searcher.search(replace(asked, **page))

    async def names(self, query: str | Query, **page: Any) -> list[str]:
        return names_of(await self.ask(query, **page))


def names_of(answer: SearchAnswer) -> list[str]:
    return [hit.photo.files[0].path.decode().rpartition("/")[2] for hit in answer.hits]
