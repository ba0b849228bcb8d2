from photoseek.library.progress import WINDOW_S, ProgressMeter


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_the_speed_is_that_of_the_last_seconds() -> None:
    clock = Clock()
    meter = ProgressMeter(clock)
    meter.begin()
    for _ in range(100):
        clock.now += 1
        meter.count(10)
    assert meter.done == 1000
    assert round(meter.per_s()) == 10
    for _ in range(int(2 * WINDOW_S)):
        clock.now += 1
        meter.count(1)
    assert round(meter.per_s()) == 1


def test_nothing_done_yet_is_no_speed() -> None:
    meter = ProgressMeter(Clock())
    assert meter.per_s() == 0
    meter.begin()
    assert meter.per_s() == 0


def test_a_new_stretch_counts_from_zero() -> None:
    meter = ProgressMeter(Clock())
    meter.begin()
    meter.count(5)
    meter.begin()
    assert meter.done == 0
