"""All models of the daemon in one hand: opened by name, told apart, closed at the end."""

from pathlib import Path

import pytest

from photoseek.embedding import Embedders
from photoseek.errors import ModelError
from photoseek.settings import ModelSettings

NO_HUB = {"HF_HUB_OFFLINE": "1", "HF_HUB_CACHE": "/nowhere"}


async def test_what_is_open_at_the_end_is_closed_once_and_closing_again_is_no_error(
    tiny_clip: Path, tmp_path: Path
) -> None:
    async with Embedders(ModelSettings(device="cpu", idle_s=7), tmp_path, environment=NO_HUB) as models:
        first, second = models.open(str(tiny_clip)), models.open("clip-ViT-B-32")
        assert (await first.identify()).spec == str(tiny_clip.resolve())
        with pytest.raises(ModelError):
            await second.identify()
        await second.close()
    assert (first.closed, second.closed) == (True, True)
    with pytest.raises(ModelError, match="closed"):
        await first.embed_text("a dog")
    await first.close()


def test_names_are_checked_and_become_those_that_open_the_model_again(tiny_clip: Path, tmp_path: Path) -> None:
    models = Embedders(ModelSettings(), tmp_path, environment=NO_HUB)
    assert models.check("auto") == "auto"
    assert models.check(str(tiny_clip)) == str(tiny_clip.resolve())
    with pytest.raises(ModelError, match="not on this computer"):
        models.check("clip-ViT-L-14")
    assert [models.best(name) for name in ("auto", "starter")] == ["clip-ViT-L-14", "starter"]
    assert str(tiny_clip) in {model.spec for model in models.known(str(tiny_clip))}
