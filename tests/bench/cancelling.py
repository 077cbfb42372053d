"""How soon the slot of a cancelled task is taken by the one that waits."""

import random
import time
from collections.abc import Iterator

from tests.bench.client import Body, Client
from tests.bench.figures import Figure, quantile, spread
from tests.bench.ledger import Ledger
from tests.bench.subjects import Subject
from tests.installation import Installation

_SAMPLES = 30
_READING_SAMPLES = 100
_SLOTS = 3
_ROUNDS = 34
_HEAD_START = (0.1, 0.1)
"""Seconds the task gets, from least to most, to be in the midst of it: waiting for the model, or decoding."""

_READING_START = (0.05, 1.5)
"""Wide enough to meet the embedded engine as it loads its models, finds lines, reads them and looks for tables."""


def cancels(service: Installation, small: Subject, drawing: Subject, paper: Subject, book: Subject) -> Iterator[Figure]:
    """From the cancel's 200 until the waiting task has started; there is one worker."""
    yield _freed(service, Body.of(small, prompt="HANG"), small, "while the model is silent")
    yield _freed(service, Body.of(drawing, prompt="INSTANT", detail="low"), small, "while a large PNG is decoded")
    reading = Body.of(paper, model="local")
    yield _freed(service, reading, small, "while text is recognised", _READING_SAMPLES, _READING_START)
    counting = Body.of(book, to="extract-tables")
    yield _freed(service, counting, small, "while Python reads a Word file", _READING_SAMPLES)


def cancels_together(service: Installation, small: Subject, paper: Subject) -> Iterator[Figure]:
    """The same for three slots whose tasks are cancelled one right after the other; there are three workers."""
    client, ledger, dice = Client(service.port), Ledger(service), random.Random(_ROUNDS)
    doomed, next_one, waits = Body.of(paper, model="local"), Body.of(small, prompt="INSTANT"), []
    for _ in range(_ROUNDS):
        running = [client.submit(doomed).task_id for _ in range(_SLOTS)]
        ledger.moments(running, "started")
        waiting = [client.submit(next_one).task_id for _ in range(_SLOTS)]
        time.sleep(dice.uniform(*_READING_START))
        freed = [client.cancel(task).answered for task in running]
        started = sorted(ledger.moments(waiting, "started"))
        waits += [(start - free) * 1000 for start, free in zip(started, freed, strict=True)]
        ledger.wait_until_done()
    name = f"{_SLOTS} cancelled at once while text is recognised until as many start, p99 of {len(waits)}"
    yield Figure(name, quantile(waits, 0.99), "ms", 500, note=spread(waits))


def _freed(
    service: Installation,
    doomed: Body,
    small: Subject,
    when: str,
    samples: int = _SAMPLES,
    head_start: tuple[float, float] = _HEAD_START,
) -> Figure:
    client, ledger, next_one = Client(service.port), Ledger(service), Body.of(small, prompt="INSTANT")
    waits, dice = [], random.Random(samples)
    for _ in range(samples):
        running = client.submit(doomed).task_id
        ledger.moment(running, "started")
        waiting = client.submit(next_one).task_id
        time.sleep(dice.uniform(*head_start))
        cancelled = client.cancel(running)
        waits.append((ledger.moment(waiting, "started") - cancelled.answered) * 1000)
        ledger.wait_until_done()
    name = f"cancelled {when} until the next starts, p99 of {samples}"
    return Figure(name, quantile(waits, 0.99), "ms", 500, note=spread(waits))
