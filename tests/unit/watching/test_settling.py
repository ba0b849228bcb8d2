"""When what was heard of a folder is due, by a clock that the tests move."""

import os
import random
from pathlib import Path

import pytest

from photoseek.domain import FileStamp
from photoseek.watching import Settler
from photoseek.watching.settling import LONGEST_S, MANY, QUIET_S

NOON = 1_700_000_000.0


class World:
    """A clock and files whose size and time the test sets."""

    def __init__(self) -> None:
        self.now = 100.0
        self.files: dict[bytes, FileStamp] = {}
        self.looks = 0
        self.settler = Settler(b"/photos", clock=lambda: self.now, wall=lambda: NOON + self.now, measure=self._measure)

    def _measure(self, path: bytes) -> FileStamp | None:
        self.looks += 1
        return self.files.get(path)

    def write(self, name: bytes, size: int, *, at: float | None = None) -> None:
        self.files[b"/photos/" + name] = FileStamp(size, int((NOON + (self.now if at is None else at)) * 1e9))

    def after(self, seconds: float) -> list[bytes]:
        self.now += seconds
        return self.settler.due()


@pytest.fixture
def world() -> World:
    return World()


def test_a_saved_file_is_due_when_it_was_quiet_for_two_seconds(world: World) -> None:
    world.write(b"a.jpg", 10)
    world.settler.note([b"a.jpg"])

    assert world.after(QUIET_S - 0.1) == []
    assert world.after(0.1) == [b"a.jpg"]
    assert world.after(100) == []


def test_every_event_begins_the_quiet_anew(world: World) -> None:
    for _ in range(3):
        world.write(b"a.jpg", 10)
        world.settler.note([b"a.jpg"])
        assert world.after(QUIET_S - 0.5) == []

    assert world.after(0.5) == [b"a.jpg"]


def test_a_file_that_grows_without_events_is_due_once_it_rests(world: World) -> None:
    world.settler.note([b"a.jpg"])
    for size in range(60):
        world.write(b"a.jpg", size)
        assert world.after(1.0) == []

    assert world.after(2 * QUIET_S) == [b"a.jpg"]


def test_a_file_that_is_written_again_and_again_but_does_not_grow_is_due_after_half_a_minute(world: World) -> None:
    due: list[bytes] = []
    started_at = world.now
    while not due:
        world.write(b"a.jpg", 10)
        world.settler.note([b"a.jpg"])
        due = world.after(0.5)

    assert LONGEST_S <= world.now - started_at <= LONGEST_S + 2 * QUIET_S


def test_a_file_from_a_clock_that_goes_ahead_is_due_after_two_equal_looks(world: World) -> None:
    world.write(b"a.jpg", 10, at=1e6)
    world.settler.note([b"a.jpg"])

    assert world.after(QUIET_S) == []
    assert world.after(QUIET_S) == [b"a.jpg"]


def test_a_file_that_is_gone_is_due(world: World) -> None:
    world.settler.note([b"gone.jpg"])

    assert world.after(QUIET_S) == [b"gone.jpg"]


def test_what_goes_one_after_another_is_due_together_with_all_else(world: World) -> None:
    world.write(b"new.jpg", 10, at=-1000)
    world.settler.note([b"new.jpg"])
    for number in range(10):
        world.settler.note([b"%d.jpg" % number], gone=True)
        assert world.after(0.9 * QUIET_S) == []

    assert world.settler.wait_s() == pytest.approx(0.1 * QUIET_S)
    assert world.after(0.1 * QUIET_S) == sorted([*(b"%d.jpg" % number for number in range(10)), b"new.jpg"])
    assert world.settler.wait_s() is None


def test_where_files_never_cease_to_go_those_that_rest_are_due_each_half_a_minute(world: World) -> None:
    rounds = []
    for number in range(100):
        world.settler.note([b"%d.jpg" % number], gone=True)
        if due := world.after(1.0):
            rounds.append(len(due))

    assert len(rounds) == 3
    assert min(rounds) >= LONGEST_S - 2 * QUIET_S


