"""The embedder with real processes: start, ask, idle, death, close. The tiny random CLIP stands for every model."""

import asyncio
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import numpy as np
import psutil
import pytest
import pytest_asyncio

from photoseek.embedding import Embedder, ModelProcessDiedError, digests
from photoseek.embedding.digests import Digests
from photoseek.embedding.identity import description_place, model_key
from photoseek.embedding.learnt import recall
from photoseek.embedding.messages import Description, Source
from photoseek.errors import ModelError
from photoseek.settings import ModelSettings
from tests.unit.embedding.fake_hub import fake_hub

PATIENCE_S = 60.0
PIXELS = np.random.default_rng(0).integers(0, 256, (3, 64, 64, 3), np.uint8)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of the whole module: the first start describes the model, the others find it there."""
    return tmp_path_factory.mktemp("models")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(tiny_clip: Path, cache: Path) -> AsyncIterator[Embedder]:
    async with Embedder(ModelSettings(name=str(tiny_clip), device="cpu"), cache) as made:
        await made.embed_text("warm")
        yield made


def pid_of(made: Embedder) -> int:
    assert made._process is not None
    return made._process.pid


def gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


async def until_gone(pid: int) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not gone(pid):  # noqa: ASYNC110 - the end of a process that is no child has no event
            await asyncio.sleep(0.02)


class TestOneProcess:
    """What leaves the process as it was."""

    pytestmark = pytest.mark.asyncio(loop_scope="module")

    async def test_pictures_and_texts_get_vectors_of_unit_length(self, running: Embedder) -> None:
        vectors = await running.embed_pixels(PIXELS)
        text = await running.embed_text("a dog")
        assert (vectors.shape, vectors.dtype.name, text.vector.shape) == ((3, 32), "float32", (32,))
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
        status = running.status()
        assert (status.name, status.state, status.dim, status.note) == ("tiny-random-clip", "ready", 32, "")

    async def test_several_batches_are_answered_in_order(self, running: Embedder) -> None:
        batches = [PIXELS[:1], PIXELS[1:2], PIXELS[2:]]
        answers = await asyncio.gather(*(running.embed_pixels(batch) for batch in batches))
        np.testing.assert_allclose(np.concatenate(answers), await running.embed_pixels(PIXELS), atol=1e-6)

    async def test_a_text_overtakes_the_pictures(self, running: Embedder) -> None:
        many = np.repeat(PIXELS, 300, axis=0)
        pictures = [asyncio.create_task(running.embed_pixels(many)) for _ in range(3)]
        await asyncio.sleep(0)
        await running.embed_text("a dog")
        assert not pictures[-1].done()
        await asyncio.gather(*pictures)

    async def test_a_picture_that_is_searched_with_overtakes_the_others(self, running: Embedder) -> None:
        batch = np.repeat(PIXELS, 300, axis=0)
        batches = [asyncio.create_task(running.embed_pixels(batch)) for _ in range(3)]
        await asyncio.sleep(0)
        vector = await running.embed_picture(PIXELS[1])
        assert not batches[-1].done()
        np.testing.assert_allclose(vector, (await batches[0])[300], atol=1e-6)
        await asyncio.gather(*batches)

    async def test_no_pictures_are_no_vectors(self, running: Embedder) -> None:
        assert (await running.embed_pixels(PIXELS[:0])).shape == (0, 32)

    async def test_a_bad_batch_is_an_error_and_the_next_one_works(self, running: Embedder) -> None:
        pid = pid_of(running)
        with pytest.raises(ModelError, match="pixels"):
            await running.embed_pixels(PIXELS[:, :8])
        with pytest.raises(ModelError):
            await running.embed_text("lone surrogate \ud800")
        await running.embed_pixels(PIXELS)
        assert pid_of(running) == pid

    async def test_who_stops_waiting_does_not_get_another_ones_answer(self, running: Embedder) -> None:
        first = asyncio.create_task(running.embed_text("cat"))
        await asyncio.sleep(0)
        first.cancel()
        dog, again = await running.embed_text("dog"), await running.embed_text("dog")
        np.testing.assert_array_equal(dog.vector, again.vector)
        with pytest.raises(asyncio.CancelledError):
            await first

    async def test_a_killed_process_is_started_again(self, running: Embedder) -> None:
        before = await running.embed_text("a dog")
        pid = pid_of(running)
        os.kill(pid, signal.SIGSTOP)
        waiting = asyncio.create_task(running.embed_pixels(PIXELS))
        await asyncio.sleep(0.05)
        os.kill(pid, signal.SIGKILL)
        with pytest.raises(ModelProcessDiedError):
            await waiting
        assert running.status().state == "unloaded"
        after = await running.embed_text("a dog")
        np.testing.assert_array_equal(before.vector, after.vector)
        assert pid_of(running) != pid

    async def test_an_idle_process_ends_and_the_next_call_brings_it_back(
        self, running: Embedder, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(running, "_settings", msgspec.structs.replace(running._settings, idle_s=0.2))
        before = await running.embed_text("a dog")
        await until_gone(pid_of(running))
        assert running.status().state == "unloaded"
        np.testing.assert_array_equal(before.vector, (await running.embed_text("a dog")).vector)


async def test_a_known_model_is_identified_without_its_process(tiny_clip: Path, cache: Path) -> None:
    async with Embedder(ModelSettings(name=str(tiny_clip)), cache) as first:
        known = await first.identify()
    async with Embedder(ModelSettings(name=str(tiny_clip)), cache) as second:
        assert second.status().state == "unloaded"
        assert await second.identify() == known
        assert second._process is None
        assert second.status().state == "unloaded"
    assert (known.dim, known.batch, known.name) == (32, 16, "tiny-random-clip")


def test_the_key_is_that_of_the_content_wherever_it_lies(tiny_clip: Path, tmp_path: Path) -> None:
    moved = tmp_path / "moved"
    moved.mkdir()
    for path in tiny_clip.iterdir():
        (moved / path.name).write_bytes(path.read_bytes())
    key = model_key(_source(tiny_clip), tmp_path)
    assert model_key(_source(moved), tmp_path) == key
    weights = bytearray((moved / "model.safetensors").read_bytes())
    weights[-1] ^= 1
    (moved / "model.safetensors").write_bytes(weights)
    assert model_key(_source(moved), tmp_path) != key


def test_a_digest_is_computed_once_and_read_off_the_hub_s_own_names(
    tiny_clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights = tiny_clip / "model.safetensors"
    digest = Digests(tmp_path).of(weights)
    blobs = tmp_path / "blobs"
    blobs.mkdir()
    (blobs / digest).touch()
    (tmp_path / "model.safetensors").symlink_to(blobs / digest)
    monkeypatch.setattr(digests, "sha256_of", lambda _: "hashed")
    assert Digests(tmp_path).of(weights) == digest
    assert Digests(tmp_path).of(tmp_path / "model.safetensors") == digest
    (tmp_path / "digests.json").write_text("broken")
    assert Digests(tmp_path).of(weights) == "hashed"


def _source(folder: Path) -> Source:
    return Source(folder.name, "sentence-transformers", folder)


@pytest.mark.parametrize("broken", [b"", b"{", b'{"dim": "x"}', b"\xff\x00"])
def test_a_broken_description_counts_as_none(tmp_path: Path, broken: bytes) -> None:
    (tmp_path / "key.json").write_bytes(broken)
    assert recall(description_place(tmp_path, "key"), Description) is None


async def test_closing_does_not_wait_for_a_model_that_loads(tiny_clip: Path, cache: Path) -> None:
    made = Embedder(ModelSettings(name=str(tiny_clip)), cache)
    waiting = asyncio.create_task(made.embed_text("a dog"))
    async with asyncio.timeout(PATIENCE_S):
        while made._child is None:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert made.status().state == "loading"
    await made.close()
    with pytest.raises((ModelError, asyncio.CancelledError)):  # had it waited, there would be an answer
        await waiting
    with pytest.raises(ModelError, match="closed"):
        await made.embed_text("a dog")


@pytest.mark.long
async def test_a_model_that_does_not_load_is_said_and_not_tried_in_a_loop(tiny_clip: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad"
    bad.mkdir()
    for path in tiny_clip.iterdir():
        (bad / path.name).write_bytes(path.read_bytes())
    (bad / "model.safetensors").write_bytes(b"no weights")
    now = 0.0
    async with Embedder(ModelSettings(name=str(bad)), tmp_path / "cache", clock=lambda: now) as made:
        with pytest.raises(ModelError, match="could not be loaded"):
            await made.identify()
        assert made.status().state == "failed"
        assert "could not be loaded" in made.status().note
        begun = time.monotonic()
        with pytest.raises(ModelError, match="could not be loaded"):
            await made.embed_text("a dog")
        assert time.monotonic() - begun < 1
        (bad / "model.safetensors").write_bytes((tiny_clip / "model.safetensors").read_bytes())
        now = 100.0
        assert (await made.embed_text("a dog")).vector.shape == (32,)
        assert made.status().state == "ready"


async def test_a_missing_model_folder_is_an_error_at_once(tmp_path: Path) -> None:
    async with Embedder(ModelSettings(name=str(tmp_path / "none")), tmp_path) as made:
        with pytest.raises(ModelError, match="no model folder"):
            await made.identify()
        assert made.status().state == "failed"


@pytest.mark.long
async def test_a_model_is_fetched_from_the_hub_and_then_on_disk(
    legacy_clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo = "sentence-transformers/clip-ViT-B-32"
    with fake_hub({repo: legacy_clip}) as (address, asked):
        for name, value in {"HF_ENDPOINT": address, "HF_HOME": str(tmp_path), "HF_HUB_DISABLE_XET": "1"}.items():
            monkeypatch.setenv(name, value)  # the download process has it from here
        monkeypatch.delenv("HF_HUB_CACHE", raising=False)
        states = set()
        async with Embedder(ModelSettings(name="clip-ViT-B-32"), tmp_path / "cache") as made:
            waiting = asyncio.create_task(made.identify())
            while not waiting.done():
                states.add(made.status().state)
                await asyncio.sleep(0.01)
            assert (await waiting).name == "clip-ViT-B-32"
        assert {"downloading", "loading"} <= states
        asked.clear()
        async with Embedder(ModelSettings(name="clip-ViT-B-32"), tmp_path / "cache") as made:
            await made.identify()
        assert asked == []


async def test_weights_that_are_damaged_on_the_way_are_noticed_and_fetched_anew(
    legacy_clip: Path, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo, damaged = "sentence-transformers/clip-ViT-B-32", {"model.safetensors"}
    with fake_hub({repo: legacy_clip}, damaged) as (address, _):
        for name, value in {"HF_ENDPOINT": address, "HF_HOME": str(tmp_path), "HF_HUB_DISABLE_XET": "1"}.items():
            monkeypatch.setenv(name, value)
        monkeypatch.delenv("HF_HUB_CACHE", raising=False)
        async with Embedder(ModelSettings(name="clip-ViT-B-32"), cache) as made:
            with pytest.raises(ModelError, match=r"model\.safetensors was damaged"):
                await made.identify()
        damaged.clear()
        async with Embedder(ModelSettings(name="clip-ViT-B-32"), cache) as made:
            assert (await made.identify()).dim == 32


@pytest.mark.parametrize("kept", ["half", "all", "too much", "something else"])
async def test_a_download_goes_on_where_it_was_broken_off(
    legacy_clip: Path, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kept: str
) -> None:
    repo = "sentence-transformers/clip-ViT-B-32"
    weights = (legacy_clip / "0_CLIPModel" / "model.safetensors").read_bytes()
    half, sha256 = len(weights) // 2, hashlib.sha256(weights).hexdigest()
    blobs = tmp_path / "hub" / f"models--{repo.replace('/', '--')}" / "blobs"
    blobs.mkdir(parents=True)
    here = {"half": weights[:half], "all": weights, "too much": weights + b"x", "something else": bytes(half)}[kept]
    (blobs / f"{sha256}.part").write_bytes(here)
    with fake_hub({repo: legacy_clip}) as (address, asked):
        monkeypatch.setenv("HF_ENDPOINT", address)
        monkeypatch.setenv("HF_HOME", str(tmp_path))
        monkeypatch.delenv("HF_HUB_CACHE", raising=False)
        async with Embedder(ModelSettings(name="clip-ViT-B-32"), cache) as made:
            if kept == "something else":
                with pytest.raises(ModelError, match="damaged"):
                    await made.identify()
            else:
                assert (await made.identify()).name == "clip-ViT-B-32"
        assert ([f"from {half}"] if kept in ("half", "something else") else []) == [
            one for one in asked if one.startswith("from")
        ]
    assert list(blobs.glob("*.part")) == []
    assert (blobs / sha256).exists() == (kept != "something else")


async def test_a_download_that_breaks_off_is_an_error(
    legacy_clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo = "sentence-transformers/clip-ViT-B-32"
    with fake_hub({repo: legacy_clip}) as (address, _):
        monkeypatch.setenv("HF_ENDPOINT", address)
        monkeypatch.setenv("HF_HOME", str(tmp_path))
        async with Embedder(ModelSettings(name="clip-ViT-B-32"), tmp_path / "cache") as made:
            waiting = asyncio.create_task(made.identify())
            async with asyncio.timeout(PATIENCE_S):
                while made._finder._download is None:  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
            made._finder._download.kill()
            with pytest.raises(ModelError, match="broken off"):
                await waiting
            assert made.status().state == "failed"


DAEMON = """
import asyncio, json, os, signal, sys
from pathlib import Path
from photoseek.embedding import Embedder, known_models
from photoseek.settings import ModelSettings

