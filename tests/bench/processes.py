"""What the service's processes cost: CPU time and memory, by the part they play."""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from tests.installation import Installation

Cost = dict[str, float]
"""A figure for each part: web, workers, reserve, keeper, readers, supervisor, maintenance, courier."""

RUNNING_SIDE = ("workers", "keeper", "readers")
"""The parts that a task is run by."""

_LOOK = 0.001

_OF_PROCESS = 2
"""What makes a process's number, shifted, the clock of its CPU time in nanoseconds [clock_getcpuclockid(3)]."""


def parts(service: Installation) -> dict[str, list[psutil.Process]]:
    """The service's lasting processes by part, once all are there: they take their names a little after it is ready."""
    return service.wait_for(lambda: found if all((found := _found(service)).values()) else None, 60)


def _found(service: Installation) -> dict[str, list[psutil.Process]]:
    return {
        "web": [service.process("web")],
        "workers": service.children("worker"),
        "reserve": service.children("reserve"),
        "keeper": service.children("keeper"),
        "supervisor": [service.process("worker")],
        "maintenance": service.children("maintenance"),
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
def spending(service: Installation, look: float = _LOOK) -> Iterator[Spent]:
    """Filled when the block ends. Holds only while no lasting process is replaced. Readers are looked at every `look`
    seconds."""
    watched, spent, begun = parts(service), Spent(), time.perf_counter()
    before = {part: sum(cpu_ms(one.pid) for one in processes) for part, processes in watched.items()}
    with _Readers(watched["keeper"][0].pid, look) as readers:
        yield spent
    spent.seconds = time.perf_counter() - begun
    after = {part: sum(cpu_ms(one.pid) for one in processes) for part, processes in watched.items()}
    spent.cpu = {part: after[part] - before[part] for part in watched} | {"readers": readers.cpu}


def memory(service: Installation) -> Cost:
    """Proportional set size of each part in MB: shared pages count by their share."""
    return {part: sum(one.memory_full_info().pss for one in found) / 1e6 for part, found in parts(service).items()}


class _Readers(threading.Thread):
    """Watches the keeper's children: each lives for one file, and nobody inherits its times.

    They are looked at every `look` seconds, so about half of that is missed for each of them.
    """

    def __init__(self, keeper: int, look: float) -> None:
        super().__init__(daemon=True)
        self._look_seconds = look
        self._keeper = keeper
        self._over = threading.Event()
        # One that has read a file may wait for the next: what it has used before is not charged to this one.
        self._before = {pid: _used(pid) for pid in _running() if _parent(pid) == keeper}
        self._seen: dict[int, float] = dict(self._before)
        self.cpu = 0.0

    def __enter__(self) -> "_Readers":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self.join()
        self.cpu += sum(self._seen.values()) - sum(self._before.values())

    def run(self) -> None:
        known = set(self._before)
        while not self._over.wait(self._look_seconds):
            running = _running()
            self._seen |= {pid: 0.0 for pid in running - known if _parent(pid) == self._keeper}
            for pid in list(self._seen):
                self._look(pid)
            known = running

    def _look(self, pid: int) -> None:
        try:
            self._seen[pid] = cpu_ms(pid)
        except OSError:
            self.cpu += self._seen.pop(pid)


def _running() -> set[int]:
    return {int(name) for name in os.listdir("/proc") if name.isdigit()}


def _used(pid: int) -> float:
    """As `cpu_ms`; nothing of what is gone."""
    try:
        return cpu_ms(pid)
    except OSError:
        return 0.0


def _parent(pid: int) -> int | None:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return None


def cpu_ms(pid: int) -> float:
    """Milliseconds on a CPU so far, those of its threads that ended among them. Raises OSError when it is gone."""
    return time.clock_gettime(~pid << 3 | _OF_PROCESS) * 1000
