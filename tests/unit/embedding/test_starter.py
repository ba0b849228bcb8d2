"""The starter model: real weights. In this process; what it finds is tested through the whole library (flow)."""

import socket
from pathlib import Path

import numpy as np
import pytest

from photoseek.embedding.registry import find_starter
from tests.unit.embedding.conftest import order
from tests.unit.embedding.test_towers import traps, unit

torch = pytest.importorskip("torch")
pytest.importorskip("efficientnet_lite_pytorch", reason="needs the install extra starter")
from photoseek.embedding.clip import load  # noqa: E402
from photoseek.embedding.starter import StarterTowers  # noqa: E402


@pytest.fixture(scope="module")
def starter(tmp_path_factory: pytest.TempPathFactory) -> StarterTowers:
    return StarterTowers(order(None, tmp_path_factory.mktemp("cache")), "cpu")


def test_it_loads_without_a_word(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    StarterTowers(order(None, tmp_path), "cpu")
    assert "pretrained" not in capfd.readouterr().out


def test_the_rearranged_network_answers_as_the_package_s_own() -> None:
    from efficientnet_lite_pytorch import EfficientNet  # noqa: PLC0415

    from photoseek.embedding.lite import load_classifier  # noqa: PLC0415

    files = find_starter()
    assert files is not None
    plain = EfficientNet.from_name("efficientnet-lite2").eval()
    plain.load_state_dict(torch.load(files.network, weights_only=True))
    pictures = torch.rand(2, 3, 260, 260, generator=torch.Generator().manual_seed(0)) * 2 - 1
    with torch.inference_mode():
        ours = load_classifier(files.network, "cpu")(pictures.contiguous(memory_format=torch.channels_last))
        torch.testing.assert_close(ours, plain(pictures), rtol=1e-3, atol=1e-3)


def test_a_text_that_looks_like_a_picture_stays_a_text(starter: StarterTowers, tmp_path: Path) -> None:
    files = find_starter()
    assert files is not None
    sentences = load(files.sentences, "cpu")
    with np.load(files.tables) as tables:
        mean = tables["text_mean"]
    with socket.create_server(("127.0.0.1", 0)) as server:
        for text in [*traps(tmp_path, server.getsockname()[1]), "a dog on the beach"]:
            expected = unit(sentences.encode(text) - mean)
            np.testing.assert_allclose(starter.embed_text(text).vector, expected, atol=1e-5)
        server.setblocking(False)
        with pytest.raises(BlockingIOError):
            server.accept()


def test_a_text_over_128_tokens_is_cut_and_said_so(starter: StarterTowers) -> None:
    exact, over = starter.embed_text("dog " * 126), starter.embed_text("dog " * 127)
    assert (exact.truncated, over.truncated) == (False, True)
    np.testing.assert_allclose(exact.vector, over.vector, atol=1e-6)
