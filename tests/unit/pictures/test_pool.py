"""The pool: whatever a picture does to its worker costs that picture only, and nothing is left behind."""

import asyncio
import contextlib
import hashlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import psutil
import pytest
from PIL import Image

from photoseek.domain import Md5, PixelSpec
from photoseek.errors import PictureError
from photoseek.pictures import DecodersError, FileMovedOnError, PicturePool, reasons, tasks
from photoseek.pictures.processes import DecodeProcesses
from tests.unit.pictures.conftest import has_open, stamp_of, until, workers_of


def new_pool(folder: Path, *, workers: int = 1, timeout_s: float = 60, idle_s: float = 60) -> PicturePool:
    return PicturePool(
        folder / "thumbnails",
        folder / "places",
        workers=workers,
        max_megapixels=200,
        timeout_s=timeout_s,
        idle_s=idle_s,
    )


@pytest.fixture
async def pool(tmp_path: Path) -> AsyncIterator[PicturePool]:
    """A pool of one worker."""
    async with new_pool(tmp_path) as opened:
        yield opened


@pytest.fixture
def red(tmp_path: Path) -> Path:
    """A quick picture."""
    path = tmp_path / "red.png"
    Image.new("RGB", (600, 400), "red").save(path)
    return path


def busy_with(path: Path) -> list[psutil.Process]:
    """The workers that are decoding a file."""
    return [worker for worker in workers_of() if has_open(worker, path)]


async def test_a_picture_comes_back_with_all_that_is_wanted(pool: PicturePool, red: Path, clip_224: PixelSpec) -> None:
    reading = await pool.read(os.fsencode(red), stamp_of(red), pixels=clip_224)
    assert reading.picture is not None
    assert reading.picture.pixels.shape == (224, 224, 3)
    assert reading.picture.pixels[100, 100].tolist() == [255, 0, 0]
    assert (reading.picture.facts.width, reading.picture.facts.height) == (600, 400)
    assert pool.thumbnail_path(reading.md5, 256).is_file()
    assert (await pool.read(os.fsencode(red), stamp_of(red), pixels=None)).picture is None


async def test_a_thumbnail_is_drawn_on_demand_and_then_kept(pool: PicturePool, red: Path) -> None:
    md5 = (await pool.read(os.fsencode(red), stamp_of(red), pixels=None)).md5
    path = await pool.thumbnail(md5, os.fsencode(red), 512)
    with Image.open(path) as thumbnail:
        assert thumbnail.size == (512, 341)
    red.unlink()
    assert await pool.thumbnail(md5, os.fsencode(red), 512) == path
    with pytest.raises(FileMovedOnError):
        await pool.thumbnail(md5, os.fsencode(red), 1024)
    with pytest.raises(ValueError, match="99"):
        await pool.thumbnail(md5, os.fsencode(red), 99)


