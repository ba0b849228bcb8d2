"""A catalogue on disk with a clock that stands still, and short ways to fill it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from photoseek.catalogue import Catalogue
from tests.unit.catalogue.filling import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "catalogue.sqlite3"


@pytest.fixture
async def catalogue(place: Path, clock: Clock) -> AsyncIterator[Catalogue]:
    opened = await Catalogue.open(place, clock)
    try:
        yield opened
        assert await opened.check() == []
    finally:
        await opened.close()
