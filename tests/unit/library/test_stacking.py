"""Stacks over a real catalogue: sketches of the test's choice, what leads, what follows, what comes and goes."""

import itertools
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from photoseek.catalogue import Catalogue
from photoseek.domain import (
    SKETCH_SIDE,
    Changes,
    ContentId,
    FileStamp,
    Folder,
    FolderState,
    FoundFile,
    Indexed,
    Md5,
    PictureFacts,
    pack_sketch,
    unpack_sketches,
)
from photoseek.library.nearness import COPY, nearness
from photoseek.library.stacking import Stacking

NOON = datetime(2023, 8, 2, 12)  # noqa: DTZ001 - local
Look = NDArray[np.float32]


def look(seed: int) -> Look:
    """What a photo looks like; two of them have nothing in common."""
    drawn = np.random.default_rng(seed).standard_normal((SKETCH_SIDE, SKETCH_SIDE)).astype(np.float32)
    drawn[0, 0] = 0
    return drawn


def between(one: Look, other: Look, degrees: float) -> Look:
    """As far from one on the way to the other."""
    angle = np.radians(degrees)
    return np.asarray(np.cos(angle) * one + np.sin(angle) * other, np.float32)


@dataclass
class Shelf:
    """Photos by name; each has a file of its name."""

    catalogue: Catalogue
    folder: Folder
    stacking: Stacking
    sketches: dict[str, bytes] = field(default_factory=dict)

    async def add(
        self, name: str, looks: Look | None, width: int = 4000, taken: datetime | None = None, camera: str = "",
        aspect: float = 4 / 3,
    ) -> None:  # fmt: skip
        stamp = FileStamp(1000 + len(name), 0)
        await self.catalogue.record_changes(self.folder.id, Changes([FoundFile(name.encode(), stamp)]), model_key="m")
        [row] = await self.catalogue.waiting_files(2)
        self.sketches[name] = b"" if looks is None else pack_sketch(looks, aspect)
        facts = PictureFacts("JPEG", width, width * 3 // 4, taken, camera, sketch=self.sketches[name])
        vector = np.ones(1, np.float32)
        await self.catalogue.store([Indexed(row.file_id, stamp, md5(name), facts, vector)], model_key="m")

    async def remove(self, *names: str) -> None:
        changes = Changes(vanished=[name.encode() for name in names])
        await self.catalogue.record_changes(self.folder.id, changes, model_key="m")

    async def bring_back(self, name: str) -> None:
        found = FoundFile(name.encode(), FileStamp(1000 + len(name), 0))
        changes = Changes([found], hashes={found.path: md5(name)})
        await self.catalogue.record_changes(self.folder.id, changes, model_key="m")

    async def stack(self, stacking: Stacking | None = None) -> None:
        while await (stacking or self.stacking).stack_some():
            pass

    async def leader_of(self, name: str) -> str:
        """Its own name where it is alone."""
        photo = await self.catalogue.photo(md5(name))
        assert photo is not None
        return name if photo.stack is None else bytes.fromhex(photo.stack.id).decode().strip("_")

    async def stacks(self, names: Iterable[str]) -> set[frozenset[str]]:
        leaders = {name: await self.leader_of(name) for name in names}
        for name, leader in leaders.items():
            photo = await self.catalogue.photo(md5(name))
            assert photo is not None
            count = photo.stack.count if photo.stack else 1
            assert count == list(leaders.values()).count(leader)
        return {frozenset(name for name in leaders if leaders[name] == leader) for leader in leaders.values()}


def md5(name: str) -> Md5:
    return Md5(name.encode().rjust(16, b"_"))


@pytest.fixture
async def shelf(tmp_path: Path) -> AsyncIterator[Shelf]:
    catalogue = await Catalogue.open(tmp_path / "catalogue.sqlite3")
    try:
        yield Shelf(catalogue, await catalogue.add_folder(b"/photos"), Stacking(catalogue))
        assert await catalogue.check() == []
    finally:
        await catalogue.close()


async def test_the_largest_leads_its_copies_in_whatever_order_they_came(shelf: Shelf) -> None:
    one, other = look(1), look(2)
    photos = {"large": (one, 4000), "small": (between(one, other, 8), 800), "tiny": (between(one, look(3), 9), 200)}
    alone = {"other": (other, 4000)}
    for number, order in enumerate(itertools.permutations(photos | alone)):
        for name in order:
            looks, width = (photos | alone)[name]
            await shelf.add(f"{name}{number}", looks + look(1000 + number), width)  # unlike those of other orders
            await shelf.stack()
        together = {f"{name}{number}" for name in photos}
        assert {await shelf.leader_of(name) for name in together} == {f"large{number}"}, order
        assert await shelf.leader_of(f"other{number}") == f"other{number}"


async def test_of_equally_large_ones_the_earliest_leads(shelf: Shelf) -> None:
    for name, minutes in (("late", 9), ("early", 0), ("later", 20)):
        await shelf.add(name, look(1), taken=NOON + timedelta(minutes=minutes))
    await shelf.stack()
    assert {await shelf.leader_of(name) for name in ("late", "early", "later")} == {"early"}


async def test_a_larger_one_that_comes_later_takes_the_lead(shelf: Shelf) -> None:
    for name in ("a", "b"):
        await shelf.add(name, look(1), 800)
    await shelf.stack()
    await shelf.add("large", look(1), 4000)
    await shelf.stack()
    assert {await shelf.leader_of(name) for name in ("a", "b", "large")} == {"large"}


async def test_what_joined_by_way_of_a_leader_is_let_go_where_a_new_one_is_not_near_it(shelf: Shelf) -> None:
    middle, left, right = look(1), between(look(1), look(2), 18), between(look(1), look(3), 18)
    await shelf.add("middle", middle, 800)
    await shelf.add("left", left, 400)
    await shelf.add("right", right, 4000)
    await shelf.stack()
    assert await shelf.stacks(("left", "middle", "right")) == {frozenset({"middle", "right"}), frozenset({"left"})}


async def test_a_scene_that_drifts_away_ends_its_stack(shelf: Shelf) -> None:
    names = [f"{number:03}" for number in range(90)]
    for number, name in enumerate(names):
        await shelf.add(name, between(look(1), look(2), number), taken=NOON + timedelta(minutes=number))
    await shelf.stack()
    stacks = await shelf.stacks(names)
    assert 4 <= len(stacks) <= 20
    for name in names:
        leads = await shelf.leader_of(name)
        sketches = unpack_sketches([shelf.sketches[name], shelf.sketches[leads]])[0]
        assert nearness(sketches[0], sketches[1:])[0] >= COPY


async def test_who_leads_does_not_hang_on_the_order_of_coming(shelf: Shelf) -> None:
    random = np.random.default_rng(4)
    looks = {f"{n:02}": between(look(n // 8), look(100 + n), random.uniform(0, 25)) for n in range(48)}
    widths = {name: int(random.integers(200, 4000)) for name in looks}
    found = []
    for turn in range(3):
        order = [str(name) for name in random.permutation(list(looks))]
        for start in range(0, len(order), 7):
            for name in order[start : start + 7]:
                await shelf.add(name, looks[name], widths[name])
            await shelf.stack()
        found.append({await shelf.leader_of(name) for name in looks})
        await shelf.remove(*looks)
        if turn < 2:
            await shelf.catalogue.forget_orphans(float("inf"))
            shelf.stacking = Stacking(shelf.catalogue)
    assert found[0] == found[1] == found[2]
    assert 6 <= len(found[0]) < 48


async def test_pictures_with_nothing_in_them_are_alone(shelf: Shelf) -> None:
    for name in ("black", "white", "grey"):
        await shelf.add(name, None)
    await shelf.stack()
    assert len(await shelf.stacks(("black", "white", "grey"))) == 3
    assert await shelf.catalogue.unstacked(10) == []


@pytest.mark.parametrize(
    ("seconds", "camera", "together"), [(3, "Canon", True), (60, "Canon", False), (3, "Nikon", False)]
)
async def test_moments_of_a_burst_need_not_be_as_near(
    shelf: Shelf, seconds: float, camera: str, together: bool
) -> None:
    await shelf.add("first", look(1), taken=NOON, camera="Canon")
    await shelf.stack()
    await shelf.add("next", between(look(1), look(2), 40), taken=NOON + timedelta(seconds=seconds), camera=camera)
    await shelf.stack()
    assert (await shelf.leader_of("next") == "first") is together


async def test_different_scenes_within_seconds_are_no_stack(shelf: Shelf) -> None:
    for number in range(4):
        await shelf.add(str(number), look(number), taken=NOON + timedelta(seconds=number), camera="Canon")
    await shelf.stack()
    assert len(await shelf.stacks(map(str, range(4)))) == 4


async def test_a_camera_without_a_clock_costs_no_more_than_others(shelf: Shelf) -> None:
    for number in range(60):
        await shelf.add(f"{number:02}", look(number), taken=NOON, camera="Canon")
    await shelf.stack()
    await shelf.add("next", between(look(7), look(99), 40), taken=NOON, camera="Canon")
    [about] = await shelf.catalogue.led_about(await shelf.catalogue.unstacked(1), 10)
    assert len(about) == 32
    await shelf.stack()
    assert await shelf.catalogue.unstacked(1) == []


async def test_the_time_of_a_file_makes_no_burst(shelf: Shelf) -> None:
    await shelf.add("first", look(1))
    await shelf.add("next", between(look(1), look(2), 40))
    await shelf.stack()
    assert await shelf.leader_of("next") == "next"


async def test_a_picture_of_another_shape_is_no_copy(shelf: Shelf) -> None:
    await shelf.add("whole", look(1))
    await shelf.add("wide", look(1), aspect=2.0)
    await shelf.stack()
    assert await shelf.leader_of("wide") == "wide"


async def copies(shelf: Shelf) -> Sequence[str]:
    names = ("large", "middle", "small")
    for name, width in zip(names, (4000, 2000, 1000), strict=True):
        await shelf.add(name, look(1), width)
    await shelf.stack()
    return names


async def test_when_the_leader_goes_the_next_one_leads_and_when_it_is_back_it_leads_again(shelf: Shelf) -> None:
    names = await copies(shelf)
    await shelf.remove("large")
    await shelf.stack()
    assert await shelf.stacks(names[1:]) == {frozenset(names[1:])}
    assert await shelf.leader_of("small") == "middle"
    await shelf.bring_back("large")
    await shelf.stack()
    assert await shelf.stacks(names) == {frozenset(names)}
    assert await shelf.leader_of("small") == "large"


async def test_a_stack_stays_one_while_it_waits_for_another_leader(shelf: Shelf) -> None:
    names = [f"{number:03}" for number in range(150)]
    for number, name in enumerate(names):
        await shelf.add(name, look(1), 1000 + number)
    await shelf.stack()
    for gone, turns in ((1, 0), (1, 1), (50, 0), (1, 2)):  # the leader, the next before it is looked at, and so on
        await shelf.remove(*names[-gone:])
        names = names[:-gone]
        for _ in range(turns + 1):
            assert await shelf.stacks(names) == {frozenset(names)}
            assert await shelf.leader_of(names[0]) == names[-1]
            if turns:
                await shelf.stacking.stack_some()
    while await shelf.stacking.stack_some():
        assert await shelf.stacks(names) == {frozenset(names)}
    assert await shelf.leader_of(names[0]) == names[-1]


async def test_what_was_near_to_the_leader_that_went_only_is_let_go_once_it_is_looked_at(shelf: Shelf) -> None:
    await shelf.add("gone", look(1), 4000)
    await shelf.add("next", between(look(1), look(2), 18), 3000)
    await shelf.add("last", between(look(1), look(3), 18), 2000)
    await shelf.stack()
    assert await shelf.leader_of("last") == "gone"
    await shelf.remove("gone")
    assert await shelf.leader_of("last") == "next"
    await shelf.stack()
    assert await shelf.leader_of("last") == "last"


async def test_what_an_outranked_leader_led_goes_along_until_it_is_looked_at(shelf: Shelf) -> None:
    await shelf.add("middle", look(1), 2000)
    await shelf.add("small", between(look(1), look(2), 18), 1000)
    await shelf.stack()
    await shelf.add("large", between(look(1), look(3), 18), 4000)
    await shelf.stacking.stack_some()
    assert await shelf.leader_of("small") == "large"
    await shelf.stack()
    assert await shelf.leader_of("small") == "small"
    assert await shelf.leader_of("middle") == "large"


async def test_whatever_comes_and_goes_the_stacks_are_those_of_what_is_there(shelf: Shelf) -> None:
    random = np.random.default_rng(9)
    names = [f"{n:02}" for n in range(40)]
    looks = {name: between(look(n // 8), look(100 + n), random.uniform(0, 25)) for n, name in enumerate(names)}
    widths = {name: int(random.integers(200, 4000)) for name in names}
    here: set[str] = set()
    for _ in range(60):
        for name in random.choice(names, int(random.integers(1, 6)), replace=False).tolist():
            if name in here:
                await shelf.remove(name)
            elif name in shelf.sketches:
                await shelf.bring_back(name)
            else:
                await shelf.add(name, looks[name], widths[name])
            here ^= {name}
        for _ in range(int(random.integers(0, 3))):
            await shelf.stacking.stack_some()
        assert await shelf.catalogue.check() == []
    await shelf.stack()
    found = {name: await shelf.leader_of(name) for name in here}
    order = sorted(here, key=lambda name: -widths[name])
    sketches = dict(zip(names, unpack_sketches([shelf.sketches[name] for name in names])[0], strict=True))
    leading: list[str] = []
    for name in order:
        near = {one: float(nearness(sketches[name], sketches[one][np.newaxis])[0]) for one in leading}
        near = {one: value for one, value in near.items() if value >= COPY}
        assert found[name] == (max(near, key=lambda one: near[one]) if near else name)
        leading += [] if near else [name]


async def test_a_member_that_goes_is_not_counted_and_is_in_the_stack_again_when_it_is_back(shelf: Shelf) -> None:
    names = await copies(shelf)
    await shelf.remove("small")
    assert await shelf.stacks(names[:2]) == {frozenset(names[:2])}
    await shelf.bring_back("small")
    assert await shelf.stacks(names) == {frozenset(names)}


async def test_a_stack_whose_photos_all_went_is_made_again(shelf: Shelf) -> None:
    names = await copies(shelf)
    await shelf.remove(*names)
    assert await shelf.catalogue.unstacked(10) == []
    for name in names:
        await shelf.bring_back(name)
    await shelf.stack()
    assert await shelf.stacks(names) == {frozenset(names)}


async def test_offline_photos_stay_in_their_stacks(shelf: Shelf) -> None:
    names = await copies(shelf)
    await shelf.catalogue.set_folder_state(shelf.folder.id, FolderState.OFFLINE)
    assert await shelf.stacks(names) == {frozenset(names)}
    assert await shelf.catalogue.unstacked(10) == []


async def test_a_move_within_one_scan_changes_no_stack(shelf: Shelf) -> None:
    names = await copies(shelf)
    moved = FoundFile(b"moved", FileStamp(1005, 0))
    changes = Changes([moved], vanished=[b"large"], hashes={b"moved": md5("large")})
    await shelf.catalogue.record_changes(shelf.folder.id, changes, model_key="m")
    assert await shelf.catalogue.unstacked(10) == []
    assert await shelf.stacks(names) == {frozenset(names)}


async def test_what_was_stored_before_a_kill_is_stacked_after_it(shelf: Shelf) -> None:
    names = await copies(shelf)
    await shelf.add("late", look(1), 100)
    after_the_start = Stacking(shelf.catalogue)
    await shelf.stack(after_the_start)
    assert await shelf.stacks((*names, "late")) == {frozenset((*names, "late"))}


async def test_a_leader_that_goes_meanwhile_is_followed_by_none(shelf: Shelf) -> None:
    await shelf.add("large", look(1), 4000)
    await shelf.stack()
    await shelf.add("small", look(1), 400)
    [small] = await shelf.catalogue.unstacked(2)
    photo = await shelf.catalogue.photo(md5("large"))
    assert photo is not None
    await shelf.remove("large")
    assert await shelf.catalogue.stack([(small.content_id, photo.content_id)]) == 1
    await shelf.stack()
    assert await shelf.leader_of("small") == "small"


async def test_what_an_older_photoseek_stored_is_stacked_once_it_is_drawn(shelf: Shelf) -> None:
    for name in ("a", "b"):
        stamp = FileStamp(1001, 0)
        await shelf.catalogue.record_changes(shelf.folder.id, Changes([FoundFile(name.encode(), stamp)]), model_key="m")
        [row] = await shelf.catalogue.waiting_files(2)
        one = Indexed(row.file_id, stamp, md5(name), PictureFacts("JPEG", 4, 3), np.ones(1, np.float32))
        await shelf.catalogue.store([one], model_key="m")
    undrawn = await shelf.catalogue.undrawn(10, ContentId(0))
    assert [(one.md5, one.path) for one in undrawn] == [(md5("a"), b"/photos/a"), (md5("b"), b"/photos/b")]
    await shelf.catalogue.keep_sketches([(one.content_id, pack_sketch(look(1), 1.5)) for one in undrawn])
    await shelf.stack()
    assert await shelf.stacks("ab") == {frozenset("ab")}
    assert await shelf.catalogue.undrawn(10, ContentId(0)) == []
