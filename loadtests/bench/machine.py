"""The machine of a run, and the share of it that other programs used."""

import os
import platform
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


def describe() -> dict[str, str]:
    """Return the facts that a reader needs to interpret the results."""
    one, five, _ = os.getloadavg()
    return {
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "memory": f"{os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') / 2**30:.0f} GiB",
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "load at start": f"{one:.1f} (1 min), {five:.1f} (5 min)",
    }


@dataclass(slots=True)
class Meter:
    """Measures the share of the machine that neither this program nor its servers used."""

    own_seconds: Callable[[], float]
    """Return the CPU time of the servers until now."""
    _begun: tuple[float, float, float] = (0.0, 0.0, 0.0)

    def start(self) -> None:
        """Start measuring."""
        self._begun = self._read()

    def others(self) -> float:
        """Return the share (0 to 1) of all cores that other programs have used since :meth:`start`."""
        wall, busy, own = (now - then for now, then in zip(self._read(), self._begun, strict=True))
        return max(0.0, (busy - own) / (wall * (os.cpu_count() or 1)))

    def _read(self) -> tuple[float, float, float]:
        usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        own = sum(usage.ru_utime + usage.ru_stime for usage in usages) + self.own_seconds()
        return time.monotonic(), _busy_seconds(), own


def _busy_seconds() -> float:
    """Return the CPU time of all programs on all cores (proc(5)), without interrupts, which belong to no program."""
    fields = [int(word) for word in Path("/proc/stat").read_text().splitlines()[0].split()[1:]]
    user, nice, system, _idle, _wait, _interrupts, _soft, steal = fields[:8]
    return (user + nice + system + steal) / _TICKS_PER_SECOND


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or "unknown"
