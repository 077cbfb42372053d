"""What the service's processes cost: CPU time and memory, by the part they play."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from tests.installation import Installation

Cost = dict[str, float]
"""A figure for each part: web, workers, supervisor, maintenance, courier."""


def parts(service: Installation) -> dict[str, list[psutil.Process]]:
    """The service's processes by part."""
    # Huey starts maintenance before any worker.
    maintenance, *workers = sorted(service.workers(), key=lambda one: (one.create_time(), one.pid))
    return {
        "web": [service.process("web")],
        "workers": workers,
        "supervisor": [service.process("worker")],
        "maintenance": [maintenance],
        "courier": [service.process("courier")],
    }


@dataclass
class Spent:
    """CPU milliseconds that each part used, and the seconds in which it did."""

    cpu: Cost = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def percent(self) -> Cost:
        """Share of one core."""
        return {part: used / 10 / self.seconds for part, used in self.cpu.items()}


@contextmanager
def spending(service: Installation) -> Iterator[Spent]:
    """Filled when the block ends. Holds only while no process is replaced."""
    watched, spent, begun = parts(service), Spent(), time.perf_counter()
    before = {part: sum(map(_cpu, processes)) for part, processes in watched.items()}
    yield spent
    spent.seconds = time.perf_counter() - begun
    spent.cpu = {part: sum(map(_cpu, processes)) - before[part] for part, processes in watched.items()}


def memory(service: Installation) -> Cost:
    """Proportional set size of each part in MB: shared pages count by their share."""
    return {part: sum(one.memory_full_info().pss for one in found) / 1e6 for part, found in parts(service).items()}


def _cpu(process: psutil.Process) -> float:
    """Milliseconds on a CPU so far, exact where the kernel tells nanoseconds."""
    threads = Path(f"/proc/{process.pid}/task")
    try:
        return sum(int((one / "schedstat").read_text().split()[0]) for one in threads.iterdir()) / 1e6
    except OSError:
        times = process.cpu_times()
        return float(times.user + times.system) * 1000
