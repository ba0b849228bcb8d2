"""Looks at the real computer: its battery, and what other programs do with its processors.

Asked by ``governor`` in a thread, every few seconds while pictures wait; costs some milliseconds. The only place
in ``library`` that knows psutil.
"""

import contextlib
from dataclasses import dataclass

import psutil

from photoseek.library.governor import Surroundings


@dataclass(frozen=True, slots=True)
class ProcessorTime:
    """Seconds of processor time since the system started, summed over all processors.

    Attributes:
        total_s: Idle time included.
        working_s: Spent on any program, or on the system's own work.
        niced_s: Part of ``working_s``: programs that give way, ours too; 0 where the system doesn't tell.
        ours_s: Part of ``working_s``: this process and all its children, dead ones too.
        ours_user_s: Part of ``ours_s`` outside of the system's own code: the part that can be in ``niced_s``.
    """

    total_s: float
    working_s: float
    niced_s: float
    ours_s: float
    ours_user_s: float


class ComputerLookout:
    """Battery and processors of this computer."""

    def __init__(self) -> None:
        self._before: ProcessorTime | None = None

    def look(self) -> Surroundings:
        """What it is like now; what can't be found out counts as undisturbed."""
        on_battery, charge_percent = _battery()
        others_percent = None
        with contextlib.suppress(psutil.Error, OSError):
            now = _processor_time()
            if self._before is not None:
                others_percent = share_of_others(self._before, now)
            self._before = now
        return Surroundings(on_battery, charge_percent, others_percent)


def share_of_others(before: ProcessorTime, now: ProcessorTime) -> float | None:
    """Percent of all processors that went to programs that are not ours and don't give way; None if no time passed.

    The counters step in hundredths of a second and are not read at one moment, so the parts are kept within bounds.
    """
    total_s = now.total_s - before.total_s
    if total_s <= 0:
        return None
    others_s = max((now.working_s - before.working_s) - (now.ours_s - before.ours_s), 0.0)
    # How much of our own time was niced isn't known; as much as possible, so that others are never overlooked.
    yielding_s = max((now.niced_s - before.niced_s) - (now.ours_user_s - before.ours_user_s), 0.0)
    return min(max(others_s - yielding_s, 0.0) / total_s, 1.0) * 100


def _processor_time() -> ProcessorTime:
    times = psutil.cpu_times()
    niced_s = getattr(times, "nice", 0.0)
    # On Linux `user` and `nice` contain what guests get, and `iowait` is idle: see proc(5), /proc/stat.
    working_s = sum(getattr(times, part, 0.0) for part in ("user", "system", "irq", "softirq")) + niced_s
    ours_user_s, ours_system_s = _ours()
    return ProcessorTime(
        total_s=working_s + times.idle + sum(getattr(times, part, 0.0) for part in ("iowait", "steal")),
        working_s=working_s,
        niced_s=niced_s,
        ours_s=ours_user_s + ours_system_s,
        ours_user_s=ours_user_s,
    )


def _ours() -> tuple[float, float]:
    """User and system seconds of this process and all its children; the time of dead ones is in their parents'."""
    user_s, system_s = 0.0, 0.0
    own = psutil.Process()
    for process in (own, *own.children(recursive=True)):
        with contextlib.suppress(psutil.Error):
            times = process.cpu_times()
            user_s += times.user + times.children_user
            system_s += times.system + times.children_system
    return user_s, system_s


def _battery() -> tuple[bool, float | None]:
    """Whether the computer runs on its battery, and how full that is in percent."""
    sense = getattr(psutil, "sensors_battery", None)  # not on every platform
    if sense is None:
        return False, None
    try:
        battery = sense()
    except (psutil.Error, OSError, ValueError, RuntimeError):  # the files of some laptops hold no numbers
        return False, None
    if battery is None:
        return False, None
    return battery.power_plugged is False, float(battery.percent)
