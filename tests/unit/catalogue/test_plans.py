"""No statement goes through a whole table where the number of photos would be felt: SQLite's own plans say so."""

import re
import sqlite3
from pathlib import Path

import pytest

from photoseek.catalogue import Catalogue, filters
from photoseek.catalogue.connections import open_for_reading
from photoseek.catalogue.statements import load
from photoseek.domain import parse_query

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


@pytest.mark.parametrize(
    "query",
    [
        "after:2010 orientation:portrait",
        "before:2020 type:png",
        "after:2010 -camera:canon -orientation:square",
        "camera:canon type:jpg",
    ],
)
async def test_filters_together_read_an_index_and_no_row(place: Path, query: str) -> None:
    await (await Catalogue.open(place)).close()
    connection = open_for_reading(place)
    statements: list[str] = []
    connection.set_trace_callback(statements.append)
    filters.newest(connection, parse_query(query).filters, 50, None)
    filters.passing(connection, parse_query(query).filters)
    connection.set_trace_callback(None)
    pages = dict(connection.execute("SELECT name, rootpage FROM sqlite_schema"))
    for statement in statements:
        # EXPLAIN QUERY PLAN doesn't call an index with a generated column in it a covering one.
        steps = [row[1:4] for row in connection.execute(f"EXPLAIN {statement}")]
        opened = {cursor: page for step, cursor, page in steps if step == "OpenRead"}
        read = {opened.get(cursor) for step, cursor, _ in steps if step == "Column"}
        assert pages["contents"] not in read, statement
    connection.close()
