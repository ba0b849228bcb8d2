"""From one model to another while the library answers: no query fails, nothing is embedded twice, nothing is lost."""

import asyncio
import hashlib
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from photoseek.domain import FolderState
from photoseek.errors import DoubtError, ModelError, NotFoundError, QueryError
from photoseek.library import handover as handover_module
from photoseek.library import index as index_module
from photoseek.settings import change_setting, load_settings
from tests.flow.house import PATIENCE_S
from tests.flow.two_models import PHOTOS, Searching, answers_with, at_home, make_shelf, photos, until

__all__ = ["photos"]


async def test_the_old_model_answers_until_the_new_one_knows_every_photo(tmp_path: Path, photos: Path) -> None:
    shelf = make_shelf()
    async with at_home(tmp_path / "home", shelf) as house:
        await house.add(photos)
        async with Searching(house).on() as searching:
            await house.library.use_model("new")
            building = await until(house, lambda status: bool(status.model.next and status.model.next.total))
            assert building.model.name == "old"
            assert building.model.next is not None
            assert (building.model.next.name, building.model.next.state) == ("new", "indexing")
            assert (building.model.next.done, building.model.next.total) == (0, PHOTOS)
            assert (building.progress.state, building.counts.waiting) == ("idle", 0)
            shelf.models["new"].gate.set()
            await until(house, answers_with("new"))
            before = len(searching.answers)
            await house.wait_until(lambda _: len(searching.answers) > before + 2)
        assert {answer.model for answer in searching.answers} == {"old", "new"}
        assert [answer.model for answer in searching.answers] == sorted(
            (answer.model for answer in searching.answers), reverse=True
        )
        assert {len(answer.hits) for answer in searching.answers} == {PHOTOS}
        assert shelf.models["new"].embedded == PHOTOS
        assert shelf.models["old"].closed
        assert load_settings(house.paths.settings, {}).model.name == "new"


async def test_going_back_embeds_nothing_and_so_does_coming_again(tmp_path: Path, photos: Path) -> None:
    shelf = make_shelf()
    shelf.models["new"].gate.set()
    async with at_home(tmp_path / "home", shelf) as house:
        await house.add(photos)
        for name in ("new", "old", "new"):
            await house.library.use_model(name)
            await until(house, answers_with(name))
            assert (await house.search("anything", limit=1000)).model == name
            assert len(await house.names()) == PHOTOS
    assert [shelf.models[name].embedded for name in ("old", "new")] == [PHOTOS, PHOTOS]


async def test_what_comes_and_goes_meanwhile_is_right_with_both(tmp_path: Path, photos: Path) -> None:
    shelf = make_shelf()
    async with at_home(tmp_path / "home", shelf) as house:
        await house.add(photos)
        await house.library.use_model("new")
        await until(house, lambda status: bool(status.model.next and status.model.next.total))
        Image.new("RGB", (64, 48), "white").save(photos / "later.png")
        (photos / "03.png").unlink()
        await house.rescan()
        assert "later.png" in await house.names()  # searchable at once, with the model that answers
        shelf.models["new"].gate.set()
        await until(house, answers_with("new"))
        there = sorted(path.name for path in photos.iterdir())
        assert sorted(await house.names()) == there
        await house.library.use_model("old")
        await until(house, answers_with("old"))
        assert sorted(await house.names()) == there
    assert shelf.models["old"].embedded == PHOTOS + 1


async def test_a_photo_that_can_not_be_read_any_more_is_found_until_the_new_model_answers(
    tmp_path: Path, photos: Path
) -> None:
    shelf = make_shelf()
    broken = photos / "05.png"
    async with at_home(tmp_path / "home", shelf) as house:
        await house.add(photos)
        facts = broken.stat()
        broken.write_bytes(bytes(facts.st_size))
        os.utime(broken, ns=(facts.st_atime_ns, facts.st_mtime_ns))  # nothing tells that it is another
        async with Searching(house).on() as searching:
            shelf.models["new"].gate.set()
            await house.library.use_model("new")
            await until(house, answers_with("new"))
            await until(house, lambda status: status.counts.problems == 1)
        assert {len(answer.hits) for answer in searching.answers if answer.model == "old"} == {PHOTOS}
        assert len(await house.names()) == PHOTOS - 1


