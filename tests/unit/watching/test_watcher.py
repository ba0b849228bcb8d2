"""Watching real folders in which other processes are at work."""

import asyncio
import gc
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from photoseek.domain import FolderId
from photoseek.watching import Watcher

FOLDER = FolderId(7)


class Heard:
    """All hints so far, and a way to wait for more."""

    def __init__(self) -> None:
        self.files: set[bytes] = set()
        self.folders: set[bytes] = set()
        self.gone = False
        self.overflows = 0
        self._more = asyncio.Event()

    def take(
        self, folder_id: FolderId, files: frozenset[bytes], folders: frozenset[bytes], gone: bool, overflow: bool
    ) -> None:
        assert folder_id == FOLDER
        self.files |= files
        self.folders |= folders
        self.gone |= gone
        self.overflows += overflow
        self._more.set()

    async def wait_for(self, is_enough: Callable[[], bool]) -> None:
        async with asyncio.timeout(60):
            while not is_enough():
                self._more.clear()
                await self._more.wait()


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
async def watcher(heard: Heard) -> AsyncIterator[Watcher]:
    watcher = Watcher(heard.take)
    yield watcher
    await watcher.close()


async def elsewhere(folder: Path, program: str) -> None:
    """Run a Python program in another process, in a folder."""
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", "import os, shutil\n" + program, cwd=folder)
    assert await process.wait() == 0


async def test_a_written_file_is_heard_of(tmp_path: Path, watcher: Watcher, heard: Heard) -> None:
    mode = await watcher.watch(FOLDER, os.fsencode(tmp_path))
    await elsewhere(tmp_path, "open(b'a\\xff.jpg', 'wb').write(b'x')")

    await heard.wait_for(lambda: b"a\xff.jpg" in heard.files)
    assert (mode.kind, mode.note) == ("native", "")
    assert watcher.is_alive(FOLDER)


async def test_a_hard_link_is_heard_of(tmp_path: Path, watcher: Watcher, heard: Heard) -> None:
    (tmp_path / "a.jpg").write_bytes(b"x")
    await watcher.watch(FOLDER, os.fsencode(tmp_path))
    await elsewhere(tmp_path, "os.link('a.jpg', 'b.jpg')")

    await heard.wait_for(lambda: b"b.jpg" in heard.files)
    assert heard.files == {b"b.jpg"}


async def test_moves_in_out_and_within_and_deletions_are_heard_of(
    tmp_path: Path, watcher: Watcher, heard: Heard
) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "in.jpg").write_bytes(b"x")
    for name in ("out.jpg", "within.jpg", "deleted.jpg"):
        (root / name).write_bytes(b"x")
    await watcher.watch(FOLDER, os.fsencode(root))
    await elsewhere(
        root,
        "os.rename('../in.jpg', 'in.jpg'); os.rename('out.jpg', '../out.jpg')\n"
        "os.rename('within.jpg', 'moved.jpg'); os.unlink('deleted.jpg')",
    )

    places = {b"in.jpg", b"out.jpg", b"within.jpg", b"moved.jpg", b"deleted.jpg"}
    await heard.wait_for(lambda: heard.files >= places)


async def test_new_moved_and_deleted_folders_are_heard_of_with_what_happens_in_them(
    tmp_path: Path, watcher: Watcher, heard: Heard
) -> None:
    await watcher.watch(FOLDER, os.fsencode(tmp_path))
    await elsewhere(tmp_path, "os.makedirs('new/deep/deeper'); open('new/deep/deeper/a.jpg', 'w').close()")
    await heard.wait_for(lambda: b"new" in heard.folders)
    await elsewhere(tmp_path, "os.rename('new', 'moved')")
    await heard.wait_for(lambda: b"moved" in heard.folders)
    await elsewhere(tmp_path, "open('moved/deep/deeper/b.jpg', 'w').close()")
    await heard.wait_for(lambda: b"moved/deep/deeper/b.jpg" in heard.files)
    heard.folders.clear()
    heard.gone = False
    await elsewhere(tmp_path, "shutil.rmtree('moved')")
    await heard.wait_for(lambda: b"moved" in heard.folders)
    assert heard.gone


async def test_reading_and_walking_are_not_heard_of(tmp_path: Path, watcher: Watcher, heard: Heard) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.jpg").write_bytes(b"x")
    await watcher.watch(FOLDER, os.fsencode(tmp_path))
    await elsewhere(tmp_path, "[open('sub/a.jpg').read() + str(list(os.walk('.'))) for _ in range(100)]")
    await elsewhere(tmp_path, "open('last.jpg', 'w').close()")

    await heard.wait_for(lambda: b"last.jpg" in heard.files)
    assert (heard.files, heard.folders) == ({b"last.jpg"}, set())


async def test_a_burst_of_files_from_another_process_is_heard_of_whole(
    tmp_path: Path, watcher: Watcher, heard: Heard
) -> None:
    names = {b"%d/%d.jpg" % (number % 100, number) for number in range(2000)}
    for number in range(100):
        (tmp_path / str(number)).mkdir()
    await watcher.watch(FOLDER, os.fsencode(tmp_path))
    await elsewhere(tmp_path, "[open(f'{n % 100}/{n}.jpg', 'w').write('x') for n in range(2000)]")

    await heard.wait_for(lambda: heard.files >= names)
    assert heard.files == names
    assert heard.overflows == 0


