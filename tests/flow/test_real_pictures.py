"""The starter model on real photographs, and the awkward files, through the whole library."""

import json
import os
import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio
from PIL import Image

from photoseek.domain import Query, parse_query
from photoseek.embedding import Embedder
from photoseek.settings import ModelSettings
from tests.flow.house import FakeEmbedder, House, open_house

NOWHERE = (
    "a kangaroo",
    "a saxophone",
    "an igloo",
    "a snail",
    "a pyramid",
    "a ballet dancer",
    "an army tank",
    "a zebra",
    "a panda",
    "a hot air balloon",
    "a snowmobile",
    "a bagpipe",
    "a jellyfish",
    "a lobster",
    "a scorpion",
    "a canoe",
    "a hedgehog",
    "a camel",
    "a crocodile",
    "a dragonfly",
)
SOMEWHERE = (
    "a dog",
    "a cat",
    "a bathroom",
    "a pizza",
    "an elephant",
    "a laptop",
    "a bus",
    "a toucan",
    "a bear",
    "a cow",
    "a horse",
    "a skateboard",
    "a toilet",
    "a tree frog",
    "a gorilla",
    "a cactus",
    "a traffic sign",
    "a kitchen",
    "an airplane",
    "a beach",
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def photo_house(shared_photos: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """The shared photographs, taken in with the starter by real processes."""
    home = tmp_path_factory.mktemp("home")
    starter = Embedder(ModelSettings(name="starter"), home / "models")
    async with starter, open_house(home, embedder=starter) as house:
        await house.add(shared_photos)
        yield house


@pytest.mark.timeout(300)
class TestTheStarter:
    """Searches in one library of 129 real photographs."""

    pytestmark = pytest.mark.asyncio(loop_scope="module")

    async def test_it_finds_real_photographs_by_their_captions(self, photo_house: House, shared_photos: Path) -> None:
        captions: dict[str, list[str]] = json.loads((shared_photos / "captions.json").read_text("utf-8"))
        assert (await photo_house.settle()).photos == len(captions) == 129
        places = []
        for name, texts in captions.items():
            for text in texts:
                found = await photo_house.names(text, limit=10)
                places.append(found.index(name) if name in found else None)
        recall = {k: sum(place is not None and place < k for place in places) / len(places) for k in (1, 5, 10)}
        assert recall[1] >= 0.35
        assert recall[5] >= 0.71
        assert recall[10] >= 0.82

    async def test_a_query_that_something_fits_has_good_matches_and_another_has_none(self, photo_house: House) -> None:
        dogs = await photo_house.search("a dog")
        assert dogs.good_matches > 0
        assert [hit.relevance for hit in dogs.hits] == sorted((hit.relevance for hit in dogs.hits), reverse=True)
        assert (await photo_house.search("quantum physics equations")).good_matches == 0

    async def test_what_is_taken_away_goes_down_and_what_is_added_comes_up(self, photo_house: House) -> None:
        dogs = (await photo_house.names("dog"))[:5]

        async def places(query: str) -> float:
            found = await photo_house.names(query)
            return sum(found.index(name) for name in dogs) / len(dogs)

        assert await places("animal + 2: dog") < await places("animal") < await places("animal - dog")

    async def test_things_that_no_photo_shows_are_said_not_to_fit_and_things_that_one_shows_are_kept(
        self, photo_house: House
    ) -> None:
        answered = [thing for thing in NOWHERE if (await photo_house.search(thing)).good_matches]
        kept = [thing for thing in SOMEWHERE if (await photo_house.search(thing)).good_matches]
        assert len(answered) <= 0.1 * len(NOWHERE), answered
        assert len(kept) >= 0.75 * len(SOMEWHERE), kept

    async def test_a_picture_finds_the_photo_that_it_was_made_of_and_words_turn_the_answer(
        self, photo_house: House, shared_photos: Path, tmp_path: Path
    ) -> None:
        captions: dict[str, list[str]] = json.loads((shared_photos / "captions.json").read_text("utf-8"))
        names = sorted(captions)[::10]
        firsts, scores, fitting = [], [], 0
        for name in names:
            with Image.open(shared_photos / name) as whole:
                smaller = whole.convert("RGB").resize((whole.width // 2, whole.height // 2))
                smaller.save(tmp_path / "sent.webp", quality=70)
            seen = await photo_house.library.look_at(tmp_path / "sent.webp")
            alone = await photo_house.library.search(Query("", picture=seen, limit=1))
            fitting += alone.good_matches >= 1
            firsts.append(Path(os.fsdecode(alone.hits[0].photo.files[0].path)).name)
            scores.append(alone.hits[0].score)
        assert firsts == names
        assert min(scores) > 0.85
        assert fitting >= 0.85 * len(names)
        again = await photo_house.library.look_at(tmp_path / "sent.webp")
        assert (
            again.vector.tobytes() == seen.vector.tobytes()
        )  # or the cursor of a page would belong to another question
        dogs = await photo_house.library.search(replace(parse_query("3: dog"), picture=seen, limit=10))
        words = await photo_house.library.search(replace(parse_query("dog"), limit=10))
        assert len({hit.photo.id for hit in dogs.hits} & {hit.photo.id for hit in words.hits}) >= 5

    async def test_a_query_that_is_too_long_is_cut_and_the_answer_says_so(self, photo_house: House) -> None:
        assert (await photo_house.search("a dog")).notes == []
        [note] = (await photo_house.search("dog " * 300)).notes
        assert "its end was cut" in note


async def test_every_awkward_file_becomes_a_photo_or_one_problem(tmp_path: Path, shared_awkward: Path) -> None:
    folder = tmp_path / "awkward"
    shutil.copytree(shared_awkward, folder)
    (folder / "UPPER.JPEG").rename(folder / "new\nline.JPEG")
    Path(str(folder)).joinpath(b"not utf-8 \xff.png".decode(errors="surrogateescape")).write_bytes(
        (folder / "one_pixel.png").read_bytes()
    )
    manifest = json.loads((shared_awkward / "MANIFEST.json").read_text("utf-8"))["files"]
    async with open_house(tmp_path / "home") as house:
        counts = await house.add(folder)
        problems = {Path(p.path.decode(errors="surrogateescape")).name: p.reason for p in
                    await house.library.problems(1000)}  # fmt: skip
        names = set(await house.names())
        assert await house.catalogue.check() == []
    broken = {name for name, file in manifest.items() if not file["decodes"]}
    not_taken = {name for name in manifest if Path(name).suffix.lower() in {".jp2", ".jxl", ".svg", ".icc"}}
    by_reduced_decode = {"giant-image.jpg"}
    assert set(problems) == broken - not_taken - by_reduced_decode
    assert all(problems.values())
    assert by_reduced_decode <= names
    assert counts.photos + counts.problems == len(manifest) - len(not_taken) + 1
    async with open_house(tmp_path / "home") as house:
        again = await house.settle()
        assert again == counts
        assert isinstance(house.embedder, FakeEmbedder)
        assert house.embedder.embedded == 0