async def main():
    settings = ModelSettings(name=sys.argv[1])
    known_models([settings.name])
    async with Embedder(settings, Path(sys.argv[2])) as made:
        await made.embed_text("a dog")
        heavy = {"torch", "transformers", "sentence_transformers", "huggingface_hub", "PIL"} & sys.modules.keys()
        print(json.dumps({"pid": made._process.pid, "heavy": list(heavy)}), flush=True)
        await asyncio.Event().wait()

if __name__ == "__main__":
    asyncio.run(main())
"""


async def test_torch_stays_out_of_the_daemon_and_the_model_ends_with_it(
    tiny_clip: Path, cache: Path, tmp_path: Path
) -> None:
    script = tmp_path / "daemon.py"
    script.write_text(DAEMON)
    with subprocess.Popen([sys.executable, script, tiny_clip, cache], stdout=subprocess.PIPE) as daemon:
        assert daemon.stdout is not None
        said = json.loads(await asyncio.to_thread(daemon.stdout.readline))
        assert said["heavy"] == []
        assert not gone(said["pid"])
        daemon.kill()
    await until_gone(said["pid"])


async def test_the_model_process_leaves_nothing_where_all_programs_leave_theirs(
    tiny_clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    async with Embedder(ModelSettings(name=str(tiny_clip), device="cpu"), tmp_path / "cache") as made:
        await made.embed_text("a dog")
        assert list((tmp_path / "tmp").iterdir()) == []


def test_importing_the_room_is_light() -> None:
    heavy = "{'torch', 'huggingface_hub', 'sentence_transformers'}"
    code = f"import sys, photoseek.embedding; sys.exit(bool({heavy} & sys.modules.keys()))"
    subprocess.run([sys.executable, "-c", code], check=True)


LOADING = """
import os, sys
from multiprocessing import Pipe
from pathlib import Path
from photoseek.embedding import model_process
from photoseek.embedding.messages import Order, Source

def look(order):
    print(os.environ["OMP_WAIT_POLICY"], os.environ["HF_HUB_OFFLINE"], "torch" in sys.modules)
    sys.exit()

model_process._load = look
model_process.run(Order(Source("x", "starter"), "x", "cpu", Path(sys.argv[1])), *Pipe())
"""


def test_waiting_threads_sleep_since_torch_is_imported_after_that_is_said(tmp_path: Path) -> None:
    command = [sys.executable, "-c", LOADING, str(tmp_path)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert said.split() == ["PASSIVE", "1", "False"]
