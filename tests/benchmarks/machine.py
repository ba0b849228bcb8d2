"""Says what the figures were measured on: a ratio of two number formats means nothing without it."""

import os
import platform
from pathlib import Path

import psutil

# What makes bfloat16 fast on a processor, as Linux names it in /proc/cpuinfo; neither: it is computed the slow way.
_BFLOAT16_FLAGS = ("amx_bf16", "avx512_bf16")


def describe() -> str:
    """One line: processor, its units for bfloat16, memory, system, and how busy it is already."""
    facts = _cpu_facts()
    flags = [flag for flag in _BFLOAT16_FLAGS if flag in facts.get("flags", "").split()]
    units = (" ".join(flags) or "no unit for bfloat16") if facts else "units for bfloat16 unknown"
    name = facts.get("model name") or platform.processor() or platform.machine()
    memory = psutil.virtual_memory().total / 2**30
    return (
        f"Measured on {os.cpu_count()} x {name} ({units}), {memory:.0f} GiB, {platform.system()}, "
        f"Python {platform.python_version()}; load before {psutil.getloadavg()[0]:.1f}"
    )


def _cpu_facts() -> dict[str, str]:
    """Of the first processor; empty where the system tells them elsewhere."""
    try:
        lines = Path("/proc/cpuinfo").read_text().partition("\n\n")[0].splitlines()
    except OSError:
        return {}
    return {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines)}
