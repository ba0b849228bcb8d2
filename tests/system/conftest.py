"""What the system tests share: folders of their own, and pictures that take a while."""

from pathlib import Path

import pytest

from tests.flow.test_taking_in import draw
from tests.system.home import Home

MANY = 150


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """photoseek's folders, with nothing in them yet."""
    (tmp_path / "home").mkdir()
    return Home(tmp_path / "home")


@pytest.fixture(scope="session")
def many_pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose indexing lasts for some seconds; read only."""
    folder = tmp_path_factory.mktemp("many")
    for seed in range(MANY):
        draw(folder / f"{seed}.jpg", seed, (640 + seed, 480))
    return folder