async def test_a_cursor_from_before_is_refused_with_a_clear_word(tmp_path: Path, photos: Path) -> None:
    shelf = make_shelf()
    shelf.models["new"].gate.set()
    async with at_home(tmp_path / "home", shelf) as house:
        await house.add(photos)
        page = await house.search("anything", limit=5)
        await house.library.use_model("new")
        await until(house, answers_with("new"))
        with pytest.raises(QueryError, match="another model"):
            await house.search("anything", limit=5, cursor=page.next_cursor)


async def test_a_model_that_can_not_be_had_is_refused_and_nothing_is_written(tmp_path: Path, photos: Path) -> None:
    async with at_home(tmp_path / "home", make_shelf()) as house:
        await house.add(photos)
        with pytest.raises(ModelError, match="no model none"):
            await house.library.use_model("none")
        assert not house.paths.settings.exists()
        assert (await house.library.status()).model.next is None
        await house.library.use_model("old")  # which answers already: nothing is prepared
        assert (await house.library.status()).model.next is None


async def test_a_model_that_does_not_load_any_more_does_not_take_over_though_it_knows_every_photo(
    tmp_path: Path, photos: Path
) -> None:
    shelf = make_shelf()
    shelf.models["new"].gate.set()
    async with at_home(tmp_path / "home", shelf) as house:
        await house.add(photos)
        await house.library.use_model("new")
        await until(house, answers_with("new"))
        shelf.models["old"].mute = True
        await house.library.use_model("old")
        failed = await until(house, lambda status: bool(status.model.next and status.model.next.state == "failed"))
        assert failed.model.name == "new"
        assert len(await house.names()) == PHOTOS


@pytest.mark.parametrize("how", ["missing", "dies"])
async def test_a_model_that_fails_leaves_the_old_one_answering_and_the_status_says_why(
    tmp_path: Path, photos: Path, how: str
) -> None:
    shelf = make_shelf()
    setattr(shelf.models["new"], how, True)
    async with at_home(tmp_path / "home", shelf) as house:
        await house.add(photos)
        async with Searching(house).on() as searching:
            await house.library.use_model("new")
            failed = await until(house, lambda status: bool(status.model.next and status.model.next.state == "failed"))
        assert failed.model.name == "old"
        assert failed.model.next is not None
        assert ("computer" if how == "missing" else "broke down") in failed.model.next.note
        assert {answer.model for answer in searching.answers} == {"old"}
        assert (await house.library.status()).counts.problems == 0
        assert len(await house.names()) == PHOTOS
        await house.library.use_model("old")
        await until(house, answers_with("old"))