async def test_a_thumbnail_that_many_ask_for_at_once_is_drawn_once(
    pool: PicturePool, red: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = []
    run = DecodeProcesses.run

    async def noted(self: DecodeProcesses, function: Callable[..., Any], *args: Any) -> Any:
        drawn.append(function)
        return await run(self, function, *args)

    md5 = (await pool.read(os.fsencode(red), stamp_of(red), pixels=None)).md5
    monkeypatch.setattr(DecodeProcesses, "run", noted)
    asked = [asyncio.create_task(pool.thumbnail(md5, os.fsencode(red), 512)) for _ in range(20)]
    await until(lambda: bool(drawn))
    asked[0].cancel()
    paths = await asyncio.gather(*asked, return_exceptions=True)
    assert isinstance(paths[0], asyncio.CancelledError)
    assert paths[1:] == 19 * [pool.thumbnail_path(md5, 512)]
    assert drawn == [tasks.thumbnail]


async def test_what_a_person_waits_for_does_not_wait_behind_the_indexing_nor_starve_it(
    pool: PicturePool, red: Path, clip_224: PixelSpec
) -> None:
    await pool.pixels(os.fsencode(red), clip_224)  # the worker is there
    done: list[str] = []

    async def noted(name: str, work: Awaitable[object]) -> None:
        await work
        done.append(name)

    reads = [pool.read(os.fsencode(red), stamp_of(red), pixels=clip_224) for _ in range(12)]
    indexing = [asyncio.create_task(noted("indexing", read)) for read in reads]
    await asyncio.sleep(0)
    page = [noted("page", pool.pixels(os.fsencode(red), clip_224)) for _ in range(6)]
    await asyncio.gather(*page)
    assert 2 <= done.count("indexing") <= 4
    await asyncio.gather(*indexing)


async def test_a_picture_is_verified_and_looked_at_without_a_trace(
    pool: PicturePool, red: Path, tmp_path: Path, clip_224: PixelSpec
) -> None:
    verified = await pool.verify(os.fsencode(red))
    assert verified.md5 == hashlib.md5(red.read_bytes()).digest()
    assert (verified.facts.format, verified.facts.width, verified.facts.height) == ("PNG", 600, 400)
    pixels = await pool.pixels(os.fsencode(red), clip_224)
    assert pixels.shape == (224, 224, 3)
    assert pixels[5, 5].tolist() == [255, 0, 0]
    assert list(tmp_path.iterdir()) == [red]
    cut = tmp_path / "cut.png"
    cut.write_bytes(red.read_bytes()[:-40])
    for looked_at in (pool.verify(os.fsencode(cut)), pool.pixels(os.fsencode(cut), clip_224)):
        with pytest.raises(PictureError):
            await looked_at


async def test_errors_of_a_picture_arrive_as_they_are(pool: PicturePool, tmp_path: Path, clip_224: PixelSpec) -> None:
    path = tmp_path / "text.jpg"
    path.write_text("no picture")
    with pytest.raises(PictureError) as error:
        await pool.read(os.fsencode(path), stamp_of(path), pixels=clip_224)
    assert error.value.message == reasons.UNKNOWN
    stamp = stamp_of(path)
    path.write_text("another text")
    with pytest.raises(FileMovedOnError):
        await pool.read(os.fsencode(path), stamp, pixels=clip_224)


async def test_a_file_that_is_replaced_while_a_worker_decodes_it_has_moved_on(
    pool: PicturePool, slow_picture: Path, red: Path, clip_224: PixelSpec, tmp_path: Path
) -> None:
    path = tmp_path / "slow.png"
    path.write_bytes(slow_picture.read_bytes())
    reading = asyncio.create_task(pool.read(os.fsencode(path), stamp_of(path), pixels=clip_224))
    await until(lambda: bool(busy_with(path)))
    red.replace(path)
    with pytest.raises(FileMovedOnError):
        await reading


@pytest.mark.skipif(os.name == "nt", reason="no such signals")
async def test_a_picture_whose_worker_is_killed_is_read_again_alone(
    tmp_path: Path, slow_picture: Path, red: Path, clip_224: PixelSpec
) -> None:
    async with new_pool(tmp_path, workers=2) as pool:
        reading = asyncio.create_task(pool.read(os.fsencode(slow_picture), stamp_of(slow_picture), pixels=clip_224))
        neighbours = [
            asyncio.create_task(pool.read(os.fsencode(red), stamp_of(red), pixels=clip_224)) for _ in range(9)
        ]
        await until(lambda: bool(busy_with(slow_picture)))
        busy_with(slow_picture)[0].kill()
        picture = (await reading).picture
        assert picture is not None
        assert picture.facts.width == 14_000
        assert all(done.picture for done in await asyncio.gather(*neighbours))


@pytest.mark.skipif(os.name == "nt", reason="no such signals")
async def test_a_picture_that_loses_its_worker_twice_is_a_problem_and_others_go_on(
    pool: PicturePool, slow_picture: Path, red: Path, clip_224: PixelSpec
) -> None:
    reading = asyncio.create_task(pool.read(os.fsencode(slow_picture), stamp_of(slow_picture), pixels=clip_224))
    other = asyncio.create_task(pool.read(os.fsencode(red), stamp_of(red), pixels=clip_224))
    for _ in range(2):
        await until(lambda: bool(busy_with(slow_picture)))
        victim = busy_with(slow_picture)[0]
        victim.kill()
        await until(lambda gone=victim: gone not in workers_of())  # type: ignore[misc]
    with pytest.raises(PictureError) as error:
        await reading
    assert error.value.message == reasons.CRASHED
    assert (await other).picture is not None


@pytest.mark.skipif(os.name == "nt", reason="no such signals")
async def test_a_worker_that_is_killed_while_idle_costs_nothing(
    pool: PicturePool, red: Path, clip_224: PixelSpec
) -> None:
    await pool.read(os.fsencode(red), stamp_of(red), pixels=clip_224)
    for worker in workers_of():
        worker.kill()
    assert (await pool.read(os.fsencode(red), stamp_of(red), pixels=clip_224)).picture is not None


async def test_a_picture_that_takes_too_long_is_a_problem(
    tmp_path: Path, slow_picture: Path, red: Path, clip_224: PixelSpec
) -> None:
    async with new_pool(tmp_path, timeout_s=0.1) as pool:
        with pytest.raises(PictureError) as error:
            await pool.read(os.fsencode(slow_picture), stamp_of(slow_picture), pixels=clip_224)
        assert error.value.message == reasons.too_slow(0.1)
        pool._processes._timeout_s = 60  # a worker that begins beside busy programs may take longer for a quick one
        assert (await pool.read(os.fsencode(red), stamp_of(red), pixels=None)).md5


@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc")
async def test_ctrl_c_reaches_no_worker_from_its_first_moment_on(pool: PicturePool, red: Path) -> None:
    """Nor one that takes the place of another."""
    await pool.read(os.fsencode(red), stamp_of(red), pixels=None)
    [first] = workers_of()
    first.kill()
    await until(lambda: not first.is_running() or first.status() == psutil.STATUS_ZOMBIE)
    await pool.read(os.fsencode(red), stamp_of(red), pixels=None)
    workers = workers_of()
    assert workers
    for worker in workers:
        blocked = re.search(r"SigBlk:\s*([0-9a-f]+)", Path(f"/proc/{worker.pid}/status").read_text())
        assert blocked is not None
        assert int(blocked[1], 16) & 1 << signal.SIGINT - 1
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, [])


