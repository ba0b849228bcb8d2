"""Puts single rows right in a file that is in order. One function that blocks, called by ``catalogue``.

What is damaged is deleted, so that it waits and is made again; what the rows say of each other is brought in line.
"""

import sqlite3

from photoseek.catalogue import shifts
from photoseek.catalogue.checking import look_over
from photoseek.catalogue.statements import id_list, load
from photoseek.domain import DRAWING, SKETCH_BYTES

_SQL = load("mending")

# In this order: later steps clear away what earlier ones leave without a parent.
_STEPS = {
    "discard_contents": "Damaged descriptions of photos, made again soon: {}.",
    "discard_embeddings": "Damaged vectors, made again soon: {}.",
    "stray_files": "Files of no known folder, forgotten: {}.",
    "misspelt": "Files under a wrong name or folder, put right: {}.",
    "stray_links": "Files with an unknown content, looked at again soon: {}.",
    "stray_embeddings": "Vectors of no known photo, thrown away: {}.",
    "stray_problems": "Problems that don't count any more, forgotten: {}.",
    "here": "Photos that were thought gone, there again: {}.",
    "orphaned": "Photos that lie at no file, no longer counted: {}.",
    "stray_words": "Words of photos that lie at no file, thrown away: {}.",
    "misworded": "Photos under wrong words, put right: {}.",
    "missing_words": "Photos that no word led to, put right: {}.",
    "misdrawn": "Damaged sketches of photos, drawn again soon: {}.",
    "leads_from_nowhere": "Stacks without the photo that leads them, or the other way round, put right: {}.",
    "misled": "Photos that were stacked with none, stacked again soon: {}.",
}


def mend(connection: sqlite3.Connection, now: float) -> list[str]:
    """Put right what can be, in this transaction.

    Args:
        connection: The writing one.
        now: Unix seconds.

    Returns:
        What was done, in sentences.
    """
    found = look_over(connection)
    connection.execute("PRAGMA defer_foreign_keys = ON")  # for this transaction: what hangs loose goes step by step
    arguments = {"now": now, "contents": id_list(found.contents), "embeddings": id_list(found.embeddings)}
    arguments |= {"drawing": DRAWING, "sketch_bytes": SKETCH_BYTES}
    done = {step: connection.execute(_SQL[step], arguments).rowcount for step in _STEPS}
    shifts.settle(connection, "", now)
    shifts.leap(connection)
    return [_STEPS[step].format(count) for step, count in done.items() if count]
