"""A damaged catalogue gives its place to a new one, and no moment to be killed at loses either of them."""

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from photoseek.catalogue import Catalogue
from photoseek.domain import Counts
from tests.unit.catalogue.filling import MODEL, fill

REPOSITORY = Path(__file__).parents[3]

# For each number n a copy of the catalogue with its log, and a child that ends before the n-th file is renamed, removed
# or stamped; until a child comes through.
VICTIM = """
import os, shutil, sys
from pathlib import Path
from photoseek.catalogue import salvage

def run(place, last):
    steps = iter(range(last))
    def count(event, args):
        if event in ("os.rename", "os.remove", "os.utime") and next(steps, None) is None:
            os._exit(9)
    sys.addaudithook(count)
    salvage.rebuild(place, "It is damaged.", 1_000_000_000.0)
    os._exit(0)

before, last = Path(sys.argv[1]), 0
while True:
    home = shutil.copytree(before.parent, before.parent.with_name(f"home {last}"))
    child = os.fork()
    if not child:
        run(home / before.name, last)
    if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0:
        print(last)
        break
    last += 1
"""


@pytest.fixture
async def with_log(tmp_path: Path) -> Path:
    """A catalogue as a kill leaves it: nearly all that it holds stands in its log only."""
    place = tmp_path / "open" / "catalogue.sqlite3"
    place.parent.mkdir()
    catalogue = await Catalogue.open(place)
    await fill(catalogue, await catalogue.add_folder(b"/p"), {"a.jpg": "a", "b.jpg": "b"})
    left = shutil.copytree(place.parent, tmp_path / "left")
    await catalogue.close()
    return left / place.name


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
async def test_a_rebuild_that_is_killed_at_any_step_loses_neither_the_old_file_nor_the_new_one(with_log: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    command = [sys.executable, "-c", VICTIM, str(with_log)]
    through = int(subprocess.run(command, env=environment, check=True, capture_output=True, timeout=60).stdout)
    assert through >= 5  # its log, itself, the new one, twice
    for last in range(through + 1):
        place = with_log.parent.with_name(f"home {last}") / with_log.name
        await _all_is_there(place)
        names = sorted(path.name.removeprefix(place.name) for path in place.parent.iterdir())
        assert not {".new", ".new-wal", ".copy", ".whole"} & set(names)
        asides = [name for name in names if name.endswith("Z")]
        assert [name for name in names if name.endswith("Z-wal")] == [f"{aside}-wal" for aside in asides]
        for aside in asides:
            with closing(sqlite3.connect(f"{place}{aside}")) as old:
                assert old.execute("SELECT count(*) FROM embeddings").fetchone() == (2,)


async def test_what_was_cut_off_is_said(with_log: Path) -> None:
    shutil.copy(with_log, with_log.with_name(f"{with_log.name}.whole"))
    catalogue = await Catalogue.open_anyhow(with_log)
    assert "that is done now" in catalogue.notes[0]
    assert ".damaged-" in catalogue.notes[1]
    await catalogue.close()


async def _all_is_there(place: Path) -> None:
    catalogue = await Catalogue.open_anyhow(place)
    try:
        assert await catalogue.counts(MODEL) == Counts(photos=2, contents=2, vectors=2)
        assert await catalogue.check() == []
        assert [folder.path for folder in await catalogue.folders()] == [b"/p"]
    finally:
        await catalogue.close()