async def test_workers_start_on_demand_end_when_idle_and_start_again(tmp_path: Path, red: Path) -> None:
    async with new_pool(tmp_path, idle_s=0.1) as pool:
        assert not workers_of()
        await pool.read(os.fsencode(red), stamp_of(red), pixels=None)
        await until(lambda: not workers_of())
        await pool.read(os.fsencode(red), stamp_of(red), pixels=None)
        assert workers_of()
    assert not workers_of()


async def test_a_reading_that_comes_just_when_the_workers_are_to_end_is_done(tmp_path: Path, red: Path) -> None:
    async with new_pool(tmp_path, idle_s=0) as pool:
        for pauses in (0, 1, 2, 3):
            assert (await pool.read(os.fsencode(red), stamp_of(red), pixels=None)).md5
            for _ in range(pauses):
                await asyncio.sleep(0)


async def test_closing_in_the_middle_of_work_ends_it_within_two_seconds(
    tmp_path: Path, slow_picture: Path, clip_224: PixelSpec
) -> None:
    pool = new_pool(tmp_path)
    reading = asyncio.create_task(pool.read(os.fsencode(slow_picture), stamp_of(slow_picture), pixels=clip_224))
    await until(lambda: bool(busy_with(slow_picture)))
    async with asyncio.timeout(2):
        await pool.close()
    with pytest.raises(DecodersError):
        await reading
    assert not workers_of()
    with pytest.raises(DecodersError):
        await pool.read(os.fsencode(slow_picture), stamp_of(slow_picture), pixels=None)


