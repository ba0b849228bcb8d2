"""An empty shelf."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from photoseek.catalogue import Catalogue
from photoseek.library.index import LiveIndex
from photoseek.library.judging import Judge
from photoseek.library.searching import Searcher
from photoseek.vectors import VectorIndex
from tests.unit.library.shelf import Shelf, Words


@pytest.fixture
async def shelf(tmp_path: Path) -> AsyncIterator[Shelf]:
    words = Words()
    async with AsyncExitStack() as stack:
        catalogue = await Catalogue.open(tmp_path / "catalogue.sqlite3")
        stack.push_async_callback(catalogue.close)
        vectors = VectorIndex(tmp_path / "vectors")
        stack.push_async_callback(vectors.close)
        index = LiveIndex(catalogue, vectors, words)
        following = asyncio.create_task(index.run())
        stack.callback(following.cancel)
        await index.answering()
        folder = await catalogue.add_folder(b"/photos")
        yield Shelf(catalogue, index, Searcher(catalogue, index, Judge(tmp_path / "models")), words, folder)
