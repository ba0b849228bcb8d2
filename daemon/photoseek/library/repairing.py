"""Checks and repairs photoseek's own files without a daemon: for ``photoseek check`` and ``photoseek repair``.

Coroutines; the work is done in threads of the rooms.
"""

import asyncio

from photoseek.catalogue import Catalogue
from photoseek.paths import Paths
from photoseek.vectors import look_at_snapshots, remove_snapshots


async def check_index(paths: Paths, catalogue: Catalogue) -> list[str]:
    """Compare the snapshots of the search index with the catalogue; every finding as a sentence.

    One of another sequence number is in order: the next start doesn't take it.
    """
    findings = []
    for path, snapshot in (await asyncio.to_thread(look_at_snapshots, paths.vectors)).items():
        if snapshot is None:
            findings.append(f"The search index in {path} is damaged; the next start makes it again.")
        elif snapshot.seq == await catalogue.seq() and not snapshot.holds(*await catalogue.embeddings(snapshot.key)):
            findings.append(f"The search index in {path} holds other vectors than the catalogue.")
    return findings


async def repair(paths: Paths) -> list[str]:
    """Put right what can be; the caller sees to it that no daemon has the files.

    Returns:
        What was done, in sentences.

    Raises:
        CatalogueError: It could not be done, such as on a full disk.
    """
    if not paths.catalogue.exists():
        return ["There is no catalogue yet; the first start makes it."]
    catalogue = await Catalogue.open_anyhow(paths.catalogue)
    try:
        await catalogue.repair()
        left = await catalogue.check()
        done = catalogue.notes or ["The catalogue is in order: nothing had to be done."]
    finally:
        await catalogue.close()
    removed = await asyncio.to_thread(remove_snapshots, paths.vectors)
    if removed:
        done.append("The search index was removed; the next start makes it from the catalogue.")
    return done + left