def test_both_ends_of_a_move_are_due_together(world: World) -> None:
    world.write(b"new.jpg", 10, at=-1000)
    world.settler.note([b"old.jpg", b"new.jpg"])

    assert world.after(QUIET_S) == [b"new.jpg", b"old.jpg"]


def test_many_files_become_their_folders_and_are_not_looked_at(world: World) -> None:
    world.settler.note([b"trip/%d/%d.jpg" % (number % 7, number) for number in range(MANY + 1)])

    assert world.after(QUIET_S) == [b"trip/%d" % number for number in range(7)]
    assert world.looks == 0


def test_many_files_in_the_root_become_the_root(world: World) -> None:
    world.settler.note([b"%d.jpg" % number for number in range(MANY + 1)], [b"sub"])

    assert world.after(QUIET_S) == [b""]


def test_many_folders_become_the_folder_above_them(world: World) -> None:
    world.settler.note([], [b"trips/%d/raw" % number for number in range(MANY)])
    world.settler.note([b"elsewhere/%d/a.jpg" % number for number in range(2 * MANY)])

    assert world.after(QUIET_S) == [b"elsewhere", b"trips"]


def test_a_new_folder_is_due_and_covers_what_happens_in_it(world: World) -> None:
    world.settler.note([], [b"new"])
    world.after(1)
    world.settler.note([b"new/a.jpg", b"new/deep/b.jpg"], [b"new/deep"])

    assert world.after(1) == []
    assert world.after(1) == [b"new"]


def test_a_folder_in_which_something_happens_all_the_time_is_due_after_half_a_minute(world: World) -> None:
    world.settler.note([], [b"busy"])
    due: list[bytes] = []
    waited_s = 0.0
    while not due:
        world.settler.note([b"busy/%d.jpg" % int(waited_s)])
        due = world.after(1.0)
        waited_s += 1.0

    assert (due, waited_s) == ([b"busy"], LONGEST_S)


def test_a_folder_whose_name_begins_like_another_is_not_inside_it(world: World) -> None:
    world.settler.note([], [b"trip", b"trip 2"])

    assert world.after(QUIET_S) == [b"trip", b"trip 2"]


def test_it_says_how_long_nothing_will_be_due(world: World) -> None:
    assert world.settler.wait_s() is None
    world.settler.note([b"a.jpg"])
    world.now += 0.5
    assert world.settler.wait_s() == pytest.approx(QUIET_S - 0.5)
    world.now += 100
    assert world.settler.wait_s() == 0
    world.settler.due()
    assert world.settler.wait_s() is None


def test_whatever_is_heard_everything_is_due_in_the_end_and_nothing_before_its_quiet() -> None:
    chance = random.Random(7)
    world = World()
    heard_at: dict[bytes, float] = {}
    for _ in range(3000):
        place = b"/".join(b"%d" % chance.randrange(5) for _ in range(chance.randrange(1, 4)))
        if chance.random() < 0.2:
            world.settler.note([], [place])
        else:
            place += b".jpg"
            world.settler.note([place])
        heard_at[place] = world.now
        for due in world.after(chance.random()):
            covered = [heard for heard in heard_at if heard == due or not due or heard.startswith(due + b"/")]
            for heard in covered:
                heard_at.pop(heard)

    left = world.after(LONGEST_S + QUIET_S)
    assert all(any(heard == due or heard.startswith(due + b"/") for due in left) for heard in heard_at)
    assert world.settler.wait_s() is None


def test_real_files_are_measured(tmp_path: Path) -> None:
    now = 0.0
    (tmp_path / "a.jpg").write_bytes(b"x")
    settler = Settler(os.fsencode(tmp_path), clock=lambda: now)
    settler.note([b"a.jpg", b"gone.jpg"])
    os.utime(tmp_path / "a.jpg", (1, 1))
    now += QUIET_S

    assert settler.due() == [b"a.jpg", b"gone.jpg"]
