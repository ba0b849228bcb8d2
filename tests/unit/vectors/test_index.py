import asyncio
import multiprocessing
import os
import random
import shutil
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from photoseek.vectors import VectorIndex, look_at_snapshots
from photoseek.vectors.index import SAMPLE
from photoseek.vectors.snapshot import MAGIC, path_of

DIM = 16
KEY = "clip/ä 1"


def units(number: int, seed: int = 0, *, halved: bool = True) -> NDArray[np.float32]:
    """Of numbers that half precision can hold, so that what comes back is what was put in."""
    rows = np.random.default_rng(seed).standard_normal((number, DIM)).astype(np.float32)
    unit: NDArray[np.float32] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit.astype(np.float16).astype(np.float32) if halved else unit


class Rows:
    """What the catalogue would load, and how often it was asked to."""

    def __init__(self, number: int = 200) -> None:
        self.ids = np.arange(1, number + 1)
        self.vectors = units(number)
        self.loads = 0

    async def __call__(self) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        self.loads += 1
        return self.ids, self.vectors


@pytest.fixture
async def index(tmp_path: Path) -> AsyncIterator[VectorIndex]:
    index = VectorIndex(tmp_path)
    yield index
    await index.close()


async def test_search_equals_brute_force_through_random_changes(index: VectorIndex) -> None:
    truth: dict[int, NDArray[np.float32]] = {}
    await index.open(KEY, DIM, 0, Rows(0))
    choose = random.Random(3)
    for seq in range(1, 120):
        ids = np.array(choose.sample(range(60), choose.randint(0, 9)), np.int64)
        if choose.random() < 0.6:
            vectors = units(len(ids), seq)
            await index.add(ids, vectors, seq)
            truth |= dict(zip(ids.tolist(), vectors, strict=True))
        else:
            await index.remove(ids, seq)
            for gone in ids.tolist():
                truth.pop(gone, None)
        query = units(1, 1000 + seq)[0]
        found, scores = await index.search(query, 10)
        expected = sorted(truth, key=lambda i: (-float(truth[i] @ query), i))[:10]
        assert found.tolist() == expected
        assert scores == pytest.approx([float(truth[i] @ query) for i in expected], abs=1e-6)
        assert (index.count, index.seq) == (len(truth), seq)


async def test_equal_scores_come_by_id_also_at_the_end_of_a_page(index: VectorIndex) -> None:
    await index.open(KEY, DIM, 0, Rows(0))
    one = units(1)
    ids = np.random.default_rng(1).permutation(500)
    await index.add(ids, np.repeat(one, 500, axis=0), 1)
    for limit in (1, 7, 499, 500, 900):
        found, _ = await index.search(one[0], limit)
        assert found.tolist() == list(range(min(limit, 500)))


async def test_an_empty_index_answers_with_nothing(index: VectorIndex) -> None:
    assert await index.open(KEY, DIM, 0, Rows(0)) is False
    query = units(1)[0]
    assert [len(part) for part in await index.search(query, 10)] == [0, 0]
    assert len(await index.background(query)) == 0


async def test_a_cosine_is_off_by_less_than_a_thousandth_and_takes_two_bytes_a_number(tmp_path: Path) -> None:
    exact = units(500, halved=False)
    index = VectorIndex(tmp_path)
    await index.open(KEY, DIM, 0, Rows(0))
    await index.add(np.arange(500), exact, 5)
    query = units(1, 9, halved=False)[0]
    ids, scores = await index.search(query, 500)
    assert scores == pytest.approx(exact[ids] @ query, abs=1e-3)
    await index.save()
    await index.close()
    assert path_of(tmp_path, KEY).stat().st_size < 500 * (2 * DIM + 16) + 1000


async def test_vectors_of_another_length_are_refused(index: VectorIndex) -> None:
    await index.open(KEY, DIM, 0, Rows())
    with pytest.raises(ValueError, match="shape"):
        await index.add(np.array([1]), np.zeros((1, DIM + 1), np.float32), 1)


async def test_the_background_is_a_sample_that_follows_the_index(index: VectorIndex) -> None:
    rows = Rows(3 * SAMPLE)
    await index.open(KEY, DIM, 0, rows)
    query = units(1, 7)[0]
    before = await index.background(query)
    assert len(before) == SAMPLE
    assert np.array_equal(before, await index.background(query))
    assert abs(float(np.median(before)) - float(np.median(rows.vectors @ query))) < 0.03
    await index.remove(rows.ids[100:], 1)
    assert sorted(await index.background(query)) == pytest.approx(sorted(rows.vectors[:100] @ query), abs=1e-6)


async def test_searches_and_changes_beside_each_other_do_no_harm(index: VectorIndex) -> None:
    rows = Rows(2000)
    await index.open(KEY, DIM, 0, rows)

    async def search(seed: int) -> None:
        for number in range(60):
            ids, scores = await index.search(units(1, seed * 1000 + number)[0], 20)
            assert len(ids) == 20
            assert (np.diff(scores) <= 0).all()

    async def change() -> None:
        for seq in range(1, 80):
            some = rows.ids[(seq * 10) % 1000 : (seq * 10) % 1000 + 10]
            await index.remove(some, seq)
            await index.add(some, rows.vectors[some - 1], seq)

    await asyncio.gather(change(), *(search(seed) for seed in range(4)))
    assert index.count == 2000