async def test_a_burst_in_folders_that_are_new_is_covered_by_folders_to_walk(
    tmp_path: Path, watcher: Watcher, heard: Heard
) -> None:
    await watcher.watch(FOLDER, os.fsencode(tmp_path))
    await elsewhere(
        tmp_path,
        "for n in range(100):\n os.makedirs(f'{n}/sub')\n"
        " for m in range(20):\n  open(f'{n}/sub/{m}.jpg', 'w').write('x')",
    )

    await heard.wait_for(lambda: heard.folders >= {b"%d" % number for number in range(100)})


async def test_the_end_of_the_root_is_noticed_and_it_can_be_watched_again(
    tmp_path: Path, watcher: Watcher, heard: Heard
) -> None:
    root = tmp_path / "root"
    root.mkdir()
    await watcher.watch(FOLDER, os.fsencode(root))
    await elsewhere(tmp_path, "os.rmdir('root')")
    await heard.wait_for(lambda: b"" in heard.folders)
    async with asyncio.timeout(60):
        while watcher.is_alive(FOLDER):  # noqa: ASYNC110 - the end of the watch comes behind that of the folder
            await asyncio.sleep(0.01)

    root.mkdir()
    await watcher.watch(FOLDER, os.fsencode(root))
    assert watcher.is_alive(FOLDER)
    await elsewhere(root, "open('a.jpg', 'w').close()")
    await heard.wait_for(lambda: b"a.jpg" in heard.files)


async def test_a_root_that_is_not_there_is_polled_and_says_why(tmp_path: Path, watcher: Watcher) -> None:
    mode = await watcher.watch(FOLDER, os.fsencode(tmp_path / "gone"))

    assert mode.kind == "polling"
    assert "No such file" in mode.note
    assert watcher.mode(FOLDER) == mode


async def test_a_folder_that_is_no_longer_watched_is_not_heard_of(
    tmp_path: Path, watcher: Watcher, heard: Heard
) -> None:
    (tmp_path / "sub").mkdir()
    await watcher.watch(FOLDER, os.fsencode(tmp_path))
    await watcher.unwatch(FOLDER)
    (tmp_path / "a.jpg").write_bytes(b"x")
    await watcher.watch(FOLDER, os.fsencode(tmp_path / "sub"))
    (tmp_path / "sub" / "b.jpg").write_bytes(b"x")

    await heard.wait_for(lambda: b"b.jpg" in heard.files)
    assert heard.files == {b"b.jpg"}


async def test_no_thread_and_no_open_file_stays_behind(tmp_path: Path, heard: Heard) -> None:
    async def watch_and_end() -> None:
        watcher = Watcher(heard.take)
        await watcher.watch(FOLDER, os.fsencode(tmp_path))
        await watcher.watch(FOLDER, os.fsencode(tmp_path / "gone"))
        await watcher.watch(FOLDER, os.fsencode(tmp_path))
        await watcher.close()

    def own_threads() -> set[threading.Thread]:
        return {thread for thread in threading.enumerate() if not thread.name.startswith("asyncio_")}  # its pool grows

    await watch_and_end()
    gc.collect()  # what earlier tests have left is closed now and not meanwhile
    threads, files = own_threads(), len(list(Path("/dev/fd").iterdir()))
    for _ in range(3):
        await watch_and_end()

    assert own_threads() <= threads
    assert len(list(Path("/dev/fd").iterdir())) == files


_FEW_WATCHES = """
import asyncio, os, sys
from pathlib import Path
from photoseek.watching import Watcher

Path("/proc/sys/user/max_inotify_watches").write_text("20")

async def main(root: bytes) -> None:
    heard = []
    told = asyncio.Event()
    watcher = Watcher(lambda *hint: (heard.append(hint), told.set()))
    mode = await watcher.watch(1, root)
    print(mode.kind, mode.note, sep="|")
    if mode.kind == "native":
        for number in range(30):
            os.mkdir(os.path.join(root, b"%d" % number))
        while not any(hint[4] for hint in heard):
            told.clear()
            await told.wait()
        print(watcher.mode(1).kind, watcher.mode(1).note, sep="|")
    await watcher.close()

asyncio.run(main(os.fsencode(sys.argv[1])))
"""


def run_with_few_watches(folder: Path) -> list[str]:
    """What a watcher says where 20 folders may be watched: in a user namespace of its own, which has own limits."""
    unshare = shutil.which("unshare")
    if unshare is None or subprocess.run([unshare, "-U", "-r", "true"], check=False, capture_output=True).returncode:
        pytest.skip("needs a user namespace with a limit of its own")
    command = [unshare, "-U", "-r", sys.executable, "-c", _FEW_WATCHES, str(folder)]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout.splitlines()


def test_sub_folders_beyond_the_limit_are_polled_and_the_note_says_how_to_raise_it(tmp_path: Path) -> None:
    for number in range(30):
        (tmp_path / str(number)).mkdir()

    (line,) = run_with_few_watches(tmp_path)
    kind, _, note = line.partition("|")
    assert kind == "polling"
    assert "sudo sysctl fs.inotify.max_user_watches=" in note


def test_the_limit_is_noticed_when_it_is_reached_later(tmp_path: Path) -> None:
    before, after = run_with_few_watches(tmp_path)

    assert before == "native|"
    assert after.startswith("polling|The system's limit")
