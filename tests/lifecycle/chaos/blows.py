"""The blows that the service is dealt, each a function of the lab's bench."""

import random
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

import psutil

from tests.installation import Installation
from tests.lifecycle.chaos.manager import Manager


@dataclass
class Bench:
    """What a blow has at hand."""

    service: Installation
    manager: Manager
    chance: random.Random
    readers_hit: list[float] = field(default_factory=list)
    """When a reader was killed, in seconds since 1970."""


_FREEZABLE = ("worker", "reserve", "maintenance")

Blow = Callable[[Bench], str]
"""Deals it, sees to it that everything is up again, and says what was hit."""


def kill_a_worker(bench: Bench) -> str:
    return _kill(bench, bench.service.children("worker"), "worker")


def kill_all_workers(bench: Bench) -> str:
    """At once, for only one is in reserve."""
    for worker in bench.service.children("worker"):
        with suppress(psutil.NoSuchProcess):
            worker.kill()
    return "all workers"


def kill_maintenance(bench: Bench) -> str:
    return _kill(bench, bench.service.children("maintenance"), "maintenance")


def kill_the_reserve(bench: Bench) -> str:
    return _kill(bench, bench.service.children("reserve"), "reserve")


def kill_the_keeper(bench: Bench) -> str:
    bench.readers_hit.append(time.time())
    return _kill(bench, bench.service.children("keeper"), "keeper")


def kill_a_caged_child(bench: Bench) -> str:
    """It lives for milliseconds, so the first to be seen is hit."""
    deadline = time.monotonic() + 1
    while time.monotonic() < deadline:
        for keeper in bench.service.children("keeper"):
            if children := _children(keeper):
                bench.readers_hit.append(time.time())
                return _kill(bench, children, "caged child")
    return "no caged child seen"


def kill_the_supervisor(bench: Bench) -> str:
    return _kill_one_of_three(bench, "worker")


def kill_web(bench: Bench) -> str:
    return _kill_one_of_three(bench, "web")


def kill_the_courier(bench: Bench) -> str:
    return _kill_one_of_three(bench, "courier")


def kill_everything(bench: Bench) -> str:
    bench.service.kill_everything()
    bench.manager.start()
    return "everything"


def deploy(bench: Bench) -> str:
    bench.service.stop()
    bench.manager.start()
    return "stopped and started"


def lose_the_queue(bench: Bench) -> str:
    bench.service.stop()
    for file in bench.service.data.glob("queue.db*"):
        file.unlink()
    bench.manager.start()
    return "queue.db deleted while stopped"


def delete_the_queue(bench: Bench) -> str:
    for file in bench.service.data.glob("queue.db*"):
        file.unlink(missing_ok=True)
    return "queue.db deleted while running"


def freeze_a_worker(bench: Bench) -> str:
    """Stopped for a moment chosen by chance, then let go: to the others it is alive all the time."""
    try:
        worker = bench.chance.choice([one for name in _FREEZABLE for one in bench.service.children(name)])
        worker.suspend()
        time.sleep(bench.chance.uniform(0.05, 1.5))
        worker.resume()
    except (psutil.NoSuchProcess, IndexError):
        return "worker was gone"
    return "worker, reserve or maintenance frozen"


BLOWS: tuple[Blow, ...] = (
    kill_a_worker,
    kill_a_worker,
    kill_all_workers,
    kill_the_reserve,
    kill_maintenance,
    kill_the_keeper,
    kill_a_caged_child,
    kill_a_caged_child,
    kill_the_supervisor,
    kill_web,
    kill_the_courier,
    kill_everything,
    deploy,
    lose_the_queue,
    delete_the_queue,
    freeze_a_worker,
    freeze_a_worker,
)


def _kill(bench: Bench, found: list[psutil.Process], name: str) -> str:
    try:
        bench.chance.choice(found).kill()
    except (psutil.NoSuchProcess, IndexError):
        return f"{name} was gone"
    return name


def _kill_one_of_three(bench: Bench, name: str) -> str:
    bench.service.process(name).kill()
    bench.manager.start_again()
    return name


def _children(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children()
    except psutil.Error:
        return []