@pytest.mark.skipif(os.name == "nt", reason="no such signals")
async def test_closing_while_a_worker_is_just_starting_leaves_no_traceback(
    tmp_path: Path, red: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    slow = tmp_path / "slow"  # becomes Python only when it is told to end
    begun = tmp_path / "begun"
    slow.write_text(f"#!/bin/sh\ntrap 'exec {sys.executable} \"$@\"' TERM\n: > {begun}\nwhile :; do sleep 0.01; done\n")
    slow.chmod(0o700)
    monkeypatch.setattr("multiprocessing.spawn._python_exe", os.fsencode(slow))
    pool = new_pool(tmp_path)
    verifying = asyncio.create_task(pool.verify(os.fsencode(red)))
    await until(begun.exists)
    await pool.close()
    with pytest.raises(DecodersError):
        await verifying
    assert not workers_of()
    assert capfd.readouterr().err == ""


async def test_a_reading_that_is_cancelled_gives_its_place_back(
    pool: PicturePool, slow_picture: Path, red: Path, clip_224: PixelSpec
) -> None:
    reading = asyncio.create_task(pool.read(os.fsencode(slow_picture), stamp_of(slow_picture), pixels=clip_224))
    await until(lambda: bool(busy_with(slow_picture)))
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert (await pool.read(os.fsencode(red), stamp_of(red), pixels=None)).md5


@pytest.mark.skipif(sys.platform != "linux", reason="asks the system for priorities as Linux has them")
async def test_workers_give_way_to_other_programs(pool: PicturePool, red: Path) -> None:
    await pool.read(os.fsencode(red), stamp_of(red), pixels=None)
    for worker in workers_of():
        assert worker.nice() >= 10
        assert worker.ionice().ioclass == psutil.IOPRIO_CLASS_IDLE


async def test_names_that_are_no_text_are_read(pool: PicturePool, red: Path, tmp_path: Path) -> None:
    names = [b"two\nlines.png", "cat 🐈.png".encode()]
    if sys.platform == "linux":
        names.append(b"caf\xe9 \xff.png")
    for name in names:
        path = os.fsencode(tmp_path) + b"/" + name
        with open(path, "wb") as file:  # noqa: PTH123 - bytes
            file.write(red.read_bytes())
        assert (await pool.read(path, stamp_of(path), pixels=None)).md5


async def test_no_worker_can_be_had_says_nothing_of_the_picture(
    tmp_path: Path, red: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("multiprocessing.context.SpawnProcess.start", _no_process)
    async with new_pool(tmp_path) as pool:
        with pytest.raises(DecodersError):
            await pool.read(os.fsencode(red), stamp_of(red), pixels=None)


def _no_process(_self: object) -> None:
    raise OSError(11, "Resource temporarily unavailable")


_PROGRAM = """
import asyncio, os, sys
from pathlib import Path
from photoseek.domain import FileStamp, PixelSpec
from photoseek.pictures import PicturePool

async def main():
    path, folder = Path(sys.argv[1]), Path(sys.argv[2])
    spec = PixelSpec("shortest_edge", 224, 224, 224, 224, 3, (0, 0, 0), (1, 1, 1))
    async with PicturePool(folder, folder / "places", workers=2, max_megapixels=200, timeout_s=60, idle_s=60) as pool:
        stamp = FileStamp(path.stat().st_size, path.stat().st_mtime_ns)
        reading = await pool.read(os.fsencode(path), stamp, pixels=spec)
        print(reading.md5.hex(), "PIL" in sys.modules, flush=True)

if __name__ == "__main__":
    asyncio.run(main())
"""


def _program(tmp_path: Path, picture: Path) -> subprocess.Popen[bytes]:
    """Start a program as ``python -m photoseek`` is started: a package with a ``__main__``."""
    package = tmp_path / "program"
    package.mkdir()
    (package / "__main__.py").write_text(_PROGRAM)
    command = [sys.executable, "-W", "error", "-m", "program", str(picture), str(tmp_path)]
    return subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


async def test_it_works_in_a_program_that_is_run_as_a_module_and_brings_no_pillow_into_it(
    tmp_path: Path, red: Path
) -> None:
    out, errors = await asyncio.to_thread(_program(tmp_path, red).communicate)
    assert out.split()[1:] == [b"False"], errors
    assert len(Md5(bytes.fromhex(out.split()[0].decode()))) == 16
    assert errors == b""


@pytest.mark.skipif(os.name == "nt", reason="no such signals")
async def test_workers_end_when_the_daemon_is_killed_in_the_middle_of_work(tmp_path: Path, slow_picture: Path) -> None:
    with _program(tmp_path, slow_picture) as program:
        workers: list[psutil.Process] = []

        def at_work() -> bool:
            workers[:] = workers_of(program.pid)
            return len(workers) == 2 and any(has_open(worker, slow_picture) for worker in workers)

        with contextlib.ExitStack() as cleanup:
            cleanup.callback(program.kill)
            await until(at_work)
            program.send_signal(signal.SIGKILL)
            _, alive = await asyncio.to_thread(psutil.wait_procs, workers, 60)
            assert not alive
