"""How fast the indexing may go: decisions from what is seen, and what is seen of the real computer."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field

import psutil
import pytest

from photoseek.library.governor import LONGEST_REST_S, LOOK_S, STALE_S, Governor, Surroundings
from photoseek.library.lookout import ComputerLookout, ProcessorTime, share_of_others
from photoseek.settings import GovernorSettings

BUSY = Surroundings(others_percent=90)
QUIET = Surroundings(others_percent=5)
BATTERY = Surroundings(on_battery=True, charge_percent=80, others_percent=5)


@dataclass
class Scene:
    """A computer whose surroundings and time a test sets; resting makes the time pass."""

    seen: Surroundings = QUIET
    now_s: float = 1000.0
    looks: int = 0
    rests: list[float] = field(default_factory=list)
    on_rest: Callable[[], None] = lambda: None
    work_s: float = 0.0

    def look(self) -> Surroundings:
        self.looks += 1
        return self.seen

    def governor(self, settings: GovernorSettings | None = None) -> Governor:
        return Governor(settings or GovernorSettings(), self, clock=lambda: self.now_s, rest=self.rest)

    async def rest(self, seconds: float) -> None:
        self.rests.append(seconds)
        self.now_s += seconds
        self.on_rest()
        assert len(self.rests) < 100_000, "it waits for ever"

    async def finished(self) -> None:
        """The file before takes so long."""
        self.now_s += self.work_s


@pytest.fixture
def scene() -> Scene:
    return Scene()


async def spend(scene: Scene, governor: Governor, seconds: float) -> None:
    """Files that begin all the time."""
    until = scene.now_s + seconds
    while scene.now_s < until:
        scene.now_s += LOOK_S
        await governor.turn(scene.finished)


async def test_nothing_is_slowed_where_nobody_is_disturbed(scene: Scene) -> None:
    governor = scene.governor()
    await spend(scene, governor, 100)
    assert (governor.note, governor.slowed, scene.rests) == ("", False, [])


async def test_it_looks_every_two_seconds_at_most(scene: Scene) -> None:
    governor = scene.governor()
    for _ in range(100):
        await governor.turn(scene.finished)
    assert scene.looks == 1
    scene.now_s += LOOK_S
    await governor.turn(scene.finished)
    assert scene.looks == 2


async def test_on_battery_it_rests_as_long_as_it_works(scene: Scene) -> None:
    governor = scene.governor()
    scene.seen, scene.work_s = BATTERY, 0.8
    await governor.turn(scene.finished)
    assert governor.slowed
    assert governor.note == "slowed: on battery"
    assert scene.rests == [pytest.approx(0.8)]


async def test_a_single_file_never_rests(scene: Scene) -> None:
    governor = scene.governor()
    scene.seen, scene.work_s = BATTERY, 0.0
    await governor.turn(scene.finished)
    assert sum(scene.rests) == 0


async def test_the_share_of_work_can_be_set_and_no_rest_is_endless(scene: Scene) -> None:
    governor = scene.governor(GovernorSettings(slow_percent=20))
    scene.seen, scene.work_s = BATTERY, 1.0
    await governor.turn(scene.finished)
    scene.work_s = 60.0
    await governor.turn(scene.finished)
    assert scene.rests == [pytest.approx(4.0), LONGEST_REST_S]


async def test_waiting_lasts_until_the_power_is_back(scene: Scene) -> None:
    governor = scene.governor(GovernorSettings(on_battery="wait"))
    scene.seen = BATTERY
    said: list[str] = []

    def plug_in_at_last() -> None:
        said.append(governor.note)
        if len(scene.rests) == 5:
            scene.seen = QUIET

    scene.on_rest = plug_in_at_last
    await governor.turn(scene.finished)
    assert said == ["waits: on battery"] * 5
    assert governor.note == ""


async def test_a_low_battery_is_left_alone_unless_the_person_said_go(scene: Scene) -> None:
    low = Surroundings(on_battery=True, charge_percent=12)
    scene.seen = low
    governor = scene.governor(GovernorSettings(on_battery="go"))
    await governor.turn(scene.finished)
    assert scene.rests == []
    governor = scene.governor()
    said: list[str] = []

    def charge() -> None:
        said.append(governor.note)
        scene.seen = QUIET

    scene.on_rest = charge
    await governor.turn(scene.finished)
    assert said == ["waits: the battery is low (12 %)"]


async def test_a_battery_of_unknown_charge_only_slows(scene: Scene) -> None:
    scene.seen = Surroundings(on_battery=True, charge_percent=None)
    governor = scene.governor()
    await governor.turn(scene.finished)
    assert governor.note == "slowed: on battery"


async def test_only_others_that_stay_busy_slow_it_and_it_goes_on_as_soon_as_they_rest(scene: Scene) -> None:
    governor = scene.governor()
    await governor.turn(scene.finished)
    scene.seen = BUSY
    await spend(scene, governor, 28)
    assert governor.note == ""
    scene.seen = QUIET
    await spend(scene, governor, 2)
    scene.seen = BUSY
    await spend(scene, governor, 28)
    assert governor.note == ""
    await spend(scene, governor, 6)
    assert governor.note == "slowed: other programs are busy"
    scene.seen = QUIET
    await spend(scene, governor, 2)
    assert governor.note == ""


async def test_hours_of_busy_others_slow_but_never_stop_it(scene: Scene) -> None:
    governor = scene.governor()
    scene.seen, scene.work_s = BUSY, 1.0
    started_s, files = scene.now_s, 0
    while scene.now_s < started_s + 4 * 3600:
        await governor.turn(scene.finished)
        scene.now_s += 0 if governor.slowed else 1
        files += 1
    assert files > 1 / 2 * 4 * 3600 * 0.9


async def test_what_was_long_ago_counts_for_nothing(scene: Scene) -> None:
    governor = scene.governor(GovernorSettings(busy="wait"))
    scene.seen = BUSY
    await governor.turn(scene.finished)
    scene.now_s += LOOK_S
    await governor.turn(scene.finished)
    scene.now_s += STALE_S + 1
    await governor.turn(scene.finished)
    assert (governor.note, scene.rests) == ("", [])


async def test_the_stricter_of_two_reasons_wins_and_both_are_told(scene: Scene) -> None:
    both = Surroundings(on_battery=True, charge_percent=80, others_percent=95)
    scene.seen = both
    governor = scene.governor(GovernorSettings(busy_after_s=0))
    await governor.turn(scene.finished)
    scene.now_s += LOOK_S
    await governor.turn(scene.finished)
    assert governor.note == "slowed: on battery, other programs are busy"


def test_our_own_work_and_that_of_niced_programs_is_not_the_others() -> None:
    before = ProcessorTime(total_s=100, working_s=50, niced_s=20, ours_s=10, ours_user_s=8)

    def later(**more: float) -> ProcessorTime:
        return ProcessorTime(**{name: getattr(before, name) + more.get(name, 0.0) for name in before.__slots__})

    assert share_of_others(before, later(total_s=10, working_s=8)) == pytest.approx(80)
    assert share_of_others(before, later(total_s=10, working_s=8, ours_s=6)) == pytest.approx(20)
    assert share_of_others(before, later(total_s=10, working_s=8, niced_s=8)) == 0
    ours_niced = later(total_s=10, working_s=8, niced_s=5, ours_s=5, ours_user_s=5)
    assert share_of_others(before, ours_niced) == pytest.approx(30)
    assert share_of_others(before, later(total_s=10, working_s=1, ours_s=1.1)) == 0
    assert share_of_others(before, before) is None


def test_the_real_computer_can_be_looked_at() -> None:
    lookout = ComputerLookout()
    assert lookout.look().others_percent is None
    deadline = psutil.cpu_times()
    while sum(psutil.cpu_times()) - sum(deadline) < 0.2:
        pass
    seen = lookout.look()
    assert seen.others_percent is not None
    assert 0 <= seen.others_percent <= 100


def test_the_work_of_our_own_children_is_not_the_others() -> None:
    lookout = ComputerLookout()
    lookout.look()
    before = psutil.cpu_times()
    burn = "import time\nwhile time.process_time() < 1: pass"
    with subprocess.Popen([sys.executable, "-c", burn]) as child:
        child.wait()
    seen, after = lookout.look(), psutil.cpu_times()
    assert seen.others_percent is not None
    working = sum(getattr(after, part) - getattr(before, part) for part in ("user", "system"))
    # Others may be at work beside the test, but our second is not theirs.
    total = sum(after) - sum(before)
    assert seen.others_percent <= (working - 0.5) / total * 100 + 5 or os.name == "nt"


def test_a_computer_without_a_battery_runs_on_mains(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(psutil, "sensors_battery", lambda: None, raising=False)
    assert ComputerLookout().look().on_battery is False
    monkeypatch.delattr(psutil, "sensors_battery")
    assert ComputerLookout().look().on_battery is False


@pytest.mark.parametrize(("plugged", "on_battery"), [(True, False), (False, True), (None, False)])
def test_the_battery_is_read_as_psutil_tells_it(
    monkeypatch: pytest.MonkeyPatch, plugged: bool | None, on_battery: bool
) -> None:
    battery = type("Battery", (), {"power_plugged": plugged, "percent": 42})
    monkeypatch.setattr(psutil, "sensors_battery", battery, raising=False)
    seen = ComputerLookout().look()
    assert (seen.on_battery, seen.charge_percent) == (on_battery, 42.0)
