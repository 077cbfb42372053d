"""How soon a task starts when nothing else runs, and what the service costs while nobody asks anything."""

import time
from collections.abc import Iterator
from statistics import median

from tests.bench.client import Answered, Body, Client
from tests.bench.figures import Figure, of_parts, quantile, spread
from tests.bench.ledger import Ledger
from tests.bench.processes import Spent, memory, spending
from tests.bench.subjects import Subject
from tests.installation import Installation

_SAMPLES = 50
_SPACE = 0.15
_SILENCES = 4
_SILENCE = 20.0


def starts(service: Installation, subject: Subject) -> Iterator[Figure]:
    """From sending and from the 202 until the worker's line "started", with a pause before each."""
    body, client = Body.of(subject, prompt="INSTANT"), Client(service.port)
    answers = []
    for _ in range(_SAMPLES):
        time.sleep(_SPACE)
        answers.append(client.submit(body))
    yield from _told(service, answers, "idle")


def silence(service: Installation, subject: Subject) -> Iterator[Figure]:
    """The same after 20 s without a request, and the CPU time that went by in them."""
    body = Body.of(subject, prompt="INSTANT")
    answers: list[Answered] = []
    quiet: list[Spent] = []
    yield Figure("PSS of all processes, idle", sum(memory(service).values()), "MB", note=of_parts(memory(service)))
    for _ in range(_SILENCES):
        with spending(service) as spent:
            time.sleep(_SILENCE)
        quiet.append(spent)
        answers.append(Client(service.port).submit(body))
        time.sleep(1)
    yield from _told(service, answers, f"after {_SILENCE:.0f} s of silence")
    idle = {part: median(one.percent[part] for one in quiet) for part in quiet[0].cpu}
    yield Figure("idle CPU of all processes", sum(idle.values()), "%", 0.5, of_parts(idle))


def loaded_memory(service: Installation) -> Iterator[Figure]:
    """Memory after everything before has run."""
    after = memory(service)
    yield Figure("PSS of web after the load", after["web"], "MB", 70, of_parts(after))


def _told(service: Installation, answers: list[Answered], when: str) -> Iterator[Figure]:
    started = Ledger(service).moments((one.task_id for one in answers), "started")
    sent = [(at - one.sent) * 1000 for at, one in zip(started, answers, strict=True)]
    accepted = [(at - one.answered) * 1000 for at, one in zip(started, answers, strict=True)]
    yield Figure(f"sent until started, {when}, p95", quantile(sent, 0.95), "ms", note=spread(sent))
    yield Figure(f"202 until started, {when}, p95", quantile(accepted, 0.95), "ms", 10, spread(accepted))
