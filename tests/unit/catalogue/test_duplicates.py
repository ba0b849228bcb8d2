"""Photos of which there is more than one: by their files, by their stacks, page by page."""

import numpy as np

from photoseek.catalogue import Catalogue
from photoseek.domain import SKETCH_SIDE, ContentId, DuplicateGroup, DuplicateKind, pack_sketch
from tests.unit.catalogue.filling import MODEL, fill, md5, size_of

SKETCH = pack_sketch(np.eye(SKETCH_SIDE, dtype=np.float32), 1.5)


async def ids(catalogue: Catalogue, *names: str) -> list[ContentId]:
    photos = [await catalogue.photo(md5(name)) for name in names]
    return [photo.content_id for photo in photos if photo is not None]


async def stack(catalogue: Catalogue, *names: str) -> None:
    found = await ids(catalogue, *names)
    await catalogue.keep_sketches([(content_id, SKETCH) for content_id in found])
    await catalogue.stack([(content_id, found[0]) for content_id in found])


def paths(groups: list[DuplicateGroup]) -> list[list[list[bytes]]]:
    return [[[file.path for file in photo.files] for photo in group.photos] for group in groups]


async def test_the_same_bytes_in_several_files_are_an_exact_group(catalogue: Catalogue) -> None:
    folder = await catalogue.add_folder(b"/p")
    await fill(catalogue, folder, {"a": "a", "b": "b", "a again": "a", "a once more": "a"})
    [group] = await catalogue.duplicates("exact", 10)
    assert paths([group]) == [[[b"/p/a", b"/p/a again", b"/p/a once more"]]]
    assert (group.size_bytes, group.spare_bytes) == (3 * size_of("a"), 2 * size_of("a"))
    assert await catalogue.duplicates("near", 10) == []


async def test_a_stack_is_a_near_group_its_leader_first(catalogue: Catalogue) -> None:
    folder = await catalogue.add_folder(b"/p")
    await fill(catalogue, folder, {"a": "a", "b": "b", "c": "c", "c again": "c"})
    await stack(catalogue, "b", "a", "c")
    [group] = await catalogue.duplicates("near", 10)
    assert paths([group]) == [[[b"/p/b"], [b"/p/c", b"/p/c again"], [b"/p/a"]]]
    assert group.size_bytes == size_of("a") + size_of("b") + 2 * size_of("c")
    assert group.spare_bytes == group.size_bytes - size_of("b")


async def test_a_photo_that_went_is_in_no_group(catalogue: Catalogue) -> None:
    folder = await catalogue.add_folder(b"/p")
    await fill(catalogue, folder, {"a": "a", "b": "b"})
    await stack(catalogue, "b", "a")
    await catalogue.remove_folder(folder.id, MODEL)
    assert await catalogue.duplicates("near", 10) == []
    assert await catalogue.duplicates("exact", 10) == []


async def test_pages_hold_every_group_once(catalogue: Catalogue) -> None:
    folder = await catalogue.add_folder(b"/p")
    letters = "abcdefgh"
    await fill(catalogue, folder, {f"{letter}{copy}": letter for letter in letters for copy in range(2)})
    for first, second in zip(letters[::2], letters[1::2], strict=True):
        await stack(catalogue, second, first)
    kinds: dict[DuplicateKind, int] = {"exact": 8, "near": 4}
    for kind, count in kinds.items():
        whole = await catalogue.duplicates(kind, 100)
        assert len(whole) == count
        found, after = [], 0
        while some := await catalogue.duplicates(kind, 3, after):
            found += some
            after = some[-1].number
        assert found == whole
