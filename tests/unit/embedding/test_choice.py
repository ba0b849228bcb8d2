"""Which model is taken, on a computer with and without a hub, a cache and the starter."""

import errno
import json
import os
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from photoseek.embedding import choice as choosing
from photoseek.embedding import known_models, registry
from photoseek.embedding.choice import choose
from photoseek.embedding.download import needed_files
from photoseek.embedding.hub import PROBE_TIMEOUT_S, Hub, is_whole
from photoseek.errors import ModelError
from tests.unit.embedding.fake_hub import fake_hub

L14 = "sentence-transformers/clip-ViT-L-14"


def put_into_cache(cache: Path, repo: str) -> Path:
    held = cache / f"models--{repo.replace('/', '--')}"
    folder = held / "snapshots" / "abc"
    folder.mkdir(parents=True)
    (held / "refs").mkdir()
    (held / "refs" / "main").write_text("abc")
    (folder / "config.json").write_text("{}")
    (folder / "model.safetensors").write_bytes(b"weights")
    return folder


@pytest.fixture
def nowhere(tmp_path: Path) -> dict[str, str]:
    """An environment whose hub refuses connections and whose cache is empty."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    return {"HF_ENDPOINT": f"http://127.0.0.1:{port}", "HF_HUB_CACHE": str(tmp_path / "hub")}


@pytest.fixture
def silent(tmp_path: Path) -> Iterator[dict[str, str]]:
    """An environment whose hub takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield {
            "HF_ENDPOINT": f"http://127.0.0.1:{server.getsockname()[1]}",
            "HF_HUB_CACHE": str(tmp_path / "hub"),
        }


@pytest.fixture
def no_starter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choosing, "find_starter", lambda: None)


def test_auto_takes_the_wanted_model_where_it_is_on_disk(nowhere: dict[str, str], tmp_path: Path) -> None:
    folder = put_into_cache(tmp_path / "hub", L14)
    chosen = choose("auto", Hub(nowhere))
    assert (chosen.name, chosen.folders, chosen.to_fetch, chosen.note) == ("clip-ViT-L-14", (folder,), (), "")


def test_auto_begins_with_the_starter_while_the_hub_has_the_wanted_model_and_says_so(tmp_path: Path) -> None:
    with fake_hub({L14: tmp_path}) as (address, _):
        chosen = choose("auto", Hub({"HF_ENDPOINT": address, "HF_HUB_CACHE": str(tmp_path / "hub")}))
    assert (chosen.name, chosen.to_fetch) == ("starter", ())
    assert "until clip-ViT-L-14 has been fetched" in chosen.note
    assert "English only" in chosen.note


@pytest.mark.usefixtures("no_starter")
def test_without_a_starter_auto_fetches_the_wanted_model_where_the_hub_has_it(tmp_path: Path) -> None:
    with fake_hub({L14: tmp_path}) as (address, asked):
        chosen = choose("auto", Hub({"HF_ENDPOINT": address, "HF_HUB_CACHE": str(tmp_path / "hub")}))
    assert chosen.to_fetch == (L14,)
    assert len(asked) == 1


