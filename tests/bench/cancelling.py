"""How soon the slot of a cancelled task is taken by the one that waits."""

import time
from collections.abc import Iterator

from tests.bench.client import Body, Client
from tests.bench.figures import Figure, quantile, spread
from tests.bench.ledger import Ledger
from tests.bench.subjects import Subject
from tests.installation import Installation

_SAMPLES = 30
_HEAD_START = 0.1
"""Seconds the task gets to be in the midst of it: waiting for the model, or decoding."""


def cancels(service: Installation, small: Subject, drawing: Subject) -> Iterator[Figure]:
    """From the cancel's 200 until the waiting task has started; there is one worker."""
    yield _freed(service, Body.of(small, prompt="HANG"), small, "while the model is silent")
    yield _freed(service, Body.of(drawing, prompt="INSTANT", detail="low"), small, "while a large PNG is decoded")


def _freed(service: Installation, doomed: Body, small: Subject, when: str) -> Figure:
    client, ledger, next_one = Client(service.port), Ledger(service), Body.of(small, prompt="INSTANT")
    waits = []
    for _ in range(_SAMPLES):
        running = client.submit(doomed).task_id
        ledger.moment(running, "started")
        waiting = client.submit(next_one).task_id
        time.sleep(_HEAD_START)
        cancelled = client.cancel(running)
        waits.append((ledger.moment(waiting, "started") - cancelled.answered) * 1000)
        ledger.wait_until_done()
    return Figure(f"cancelled {when} until the next starts, p95", quantile(waits, 0.95), "ms", note=spread(waits))
