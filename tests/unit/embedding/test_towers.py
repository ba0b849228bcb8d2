"""The model's own arithmetic: finished pixels and tokens give what sentence-transformers gives. In this process."""

import base64
import json
import socket
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from photoseek.domain import PixelSpec
from photoseek.embedding.registry import find_starter
from photoseek.errors import ModelError
from tests.unit.embedding.conftest import order

torch = pytest.importorskip("torch")
from photoseek.embedding import clip, packing, precision  # noqa: E402
from photoseek.embedding.clip import ClipTowers, TextTower, load  # noqa: E402

torch.set_num_threads(1)
TEXTS = ["a photo of a dog", "Two RED cars, parked!", "naïve café 北京 🐕", "x"]


def prepare(picture: Image.Image, spec: PixelSpec) -> NDArray[np.uint8]:
    """Resize and crop as the decode workers do."""
    width, height = picture.size
    if spec.resize == "exact":
        picture = picture.resize((spec.resize_width, spec.resize_height), spec.resample)
        return np.asarray(picture)
    short = min(width, height)
    width, height = (
        spec.resize_width if side == short else int(spec.resize_width * side / short) for side in (width, height)
    )
    picture = picture.resize((width, height), spec.resample)
    left, top = (picture.width - spec.crop_width) // 2, (picture.height - spec.crop_height) // 2
    return np.asarray(picture.crop((left, top, left + spec.crop_width, top + spec.crop_height)))


def unit(vector: Any) -> NDArray[np.float32]:
    array = np.asarray(vector, np.float32)
    return np.asarray(array / np.linalg.norm(array, axis=-1, keepdims=True), np.float32)