def test_auto_takes_the_starter_without_a_hub_and_says_so(
    nowhere: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    chosen = choose("auto", Hub(nowhere))
    assert chosen.name == "starter"
    assert "no model hub: using the small starter model" in chosen.note
    assert "English only" in chosen.note
    assert chosen.note in caplog.text


def test_a_hub_that_never_answers_costs_no_more_than_the_probe(silent: dict[str, str]) -> None:
    begun = time.monotonic()
    assert choose("auto", Hub(silent)).name == "starter"
    assert time.monotonic() - begun < PROBE_TIMEOUT_S + 1


def test_a_name_that_is_looked_up_without_end_costs_no_more_either(
    nowhere: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a network, the look-up of a name ignores the time limit of the connection."""
    monkeypatch.setattr("photoseek.embedding.hub.PROBE_TIMEOUT_S", 0.1)
    looked_up = threading.Event()
    monkeypatch.setattr(Hub, "_ask", lambda *_: "there" if looked_up.wait(30) else "unreachable")
    assert Hub(nowhere).look(L14) == "unreachable"
    looked_up.set()


@pytest.mark.parametrize("switch", ["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"])
def test_a_forbidden_hub_is_not_asked(tmp_path: Path, switch: str) -> None:
    with fake_hub({L14: tmp_path}) as (address, asked):
        hub = Hub({"HF_ENDPOINT": address, "HF_HUB_CACHE": str(tmp_path / "hub"), switch: "1"})
        assert choose("auto", hub).name == "starter"
    assert asked == []


@pytest.mark.usefixtures("no_starter")
def test_without_hub_and_starter_the_error_names_the_two_ways_out(nowhere: dict[str, str]) -> None:
    with pytest.raises(ModelError) as caught:
        choose("auto", Hub(nowhere))
    assert "photoseek[starter]" in caught.value.hint
    assert "[model] name" in caught.value.hint


def test_a_named_model_is_never_replaced_by_another(nowhere: dict[str, str]) -> None:
    with pytest.raises(ModelError, match=r"clip-ViT-B-32 .*does not answer"):
        choose("clip-ViT-B-32", Hub(nowhere))


def test_a_model_that_the_hub_does_not_have_is_an_error(tmp_path: Path) -> None:
    with fake_hub({}) as (address, _), pytest.raises(ModelError, match="no such model"):
        choose("owner/nothing", Hub({"HF_ENDPOINT": address, "HF_HUB_CACHE": str(tmp_path)}))


def test_the_multilingual_model_is_a_pair(nowhere: dict[str, str], tmp_path: Path) -> None:
    pictures = put_into_cache(tmp_path / "hub", "sentence-transformers/clip-ViT-B-32")
    texts = put_into_cache(tmp_path / "hub", "sentence-transformers/clip-ViT-B-32-multilingual-v1")
    source = choose("clip-ViT-B-32-multilingual-v1", Hub(nowhere)).source({})
    assert (source.folder, source.text_folder) == (pictures, texts)


def test_a_local_folder_is_taken_by_its_whole_path(tiny_clip: Path, nowhere: dict[str, str]) -> None:
    chosen = choose(str(tiny_clip), Hub(nowhere))
    assert (chosen.name, chosen.folders) == ("tiny-random-clip", (tiny_clip.resolve(),))


def test_a_folder_below_the_home_folder_is_taken_too(
    tiny_clip: Path, nowhere: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    (tmp_path / "model").symlink_to(tiny_clip)
    assert choose("~/model", Hub(nowhere)).folders == (tiny_clip.resolve(),)


def test_a_missing_or_empty_folder_is_an_error(tmp_path: Path, nowhere: dict[str, str]) -> None:
    with pytest.raises(ModelError, match="no model folder"):
        choose(str(tmp_path / "none"), Hub(nowhere))
    with pytest.raises(ModelError, match="no model folder none"):  # the hub is not asked for what is a path
        choose("./none", Hub(nowhere))
    with pytest.raises(ModelError, match="no whole model"):
        choose(str(tmp_path), Hub(nowhere))


def test_a_folder_that_may_not_be_looked_at_is_an_error_of_its_own(
    tmp_path: Path, nowhere: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shut, real_stat = tmp_path / "shut" / "model", os.stat

    def stat(path: Any, **more: Any) -> os.stat_result:
        if Path(path) == shut:
            raise PermissionError(errno.EACCES, "Permission denied")
        return real_stat(path, **more)

    monkeypatch.setattr(os, "stat", stat)
    with pytest.raises(ModelError, match="can't be read: Permission denied"):
        choose(str(shut), Hub(nowhere))
    assert not known_models([str(shut)], environment=nowhere)[-1].on_disk


def test_nonsense_is_neither_name_nor_path(nowhere: dict[str, str]) -> None:
    with pytest.raises(ModelError, match="neither"):
        choose("a/b/c", Hub(nowhere))


def test_an_interrupted_download_does_not_count_as_on_disk(nowhere: dict[str, str], tmp_path: Path) -> None:
    folder = put_into_cache(tmp_path / "hub", L14)
    (folder / "model.safetensors").unlink()
    assert Hub(nowhere).folder(L14) is None
    (folder / "model.safetensors.index.json").write_text(json.dumps({"weight_map": {"a": "1.safetensors", "b": "2"}}))
    (folder / "1.safetensors").touch()
    assert not is_whole(folder)
    (folder / "2").touch()
    assert is_whole(folder)


@pytest.mark.parametrize(
    "index", ['{"weight_map": {"a": "1.safe', "{}", '{"weight_map": ["1"]}', '{"weight_map": {"a": 1}}']
)
def test_a_damaged_index_of_weights_is_that_of_no_whole_model(
    nowhere: dict[str, str], tmp_path: Path, index: str
) -> None:
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "model.safetensors.index.json").write_text(index)
    with pytest.raises(ModelError, match="no whole model"):
        choose(str(tmp_path), Hub(nowhere))


def test_the_list_of_models_says_what_is_on_disk(nowhere: dict[str, str], tmp_path: Path) -> None:
    put_into_cache(tmp_path / "hub", "sentence-transformers/clip-ViT-B-32")
    models = {model.name: model.on_disk for model in known_models([], None, nowhere)}
    assert models["clip-ViT-B-32"]
    assert models["starter"] == (registry.find_starter() is not None)
    assert not models["clip-ViT-B-32-multilingual-v1"]
    assert not models["clip-ViT-L-14"]


def test_a_model_of_the_settings_is_in_the_list_too(tiny_clip: Path, nowhere: dict[str, str]) -> None:
    last = known_models([str(tiny_clip)], None, nowhere)[-1]
    assert (last.name, last.on_disk) == (str(tiny_clip), True)


def test_only_what_is_loaded_is_fetched() -> None:
    names = [
        "0_CLIPModel/config.json", "0_CLIPModel/model.safetensors", "0_CLIPModel/pytorch_model.bin", "modules.json",
        "0_CLIPModel/vocab.json", "0_CLIPModel/merges.txt", "2_Dense/pytorch_model.bin", "onnx/model.onnx",
        "openvino/openvino_model.bin", "tf_model.h5", "flax_model.msgpack", "README.md", "training_args.bin", "x.png",
    ]  # fmt: skip
    assert needed_files(names) == [
        "0_CLIPModel/config.json", "0_CLIPModel/model.safetensors", "modules.json",
        "0_CLIPModel/vocab.json", "0_CLIPModel/merges.txt", "2_Dense/pytorch_model.bin",
    ]  # fmt: skip
