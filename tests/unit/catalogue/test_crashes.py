"""A process that ends in the middle of a change, as by kill -9, leaves nothing half."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from photoseek.catalogue import Catalogue
from photoseek.domain import Counts
from tests.unit.catalogue.filling import MODEL, fill, find, md5

REPOSITORY = Path(__file__).parents[3]

# For each number n a copy of the catalogue, and a child that ends at the n-th statement of one change;
# until a child comes through. Forked, since starting Python takes longer than all the rest.
VICTIM = """
import asyncio, os, shutil, sys
from pathlib import Path
from photoseek.catalogue import Catalogue
from photoseek.domain import Changes
from tests.unit.catalogue.filling import MODEL, found, indexed, md5

async def no_copy(self):
    pass

async def run(place, change, last):
    Catalogue._keep = no_copy  # it has a transaction of its own, after this one
    catalogue = await Catalogue.open(place)
    (folder,) = await catalogue.folders()
    waiting = await catalogue.waiting_files(10)
    statements = iter(range(last))
    def count(sql):
        if next(statements, None) is None:
            os._exit(9)
    catalogue._database._writer.set_trace_callback(count)
    if change == "store":
        await catalogue.store([indexed(one, "b") for one in waiting], model_key=MODEL)
    elif change == "rename":
        moved = Changes([found("c.jpg", "a")], [b"a.jpg"], {b"c.jpg": md5("a")})
        await catalogue.record_changes(folder.id, moved, model_key=MODEL)
    elif change == "remove":
        await catalogue.remove_folder(folder.id, MODEL)
    os._exit(0)

before, change = Path(sys.argv[1]), sys.argv[2]
for last in range(1000):
    place = before.with_name(f"{last}.sqlite3")
    shutil.copy(before, place)
    child = os.fork()
    if not child:
        asyncio.run(run(place, change, last))
    if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0:
        print(last)
        break
"""

BEFORE = Counts(photos=1, contents=1, vectors=1, waiting=1)
AFTER = {"store": Counts(photos=2, contents=2, vectors=2), "rename": BEFORE, "remove": Counts()}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("change", AFTER)
async def test_a_change_that_is_cut_off_at_any_statement_is_whole_or_not_at_all(place: Path, change: str) -> None:
    catalogue = await Catalogue.open(place)
    folder = await catalogue.add_folder(b"/p")
    await fill(catalogue, folder, {"a.jpg": "a"})
    await find(catalogue, folder, {"b.jpg": "b"})
    await catalogue.close()
    through = _run(place, change)
    assert through > 10
    for last in range(through + 1):
        await _look(place.with_name(f"{last}.sqlite3"), change, done=last == through)


async def _look(place: Path, change: str, *, done: bool) -> None:
    catalogue = await Catalogue.open(place)
    try:
        assert await catalogue.check() == []
        assert await catalogue.counts(MODEL) == (AFTER[change] if done else BEFORE)
        seq = await catalogue.seq()
        assert seq > 2 or seq == (2 if done and change != "rename" else 1), "it leaps after a kill"
        photo = await catalogue.photo(md5("a"))
        paths = [file.path for file in photo.files] if photo else []
        assert paths == (
            {"store": [b"/p/a.jpg"], "rename": [b"/p/c.jpg"], "remove": []}[change] if done else [b"/p/a.jpg"]
        )
    finally:
        await catalogue.close()


def _run(place: Path, change: str) -> int:
    """Number of statements of the whole change."""
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    command = [sys.executable, "-c", VICTIM, str(place), change]
    return int(subprocess.run(command, env=environment, check=True, capture_output=True, timeout=60).stdout)