async def _reopen(folder: Path, rows: Rows, **changed: object) -> tuple[bool, NDArray[np.int64]]:
    wanted = {"key": KEY, "dim": DIM, "seq": 5} | changed
    index = VectorIndex(folder)
    try:
        good = await index.open(wanted["key"], wanted["dim"], wanted["seq"], rows)  # type: ignore[arg-type]
        return good, (await index.search(units(1, 9)[0], 20))[0]
    finally:
        await index.close()


@pytest.fixture
async def saved(tmp_path: Path) -> Path:
    index = VectorIndex(tmp_path)
    await index.open(KEY, DIM, 5, Rows())
    await index.save()
    await index.close()
    return tmp_path


async def test_a_good_snapshot_is_taken_and_nothing_loaded(saved: Path) -> None:
    rows = Rows()
    good, found = await _reopen(saved, rows)
    assert (good, rows.loads, len(found)) == (True, 0, 20)


@pytest.mark.parametrize("changed", [{"key": "another"}, {"seq": 4}, {"seq": 6}])
async def test_a_snapshot_of_another_model_or_moment_is_not_taken(saved: Path, changed: dict[str, object]) -> None:
    rows = Rows()
    good, _ = await _reopen(saved, rows, **changed)
    assert (good, rows.loads) == (False, 1)


@pytest.mark.parametrize("older", [b"photoseek vectors 1\n", b"photoseek vectors 2\n"])
async def test_a_snapshot_of_an_older_form_is_built_again(saved: Path, older: bytes) -> None:
    path = path_of(saved, KEY)
    path.write_bytes(path.read_bytes().replace(MAGIC, older))
    rows = Rows()
    assert (await _reopen(saved, rows))[0] is False
    assert rows.loads == 1


async def test_a_snapshot_holds_what_it_was_made_of_and_nothing_else(tmp_path: Path) -> None:
    ids, exact = np.arange(500, 0, -1), units(500, halved=False)
    exact[3, 0] = 1e-6  # less than half precision holds with all its digits
    index = VectorIndex(tmp_path)
    await index.open(KEY, DIM, 0, Rows(0))
    await index.add(ids, exact, 5)
    await index.save()
    await index.close()
    [snapshot] = look_at_snapshots(tmp_path).values()
    assert snapshot is not None
    order = np.random.default_rng(2).permutation(500)
    assert snapshot.holds(ids[order], exact[order])
    assert not snapshot.holds(ids[order], exact)
    assert not snapshot.holds(ids[1:], exact[1:])
    assert not snapshot.holds(ids + 1, exact)
    changed = exact.copy()
    changed[77, 5] *= 1.002
    assert not snapshot.holds(ids, changed)


async def test_200_damaged_snapshots_are_all_noticed_and_built_again(saved: Path) -> None:
    path = path_of(saved, KEY)
    sound = path.read_bytes()
    _, right = await _reopen(saved, Rows())
    choose = random.Random(11)
    for number in range(200):
        damaged = bytearray(sound)
        match number % 4:
            case 0:
                damaged[choose.randrange(len(damaged))] ^= 1 << choose.randrange(8)
            case 1:
                del damaged[choose.randrange(len(damaged)) :]
            case 2:
                place = choose.randrange(len(damaged) - 64)
                damaged[place : place + 64] = bytes(byte ^ 0x5A for byte in damaged[place : place + 64])
            case _:
                damaged += choose.randbytes(1 + choose.randrange(100))
        path.write_bytes(damaged)
        rows = Rows()
        good, found = await _reopen(saved, rows)
        assert (good, rows.loads) == (False, 1)
        assert found.tolist() == right.tolist()


def _save_and_die(folder: Path, step: str) -> None:
    from photoseek import durable  # noqa: PLC0415 - in the child

    def die(_: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    async def work() -> None:
        index = VectorIndex(folder)
        await index.open(KEY, DIM, 6, Rows(50))
        for name, data in before.items():  # opening removed it, as it is of another sequence number
            name.write_bytes(data)
        setattr(os if step == "fsync" else durable, step, die)
        await index.save()

    before = {path: path.read_bytes() for path in folder.iterdir()}
    asyncio.run(work())


@pytest.mark.parametrize(("step", "is_new"), [("fsync", False), ("sync_folder", True)])
async def test_killed_while_saving_there_is_the_old_snapshot_or_the_new_one_and_no_rest(
    saved: Path, step: str, *, is_new: bool
) -> None:
    child = multiprocessing.get_context("spawn").Process(target=_save_and_die, args=(saved, step))
    child.start()
    await asyncio.to_thread(child.join)
    assert child.exitcode == -signal.SIGKILL
    copy = shutil.copytree(saved, saved.with_name(f"{saved.name}-copy"))
    old, new = Rows(), Rows(50)
    goods = [(await _reopen(saved, old))[0], (await _reopen(copy, new, seq=6))[0]]
    assert goods == [not is_new, is_new]
    assert [path.suffix for folder in (saved, copy) for path in folder.iterdir()] == [".faiss"]


async def test_a_snapshot_of_another_sequence_number_is_removed_since_its_number_may_come_again(saved: Path) -> None:
    assert not (await _reopen(saved, Rows(), seq=6))[0]
    assert not (await _reopen(saved, Rows()))[0]


async def test_a_disk_that_takes_no_snapshot_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"in the way")
    index = VectorIndex(tmp_path / "file")
    await index.open(KEY, DIM, 5, Rows())
    await index.save()
    assert (await index.search(units(1)[0], 3))[0].size == 3
    await index.close()
