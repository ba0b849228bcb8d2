"""No statement goes through a whole table where the number of photos would be felt: SQLite's own plans say so."""

import re
import sqlite3
from pathlib import Path

import pytest

from photoseek.catalogue import Catalogue
from photoseek.catalogue.statements import load

WHOLE_TABLE = re.compile(r"SCAN ([fgceo]|files|contents|embeddings)")
ARGUMENTS = ("folder_id", "model_key", "model_id", "file_id", "content_id", "size_bytes", "mtime_ns", "md5")
BOUNDS = ("place", "low", "high", "limit", "after")
# Each may read an index from end to end.
QUICK = {
    "files": ("known_at_or_below", "missing", "remove_missing", "link", "waiting", "page"),
    "contents": ("find", "id_of_photo", "count_here", "photos", "files", "waiting"),
    "embeddings": ("model", "count_here", "some_here"),
    "counting": ("photos", "waiting_files", "waiting_files_in_folders", "files_of_waiting_contents", "all_reachable"),
    "problems": ("page",),
    "folders": ("photos", "remove_files"),
}


@pytest.mark.parametrize(("topic", "name"), [(topic, name) for topic, names in QUICK.items() for name in names])
async def test_a_frequent_statement_scans_no_table(place: Path, topic: str, name: str) -> None:
    await (await Catalogue.open(place)).close()
    connection = sqlite3.connect(place)
    statement = load(topic)[name]
    arguments = dict.fromkeys(ARGUMENTS + BOUNDS, 1) | {"ids": "[]", "skip": "[]"}
    plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", arguments)]
    connection.close()
    assert not [step for step in plan if WHOLE_TABLE.fullmatch(step)], plan