async def test_a_process_that_dies_once_costs_nothing(tmp_path: Path, photos: Path) -> None:
    shelf = make_shelf()
    new = shelf.models["new"]
    new.gate.set()
    new.dies = True
    embed = new.embed_pixels

    async def die_once(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        try:
            return await embed(pixels)
        finally:
            new.dies = False

    new.embed_pixels = die_once  # type: ignore[method-assign]
    async with at_home(tmp_path / "home", shelf) as house:
        await house.add(photos)
        await house.library.use_model("new")
        await until(house, answers_with("new"))
        assert len(await house.names()) == PHOTOS


async def test_photos_whose_disk_is_away_hold_nothing_up_and_are_found_again_with_it(
    tmp_path: Path, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("photoseek.library.upkeep.LOOK_S", 0.1)
    shelf = make_shelf()
    shelf.models["new"].gate.set()
    async with at_home(tmp_path / "home", shelf) as house:
        await house.add(photos)
        photos.rename(tmp_path / "away")
        await until(house, lambda status: status.folders[0].folder.state is FolderState.OFFLINE)
        await house.library.use_model("new")
        await until(house, answers_with("new"))
        assert (shelf.models["new"].embedded, (await house.library.status()).counts.contents) == (0, PHOTOS)
        (tmp_path / "away").rename(photos)
        await until(house, lambda status: status.counts.vectors == PHOTOS)
        assert len(await house.names()) == PHOTOS


async def test_no_room_on_the_disk_is_said_before_anything_is_built(
    tmp_path: Path, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = make_shelf()
    async with at_home(tmp_path / "home", shelf) as house:
        await house.add(photos)
        monkeypatch.setattr(house.library._handover, "_free_bytes", lambda: 100)
        await house.library.use_model("new")
        failed = await until(house, lambda status: bool(status.model.next and status.model.next.state == "failed"))
        assert failed.model.next is not None
        assert "the disk has less" in failed.model.next.note
    assert shelf.models["new"].embedded == 0


async def test_what_auto_means_is_waited_for_and_taken_when_it_has_come(
    tmp_path: Path, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handover_module, "RETRY_S", 0.05)
    shelf = make_shelf()
    shelf.models["new"].missing = True
    async with at_home(tmp_path / "home", shelf, "auto") as house:
        await house.add(photos)
        waiting = await until(house, lambda status: status.model.next is not None and status.model.next.note != "")
        assert (waiting.model.name, waiting.model.next and waiting.model.next.state) == ("old", "waiting")
        shelf.models["new"].missing = False
        await until(house, lambda status: bool(status.model.next and status.model.next.state == "indexing"))
        shelf.models["new"].gate.set()
        await until(house, answers_with("new"))
    async with at_home(tmp_path / "home", shelf, "auto") as house:
        await until(house, answers_with("new"))
    assert shelf.models["new"].embedded == PHOTOS


async def test_where_the_model_of_the_last_time_is_gone_the_one_of_the_settings_answers(
    tmp_path: Path, photos: Path
) -> None:
    shelf = make_shelf()
    shelf.models["third"].gate.set()
    async with at_home(tmp_path / "home", shelf) as house:
        await house.add(photos)
        await house.library.use_model("third")
        await until(house, answers_with("third"))
    change_setting(house.paths.settings, "model", "name", "auto")
    del shelf.models["third"]
    shelf.models["new"].missing = True
    async with at_home(tmp_path / "home", shelf) as house:
        assert len(await house.names()) == PHOTOS
        assert (await house.library.status()).model.name == "old"


async def test_a_model_that_comes_late_is_known_by_its_name_all_the_same(
    tmp_path: Path, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handover_module, "RETRY_S", 0.05)
    monkeypatch.setattr(index_module, "RETRY_S", 0.05)
    monkeypatch.setattr("photoseek.library.work.RETRY_S", 0.05)
    shelf = make_shelf()
    shelf.models["old"].missing = True
    async with at_home(tmp_path / "home", shelf) as house:
        with pytest.raises(ModelError, match="not on this computer"):
            await house.names()
        assert (await house.library.status()).model.next is None  # it is the right one
        shelf.models["old"].missing = False
        await house.add(photos)
        async with asyncio.timeout(PATIENCE_S):
            while not any(model.photos for model in await house.library.models()):  # noqa: ASYNC110 - nothing tells
                await asyncio.sleep(0.02)


async def test_a_stop_half_way_goes_on_at_the_next_start(tmp_path: Path, photos: Path) -> None:
    shelf = make_shelf()
    new = shelf.models["new"]
    async with at_home(tmp_path / "home", shelf) as house:
        await house.add(photos)
        await house.library.use_model("new")
        embedded = asyncio.Event()
        store = house.catalogue.store

        async def store_and_tell(*args: Any, **kwargs: Any) -> Any:
            shift = await store(*args, **kwargs)
            new.gate.clear()
            embedded.set()
            return shift

        house.catalogue.store = store_and_tell  # type: ignore[method-assign]
        new.gate.set()
        async with asyncio.timeout(PATIENCE_S):
            await embedded.wait()
    new.gate.set()
    async with at_home(tmp_path / "home", shelf) as house:
        assert (await house.library.status()).model.name == "old", "the settings say new already"
        assert len(await house.names()) == PHOTOS
        await until(house, answers_with("new"))
        assert len(await house.names()) == PHOTOS
    assert PHOTOS <= new.embedded < 2 * PHOTOS


async def test_another_wish_meanwhile_counts(tmp_path: Path, photos: Path) -> None:
    shelf = make_shelf()
    shelf.models["third"].gate.set()
    async with at_home(tmp_path / "home", shelf) as house:
        await house.add(photos)
        await house.library.use_model("new")
        await until(house, lambda status: bool(status.model.next and status.model.next.total))
        await house.library.use_model("third")
        await until(house, answers_with("third"))
        assert shelf.models["new"].closed


async def test_a_pause_holds_the_shadow_too(tmp_path: Path, photos: Path) -> None:
    shelf = make_shelf()
    shelf.models["new"].gate.set()
    async with at_home(tmp_path / "home", shelf) as house:
        await house.add(photos)
        await house.library.pause()
        await house.library.use_model("new")
        paused = await until(house, lambda status: bool(status.model.next and status.model.next.note == "paused"))
        assert (paused.model.name, shelf.models["new"].embedded) == ("old", 0)
        await house.library.resume()
        await until(house, answers_with("new"))


async def test_what_a_model_made_is_kept_until_a_person_wants_it_gone(tmp_path: Path, photos: Path) -> None:
    shelf = make_shelf()
    shelf.models["new"].gate.set()
    async with at_home(tmp_path / "home", shelf) as house:
        await house.add(photos)
        with pytest.raises(DoubtError, match="answers"):
            await house.library.forget_model("old")
        with pytest.raises(NotFoundError):
            await house.library.forget_model("third")
        await house.library.use_model("new")
        await until(house, answers_with("new"))
        known = {model.name: (model.in_use, model.photos) for model in await house.library.models()}
        assert known == {"old": (False, PHOTOS), "new": (True, PHOTOS), "third": (False, 0)}
        assert await house.library.forget_model("old") == PHOTOS
        assert len(await house.names()) == PHOTOS
        assert await house.catalogue.check() == []
        assert [model.photos for model in await house.library.models()] == [0, PHOTOS, 0]
        with pytest.raises(NotFoundError):
            await house.library.forget_model("old")
        await house.library.use_model("old")
        await until(house, answers_with("old"))
        assert len(await house.names()) == PHOTOS
    assert shelf.models["old"].embedded == 2 * PHOTOS


async def test_the_model_in_use_is_not_thrown_away_while_it_does_not_answer_yet(tmp_path: Path, photos: Path) -> None:
    shelf = make_shelf()
    async with at_home(tmp_path / "home", shelf) as house:
        await house.add(photos)
    shelf.models["old"].missing = True
    async with at_home(tmp_path / "home", shelf) as house:
        with pytest.raises(DoubtError, match="answers"):
            await house.library.forget_model("old")
        assert await house.catalogue.coverage("old/1") == (PHOTOS, 0)


async def test_a_picture_that_is_searched_with_is_looked_at_by_the_model_that_answers(
    tmp_path: Path, photos: Path
) -> None:
    shelf = make_shelf()
    shelf.models["third"].gate.set()
    async with at_home(tmp_path / "home", shelf) as house:
        await house.add(photos)
        seen = await house.library.look_at(photos / "00.png")
        await house.library.use_model("third")  # of the same dimension
        await until(house, answers_with("third"))
        with pytest.raises(ModelError, match="was changed"):
            await house.search("", picture=seen)
        found = await house.search("", picture=await house.library.look_at(photos / "00.png"))
        assert found.hits[0].photo.id == hashlib.md5((photos / "00.png").read_bytes()).hexdigest()
