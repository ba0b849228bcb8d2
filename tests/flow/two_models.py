"""A library with two models or three, of which one hands over to another: what the tests of that share."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from photoseek.domain import ModelIdentity, ModelInfo, SearchAnswer, Status
from photoseek.embedding import ModelProcessDiedError, TextEmbedding
from photoseek.errors import ModelError
from photoseek.settings import IndexingSettings, ModelSettings, Settings, load_settings
from tests.flow.house import FakeEmbedder, House, open_house

PHOTOS = 12


@dataclass
class Gated(FakeEmbedder):
    """A model that embeds pictures only while its gate is open, and fails as a test wishes."""

    gate: asyncio.Event = field(default_factory=asyncio.Event)
    missing: bool = False
    dies: bool = False
    mute: bool = False

    async def embed_text(self, text: str) -> TextEmbedding:
        if self.mute:
            raise ModelError("It does not load.", "Fetch it anew.")
        return await super().embed_text(text)

    async def identify(self) -> ModelIdentity:
        if self.missing:
            raise ModelError("It is not on this computer.", "Connect to the network.")
        return await super().identify()

    async def embed_pixels(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        if self.dies:
            raise ModelProcessDiedError("It died.")
        await self.gate.wait()
        return await super().embed_pixels(pixels)


@dataclass
class Shelf:
    """The models of a test, by their names; ``auto`` means ``new``."""

    models: dict[str, Gated]

    def open(self, name: str) -> Gated:
        model = self.models["old" if name == "auto" else name]
        model.closed = False
        return model

    def best(self, name: str) -> str:
        return "new" if name == "auto" else name

    def check(self, name: str) -> str:
        if name not in self.models:
            raise ModelError(f"There is no model {name}.", "See the list.")
        return name

    def known(self, *names: str) -> list[ModelInfo]:
        return [ModelInfo(name, "", 0, "", on_disk=True, spec=name) for name in self.models]


def make_shelf() -> Shelf:
    shelf = Shelf({"old": Gated("old"), "new": Gated("new", dim=8), "third": Gated("third")})
    shelf.models["old"].gate.set()
    return shelf


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    for number in range(PHOTOS):
        Image.new("RGB", (64, 48), f"hsl({number * 29}, 70%, {30 + number * 3}%)").save(folder / f"{number:02}.png")
    return folder


@asynccontextmanager
async def at_home(home: Path, shelf: Shelf, name: str = "old") -> AsyncIterator[House]:
    """A library that has been told in its settings to use this model, or another one since."""
    kept = home / "config" / "config.toml"
    wanted = load_settings(kept, {}).model.name if kept.exists() else name
    settings = Settings(model=ModelSettings(name=wanted), indexing=IndexingSettings(workers=1))
    async with open_house(home, models=shelf, settings=settings) as house:
        yield house


async def until(house: House, condition: Callable[[Status], bool]) -> Status:
    return await house.wait_until(condition)


def answers_with(name: str) -> Callable[[Status], bool]:
    return lambda status: status.model.name == name and status.model.next is None


@dataclass
class Searching:
    """Searches without a pause; every answer is kept, any error fails the test."""

    house: House
    answers: list[SearchAnswer] = field(default_factory=list)

    async def run(self) -> None:
        while True:
            self.answers.append(await self.house.search("anything", limit=1000))
            await asyncio.sleep(0)

    @asynccontextmanager
    async def on(self) -> AsyncIterator["Searching"]:
        task = asyncio.create_task(self.run())
        try:
            yield self
        finally:
            task.cancel()
            await asyncio.wait({task})
            if not task.cancelled():
                task.result()
