"""The machine that a benchmark runs on."""

from __future__ import annotations

import platform
import subprocess
from importlib.metadata import version

import psutil

from benchmarks.results import Machine
from twitchwise.paths import code_root

# Runnable processes a core above which other work disturbs the figures.
IDLE_LOAD_PER_CORE = 0.2


def describe_machine() -> Machine:
    """Return cores, memory, versions and the present load; no names, no paths."""
    return Machine(
        cores=psutil.cpu_count() or 1,
        memory_bytes=psutil.virtual_memory().total,
        system=f"{platform.system()} {platform.machine()}",
        python=platform.python_version(),
        rasa=version("rasa"),
        load_average=round(psutil.getloadavg()[0], 2),
    )


def machine_line(machine: Machine) -> str:
    """Return the machine in a few words."""
    return (
        f"{machine.cores} cores, {machine.memory_bytes / 2**30:.0f} GiB of memory, "
        f"{machine.system}, Python {machine.python}, Rasa {machine.rasa}; load average before the "
        f"start {machine.load_average:.2f}"
    )


def busy_warning(machine: Machine) -> str:
    """Return a warning where the machine was not idle, else an empty text."""
    if machine.load_average <= IDLE_LOAD_PER_CORE * machine.cores:
        return ""
    return (
        f"the machine was not idle before the start (load average {machine.load_average:.2f} "
        f"on {machine.cores} cores): times may be too long, and ratios uneven"
    )


def chromium() -> str | None:
    """Return the program of the system's Chromium; None where there is none."""
    found = subprocess.run(
        [code_root() / "scripts" / "chromium", "--print"],
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    return found or None
