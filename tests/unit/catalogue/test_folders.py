"""The watched folders."""

from pathlib import Path

import pytest

from photoseek.catalogue import Catalogue
from photoseek.domain import Changes, FolderId, FolderState
from photoseek.errors import FolderError, NotFoundError
from tests.unit.catalogue.filling import MODEL, fill, find


async def test_a_new_folder_is_scanning_and_keeps_its_bytes(catalogue: Catalogue) -> None:
    folder = await catalogue.add_folder(b"/caf\xe9")
    assert (folder.path, folder.state, folder.last_scan_at, folder.note) == (b"/caf\xe9", "scanning", None, "")
    assert await catalogue.folders() == [folder]


async def test_a_folder_is_watched_once(catalogue: Catalogue) -> None:
    await catalogue.add_folder(b"/a")
    with pytest.raises(FolderError):
        await catalogue.add_folder(b"/a")


async def test_state_note_and_last_scan_outlive_a_restart(place: Path) -> None:
    first = await Catalogue.open(place)
    folder = await first.add_folder(b"/a")
    await first.record_changes(folder.id, Changes(), model_key=MODEL, scanned_at=77.5)
    await first.set_folder_state(folder.id, FolderState.OFFLINE, "the disk is not there")
    await first.close()
    second = await Catalogue.open(place)
    (again,) = await second.folders()
    await second.close()
    assert (again.state, again.note, again.last_scan_at) == (FolderState.OFFLINE, "the disk is not there", 77.5)


async def test_a_removed_folder_takes_its_files_and_leaves_copies_elsewhere(catalogue: Catalogue) -> None:
    one, two = await catalogue.add_folder(b"/one"), await catalogue.add_folder(b"/two")
    shift = await fill(catalogue, one, {"a.jpg": "a", "b.jpg": "b"})
    await fill(catalogue, two, {"a.jpg": "a"})
    gone = await catalogue.remove_folder(one.id, MODEL)
    assert [photo.files[0].path for photo in (await catalogue.photos(shift.appeared)).values()] == [b"/two/a.jpg"]
    assert gone.vanished == [shift.appeared[1]]
    assert await catalogue.folders() == [two]
    assert await catalogue.photos_in_folders() == {two.id: 1}


async def test_a_folder_that_is_not_there_cannot_be_removed(catalogue: Catalogue) -> None:
    with pytest.raises(NotFoundError):
        await catalogue.remove_folder(FolderId(9), MODEL)


async def test_changes_of_a_folder_that_was_removed_meanwhile_are_none(catalogue: Catalogue) -> None:
    folder = await catalogue.add_folder(b"/a")
    await catalogue.remove_folder(folder.id, MODEL)
    await find(catalogue, folder, {"a.jpg": "a"})
    await catalogue.set_folder_state(folder.id, FolderState.WATCHING)
    assert await catalogue.known_files(folder.id) == {}
    assert await catalogue.folders() == []


async def test_the_id_of_a_removed_folder_is_never_used_again(catalogue: Catalogue) -> None:
    first = await catalogue.add_folder(b"/a")
    await catalogue.remove_folder(first.id, MODEL)
    assert (await catalogue.add_folder(b"/a")).id != first.id