@pytest.fixture(scope="module", autouse=True)
def _nothing_is_faster() -> Iterator[None]:
    """Two towers are to compute alike: the test of number formats would find noise in a model as small as this."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(precision, "seconds", lambda _: 1.0)
        yield


@pytest.fixture(scope="module")
def tiny(tiny_clip: Path, tmp_path_factory: pytest.TempPathFactory) -> ClipTowers:
    return ClipTowers(order(tiny_clip, tmp_path_factory.mktemp("cache")), "cpu")


@pytest.fixture(scope="module")
def reference(tiny_clip: Path) -> Any:
    return load(tiny_clip, "cpu")


def test_finished_pixels_embed_as_the_picture_does(tiny: ClipTowers, reference: Any, shared_photos: Path) -> None:
    pictures = [Image.open(path).convert("RGB") for path in sorted(shared_photos.glob("*.jpg"))[:12]]
    pixels = np.stack([prepare(picture, tiny.description.pixels) for picture in pictures])
    cosines = (tiny.embed_pixels(pixels) * unit(reference.encode(pictures))).sum(axis=1)
    assert cosines.min() >= 0.99999


def test_texts_embed_as_sentence_transformers_does(tiny: ClipTowers, reference: Any) -> None:
    for text in TEXTS:
        answer = tiny.embed_text(text)
        np.testing.assert_allclose(answer.vector, unit(reference.encode(text)), atol=1e-6)
        assert answer.vector.dtype == np.float32
        assert not answer.truncated


def test_a_text_over_77_tokens_is_cut_and_said_so(tiny: ClipTowers) -> None:
    exact, over = tiny.embed_text("dog " * 75), tiny.embed_text("dog " * 76)
    assert (exact.truncated, over.truncated) == (False, True)
    np.testing.assert_allclose(exact.vector, over.vector, atol=1e-6)


def traps(folder: Path, port: int) -> list[str]:
    picture = folder / "picture.png"
    Image.new("RGB", (64, 64), "red").save(picture)
    data = base64.b64encode(picture.read_bytes()).decode()
    return [f"http://127.0.0.1:{port}/x.png", f"data:image/png;base64,{data[:60]}", str(picture), "/etc/passwd.png"]


def test_a_text_that_looks_like_a_picture_stays_a_text(tiny: ClipTowers, reference: Any, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        for text in traps(tmp_path, server.getsockname()[1]):
            ids = reference[0].tokenizer(text, truncation=True, max_length=77, return_tensors="pt")
            with torch.inference_mode():
                expected = reference[0].model.get_text_features(**ids).pooler_output[0]
            np.testing.assert_allclose(tiny.embed_text(text).vector, unit(expected), atol=1e-6)
        server.setblocking(False)
        with pytest.raises(BlockingIOError):
            server.accept()


def test_the_layout_of_the_classic_repositories_gives_the_same(
    tiny: ClipTowers, legacy_clip: Path, tmp_path: Path
) -> None:
    legacy = ClipTowers(order(legacy_clip, tmp_path), "cpu")
    assert legacy.description == tiny.description
    pixels = np.random.default_rng(0).integers(0, 256, (2, 64, 64, 3), np.uint8)
    np.testing.assert_allclose(legacy.embed_pixels(pixels), tiny.embed_pixels(pixels), atol=1e-6)
    for text in TEXTS:
        np.testing.assert_allclose(legacy.embed_text(text).vector, tiny.embed_text(text).vector, atol=1e-6)


def test_a_tokenizer_of_two_tokens_is_refused(tiny_clip: Path, legacy_clip: Path) -> None:
    from transformers import CLIPTokenizer  # noqa: PLC0415

    part = legacy_clip / "0_CLIPModel"
    model = load(tiny_clip, "cpu")
    model[0].processor.tokenizer = CLIPTokenizer(
        vocab_file=str(part / "vocab.json"), merges_file=str(part / "merges.txt")
    )
    with pytest.raises(ModelError, match="tokenizer has"):
        TextTower(model, "cpu")


def test_a_text_tower_of_its_own_goes_with_the_picture_tower(tiny: ClipTowers, tiny_clip: Path, tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415
    from sentence_transformers.sentence_transformer.modules import Dense, Pooling, Transformer  # noqa: PLC0415

    starter = find_starter()
    if starter is None:
        pytest.skip("needs the install extra starter")
    torch.manual_seed(0)
    texts = SentenceTransformer(
        modules=[Transformer(str(starter.sentences)), Pooling(384), Dense(384, 32)], device="cpu"
    )
    texts.save(str(tmp_path / "texts"))
    pair = ClipTowers(order(tiny_clip, tmp_path, tmp_path / "texts"), "cpu")
    assert pair.description == tiny.description
    np.testing.assert_allclose(pair.embed_text("ein Hund").vector, unit(texts.encode("ein Hund")), atol=1e-6)
    pixels = np.zeros((1, 64, 64, 3), np.uint8)
    np.testing.assert_allclose(pair.embed_pixels(pixels), tiny.embed_pixels(pixels), atol=1e-6)


def test_a_model_without_pictures_is_refused(tmp_path: Path) -> None:
    starter = find_starter()
    if starter is None:
        pytest.skip("needs the install extra starter")
    with pytest.raises(ModelError, match="pictures"):
        ClipTowers(order(starter.sentences, tmp_path), "cpu")


@pytest.mark.parametrize(
    ("shape", "dtype"), [((1, 32, 64, 3), "uint8"), ((64, 64, 3), "uint8"), ((1, 64, 64, 3), "f4")]
)
def test_pixels_of_another_shape_are_refused(tiny: ClipTowers, shape: tuple[int, ...], dtype: str) -> None:
    with pytest.raises(ModelError, match="pixels"):
        tiny.embed_pixels(np.zeros(shape, dtype))


def test_damaged_weights_are_an_error_and_not_a_vector(tiny_clip: Path, tmp_path: Path) -> None:
    towers = ClipTowers(order(tiny_clip, tmp_path), "cpu")
    with torch.no_grad():
        towers._pictures[0].model.visual_projection.weight.fill_(float("nan"))
    with pytest.raises(ModelError, match="not finite"):
        towers.embed_pixels(np.zeros((1, 64, 64, 3), np.uint8))


def test_siglip_reads_lower_case_texts_of_its_full_length(tiny_clip: Path, tmp_path: Path) -> None:
    from transformers import SiglipConfig, SiglipModel  # noqa: PLC0415

    tower = {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2}
    text = tower | {"vocab_size": 49408, "bos_token_id": 49406, "eos_token_id": 49407, "pad_token_id": 49407}
    config = SiglipConfig(text_config=text, vision_config=tower | {"image_size": 64, "patch_size": 16})
    SiglipModel(config).save_pretrained(tmp_path)
    tokenizer = json.loads((tiny_clip / "tokenizer.json").read_text("utf-8"))
    tokenizer["normalizer"] = None  # CLIP's makes a text lower-case by itself
    (tmp_path / "tokenizer.json").write_text(json.dumps(tokenizer), "utf-8")
    said = json.loads((tiny_clip / "tokenizer_config.json").read_text()) | {"processor_class": "SiglipProcessor"}
    (tmp_path / "tokenizer_config.json").write_text(
        json.dumps(said | {"model_max_length": 64, "tokenizer_class": "PreTrainedTokenizerFast"})
    )
    size = {"size": {"height": 64, "width": 64}, "image_processor_type": "SiglipImageProcessor"}
    (tmp_path / "preprocessor_config.json").write_text(json.dumps(size | {"processor_class": "SiglipProcessor"}))
    towers = ClipTowers(order(tmp_path, tmp_path / "cache"), "cpu")
    assert towers.description.pixels.resize == "exact"
    ids = load(tmp_path, "cpu")[0].tokenizer("a dog", padding="max_length", max_length=64, return_tensors="pt")[
        "input_ids"
    ]
    assert ids.shape == (1, 64)
    with torch.inference_mode():
        expected = towers._pictures[0].model.get_text_features(input_ids=ids).pooler_output[0]
    np.testing.assert_allclose(towers.embed_text("A Dog").vector, unit(expected), atol=1e-6)
    assert towers.embed_text("dog " * 80).truncated


@pytest.mark.parametrize(("patch", "side", "batch"), [(32, 224, 16), (16, 224, 8), (14, 224, 8), (14, 384, 8)])
def test_batches_are_16_for_a_model_of_few_patches_and_8_for_others(patch: int, side: int, batch: int) -> None:
    pixels = PixelSpec("exact", side, side, side, side, 3, (0.5,) * 3, (0.5,) * 3)
    vision = SimpleNamespace(patch_size=patch)
    assert clip._batch([SimpleNamespace(config=SimpleNamespace(vision_config=vision))], pixels) == batch


class FakeTimer:
    """Says the times it was given, one a call."""

    def __init__(self, *times: float) -> None:
        self.times = list(times)

    def __call__(self, work: Any) -> float:
        work()
        return self.times.pop(0)


def test_bfloat16_is_left_out_where_one_product_shows_it_slow() -> None:
    timer = FakeTimer(1.0, 5.7)
    assert not precision.bfloat16_pays(lambda pixels: pixels.flatten(1), torch.rand(1, 3, 8, 8), timer)
    assert timer.times == []


def test_bfloat16_is_used_where_the_whole_model_is_faster_and_says_the_same() -> None:
    timer = FakeTimer(4.8, 1.0, 1.0, 3.0)
    assert precision.bfloat16_pays(lambda pixels: pixels.flatten(1), torch.rand(1, 3, 8, 8), timer)


def test_bfloat16_is_refused_where_it_says_something_else() -> None:
    def loses(pixels: Any) -> Any:
        flat = pixels.flatten(1)
        return flat if not torch.is_autocast_enabled("cpu") else -flat

    assert not precision.bfloat16_pays(loses, torch.rand(1, 3, 8, 8), FakeTimer(4.8, 1.0, 1.0, 3.0))


def test_the_finding_is_kept_for_machine_and_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def pays(*_: Any) -> bool:
        asked.append(1)
        return True

    monkeypatch.setattr(precision, "bfloat16_pays", pays)
    for _ in range(2):
        chosen = precision.choose(order(None, tmp_path), "cpu", lambda pixels: pixels, torch.rand(1, 3, 8, 8))
        assert chosen.reduced == torch.bfloat16
    assert len(asked) == 1
    for kept in tmp_path.glob("precision-*.json"):
        kept.write_bytes(b"\0broken")
    precision.choose(order(None, tmp_path), "cpu", lambda pixels: pixels, torch.rand(1, 3, 8, 8))
    assert len(asked) == 2


def test_layers_are_packed_where_a_product_is_faster_so(monkeypatch: pytest.MonkeyPatch) -> None:
    assert precision.packing_pays(torch.float32, FakeTimer(2.0, 1.0)) == packing.is_possible()
    assert not precision.packing_pays(torch.float32, FakeTimer(1.0, 1.0))
    monkeypatch.setattr(packing, "is_possible", lambda: False)
    assert not precision.packing_pays(torch.float32, FakeTimer(2.0, 1.0))


@pytest.mark.skipif(not packing.is_possible(), reason="this build of torch has no oneDNN")
@pytest.mark.parametrize("activation", ["quick_gelu", "gelu", "gelu_pytorch_tanh", "relu"])
@pytest.mark.parametrize(("reduced", "least"), [(None, 1 - 1e-6), (torch.bfloat16, 0.9999)])
def test_a_packed_tower_says_the_same(activation: str, reduced: Any, least: float) -> None:
    from transformers import CLIPVisionConfig, CLIPVisionModel  # noqa: PLC0415

    torch.manual_seed(0)
    config = CLIPVisionConfig(
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=3,
        num_attention_heads=4,
        image_size=64,
        hidden_act=activation,
    )
    tower = CLIPVisionModel(config).eval()
    pixels = torch.rand(3, 3, 64, 64)
    packed = precision.Precision("cpu", reduced, packed=True)
    with torch.inference_mode():
        before = tower(pixel_values=pixels).pooler_output
        packed.keep_weights(tower)
        with packed.context():
            after = tower(pixel_values=pixels).pooler_output.float()
    assert not any(type(layer) is torch.nn.Linear for layer in tower.modules())
    assert float(torch.nn.functional.cosine_similarity(before, after).min()) >= least


def test_weights_that_are_kept_in_bfloat16_say_the_same_to_the_bit() -> None:
    torch.manual_seed(0)
    tower = torch.nn.Sequential(
        torch.nn.Conv2d(3, 8, 4), torch.nn.Flatten(), torch.nn.LayerNorm(200), torch.nn.Linear(200, 16)
    )
    pixels = torch.rand(2, 3, 8, 8)
    reduced = precision.Precision("cpu", torch.bfloat16)
    with torch.inference_mode(), reduced.context():
        before = tower(pixels)
        reduced.keep_weights(tower)
        after = tower(pixels)
    assert torch.equal(before, after)
    assert {name: weight.dtype for name, weight in tower.named_parameters() if "2." not in name} == dict.fromkeys(
        ("0.weight", "0.bias", "3.weight", "3.bias"), torch.bfloat16
    )


def test_float32_keeps_its_weights_and_a_model_without_a_tower_of_its_own_is_left_alone() -> None:
    tower = torch.nn.Linear(4, 4)
    precision.full().keep_weights(tower)
    assert tower.weight.dtype == torch.float32
    precision.Precision("cpu", torch.bfloat16).keep_weights(None)
